#!/usr/bin/python3
"""A department is onboarded: packed, its request approved by the development CA, its sandbox started; its
own client in Python, and the one in Node where npm gives its packages, acknowledge, report and confirm."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
NAME = "water-bureau"
NPM_SECONDS = 180


def run(command, check=True, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    if check and done.returncode != 0:
        raise RuntimeError(f"{command}: exit {done.returncode}: {done.stderr[-2000:]}{done.stdout[-500:]}")
    return done


class Onboarding:
    def __init__(self, build):
        self.build = pathlib.Path(build).resolve()
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="shian-onboard-"))
        self.out = self.work / NAME
        self.sandbox = self.out / "sandbox" / "sandbox"
        self.tool = self.build / "services" / "ctl" / "shian"
        self.environment = {**os.environ, "SHIAN_POLICIES": str(SOURCE / "deploy" / "policies"),
                            "SHIAN_DESCRIPTORS": str(self.build / "shian.binpb"),
                            "SHIAN_BIN": str(self.build / "services")}

    def pack(self):
        command = [self.tool, "onboard", NAME, "--title", "水务系统", "--organisation-title", "澄沅县水务局", "--region",
                   "410902", "--from", "2025-01-01", "--out", self.out]
        run(command, env=self.environment)
        again = run(command, check=False, env=self.environment)
        assert again.returncode != 0, "a key is made once"
        key = self.out / "pki" / f"{NAME}.key"
        assert key.stat().st_mode & 0o077 == 0, "nobody else reads the key"
        assert (self.out / "proto" / "shian" / "sanction" / "v1" / "measure_service.proto").exists()

    def sign(self):
        """As the bureau's CA does; what asks for other names is refused."""
        ca = run([SOURCE / "deploy" / "pki" / "make-pki", self.work / "ca"]) and self.work / "ca"
        sign = SOURCE / "deploy" / "pki" / "sign-request"
        pki = self.out / "pki"
        run([sign, ca, pki / f"{NAME}.csr", pki / f"{NAME}.crt"])
        run(["openssl", "verify", "-CAfile", ca / "ca.crt", pki / f"{NAME}.crt"])
        text = run(["openssl", "x509", "-in", pki / f"{NAME}.crt", "-noout", "-text"]).stdout
        assert f"URI:urn:shian:system:{NAME}" in text, text
        wrong = self.work / "wrong.csr"
        run(["openssl", "req", "-new", "-key", pki / f"{NAME}.key", "-subj", "/CN=x", "-addext",
             f"subjectAltName=URI:urn:shian:system:{NAME},DNS:ctl.shian.internal", "-out", wrong])
        refused = run([sign, ca, wrong, self.work / "wrong.crt"], check=False)
        assert refused.returncode != 0 and not (self.work / "wrong.crt").exists(), "names of two systems"

    def measures(self):
        """The department's measures by state, as the bureau sees them."""
        environment = {**self.environment, "SHIAN_PKI": str(self.out / "sandbox" / "pki"),
                       "SHIAN_PEER_SANCTION": "127.0.0.1:9440"}
        done = run([self.tool, "--output", "json", "--timeout", "20", "measure", "list", "--system", NAME],
                   env=environment)
        return [json.loads(line)["state"].removeprefix("MEASURE_STATE_") for line in done.stdout.splitlines()]

    def act(self, *words):
        print(run([self.sandbox, *words], env=self.environment).stdout, end="", flush=True)

    def check_python(self):
        assert self.measures() == ["ORDERED"], self.measures()
        client = self.out / "clients" / "python" / "measures.py"
        done = run(["/usr/bin/python3", client, "--once"])
        assert "carried out" in done.stdout, done.stdout
        assert self.measures() == ["REPORTED"], self.measures()
        # It watches its own orders from the first fact on, and keeps its place.
        run(["/usr/bin/python3", client, "--watch-seconds", "3"])
        assert client.with_name("cursor").read_text(), "a cursor"

    def check_node(self):
        folder = self.out / "clients" / "node"
        if not install(folder):
            print("skipped: npm gives no packages here, so the client in Node was not run")
            return
        self.act("order")
        assert sorted(self.measures()) == ["ORDERED", "REPORTED"], self.measures()
        done = run(["node", folder / "measures.js", "--watch-seconds", "3"])
        assert "carried out" in done.stdout, done.stdout
        assert set(self.measures()) == {"REPORTED"}, self.measures()
        assert (folder / "cursor").read_text(), "a cursor"

    def check_lifting(self):
        self.act("lift")
        assert set(self.measures()) == {"LIFTING"}, self.measures()
        client = self.out / "clients" / "python" / "measures.py"
        assert "reversed" in run(["/usr/bin/python3", client, "--once"]).stdout
        assert set(self.measures()) == {"ENDED"}, self.measures()


def install(folder):
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    try:
        done = run(["npm", "install", "--no-fund", "--no-audit", "--no-package-lock", "--prefix", folder], check=False,
                   cwd=folder, timeout=NPM_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def main():
    onboarding = Onboarding(sys.argv[1] if len(sys.argv) > 1 else SOURCE / "build")
    try:
        onboarding.pack()
        onboarding.sign()
        onboarding.act("start")
        onboarding.act("order")
        onboarding.check_python()
        onboarding.check_node()
        onboarding.check_lifting()
    finally:
        if onboarding.sandbox.exists():
            run([onboarding.sandbox, "stop"], check=False, env=onboarding.environment)
        shutil.rmtree(onboarding.work, ignore_errors=True)
    print("onboarded: packed, signed, ordered, reported, lifted")


if __name__ == "__main__":
    main()
