#!/usr/bin/python3
"""No request, however malformed, may give INTERNAL or UNKNOWN or stop a process.

Every method of every service gets the requests of hostile.py and hostile_bytes.py from an allowed
system with a good officer's token, some without or with a bad one, and some too late. Wrong input
is named: the field and its rule, in English and in Chinese. Memory stays bounded, and a stream that
a malformed message cut is never taken for a whole one (hostile_streams.py). The stores hold
something, and plausible requests name it, so that what is hostile comes beyond the first look.
"""
import collections

import harness
import hostile
import hostile_bytes
import hostile_matters
import hostile_memory
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
DETAILS_BYTES_MAX = 2048
# Of each service's own methods, how many reads some request gets an answer to at least, how many
# writes it gets done, and how many done or refused by a rule of the matter. Measured with what
# populated.py and hostile_matters.py put in: all reads, and all writes of the third kind.
ANSWERED_MIN = {"registry": (11, 2, 3), "inspection": (12, 5, 34), "credit": (8, 1, 2),
                "sanction": (27, 24, 76), "trace": (27, 6, 13)}


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


# A rule behind the door refused: it looked at the matter, not at the request alone.
RULED = {"FAILED_PRECONDITION", "ABORTED", "ALREADY_EXISTS"}
RULED_REASONS = {"STEPS_KEPT_APART", "NOT_YOUR_MEASURE", "LABORATORY_NOT_THIS_SYSTEM"}

COUNTED = collections.Counter()  # how the requests were answered, to see that none is in vain
# Methods that gave an answer, or that a rule refused, by the service's package.
ANSWERED, REFUSED = collections.defaultdict(set), collections.defaultdict(set)


def note(process, method, code, reason):
    COUNTED[code] += 1
    package = process if f".{process}." in method.service else "common"
    if code == "OK":
        ANSWERED[package].add(method.path)
    elif code in RULED or reason in RULED_REASONS:
        REFUSED[package].add(method.path)


def check_method(suite, checks, process, method, channel, metadata):
    message_class = wire.PROTOS.message(method.request)
    for name, message in hostile.requests(message_class, method.service):
        body = message.SerializeToString()
        if len(body) >= MESSAGE_BYTES_MAX:
            continue
        code, reason, error = outcome(method, channel, body=body, metadata=metadata)
        note(process, method, code, reason)
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


def own_methods(suite, process):
    """(reads, writes) of the service's own, without imports, which check_rows is for."""
    reads, writes = set(), set()
    for method in harness.methods_of(suite.build, process):
        if f".{process}." in method.service and not method.client_streams:
            fields = wire.PROTOS.message(method.request).DESCRIPTOR.fields_by_name
            (writes if "request_id" in fields else reads).add(method.path)
    return reads, writes


def check_answered(suite, checks, process):
    """Where nothing is ever answered, only the doors were tried."""
    reads, writes = own_methods(suite, process)
    answered, done = reads & ANSWERED[process], writes & ANSWERED[process]
    ruled = done | (writes & REFUSED[process])
    missing = sorted(path.split("/")[1] for path in (reads - answered) | (writes - ruled))
    print(f"{process}: {len(answered)} of {len(reads)} reads answered; of {len(writes)} writes "
          f"{len(done)} done, {len(ruled)} done or refused by a rule; not {missing}")
    for what, found, least in zip(("reads answered", "writes done", "writes done or refused by a rule"),
                                  (answered, done, ruled), ANSWERED_MIN[process]):
        checks.expect(len(found) >= least, f"{process}: {len(found)} {what}, fewer than {least}")


def check_rows(suite, checks, process, method, channel, metadata):
    """A plausible row of an import is taken, so that what was hostile in it was looked at."""
    message_class, response_class = wire.PROTOS.classes(method.path)
    if "verdicts" not in response_class.DESCRIPTOR.fields_by_name:
        return
    body = hostile.plausible(message_class, method.service).SerializeToString()
    answer = wire.to_dict(response_class.FromString(method.call(channel, body, metadata=metadata)))
    verdicts = [verdict.get("row", verdict) for verdict in answer["verdicts"]]
    checks.expect(all(verdict["outcome"] != "ROW_OUTCOME_INVALID" for verdict in verdicts),
                  f"{method.path}: {verdicts}")


def test(suite, checks):
    random = harness.seeded_random()
    made = populated.populate(suite)
    hostile.NOW[0] = hostile_matters.add(suite, made)
    hostile.REAL.update(hostile_matters.names(suite, made))
    checks.section("populated")
    tokens = ["", "Bearer", "Bearer x.y.z", "Basic eDp5", "Bearer " + "a" * 5000,
              f"Bearer {suite.issuer.unsigned('ZF-x')}"]
    for process in suite.ports:
        checks.section(process)
        channel = suite.client("ctl").channel(process)
        for number, method in enumerate(harness.methods_of(suite.build, process)):
            # Another officer for each act: the law keeps many of them apart.
            metadata = bearer(suite.officer(f"ZF-{number}"))
            if method.client_streams:
                check_rows(suite, checks, process, method, channel, metadata)
            check_method_whole(suite, checks, process, method, channel, metadata, random)
            check_tokens(checks, method, channel, tokens)
            if method.client_streams:
                hostile_streams.check(suite, checks, process, method, channel, metadata)
        check_answered(suite, checks, process)
        hostile_memory.check(
            suite, checks, process, channel, metadata,
            lambda method, bodies: check_bytes(suite, checks, process, method, channel, metadata,
                                               bodies))
        check_log(suite, checks, process)
    print("answers:", ", ".join(f"{code} {count}" for code, count in COUNTED.most_common()))


if __name__ == "__main__":
    harness.run(test, port_shift=3000)
