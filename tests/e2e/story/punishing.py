"""Step 6: the case, each act by an officer who may do it, and everything the law forbids refused."""
import hashlib

from story import sampling
from story.world import until
from suite import expect_refused

CASES = "shian.sanction.v1.CaseService"
DOCUMENTS = "shian.sanction.v1.DocumentService"
LEADS = "shian.sanction.v1.LeadService"
LISTINGS = "shian.sanction.v1.ListingService"
MEASURES = "shian.sanction.v1.MeasureService"
RIGHTS = "你单位有权进行陈述、申辩，并可在收到本告知书之日起五个工作日内要求举行听证。"


def act(world, role, method, /, **fields):
    world.made["case_state"] = world.act(role, f"{CASES}/{method}",
                                         {"name": world.made["case"], **fields})["case"]
    return world.made["case_state"]


def issue(world, role, matter, kind, **fields):
    """An official document, ready to be named by the act that serves it; read back by `shian`."""
    document = world.act(role, f"{DOCUMENTS}/IssueDocument", {
        "matter": matter, "kind": kind,
        "fields": [{"key": key, "value": value} for key, value in fields.items()]})["document"]
    world.narrator.item(f"出具《{document['title']}》{document['number']}，"
                        f"SHA-256 {document['attachment']['sha256'][:16]}…")
    page = world.suite.shian("--token", world.token(role), "document", "get", document["name"]).stdout
    assert hashlib.sha256(page.encode()).hexdigest() == document["attachment"]["sha256"], "the page's hash"
    assert "草稿" not in page and document["number"] in page, "no draft, with its number"
    return document["attachment"]


def refuse_strangers(world):
    """Before any handler: what is no token, an old one, one of another issuer."""
    request = {"operator": "operators/x", "cause": "x"}
    client = world.suite.client("ctl")
    expired = world.suite.token("ZF9001", ["handler"], valid_minutes=-5)
    for what, token, reason in (("过期的执法人员令牌", expired, "OFFICER_TOKEN_EXPIRED"),
                                ("伪造的执法人员令牌", expired[:-6] + "AAAAAA", "OFFICER_TOKEN_INVALID"),
                                ("没有令牌", None, "OFFICER_TOKEN_REQUIRED")):
        refused = expect_refused("UNAUTHENTICATED", client.call, f"{CASES}/FileCase", request, token=token)
        assert refused.reason in (reason, ""), refused.reason
        world.narrator.refusal(what, refused)


def file_case(world):
    producer = world.operator(world.story["producer"])
    lead = until(10, lambda: world.ask("shian.sanction.v1.LeadService/ListLeads", {"region": "410902", "operator": producer,
                                                              "open_only": True}).get("leads"), "a lead")[0]
    world.narrator.item(f"案件线索 {lead['name']} 由最终不合格结论自动形成；立案期限：")
    world.narrator.clocks([lead["filing_deadline"]])
    world.advance("2025-04-24T10:00:00+08:00")
    case = world.act("handler", f"{CASES}/FileCase",
                     {"operator": producer, "region": "410902", "leads": [lead["name"]],
                      "number": "澄市监立〔2025〕21号", "text": "经抽检、复检确认，拟立案",
                      "party": {"operator": producer, "name": world.story["producer"]["name"],
                                "code": world.story["producer"]["code"]},
                      "cause": "生产经营兽药残留超过食品安全标准限量的食用农产品"})["case"]
    world.made["case"] = case["name"]
    world.narrator.item(f"立案：{case['name']}（{case['number']}）")
    world.refused("同一人立案又做法制审核", "STEPS_KEPT_APART", "handler_reviewing",
                  f"{CASES}/RecordLegalReview", {"name": case["name"], "text": "同意"})


def hear_the_party(world):
    world.advance("2025-04-30T10:00:00+08:00")
    act(world, "legal_reviewer", "RecordLegalReview", text="事实清楚，证据确凿，适用法律正确")
    world.advance("2025-05-06T10:00:00+08:00")
    draft = world.suite.shian("--token", world.token("handler"), "document", "preview",
                              world.made["case"], "hearing-notice")
    assert "草稿" in draft.stdout and "missing: field.facts" in draft.stderr, "a draft with blanks"
    issued = issue(world, "handler", world.made["case"], "hearing-notice",
                   facts="2025年2月6日生产的鲜猪肉恩诺沙星残留超标，复检确认",
                   grounds="《中华人民共和国食品安全法》第三十四条第二项、第一百二十四条第一款第一项",
                   proposal="罚款150000元，没收违法所得8620元，责令停产停业")
    case = act(world, "handler", "ServeNotice", documents=[issued],
               notice={"facts": "2025年2月6日生产的鲜猪肉恩诺沙星残留超标，复检确认",
                       "grounds": "《中华人民共和国食品安全法》第三十四条第二项、第一百二十四条第一款第一项",
                       "rights": RIGHTS, "proposed_kinds": ["PENALTY_KIND_FINE", "PENALTY_KIND_CONFISCATION",
                                                            "PENALTY_KIND_SHUTDOWN"],
                       "proposed_fine_fen": 15000000, "proposed_confiscation_fen": 862000,
                       "proposed_aggravated": True, "listing_announced": True,
                       "hearing_offered": True, "service_method": "直接送达"})
    world.narrator.item("处罚与列入事先告知书送达，陈述申辩与听证期限：")
    world.narrator.clocks(case.get("deadlines", []))
    world.advance("2025-05-08T10:00:00+08:00")
    act(world, "clerk", "SubmitStatement", text="已召回并整改，请求从轻")


def penalty():
    return {"decision_number": "澄市监处罚〔2025〕18号",
            "kinds": ["PENALTY_KIND_FINE", "PENALTY_KIND_CONFISCATION", "PENALTY_KIND_SHUTDOWN"],
            "fine_fen": 15000000, "confiscation_fen": 862000, "aggravated": True,
            "legal_bases": [{"statute": "食品安全法", "article": "第一百二十四条"}],
            "reasons": "供应对象为学校食堂，危害后果较重，从重处罚"}


def decide(world):
    name = world.made["case"]
    world.refused("陈述申辩期未满即作决定", "STATEMENT_WINDOW_OPEN", "head", f"{CASES}/DecidePenalty",
                  {"name": name, "penalty": penalty()})
    world.advance("2025-05-15T10:00:00+08:00")
    world.refused("没有较重行政处罚即列入", "LISTING_WITHOUT_PENALTY", "head", f"{LISTINGS}/DecideListing",
                  listing(world))
    act(world, "deputy_head", "RecordCollectiveDiscussion", text="集体讨论同意从重处罚并列入严重违法失信名单")
    world.advance("2025-05-16T10:00:00+08:00")
    case = act(world, "head", "DecidePenalty", penalty=penalty())
    assert case["penalty"].get("heavier"), "a heavier penalty"
    world.narrator.item(f"处罚决定 {case['penalty']['decision_number']}：罚款 150,000.00 元、没收违法所得 8,620.00 元、"
                        "责令停产停业，属较重行政处罚")
    entry = world.act("head", f"{LISTINGS}/DecideListing", listing(world))["entry"]
    world.made["entry"] = entry["name"]
    world.narrator.item(f"同时决定列入严重违法失信名单：{entry['name']}，依据"
                        f"{entry['legal_basis']['statute']}{entry['legal_basis']['article']}")


def listing(world):
    return {"case": world.made["case"], "list": "SAMR_SERIOUS", "ground": "food.over_limit",
            "reasons": "生产兽药残留超标食品，被处以较重行政处罚"}


def serve_and_publish(world):
    name = world.made["case"]
    world.advance("2025-05-20T10:00:00+08:00")
    world.refused("未经上级同意即送达", "CONSENT_MISSING", "handler", f"{CASES}/ServeDecision",
                  {"name": name, "service_method": "直接送达"})
    act(world, "superior", "GiveConsent", text="同意列入")
    world.refused("未送达即公示", "DECISION_NOT_SERVED", "clerk", f"{CASES}/PublishPenalty", {"name": name})
    world.advance("2025-05-22T10:00:00+08:00")
    decision = issue(world, "handler", name, "penalty-decision")
    listed = issue(world, "handler", world.made["entry"], "listing-decision")
    act(world, "handler", "ServeDecision", service_method="直接送达", documents=[decision, listed])
    world.advance("2025-05-26T10:00:00+08:00")
    act(world, "clerk", "PublishPenalty")
    sampling.dispose_and_publish(world)


def measures(world):
    answer = world.act("clerk", f"{LISTINGS}/PublishListing", {"name": world.made["entry"]})
    entry = answer["entry"]
    assert entry["state"] == "ENTRY_STATE_IN_FORCE", entry["state"]
    world.narrator.item(f"{entry['name']} 公示，至 {entry['until_date']['year']}-"
                        f"{entry['until_date']['month']:02d}-{entry['until_date']['day']:02d} 止；"
                        f"联合惩戒措施 {len(answer.get('measures', []))} 项")
    for department in ("finance-bureau", "education-bureau", "housing-fund"):
        own = world.ask(f"{MEASURES}/ListMeasures", {"entry": entry["name"]}, system=department)
        assert own.get("measures"), f"{department} has a measure"
        for measure in own["measures"]:
            world.ask(f"{MEASURES}/AcknowledgeMeasure", {"name": measure["name"]}, system=department)
            done = world.ask(f"{MEASURES}/ReportMeasureOutcome",
                             {"name": measure["name"], "outcome": "MEASURE_OUTCOME_APPLIED",
                              "note": "已在业务系统中设置"}, system=department)["measure"]
        world.narrator.item(f"{department}：签收并反馈 {len(own['measures'])} 项，如“{done['title']}”")
    watched(world)


def visits_of(world):
    """What inspection makes of the measures: how often the producer is to be visited."""
    producer = world.operator(world.story["producer"])
    return world.ask("shian.inspection.v1.CheckService/GetVisitFrequency", {"operator": producer})["frequency"]


def watched(world):
    visits = until(10, lambda: visits_of(world) if visits_of(world).get("flags") else None, "key monitoring")
    assert visits["frequency"]["visits_min"] == 2 * visits["graded_frequency"]["visits_min"], visits
    world.narrator.item(f"inspection：列为重点监管，检查频次由 {visits['graded_frequency']['visits_min']} 次增至 "
                        f"{visits['frequency']['visits_min']} 次")


def step(world):
    world.narrator.step(6, "惩戒：立案、审核、告知、陈述、讨论、决定、同意、送达、公示")
    refuse_strangers(world)
    file_case(world)
    hear_the_party(world)
    decide(world)
    serve_and_publish(world)
