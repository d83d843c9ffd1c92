#!/usr/bin/python3
"""No request, however malformed, may give INTERNAL or UNKNOWN or stop a process.

Every method of every service gets the requests of hostile.py and hostile_bytes.py from an allowed
system with a good officer's token, some without or with a bad one, and some too late. Wrong input
is named: the field and its rule, in English and in Chinese. Memory stays bounded, and a stream that
a malformed message cut is never taken for a whole one (hostile_streams.py). The stores hold
something, and plausible requests name it, so that what is hostile comes beyond the first look.
"""
import collections
import os
import pathlib
import re

import harness
import hostile
import hostile_bytes
import hostile_streams
import populated
from harness import bearer, outcome, wire

ALLOWED = {"OK", "INVALID_ARGUMENT", "NOT_FOUND", "FAILED_PRECONDITION", "PERMISSION_DENIED",
           "UNAUTHENTICATED", "ALREADY_EXISTS", "ABORTED", "OUT_OF_RANGE", "RESOURCE_EXHAUSTED"}
# A token, revision or cursor that was not ours: the reason itself names the field; so does the
# end of a stream.
SELF_NAMED = {"PAGE_TOKEN_INVALID", "REVISION_INVALID", "REQUEST_ID_REUSED", "FEED_CURSOR_INVALID",
              "STEP_UNKNOWN", "STREAM_INCOMPLETE", "STREAM_MISMATCH"}
MESSAGE_BYTES_MAX = 1 << 20
# Bytes that do not decode, and messages beyond the limit, are refused by gRPC itself.
UNDECODED = {"UNIMPLEMENTED"}
LATE = {"DEADLINE_EXCEEDED", "CANCELLED"}
DEADLINES = (0.0, 0.0003, 0.002, 0.021)
# What a process may keep of a whole round of messages of 1 MiB after it has answered one round:
# room for its threads' arenas and gRPC's buffers, far less than the round's own bytes.
GROWTH_MIB_MAX = 48
DETAILS_BYTES_MAX = 2048


def violations(error):
    """The field violations of a refusal."""
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        status = wire.PROTOS.message("google.rpc.Status").FromString(value)
        for detail in status.details:
            if detail.type_url.endswith("google.rpc.BadRequest"):
                bad = wire.PROTOS.message("google.rpc.BadRequest").FromString(detail.value)
                return list(bad.field_violations)
    return []


def details_size(error):
    return max([len(value) for key, value in error.trailing_metadata() or ()
                if key == "grpc-status-details-bin"], default=0)


def is_chinese(text):
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def check_invalid(checks, what, reason, error):
    if reason in SELF_NAMED:
        return
    wrong = violations(error)
    if not checks.expect(wrong, f"{what}: INVALID_ARGUMENT {reason} names no field"):
        return
    for violation in wrong:
        checks.expect(violation.description and not is_chinese(violation.description),
                      f"{what}: no English rule for {violation.field!r}: {violation.description}")
        checks.expect(is_chinese(violation.localized_message.message),
                      f"{what}: no Chinese rule for {violation.field!r}")


def check_answer(checks, what, code, reason, error):
    if not checks.expect(code in ALLOWED, f"{what}: {code} {reason}: {error and error.details()}"):
        return
    if error is None:
        return
    checks.expect(reason.isupper(), f"{what}: {code} without a stable reason")
    checks.expect(details_size(error) <= DETAILS_BYTES_MAX,
                  f"{what}: {details_size(error)} bytes of details")
    if code == "INVALID_ARGUMENT":
        check_invalid(checks, what, reason, error)


COUNTED = collections.Counter()  # how the requests were answered, to see that none is in vain
ANSWERED = collections.defaultdict(set)  # methods that gave an answer, by the service's package


def check_method(suite, checks, process, method, channel, metadata):
    message_class = wire.PROTOS.message(method.request)
    for name, message in hostile.requests(message_class, method.service):
        body = message.SerializeToString()
        if len(body) >= MESSAGE_BYTES_MAX:
            continue
        code, reason, error = outcome(method, channel, body=body, metadata=metadata)
        COUNTED[code] += 1
        if code == "OK":
            ANSWERED[process if f".{process}." in method.service else "common"].add(method.path)
        check_answer(checks, f"{method.path} ({name})", code, reason, error)
        if not checks.expect(suite.alive(process), f"{method.path} ({name}) ended {process}"):
            suite.start(process)
            return


def check_bytes(suite, checks, process, method, channel, metadata, bodies):
    """Bodies as bytes, most of which no client of ours would make."""
    for name, body in bodies:
        code, reason, error = outcome(method, channel, body=body, metadata=metadata)
        COUNTED[code] += 1
        what = f"{method.path} ({name})"
        if code in UNDECODED or (len(body) > MESSAGE_BYTES_MAX and code == "RESOURCE_EXHAUSTED"):
            continue
        checks.expect(len(body) <= MESSAGE_BYTES_MAX or not method.unary, f"{what}: {code}")
        check_answer(checks, what, code, reason, error)
    if not checks.expect(suite.alive(process), f"{method.path} ended {process}"):
        suite.start(process)


def check_tokens(checks, method, channel, tokens):
    """Without a token or with a bad one nothing that needs an officer happens."""
    body = hostile.plausible(wire.PROTOS.message(method.request),
                             method.service).SerializeToString()
    for token in tokens:
        pairs = [("accept-language", "zh-CN")] + ([("authorization", token)] if token else [])
        code, reason, _ = outcome(method, channel, body=body, metadata=pairs)
        COUNTED[code] += 1
        good = code == "UNAUTHENTICATED" if method.officer else code in ALLOWED
        checks.expect(good, f"{method.path} with the token {token[:20]!r}: {code} {reason}")


def check_deadlines(checks, method, channel, metadata):
    """A request that would be answered, if there were time."""
    message_class = wire.PROTOS.message(method.request)
    for seconds in DEADLINES:
        body = hostile.plausible(message_class, method.service).SerializeToString()
        code, reason, _ = outcome(method, channel, body=body, timeout=seconds, metadata=metadata)
        COUNTED[code] += 1
        checks.expect(code in ALLOWED | LATE,
                      f"{method.path} with {seconds} s left: {code} {reason}")


def resident_mib(suite, process):
    status = pathlib.Path(f"/proc/{suite.processes[process].pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024


def check_memory(suite, checks, process, channel, metadata):
    """Two rounds of the largest messages: the first may grow the process, the second may not."""
    sizes = []
    for _ in range(2):
        sent = 0
        for method in harness.methods_of(suite.build, process):
            bodies = list(hostile_bytes.huge(wire.PROTOS.message(method.request), method.service))
            sent += sum(len(body) for _, body in bodies)
            check_bytes(suite, checks, process, method, channel, metadata, bodies)
        sizes.append(resident_mib(suite, process))
    print(f"{process}: {sizes[0]} MiB resident after {sent >> 20} MiB of requests, "
          f"{sizes[1]} MiB after as many again")
    # AddressSanitizer keeps what was freed for a while, to see who uses it.
    checks.expect(sizes[1] - sizes[0] <= GROWTH_MIB_MAX or "ASAN_OPTIONS" in os.environ,
                  f"{process} grew from {sizes[0]} to {sizes[1]} MiB")


def check_log(suite, checks, process):
    """A status without a reason is answered politely but is a fault all the same; and no request
    may stop the audit log with a name that it cannot hold."""
    text = suite.log(process).read_text(errors="replace")
    for event in ("status_without_reason", "audit_not_written"):
        lines = [line for line in text.split("\n") if event in line]
        for line in lines[:5]:
            checks.expect(False, f"{process}: {line[:400]}")
        checks.equal(len(lines), 0, f"{process}: {event}")


def check_method_whole(suite, checks, process, method, channel, metadata, random):
    message_class = wire.PROTOS.message(method.request)
    check_method(suite, checks, process, method, channel, metadata)
    bodies = [*hostile_bytes.deep(), *hostile_bytes.noise(random),
              *hostile_bytes.mutants(message_class, method.service, random),
              *hostile_bytes.torn(message_class, method.service, random)]
    check_bytes(suite, checks, process, method, channel, metadata, bodies)
    check_deadlines(checks, method, channel, metadata)


def reads_of(suite, process):
    """The service's own methods that only read."""
    return {method.path for method in harness.methods_of(suite.build, process)
            if f".{process}." in method.service and method.unary
            and method.path.split("/")[1].startswith(("Get", "List"))}


def check_answered(suite, checks, process):
    """Where nothing is ever answered, only the doors were tried."""
    reads = reads_of(suite, process)
    answered = reads & ANSWERED[process]
    print(f"{process}: {len(ANSWERED[process])} methods answered, {len(answered)} of {len(reads)} "
          f"reads; not {sorted(path.split('/')[1] for path in reads - answered)}")
    checks.expect(len(answered) * 2 >= len(reads), f"{process}: few reads were ever answered")


def test(suite, checks):
    random = harness.seeded_random()
    made = populated.populate(suite)
    hostile.REAL.update(made.names, laboratories=made.laboratory)
    checks.section("populated")
    metadata = bearer(suite.officer())
    tokens = ["", "Bearer", "Bearer x.y.z", "Basic eDp5", "Bearer " + "a" * 5000,
              f"Bearer {suite.issuer.unsigned('ZF-x')}"]
    for process in suite.ports:
        checks.section(process)
        channel = suite.client("ctl").channel(process)
        for method in harness.methods_of(suite.build, process):
            check_method_whole(suite, checks, process, method, channel, metadata, random)
            check_tokens(checks, method, channel, tokens)
            if method.client_streams:
                hostile_streams.check(suite, checks, process, method, channel, metadata)
        check_answered(suite, checks, process)
        check_memory(suite, checks, process, channel, metadata)
        check_log(suite, checks, process)
    print("answers:", ", ".join(f"{code} {count}" for code, count in COUNTED.most_common()))


if __name__ == "__main__":
    harness.run(test, port_shift=3000)
