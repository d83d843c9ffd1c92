"""Operators and inspectors of a small county, made from a seed, and their import."""
import hashlib
import queue
import uuid

from google.protobuf import json_format

from harness import wire

REGION = "410902"
ORIGIN = "contract-ledger"
AUTHORITY = "华龙区市场监督管理局"
CHUNK_ROWS = 100
USCC_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]
IDENTITY_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
KINDS = ["食品生产", "食品销售", "餐饮服务", "药品经营", "化妆品经营"]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
LETTERS = "澄沅柳榆畈埠泓岚沐榕荻蓼"


def organisation_digit(body):
    """Check character of an organisation code, GB 11714."""
    total = sum(int(c, 36) * weight for c, weight in zip(body, ORGANISATION_WEIGHTS))
    digit = 11 - total % 11
    return {10: "X", 11: "0"}.get(digit, str(digit))


def uscc(number, kind):
    """The unified social credit code of the n-th firm, with the check characters of GB 32100."""
    organisation = f"M{'ABCDEFGH'[number // 1_000_000]}{number % 1_000_000:06d}"
    body = f"9{kind}{REGION}{organisation}{organisation_digit(organisation)}"
    total = sum(USCC_SYMBOLS.index(c) * weight for c, weight in zip(body, USCC_WEIGHTS))
    return body + USCC_SYMBOLS[(31 - total % 31) % 31]


def identity_number(random):
    """A synthetic identity number: nobody alive was born in 1880."""
    birthday = f"1880{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
    body = f"{REGION}{birthday}{random.randint(1, 999):03d}"
    total = sum(int(c) * weight for c, weight in zip(body, IDENTITY_WEIGHTS))
    return body + "10X98765432"[total % 11]


def person_name(random):
    return random.choice(SURNAMES) + random.choice(LETTERS) + random.choice(LETTERS)


def operator_row(random, number):
    """The n-th row as OperatorRow; every third operator is a sole trader, one in twenty rests."""
    sole = number % 3 == 0
    title = "".join(random.choice(LETTERS) for _ in range(4))
    return {
        "line": number + 1, "source_id": f"C{number:06d}", "region": REGION,
        "title": f"{person_name(random)}{title}店" if sole else f"澄沅{title}{number}公司",
        "code": uscc(number, "2" if sole else "1"),
        "kind": random.choice(KINDS), "form": "个体工商户" if sole else "企业",
        "status": "歇业" if number % 20 == 0 else "存续",
        "principal": person_name(random),
        "principal_identity_number": identity_number(random),
        "address": f"城关镇{title}街{number}号", "town": "城关镇"}


def operator_rows(random, count):
    return [operator_row(random, number) for number in range(1, count + 1)]


def personal_secrets(rows):
    """What of the rows must never reach a log line or a metric."""
    secrets = {row["principal_identity_number"] for row in rows}
    secrets |= {row["principal"] for row in rows}
    for row in rows:
        if row["form"] == "个体工商户":
            secrets |= {row["title"], row["code"], row["address"]}
    return secrets


def inspector_rows(count):
    return [{"line": number + 1, "source_id": f"I{number:04d}", "person": f"ZF{number:04d}",
             "organisation": REGION, "region": REGION, "card": f"1610410902{number:04d}",
             "card_valid_to": "2027-12-31", "specialities": "", "status": "在岗"}
            for number in range(1, count + 1)]


def chunks(rows, run, size=CHUNK_ROWS):
    """Import requests whose request_id is made from the run and the chunk's number."""
    for at in range(0, len(rows), size):
        yield {"request_id": str(uuid.uuid5(run, str(at))), "origin": ORIGIN,
               "authority": AUTHORITY, "region": REGION, "rows": rows[at:at + size]}


class ImportStream:
    """One bidirectional import: a chunk goes out, its verdicts come back."""

    def __init__(self, client, path, token=None, timeout=60):
        self.request_class, self.response_class = wire.PROTOS.classes(path)
        self.outgoing = queue.Queue()
        self.digest = hashlib.sha256()
        self.rows = 0
        call = client.channel(path.split(".")[1]).stream_stream(
            f"/{path}", lambda message: message.SerializeToString(deterministic=True),
            self.response_class.FromString)
        self.path = path
        self.incoming = call(iter(self.outgoing.get, None), timeout=timeout,
                             metadata=wire.metadata(token))

    def send(self, chunk):
        """The answer to one chunk as a dict; Refused when the stream ended."""
        message = json_format.ParseDict(chunk, self.request_class())
        self.digest.update(message.SerializeToString(deterministic=True))
        self.rows += len(chunk["rows"])
        self.outgoing.put(message)
        try:
            return wire.to_dict(next(self.incoming))
        except wire.grpc.RpcError as error:
            self.outgoing.put(None)
            raise wire.Refused(self.path, error) from None

    def end(self, count=None, digest=None):
        """Says how much was sent; Refused unless the server agrees."""
        end = {"count": self.rows if count is None else count}
        message = json_format.ParseDict({"end": end}, self.request_class())
        message.end.sha256 = digest or self.digest.digest()
        self.outgoing.put(message)
        self.close()

    def close(self):
        """Ends the stream; without `end` the server calls it incomplete."""
        self.outgoing.put(None)
        try:
            for _ in self.incoming:
                pass
        except wire.grpc.RpcError as error:
            raise wire.Refused(self.path, error) from None


IMPORT_OPERATORS = "shian.registry.v1.OperatorService/ImportOperators"
IMPORT_INSPECTORS = "shian.registry.v1.PeopleService/ImportInspectors"


def import_rows(client, path, rows, run=None, size=CHUNK_ROWS):
    """All verdicts of a whole import."""
    stream = ImportStream(client, path)
    verdicts = []
    for chunk in chunks(rows, run or uuid.uuid4(), size):
        verdicts += stream.send(chunk)["verdicts"]
    stream.end()
    return verdicts


def activate_policies(suite, services=None):
    """Two officers approve every draft of every service."""
    client = suite.client("ctl")
    for service in services or suite.ports:
        names, page = [], ""
        while True:
            answer = client.call("shian.policy.v1.PolicyService/ListPolicies",
                                 {"page_size": 500, "page_token": page}, service=service)
            names += [policy["name"] for policy in answer.get("policies", [])
                      if policy["state"] == "POLICY_STATE_DRAFT"]
            page = answer.get("next_page_token", "")
            if not page:
                break
        for person in ("ZF-head", "ZF-deputy"):
            for at in range(0, len(names), 200):
                client.call("shian.policy.v1.PolicyService/ApprovePolicies",
                            {"names": names[at:at + 200]}, token=suite.officer(person),
                            service=service)
