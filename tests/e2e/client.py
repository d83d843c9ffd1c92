"""A foreign gRPC client of the suite: only the published descriptor set and a certificate.

Every department's own system could be written like this: nothing here knows a message type.
"""
import pathlib
import uuid

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

PORTS = {"registry": 7410, "inspection": 7420, "credit": 7430, "sanction": 7440, "trace": 7450}
DEADLINE_SECONDS = 10


class Refused(Exception):
    """A call that ended with another status than OK."""

    def __init__(self, method, error):
        self.method = method
        self.code = error.code().name
        self.details = error.details()
        self.status = decode_status(error)
        super().__init__(f"{method}: {self.code}: {self.details}")

    @property
    def reason(self):
        return self.status.get("reason", "")

    @property
    def article(self):
        return self.status.get("article", "")

    @property
    def message(self):
        return self.status.get("message", self.details)


class Protos:
    """Message classes of the descriptor set."""

    def __init__(self, path):
        files = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(path).read_bytes())
        self.pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            self.pool.Add(file)
        self.factory = message_factory.MessageFactory(self.pool)

    def message(self, full_name):
        return self.factory.GetPrototype(self.pool.FindMessageTypeByName(full_name))

    def method(self, path):
        service, name = path.split("/")
        return self.pool.FindServiceByName(service).methods_by_name[name]

    def classes(self, path):
        method = self.method(path)
        return (self.factory.GetPrototype(method.input_type),
                self.factory.GetPrototype(method.output_type))


PROTOS = None


def load_protos(path):
    global PROTOS
    PROTOS = Protos(path)
    return PROTOS


def decode_status(error):
    """Reason, article and message for people from google.rpc.Status in the trailers."""
    found = {}
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        status = PROTOS.message("google.rpc.Status").FromString(value)
        for detail in status.details:
            name = detail.type_url.rsplit("/", 1)[-1]
            read_detail(name, PROTOS.message(name).FromString(detail.value), found)
    return found


def read_detail(name, detail, found):
    if name == "google.rpc.ErrorInfo":
        found["reason"] = detail.reason
        found["metadata"] = dict(detail.metadata)
    elif name == "google.rpc.LocalizedMessage":
        found["message"] = detail.message
    elif name == "google.rpc.PreconditionFailure" and detail.violations:
        found["article"] = detail.violations[0].subject + detail.violations[0].description
    elif name == "google.rpc.BadRequest":
        found["fields"] = {v.field: v.localized_message.message or v.description
                           for v in detail.field_violations}


def to_dict(message):
    return json_format.MessageToDict(message, preserving_proto_field_name=True,
                                     including_default_value_fields=False)


class Client:
    """One system's connections to the five services, with its own certificate."""

    def __init__(self, pki, system, ports=None):
        self.pki = pathlib.Path(pki)
        self.system = system
        self.ports = ports or PORTS
        self.channels = {}

    def credentials(self):
        read = lambda name: (self.pki / name).read_bytes()
        return grpc.ssl_channel_credentials(read("ca.crt"), read(f"{self.system}.key"),
                                            read(f"{self.system}.crt"))

    def target(self, service):
        """One address, or those of all replicas, which take turns."""
        ports = self.ports[service]
        if isinstance(ports, int):
            return f"127.0.0.1:{ports}"
        return "ipv4:" + ",".join(f"127.0.0.1:{port}" for port in ports)

    def channel(self, service):
        if service not in self.channels:
            options = [("grpc.ssl_target_name_override", f"{service}.shian.internal"),
                       ("grpc.max_receive_message_length", 8 << 20),
                       ("grpc.initial_reconnect_backoff_ms", 100),
                       # Without it a connection that broke early is not tried again for 20 s.
                       ("grpc.min_reconnect_backoff_ms", 2000),
                       ("grpc.max_reconnect_backoff_ms", 500),
                       # A connection that died without a word is known to be dead after 4 s.
                       ("grpc.keepalive_time_ms", 2000),
                       ("grpc.keepalive_timeout_ms", 2000),
                       ("grpc.http2.max_pings_without_data", 0)]
            if not isinstance(self.ports[service], int):
                options.append(("grpc.lb_policy_name", "round_robin"))
            self.channels[service] = grpc.secure_channel(
                self.target(service), self.credentials(), options)
        return self.channels[service]

    def call(self, path, request=None, token=None, service=None, timeout=DEADLINE_SECONDS,
             wait=False, stale=None):
        """Calls "shian.credit.v1.RatingService/GetRating" with a dict; gives a dict or Refused.
        Who waits lets gRPC make the connection anew, until the deadline; else a call fails at once
        while there is none, and between calls nobody in Python makes one. `stale` is how far behind
        the latest the answer may lie: "2s"."""
        request_class, response_class = PROTOS.classes(path)
        request = dict(request or {})
        if "request_id" in request_class.DESCRIPTOR.fields_by_name:
            request.setdefault("request_id", str(uuid.uuid4()))
        message = json_format.ParseDict(request, request_class())
        call = self.channel(service or path.split(".")[1]).unary_unary(
            f"/{path}", request_class.SerializeToString, response_class.FromString)
        try:
            return to_dict(call(message, timeout=timeout, metadata=metadata(token, stale),
                                wait_for_ready=wait))
        except grpc.RpcError as error:
            raise Refused(path, error) from None

    def stream(self, path, request=None, token=None, service=None, timeout=None):
        """Yields the dicts of a server stream."""
        request_class, response_class = PROTOS.classes(path)
        message = json_format.ParseDict(request or {}, request_class())
        call = self.channel(service or path.split(".")[1]).unary_stream(
            f"/{path}", request_class.SerializeToString, response_class.FromString)
        try:
            for answer in call(message, timeout=timeout, metadata=metadata(token)):
                yield to_dict(answer)
        except grpc.RpcError as error:
            raise Refused(path, error) from None

    def send(self, path, requests, token=None, service=None, timeout=60):
        """A client stream of dicts; gives the one answer."""
        request_class, response_class = PROTOS.classes(path)
        messages = (json_format.ParseDict(request, request_class()) for request in requests)
        call = self.channel(service or path.split(".")[1]).stream_unary(
            f"/{path}", request_class.SerializeToString, response_class.FromString)
        try:
            return to_dict(call(messages, timeout=timeout, metadata=metadata(token)))
        except grpc.RpcError as error:
            raise Refused(path, error) from None

    def close(self):
        for channel in self.channels.values():
            channel.close()
        self.channels = {}


def metadata(token, stale=None):
    pairs = [("accept-language", "zh-CN")]
    if stale:
        pairs.append(("shian-staleness-max", stale))
    if token:
        pairs.append(("authorization", f"Bearer {token}"))
    return pairs
