"""Mistakes in the overlay of a database, as mutations.py has them of files."""
from mutations import CONTAINER, POD, config, drop, every, put, remove, rename

TRACE, CREDIT = ("Deployment", "trace"), ("Deployment", "credit")
WAY = ("NetworkPolicy", "database-out")
SURGE = ("spec", "strategy", "rollingUpdate")
SPREAD = (*POD, "topologySpreadConstraints", 0)
SERVICE, STORE, STANDBY, BLOBS = range(4)  # of the environment


def environment(index, old, new):
    """A text in one variable of all five."""
    def mutate(named, _):
        for key, entry in named.items():
            if key[0] == "Deployment":
                (container,) = entry["spec"]["template"]["spec"]["containers"]
                variable = container["env"][index]
                variable["value"] = variable["value"].replace(old, new)
    return mutate


def volume(name, value, of=TRACE):
    """Another volume under the name of one that is there."""
    def mutate(named, _):
        volumes = named[of]["spec"]["template"]["spec"]["volumes"]
        volumes[[entry["name"] for entry in volumes].index(name)] = {"name": name, **value}
    return mutate


def secret(mode):
    return {"secret": {"secretName": "trace-database", "defaultMode": mode}}


def stateful(named, _):
    """One service that was forgotten: a StatefulSet still, with a volume of its own for its file."""
    named[TRACE]["kind"] = "StatefulSet"
    spec = named[TRACE]["spec"]
    spec.update(serviceName="trace-pods", replicas=1)
    del spec["strategy"]


DATABASE_MUTATIONS = [
    # fields
    ("unknown strategy", put(TRACE, *SURGE, "maxSurges", 1), "maxSurges: unknown field"),
    ("unknown spread", put(TRACE, *SPREAD, "whenUnsatisfiable", "Never"), "none of"),
    # no file left
    ("one stays a file's", stateful, "StatefulSet trace: nothing says what it is for"),
    ("no address", every(*CONTAINER, "env", STORE, "name", "SHIAN_LOG_LEVEL"), "Deployment trace: its store is a file"),
    ("a file", every(*CONTAINER, "env", STORE, "value", "/var/lib/shian/trace.db"), "its store is a file"),
    ("jobs of files", rename(("CronJob", "verify"), "backup"), "CronJob backup: nothing says what it is for"),
    ("no proof", remove(("CronJob", "verify")), "CronJob verify: missing"),
    ("one differs", put(CREDIT, *POD, "terminationGracePeriodSeconds", 60), "not of one shape"),
    # the address
    ("misspelt setting", every(*CONTAINER, "env", STANDBY, "name", "SHIAN_STANDBY"),
     "no setting of libs/config is called SHIAN_STANDBY"),
    ("a variable of nothing", environment(STORE, "$(SERVICE)", "$(SERVCE)"), "SHIAN_STORE stands for nothing"),
    ("a label of nothing", every(*CONTAINER, "env", SERVICE, "valueFrom", "fieldRef", "fieldPath",
                                 "metadata.labels['name']"), "SERVICE stands for nothing"),
    ("before it is there", every(*CONTAINER, "env", STORE, "value", "postgresql://$(SHIAN_BLOBS)@a,b/x"),
     "SHIAN_STORE stands for nothing"),
    ("one database for all", environment(STORE, "/$(SERVICE)?", "/shian?"), "is 'trace' in database '/shian'"),
    ("one role for all", environment(STORE, "//$(SERVICE)@", "//shian@"), "is 'shian' in database '/trace'"),
    ("one server", environment(STORE, ",db2.county.example,db3.county.example", ""), "so none takes over"),
    ("any server", environment(STORE, "verify-full", "require"), "would talk to any server"),
    ("no such option", environment(STORE, "sslkey", "sslkeys"), "libpq does not understand store"),
    ("which server", environment(STORE, "?", "?target_session_attrs=any&"), "which the service knows"),
    ("standby unproved", environment(STANDBY, "$(SHIAN_STORE)", "postgresql://trace@a,b/trace"),
     "store-standby would talk to any server"),
    ("a password", environment(STORE, "$(SERVICE)@", "$(SERVICE):secret@"), "SHIAN_STORE holds a secret"),
    ("a password's file", environment(STORE, "?", "?passfile=/etc/shian/database/pass&"), "passfile: no volume"),
    ("a key in a ConfigMap", config("listen =", "# -----BEGIN PRIVATE KEY-----\nlisten ="), "holds a secret"),
    ("another certificate", environment(STORE, "database/tls.crt", "database/trace.crt"), "is of no Secret"),
    # its files
    ("key for all", volume("database", secret(0o444)), "has mode 0444"),
    ("key of root alone", volume("database", secret(0o400)), "has mode 0400"),
    ("mode by chance", volume("database", {"secret": {"secretName": "trace-database"}}), "has mode 0644"),
    ("no group", every(*POD, "securityContext", "fsGroup", 0), "could not write its volume"),
    ("key that stays", every(*CONTAINER, "volumeMounts", 0, "subPath", "x"), "when the Secret is renewed"),
    ("no such Secret", volume("database", {"secret": {"secretName": "trace-db", "defaultMode": 0o440}}),
     "no Secret trace-db"),
    ("another's certificate", volume("database", {"secret": {"secretName": "credit-database",
                                                             "defaultMode": 0o440}}), "Secret trace-database: used"),
    # replicas
    ("one process", put(TRACE, "spec", "replicas", 1), "no second process"),
    ("a gap", put(TRACE, *SURGE, "maxUnavailable", 1), "before another is ready"),
    ("no strategy", drop(TRACE, "spec", "strategy"), "before another is ready"),
    ("all at once", put(("PodDisruptionBudget", "trace"), "spec", "maxUnavailable", 2), "may take all of them"),
    ("one node", put(TRACE, *SPREAD, "whenUnsatisfiable", "ScheduleAnyway"), "one node may carry all"),
    ("no spread", every(*POD, "topologySpreadConstraints", 0, "topologyKey", "x"), "one node may carry all"),
    ("spread of others", put(TRACE, *SPREAD, "labelSelector", "matchLabels", {"a": "b"}), "not count its own pods"),
    ("spread of all", put(TRACE, *SPREAD, "matchLabelKeys", ["pod-template-hash"]), "the pods of all services"),
    ("spread of old ones", put(TRACE, *SPREAD, "matchLabelKeys", ["app.kubernetes.io/name"]),
     "pods that an update takes away"),
    ("nodes that take none", drop(TRACE, *SPREAD, "nodeTaintsPolicy"), "nodes that take no pod"),
    ("one address", drop(("Service", "trace-pods"), "spec", "clusterIP"), "hides the addresses of its pods"),
    # evidence and state
    ("evidence of one pod", put(("PersistentVolumeClaim", "blobs-trace"), "spec", "accessModes",
                                ["ReadWriteOncePod"]), "blobs-trace is not ReadWriteMany"),
    ("checkpoints of many", put(("PersistentVolumeClaim", "checkpoints"), "spec", "accessModes",
                                ["ReadWriteMany"]), "checkpoints is not ReadWriteOncePod"),
    ("evidence elsewhere", environment(BLOBS, "/var/lib/evidence", "/var/lib/shian"), "one pod's own"),
    ("evidence in common", volume("blobs", {"persistentVolumeClaim": {"claimName": "blobs-credit"}}),
     "shares its evidence with credit"),
    ("no such claim", volume("blobs", {"persistentVolumeClaim": {"claimName": "blobs"}}), "no claim blobs"),
    ("state in common", volume("state", {"persistentVolumeClaim": {"claimName": "blobs-trace"}}),
     "is not the pod's own"),
    # the way
    ("no way", remove(WAY), "trace cannot reach the database's port 5432"),
    ("a way for ctl", put(WAY, "spec", "podSelector", {}), "ctl reaches the database's port 5432"),
    ("another port", environment(STORE, "db1.county.example", "db1.county.example:6432"),
     "cannot reach the database's port 6432"),
    ("a way to everywhere", put(WAY, "spec", "egress", 0, "to", [{"ipBlock": {"cidr": "0.0.0.0/0"}}]),
     "open to every address"),
]
