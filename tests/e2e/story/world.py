"""What the steps of the story share: the suite, the county, the officers, what was made so far."""
import json
import pathlib
import time

from client import Refused
from suite import expect_refused

ORIGIN = "county-ledger/410902"

# Person, posts, organisation, region, name. Nobody holds two posts that the law keeps apart.
OFFICERS = {
    "handler": ("ZF9001", ["handler"], "410902", "410902", "办案人员甲"),
    "handler_reviewing": ("ZF9001", ["handler", "legal-reviewer"], "410902", "410902", "办案人员甲"),
    "second_handler": ("ZF9002", ["handler"], "410902", "410902", "办案人员乙"),
    "sampler": ("ZF9003", ["sampler", "inspector"], "410902", "410902", "抽样人员"),
    "section_chief": ("ZF9004", ["section-chief"], "410902", "410902", "科室负责人"),
    "legal_reviewer": ("ZF9005", ["legal-reviewer"], "410902", "410902", "法制审核人员"),
    "deputy_head": ("ZF9006", ["deputy-head"], "410902", "410902", "分管副局长"),
    "head": ("ZF9007", ["head"], "410902", "410902", "局长"),
    "clerk": ("ZF9008", ["clerk"], "410902", "410902", "内勤人员"),
    "superior": ("ZF8001", ["head"], "410900", "410900", "市局负责人"),
}


class Narrator:
    """Prints the story in Chinese for people; silent in tests."""

    def __init__(self, silent=False):
        self.silent = silent
        self.began = time.monotonic()

    def seconds(self):
        return time.monotonic() - self.began

    def say(self, text):
        if not self.silent:
            print(text, flush=True)

    def step(self, number, title):
        self.say(f"\n【{number}】{title}（{self.seconds():.1f} 秒）")

    def item(self, text):
        self.say(f"  · {text}")

    def refusal(self, what, refused):
        article = f"，依据：{refused.article}" if refused.article else ""
        self.say(f"  ✗ {what}：{refused.message}（{refused.reason}{article}）")

    def clocks(self, clocks):
        for clock in clocks:
            clock = clock.get("deadline", clock)
            due = clock.get("due_time", "")[:10] or f"待日历，不早于{date_text(clock.get('earliest_date'))}"
            basis = clock.get("legal_basis", {})
            self.say(f"      期限 {clock['rule']}：{due}　{clock.get('explanation', '')}"
                     f"（{basis.get('statute', '')}{basis.get('article', '')}）")


class World:
    def __init__(self, suite, narrator, county):
        self.suite = suite
        self.narrator = narrator
        self.county = pathlib.Path(county)
        self.manifest = json.loads((self.county / "MANIFEST.json").read_text())
        self.story = self.manifest["story"]
        self.tokens = {}
        self.names = {}
        self.made = {}

    def token(self, role):
        if role not in self.tokens:
            person, posts, organisation, region, name = OFFICERS[role]
            self.tokens[role] = self.suite.token(person, posts, organisation, region, name)
        return self.tokens[role]

    def act(self, role, path, request, **options):
        """A call by an officer through the bureau's own system."""
        return self.suite.client("ctl").call(path, request, token=self.token(role), **options)

    def ask(self, path, request=None, system="ctl", **options):
        return self.suite.client(system).call(path, request, **options)

    def refused(self, what, reason, role, path, request, **options):
        """The act must be refused; the story shows why."""
        refused = expect_refused(reason, self.act, role, path, request, **options)
        self.narrator.refusal(what, refused)
        return refused

    def operator(self, party):
        """The registry's name of a party of the county."""
        source = party["source_id"]
        if source not in self.names:
            answer = self.ask("shian.registry.v1.OperatorService/LookUpOperators",
                              {"region": "410902", "keys": [{"origin": ORIGIN, "source_id": source}]})
            self.names[source] = answer["names"][0]
        return self.names[source]

    def advance(self, moment):
        self.suite.advance(moment)
        self.narrator.say(f"  ── 时钟推进至 {moment[:16].replace('T', ' ')} ──")

    def upload(self, service, content, title, media_type="application/pdf", role="handler"):
        """Puts a document into a service's evidence store; gives the attachment."""
        import base64
        import hashlib
        digest = hashlib.sha256(content).digest()
        parts = [{"data": base64.b64encode(content[at:at + 65536]).decode()}
                 for at in range(0, len(content), 65536)]
        parts.append({"end": {"count": len(content), "sha256": base64.b64encode(digest).decode()}})
        answer = self.suite.client("ctl").send("shian.common.v1.BlobService/UploadBlob", parts,
                                               token=self.token(role), service=service)
        return {"sha256": answer["sha256"], "title": title, "media_type": media_type,
                "size_bytes": len(content)}


def date_text(date):
    if not date:
        return "—"
    return f"{date['year']:04d}-{date['month']:02d}-{date['day']:02d}"


def until(seconds, probe, what):
    """Polls until the probe gives something true; a reaction needs a moment."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = probe()
        except Refused:
            found = None
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def small_pdf(text):
    """A one-page PDF, so that the evidence is a real document."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>",
               b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
               b" /Resources << /Font << /F1 5 0 R >> >> >>",
               b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + (b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
                  % (len(objects) + 1, table))
