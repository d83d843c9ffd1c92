"""Requests that someone who means harm, or a broken program, would send."""
import uuid

from google.protobuf.descriptor import FieldDescriptor as F

DEPTH_MAX = 4
INT32_MIN, INT64_MIN = -(1 << 31), -(1 << 63)
ENUM_UNKNOWN = 9999
UNSIGNED = (F.CPPTYPE_UINT32, F.CPPTYPE_UINT64)
WIDE = (F.CPPTYPE_INT64, F.CPPTYPE_UINT64)

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

# Values that pass the first look, so that the second one is tried too.
POLITE = {
    "region": "410902", "origin": "bureau-ledger", "authority": "市场监管局", "title": "甲",
    "person": "ZF0001", "case_number": "1", "document_number": "1", "source_id": "A1",
    "organisation": "410902", "reason": "因", "code": "91410902MA3X5T0F05", "page_token": "",
    "identity_number": "410902188001010012", "ground": "judgment", "CasePeriod.ground": "审计", "person_name": "甲",
    "lists": "SAMR_SERIOUS", "process": "urn:example:process:1",
    "PlannedProduct.quantity": "1", "PlannedProduct.uom": "KGM", "ReportDisposalRequest.quantity": "1",
    "ReportDisposalRequest.uom": "KGM", "ReportDisposalRequest.takes_back": "",
    "AcknowledgeNoticeRequest.recovered_quantity": "1", "AcknowledgeNoticeRequest.recovered_uom": "KGM",
    "CheckColdChainRequest.epc": "urn:example:lot:1", "CheckColdChainRequest.band": "frozen",
    "RefuseHandOverRequest.place": "urn:example:place:1", "RefuseHandOverRequest.epcs": "urn:example:lot:1",
    "CrossContamination.kill_steps": "packing",
    "ListRefusalsRequest.epc": "urn:example:lot:1", "Temperature.value": "-9.5", "Temperature.uom": "CEL",
    "at_least_revision": "", "etag": "", "document_sha256": "0" * 64, "context_json": "",
}
# What `name` or `parent` means in each service, and the fields that name something of another kind.
OF_SERVICE = {
    "OperatorService": "operators", "PeopleService": "inspectors", "DrawService": "draws",
    "SamplingService": "samples", "CheckService": "checks", "RatingService": "ratings",
    "TraceAlertService": "alerts",
    "ArchiveService": "archives", "CaseService": "cases", "LeadService": "leads",
    "ListingService": "listings", "NominationService": "nominations",
    "PublicityService": "publicities", "DocumentService": "documents", "MeasureService": "measures",
    "BanService": "bans", "AttestedService": "operators", "PostService": "posts",
    "CaptureService": "events", "MatchService": "decisions",
    "RecallService": "recalls", "RecallConductService": "recalls", "CodeService": "codes",
    "PolicyService": "policies", "LaboratoryService": "laboratories",
}
OF_REQUEST = {"AssessPlanRequest": "plans", "GetRatingRunRequest": "runs", "ApproveRatingsRequest": "runs",
              "ListDeterminationsRequest": "operators", "ListEvidenceRequest": "archives"}
OF_FIELD = {
    "operator": "operators", "inspector": "inspectors", "sample": "samples", "draw": "draws",
    "inspectors": "inspectors", "trace_alerts": "alerts",
    "laboratory": "laboratories", "listing": "listings", "case": "cases", "leads": "leads",
    "entry": "listings", "matter": "cases", "epc": "lots", "lot": "lots", "unit": "lots", "seeds": "lots", "identifier": "lots",
    "scanned": "lots", "sha256": "blobs",
    "policy": "policies", "notice": "notices",
}
REAL = {}  # what a test put in: the name of something, by its kind


def name_of(kind):
    return REAL.get(kind, f"{kind}/91410902MA3X5T0F05")


class Filler:
    """Fills every field of a message. `text` of None means plausible texts; `service` says of what
    kind the name in a request is."""

    def __init__(self, text, negative, request_id, service=""):
        self.kind = OF_SERVICE.get(service.split(".")[-1], "operators")
        self.text = text
        self.negative = negative
        self.request_id = request_id

    def fill(self, message, depth=0):
        descriptor = message.DESCRIPTOR
        for field in descriptor.fields:
            if field.containing_oneof and field.containing_oneof.fields[0] is not field:
                continue
            if field.name == "end" and field.message_type and \
                    field.message_type.name == "StreamEnd":
                continue
            self.set(message, field, depth)
        return message

    def set(self, message, field, depth):
        if field.message_type and field.message_type.GetOptions().map_entry:
            return
        if field.cpp_type == F.CPPTYPE_MESSAGE:
            if depth < DEPTH_MAX:
                repeated = field.label == F.LABEL_REPEATED
                inner = getattr(message, field.name)
                self.fill(inner.add() if repeated else inner, depth + 1)
                if not repeated:
                    inner.SetInParent()
            return
        value = self.value(message, field)
        if field.label == F.LABEL_REPEATED:
            getattr(message, field.name).append(value)
        else:
            setattr(message, field.name, value)

    def value(self, message, field):
        kind = field.cpp_type
        if kind == F.CPPTYPE_STRING:
            if field.type == F.TYPE_BYTES:
                return (self.text or "x" * 32).encode()
            return self.string(message, field)
        if kind == F.CPPTYPE_ENUM:
            return ENUM_UNKNOWN if self.negative else self.first_member(field)
        if kind == F.CPPTYPE_BOOL:
            return field.name != "dry_run"
        if kind in (F.CPPTYPE_DOUBLE, F.CPPTYPE_FLOAT):
            return float("nan") if self.negative else 1.0
        if kind in UNSIGNED:
            return (1 << 64) - 1 if kind in WIDE else (1 << 32) - 1
        return self.number(kind, field.name)

    def number(self, kind, name):
        if self.negative:
            return INT64_MIN if kind in WIDE else INT32_MIN
        return 2025 if name == "year" and self.text is None else 1

    @staticmethod
    def first_member(field):
        values = [value.number for value in field.enum_type.values if value.number]
        return values[0] if values else 0

    def string(self, message, field):
        if field.name == "request_id" and self.request_id:
            return str(uuid.uuid4())
        if self.text is not None:
            return self.text
        if field.name in ("name", "names", "parent"):
            return name_of(OF_REQUEST.get(message.DESCRIPTOR.name, self.kind))
        if field.name in OF_FIELD:
            return name_of(OF_FIELD[field.name])
        own = f"{message.DESCRIPTOR.name}.{field.name}"
        return POLITE.get(own, POLITE.get(field.name, "A1"))


def plausible(message_class, service, negative=False):
    return Filler(None, negative, True, service).fill(message_class())


def requests(message_class, service=""):
    """(what, message) for one request type."""
    yield "empty", message_class()
    for name, text in TEXTS.items():
        yield f"{name}, no request_id", Filler(text, True, False).fill(message_class())
        yield name, Filler(text, True, True).fill(message_class())
        yield f"{name}, small numbers", Filler(text, False, True).fill(message_class())
    yield "plausible", plausible(message_class, service)
    yield "plausible with negative numbers", plausible(message_class, service, negative=True)
    yield from one_by_one(message_class, service)


def one_by_one(message_class, service):
    """Plausible but for one field, which is hostile."""
    for field in message_class.DESCRIPTOR.fields:
        if field.name == "request_id":
            continue
        for name in ("nul", "long", "sql", "path"):
            message = plausible(message_class, service)
            message.ClearField(field.name)
            Filler(TEXTS[name], True, True).set(message, field, 0)
            yield f"plausible but {name} in {field.name}", message
        message = plausible(message_class, service)
        message.ClearField(field.name)
        yield f"plausible without {field.name}", message
        yield f"{field.name} alone", only(plausible(message_class, service), field)


def only(message, field):
    """Most reads need one field and take no more."""
    for other in message.DESCRIPTOR.fields:
        if other.name not in (field.name, "request_id"):
            message.ClearField(other.name)
    return message
