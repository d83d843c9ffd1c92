"""Requests that someone who means harm, or a broken program, would send."""
import datetime
import uuid

import hostile_polite as polite
from google.protobuf.descriptor import FieldDescriptor as F

DEPTH_MAX = 4
ENUM_UNKNOWN = 9999
INT32_MIN, INT32_MAX = -(1 << 31), (1 << 31) - 1
INT64_MIN, INT64_MAX = -(1 << 63), (1 << 63) - 1
FLOATS = (F.CPPTYPE_DOUBLE, F.CPPTYPE_FLOAT)
UNSIGNED = (F.CPPTYPE_UINT32, F.CPPTYPE_UINT64)
WIDE = (F.CPPTYPE_INT64, F.CPPTYPE_UINT64)

# How the numbers of a message are chosen: small ones that mean something, or one of the ends.
SMALL = "small"
ENDS = ("least", "most", "zero", "minus one")

# name -> the text in every text field
TEXTS = {
    "quotes": "'\"`; DROP TABLE operators; --",
    "sql": "x' OR '1'='1' UNION SELECT * FROM sqlite_master --",
    "path": "../../../../etc/passwd\\..\\..",
    "nul": "operators/a\0b",
    "long": "长" * 10000,
    "controls": "a\r\n\t\x1b[2J\x7f\u202e\ufeff\u2028",
    "format": "%s%n{}{0}${HOME}$(id)",
    "unpaired": "operators/\U0010ffff\u0301\u200d",
    "blank": "   ",
    "slashes": "operators/////",
}
ONE_BY_ONE = ("nul", "long", "sql", "path")

REAL = {}  # what a test put in: the name of something, or several, by its kind
NOW = [1]  # the suite's time in seconds, as a test last set it


def names_of(kind):
    names = REAL.get(kind, f"{kind}/91410902MA3X5T0F05")
    return [names] if isinstance(names, str) else names


def another(name):
    """Of the same form, and nobody's."""
    return name[:-1] + ("8" if name[-1:] != "8" else "7")


def end_of(kind, which):
    """A number at the end of its type."""
    if kind in FLOATS:
        return {"least": float("-inf"), "most": float("inf"), "zero": float("nan")}.get(which, -1.0)
    if kind == F.CPPTYPE_ENUM:
        return {"least": INT32_MIN, "most": ENUM_UNKNOWN, "zero": 0}.get(which, -1)
    if kind in UNSIGNED:
        return 0 if which in ("least", "zero") else (1 << (64 if kind in WIDE else 32)) - 1
    least, most = (INT64_MIN, INT64_MAX) if kind in WIDE else (INT32_MIN, INT32_MAX)
    return {"least": least, "most": most, "zero": 0}.get(which, -1)


class Filler:
    """Fills every field of a message. `text` of None means plausible texts; `numbers` is SMALL or
    one of ENDS; `service` says of what kind the name in a request is; of each oneof it takes the
    member whose turn it is."""

    def __init__(self, text, numbers, request_id, service="", turn=0):
        self.kind = polite.OF_SERVICE.get(service.split(".")[-1], "operators")
        self.text = text
        self.numbers = numbers
        self.request_id = request_id
        self.turn = turn

    @property
    def plausible(self):
        return self.text is None and self.numbers == SMALL

    def fill(self, message, depth=0):
        for field in message.DESCRIPTOR.fields:
            members = field.containing_oneof.fields if field.containing_oneof else [field]
            if members[self.turn % len(members)] is not field:
                continue
            if field.name == "end" and field.message_type and \
                    field.message_type.name == "StreamEnd":
                continue
            if self.text is None and self.left_out(message, field):
                continue
            self.set(message, field, depth)
        return message

    @staticmethod
    def left_out(message, field):
        """What a plausible message does not have, or only beside another field."""
        own = f"{message.DESCRIPTOR.name}.{field.name}"
        beside = polite.ONLY_WITH.get(own)
        return own in polite.ABSENT or field.name in polite.ABSENT or \
            (beside is not None and not message.HasField(beside))

    def set(self, message, field, depth):
        assert not is_map(field), f"{field.full_name}: no request had a map until now; fill it here"
        repeated = field.label == F.LABEL_REPEATED
        inner = getattr(message, field.name)
        if field.cpp_type == F.CPPTYPE_MESSAGE:
            if depth < DEPTH_MAX:
                self.set_message(inner.add() if repeated else inner, message, field, depth)
            return
        values = self.values(message, field)
        if repeated:
            inner.extend(values)
        else:
            setattr(message, field.name, values[0])

    def set_message(self, inner, message, field, depth):
        inner.SetInParent()
        own = f"{message.DESCRIPTOR.name}.{field.name}"
        seconds = NOW[0] + polite.TIMES.get(own, polite.TIMES.get(field.name, 0))
        if self.plausible and inner.DESCRIPTOR.full_name == "google.protobuf.Timestamp":
            inner.seconds = seconds
        elif self.plausible and inner.DESCRIPTOR.full_name == "shian.common.v1.Date":
            zone = datetime.timezone(datetime.timedelta(hours=8))
            day = datetime.datetime.fromtimestamp(seconds, zone)
            inner.year, inner.month, inner.day = day.year, day.month, day.day
        else:
            self.fill(inner, depth + 1)

    def values(self, message, field):
        kind = field.cpp_type
        if kind == F.CPPTYPE_STRING:
            if field.type == F.TYPE_BYTES:
                return [self.data(field).encode()]
            return self.strings(message, field)
        if kind == F.CPPTYPE_BOOL:
            own = f"{message.DESCRIPTOR.name}.{field.name}"
            return [field.name not in polite.FALSE and own not in polite.FALSE]
        if self.numbers != SMALL:
            return [end_of(kind, self.numbers)]
        return [self.small(message, field)]

    def small(self, message, field):
        own = f"{message.DESCRIPTOR.name}.{field.name}"
        if field.cpp_type == F.CPPTYPE_ENUM:
            values = field.enum_type.values_by_name
            chosen = polite.CHOICES.get(own, polite.CHOICES.get(field.name))
            first = next((value.number for value in field.enum_type.values if value.number), 0)
            return values[chosen].number if chosen and self.text is None else first
        if self.text is not None:
            return 1
        return polite.NUMBERS.get(own, polite.NUMBERS.get(field.name, 1))

    def data(self, field):
        if self.text is not None:
            return self.text
        return polite.DOCUMENT if field.name == "document" else "x" * 32

    def strings(self, message, field):
        if field.name == "request_id" and self.request_id:
            return [str(uuid.uuid4())]
        if self.text is not None:
            return [self.text]
        own = f"{message.DESCRIPTOR.name}.{field.name}"
        if own in polite.TEXTS:
            return [polite.TEXTS[own]]
        kind = self.kind_of(message, field)
        if kind is None or (kind not in REAL and field.name in polite.TEXTS):
            return [polite.TEXTS.get(field.name, "A1")]
        names = names_of(kind)
        if field.label == F.LABEL_REPEATED and field.name in polite.SEVERAL:
            return names
        return names[:1]

    def kind_of(self, message, field):
        """Of what kind the name in a field is; None where it has none."""
        own = f"{message.DESCRIPTOR.name}.{field.name}"
        if field.name in ("name", "names", "parent") and message.DESCRIPTOR.name.endswith("Request"):
            return polite.OF_REQUEST.get(message.DESCRIPTOR.name, self.kind)
        return polite.OF_FIELD.get(own, polite.OF_FIELD.get(field.name))


def is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def plausible(message_class, service, turn=0):
    return Filler(None, SMALL, True, service, turn).fill(message_class())


def turns_of(descriptor, depth=0):
    """How many messages it takes until every member of every oneof had its turn."""
    most = max([len(one.fields) for one in descriptor.oneofs], default=1)
    if depth == DEPTH_MAX:
        return most
    return max([most] + [turns_of(field.message_type, depth + 1)
                         for field in descriptor.fields if field.message_type])


def plausibles(message_class, service):
    """One with each member of each oneof."""
    return [plausible(message_class, service, turn)
            for turn in range(turns_of(message_class.DESCRIPTOR))]


def requests(message_class, service=""):
    """(what, message) for one request type."""
    yield "empty", message_class()
    for turn, (name, text) in enumerate(TEXTS.items()):
        end = ENDS[turn % len(ENDS)]
        yield f"{name}, no request_id", Filler(text, end, False, turn=turn).fill(message_class())
        yield name, Filler(text, end, True, turn=turn + 1).fill(message_class())
        yield f"{name}, small numbers", Filler(text, SMALL, True, turn=turn).fill(message_class())
    for turn, message in enumerate(plausibles(message_class, service)):
        yield f"plausible {turn}", message
    for turn, end in enumerate(ENDS):
        filler = Filler(None, end, True, service, turn)
        yield f"plausible but numbers {end}", filler.fill(message_class())
    yield from one_by_one(message_class, service)
    yield from one_inside(message_class, service)


def one_by_one(message_class, service):
    """Plausible but for one field, which is hostile."""
    for field in message_class.DESCRIPTOR.fields:
        if field.name == "request_id":
            continue
        members = field.containing_oneof.fields if field.containing_oneof else [field]
        turn = members.index(field)
        for what, filler in hostile_values(field, turn):
            message = plausible(message_class, service, turn)
            message.ClearField(field.name)
            filler.set(message, field, 0)
            yield f"plausible but {what} in {field.name}", message
        message = plausible(message_class, service, turn)
        if is_name(message, field, service):
            setattr(message, field.name, another(getattr(message, field.name)))
            yield f"plausible but nobody's {field.name}", message
        message = plausible(message_class, service, turn)
        message.ClearField(field.name)
        yield f"plausible without {field.name}", message
        yield f"{field.name} alone", only(plausible(message_class, service, turn), field)


def parts_of(message):
    """The message and every message in it."""
    yield message
    for field, value in message.ListFields():
        if field.cpp_type == F.CPPTYPE_MESSAGE:
            for part in value if field.label == F.LABEL_REPEATED else [value]:
                yield from parts_of(part)


def one_inside(message_class, service):
    """Plausible but for one field of a message in it, each of these fields once."""
    turn = 0
    for number, part in enumerate(parts_of(plausible(message_class, service))):
        if number == 0 or part.DESCRIPTOR.name == "StreamEnd":
            continue
        for field in part.DESCRIPTOR.fields:
            message = plausible(message_class, service)
            values = list(hostile_values(field, 0))
            if values and not field.message_type:
                what, filler = values[turn % len(values)]
                turn += 1
                inner = list(parts_of(message))[number]
                inner.ClearField(field.name)
                filler.set(inner, field, DEPTH_MAX)
                yield f"plausible but {what} in {part.DESCRIPTOR.name}.{field.name}", message


def is_name(message, field, service):
    return field.cpp_type == F.CPPTYPE_STRING and field.label != F.LABEL_REPEATED and \
        Filler(None, SMALL, True, service).kind_of(message, field) is not None


def hostile_values(field, turn):
    """(what, filler): texts where there is text, ends of numbers where there are numbers."""
    if field.cpp_type == F.CPPTYPE_BOOL:
        return
    for name, end in zip(ONE_BY_ONE, ENDS):
        numeric = field.cpp_type not in (F.CPPTYPE_STRING, F.CPPTYPE_MESSAGE)
        yield end if numeric else name, Filler(TEXTS[name], end, True, turn=turn)


def only(message, field):
    """Most reads need one field and take no more."""
    for other in message.DESCRIPTOR.fields:
        if other.name not in (field.name, "request_id"):
            message.ClearField(other.name)
    return message
