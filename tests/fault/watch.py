"""A consumer that follows one replica's facts over gRPC, and notes what was passed over, doubled or out of
its order."""
import hashlib
import threading
import time
import traceback

import grpc

import books
import traffic
from client import Client
from harness import wire

WATCH = "shian.ledger.v1.FeedService/Watch"
RESUME_SECONDS = 0.1
CAUGHT_UP_SECONDS = 15


class Watch(threading.Thread):
    """Resumes from its last cursor whenever its stream ends, as the services' own followers do."""

    def __init__(self, suite, service):
        super().__init__(daemon=True)
        self.suite = suite
        self.client = Client(suite.pki, "ctl", dict(suite.ports))
        self.service = service
        self.cursor = ""
        self.facts = []  # (sequence, commitment)
        self.wrong = []
        self.resumed = 0
        self.problem = ""
        self.call = None
        self.ended = threading.Event()

    def run(self):
        try:
            while not self.ended.is_set():
                try:
                    self.follow()
                except grpc.RpcError as error:
                    self.check_end(error)
                self.resumed += 1
                self.client.close()
                self.ended.wait(RESUME_SECONDS)
        except Exception:
            self.problem = traceback.format_exc()

    def follow(self):
        for answer in self.answers():
            self.hear(answer)

    def follow_once(self):
        """Until the service says that there is no more."""
        for answer in self.answers():
            self.hear(answer)
            if answer.WhichOneof("content") == "heartbeat":
                self.call.cancel()
                return

    def answers(self):
        request_class, answer_class = wire.PROTOS.classes(WATCH)
        watch = self.client.channel(self.service).unary_stream(
            f"/{WATCH}", request_class.SerializeToString, answer_class.FromString)
        self.call = watch(request_class(cursor=self.cursor), metadata=wire.metadata(None))
        return self.call

    def hear(self, answer):
        if answer.WhichOneof("content") == "batch":
            self.take(answer.batch)
        else:
            self.cursor = answer.heartbeat.cursor

    def check_end(self, error):
        if not self.ended.is_set() and error.code().name not in traffic.TRANSIENT:
            raise error

    def take(self, batch):
        if batch.after_cursor != self.cursor:
            self.wrong.append(f"a batch after {batch.after_cursor} came after {self.cursor}")
        for fact in batch.facts:
            entry = fact.entry
            expected = len(self.facts) + 1
            if entry.sequence != expected:
                self.wrong.append(f"{entry.sequence} came where {expected} was due")
            told = hashlib.sha256(entry.salt + entry.payload).digest()
            if told != entry.leaf.commitment and not entry.erased:
                self.wrong.append(f"{entry.sequence} is not what it is committed to")
            self.facts.append((entry.sequence, entry.leaf.commitment))
        if batch.position != len(self.facts):
            self.wrong.append(f"looked up to {batch.position}, told {len(self.facts)}")
        self.cursor = batch.cursor

    def finish(self):
        self.ended.set()
        if self.call is not None:
            self.call.cancel()
        self.join()
        self.client.close()


def start_watches(suites):
    watches = [Watch(suite, service) for suite in suites for service in suite.ports]
    for watch in watches:
        watch.start()
    return watches


def check_watches(suite, checks, watches):
    """Once nobody writes: each has what stands in the log, every sequence once and in order."""
    for watch in watches:
        stands = books.rows(suite, watch.service, "SELECT sequence, commitment FROM log_entry "
                            "WHERE log = 0 ORDER BY sequence")
        until = time.monotonic() + CAUGHT_UP_SECONDS
        while len(watch.facts) < len(stands) and time.monotonic() < until:
            time.sleep(0.05)
        watch.finish()
        what = f"who watches {watch.service} at port {watch.client.ports[watch.service]}"
        checks.equal(watch.problem, "", f"{what}: its problem")
        checks.equal(watch.wrong[:3], [], f"{what}: out of order")
        checks.equal(len(watch.facts), len(stands), f"{what}: facts told, and facts in the log")
        checks.expect(watch.facts == stands, f"{what}: other facts than those of the log")
    print("facts watched: " + ", ".join(f"{watch.service} {len(watch.facts)}, resumed {watch.resumed} times"
                                        for watch in watches))
