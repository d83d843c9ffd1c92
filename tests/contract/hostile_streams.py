"""Client streams that a malformed message, an early end or a hostile end cuts: never a whole one.

gRPC reports bytes that do not decode like the end of a stream, so only the last message, which says
how much was sent, tells a whole stream from a cut one.
"""
import grpc

import hostile
from harness import wire, word_of

GARBAGE = b"\xff" * 40
REFUSALS = {"INVALID_ARGUMENT", "ABORTED", "FAILED_PRECONDITION", "RESOURCE_EXHAUSTED",
            "UNIMPLEMENTED", "NOT_FOUND", "OUT_OF_RANGE", "PERMISSION_DENIED"}


def first_message(message_class):
    """What the handler takes as the beginning: plausible, or a piece of a file."""
    message = message_class()
    if "data" in message.DESCRIPTOR.fields_by_name:
        message.data = b"a piece of a file"
        return message
    return hostile.Filler(None, False, True).fill(message)


def hostile_end(message_class, count, digest):
    message = message_class()
    if "end" not in message.DESCRIPTOR.fields_by_name:
        return None
    message.end.count = count
    message.end.sha256 = digest
    return message.SerializeToString()


def cases(message_class):
    """(what, the messages of one stream), none of them whole."""
    first = first_message(message_class).SerializeToString()
    yield "garbage at once", [GARBAGE]
    yield "garbage after a good message", [first, GARBAGE]
    yield "garbage between good messages", [first, GARBAGE, first]
    yield "no end", [first]
    yield "nothing at all", []
    yield "an empty message", [first, b""]
    for name, count, digest in (("too many", 1 << 40, b""), ("fewer than none", -1, b"x" * 32),
                                ("another digest", 17, b"x" * 32), ("no digest", 0, b"")):
        end = hostile_end(message_class, count, digest)
        if end is not None:
            yield f"an end that says {name}", [first, end]
            yield f"only an end that says {name}", [end]


def finish(method, channel, bodies, metadata):
    """(code, reason) of the whole stream; all answers are read."""
    try:
        call = method.on(channel)(iter(bodies), timeout=wire.DEADLINE_SECONDS, metadata=metadata)
        if method.server_streams:
            for _ in call:
                pass
        return "OK", ""
    except grpc.RpcError as error:
        return error.code().name, word_of(error)


def check(suite, checks, process, method, channel, metadata):
    message_class = wire.PROTOS.message(method.request)
    for name, bodies in cases(message_class):
        code, reason = finish(method, channel, bodies, metadata)
        checks.expect(code in REFUSALS, f"{method.path}, {name}: {code} {reason}")
        if not checks.expect(suite.alive(process), f"{method.path} ({name}) ended {process}"):
            suite.start(process)
