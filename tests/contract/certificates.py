"""Certificates that must not get in."""
import pathlib
import subprocess
import time

import grpc


def signing_request(pki, system):
    return subprocess.run(["openssl", "req", "-new", "-key", str(pki / f"{system}.key"),
                           "-subj", f"/CN={system}"], capture_output=True, check=True).stdout


def issued(pki, system, file, names, days=1):
    """(key, certificate) by the suite's CA for a system's key, under any subject names or none."""
    pki = pathlib.Path(pki)
    crt, extensions = pki / f"{file}.crt", pki / f"{file}.ext"
    lines = ["extendedKeyUsage = clientAuth"] + ([f"subjectAltName = {names}"] if names else [])
    extensions.write_text("\n".join(lines) + "\n")
    subprocess.run(["openssl", "x509", "-req", "-CA", str(pki / "ca.crt"),
                    "-CAkey", str(pki / "ca.key"), "-days", str(days), "-set_serial", "7",
                    "-extfile", str(extensions), "-out", str(crt)],
                   input=signing_request(pki, system), capture_output=True, check=True)
    return (pki / f"{system}.key").read_bytes(), crt.read_bytes()


def expired(pki, system):
    """The certificate is right but for its end, which was a moment ago."""
    pair = issued(pki, system, "expired", f"URI:urn:shian:system:{system}", days=0)
    time.sleep(1.1)  # "-days 0" ends within this second
    return pair


def self_signed(pki, system):
    """All the right words, and nobody's signature but its own."""
    pki = pathlib.Path(pki)
    crt = pki / "self-signed.crt"
    subprocess.run(["openssl", "req", "-x509", "-new", "-key", str(pki / f"{system}.key"),
                    "-days", "1", "-subj", f"/O=Shian development/CN={system}", "-out", str(crt),
                    "-addext", f"subjectAltName=URI:urn:shian:system:{system}",
                    "-addext", "extendedKeyUsage=clientAuth"], capture_output=True, check=True)
    return (pki / f"{system}.key").read_bytes(), crt.read_bytes()


def of_system(pki, system):
    pki = pathlib.Path(pki)
    return (pki / f"{system}.key").read_bytes(), (pki / f"{system}.crt").read_bytes()


def channel(suite, service, key=None, certificate=None, root=None, meant=None):
    """A channel to one process with any key and certificate, or none; `meant`: the service that the
    caller believes is there."""
    root = root or (suite.pki / "ca.crt").read_bytes()
    credentials = grpc.ssl_channel_credentials(root, key, certificate)
    options = [("grpc.ssl_target_name_override", f"{meant or service}.shian.internal"),
               ("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1)]
    return grpc.secure_channel(f"127.0.0.1:{suite.ports[service]}", credentials, options)
