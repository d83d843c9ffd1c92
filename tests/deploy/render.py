"""Renders a kustomization: the part of kustomize that deploy/kubernetes uses, and nothing else.

Debian 12 has no kustomize and a kubectl with one of 2019, so the manifests are rendered here; where
a newer kubectl is present, kubernetes_test.py holds both renderings against each other. A field that
is not known here is refused, never passed over.
"""
import copy
import hashlib
import json
import pathlib
import re

import yaml

# Keys by which strategic merge tells the entries of a list apart, as in the Kubernetes API.
MERGE_KEYS = {"containers": "name", "volumes": "name", "env": "name", "ports": "containerPort",
              "volumeMounts": "mountPath"}
CLUSTER_WIDE = {"Namespace"}
WORKLOADS = {"StatefulSet", "Deployment"}  # what a service may be


class RenderError(Exception):
    pass


class UniqueKeys(yaml.SafeLoader):
    """YAML that says a key twice is refused: the reader would see one value, the cluster the other."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise RenderError(f"{node.start_mark.name}:{node.start_mark.line + 1}: {key} twice")
        return super().construct_mapping(node, deep)


def documents(path):
    with open(path, encoding="utf-8") as stream:
        return [document for document in yaml.load_all(stream, UniqueKeys) if document is not None]


def merge(base, patch):
    """A strategic merge patch: maps key by key, named lists entry by entry, all else replaced."""
    for key, value in patch.items():
        if value is None:
            base.pop(key, None)
        elif isinstance(value, dict) and isinstance(base.get(key), dict):
            merge(base[key], value)
        elif isinstance(value, list) and key in MERGE_KEYS and isinstance(base.get(key), list):
            base[key] = merge_list(base[key], value, MERGE_KEYS[key])
        else:
            base[key] = copy.deepcopy(value)


def merge_list(base, patch, key):
    """kustomize's order: what the patch names, as it names it, then the rest of the base."""
    merged = []
    for entry in patch:
        known = next((old for old in base if old.get(key) == entry[key]), None)
        merged.append(copy.deepcopy(entry) if known is None else known)
        if known is not None:
            merge(known, entry)
    named = {entry[key] for entry in patch}
    return merged + [old for old in base if old.get(key) not in named]


def operate(document, operation):
    """One add, replace or remove of a JSON patch."""
    *parents, last = operation["path"].strip("/").split("/")
    place = document
    for part in parents:
        place = place[int(part) if isinstance(place, list) else part]
    if operation["op"] not in ("add", "replace", "remove"):
        raise RenderError(f"operation {operation['op']} is not known")
    if operation["op"] != "add" and last not in place:
        raise RenderError(f"nothing to {operation['op']} at {operation['path']}")
    if operation["op"] == "remove":
        del place[last]
    else:
        place[last] = copy.deepcopy(operation["value"])


def hash_of(config):
    """The suffix that kustomize gives a generated ConfigMap: a changed text is a changed name, and the
    pods that refer to it are started anew. kustomize looks the name up by a path that finds none."""
    text = json.dumps({"data": config["data"], "kind": "ConfigMap", "name": ""}, sort_keys=True,
                      separators=(",", ":"), ensure_ascii=False)
    for plain, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(plain, escaped)
    digest = hashlib.sha256(text.encode()).hexdigest()[:10]
    return digest.translate(str.maketrans("013ae", "ghkmt"))


class Kustomization:
    """One folder, rendered up to the names of its ConfigMaps, which the outermost folder settles."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        self.objects = []
        (self.text,) = documents(self.folder / "kustomization.yaml")
        steps = [("resources", self.resources), ("configMapGenerator", self.config_maps),
                 ("patches", self.patches), ("namespace", self.namespace), ("labels", self.labels),
                 ("images", self.images)]
        unknown = set(self.text) - {name for name, _ in steps} - {"apiVersion", "kind"}
        if unknown:
            raise RenderError(f"{self.folder}: {', '.join(unknown)} not known here")
        for name, step in steps:
            step(self.text.get(name, []))

    def resources(self, names):
        for name in names:
            path = self.folder / name
            if path.is_dir():
                self.objects += Kustomization(path).objects
                continue
            if not path.resolve().is_relative_to(self.folder):
                raise RenderError(f"{self.folder}: {name} lies outside, which kustomize refuses")
            self.objects += documents(path)
        seen = [(entry["kind"], entry["metadata"]["name"]) for entry in self.objects]
        for twice in {entry for entry in seen if seen.count(entry) > 1}:
            raise RenderError(f"{' '.join(twice)} twice")

    def config_maps(self, generators):
        for generator in generators:
            data = {}
            for entry in generator.get("files", []):
                data[pathlib.Path(entry).name] = (self.folder / entry).read_text(encoding="utf-8")
            for entry in generator.get("literals", []):
                key, _, value = entry.partition("=")
                data[key] = value
            self.add_config_map(generator["name"], generator.get("behavior", "create"), data)

    def add_config_map(self, name, behavior, data):
        known = [entry for entry in self.objects
                 if entry["kind"] == "ConfigMap" and entry["metadata"]["name"] == name]
        if (behavior == "create") == bool(known):
            raise RenderError(f"ConfigMap {name}: {behavior}, but there is {len(known)}")
        if behavior == "create":
            self.objects.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name},
                                 "data": data})
        elif behavior == "merge":
            known[0]["data"].update(data)
        else:
            known[0]["data"] = data

    def patches(self, patches):
        for patch in patches:
            (change,) = documents(self.folder / patch["path"])
            target = patch["target"]
            chosen = [entry for entry in self.objects if entry["kind"] == target["kind"] and
                      re.fullmatch(target.get("name", ".*"), entry["metadata"]["name"])]
            if not chosen:
                raise RenderError(f"{patch['path']}: nothing is patched")
            for entry in chosen:
                self.apply(entry, change)

    def apply(self, entry, change):
        if isinstance(change, list):
            for operation in change:
                operate(entry, operation)
            return
        if change.get("$patch") == "delete":
            self.objects.remove(entry)
            return
        kept = entry["metadata"]["name"]
        merge(entry, change)
        entry["metadata"]["name"] = kept

    def namespace(self, namespace):
        if not namespace:
            return
        for entry in self.objects:
            if entry["kind"] in CLUSTER_WIDE:
                entry["metadata"]["name"] = namespace
            else:
                entry["metadata"]["namespace"] = namespace

    def labels(self, labels):
        for label in labels:
            if set(label) != {"pairs"}:
                raise RenderError("labels: only pairs are known here")
            for entry in self.objects:
                entry["metadata"].setdefault("labels", {}).update(label["pairs"])

    def images(self, images):
        for image in images:
            for container in containers_of(self.objects):
                name = container["image"].split("@")[0].rsplit(":", 1)[0]
                if name == image["name"]:
                    version = (f"@{image['digest']}" if "digest" in image else f":{image['newTag']}")
                    container["image"] = image.get("newName", name) + version


def pods_of(entry):
    """The pod templates of an object."""
    if entry["kind"] in WORKLOADS:
        return [entry["spec"]["template"]]
    if entry["kind"] == "CronJob":
        return [entry["spec"]["jobTemplate"]["spec"]["template"]]
    return []


def containers_of(objects):
    return [container for entry in objects for pod in pods_of(entry)
            for container in pod["spec"].get("initContainers", []) + pod["spec"]["containers"]]


def rename_config_maps(value, names):
    """Gives every reference to a generated ConfigMap its new name."""
    if isinstance(value, list):
        for entry in value:
            rename_config_maps(entry, names)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in ("configMap", "configMapRef", "configMapKeyRef") and inner.get("name") in names:
                inner["name"] = names[inner["name"]]
            rename_config_maps(inner, names)


def render(folder):
    """Every object of a kustomization, as `kubectl kustomize` would print it."""
    objects = Kustomization(folder).objects
    names = {}
    for entry in objects:
        if entry["kind"] == "ConfigMap":
            names[entry["metadata"]["name"]] = f"{entry['metadata']['name']}-{hash_of(entry)}"
    for entry in objects:
        if entry["kind"] == "ConfigMap":
            entry["metadata"]["name"] = names[entry["metadata"]["name"]]
        else:
            rename_config_maps(entry, names)
    return objects
