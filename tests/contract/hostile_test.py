#!/usr/bin/python3
"""No request, however malformed, may give INTERNAL or UNKNOWN or stop a process.

Every unary method of every service gets the requests of hostile.py from an allowed system with a
good officer's token. Wrong input is named: the field and its rule, in English and in Chinese.
"""
import collections

import harness
import hostile
from harness import bearer, outcome, wire

ALLOWED = {"OK", "INVALID_ARGUMENT", "NOT_FOUND", "FAILED_PRECONDITION", "PERMISSION_DENIED",
           "UNAUTHENTICATED", "ALREADY_EXISTS", "ABORTED", "OUT_OF_RANGE", "RESOURCE_EXHAUSTED"}
# A token, revision or cursor that was not ours: the reason itself names the field.
SELF_NAMED = {"PAGE_TOKEN_INVALID", "REVISION_INVALID", "REQUEST_ID_REUSED", "FEED_CURSOR_INVALID",
              "STEP_UNKNOWN"}
MESSAGE_BYTES_MAX = 1 << 20
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


def check_method(suite, checks, process, method, channel, metadata):
    message_class = wire.PROTOS.message(method.request)
    for name, message in hostile.requests(message_class):
        body = message.SerializeToString()
        if len(body) >= MESSAGE_BYTES_MAX:
            continue
        code, reason, error = outcome(method, channel, body=body, metadata=metadata)
        COUNTED[code] += 1
        check_answer(checks, f"{method.path} ({name})", code, reason, error)
        if not checks.expect(suite.alive(process), f"{method.path} ({name}) ended {process}"):
            suite.start(process)
            return


def check_streams(suite, checks, process, method, channel, metadata):
    """The first message of a stream is as hostile; what is answered must be as orderly."""
    message_class = wire.PROTOS.message(method.request)
    for name, message in hostile.requests(message_class):
        code, reason, error = outcome(method, channel, body=message.SerializeToString()[:1 << 19],
                                      metadata=metadata)
        checks.expect(code in ALLOWED | {"UNIMPLEMENTED"} and suite.alive(process),
                      f"{method.path} ({name}): {code} {reason}")


def check_log(suite, checks, process):
    """A status without a reason is answered politely but is a fault all the same."""
    text = suite.log(process).read_text(errors="replace")
    lines = [line for line in text.split("\n") if "status_without_reason" in line]
    for line in lines[:5]:
        checks.expect(False, f"{process}: {line[:400]}")
    checks.equal(len(lines), 0, f"{process}: statuses without a reason")


def test(suite, checks):
    metadata = bearer(suite.officer())
    for process in suite.ports:
        checks.section(process)
        channel = suite.client("ctl").channel(process)
        for method in harness.methods_of(suite.build, process):
            check = check_method if method.unary else check_streams
            check(suite, checks, process, method, channel, metadata)
        check_log(suite, checks, process)
    print("answers:", ", ".join(f"{code} {count}" for code, count in COUNTED.most_common()))


if __name__ == "__main__":
    harness.run(test, port_shift=3000)
