#!/usr/bin/python3
"""Who may call what: every system with every RPC, bad certificates with every RPC, bad tokens.

All of it must be refused before any handler: the handlers' own counters stay where they were.
"""
import re

import certificates
import harness
from harness import STRANGER, bearer, outcome
from officers import Issuer

TRANSPORT_REFUSALS = {"UNAVAILABLE"}  # the handshake fails, so there is no status of ours
# Certificates of the right CA that name no system of ours: no URI, the right name of the wrong kind,
# another's URI, and what only looks like ours.
WRONG_NAMES = ("", "DNS:ctl.shian.internal", "DNS:urn.shian.system.ctl", "email:ctl@shian.internal",
               "URI:https://ctl.shian.internal/", "URI:spiffe://shian/system/ctl",
               "URI:urn:shian:system:", "URI:urn:shian:system:CTL", "URI:urn:shian:system:ctl2",
               "URI:urn:shian:system:ctl/x", "URI:xurn:shian:system:ctl", "URI:urn:shian:ctl")
TOKEN_REASONS = {"OFFICER_TOKEN_REQUIRED", "OFFICER_TOKEN_INVALID", "OFFICER_TOKEN_EXPIRED"}


def probe_of(methods):
    """The method by which a service is tried: a unary one where there is one."""
    return min(methods, key=lambda m: (m.client_streams, m.server_streams, m.officer))


def may_watch(entry, process):
    return any(grant.origin == process and grant.type_prefixes for grant in entry.feeds)


def expected_outcome(entry, process, service):
    if service not in entry.services:
        return False
    return may_watch(entry, process) if service == "shian.ledger.v1.FeedService" else True


def check_pair(checks, entry, process, service, method, channel):
    code, reason, _ = outcome(method, channel)
    refused = (code, reason) == ("PERMISSION_DENIED", "SERVICE_NOT_ALLOWED")
    what = f"{entry.id} -> {method.path} on {process}: {code} {reason}"
    if expected_outcome(entry, process, service):
        checks.expect(not refused and code != "UNAVAILABLE", f"{what}, but the table allows it")
    else:
        checks.expect(refused, f"{what}, but the table does not allow it")


def check_matrix(suite, checks):
    table = harness.system_table()
    for process in suite.ports:
        services = harness.services_of(suite.build, process)
        for entry in table.systems:
            channel = certificates.channel(suite, process,
                                           *certificates.of_system(suite.pki, entry.id))
            for service, methods in services.items():
                for method in methods:
                    check_pair(checks, entry, process, service, method, channel)
            channel.close()


def check_table_is_whole(suite, checks):
    """Every certificate of make-pki has its line, and every line its certificate."""
    script = (harness.SOURCE / "deploy" / "pki" / "make-pki").read_text()
    made = set(" ".join(re.findall(r'^(?:services|others)="([^"]*)"', script, re.M)).split())
    listed = {entry.id for entry in harness.system_table().systems}
    checks.equal(sorted(made ^ listed), [], "systems either without certificate or without a line")
    served = {service for process in suite.ports
              for service in harness.services_of(suite.build, process)}
    named = {service for entry in harness.system_table().systems for service in entry.services}
    checks.equal(sorted(named - served), [], "services in the table that nobody serves")
    checks.equal(sorted(served - named), [], "services that the table lets nobody call")


def bad_certificates(suite):
    """(name, key and certificate, codes, reason)."""
    foreign = harness.make_pki(suite.state / "foreign")
    unknown = {"UNAUTHENTICATED"}
    cases = [
        ("no certificate", (None, None), TRANSPORT_REFUSALS, None),
        ("a certificate of another CA", certificates.of_system(foreign, "ctl"),
         TRANSPORT_REFUSALS, None),
        ("an expired certificate", certificates.expired(suite.pki, "ctl"),
         TRANSPORT_REFUSALS, None),
        ("a certificate signed by itself", certificates.self_signed(suite.pki, "ctl"),
         TRANSPORT_REFUSALS, None),
        ("a system that the table does not know", certificates.of_system(suite.pki, STRANGER),
         unknown, "SYSTEM_UNKNOWN"),
    ]
    for number, names in enumerate(WRONG_NAMES):
        pair = certificates.issued(suite.pki, "ctl", f"wrong-{number}", names)
        cases.append((f"a certificate that says {names or 'nobody'}", pair, unknown,
                      "SYSTEM_UNKNOWN"))
    return cases


def check_certificates(suite, checks):
    """Every bad certificate with every RPC of every process."""
    cases = bad_certificates(suite)
    for process in suite.ports:
        for name, pair, codes, reason in cases:
            channel = certificates.channel(suite, process, *pair)
            for method in harness.methods_of(suite.build, process):
                code, word, _ = outcome(method, channel, timeout=5)
                checks.expect(code in codes and reason in (None, word),
                              f"{name} -> {method.path} on {process}: {code} {word}")
            channel.close()


def check_right_name(suite, checks):
    """What makes the wrong names above wrong: the same key and CA with the right one get in."""
    pair = certificates.issued(suite.pki, "ctl", "right", "URI:urn:shian:system:ctl")
    for process in suite.ports:
        channel = certificates.channel(suite, process, *pair)
        for method in harness.methods_of(suite.build, process):
            code, word, _ = outcome(method, channel, timeout=5)
            checks.expect(code != "UNAVAILABLE" and word != "SYSTEM_UNKNOWN",
                          f"a right certificate -> {method.path} on {process}: {code} {word}")
        channel.close()


def check_servers(suite, checks):
    """A caller that means one service refuses the certificate of another at its address, and one
    that trusts another CA refuses them all."""
    pair = certificates.of_system(suite.pki, "ctl")
    strange = (harness.make_pki(suite.state / "other") / "ca.crt").read_bytes()
    for process in suite.ports:
        probe = probe_of(harness.services_of(suite.build, process)["shian.ledger.v1.LedgerService"])
        for meant in suite.ports:
            channel = certificates.channel(suite, process, *pair, meant=meant)
            code, word, _ = outcome(probe, channel, timeout=5)
            checks.expect((code in TRANSPORT_REFUSALS) == (meant != process),
                          f"a caller that means {meant} at the address of {process}: {code} {word}")
            channel.close()
        channel = certificates.channel(suite, process, *pair, root=strange)
        code, word, _ = outcome(probe, channel, timeout=5)
        checks.expect(code in TRANSPORT_REFUSALS, f"{process} under another CA: {code} {word}")
        channel.close()


def bad_tokens(suite):
    """(name, authorization header, reason)."""
    issuer = suite.issuer
    forger = Issuer(harness.make_pki(suite.state / "forger") / "issuer.key")
    public = (suite.pki / "issuer.pub").read_bytes()
    now = issuer.claims("ZF1")["iat"]
    invalid, expired = "OFFICER_TOKEN_INVALID", "OFFICER_TOKEN_EXPIRED"
    yesterday = {"iat": now - 7200, "nbf": now - 7200, "exp": now - 60}
    tokens = [
        ("signed by another key", forger.token("ZF1"), invalid),
        ("expired", issuer.token("ZF1", **yesterday), expired),
        ("alg=none", issuer.unsigned("ZF1"), invalid),
        ("HS256 with the public key", issuer.keyed("ZF1", public), invalid),
        ("ES256 signature under alg=none", issuer.token("ZF1", algorithm="none"), invalid),
        ("another audience", issuer.token("ZF1", aud="other"), invalid),
        ("no audience", issuer.token("ZF1", aud=None), invalid),
        ("another issuer", issuer.token("ZF1", iss="someone"), invalid),
        ("claims changed after signing", issuer.changed("ZF1", sub="ZF2"), invalid),
        ("not valid yet", issuer.token("ZF1", nbf=now + 600), invalid),
        ("living for a year", issuer.token("ZF1", exp=now + 365 * 86400), invalid),
        ("no person", issuer.token("", ), invalid),
        ("no enforcement card", issuer.token("ZF1", card=None), invalid),
        ("another region", issuer.token("ZF1", region="320102"), "REGION_NOT_ALLOWED"),
        ("no JWT at all", "x" * 100, invalid),
        ("10,000 characters", "x" * 10000, invalid),
    ]
    headers = [(name, f"Bearer {token}", reason) for name, token, reason in tokens]
    headers.append(("no bearer", f"Basic {issuer.token('ZF1')}", invalid))
    headers.append(("no token", None, "OFFICER_TOKEN_REQUIRED"))
    return headers


def check_tokens(suite, checks):
    headers = bad_tokens(suite)
    for process in suite.ports:
        channel = suite.client("ctl").channel(process)
        before = handled(suite, process)
        for method in harness.methods_of(suite.build, process):
            if not method.officer:
                continue
            for name, header, reason in headers:
                metadata = [("authorization", header)] if header else None
                code, word, _ = outcome(method, channel, metadata=metadata)
                checks.equal(word, reason, f"a token {name} -> {method.path} ({code})")
        checks.equal(handled(suite, process), before,
                     f"{process}: calls that reached a handler in spite of their token")


def handled(suite, process):
    lines = re.findall(r"^grpc_server_handled_total\{.*\} (\S+)$", suite.metrics(process), re.M)
    return sum(float(value) for value in lines)


def check_good_token(suite, checks):
    """The same methods with a good token come to their handler, which finds the request empty."""
    metadata = bearer(suite.officer())
    for process in suite.ports:
        channel = suite.client("ctl").channel(process)
        for method in harness.methods_of(suite.build, process):
            if method.officer:
                code, word, _ = outcome(method, channel, metadata=metadata)
                checks.expect(word not in TOKEN_REASONS and code != "UNAVAILABLE",
                              f"a good token -> {method.path}: {code} {word}")


def check_other_services(suite, checks):
    """A service of another process is UNIMPLEMENTED here, whatever the caller may do there."""
    for process in suite.ports:
        own = harness.services_of(suite.build, process)
        channel = suite.client("ctl").channel(process)
        for other in suite.ports:
            for service, methods in harness.services_of(suite.build, other).items():
                if service not in own:
                    code, _, _ = outcome(probe_of(methods), channel)
                    checks.equal(code, "UNIMPLEMENTED", f"{service} on {process}")


def test(suite, checks):
    for step in (check_table_is_whole, check_matrix, check_certificates, check_right_name,
                 check_servers, check_tokens, check_good_token, check_other_services):
        checks.section(step.__name__)
        step(suite, checks)


if __name__ == "__main__":
    harness.run(test, port_shift=1000)
