"""A Prometheus on loopback with the shipped configuration, its data in a temporary folder."""
import json
import math
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SHIPPED = SOURCE / "deploy" / "prometheus"
READY_SECONDS = 20


def configure(folder, ports):
    """The shipped prometheus.yml with other ports and a scrape each second; nothing else differs."""
    text = (SHIPPED / "prometheus.yml").read_text(encoding="utf-8")
    text, intervals = re.subn(r"interval: 15s", "interval: 1s", text)
    assert intervals == 2, "the intervals of prometheus.yml"
    text = text.replace("- rules/", f"- {SHIPPED}/rules/")
    for service, (shipped, port) in ports.items():
        target = f"[127.0.0.1:{shipped}]\n        labels: {{service: {service}}}"
        assert text.count(target) == 1, f"{service} is not scraped at {shipped}"
        text = text.replace(target, target.replace(str(shipped), str(port)))
    path = pathlib.Path(folder) / "prometheus.yml"
    path.write_text(text, encoding="utf-8")
    return path


class Prometheus:
    def __init__(self, port, ports):
        self.address = f"127.0.0.1:{port}"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="shian-prometheus-"))
        self.config = configure(self.folder, ports)
        self.process = None

    def start(self):
        command = ["prometheus", f"--config.file={self.config}",
                   f"--web.listen-address={self.address}",
                   f"--storage.tsdb.path={self.folder / 'data'}", "--log.level=warn"]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://{self.address}/-/ready", timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"Prometheus did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def close(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, path, **fields):
        query = urllib.parse.urlencode(fields)
        try:
            with urllib.request.urlopen(f"http://{self.address}/api/v1/{path}?{query}",
                                        timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error)["error"]) from None

    def query(self, expression):
        """[(labels, value)] of an instant query, without what is not a number."""
        found = [(one["metric"], float(one["value"][1]))
                 for one in self.ask("query", query=expression)["result"]]
        return [(labels, value) for labels, value in found if not math.isnan(value)]

    def alerts(self, state):
        """Names of the alerts in a state, each with its service."""
        return sorted({(labels["alertname"], labels.get("service", "")) for labels, _ in
                       self.query(f'ALERTS{{alertname=~"Shian.+", alertstate="{state}"}}')})

    def rules(self):
        return [rule for group in self.ask("rules")["groups"] for rule in group["rules"]]
