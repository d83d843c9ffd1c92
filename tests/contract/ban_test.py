#!/usr/bin/python3
"""Punished to the person: the licence of a firm is revoked in one county, its legal representative is
barred, and no other county lets them into a post or a licence until the five years are over, whatever
is killed meanwhile. Who employs them already is asked to end it. Without word from sanction nobody gets
in after a while."""
import county
import harness
import populated

CASES, BANS = populated.CASES, populated.BANS
POSTS = populated.POSTS
TODOS = "shian.common.v1.TodoService/ListTodos"
CITY, ELSEWHERE = "410900", "410922"
SERVED, LATER, FREE = ("2025-03-20T09:00:00+08:00", "2025-03-25T09:00:00+08:00",
                       "2030-03-25T09:00:00+08:00")
DECISION = {"decision_number": "吊销1号", "kinds": ["PENALTY_KIND_LICENCE_REVOCATION"],
            "reasons": "情节严重", "legal_bases": [{"statute": "食品安全法", "article": "第一百二十三条"}]}


def rows_of(random, region, numbers, barred):
    """Firms of a region; the first has the barred person as its principal."""
    rows = [{**county.operator_row(random, number), "region": region, "form": "企业",
             "code": county.uscc(number, "1"), "source_id": f"B{number}"} for number in numbers]
    rows[0]["principal_identity_number"] = barred
    return rows


def import_of(suite, region, rows):
    stream = county.ImportStream(suite.client("ctl"), county.IMPORT_OPERATORS)
    answer = stream.send({"request_id": str(county.uuid.uuid4()), "origin": county.ORIGIN,
                          "authority": county.AUTHORITY, "region": region, "rows": rows})
    stream.end()
    return [verdict["name"] for verdict in answer["verdicts"]]


def officer(suite, person):
    return suite.officer(person, org=CITY, region=CITY)


def revoke(suite, op):
    """A case up to the service of a revocation, each act by another officer."""
    client = suite.client("ctl")
    case = populated.eventually(client.call, f"{CASES}/FileCase", {
        "operator": op, "region": harness.REGION, "number": "吊销案1号", "cause": "经营有毒有害食品",
        "party": {"operator": op, "name": "澄沅某公司"}}, suite.officer("ZF0003"))["case"]["name"]
    client.call(f"{CASES}/RecordLegalReview", {"name": case, "text": "同意"}, suite.officer("ZF0004"))
    client.call(f"{CASES}/ServeNotice", {"name": case, "notice": {
        "facts": "添加非食用物质", "grounds": "食品安全法", "rights": "有权陈述、申辩",
        "proposed_kinds": DECISION["kinds"], "service_method": "直接送达"}}, suite.officer("ZF0003"))
    suite.advance(SERVED)
    client.call(f"{CASES}/RecordCollectiveDiscussion", {"name": case, "text": "一致同意"},
                suite.officer("ZF0005"))
    client.call(f"{CASES}/AnswerFinding", {"name": case, "text": "情况属实",
                                           "answer": {"key": "ban.five_years", "accepted": True}},
                suite.officer("ZF0003"))
    client.call(f"{CASES}/DecidePenalty", {"name": case, "penalty": DECISION}, suite.officer("ZF0006"))
    client.call(f"{CASES}/ServeDecision", {"name": case, "service_method": "直接送达"},
                suite.officer("ZF0003"))
    return case


def tool(suite, *arguments, person, check=True):
    return suite.shian("--token", suite.officer(person), "ban", *arguments, check=check)


def bar(suite, checks, case, number):
    """By two officers with the tool, which never shows the number."""
    file = suite.state / "number.txt"
    file.write_text(number + "\n")
    proposed = tool(suite, "propose", "--case", case, "--role", "LEGAL_REPRESENTATIVE", "--name", "张某",
                    "--person", str(file), "--text", "时任法定代表人", person="ZF0003").stdout
    ban = proposed.split()[0]
    checks.expect(tool(suite, "impose", ban, person="ZF0003", check=False).returncode != 0,
                  "one officer alone barred somebody")
    imposed = tool(suite, "impose", ban, person="ZF0006").stdout
    checks.expect("IN_FORCE" in imposed and "2030-03-20" in imposed, f"the ban: {imposed}")
    checks.expect(ban in tool(suite, "list", "--region", harness.REGION, person="ZF0003").stdout, "listed")
    found = tool(suite, "check", "--person", str(file), person="ZF0003", check=False)
    checks.equal(found.returncode, 1, "exit code for somebody barred")
    checks.expect(number not in proposed + imposed + found.stdout + found.stderr, "the number is shown")
    suite.wait_feeds()
    return ban


def register(suite, op, number, kind="POST_KIND_MANAGER"):
    return suite.client("ctl").call(f"{POSTS}/RegisterPost", {
        "operator": op, "kind": kind, "person_name": "张某", "identity_number": number},
        officer(suite, "ZF0007"))


def check_gate(suite, checks, op, number, ban):
    for kind in ("POST_KIND_MANAGER", "POST_KIND_PRINCIPAL", "POST_KIND_SAFETY_OFFICER"):
        refused = checks.refused("PERSON_BANNED", register, suite, op, number, kind)
        if refused:
            told = str(refused) + str(refused.status)
            checks.expect(ban not in told and number not in told, "the refusal tells who")
            checks.expect("第一百三十五条第一款" in refused.article, f"the article: {refused.article}")
    application = {"region": ELSEWHERE, "reference": "许可1号",
                   "people": [{"applicant": True, "identity_number": number}]}
    checks.refused("PERSON_BANNED", suite.client("ctl").call, f"{POSTS}/CheckApplication", application,
                   officer(suite, "ZF0007"))


def attest(suite, checks, op, free):
    """Somebody barred by another province enters from its file, once, and is refused here too."""
    number = county.identity_number(harness.random.Random(17))
    populated.eventually(register, suite, free, number, "POST_KIND_SAFETY_OFFICER")
    file = suite.state / "bans.csv"
    columns = {"来源编号": "1", "主体": op, "当事人名称": "", "统一社会信用代码": "",
               "决定文书号": "外省处罚1号", "决定日期": "2029-06-01", "文书摘要": "a" * 64,
               "依据法律": "食品安全法", "依据条款": "第一百三十五条第一款", "理由": "", "终止日期": "",
               "终止方式": "", "禁止情形": "revocation", "责任身份": "SUPERVISOR", "姓名": "钱某",
               "身份证号": number, "密钥标识": "", "身份摘要": "", "禁止截止日期": "2034-06-01"}
    file.write_text(",".join(columns) + "\n" + ",".join(columns.values()) + "\n")
    for outcome in ("NEW", "UNCHANGED"):
        done = suite.shian("--token", suite.officer("ZF0003"), "import", "bans", str(file), "--origin",
                           "province-bans", "--authority", "外省某局", "--region", harness.REGION)
        checks.expect(outcome in done.stdout, f"{outcome}: {done.stdout}")
        checks.expect(number not in done.stdout + done.stderr, "the import shows the number")
    suite.wait_feeds()
    checks.refused("PERSON_BANNED", register, suite, free, number)


def due(suite):
    found = suite.client("ctl").call(TODOS, {"region": ELSEWHERE, "kind": "registry.post"},
                                     officer(suite, "ZF0007"), service="registry")
    return [todo["matter"] for todo in found.get("todos", [])]


def test(suite, checks):
    suite.settings = [f"region = {CITY}"]
    suite.start()
    county.activate_policies(suite)
    random = harness.seeded_random()
    number = county.identity_number(random)
    checks.section("two counties")
    here = import_of(suite, harness.REGION, rows_of(random, harness.REGION, [1], number))[0]
    there = import_of(suite, ELSEWHERE, rows_of(random, ELSEWHERE, [2, 3], number))
    suite.wait_feeds()
    case = revoke(suite, here)
    suite.wait_feeds()
    checks.equal(due(suite), [], "due before the ban")
    checks.section("barred")
    ban = bar(suite, checks, case, number)
    suite.crash("registry", "sanction")
    suite.advance(LATER)
    suite.wait_feeds()
    check_gate(suite, checks, there[1], number, ban)
    checks.equal(due(suite), [f"{there[0]}/posts/principal"], "who employs the person already")
    checks.section("free")
    suite.advance(FREE)
    suite.wait_feeds()
    suite.advance("2030-03-25T10:00:00+08:00")
    populated.eventually(register, suite, there[1], number)
    checks.equal(due(suite), [], "due after the end")
    checks.section("attested")
    attest(suite, checks, here, there[1])
    checks.section("without sanction")
    suite.kill("sanction")
    suite.client("ctl").call("shian.common.v1.ClockService/AdvanceTo",
                             {"time": "2030-03-27T11:00:00+08:00"}, service="registry")
    checks.refused("BANS_UNKNOWN", register, suite, there[1], number)
    suite.start("sanction")
    suite.reconnect()


if __name__ == "__main__":
    harness.run(test, port_shift=23000, start=False)
