"""What must hold of the jobs of `shian`: when they run, what they are told, where they read and write."""
import re
import zoneinfo

from ring import RING

JOBS = {"backup", "verify", "drill", "restore", "ctl"}
OF_FILES = {"backup", "drill", "restore"}  # `shian backup` copies a file and refuses a database
BY_HAND = {"restore", "ctl"}
# minute, hour, day of the month, month, day of the week
CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
FOLDERS = ("--into", "--latest-in", "--state")
HEALTH_OFFSET = 2


def jobs(world):
    return [(entry["metadata"]["name"], at, pod["spec"]["containers"][0], pod, entry)
            for at, pod, entry in world.pods if entry["kind"] == "CronJob"]


def is_cron(text):
    fields = text.split(" ")
    return len(fields) == len(CRON_RANGES) and all(map(is_field, fields, CRON_RANGES))


def is_field(text, allowed):
    for part in text.split(","):
        span, _, step = part.partition("/")
        numbers = re.fullmatch(r"\*|(\d+)(?:-(\d+))?", span)
        if numbers is None or ("/" in part and not re.fullmatch(r"[1-9]\d*", step)):
            return False
        if not all(allowed[0] <= int(n) <= allowed[1] for n in numbers.groups() if n is not None):
            return False
    return True


def check_jobs(world):
    names = {name for name, *_ in jobs(world)}
    wanted = JOBS - OF_FILES if world.database else JOBS
    for name in sorted(wanted ^ names):
        yield f"CronJob {name}: {'missing' if name in wanted else 'nothing says what it is for'}"
    for name, at, _, _, entry in jobs(world):
        spec = entry["spec"]
        if not is_cron(spec["schedule"]):
            yield f"{at}: {spec['schedule']!r} is no schedule"
        if spec.get("timeZone") not in zoneinfo.available_timezones():
            yield f"{at}: no time zone {spec.get('timeZone')}"
        if spec.get("concurrencyPolicy") != "Forbid":
            yield f"{at}: two of it could run at once"
        if spec.get("suspend", False) != (name in BY_HAND):
            yield f"{at}: is {'started by the clock' if name in BY_HAND else 'never started'}"


def check_arguments(world):
    """Words and flags that `shian` has, folders that are mounted."""
    for name, at, container, _, _ in jobs(world):
        words = [argument.partition("=")[0] for argument in container["args"]]
        for word in words:
            if word not in world.source.tool_words:
                yield f"{at}: shian has no {word}"
        if name not in BY_HAND | {"drill"} and words[0] != name:
            yield f"{at}: does {words[0]}"
        mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
        for argument in container["args"]:
            flag, _, folder = argument.partition("=")
            wanted = [folder] if folder in mounts else [f"{folder}/{service}" for service in RING]
            if flag not in FOLDERS:
                continue
            for path in wanted:
                if path not in mounts:
                    yield f"{at}: {flag} {path} is no volume"
                elif flag != "--latest-in" and mounts[path].get("readOnly"):
                    yield f"{at}: {flag} {path} cannot be written"


def check_tool(world):
    """What `shian` reads from its environment: keys, seen checkpoints, where the services are."""
    for _, at, container, pod, _ in jobs(world):
        variables = {entry["name"]: entry["value"] for entry in container["env"]}
        for variable in sorted(set(variables) - world.source.tool_variables):
            yield f"{at}: shian reads no {variable}"
        volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
        mounts = {mount["mountPath"]: volumes.get(mount["name"], {}) for mount in container["volumeMounts"]}
        keys = mounts.get(variables.get("SHIAN_PKI"), {}).get("projected", {}).get("sources", [])
        files = {item["path"] for source in keys for item in source.get("secret", {}).get("items", [])}
        if files != {"ctl.crt", "ctl.key", "ca.crt"}:
            yield f"{at}: SHIAN_PKI {variables.get('SHIAN_PKI')} has no certificate of ctl"
        if "persistentVolumeClaim" not in mounts.get(variables.get("SHIAN_SEEN"), {}):
            yield f"{at}: SHIAN_SEEN {variables.get('SHIAN_SEEN')} is not kept"
        for service in RING:
            yield from check_peer(world, at, service, variables.get(f"SHIAN_PEER_{service.upper()}", ""))


def check_peer(world, at, service, address):
    """`shian health` asks two ports above the address, so that port must be offered as well."""
    host, _, port = address.partition(":")
    entry = world.named("Service", host)
    offered = {str(one["port"]): one["targetPort"] for one in entry["spec"]["ports"]} if entry else {}
    health = str(world.source.ports[service] + HEALTH_OFFSET)
    if entry is None or entry["spec"]["selector"].get("app.kubernetes.io/name") != service:
        yield f"{at}: {service} is not at {address!r}"
    elif port != str(world.source.ports[service]) or offered.get(port) != "grpc":
        yield f"{at}: {service} is not asked at its gRPC port, but at {address}"
    elif offered.get(health) != "health":
        yield f"{at}: {host} does not offer the health port {health}"


def check_restore(world):
    """Each service's own claim where `shian restore` looks for its state folder."""
    for name, at, container, pod, _ in jobs(world):
        if name != "restore":
            continue
        claims = {volume["name"]: volume.get("persistentVolumeClaim", {}).get("claimName")
                  for volume in pod["spec"]["volumes"]}
        for mount in container["volumeMounts"]:
            service = mount["mountPath"].removeprefix("/restore/")
            if service in RING and claims.get(mount["name"]) != f"state-{service}-0":
                yield f"{at}: {mount['mountPath']} is {claims.get(mount['name'])}"


def job_checks():
    return [check_jobs, check_arguments, check_tool, check_restore]
