"""Runs pods of the rendered manifests by podman, as near to a kubelet as it goes without a cluster.

podman 4.3 plays no StatefulSet, so each container is started here with what its pod's spec says:
image, arguments, environment, volumes as the kubelet lays them out, user, capabilities, read-only
root, memory limit. One network namespace with nothing but loopback stands for the cluster's network,
a hosts file for its DNS. So every port of every pod can be reached here: that `shian health` finds one
says nothing of Services and NetworkPolicies, which kubernetes_test holds against what is asked
(check_peer, check_edges). Probes by the kubelet, schedules and storage classes are not run either.
"""
import base64
import os
import pathlib
import shutil
import subprocess

from render import pods_of

CONTAINERS_CONF = """[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[network]
network_backend = "netavark"
"""
# crun knows no hybrid of cgroup v1 and v2, runc does; a limit above the machine's is refused.
TOOLS = ["buildah", "podman", "runc", "conmon", "strip"]
USER = 65532


def missing_tools():
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    return missing + ([] if os.geteuid() == 0 else ["root"])


class Podman:
    """podman and buildah with a storage of their own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "containers.conf").write_text(CONTAINERS_CONF)
        (self.folder / "storage.conf").write_text(
            f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/store"\nrunroot = "{folder}/run"\n')
        self.environment = {**os.environ, "CONTAINERS_CONF": f"{folder}/containers.conf",
                            "CONTAINERS_STORAGE_CONF": f"{folder}/storage.conf"}

    def __call__(self, *arguments, check=True, timeout=300):
        # From an empty folder: podman would take a file there for what to build.
        done = subprocess.run(arguments, capture_output=True, text=True, env=self.environment,
                              timeout=timeout, check=False, cwd=self.folder)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, arguments))}: exit {done.returncode}: "
                               f"{done.stderr[-2000:]}{done.stdout[-500:]}")
        return done

    def clean(self):
        self("podman", "pod", "rm", "--all", "--force", check=False)
        self("podman", "rmi", "--all", "--force", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


def lay_out(folder, files):
    """Files as the kubelet puts a ConfigMap or Secret: links over a folder that it can exchange."""
    behind = folder / "..2026_01_05_08_00_00.1"
    behind.mkdir(parents=True)
    (folder / "..data").symlink_to(behind.name)
    for name, content in files.items():
        (behind / name).write_bytes(content)
        (behind / name).chmod(0o440)
        shutil.chown(behind / name, 0, USER)
        (folder / name).symlink_to(f"..data/{name}")


class Pods:
    """The pods of one rendering."""

    def __init__(self, podman, objects, secrets, tag):
        self.podman, self.tag, self.folder = podman, tag, podman.folder / "volumes"
        self.named = {(entry["kind"], entry["metadata"]["name"]): entry for entry in objects}
        self.secrets = {entry["metadata"]["name"]: entry for entry in secrets}
        self.hosts = podman.folder / "hosts"
        self.hosts.write_text("".join(f"127.0.0.1 {name}\n" for kind, name in self.named if kind == "Service"))
        podman("podman", "pod", "create", "--name", "suite", "--network", "none")

    def spec(self, kind, name):
        (pod,) = pods_of(self.named[kind, name])
        return pod["spec"]

    def files(self, volume):
        """{name: bytes} that a volume puts into its folder; None for one that is kept."""
        if "configMap" in volume:
            data = self.named["ConfigMap", volume["configMap"]["name"]]["data"]
            return {key: text.encode() for key, text in data.items()}
        if "projected" in volume:
            return {item["path"]: base64.b64decode(self.secrets[source["secret"]["name"]]["data"][item["key"]])
                    for source in volume["projected"]["sources"] for item in source["secret"]["items"]}
        return None

    def mounts(self, name, spec):
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        for mount in spec["containers"][0]["volumeMounts"]:
            folder = self.folder / self.claim(name, volumes.get(mount["name"]), mount["name"])
            files = self.files(volumes.get(mount["name"], {}))
            if not folder.exists():
                folder.mkdir(parents=True)
                if files is None:
                    shutil.chown(folder, USER, USER)
                else:
                    lay_out(folder, files)
            yield f"--volume={folder}:{mount['mountPath']}:{'ro' if mount.get('readOnly') else 'rw'}"

    @staticmethod
    def claim(name, volume, mounted):
        """Where a volume lies: one folder for each claim, whoever mounts it."""
        if volume is None:  # of a StatefulSet's own claims
            return f"claims/{mounted}-{name}-0"
        if "persistentVolumeClaim" in volume:
            return f"claims/{volume['persistentVolumeClaim']['claimName']}"
        return f"{name}/{mounted}"

    def variables(self, container):
        for source in container.get("envFrom", []):
            data = self.named["ConfigMap", source["configMapRef"]["name"]]["data"]
            yield from (f"--env={key}={value}" for key, value in data.items())
        yield from (f"--env={entry['name']}={entry['value']}" for entry in container.get("env", []))

    def run(self, kind, name, *options, arguments=None, check=True):
        """Starts the one container of a pod; gives what podman said."""
        spec = self.spec(kind, name)
        container, security = spec["containers"][0], spec["securityContext"]
        image = container["image"].split("/")[-1].split(":")[0]
        memory = container["resources"]["limits"]["memory"].lower().removesuffix("i")
        return self.podman(
            "podman", "run", "--pod", "suite", "--pull=never", "--read-only", "--read-only-tmpfs=false",
            f"--user={security['runAsUser']}:{security['runAsGroup']}", "--cap-drop=ALL",
            "--security-opt=no-new-privileges", f"--memory={memory}", "--no-healthcheck",
            f"--volume={self.hosts}:/etc/hosts:ro",
            *self.mounts(name, spec), *self.variables(container), *options,
            f"localhost/shian/{image}:{self.tag}", *(arguments or container["args"]), check=check)

    def start(self, service):
        self.run("StatefulSet", service, "--detach", f"--name={service}")

    def process(self, service):
        return int(self.podman("podman", "inspect", "--format", "{{.State.Pid}}", service).stdout)

    def ctl(self, *arguments, check=True):
        return self.run("CronJob", "ctl", "--rm", arguments=arguments, check=check)

    def stop(self, service):
        """SIGTERM and the pod's own grace; gives the exit code."""
        grace = self.spec("StatefulSet", service)["terminationGracePeriodSeconds"]
        self.podman("podman", "stop", "--time", str(grace), service)
        code = self.podman("podman", "inspect", "--format", "{{.State.ExitCode}}", service).stdout
        self.podman("podman", "rm", service)
        return int(code)

    def log(self, service):
        return self.podman("podman", "logs", service).stderr
