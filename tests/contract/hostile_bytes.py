"""What hostile.py's filled messages do not reach: sizes, depth, noise, and mutations of good ones."""
import hostile
from google.protobuf.descriptor import FieldDescriptor as F

MESSAGE_BYTES_MAX = 1 << 20
# Room for the other fields, so that the whole stays just within the limit.
ENVELOPE_BYTES = 4096
REPEATS_MAX = 2000
NOISES, MUTANTS = 6, 20
GROUP_BEGIN, GROUP_END = b"\x0b", b"\x0c"  # tags of field 1


def length_of(size):
    """A protobuf varint."""
    out = bytearray()
    while size >= 0x80:
        out.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes(out + bytearray([size]))


def nested(depth):
    """Field 1 in field 1 in field 1: text, bytes, a message or nothing, as the type has it."""
    body = b""
    for _ in range(depth):
        body = b"\x0a" + length_of(len(body)) + body
    return body


def deep():
    yield "200 groups", GROUP_BEGIN * 200 + GROUP_END * 200
    yield "500,000 open groups", GROUP_BEGIN * 500_000
    yield "150 levels", nested(150)
    yield "5,000 levels", nested(5000)
    yield "a length beyond the end", b"\x0a\xff\xff\xff\xff\x07x"
    yield "a negative length", b"\x0a" + b"\xff" * 9 + b"\x01"


def noise(random):
    for number in range(NOISES):
        yield f"noise {number}", random.randbytes(random.choice((1, 7, 40, 1000)))


def huge(message_class, service):
    """Messages just within 1 MiB, by one field that fills it, and just beyond."""
    room = MESSAGE_BYTES_MAX - ENVELOPE_BYTES
    for field in message_class.DESCRIPTOR.fields:
        members = field.containing_oneof.fields if field.containing_oneof else [field]
        message = hostile.plausible(message_class, service, members.index(field))
        if field.type in (F.TYPE_STRING, F.TYPE_BYTES) and field.label != F.LABEL_REPEATED:
            text = "长" * ((room - message.ByteSize()) // 3)
            setattr(message, field.name, text.encode() if field.type == F.TYPE_BYTES else text)
        elif field.label == F.LABEL_REPEATED:
            repeat(message, field, room)
        else:
            continue
        yield f"huge {field.name}", message.SerializeToString()
    yield "beyond the limit", b"\x0a" + length_of(MESSAGE_BYTES_MAX) + b"x" * MESSAGE_BYTES_MAX


def repeat(message, field, room):
    """The field's one element again and again, until the message is full."""
    values = getattr(message, field.name)
    if not values:
        return
    one = message.ByteSize()
    count = min(REPEATS_MAX, room // max(1, one))
    values.extend([values[0]] * count)


def mutate(message, random):
    """One field somewhere in the message is cleared, doubled, or set to something hostile."""
    part = random.choice(list(hostile.parts_of(message)))
    fields = [field for field in part.DESCRIPTOR.fields if field.name != "request_id"]
    if not fields:
        return
    field = random.choice(fields)
    act = random.choice(("clear", "set", "double"))
    if act == "double" and field.label == F.LABEL_REPEATED:
        times = random.choice((1, 60))
        # Doubled again and again it would outgrow what protobuf can write; huge() is for size.
        if message.ByteSize() * (times + 1) <= MESSAGE_BYTES_MAX:
            values = getattr(part, field.name)
            values.extend(list(values) * times)
    elif act == "set":
        part.ClearField(field.name)
        text = random.choice(list(hostile.TEXTS.values()) + ["", "0", "1", "operators/1"])
        numbers = random.choice((hostile.SMALL, *hostile.ENDS))
        hostile.Filler(text, numbers, True).set(part, field, hostile.DEPTH_MAX - 1)
    else:
        part.ClearField(field.name)


def mutants(message_class, service, random):
    for number in range(MUTANTS):
        message = hostile.plausible(message_class, service, number)
        for _ in range(random.randint(1, 4)):
            mutate(message, random)
        yield f"mutant {number}", message.SerializeToString()


def torn(message_class, service, random):
    """A good message with single bytes changed, cut off, or said twice."""
    whole = hostile.plausible(message_class, service).SerializeToString()
    if not whole:
        return
    for number in range(NOISES):
        body = bytearray(whole)
        at = random.randrange(len(body))
        body[at] = random.randrange(256)
        yield f"byte {at} changed", bytes(body)
        yield f"cut at {at}", whole[:at]
    yield "twice", whole + whole
