"""What must hold between the objects of a rendering, and between them and the services' own code."""
import functools
import ipaddress

import schema
from database import database_checks, database_ports, shared_claims
from jobs import job_checks
from pods import pod_checks
from render import WORKLOADS, pods_of
from ring import RING, Source, called_from_outside, edges_of

POLICY_PORTS_OF_CLUSTER = {53}  # of DNS, which is not among our pods


class World:
    """A rendering with what it refers to: the Secrets that operators bring, and the source tree. On a
    database the five are Deployments, on files StatefulSets."""

    def __init__(self, objects, secrets, source, overlay, database):
        self.objects, self.source, self.overlay, self.database = objects, source, overlay, database
        self.workload = "Deployment" if database else "StatefulSet"
        self.secrets = {entry["metadata"]["name"]: set(entry["data"]) for entry in secrets}
        self.pods = [(name_of(entry), pod, entry) for entry in objects for pod in pods_of(entry)]

    def of(self, kind):
        return [entry for entry in self.objects if entry["kind"] == kind]

    def workloads(self):
        return [entry for entry in self.objects if entry["kind"] in WORKLOADS]

    def named(self, kind, name):
        return next((entry for entry in self.of(kind) if entry["metadata"]["name"] == name), None)

    def chosen(self, selector):
        """The pods whose labels a selector matches; an empty selector matches all."""
        wanted = (selector or {}).get("matchLabels", {}).items()
        return [(owner, pod, entry) for owner, pod, entry in self.pods
                if wanted <= pod["metadata"]["labels"].items()]


def name_of(entry):
    return f"{entry['kind']} {entry['metadata']['name']}"


def ports_of(pod):
    return [port for container in pod["spec"]["containers"] for port in container.get("ports", [])]


def has_port(pod, wanted):
    return any(wanted in (port["name"], port["containerPort"]) for port in ports_of(pod))


def check_namespace(world):
    (namespace,) = world.of("Namespace")
    for mode in ("enforce", "audit", "warn"):
        if namespace["metadata"]["labels"].get(f"pod-security.kubernetes.io/{mode}") != "restricted":
            yield f"{name_of(namespace)}: {mode} is not restricted"
    for entry in world.objects:
        if entry is not namespace and entry["metadata"].get("namespace") != namespace["metadata"]["name"]:
            yield f"{name_of(entry)}: not in the namespace"


def check_shape(world):
    """Five services of one shape; what else runs is for job_checks to say."""
    for service in RING:
        for kind, name in ((world.workload, service), ("Service", service), ("Service", f"{service}-pods"),
                           ("PodDisruptionBudget", service), ("ServiceAccount", service)):
            if world.named(kind, name) is None:
                yield f"{kind} {name}: missing"
    for entry in world.workloads():
        if entry["kind"] != world.workload or entry["metadata"]["name"] not in RING:
            yield f"{name_of(entry)}: nothing says what it is for"
    if len({repr(shape_of(entry)) for entry in world.workloads()}) != 1:
        yield f"{world.workload}: the five are not of one shape"


def shape_of(entry):
    """A service without what differs by intention: names, ports, keys, claims, memory, replicas."""
    spec = entry["spec"]["template"]["spec"]
    container = dict(spec["containers"][0], image="", ports=len(spec["containers"][0]["ports"]))
    container.pop("resources")
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        # One that is missing is for check_probes to say.
        asked = container.get(probe, {}).get("grpc", {})
        container[probe] = dict(container.get(probe, {}), grpc=asked.get("service", ""))
    volumes = [volume["name"] if set(volume) & {"projected", "secret", "persistentVolumeClaim"} else volume
               for volume in spec["volumes"]]
    return [{key: value for key, value in spec.items()
             if key not in ("serviceAccountName", "containers", "volumes")}, container, volumes,
            entry["spec"].get("volumeClaimTemplates")]


def check_selectors(world):
    for entry in world.workloads():
        spec, at = entry["spec"], name_of(entry)
        if not spec["selector"]["matchLabels"].items() <= spec["template"]["metadata"]["labels"].items():
            yield f"{at}: selector does not match its own pods"
        if len(world.chosen(spec["selector"])) != 1:
            yield f"{at}: selector matches other pods too"
        pods = world.named("Service", f"{entry['metadata']['name']}-pods")
        if pods and pods["spec"].get("clusterIP") != "None":
            yield f"{at}: {name_of(pods)} hides the addresses of its pods"
        if pods and pods["spec"].get("publishNotReadyAddresses") is not True:
            yield f"{at}: while it starts or drains, {name_of(pods)} has no address for it"


def check_stateful_sets(world):
    for entry in world.of("StatefulSet"):
        spec, at = entry["spec"], name_of(entry)
        governing = world.named("Service", spec["serviceName"])
        if governing is None or governing["spec"].get("clusterIP") != "None":
            yield f"{at}: serviceName {spec['serviceName']} is no headless Service"
        if spec["replicas"] != 1:
            yield f"{at}: replicas {spec['replicas']}: each would write a store of its own"
        retention = spec.get("persistentVolumeClaimRetentionPolicy", {})
        if set(retention.values()) != {"Retain"} or len(retention) != 2:
            yield f"{at}: claims are not retained"


def claims_in(world):
    """(where, spec) of every claim: of its own, of a StatefulSet, of a pod's life."""
    for entry in world.of("PersistentVolumeClaim"):
        yield name_of(entry), entry["spec"]
    for entry in world.of("StatefulSet"):
        for claim in entry["spec"].get("volumeClaimTemplates", []):
            yield f"{name_of(entry)}: claim {claim['metadata']['name']}", claim["spec"]
    for at, pod, _ in world.pods:
        for volume in pod["spec"]["volumes"]:
            if "ephemeral" in volume:
                yield f"{at}: claim {volume['name']}", volume["ephemeral"]["volumeClaimTemplate"]["spec"]


def check_claims(world):
    """One pod's alone, but for what all pods of a service on a database share."""
    shared = {f"PersistentVolumeClaim {name}" for name in shared_claims(world)}
    for at, spec in claims_in(world):
        wanted = "ReadWriteMany" if at in shared else "ReadWriteOncePod"
        if spec["accessModes"] != [wanted]:
            yield f"{at} is not {wanted}"
        if "storage" not in spec.get("resources", {}).get("requests", {}):
            yield f"{at}: says no size"


def check_services(world):
    for entry in world.of("Service"):
        at, chosen = name_of(entry), world.chosen({"matchLabels": entry["spec"]["selector"]})
        if len(chosen) != 1:
            yield f"{at}: selector matches {len(chosen)} pods"
        for _, pod, _ in chosen:
            for port in entry["spec"]["ports"]:
                if not has_port(pod, port["targetPort"]):
                    yield f"{at}: no container port {port['targetPort']}"
        if entry["spec"].get("type") == "LoadBalancer" and not entry["spec"].get("loadBalancerSourceRanges"):
            yield f"{at}: open to every address"


def check_budgets(world):
    for entry in world.of("PodDisruptionBudget"):
        if len(world.chosen(entry["spec"]["selector"])) != 1:
            yield f"{name_of(entry)}: selector matches {len(world.chosen(entry['spec']['selector']))} pods"
        if entry["spec"].get("maxUnavailable") != 1 or "minAvailable" in entry["spec"]:
            yield f"{name_of(entry)}: blocks the drain of a node"


# ---- network ---------------------------------------------------------------------------------------

def rules_of(entry):
    """(direction, rule, peers) of every rule of a policy."""
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for rule in entry["spec"].get(direction, []):
            yield direction, rule, rule[side]


def is_ours(peer):
    return "podSelector" in peer and "namespaceSelector" not in peer


def check_policies(world):
    if not any(entry["spec"]["podSelector"] == {} and not list(rules_of(entry)) and
               set(entry["spec"]["policyTypes"]) == {"Ingress", "Egress"}
               for entry in world.of("NetworkPolicy")):
        yield "NetworkPolicy: nothing denies by default"
    for entry in world.of("NetworkPolicy"):
        at, targets = name_of(entry), world.chosen(entry["spec"]["podSelector"])
        if not targets:
            yield f"{at}: selects no pod"
        for direction, rule, peers in rules_of(entry):
            if direction.capitalize() not in entry["spec"]["policyTypes"]:
                yield f"{at}: {direction} is not among its policyTypes"
            yield from check_rule(world, at, direction, rule, peers, targets)


def check_rule(world, at, direction, rule, peers, targets):
    elsewhere = POLICY_PORTS_OF_CLUSTER | database_ports(world)
    receivers = list(targets) if direction == "ingress" else []
    for peer in peers:
        if not peer or peer.get("namespaceSelector") == {}:
            yield f"{at}: open to everything"
        if is_ours(peer):
            if not world.chosen(peer["podSelector"]):
                yield f"{at}: a peer's selector matches no pod"
            receivers += world.chosen(peer["podSelector"]) if direction == "egress" else []
        if "ipBlock" in peer and ipaddress.ip_network(peer["ipBlock"]["cidr"]).prefixlen == 0:
            yield f"{at}: open to every address"
    for port in rule["ports"]:
        if port.get("protocol", "TCP") != "TCP" and port["port"] not in POLICY_PORTS_OF_CLUSTER:
            yield f"{at}: {port['protocol']} {port['port']}: gRPC and metrics are TCP"
        if receivers and not any(has_port(pod, port["port"]) for _, pod, _ in receivers):
            yield f"{at}: no receiver has port {port['port']}"
        if not receivers and port["port"] not in elsewhere:
            yield f"{at}: port {port['port']} of pods that are not ours"


def edges_in(world, direction):
    """(from, to) of every edge between two services, where the port is the receiver's gRPC port."""
    for entry in world.of("NetworkPolicy"):
        own = world.chosen(entry["spec"]["podSelector"])
        for way, rule, peers in rules_of(entry):
            if way != direction:
                continue
            others = [pod for peer in peers if is_ours(peer) for pod in world.chosen(peer["podSelector"])]
            for sender, receiver in (((a, b) for a in own for b in others) if way == "egress" else
                                     ((a, b) for a in others for b in own)):
                yield from one_edge(sender[1], receiver[1], rule["ports"])


def one_edge(sender, receiver, ports):
    labels = [pod["metadata"]["labels"]["app.kubernetes.io/name"] for pod in (sender, receiver)]
    for port in ports:
        for declared in ports_of(receiver):
            if port["port"] in (declared["name"], declared["containerPort"]):
                yield (*labels, declared["name"])


def check_edges(world):
    """The policies say the same as the table of systems: no edge more, none less, both halves."""
    edges = edges_of(world.objects)
    wanted = {(caller, callee, "grpc") for caller, callee in edges}
    wanted |= {(caller, callee, "health") for caller, callee in edges if caller == "ctl"}
    for direction in ("ingress", "egress"):
        found = set(edges_in(world, direction))
        for edge in sorted(wanted - found):
            yield f"NetworkPolicy: {edge[0]} may call {edge[1]}:{edge[2]}, but {direction} is not open"
        for edge in sorted(found - wanted):
            yield f"NetworkPolicy: {edge[0]} reaches {edge[1]}:{edge[2]} ({direction}) for nothing"


def check_code(world):
    """The table lets a service call whom its code follows, and nobody else."""
    granted = {edge for edge in edges_of(world.objects) if edge[0] != "ctl"}
    for caller, callee in sorted(granted - world.source.follows):
        yield f"table of systems: {caller} may call {callee}, and its code never does"
    for caller, callee in sorted(world.source.follows - granted):
        yield f"table of systems: {caller} follows {callee} and may not"


def check_standing(world):
    """The ways that stand beside the edges: metrics for Prometheus, names for everybody."""
    for name, way in (("metrics", "ingress"), ("dns", "egress")):
        if world.named("NetworkPolicy", name) is None:
            yield f"NetworkPolicy {name}: missing"
            return
    metrics, dns = world.named("NetworkPolicy", "metrics"), world.named("NetworkPolicy", "dns")
    (scraped,) = metrics["spec"]["ingress"]
    spaces = [peer.get("namespaceSelector", {}).get("matchLabels") for peer in scraped["from"]]
    if spaces != [{"kubernetes.io/metadata.name": world.source.monitoring}]:
        yield f"NetworkPolicy metrics: Prometheus is in {world.source.monitoring}, not in {spaces}"
    if {at for at, _, _ in world.chosen(metrics["spec"]["podSelector"])} != {
            name_of(entry) for entry in world.workloads()}:
        yield "NetworkPolicy metrics: not all five can be scraped"
    if [port["port"] for port in scraped["ports"]] != ["metrics"]:
        yield "NetworkPolicy metrics: opens other ports than that of the metrics"
    (names,) = dns["spec"]["egress"]
    if {(port.get("protocol"), port["port"]) for port in names["ports"]} != {("UDP", 53), ("TCP", 53)}:
        yield "NetworkPolicy dns: names are asked by UDP and TCP, port 53"
    if dns["spec"]["podSelector"] != {}:
        yield "NetworkPolicy dns: not for every pod"


def check_outside(world):
    """Who is opened to the outside is who foreign systems may call, by Service and policy alike."""
    opened = {entry["metadata"]["name"] for entry in world.of("Service")
              if entry["spec"].get("type") == "LoadBalancer"}
    allowed = {pod["metadata"]["labels"]["app.kubernetes.io/name"]
               for entry in world.of("NetworkPolicy") for way, _, peers in rules_of(entry)
               for peer in peers if "ipBlock" in peer and way == "ingress"
               for _, pod, _ in world.chosen(entry["spec"]["podSelector"])}
    if opened != allowed:
        yield f"Service: {sorted(opened)} are open to the outside, but the policies let in {sorted(allowed)}"
    called = called_from_outside(world.objects)
    if opened and opened != called:
        yield f"Service: {sorted(opened)} are open to the outside, but foreign systems call {sorted(called)}"


CHECKS = [check_namespace, check_shape, check_selectors, check_stateful_sets, check_claims, check_services,
          check_budgets, check_policies, check_edges, check_code, check_standing, check_outside,
          *pod_checks(), *job_checks(), *database_checks()]


def findings(objects, secrets, overlay=True, database=False):
    """Everything that is wrong with a rendering. Wrong fields come alone: the rest relies on them."""
    fields = [f"{entry.get('kind')} {fault}" for entry in objects for fault in schema.faults(entry)]
    if fields:
        return fields
    world = World(objects, secrets, default_source(), overlay, database)
    return [line for check in CHECKS for line in check(world)]


@functools.cache
def default_source():
    return Source()
