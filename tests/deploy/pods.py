"""What must hold inside a pod: security, volumes, references, probes, resources, configuration."""
import re

from render import WORKLOADS

RESTRICTED_VOLUMES = {"configMap", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
UNIT = {"": 1, "m": 0.001, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
USER = 65532
SPARE_SECONDS = 5  # between the end of the drain and the end of the kubelet's patience


def containers(pod):
    return pod["spec"].get("initContainers", []) + pod["spec"]["containers"]


def check_restricted(world):
    """The Pod Security Standard `restricted`, and more: one user, a root that cannot be written."""
    for at, pod, _ in world.pods:
        spec, security = pod["spec"], pod["spec"].get("securityContext", {})
        if any(spec.get(field) for field in ("hostNetwork", "hostPID", "hostIPC")):
            yield f"{at}: shares the host's namespaces"
        if security.get("runAsNonRoot") is not True or security.get("runAsUser") != USER:
            yield f"{at}: does not run as user {USER}"
        if security.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield f"{at}: seccomp profile is not RuntimeDefault"
        if security.get("fsGroup") != USER:
            yield f"{at}: user {USER} could not write its volume"
        for volume in spec["volumes"]:
            if not set(volume) - {"name"} <= RESTRICTED_VOLUMES:
                yield f"{at}: volume {volume['name']} is of a kind that is not allowed"
        for container in containers(pod):
            yield from check_container_security(f"{at}: {container['name']}", container)


def check_container_security(at, container):
    security = container.get("securityContext", {})
    if security.get("allowPrivilegeEscalation") is not False:
        yield f"{at}: may escalate its privileges"
    if security.get("privileged") or security.get("capabilities", {}).get("add"):
        yield f"{at}: has privileges"
    if security.get("capabilities", {}).get("drop") != ["ALL"]:
        yield f"{at}: does not drop all capabilities"
    if security.get("readOnlyRootFilesystem") is not True:
        yield f"{at}: can write its root"
    if security.get("runAsNonRoot", True) is not True or security.get("runAsUser", USER) != USER:
        yield f"{at}: does not run as user {USER}"
    if security.get("seccompProfile", {}).get("type", "RuntimeDefault") != "RuntimeDefault":
        yield f"{at}: seccomp profile is not RuntimeDefault"
    if "command" in container:
        yield f"{at}: command replaces the image's entry point"
    if any("hostPort" in port for port in container.get("ports", [])):
        yield f"{at}: takes a port of the host"


def check_identity(world):
    for at, pod, _ in world.pods:
        if pod["spec"].get("automountServiceAccountToken") is not False:
            yield f"{at}: a token of the cluster is mounted"
        if pod["spec"].get("enableServiceLinks") is not False:
            yield f"{at}: Services become environment variables"
        account = world.named("ServiceAccount", pod["spec"].get("serviceAccountName", ""))
        if account is None:
            yield f"{at}: no ServiceAccount {pod['spec'].get('serviceAccountName')}"
        elif account.get("automountServiceAccountToken") is not False:
            yield f"{at}: a token of the cluster is mounted"


def quantity(text):
    number, unit = re.fullmatch(r"(\d+)(\w*)", text).groups()
    return int(number) * UNIT[unit]


def check_resources(world):
    for at, pod, _ in world.pods:
        for container in containers(pod):
            resources = container.get("resources", {})
            requests, limits = resources.get("requests", {}), resources.get("limits", {})
            for name in {"cpu", "memory", "ephemeral-storage"} - set(requests):
                yield f"{at}: {name} is not requested"
            for name in {"memory", "ephemeral-storage"} - set(limits):
                yield f"{at}: {name} has no limit"
            for name in set(requests) & set(limits):
                if quantity(requests[name]) > quantity(limits[name]):
                    yield f"{at}: more {name} requested than allowed"


def parts_of(image):
    """(host, name, version) of an image: "images.county.example/shian/trace:0.1.0"."""
    path, _, digest = image.partition("@")
    folder, _, last = path.rpartition("/")
    name, _, tag = last.partition(":")
    host, _, _ = folder.partition("/")
    return host if "." in host or ":" in host else "", name, digest or tag


def check_images(world):
    """Each runs its own image. Beyond the base it is named with its registry and a version or a digest,
    never `latest`."""
    for at, pod, entry in world.pods:
        for container in containers(pod):
            host, name, version = parts_of(container["image"])
            wanted = entry["metadata"]["name"] if entry["kind"] in WORKLOADS else "ctl"
            if name != wanted:
                yield f"{at}: runs the image of {name}"
            if world.overlay and not host:
                yield f"{at}: image {container['image']} names no registry to pull it from"
            if version == "latest" or (host and not version):
                yield f"{at}: image {container['image']} names no version"


# ---- volumes and references ------------------------------------------------------------------------

def claims_of(pod, entry):
    """Volumes that a StatefulSet's own claims add."""
    return [claim["metadata"]["name"] for claim in entry["spec"].get("volumeClaimTemplates", [])]


def claims_of_services(world):
    """The claims that the StatefulSets make, as they will be called: state-registry-0."""
    return {f"{claim['metadata']['name']}-{entry['metadata']['name']}-0"
            for entry in world.of("StatefulSet") for claim in entry["spec"].get("volumeClaimTemplates", [])}


def check_volumes(world):
    for at, pod, entry in world.pods:
        names = [volume["name"] for volume in pod["spec"]["volumes"]] + claims_of(pod, entry)
        mounts = [mount for container in containers(pod) for mount in container["volumeMounts"]]
        for name in {name for name in names if names.count(name) > 1}:
            yield f"{at}: volume {name} twice"
        for mount in mounts:
            if mount["name"] not in names:
                yield f"{at}: no volume {mount['name']}"
        for name in set(names) - {mount["name"] for mount in mounts}:
            yield f"{at}: volume {name} is not mounted"
        paths = [mount["mountPath"] for mount in mounts]
        if len(set(paths)) != len(paths):
            yield f"{at}: two volumes at one path"
        for volume in pod["spec"]["volumes"]:
            if len(volume) != 2:
                yield f"{at}: volume {volume['name']} is of {len(volume) - 1} kinds"
        for claim in (volume.get("persistentVolumeClaim") for volume in pod["spec"]["volumes"]):
            if claim and claim["claimName"] not in claims_of_services(world) and world.named(
                    "PersistentVolumeClaim", claim["claimName"]) is None:
                yield f"{at}: no claim {claim['claimName']}"


def sources_of(pod):
    """(kind, name, items) of every ConfigMap and Secret that a pod takes."""
    for volume in pod["spec"]["volumes"]:
        projected = volume.get("projected", {}).get("sources", [])
        for source in [volume, *projected]:
            if "configMap" in source:
                yield "ConfigMap", source["configMap"]["name"], source["configMap"].get("items", [])
            if "secret" in source:
                secret = source["secret"]
                yield "Secret", secret.get("name", secret.get("secretName")), secret.get("items", [])
    for container in containers(pod):
        for source in container.get("envFrom", []):
            yield "ConfigMap", source["configMapRef"]["name"], []


def check_references(world):
    used = set()
    for at, pod, _ in world.pods:
        for kind, name, items in sources_of(pod):
            used.add((kind, name))
            config = world.named(kind, name)
            keys = world.secrets.get(name) if kind == "Secret" else config and set(config["data"])
            if not keys:
                yield f"{at}: no {kind} {name}"
                continue
            for item in items:
                if item["key"] not in keys:
                    yield f"{at}: {kind} {name} has no {item['key']}"
    if world.of("Secret"):
        yield "Secret: values of secrets do not belong into the tree"
    for name in {entry["metadata"]["name"] for entry in world.of("ConfigMap")} - {n for _, n in used}:
        yield f"ConfigMap {name}: used by nobody"
    for name in set(world.secrets) - {n for _, n in used}:
        yield f"Secret {name}: used by nobody"


# ---- the services' own configuration ---------------------------------------------------------------

def services(world):
    return [(entry["metadata"]["name"], at, pod["spec"]["containers"][0], pod)
            for at, pod, entry in world.pods if entry["kind"] in WORKLOADS]


def files_of(world, pod):
    """{path: text or None} of every file that the pod's ConfigMaps and Secrets put before it."""
    files, volumes = {}, {volume["name"]: volume for volume in pod["spec"]["volumes"]}
    for mount in pod["spec"]["containers"][0]["volumeMounts"]:
        volume = volumes.get(mount["name"], {})
        config = world.named("ConfigMap", volume.get("configMap", {}).get("name", ""))
        for key, text in (config["data"] if config else {}).items():
            files[f"{mount['mountPath']}/{key}"] = text
        for source in volume.get("projected", {}).get("sources", []):
            for item in source["secret"]["items"]:
                files[f"{mount['mountPath']}/{item['path']}"] = None
        for key in world.secrets.get(volume.get("secret", {}).get("secretName"), ()):
            files[f"{mount['mountPath']}/{key}"] = None
    return files


def variables_of(world, container, pod):
    """A container's environment as the kubelet makes it: of ConfigMaps, then its own, where $(NAME) stands
    for one of its own that came before."""
    variables, own = {}, {}
    for source in container.get("envFrom", []):
        found = world.named("ConfigMap", source["configMapRef"]["name"])
        variables.update(found["data"] if found else {})
    for entry in container.get("env", []):
        text = entry.get("value") or label_of(pod, entry)
        own[entry["name"]] = re.sub(r"\$\((\w+)\)", lambda name: own.get(name[1], name[0]), text)
    return variables | own


def label_of(pod, entry):
    path = entry.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath", "")
    label = re.fullmatch(r"metadata\.labels\['([^']+)'\]", path)
    return pod["metadata"]["labels"].get(label[1], "") if label else ""


def settings(text):
    lines = [line.split("#")[0] for line in text.split("\n")]
    return {key.strip(): value.strip() for key, _, value in
            (line.partition("=") for line in lines if line.strip())}


def configuration_of(world, container, pod):
    """What a service is told, by its file and then its environment; None without a file."""
    flags = dict(argument.lstrip("-").split("=", 1) for argument in container["args"])
    text = files_of(world, pod).get(flags.get("config"))
    told = {key_of(name): value for name, value in variables_of(world, container, pod).items()
            if key_of(name) in world.source.keys}
    return None if text is None else {**settings(text), **told}


def key_of(variable):
    """SHIAN_TOKEN_ISSUER is token-issuer; another program's variable is no key."""
    prefix, _, name = variable.partition("_")
    return name.lower().replace("_", "-") if prefix == "SHIAN" else None


def check_configuration(world):
    for service, at, container, pod in services(world):
        files, config = files_of(world, pod), configuration_of(world, container, pod)
        if config is None:
            yield f"{at}: no configuration {container['args']}"
            continue
        yield from check_environment(world, at, container, pod)
        for key in ("region", "token-issuer"):
            if key not in config:
                yield f"{at}: {key} is not set"
        for name in set(config) - world.source.keys:
            if not name.startswith("peer."):
                yield f"{at}: no key {name} in libs/config"
        if config.get("listen") != "0.0.0.0":
            yield f"{at}: probes and callers come from outside the pod"
        yield from check_keys(at, service, config, files)
        yield from check_peers(world, at, service, config)
        yield from check_policies(world, at, config, files)
        if not any(mount["mountPath"] == config.get("state") and not mount.get("readOnly")
                   for mount in container["volumeMounts"]):
            yield f"{at}: state {config.get('state')} is no volume that can be written"
        needed = int(config.get("drain-seconds", 3)) + world.source.shutdown_seconds + SPARE_SECONDS
        if pod["spec"].get("terminationGracePeriodSeconds", 0) < needed:
            yield f"{at}: killed before its drain of {needed} s is over"


def check_environment(world, at, container, pod):
    """What is put into a pod's environment is read by the service, or stands in what it reads."""
    taken = set(re.findall(r"\$\((\w+)\)", " ".join(entry.get("value", "") for entry in container.get("env", []))))
    for name, value in sorted(variables_of(world, container, pod).items()):
        if key_of(name) not in world.source.keys and name not in taken:
            yield f"{at}: no setting of libs/config is called {name}"
        if not value or "$(" in value:
            yield f"{at}: {name} stands for nothing: {value!r}"


# They turn identity numbers into keyed hashes.
HASHERS = ("registry", "sanction")


def check_keys(at, service, config, files):
    for name in ("tls-certificate", "tls-key", "tls-ca", "signing-key", "blob-key", "token-key",
                 "identity-key"):
        if config.get(name) not in files and (name != "identity-key" or service in HASHERS):
            yield f"{at}: {name} {config.get(name)} is not mounted"
        if name == "identity-key" and service not in HASHERS and config.get(name) in files:
            yield f"{at}: has a key that only {' and '.join(HASHERS)} need"


def check_peers(world, at, service, config):
    for peer, port in world.source.ports.items():
        host, _, number = config.get(f"peer.{peer}", "").partition(":")
        entry = world.named("Service", host)
        if peer == service:
            continue
        if entry is None or not any(str(p["port"]) == number for p in entry["spec"]["ports"]):
            yield f"{at}: peer {peer} at {host}:{number} is no Service"
        elif entry["spec"]["selector"].get("app.kubernetes.io/name") != peer:
            yield f"{at}: peer {peer} leads to another service"


def check_policies(world, at, config, files):
    folder = config.get("policies", "") + "/"
    mounted = {path[len(folder):] for path in files if path.startswith(folder)}
    for path in sorted(world.source.policies - mounted):
        if not path.startswith("systems/"):
            yield (f"{at}: policy {path} is not mounted: deploy/policies/kustomization.yaml lists the "
                   "files, base/service.yaml mounts each kind")
    if not any(path.startswith("systems/") for path in mounted):
        yield f"{at}: no table of systems is mounted"


def check_probes(world):
    for service, at, container, pod in services(world):
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        first = world.source.ports[service]
        if ports != {"grpc": first, "metrics": first + 1, "health": first + 2}:
            yield f"{at}: ports {ports} are not those that {service} listens at"
        for name, asked in (("startupProbe", world.source.live), ("readinessProbe", ""),
                            ("livenessProbe", world.source.live)):
            probe = container.get(name, {}).get("grpc", {})
            if probe.get("port") != ports.get("health"):
                yield f"{at}: {name} does not ask the health port"
            if probe.get("service", "") != asked:
                yield f"{at}: {name} asks for {probe.get('service', '')!r}"
        notes = pod["metadata"].get("annotations", {})
        if notes.get("prometheus.io/port") != str(ports.get("metrics")):
            yield f"{at}: Prometheus is sent to port {notes.get('prometheus.io/port')}"


def pod_checks():
    return [check_restricted, check_identity, check_resources, check_images, check_volumes,
            check_references, check_configuration, check_probes]
