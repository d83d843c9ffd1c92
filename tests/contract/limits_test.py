#!/usr/bin/python3
"""Deadlines and sizes: every call needs a deadline, no message is larger than 1 MiB."""
import harness
from harness import bearer, outcome

EXEMPT = {"shian.ledger.v1.FeedService/Watch"}  # resumed by its cursor, so it may run for ever
MESSAGE_BYTES_MAX = 1 << 20
UNKNOWN_BYTES_MAX = 4096


def unknown_field(size):
    """A field of number 1000 with `size` bytes, which no message of ours has."""
    length = bytearray()
    while size >= 0x80:
        length.append(size & 0x7F | 0x80)
        size >>= 7
    length.append(size)
    return b"\xc2\x3e" + bytes(length)


def sack(size):
    return unknown_field(size) + b"x" * size


def check_deadline(suite, checks, method, channel, metadata):
    code, reason, _ = outcome(method, channel, timeout=None, metadata=metadata)
    if method.path in EXEMPT:
        checks.equal(code, "OK", f"{method.path} without a deadline")
    else:
        checks.equal((code, reason), ("INVALID_ARGUMENT", "DEADLINE_REQUIRED"),
                     f"{method.path} without a deadline")


def check_sizes(suite, checks, method, channel, metadata):
    code, _, error = outcome(method, channel, body=sack(MESSAGE_BYTES_MAX), metadata=metadata)
    checks.equal(code, "RESOURCE_EXHAUSTED",
                 f"{method.path} with more than 1 MiB ({error and error.details()})")
    if method.unary:
        code, reason, _ = outcome(method, channel, body=sack(2 * UNKNOWN_BYTES_MAX),
                                  metadata=metadata)
        checks.equal((code, reason), ("INVALID_ARGUMENT", "FIELD_INVALID"),
                     f"{method.path} with {2 * UNKNOWN_BYTES_MAX} bytes of unknown fields")


def check_undecodable(suite, checks, method, channel, metadata):
    """Bytes that are no protobuf are gRPC's own refusal, never INTERNAL or UNKNOWN. A client's stream
    they end, which is then not complete."""
    expected = "INVALID_ARGUMENT" if method.client_streams else "UNIMPLEMENTED"
    for body in (b"\xff" * 40, b"\x0a\xff\xff\xff\xff\x07x", b"\x0b"):
        code, reason, _ = outcome(method, channel, body=body, metadata=metadata)
        checks.equal(code, expected, f"{method.path} with {body!r} ({reason})")
        if method.client_streams:
            checks.equal(reason, "STREAM_INCOMPLETE", f"{method.path} with {body!r}")


def test(suite, checks):
    metadata = bearer(suite.officer())
    for check in (check_deadline, check_sizes, check_undecodable):
        checks.section(check.__name__)
        for process in suite.ports:
            channel = suite.client("ctl").channel(process)
            for method in harness.methods_of(suite.build, process):
                check(suite, checks, method, channel, metadata)
            checks.expect(suite.alive(process), f"{process} died")


if __name__ == "__main__":
    harness.run(test, port_shift=2000)
