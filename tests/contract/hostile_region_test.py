#!/usr/bin/python3
"""No row of one region reaches a system of another.

A county's rows are put into every service by its own tool. Then a system of another region, which
may call every service, and an officer of that region, ask every method for them, streams too: by
their names, by their region, by the regions round it, by none. No answer may hold a word that stands
only in the county's rows. First with services of the county alone, which refuse another county at
the door; then with services of its city, which serve a neighbouring county as well.
"""
import shutil

import county
import harness
import hostile
import hostile_matters
import populated
from google.protobuf import text_format
from harness import bearer, wire

SYSTEM = "elsewhere"
# (region of the services, region of the stranger)
PLACES = ((harness.REGION, "320102"), ("410900", "410922"))
# Published by law for anyone, or of the process and not of a region.
OPEN_SERVICES = {"shian.ledger.v1.LedgerService", "shian.policy.v1.PolicyService",
                 "shian.common.v1.ClockService", "shian.trace.v1.LookupService"}
# Copies the whole store: whoever may do that is of the services' own house, not of a region.
HOUSE_SERVICES = {"shian.common.v1.BackupService"}
# What one process has of several regions and gives to whoever may call it and knows what to ask for:
# evidence by its hash, and events of a chain, which runs through many regions.
SHARED = {"shian.common.v1.BlobService/DownloadBlob", "shian.trace.v1.CaptureService/GetEvent",
          "shian.trace.v1.CaptureService/ListEvents", "shian.trace.v1.EventQueryService/QueryEvents",
          # Who is listed, for every department that may screen.
          "shian.sanction.v1.SnapshotService/FetchSnapshot",
          # The name of the party, to the officer who acts against somebody registered elsewhere.
          "shian.sanction.v1.CaseService/FileCase", "shian.sanction.v1.MatchService/DecideMatch",
          "shian.sanction.v1.NominationService/ProposeNomination"}
# Tells of a division and of those in the question, so that the question's words prove nothing.
OF_DIVISION = {"shian.trace.v1.JudgementService/GetCompleteness"}
# Methods that begin so tell of the one thing that is asked for.
OF_ONE_THING = ("Get", "Explain", "Replay", "Check", "Render")
STREAM_SECONDS, STREAM_MESSAGES = 2, 400


def prepare(suite, region, elsewhere):
    """A policy folder of the test's own, where the other region's system stands too."""
    tree = suite.state / f"tree-{region}"
    shutil.copytree(harness.SOURCE / "deploy" / "policies", tree / "deploy" / "policies")
    file = tree / "deploy" / "policies" / "systems" / "development.txtpb"
    table = text_format.Parse(file.read_text(), wire.PROTOS.message("shian.policy.v1.SystemTable")())
    if elsewhere not in {organisation.id for organisation in table.organisations}:
        table.organisations.add(id=elsewhere, title_zh="别处市场监督管理局", region=elsewhere,
                                level="REGION_LEVEL_COUNTY", valid_from="2018-03-01")
    entry = table.systems.add()
    entry.CopyFrom(next(one for one in table.systems if one.id == "ctl"))
    entry.id, entry.organisation, entry.region = SYSTEM, elsewhere, elsewhere
    entry.audit_regions[:] = [elsewhere]
    for feed in entry.feeds:
        feed.regions[:] = [elsewhere]
    file.write_text(text_format.MessageToString(table, as_utf8=True))
    harness.make_pki(suite.pki, SYSTEM)
    suite.source, suite.settings = tree, [f"region = {region}"]
    suite.start()


def writes(method):
    """Reads come first: afterwards there are rows that the stranger made of the county's names."""
    return "request_id" in wire.PROTOS.message(method.request).DESCRIPTOR.fields_by_name


def requests(method, made, region, elsewhere):
    """Every question that the method's fields allow, at these names and regions."""
    message_class = wire.PROTOS.message(method.request)
    fields = message_class.DESCRIPTOR.fields_by_name
    regions = (harness.REGION, region, "410000", "000000", "", elsewhere)
    for asked in regions if "region" in fields else (None,):
        for message in (message_class(), *bare(message_class, method.service),
                        *hostile.plausibles(message_class, method.service)):
            if asked is not None:
                message.region = asked
            yield message
    for kind in name_fields(message_class, method.service):
        for name in ("", *sorted(made.names.values())):
            message = message_class()
            if kind.label == kind.LABEL_REPEATED:
                getattr(message, kind.name)[:] = [name]
            else:
                setattr(message, kind.name, name)
            yield message


def name_fields(message_class, service):
    filler, message = hostile.Filler(None, hostile.SMALL, True, service), message_class()
    return [field for field in message.DESCRIPTOR.fields if field.type == field.TYPE_STRING
            and (filler.kind_of(message, field) is not None or field.name == "thing")]


def bare(message_class, service):
    """Names alone, each of the kind that its field wants, with each member of each oneof: no other
    field keeps anything out of the answer."""
    kinds = {field.name for field in name_fields(message_class, service)}
    messages = hostile.plausibles(message_class, service) if kinds else []
    for message in messages:
        for field in message.DESCRIPTOR.fields:
            if field.name not in (*kinds, "request_id"):
                message.ClearField(field.name)
    return messages


def ask(method, channel, message, metadata):
    """(code, bytes) of the answer, of a stream those of all its messages; of a refusal its details."""
    if "request_id" in message.DESCRIPTOR.fields_by_name and not message.request_id:
        message.request_id = str(county.uuid.uuid4())
    found, code = [], "OK"
    try:
        if method.server_streams:
            read_stream(method, channel, message, metadata, found)
        else:
            found.append(method.call(channel, body=message.SerializeToString(), metadata=metadata))
    except wire.grpc.RpcError as error:
        code = error.code().name
        found += [value for _, value in error.trailing_metadata() or () if isinstance(value, bytes)]
        found.append((error.details() or "").encode())
    return code, b"".join(found)


def read_stream(method, channel, message, metadata, found):
    bodies = [message.SerializeToString()]
    if method.path.endswith("/CopyStore"):
        bodies = [type(message)(step=step).SerializeToString() for step in (1, 2)]
    call = method.on(channel)(iter(bodies) if method.client_streams else bodies[0],
                              timeout=STREAM_SECONDS, metadata=metadata)
    for answer, _ in zip(call, range(STREAM_MESSAGES)):
        found.append(answer)
    call.cancel()


def shown(method, message, code, answer, words):
    """What of the county an answer shows: words that were not in the question, and, to one who asks
    for a thing of the county's by its name, that there is such a thing."""
    asked = message.SerializeToString()
    found = sorted(word for word in words if word.encode() in answer and word.encode() not in asked)
    if code == "OK" and method.path not in OF_DIVISION and \
            method.path.split("/")[1].startswith(OF_ONE_THING):
        found += sorted(word for word in words if word.encode() in asked)
    return found


def check_silence(suite, checks, process, made, region, elsewhere):
    """Every method asked from elsewhere; gives how many answers were looked at."""
    token = suite.issuer.token("ZF-elsewhere", org=elsewhere, region=elsewhere)
    channel, asked = suite.client(SYSTEM).channel(process), 0
    # Nothing is open at the door of another county.
    inside = region != harness.REGION
    open_here = OPEN_SERVICES | HOUSE_SERVICES if inside else set()
    for method in sorted(harness.methods_of(suite.build, process), key=writes):
        if method.service in open_here or (inside and method.path in SHARED):
            continue
        for message in requests(method, made, region, elsewhere):
            code, answer = ask(method, channel, message, bearer(token))
            asked += 1
            found = shown(method, message, code, answer, made.words)
            checks.expect(not found, f"{method.path}: {found[:5]} for {str(message)[:200]!r}")
    return asked


# What the county itself must find by the same questions, or the search could find nothing at all.
SHOWN = {
    "registry": {"GetOperator", "ListOperators", "ListFrame", "GetInspector", "ListInspectors",
                 "ListPosts"},
    "inspection": {"GetCheck", "ListChecks", "GetVisitFrequency", "GetDraw", "ListDraws",
                   "GetProofBundle", "GetSample", "ListSamples", "GetTraceAlert",
                   "ListTraceAlerts", "ListTodos"},
    "credit": {"GetArchive", "ListEvidence", "GetRating", "ExplainRating", "ListDeterminations",
               "ReplayRating", "GetRatingRun"},
    "sanction": {"GetBan", "ListBans", "GetCase", "ListCases", "ListTodos", "PreviewDocument",
                 "GetDocument", "ListDocuments", "GetLead", "ListLeads", "GetEntry",
                 "GetMatchDecision", "ListMatchDecisions", "GetMeasure", "ListMeasures",
                 "GetNomination", "ListNominations", "GetPublicity"},
    "trace": {"GetEvent", "ListEvents", "QueryEvents", "ListCodes", "RenderCode", "CheckColdChain",
              "ListRefusals", "Trace", "ListContents", "StreamTrace", "FindCommonSources",
              "ExportRecords", "CheckBalance", "ListImbalances", "CheckTraceability",
              "GetRecall", "ListRecalls", "ListRecallLots", "ListRecallNotices", "GetRecallPlan",
              "ListDisposals", "GetRecallEffect"}}
STREAMS = {"DownloadBlob", "CopyBlobs", "CopyStore", "Watch"}


def check_own(suite, checks, process, made, region, elsewhere):
    channel, found = suite.client("ctl").channel(process), set()
    wanted = SHOWN[process] | STREAMS
    token = bearer(suite.officer("ZF0001"))
    for method in harness.methods_of(suite.build, process):
        name = method.path.split("/")[1]
        if name not in wanted:
            continue
        for message in requests(method, made, region, elsewhere):
            if shown(method, message, *ask(method, channel, message, token), made.words):
                found.add(name)
                break
    checks.equal(sorted(wanted - found), [],
                 f"{process}: methods that show the county nothing of its own")


def check_place(suite, checks, region, elsewhere):
    prepare(suite, region, elsewhere)
    made = populated.populate(suite)
    hostile.NOW[0] = hostile_matters.add(suite, made)
    hostile.REAL.update(hostile_matters.names(suite, made))
    checks.section(f"services of {region}: {len(made.words)} words")
    for process in suite.ports:
        check_own(suite, checks, process, made, region, elsewhere)
    checks.section("asked by the county itself")
    for process in suite.ports:
        asked = check_silence(suite, checks, process, made, region, elsewhere)
        checks.section(f"{process}: {asked} questions from {elsewhere}")


def test(suite, checks):
    for region, elsewhere in PLACES:
        check_place(suite, checks, region, elsewhere)
        checks.equal(set(suite.stop().values()), {0}, "exit codes")
        suite.reconnect()
        for process in suite.ports:
            shutil.rmtree(suite.state / process)


if __name__ == "__main__":
    harness.run(test, port_shift=18000, start=False)
