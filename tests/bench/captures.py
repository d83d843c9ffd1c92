"""./dev bench capture: events taken in through RPC beside raw SQLite with the same rows, PostgreSQL's COPY
of the same events, and what reading and hashing them costs alone."""
import base64
import datetime
import json
import random
import sqlite3
import time
import uuid

import postgresql
import services
import traces
from services import ROUNDS, SLOW_SYNC, Service, load, write_requests
from story.importing import run_import, total

CAPTURE = "shian.trace.v1.CaptureService/CaptureDocument"
REQUEST = "shian.trace.v1.CaptureDocumentRequest"
TRACE = "shian.trace.v1.GenealogyService/Trace"
STREAMED = 30_000
SINGLE = 5_000
SINGLE_SLOW = 2_000
COMPANY = "6901234"
START = datetime.datetime(2025, 3, 1, 8, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
# What one capture leaves, by the order in which it came.
TABLES = ["request", "recorded, request_id", "capture_event", "sequence", "capture_epc", "number",
          "capture_link", "sequence, position"]
LOT = "urn:epc:class:lgtin:{}.{:06d}.L{}"
# The events and the indexes that a trace needs: by hash, by place in the order, and by identifier.
PEER_SCHEMA = """
CREATE TABLE event (sequence bigint PRIMARY KEY, hash bytea NOT NULL UNIQUE, event_time bigint, biz_step text,
  read_point text, biz_location text, json text);
CREATE TABLE epc (number bigint PRIMARY KEY, epc text NOT NULL UNIQUE);
CREATE TABLE link (sequence bigint, position int, role int, epc bigint, quantity bigint,
  PRIMARY KEY (sequence, position));
CREATE INDEX ON link (epc, sequence);
"""
PEER_ROWS = {
    "event": "SELECT sequence, '\\x' || lower(hex(hash)), event_time, biz_step, read_point, biz_location, json "
             "FROM capture_event ORDER BY sequence",
    "epc": "SELECT number, epc FROM capture_epc ORDER BY number",
    "link": "SELECT sequence, position, role, epc, quantity FROM capture_link ORDER BY sequence, position"}


def bench_capture(report, programs):
    report.bar("hash_per_s", [programs.run("hash", 200_000)["rate"] for _ in range(ROUNDS)], 50_000, "events/s")
    streamed(report, programs)
    for case, events, environment in (("single_vs_sqlite", SINGLE, {}),
                                      ("single_vs_sqlite_sync2ms", SINGLE_SLOW, SLOW_SYNC)):
        pairs = [single(programs, events, environment) for _ in range(ROUNDS)]
        turns(report, case, "raw SQLite, the same rows, one commit per event", pairs)
    traces.from_store(report, programs)


def turns(report, case, other_is, pairs):
    ours, other = (iter([{"rate": pair[i]} for pair in pairs]) for i in (0, 1))
    report.turns(case, other_is, "events/s", lambda: next(ours), lambda: next(other), len(pairs))


# ---- the events -----------------------------------------------------------------------------------

def events(count, seed):
    """A chain of food: lots are made, two or three become one, are seen and packed, in turns; like real
    events some 600 bytes each."""
    r, run = random.Random(seed), uuid.UUID(int=seed)
    lots = []
    for number in range(count):
        step = r.choice(["make", "process", "see", "pack"]) if len(lots) > 3 else "make"
        event = {"type": "ObjectEvent", "action": "OBSERVE", "eventID": f"urn:uuid:{uuid.uuid5(run, str(number))}",
                 "eventTime": (START + datetime.timedelta(seconds=number)).isoformat(timespec="milliseconds"),
                 "eventTimeZoneOffset": "+08:00", "bizStep": "receiving", "disposition": "in_progress",
                 "readPoint": {"id": f"urn:epc:id:sgln:{COMPANY}.{r.randrange(1000):05d}.0"},
                 "bizLocation": {"id": f"urn:epc:id:sgln:{COMPANY}.{r.randrange(1000):05d}.0"}}
        if step in ("make", "process"):
            lots.append(LOT.format(COMPANY, r.randrange(1_000_000), number))
        recent = lots[-50:]
        amount = lambda lot: {"epcClass": lot, "quantity": r.randrange(1, 5000), "uom": "KGM"}
        if step == "make":
            event.update(action="ADD", bizStep="commissioning", quantityList=[amount(lots[-1])])
        elif step == "process":
            del event["action"]
            event.update(type="TransformationEvent", bizStep="commissioning",
                         inputQuantityList=[amount(lot) for lot in r.sample(recent[:-1], min(3, len(recent) - 1))],
                         outputQuantityList=[amount(lots[-1])])
        elif step == "see":
            event.update(quantityList=[amount(lot) for lot in r.sample(recent, 2)])
        else:
            event.update(type="AggregationEvent", action="ADD", bizStep="packing",
                         parentID=f"urn:epc:id:sscc:{COMPANY}.{number:010d}",
                         childQuantityList=[amount(r.choice(recent))])
        yield event


def document(some):
    return {"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument",
            "schemaVersion": "2.0", "creationDate": START.isoformat(), "epcisBody": {"eventList": some}}


# ---- a stream -------------------------------------------------------------------------------------

def streamed(report, programs):
    folder = programs.folder()
    whole = list(events(STREAMED, 1))
    for begin in range(0, STREAMED, 5000):
        (folder / f"{begin:06d}.json").write_text(json.dumps(document(whole[begin:begin + 5000])))
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{STREAMED:,} events of {size / STREAMED:.0f} bytes, synchronous FULL")
    pairs, copied = [], []
    with postgresql.Cluster(**postgresql.DURABLE) as cluster:
        for number in range(ROUNDS):
            service = Service(programs, "trace")
            try:
                ours = stream(service, folder, whole)
                service.suite.stop("trace")
                path = service.suite.state / "trace" / "trace.db"
                pairs.append((ours, replayed(programs, path) * events_per_request(path)))
                copied.append((ours, copy(programs, cluster, path, number)))
            finally:
                service.close()
    turns(report, "stream_vs_sqlite", "raw SQLite, the same rows in the same batches", pairs)
    turns(report, "stream_vs_pg_copy", "PostgreSQL, COPY of the same events and indexes", copied)


def stream(service, folder, whole):
    """From the files to the last answer and a trace that knows the last lot."""
    began = time.monotonic()
    reports = run_import(service, "events", folder)
    last = next(event for event in reversed(whole) if "outputQuantityList" in event)
    traced = service.suite.client().call(TRACE, {
        "seeds": [last["outputQuantityList"][0]["epcClass"]], "direction": "TRACE_DIRECTION_BACK"}, service="trace",
        timeout=20)
    took = time.monotonic() - began
    if total(reports, "CAPTURED") != len(whole) or len(traced["lots"]) < 2:
        raise RuntimeError(f"{total(reports, 'CAPTURED')} of {len(whole)} events captured: {reports[-1]}")
    return len(whole) / took


def events_per_request(path):
    with sqlite3.connect(path) as connection:
        (requests,), (captured,) = (connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
                                    for table in ("request", "capture_event"))
    return captured / requests


def replayed(programs, path, environment=None):
    empty = programs.folder() / "empty.db"
    services.copy_emptied(path, empty, TABLES)
    return programs.run("replay", path, empty, *TABLES, environment=environment)["rate"]


def copy(programs, cluster, path, number):
    """Events a second by COPY into empty tables with their indexes, one transaction."""
    database = f"copy{number}"
    cluster.primary.sql(f"CREATE DATABASE {database}")
    cluster.primary.script(PEER_SCHEMA, database)
    programs.scratch.chmod(0o755)  # the server reads it as another user
    folder = programs.folder()
    with sqlite3.connect(path) as connection:
        for table, query in PEER_ROWS.items():
            with open(folder / table, "w", encoding="utf-8") as out:
                for row in connection.execute(query):
                    out.write("\t".join(map(escaped, row)) + "\n")
        (count,) = connection.execute("SELECT COUNT(*) FROM capture_event").fetchone()
    began = time.monotonic()
    cluster.primary.script("BEGIN;" + "".join(f"COPY {table} FROM '{folder / table}';" for table in PEER_ROWS) +
                           "COMMIT;", database)
    return count / (time.monotonic() - began)


def escaped(value):
    if value is None:
        return "\\N"
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


# ---- one event per call ---------------------------------------------------------------------------

def single(programs, count, environment):
    service = Service(programs, "trace", environment)
    try:
        requests = write_requests(programs.scratch / "events", REQUEST, [
            {"request_id": str(uuid.uuid4()), "document": base64.b64encode(json.dumps(document([event])).encode()),
             "provenance": {"origin": "bench", "authority": "市场监管局"}} for event in events(count, 2)])
        ours = load(programs, service.suite.ports["trace"], CAPTURE, requests, count, server="trace")["rate"]
        service.suite.stop("trace")
        return ours, replayed(programs, service.suite.state / "trace" / "trace.db", environment)
    finally:
        service.close()
