"""Callers that keep writing whatever happens to the services, and remember what was acknowledged."""
import collections
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
CASES = "shian.sanction.v1.CaseService"
RATINGS = "shian.credit.v1.RatingService"
# How what was acknowledged is read again, by its name.
READS = {"registry": "shian.registry.v1.OperatorService/GetOperator",
         "inspection": f"{DRAWS}/GetDraw", "credit": f"{RATINGS}/GetRatingRun",
         "sanction": f"{CASES}/GetCase", "trace": f"{CAPTURE}/GetEvent"}
READ_PAUSE = 0.05
# Between chunks of an import, each of which is ten facts to all others; and between cases and proposals,
# whose open matters a start looks at: a county has thousands, not tens of thousands.
PAUSES = {"registry": 0.05, "sanction": 0.05, "credit": 0.05}
# The services whose rules must be in force before callers write.
RULED = ["inspection", "sanction", "credit"]
# What a caller may send again: the service was away, or nobody knows whether it answered.
TRANSIENT = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED"}
# What a service that is stopped and started by its operators may answer, and nothing else.
# gRPC's server has words of its own for a call that came after it began to shut down and before the
# caller was told to go away: the code again, as all there is of a message. No handler saw it.
AWAY = {"UNAVAILABLE", ("CANCELLED", "CANCELLED")}
DRAW = {"title": "双随机抽查", "region": county.REGION,
        "strata": [{"key": "catering", "kinds": ["OPERATOR_KIND_CATERER"], "take": 2}]}
# A county beside, whose operators cases are filed about and grades proposed for: few, so that a
# proposal of all of them is a small write however long a test takes.
BESIDE, CITY = "410926", "410900"
OPERATORS_BESIDE = 10
# Behind every row that other writers make: codes are theirs alone.
NUMBER_BESIDE = 900_000
RATED_YEAR = 2019


def persist(call, seconds=RETRY_SECONDS, client=None, codes=TRANSIENT, met=None):
    """Repeats `call` with back-off while it fails with one of `codes`, which `met` counts; anything else
    is raised. A client is given new connections, because Python's wait long after a broken handshake."""
    until, pause = time.monotonic() + seconds, 0.05
    while True:
        try:
            return call()
        except Refused as refused:
            known = refused.code in codes or (refused.code, refused.details) in codes
            if not known or time.monotonic() > until:
                raise
            if met is not None:
                met["CANCELLED, bare" if (refused.code, refused.details) in AWAY else refused.code] += 1
        if client is not None:
            client.close()
        time.sleep(pause)
        pause = min(pause * 2, 1)


class Writer(threading.Thread):
    """One caller of a service; `write(client, number)` gives the names of what was acknowledged, or read."""

    def __init__(self, suite, service, write, pause=0.0, before=(), ports=None):
        super().__init__(daemon=True)
        self.client = Client(suite.pki, "ctl", ports or suite.ports)
        self.service = service
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
                self.acknowledged += self.write(self.client, number)
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
        self.met = collections.Counter()

    def persist(self, call, client):
        return persist(call, client=client if self.renew else None, codes=self.codes,
                       met=self.met)


def create_draws(token, patience=Patience()):
    def write(client, _):
        request = {**DRAW, "request_id": str(uuid.uuid4())}
        answer = patience.persist(
            lambda: client.call(f"{DRAWS}/CreateDraw", request, token, timeout=patience.timeout),
            client)
        return [answer["draw"]["name"]]
    return write


def import_operators(random, run, patience=Patience(), turn=0, callers=1):
    """Operators in chunks of ten, each chunk a stream that is sent again until it is answered. A
    long run takes as many rows as it lasts, so they are made one by one; several callers take turns
    at the chunks."""
    def write(client, number):
        first = ((number - 1) * callers + turn) * CHUNK
        rows = [county.operator_row(random, first + place) for place in range(1, CHUNK + 1)]
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
        return [verdict["name"] for verdict in verdicts]
    return write


def capture_events(run, patience=Patience(), turn=0, callers=1):
    """Events of things that no other event is about: what an event is called is a digest of what it tells."""
    def write(client, count):
        number = (count - 1) * callers + turn + 1
        answer = patience.persist(lambda: client.call(f"{CAPTURE}/CaptureDocument", {
            "request_id": str(uuid.uuid5(run, f"event {number}")),
            "document": document(run, number),
            "provenance": {"origin": "fault-test", "authority": county.AUTHORITY,
                           "attested": True}}, timeout=patience.timeout), client)
        return [answer["verdicts"][0]["row"]["name"]]
    return write


def file_cases(run, operators, officer, patience=Patience()):
    """A case after the other, each with its number, its filing and its fact."""
    def write(client, number):
        request = {"request_id": str(uuid.uuid5(run, f"case {number}")), "region": BESIDE,
                   "operator": operators[number % len(operators)], "cause": "经营标签不合规定的食品",
                   "number": f"故障立〔2025〕{run.hex[:12]}-{number}号", "text": "拟立案"}
        answer = patience.persist(
            lambda: client.call(f"{CASES}/FileCase", request, officer, timeout=patience.timeout),
            client)
        return [answer["case"]["name"]]
    return write


def rate_operators(officer, patience=Patience()):
    """Proposes the grades of all operators there, again and again: each call moves the run on by one
    version, so a call that is lost or done twice leaves two of one version or a gap."""
    def write(client, _):
        request = {"request_id": str(uuid.uuid4()), "region": BESIDE, "year": RATED_YEAR}
        run = patience.persist(
            lambda: client.call(f"{RATINGS}/RateOperators", request, officer,
                                timeout=patience.timeout), client)["run"]
        return [f"{run['name']} {run['etag']}"]
    return write


def read_back(writer, random, patience=Patience()):
    """Reads what a writer was told is done: it must be there, whoever answers."""
    def read(client, _):
        if not writer.acknowledged:
            return []
        name, _, version = random.choice(writer.acknowledged).partition(" ")
        answer = patience.persist(
            lambda: client.call(READS[writer.service], {"name": name}, timeout=patience.timeout), client)
        if name not in str(answer) or (version and int(answer["run"]["etag"]) < int(version)):
            raise AssertionError(f"{name} {version} was read as {answer}")
        return [name]
    return read


def introduce(suite):
    """Registers the operators beside, and waits until all who follow the registry know them."""
    random = Random(NUMBER_BESIDE)
    rows = [{**county.operator_row(random, NUMBER_BESIDE + number), "region": BESIDE, "status": "存续"}
            for number in range(OPERATORS_BESIDE)]
    stream = county.ImportStream(suite.client("ctl"), county.IMPORT_OPERATORS)
    answer = stream.send({**next(county.chunks(rows, uuid.uuid4())), "region": BESIDE})
    stream.end()
    suite.wait_feeds()
    return [verdict["name"] for verdict in answer["verdicts"]]


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


def start_traffic(suite, random, patience=Patience(), ports=None, callers=1, pause=0.0):
    """So many writers on each of the five services, all of them through `ports` where these are
    others than the suite's, each with a pause between its writes: {name: writer}."""
    operators = introduce(suite)
    books.forget(suite)
    before = {service: books.written(suite, service) for service in suite.ports}
    # For a long run as well.
    end = int(time.time()) + 20 * 3600
    officer = suite.officer("ZF-fault", exp=end)
    of_city = suite.officer("ZF-beside", exp=end, org=CITY, region=CITY)
    writers = {}
    for turn in range(callers):
        run = uuid.UUID(int=random.getrandbits(128))
        # A thread's own, or the order in which threads run would decide what a seed gives.
        rows = Random(random.getrandbits(60))
        writes = {"registry": import_operators(rows, run, patience, turn, callers),
                  "inspection": create_draws(officer, patience),
                  "credit": rate_operators(of_city, patience),
                  "sanction": file_cases(run, operators, of_city, patience),
                  "trace": capture_events(run, patience, turn, callers)}
        for service, write in writes.items():
            writers[f"{service} {turn + 1}" if turn else service] = Writer(
                suite, service, write, max(pause, PAUSES.get(service, 0.0)), before[service], ports)
    for writer in writers.values():
        writer.start()
    return writers


def start_readers(suite, random, writers, patience=Patience(), ports=None):
    """A reader beside each writer: {name: reader}."""
    readers = {f"{name}, reading": Writer(
        suite, writer.service, read_back(writer, Random(random.getrandbits(60)), patience),
        READ_PAUSE, ports=ports) for name, writer in writers.items()}
    for reader in readers.values():
        reader.start()
    return readers
