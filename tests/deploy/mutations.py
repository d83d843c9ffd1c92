"""Mistakes that somebody could make in a manifest, each with the words that must name it.

A mutation gets the objects of the county's rendering, by (kind, name) and as the list. Those of
the database's are in database_mutations.py.
"""
from render import WORKLOADS


def put(key, *path):
    """Puts the last of `path` at the place that the others lead to, in the object `key`."""
    *path, last, value = path

    def mutate(named, _):
        place = named[key]
        for part in path:
            place = place[part]
        place[last] = value
    return mutate


def drop(key, *path):
    def mutate(named, _):
        place = named[key]
        for part in path[:-1]:
            place = place[part]
        del place[path[-1]]
    return mutate


def remove(key):
    return lambda named, objects: objects.remove(named[key])


def add(entry):
    return lambda named, objects: objects.append(entry)


def every(*path):
    """The same in all five services, so that their shapes stay alike."""
    def mutate(named, objects):
        for kind, name in [key for key in named if key[0] in WORKLOADS]:
            put((kind, name), *path)(named, objects)
    return mutate


def every_drop(*path):
    def mutate(named, objects):
        for kind, name in [key for key in named if key[0] in WORKLOADS]:
            drop((kind, name), *path)(named, objects)
    return mutate


def every_service(field, value):
    def mutate(named, _):
        for kind, name in named:
            if kind == "Service" and not name.endswith("-pods"):
                named[kind, name]["spec"][field] = value
    return mutate


def both(*mutations):
    def mutate(named, objects):
        for mutation in mutations:
            mutation(named, objects)
    return mutate


def rename(key, name):
    return lambda named, _: named[key]["metadata"].update(name=name)


def outside(service):
    """One service alone opened to an address."""
    return policy("x", [{"ipBlock": {"cidr": "192.0.2.0/24"}}], port=7450, target=service)


def job_env(name, value, instead_of=None):
    """A variable of the nightly proof."""
    def mutate(named, _):
        environment = named[NIGHTLY]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["env"]
        (entry,) = [entry for entry in environment if entry["name"] == (instead_of or name)]
        entry.update(name=name, value=value)
    return mutate


def claim_at(service):
    """Where the restore's volumes have the service's: behind those of every job, in the patch's order."""
    return 3 + ["registry", "inspection", "credit", "sanction", "trace"].index(service)


def site(old, new):
    def mutate(named, _):
        (key,) = [key for key in named if key[1].startswith("site-")]
        named[key]["data"][new] = named[key]["data"].pop(old)
    return mutate


def config(old, new):
    def mutate(named, _):
        (key,) = [key for key in named if key[1].startswith("suite-")]
        named[key]["data"]["suite.conf"] = named[key]["data"]["suite.conf"].replace(old, new)
    return mutate


def table(old, new):
    def mutate(named, _):
        (key,) = [key for key in named if key[1].startswith("policy-systems-")]
        text = named[key]["data"]["development.txtpb"]
        named[key]["data"]["development.txtpb"] = text.replace(old, new)
    return mutate


def policy(name, peers, side="ingress", port=7430, target="credit"):
    way = {"ingress": "from", "egress": "to"}[side]
    return add({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
                "metadata": {"name": name, "namespace": "shian-410902"},
                "spec": {"podSelector": {"matchLabels": {"app.kubernetes.io/name": target}},
                         "policyTypes": [side.capitalize()],
                         side: [{way: peers, "ports": [{"protocol": "TCP", "port": port}]}]}})


TRACE, CREDIT = ("StatefulSet", "trace"), ("StatefulSet", "credit")
POD = ("spec", "template", "spec")
CONTAINER = (*POD, "containers", 0)
NIGHTLY, DRILL, RESTORE = ("CronJob", "verify"), ("CronJob", "drill"), ("CronJob", "restore")
NIGHTLY_POD = ("spec", "jobTemplate", *POD)
ARGUMENTS = (*NIGHTLY_POD, "containers", 0, "args")
EDGE = ("NetworkPolicy", "registry-to-sanction-in")
TRACE_PODS = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "trace"}}}

MUTATIONS = [
    # fields
    ("misspelt field", put(TRACE, "spec", "replica", 1), ".spec.replica: unknown field"),
    ("misspelt deep field", put(TRACE, *CONTAINER, "readinessProbe", "period", 5), "period: unknown field"),
    ("number as text", put(TRACE, "spec", "replicas", "1"), "'1' is no integer"),
    ("text as number", put(TRACE, *POD, "serviceAccountName", 7), "7 is no name"),
    ("capital in a name", put(("Service", "trace"), "metadata", "name", "Trace"), "is no name"),
    ("missing field", drop(("Service", "trace"), "spec", "selector"), ".spec.selector: missing"),
    ("unknown kind", add({"apiVersion": "apps/v1beta1", "kind": "StatefulSet"}), "not known"),
    ("unknown word", put(TRACE, *CONTAINER, "imagePullPolicy", "Sometimes"), "none of"),
    ("bad quantity", put(TRACE, *CONTAINER, "resources", "limits", "memory", "1 GB"), "no quantity"),
    ("bad network", put(("Service", "sanction"), "spec", "loadBalancerSourceRanges", ["192.0.2.1/24"]),
     "is no cidr"),
    ("nothing selected", put(EDGE, "spec", "ingress", 0, "from", []), "not a list with entries"),
    # objects
    ("other namespace", put(("Service", "trace"), "metadata", "namespace", "x"), "not in the namespace"),
    ("baseline pods", put(("Namespace", "shian-410902"), "metadata", "labels",
                          "pod-security.kubernetes.io/enforce", "baseline"), "enforce is not restricted"),
    ("no budget", remove(("PodDisruptionBudget", "trace")), "PodDisruptionBudget trace: missing"),
    ("blocking budget", put(("PodDisruptionBudget", "trace"), "spec", "maxUnavailable", 0), "blocks the drain"),
    ("one service differs", put(CREDIT, *POD, "terminationGracePeriodSeconds", 60), "not of one shape"),
    ("two writers", every("spec", "replicas", 2), "a store of its own"),
    ("deleted claims", every("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled", "Delete"),
     "not retained"),
    ("shared claim", every("spec", "volumeClaimTemplates", 0, "spec", "accessModes", ["ReadWriteOnce"]),
     "not ReadWriteOncePod"),
    ("claim without size", every("spec", "volumeClaimTemplates", 0, "spec", "resources", "requests",
                                 {"storag": "1Gi"}), "StatefulSet trace: claim state: says no size"),
    ("no size for backups", put(("PersistentVolumeClaim", "backups"), "spec", "resources", {"requests": {}}),
     "PersistentVolumeClaim backups: says no size"),
    ("no access mode", drop(("PersistentVolumeClaim", "backups"), "spec", "accessModes"), "accessModes: missing"),
    ("shared drill", put(DRILL, *NIGHTLY_POD, "volumes", 0, "ephemeral", "volumeClaimTemplate", "spec",
                         "accessModes", ["ReadWriteOnce"]), "claim drill is not ReadWriteOncePod"),
    ("no address while it starts", drop(("Service", "trace-pods"), "spec", "publishNotReadyAddresses"),
     "while it starts or drains"),
    # selectors, ports
    ("own pods not selected", put(TRACE, "spec", "selector", "matchLabels", {"app.kubernetes.io/name": "x"}),
     "does not match its own pods"),
    ("all pods selected", put(TRACE, "spec", "selector", "matchLabels",
                              {"app.kubernetes.io/part-of": "shian"}), "matches other pods too"),
    ("no headless Service", put(TRACE, "spec", "serviceName", "trace"), "is no headless Service"),
    ("Service without pods", put(("Service", "trace"), "spec", "selector", {"app": "trace"}), "matches 0 pods"),
    ("no such target port", put(("Service", "trace"), "spec", "ports", 0, "targetPort", "http"),
     "no container port http"),
    ("open balancer", drop(("Service", "sanction"), "spec", "loadBalancerSourceRanges"), "open to every address"),
    ("other port", put(TRACE, *CONTAINER, "ports", 2, "containerPort", 7453), "not those that trace listens at"),
    ("probe of the wrong port", put(TRACE, *CONTAINER, "livenessProbe", "grpc", "port", 7450),
     "livenessProbe does not ask the health port"),
    ("no startup probe", every_drop(*CONTAINER, "startupProbe"), "startupProbe does not ask the health port"),
    ("probe of the wrong name", every(*CONTAINER, "livenessProbe", "grpc", "service", ""),
     "livenessProbe asks for ''"),
    ("scraped elsewhere", put(TRACE, "spec", "template", "metadata", "annotations", "prometheus.io/port",
                              "7450"), "Prometheus is sent to port 7450"),
    # network
    ("no default deny", remove(("NetworkPolicy", "default-deny")), "nothing denies by default"),
    ("half an edge", remove(EDGE), "registry may call sanction:grpc, but ingress is not open"),
    ("other half", remove(("NetworkPolicy", "registry-to-sanction-out")), "but egress is not open"),
    ("edge too many", policy("x", [TRACE_PODS]), "trace reaches credit:grpc (ingress) for nothing"),
    ("everything in", policy("x", [{}]), "open to everything"),
    ("all namespaces in", policy("x", [{"namespaceSelector": {}}]), "open to everything"),
    ("every address in", policy("x", [{"ipBlock": {"cidr": "0.0.0.0/0"}}]), "open to every address"),
    ("health port opened", policy("x", [TRACE_PODS], port=7432), "trace reaches credit:health"),
    ("health port closed", drop(("NetworkPolicy", "ctl-in"), "spec", "ingress", 0, "ports", 1),
     "ctl may call credit:health, but ingress is not open"),
    ("UDP on an edge", put(EDGE, "spec", "ingress", 0, "ports", 0, "protocol", "UDP"), "are TCP"),
    ("no metrics", remove(("NetworkPolicy", "metrics")), "NetworkPolicy metrics: missing"),
    ("metrics of one", put(("NetworkPolicy", "metrics"), "spec", "podSelector", "matchLabels",
                           "app.kubernetes.io/name", "trace"), "not all five can be scraped"),
    ("metrics for another", put(("NetworkPolicy", "metrics"), "spec", "ingress", 0, "from", 0, "namespaceSelector",
                                "matchLabels", {"kubernetes.io/metadata.name": "observability"}),
     "Prometheus is in monitoring"),
    ("more than metrics", put(("NetworkPolicy", "metrics"), "spec", "ingress", 0, "ports", 0, "port", "grpc"),
     "other ports than that of the metrics"),
    ("no names", remove(("NetworkPolicy", "dns")), "NetworkPolicy dns: missing"),
    ("names by TCP alone", drop(("NetworkPolicy", "dns"), "spec", "egress", 0, "ports", 0), "by UDP and TCP"),
    ("names for one", put(("NetworkPolicy", "dns"), "spec", "podSelector", {"matchLabels": {
        "app.kubernetes.io/name": "trace"}}), "not for every pod"),
    ("policy without pods", put(EDGE, "spec", "podSelector", {"matchLabels": {"app": "x"}}), "selects no pod"),
    ("peer without pods", put(EDGE, "spec", "ingress", 0, "from", 0, "podSelector", "matchLabels", {"a": "b"}),
     "a peer's selector matches no pod"),
    ("policy of no port", put(EDGE, "spec", "ingress", 0, "ports", 0, "port", 7499), "no receiver has port 7499"),
    ("port of the world", policy("x", [{"namespaceSelector": {"matchLabels": {"a": "b"}}}], "egress", 443),
     "pods that are not ours"),
    ("policy of no effect", put(EDGE, "spec", "policyTypes", ["Egress"]), "not among its policyTypes"),
    ("table changed", table('origin: "trace"', 'origin: "registry"'), "for nothing"),
    ("grant without code", table('services: "shian.ledger.v1.FeedService"',
                                 'services: "shian.trace.v1.RecallService"'), "and its code never does"),
    ("code without grant", table('origin: "credit"', 'origin: "elsewhere"'),
     "inspection follows credit and may not"),
    ("balancer without policy", remove(("NetworkPolicy", "callers-in")), "the policies let in"),
    ("one less for the public", put(("Service", "trace"), "spec", "type", "ClusterIP"), "the policies let in"),
    ("public alone", both(every_service("type", "ClusterIP"), remove(("NetworkPolicy", "callers-in")),
                          put(("Service", "trace"), "spec", "type", "LoadBalancer"), outside("trace")),
     "foreign systems call"),
    # the pod
    ("root", every(*POD, "securityContext", "runAsUser", 0), "does not run as user 65532"),
    ("perhaps root", put(NIGHTLY, *NIGHTLY_POD, "securityContext", "runAsNonRoot", False),
     "does not run as user 65532"),
    ("root in a container", put(TRACE, *CONTAINER, "securityContext", "runAsUser", 0), "does not run as user"),
    ("no seccomp", every(*POD, "securityContext", "seccompProfile", "type", "Unconfined"), "seccomp"),
    ("host network", put(NIGHTLY, *NIGHTLY_POD, "hostNetwork", True), "the host's namespaces"),
    ("host path", put(NIGHTLY, *NIGHTLY_POD, "volumes", 0, {"name": "checkpoints", "hostPath": {"path": "/"}}),
     "of a kind that is not allowed"),
    ("host port", put(TRACE, *CONTAINER, "ports", 0, "hostPort", 7450), "takes a port of the host"),
    ("escalation", drop(TRACE, *CONTAINER, "securityContext", "allowPrivilegeEscalation"), "may escalate"),
    ("capabilities kept", put(TRACE, *CONTAINER, "securityContext", "capabilities", {"drop": ["NET_RAW"]}),
     "does not drop all"),
    ("capability added", put(TRACE, *CONTAINER, "securityContext", "capabilities", "add", ["SYS_ADMIN"]),
     "has privileges"),
    ("root can be written", put(NIGHTLY, *NIGHTLY_POD, "containers", 0, "securityContext",
                                "readOnlyRootFilesystem", False), "can write its root"),
    ("a shell's command", put(TRACE, *CONTAINER, "command", ["sh"]), "replaces the image's entry point"),
    ("token mounted", put(("ServiceAccount", "trace"), "automountServiceAccountToken", True), "token of the cluster"),
    ("no account", put(TRACE, *POD, "serviceAccountName", "default"), "no ServiceAccount default"),
    ("no memory limit", drop(TRACE, *CONTAINER, "resources", "limits", "memory"), "memory has no limit"),
    ("more than allowed", put(TRACE, *CONTAINER, "resources", "requests", "memory", "2Gi"), "more memory requested"),
    ("images exchanged", put(TRACE, *CONTAINER, "image", "images.county.example/shian/credit:0.1.0"),
     "runs the image of credit"),
    ("a service for ctl", put(NIGHTLY, *NIGHTLY_POD, "containers", 0, "image",
                              "images.county.example/shian/trace:0.1.0"), "runs the image of trace"),
    ("no registry", put(TRACE, *CONTAINER, "image", "shian/trace:0.1.0"), "names no registry"),
    ("no version", put(TRACE, *CONTAINER, "image", "images.county.example:5000/shian/trace"),
     "names no version"),
    ("latest", put(TRACE, *CONTAINER, "image", "images.county.example/shian/trace:latest"), "names no version"),
    # references and configuration
    ("volume of no kind", put(TRACE, *POD, "volumes", 0, {"name": "pki"}), "volume pki is of 0 kinds"),
    ("no volume", put(TRACE, *CONTAINER, "volumeMounts", 0, "name", "stat"), "no volume stat"),
    ("no claim", put(NIGHTLY, *NIGHTLY_POD, "volumes", 0, "persistentVolumeClaim", "claimName", "x"), "no claim x"),
    ("no ConfigMap", put(TRACE, *CONTAINER, "envFrom", 0, "configMapRef", "name", "x"), "no ConfigMap x"),
    ("no key", put(NIGHTLY, *NIGHTLY_POD, "volumes", 1, "projected", "sources", 0, "secret", "items", 0,
                   "key", "x"), "Secret ctl-tls has no x"),
    ("secret in the tree", add({"apiVersion": "v1", "kind": "Secret", "data": {},
                                "metadata": {"name": "x", "namespace": "shian-410902"}}), "do not belong"),
    ("misspelt variable", site("SHIAN_REGION", "SHIAN_REGOIN"), "no setting of libs/config is called SHIAN_REGOIN"),
    ("no region", site("SHIAN_REGION", "SHIAN_LISTEN"), "region is not set"),
    ("misspelt key", config("listen =", "listens ="), "no key listens in libs/config"),
    ("loopback", config("0.0.0.0", "127.0.0.1"), "from outside the pod"),
    ("key elsewhere", config("pki/blob.key", "pki/blobs.key"), "blobs.key is not mounted"),
    ("peer's port", config("trace:7450", "trace:7440"), "peer trace at trace:7440 is no Service"),
    ("peer exchanged", config("credit:7430", "trace:7450"), "peer credit leads to another service"),
    ("state not kept", config("/var/lib/shian", "/tmp"), "state /tmp is no volume"),
    ("long drain", config("drain-seconds = 3", "drain-seconds = 15"), "killed before its drain"),
    # jobs
    ("no backup", remove(("CronJob", "backup")), "CronJob backup: missing"),
    ("another job", rename(("CronJob", "backup"), "x"), "nothing says what it is for"),
    ("no day in a schedule", put(NIGHTLY, "spec", "schedule", "30 3 * *"), "is no schedule"),
    ("25 o'clock", put(NIGHTLY, "spec", "schedule", "30 25 * * *"), "is no schedule"),
    ("a step of nothing", put(NIGHTLY, "spec", "schedule", "*/0 3 * * *"), "is no schedule"),
    ("no such zone", put(NIGHTLY, "spec", "timeZone", "Asia/Peking"), "no time zone Asia/Peking"),
    ("two backups at once", put(("CronJob", "backup"), "spec", "concurrencyPolicy", "Allow"), "two of it"),
    ("backup suspended", put(("CronJob", "backup"), "spec", "suspend", True), "never started"),
    ("restore by the clock", drop(RESTORE, "spec", "suspend"), "started by the clock"),
    ("other work", put(NIGHTLY, *ARGUMENTS, ["health"]), "does health"),
    ("no such flag", put(DRILL, *ARGUMENTS, ["restore", "--newest-in=/backup"]), "shian has no --newest-in"),
    ("backup to nowhere", put(("CronJob", "backup"), *ARGUMENTS, 1, "--into=/backups"), "is no volume"),
    ("backup to what is read", put(("CronJob", "backup"), *NIGHTLY_POD, "containers", 0, "volumeMounts", 2,
                                   "readOnly", True), "--into /backup cannot be written"),
    ("peer's port of a job", job_env("SHIAN_PEER_TRACE", "trace-pods:7440"), "not asked at its gRPC port"),
    ("peer exchanged in a job", job_env("SHIAN_PEER_TRACE", "credit-pods:7430"), "trace is not at"),
    ("no health there", job_env("SHIAN_PEER_TRACE", "trace:7450"), "trace does not offer the health port 7452"),
    ("misspelt in a job", job_env("SHIAN_PEER_TRACES", "trace-pods:7450", "SHIAN_PEER_TRACE"),
     "shian reads no SHIAN_PEER_TRACES"),
    ("the services' own state", job_env("SHIAN_STATE", "/var/lib/shian", "SHIAN_SEEN"),
     "shian reads no SHIAN_STATE"),
    ("seen in memory", job_env("SHIAN_SEEN", "/tmp"), "SHIAN_SEEN /tmp is not kept"),
    ("no certificate there", job_env("SHIAN_PKI", "/etc/pki"), "has no certificate of ctl"),
    ("another's volume", put(RESTORE, *NIGHTLY_POD, "volumes", claim_at("trace"),
                             {"name": "trace", "persistentVolumeClaim": {"claimName": "state-credit-0"}}),
     "/restore/trace is state-credit-0"),
    ("claim of nobody", put(RESTORE, *NIGHTLY_POD, "volumes", claim_at("trace"),
                            {"name": "trace", "persistentVolumeClaim": {"claimName": "state-trace-1"}}),
     "no claim state-trace-1"),
    ("policies elsewhere", config("/etc/shian/policies", "/etc/policies"), "is not mounted"),
]
