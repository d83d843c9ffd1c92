"""Certificates that must not get in."""
import pathlib
import subprocess
import time

import grpc


def expired(pki, system):
    """(key, certificate) of a system; the certificate is of the right CA and ended a moment ago."""
    pki = pathlib.Path(pki)
    crt, extensions = pki / "expired.crt", pki / "expired.ext"
    extensions.write_text(f"subjectAltName = URI:urn:shian:system:{system}\n"
                          "extendedKeyUsage = clientAuth\n")
    request = subprocess.run(["openssl", "req", "-new", "-key", str(pki / f"{system}.key"),
                              "-subj", f"/CN={system}"], capture_output=True, check=True).stdout
    subprocess.run(["openssl", "x509", "-req", "-CA", str(pki / "ca.crt"),
                    "-CAkey", str(pki / "ca.key"), "-days", "0", "-set_serial", "7",
                    "-extfile", str(extensions), "-out", str(crt)],
                   input=request, capture_output=True, check=True)
    time.sleep(1.1)  # "-days 0" ends within this second
    return (pki / f"{system}.key").read_bytes(), crt.read_bytes()


def of_system(pki, system):
    pki = pathlib.Path(pki)
    return (pki / f"{system}.key").read_bytes(), (pki / f"{system}.crt").read_bytes()


def channel(suite, service, key=None, certificate=None, root=None):
    """A channel to one process with any key and certificate, or none."""
    root = root or (suite.pki / "ca.crt").read_bytes()
    credentials = grpc.ssl_channel_credentials(root, key, certificate)
    options = [("grpc.ssl_target_name_override", f"{service}.shian.internal"),
               ("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1)]
    return grpc.secure_channel(f"127.0.0.1:{suite.ports[service]}", credentials, options)
