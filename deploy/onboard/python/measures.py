#!/usr/bin/env python3
"""A department's client: watches its orders, carries them out, reports, and confirms what it lifted.

    measures.py [--config client.json] [--once] [--watch-seconds N]

--once handles what is open and ends; else it goes on with what comes, from the cursor it keeps. Put your
own code into `carry_out` and `reverse`. Needs python3-grpcio and python3-protobuf only: messages come from
the descriptor set, nothing is generated.
"""
import argparse
import json
import pathlib
import sys
import uuid

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

MEASURES = "shian.sanction.v1.MeasureService"
WATCH = "shian.ledger.v1.FeedService/Watch"
DEADLINE_SECONDS = 10
PAGE = 100


def carry_out(measure):
    """What the department does in its own system. Gives (outcome, note)."""
    print(f"carried out: {measure['title']} against {measure['party'].get('name', '')} ({measure['name']})")
    return "MEASURE_OUTCOME_APPLIED", "已在业务系统中设置"


def reverse(measure):
    """The same backwards. Gives the note."""
    print(f"reversed: {measure['title']} ({measure['name']})")
    return "已在业务系统中解除"


class Refused(Exception):
    """A call that ended with another status than OK."""


class Shian:
    """Calls of one system, with its own certificate."""

    def __init__(self, config, folder):
        files = descriptor_pb2.FileDescriptorSet.FromString((folder / config["descriptors"]).read_bytes())
        self.pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            self.pool.Add(file)
        self.factory = message_factory.MessageFactory(self.pool)
        pki, system = folder / config["pki"], config["system"]
        read = lambda name: (pki / name).read_bytes()
        self.channel = grpc.secure_channel(
            config["address"], grpc.ssl_channel_credentials(read("ca.crt"), read(f"{system}.key"),
                                                            read(f"{system}.crt")),
            [("grpc.ssl_target_name_override", "sanction.shian.internal")])

    def message(self, descriptor):
        if hasattr(message_factory, "GetMessageClass"):
            return message_factory.GetMessageClass(descriptor)
        return self.factory.GetPrototype(descriptor)

    def prepare(self, path, request):
        service, name = path.split("/")
        method = self.pool.FindServiceByName(service).methods_by_name[name]
        request_class, answer_class = self.message(method.input_type), self.message(method.output_type)
        return json_format.ParseDict(request, request_class()), request_class, answer_class

    def call(self, path, request):
        message, request_class, answer_class = self.prepare(path, request)
        invoke = self.channel.unary_unary(f"/{path}", request_class.SerializeToString, answer_class.FromString)
        try:
            answer = invoke(message, timeout=DEADLINE_SECONDS, wait_for_ready=True)
        except grpc.RpcError as error:
            raise Refused(f"{path}: {error.code().name}: {error.details()}") from None
        return json_format.MessageToDict(answer, preserving_proto_field_name=True)

    def watch(self, request, seconds):
        message, request_class, answer_class = self.prepare(WATCH, request)
        invoke = self.channel.unary_stream(f"/{WATCH}", request_class.SerializeToString, answer_class.FromString)
        try:
            for answer in invoke(message, timeout=seconds, wait_for_ready=True):
                yield json_format.MessageToDict(answer, preserving_proto_field_name=True)
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.DEADLINE_EXCEEDED:
                raise Refused(f"{WATCH}: {error.code().name}: {error.details()}") from None


def request_id(measure, act):
    """The same for the same act: a repeated call is answered as the first time."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{measure['name']}/{act}"))


def handle(shian, measure):
    """Brings one measure as far as the department can."""
    if measure["state"] == "MEASURE_STATE_ORDERED":
        measure = shian.call(f"{MEASURES}/AcknowledgeMeasure",
                             {"name": measure["name"], "request_id": request_id(measure, "acknowledge")})["measure"]
    if measure["state"] == "MEASURE_STATE_ACKNOWLEDGED":
        outcome, note = carry_out(measure)
        measure = report(shian, measure, "report", outcome, note)
    if measure["state"] == "MEASURE_STATE_LIFTING":
        measure = report(shian, measure, "lift", "MEASURE_OUTCOME_LIFTED", reverse(measure))
    return measure


def report(shian, measure, act, outcome, note):
    return shian.call(f"{MEASURES}/ReportMeasureOutcome",
                      {"name": measure["name"], "request_id": request_id(measure, act), "outcome": outcome,
                       "note": note})["measure"]


def handle_open(shian):
    for state in ("ORDERED", "ACKNOWLEDGED", "LIFTING"):
        page = ""
        while True:
            answer = shian.call(f"{MEASURES}/ListMeasures", {"state": f"MEASURE_STATE_{state}", "page_size": PAGE,
                                                             "page_token": page})
            for measure in answer.get("measures", []):
                handle(shian, measure)
            page = answer.get("next_page_token", "")
            if not page:
                break


def follow(shian, config, cursor_file, seconds):
    """A fact says that something is new; what is true is asked of the service."""
    cursor = cursor_file.read_text() if cursor_file.exists() else ""
    prefix = f"shian.sanction.measure.{config['system']}."
    for answer in shian.watch({"cursor": cursor, "type_prefixes": [prefix]}, seconds):
        if answer.get("batch", {}).get("facts"):
            handle_open(shian)
        cursor_file.write_text((answer.get("batch") or answer["heartbeat"])["cursor"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", default=str(pathlib.Path(__file__).with_name("client.json")))
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--watch-seconds", type=float, default=None, help="end after so long")
    arguments = parser.parse_args()
    path = pathlib.Path(arguments.config).resolve()
    config = json.loads(path.read_text())
    shian = Shian(config, path.parent)
    try:
        handle_open(shian)
        if not arguments.once:
            follow(shian, config, path.with_name("cursor"), arguments.watch_seconds)
    except Refused as refused:
        sys.exit(f"measures: {refused}")


if __name__ == "__main__":
    main()
