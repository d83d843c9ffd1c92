"""What a process keeps of what it was sent, and of what nobody reads: bounded, whoever asks.

Rounds of the largest messages, streams of a caller that never ends, and readers that stand still in
the middle of a stream, while others are answered.
"""
import hashlib
import os
import pathlib
import re
import threading
import time
import uuid

import harness
import hostile
import hostile_bytes
from google.protobuf.descriptor import FieldDescriptor as F
from harness import wire

# What a process may keep of a whole round of messages of 1 MiB after it has answered one round, or
# of one stream: room for its threads' arenas and gRPC's buffers, far less than the bytes sent.
GROWTH_MIB_MAX = 48
SMALL_MESSAGES, LARGE_MESSAGES = 500, 80
LARGE_BYTES = 900 << 10
PIECE_BYTES, BLOB_PIECES, ENDLESS_PIECES = 512 << 10, 40, 140  # a blob has at most 64 MiB
READERS, OTHERS, OTHER_SECONDS = 8, 50, 2
STREAM_SECONDS = 60
LOOK_SECONDS = 0.02
CLOCK, DOWNLOAD = "shian.common.v1.ClockService/GetClock", "shian.common.v1.BlobService/DownloadBlob"
WATCH, UPLOAD = "shian.ledger.v1.FeedService/Watch", "shian.common.v1.BlobService/UploadBlob"


def resident_mib(suite, process):
    status = pathlib.Path(f"/proc/{suite.processes[process].pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024


class Peak:
    """Looks at a process all the time, since what is given back at the end was needed all the same."""

    def __init__(self, suite, checks, process, what):
        self.suite, self.checks, self.process, self.what = suite, checks, process, what
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.done.wait(LOOK_SECONDS):
            self.most = max(self.most, resident_mib(self.suite, self.process))

    def __enter__(self):
        self.first = self.most = resident_mib(self.suite, self.process)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()
        print(f"{self.process}, {self.what}: {self.first} MiB before, at most {self.most} MiB")
        expect_bounded(self.checks, self.process, self.what, self.first, self.most)


def expect_bounded(checks, process, what, first, last):
    # AddressSanitizer keeps what was freed for a while, to see who uses it.
    checks.expect(last - first <= GROWTH_MIB_MAX or "ASAN_OPTIONS" in os.environ,
                  f"{process}, {what}: grew from {first} to {last} MiB")


def check_rounds(suite, checks, process, send):
    """Two rounds of the largest messages: the first may grow the process, the second may not."""
    sizes = []
    for _ in range(2):
        sent = 0
        for method in harness.methods_of(suite.build, process):
            bodies = list(hostile_bytes.huge(wire.PROTOS.message(method.request), method.service))
            sent += sum(len(body) for _, body in bodies)
            send(method, bodies)
        sizes.append(resident_mib(suite, process))
    print(f"{process}: {sizes[0]} MiB resident after {sent >> 20} MiB of requests, "
          f"{sizes[1]} MiB after as many again")
    expect_bounded(checks, process, "rounds of the largest messages", *sizes)


def chunk(message_class, service, text=""):
    """A message of a stream of rows, of which the last text is as given."""
    message = hostile.plausible(message_class, service)
    fields = message.DESCRIPTOR.fields_by_name
    if "dry_run" in fields:
        message.dry_run = True
    if "request_id" in fields:
        message.request_id = str(uuid.uuid4())
    if text:
        row = message.rows[0] if "rows" in fields else message.subjects[0]
        field = [one for one in row.DESCRIPTOR.fields
                 if one.type == F.TYPE_STRING and one.label != F.LABEL_REPEATED][-1]
        setattr(row, field.name, text)
    return message.SerializeToString()


def chunks(method):
    message_class = wire.PROTOS.message(method.request)
    for _ in range(SMALL_MESSAGES):
        yield chunk(message_class, method.service)
    for _ in range(LARGE_MESSAGES):
        yield chunk(message_class, method.service, "x" * LARGE_BYTES)


def check_long_streams(suite, checks, process, channel, metadata):
    """Rows without end, and a file without end."""
    for method in harness.methods_of(suite.build, process):
        rows = method.client_streams and method.server_streams and f".{process}." in method.service
        if rows:
            with Peak(suite, checks, process, f"{SMALL_MESSAGES + LARGE_MESSAGES} messages on "
                                              f"{method.path.split('/')[1]}"):
                answers, code = read_all(method.on(channel)(
                    chunks(method), timeout=STREAM_SECONDS, metadata=metadata))
            checks.equal((answers, code), (SMALL_MESSAGES + LARGE_MESSAGES, "INVALID_ARGUMENT"),
                         f"{method.path}: answers, and the refusal of a stream without its end")
            break
    with Peak(suite, checks, process, f"{ENDLESS_PIECES * PIECE_BYTES >> 20} MiB of a file"):
        code = upload(channel, metadata, ENDLESS_PIECES)
    checks.equal(code, "INVALID_ARGUMENT", f"{process}: a file that never ends")


def read_all(call):
    answers = 0
    try:
        for _ in call:
            answers += 1
        return answers, "OK"
    except wire.grpc.RpcError as error:
        return answers, error.code().name


def upload(channel, metadata, pieces):
    """Sends a file in pieces; gives the code, or the file's hash."""
    message_class, response_class = wire.PROTOS.classes(UPLOAD)
    digest = hashlib.sha256()

    def messages():
        for number in range(pieces):
            piece = number.to_bytes(4, "big") * (PIECE_BYTES // 4)
            digest.update(piece)
            yield message_class(data=piece).SerializeToString()
        end = message_class()
        end.end.count, end.end.sha256 = pieces * PIECE_BYTES, digest.digest()
        yield end.SerializeToString()

    try:
        answer = channel.stream_unary(f"/{UPLOAD}")(messages(), timeout=STREAM_SECONDS,
                                                    metadata=metadata)
        return response_class.FromString(answer).sha256
    except wire.grpc.RpcError as error:
        return error.code().name


def check_slow_readers(suite, checks, process, channel, metadata):
    """Readers who take the first message of a large file or a feed and then stand still."""
    sha256 = upload(channel, metadata, BLOB_PIECES)
    if not checks.equal(len(sha256), 64, f"{process}: {sha256} for a file"):
        return
    clients = [wire.Client(suite.pki, "ctl", suite.ports) for _ in range(READERS)]
    with Peak(suite, checks, process, f"{READERS} readers of {BLOB_PIECES * PIECE_BYTES >> 20} MiB "
                                      "who stand still"):
        calls = [begin(client.channel(process), metadata, sha256) for client in clients]
        for _, first in calls:
            checks.expect(first, f"{process}: a slow reader got nothing")
        slowest = ask_meanwhile(channel)
        checks.expect(slowest < OTHER_SECONDS,
                      f"{process}: another caller waited {slowest:.2f} s beside slow readers")
    whole = hashlib.sha256(calls[0][1])
    for answer in calls[0][0]:
        whole.update(data_of(answer))
    checks.equal(whole.hexdigest(), sha256, f"{process}: what a slow reader got in the end")
    for client in clients:
        client.close()


def begin(channel, metadata, sha256):
    """A download and a feed; gives the download and its first bytes."""
    request = wire.PROTOS.message("shian.common.v1.DownloadBlobRequest")(sha256=sha256)
    download = channel.unary_stream(f"/{DOWNLOAD}")(request.SerializeToString(),
                                                    timeout=STREAM_SECONDS, metadata=metadata)
    next(channel.unary_stream(f"/{WATCH}")(b"", metadata=metadata), b"")
    return download, data_of(next(download, b""))


def data_of(answer):
    return wire.PROTOS.message("shian.common.v1.DownloadBlobResponse").FromString(answer).data


def ask_meanwhile(channel):
    """The longest that an ordinary call took."""
    slowest = 0
    for _ in range(OTHERS):
        began = time.monotonic()
        channel.unary_unary(f"/{CLOCK}")(b"", timeout=harness.wire.DEADLINE_SECONDS)
        slowest = max(slowest, time.monotonic() - began)
    return slowest


def check(suite, checks, process, channel, metadata, send):
    check_rounds(suite, checks, process, send)
    check_long_streams(suite, checks, process, channel, metadata)
    check_slow_readers(suite, checks, process, channel, metadata)
