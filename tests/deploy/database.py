"""What must hold of services on a database: its address and certificates, replicas, shared evidence."""
import ctypes
import ctypes.util
import functools
import re
import urllib.parse

from pods import configuration_of, files_of, services
from ring import RING

SCHEME = "postgresql"
ADDRESSES = ("store", "store-standby")
FILES = ("sslrootcert", "sslcert", "sslkey")
PORT = 5432
HOSTS_MIN = 2  # one that writes and one that takes over
REPLICAS_MIN = 2
# libpq takes a key file of root's up to this mode, and the service reads it by its group.
KEY_MODE_MAX, KEY_MODE_READ = 0o640, 0o040
SECRET = re.compile(r"PRIVATE KEY|\bpassword\s*[=:]|://[^/@\s:]*:[^/@\s]*@", re.I)


class Address:
    """postgresql://user@host1,host2:port/database?name=value&…"""

    def __init__(self, text):
        self.text = text
        self.scheme, self.place, self.path, query, _ = urllib.parse.urlsplit(text)
        self.user, _, hosts = self.place.rpartition("@")
        self.hosts = [host.partition(":")[0] for host in hosts.split(",")]
        self.ports = {int(host.partition(":")[2] or PORT) for host in hosts.split(",")}
        self.options = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))


def addresses_of(world):
    """(setting, where, service, its address) of every address of a database."""
    for service, at, container, pod in services(world):
        config = configuration_of(world, container, pod) or {}
        for name in ADDRESSES:
            if config.get(name, "").startswith(f"{SCHEME}:"):
                yield name, at, service, Address(config[name])


def database_ports(world):
    return {port for _, _, _, address in addresses_of(world) for port in address.ports}


def shared_claims(world):
    """The claims that pods of a Deployment mount, as they are several."""
    return {volume["persistentVolumeClaim"]["claimName"] for _, pod, entry in world.pods
            if entry["kind"] == "Deployment" for volume in pod["spec"]["volumes"]
            if "persistentVolumeClaim" in volume}


def check_plain(world):
    """What is secret stands in Secrets, never in a text that everybody may read."""
    for entry in world.of("ConfigMap"):
        if any(SECRET.search(text) for text in entry["data"].values()):
            yield f"ConfigMap {entry['metadata']['name']}: holds a secret"
    for at, pod, _ in world.pods:
        for container in pod["spec"]["containers"]:
            for variable in container.get("env", []):
                if SECRET.search(variable.get("value", "")):
                    yield f"{at}: {variable['name']} holds a secret"


def check_stores(world):
    """All five on files or all five on a database, which are five and each its service's own."""
    if not world.database:
        for _, at, _, address in addresses_of(world):
            yield f"{at}: {address.scheme} address in a rendering of files"
        return
    stores = {service: address for name, _, service, address in addresses_of(world) if name == "store"}
    for service in RING:
        if service not in stores:
            yield f"Deployment {service}: its store is a file"
    for service, address in stores.items():
        # What pg_hba's `sameuser` in deploy/README.md lets in.
        if (address.user, address.path) != (service, f"/{service}"):
            yield f"Deployment {service}: is {address.user!r} in database {address.path!r}"
    for name, at, _, address in addresses_of(world):
        if address.options.get("target_session_attrs"):
            yield f"{at}: {name} says which server it wants, which the service knows"


def check_addresses(world):
    parse = parser()
    by_name = {at: (container, pod) for _, at, container, pod in services(world)}
    for name, at, _, address in addresses_of(world):
        if parse and not parse(address.text):
            yield f"{at}: libpq does not understand {name}"
        if len(set(address.hosts)) < HOSTS_MIN:
            yield f"{at}: {name} names one server, so none takes over"
        if address.options.get("sslmode") != "verify-full":
            yield f"{at}: {name} would talk to any server"
        for word in {"password", "passfile"} & set(address.options):
            yield f"{at}: {word}: no volume of a Secret can hold one that libpq takes"
        files = files_of(world, by_name[at][1])
        for option in FILES:
            if files.get(address.options.get(option), "") is not None:
                yield f"{at}: {option} {address.options.get(option)} is of no Secret"
        yield from check_key(at, *by_name[at], address.options.get("sslkey", ""))


def check_key(at, container, pod, path):
    """Root's files of the group that reads them: nothing else of a volume passes libpq's look at the mode."""
    volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
    for mount in container["volumeMounts"]:
        if mount["mountPath"] != path.rpartition("/")[0]:
            continue
        volume = volumes.get(mount["name"], {})
        mode = (volume.get("secret") or volume.get("projected") or {}).get("defaultMode", 0o644)
        if mode & ~KEY_MODE_MAX or not mode & KEY_MODE_READ:
            yield f"{at}: {path} has mode {mode:04o}: libpq or the service refuses it"
        if "subPath" in mount:
            yield f"{at}: {path} stays as it was when the Secret is renewed"


@functools.cache
def parser():
    """libpq's own judgement of an address, where libpq is."""
    name = ctypes.util.find_library("pq")
    if name is None:
        print("no libpq here: the database's addresses are not parsed by it")
        return None
    library = ctypes.CDLL(name)
    library.PQconninfoParse.restype = ctypes.c_void_p
    library.PQconninfoFree.argtypes = [ctypes.c_void_p]

    def parse(text):
        options = library.PQconninfoParse(text.encode(), None)
        library.PQconninfoFree(options)
        return options is not None
    return parse


def check_replicas(world):
    for entry in world.of("Deployment"):
        at, spec = f"Deployment {entry['metadata']['name']}", entry["spec"]
        if spec.get("replicas", 1) < REPLICAS_MIN:
            yield f"{at}: has no second process to go on"
        strategy = spec.get("strategy", {})
        rolling = strategy.get("rollingUpdate", {})
        if strategy.get("type") != "RollingUpdate" or rolling.get("maxUnavailable") != 0 or \
                rolling.get("maxSurge", 0) < 1:
            yield f"{at}: an update stops a pod before another is ready"
        budget = world.named("PodDisruptionBudget", entry["metadata"]["name"])
        if budget and budget["spec"].get("maxUnavailable", 0) >= spec.get("replicas", 1):
            yield f"{at}: the drain of a node may take all of them"
        yield from check_spread(at, spec)


def check_spread(at, spec):
    labels = spec["template"]["metadata"]["labels"]
    spread = {one["topologyKey"]: one for one in spec["template"]["spec"].get("topologySpreadConstraints", [])}
    if spread.get("kubernetes.io/hostname", {}).get("whenUnsatisfiable") != "DoNotSchedule":
        yield f"{at}: one node may carry all of them"
    for key, one in spread.items():
        keys = one.get("matchLabelKeys", [])
        wanted = one.get("labelSelector", {}).get("matchLabels", {})
        if not wanted or not wanted.items() <= labels.items():
            yield f"{at}: spread over {key} does not count its own pods"
        if "app.kubernetes.io/name" not in [*wanted, *keys]:
            yield f"{at}: spread over {key} counts the pods of all services"
        if "pod-template-hash" not in keys:
            yield f"{at}: spread over {key} counts the pods that an update takes away"
        if one["whenUnsatisfiable"] == "DoNotSchedule" and one.get("nodeTaintsPolicy") != "Honor":
            yield f"{at}: spread over {key} counts nodes that take no pod"


def check_shared(world):
    """Evidence where all pods of a service, and no other's, find it; the state of each goes with it."""
    owners = {}
    for service, at, container, pod in services(world) if world.database else []:
        config = configuration_of(world, container, pod) or {}
        volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
        behind = {mount["mountPath"]: volumes.get(mount["name"], {}) for mount in container["volumeMounts"]
                  if not mount.get("readOnly")}
        evidence = next((volume["persistentVolumeClaim"]["claimName"] for path, volume in behind.items()
                         if "persistentVolumeClaim" in volume and
                         f"{config.get('blobs', '')}/".startswith(f"{path}/")), None)
        if evidence is None:
            yield f"{at}: evidence in {config.get('blobs')} is one pod's own"
        elif evidence in owners:
            yield f"{at}: shares its evidence with {owners[evidence]}"
        owners[evidence] = service
        if "emptyDir" not in behind.get(config.get("state"), {}):
            yield f"{at}: state {config.get('state')} is not the pod's own"


def check_way(world):
    """Every service reaches the database's ports outside of the suite, and nobody else does."""
    wanted = {(service, port) for _, _, service, address in addresses_of(world) for port in address.ports}
    ports, found = {port for _, port in wanted}, set()
    for entry in world.of("NetworkPolicy"):
        for rule in entry["spec"].get("egress", []):
            if any("ipBlock" in peer or "namespaceSelector" in peer for peer in rule["to"]):
                found |= {(pod["metadata"]["labels"]["app.kubernetes.io/name"], port["port"])
                          for _, pod, _ in world.chosen(entry["spec"]["podSelector"])
                          for port in rule["ports"] if port["port"] in ports}
    for service, port in sorted(wanted ^ found):
        yield f"NetworkPolicy: {service} {'cannot reach' if (service, port) in wanted else 'reaches'} the " \
              f"database's port {port}"


def database_checks():
    return [check_plain, check_stores, check_addresses, check_replicas, check_shared, check_way]
