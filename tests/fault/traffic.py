"""Callers that keep writing whatever happens to the services, and remember what was acknowledged."""
import pathlib
import sys
import threading
import time
import traceback
import uuid
from random import Random

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "contract"))

import books  # noqa: E402
import county  # noqa: E402
import harness  # noqa: E402
from client import Client, Refused  # noqa: E402

RETRY_SECONDS = 30
CHUNK = 10
DRAWS = "shian.inspection.v1.DrawService"
CAPTURE = "shian.trace.v1.CaptureService"
# What a caller may send again: the service was away, or nobody knows whether it answered.
TRANSIENT = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED"}
# What a service that is stopped and started by its operators may answer, and nothing else.
# gRPC's server has words of its own for a call that came after it began to shut down and before the
# caller was told to go away: the code again, as all there is of a message. No handler saw it.
AWAY = {"UNAVAILABLE", ("CANCELLED", "CANCELLED")}
DRAW = {"title": "双随机抽查", "region": county.REGION,
        "strata": [{"key": "catering", "kinds": ["OPERATOR_KIND_CATERER"], "take": 2}]}


def persist(call, seconds=RETRY_SECONDS, client=None, codes=TRANSIENT):
    """Repeats `call` with back-off while it fails with one of `codes`; anything else is raised. A
    client is given new connections, because Python's wait long after a broken handshake."""
    until, pause = time.monotonic() + seconds, 0.05
    while True:
        try:
            return call()
        except Refused as refused:
            known = refused.code in codes or (refused.code, refused.details) in codes
            if not known or time.monotonic() > until:
                raise
        if client is not None:
            client.close()
        time.sleep(pause)
        pause = min(pause * 2, 1)


class Writer(threading.Thread):
    """One caller; `write(client, number)` gives the name of what was acknowledged."""

    def __init__(self, suite, write, pause=0.0, before=()):
        super().__init__(daemon=True)
        self.client = Client(suite.pki, "ctl", suite.ports)
        self.write = write
        self.pause = pause
        self.before = before
        self.acknowledged = []
        self.seconds = []
        self.problem = ""
        self.ended = threading.Event()

    def run(self):
        number = 0
        try:
            while not self.ended.is_set():
                number += 1
                began = time.monotonic()
                self.acknowledged.append(self.write(self.client, number))
                self.seconds.append(time.monotonic() - began)
                time.sleep(self.pause)
        except Exception:
            self.problem = traceback.format_exc()

    def finish(self):
        self.ended.set()
        self.join()
        self.client.close()


class Patience:
    """How a writer waits: for one answer, and for which failures it sends again. A caller that
    trusts its connection keeps it."""

    def __init__(self, codes=TRANSIENT, timeout=3, renew=True):
        self.codes, self.timeout, self.renew = codes, timeout, renew

    def persist(self, call, client):
        return persist(call, client=client if self.renew else None, codes=self.codes)


def create_draws(token, patience=Patience()):
    def write(client, _):
        request = {**DRAW, "request_id": str(uuid.uuid4())}
        answer = patience.persist(
            lambda: client.call(f"{DRAWS}/CreateDraw", request, token, timeout=patience.timeout),
            client)
        return answer["draw"]["name"]
    return write


def import_operators(random, run, patience=Patience()):
    """Operators in chunks of ten, each chunk a stream that is sent again until it is answered. A
    long run takes as many rows as it lasts, so they are made one by one."""
    def write(client, number):
        rows = [county.operator_row(random, (number - 1) * CHUNK + place)
                for place in range(1, CHUNK + 1)]
        chunk = next(county.chunks(rows, uuid.uuid5(run, str(number))))

        def send():
            stream = county.ImportStream(client, county.IMPORT_OPERATORS, timeout=patience.timeout)
            answer = stream.send(chunk)
            stream.end()
            return answer
        verdicts = patience.persist(send, client)["verdicts"]
        outcomes = {verdict["outcome"] for verdict in verdicts}
        if outcomes != {"ROW_OUTCOME_NEW"}:
            raise AssertionError(f"chunk {number}: {outcomes}")
        return number
    return write


def capture_events(run, patience=Patience()):
    def write(client, number):
        answer = patience.persist(lambda: client.call(f"{CAPTURE}/CaptureDocument", {
            "request_id": str(uuid.uuid5(run, f"event {number}")),
            "document": document(run, number),
            "provenance": {"origin": "fault-test", "authority": county.AUTHORITY,
                           "attested": True}}, timeout=patience.timeout), client)
        return answer["verdicts"][0]["row"]["name"]
    return write


def document(run, number):
    import base64
    import json
    event = {"type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning",
             "eventTime": f"2025-03-01T08:00:{number % 60:02d}.{number % 1000:03d}+08:00",
             "eventTimeZoneOffset": "+08:00", "eventID": f"urn:uuid:{uuid.uuid5(run, str(number))}",
             "epcList": [f"urn:epc:id:sgtin:6901234.{number % 100000:06d}.{number}"],
             "readPoint": {"id": "urn:epc:id:sgln:6901234.00001.0"}}
    whole = {"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
             "type": "EPCISDocument", "schemaVersion": "2.0",
             "creationDate": "2025-03-01T08:00:00+08:00",
             "epcisBody": {"eventList": [event]}}
    return base64.b64encode(json.dumps(whole).encode()).decode()


def start_traffic(suite, random, patience=Patience()):
    """Writers on the three services that others write to directly; the other two follow them."""
    run = uuid.UUID(int=random.getrandbits(128))
    books.forget(suite)
    # A thread's own, or the order in which threads run would decide what a seed gives.
    rows = Random(random.getrandbits(60))
    # For a long run as well.
    officer = suite.officer("ZF-fault", exp=int(time.time()) + 20 * 3600)
    writes = {"registry": import_operators(rows, run, patience),
              "inspection": create_draws(officer, patience),
              "trace": capture_events(run, patience)}
    writers = {service: Writer(suite, write, 0.05 if service == "registry" else 0.0,
                               books.written(suite, service))
               for service, write in writes.items()}
    for writer in writers.values():
        writer.start()
    return writers
