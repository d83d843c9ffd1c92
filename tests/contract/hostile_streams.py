"""Client streams that a malformed message, an early end or a hostile end cuts: never a whole one.

gRPC reports bytes that do not decode like the end of a stream, so only the last message, which says
how much was sent, tells a whole stream from a cut one.
"""
import grpc

import hostile
from harness import wire, word_of

GARBAGE = b"\xff" * 40
CUT, WRONG_END, WRONG_PIECE = "STREAM_INCOMPLETE", "STREAM_MISMATCH", "FIELD_INVALID"


def first_message(message_class):
    """What the handler takes as the beginning: plausible, or a piece of a file."""
    message = message_class()
    if "data" in message.DESCRIPTOR.fields_by_name:
        message.data = b"a piece of a file"
        return message
    return hostile.plausible(type(message), "")


def hostile_end(message_class, count, digest):
    message = message_class()
    if "end" not in message.DESCRIPTOR.fields_by_name:
        return None
    message.end.count = count
    message.end.sha256 = digest
    return message.SerializeToString()


def cases(message_class):
    """(what, the messages of one stream, answers before its end, reason); none of them is whole."""
    first = first_message(message_class).SerializeToString()
    yield "garbage at once", [GARBAGE], 0, CUT
    yield "garbage after a good message", [first, GARBAGE], 1, CUT
    yield "garbage between good messages", [first, GARBAGE, first], 1, CUT
    yield "no end", [first], 1, CUT
    yield "nothing at all", [], 0, CUT
    yield "an empty message", [first, b""], 1, WRONG_PIECE
    for name, count, digest in (("too many", 1 << 40, b""), ("fewer than none", -1, b"x" * 32),
                                ("another digest", 17, b"x" * 32), ("no digest", 0, b"")):
        end = hostile_end(message_class, count, digest)
        if end is not None:
            yield f"an end that says {name}", [first, end], 1, WRONG_END
            yield f"only an end that says {name}", [end], 0, WRONG_END


def finish(method, channel, bodies, metadata):
    """(answers, code, reason) of the whole stream."""
    answers = 0
    try:
        call = method.on(channel)(iter(bodies), timeout=wire.DEADLINE_SECONDS, metadata=metadata)
        if method.server_streams:
            for _ in call:
                answers += 1
        return answers, "OK", ""
    except grpc.RpcError as error:
        return answers, error.code().name, word_of(error)


def check(suite, checks, process, method, channel, metadata):
    message_class = wire.PROTOS.message(method.request)
    for name, bodies, answers, reason in cases(message_class):
        what = f"{method.path}, {name}"
        answered, code, word = finish(method, channel, bodies, metadata)
        checks.equal((code, word), ("INVALID_ARGUMENT", reason), what)
        # The first message was taken, so it is the cut and nothing else that is refused.
        if method.server_streams:
            checks.equal(answered, answers, f"{what}: answers")
        if not checks.expect(suite.alive(process), f"{what} ended {process}"):
            suite.start(process)
