"""Step 3: one lot of pork fails for a veterinary drug, is tested again, and the failure is final."""
from story import tracing
from story.world import small_pdf, until

SAMPLING = "shian.inspection.v1.SamplingService"
LABORATORIES = "shian.registry.v1.LaboratoryService"
ITEM = {"item": "恩诺沙星", "value": "312", "limit": "≤100", "unit": "μg/kg",
        "standard": "GB 31650-2019", "failed": True, "reason": "FAILURE_REASON_VETDRUG"}


def act(world, role, method, /, **fields):
    """One act on the story's sample; gives the sample afterwards."""
    request = {"name": world.made["sample"], **fields}
    return world.act(role, f"{SAMPLING}/{method}", request)["sample"]


def laboratory_act(world, method, **fields):
    """An act of the laboratory's own system."""
    request = {"name": world.made["sample"], **fields}
    return world.ask(f"{SAMPLING}/{method}", request, system=world.made["laboratory_system"])["sample"]


def laboratories(world):
    found = world.ask(f"{LABORATORIES}/ListLaboratories", {"region": "410902"})["laboratories"]
    return {laboratory["name"]: laboratory for laboratory in found}


def take_sample(world):
    story = world.story
    known = laboratories(world)
    first = next(l for l in known.values() if l.get("system") == "laboratory-a"
                 and not l.get("reinspection"))
    world.made["first_laboratory"] = first["name"]
    world.made["laboratory_system"] = first["system"]
    planned = world.act("section_chief", f"{SAMPLING}/PlanSample",
                        {"operator": world.operator(story["wholesaler"]),
                         "kind": "SAMPLE_KIND_SUPERVISION",
                         "authority_level": "REGION_LEVEL_PROVINCE", "food_category": "33",
                         "plan": "2025年省级食用农产品监督抽检", "laboratory": first["name"]})["sample"]
    world.made["sample"] = planned["name"]
    samplers = [i["name"] for i in world.ask("shian.registry.v1.PeopleService/ListInspectors",
                                             {"region": "410902", "page_size": 3})["inspectors"][1:3]]
    product = {"product_name": "鲜猪肉（后腿）", "specification": "散装", "batch": story["lot"][-13:],
               "production_date": {"year": 2025, "month": 2, "day": 6},
               "shelf_life_end": {"year": 2026, "month": 2, "day": 6}, "lot": story["lot"],
               "quantity": "样品2 kg，备份2 kg", "producer": world.operator(story["producer"]),
               "producer_name": story["producer"]["name"], "producer_address": "澄沅县"}
    act(world, "sampler", "RecordTaking", product=product,
        taking={"samplers": samplers, "notice_shown": True, "price_fen": 11200,
                "test_seal": "FY-20250305-01", "backup_seal": "FY-20250305-02"})
    world.narrator.item(f"{planned['name']}：在学校食堂供货商 {story['wholesaler']['name']} 购样抽检，"
                        f"两名抽样人员，检验样与备份样分别封存")


def deliver_and_report(world):
    act(world, "sampler", "RecordDelivery", carrier="CARRIER_SAMPLER", seal="FY-20250305-01",
        seal_intact=True)
    world.advance("2025-03-06T10:00:00+08:00")
    laboratory_act(world, "RecordReception", accepted=True)
    world.advance("2025-03-20T16:00:00+08:00")
    world.made["laboratory_document"] = world.upload(
        "inspection", small_pdf("Test report SP-2025-0317: enrofloxacin 312 ug/kg, limit 100 ug/kg"),
        "检验报告SP-2025-0317.pdf")
    sample = laboratory_act(
        world, "RecordReport",
        report={"number": "SP-2025-0317", "conclusion_time": "2025-03-20T15:00:00+08:00",
                "passed": False, "items": [ITEM], "document": world.made["laboratory_document"],
                "hazard": "HAZARD_LEVEL_GENERAL", "laboratory": world.made["first_laboratory"]})
    world.narrator.item(f"检验报告 SP-2025-0317：{ITEM['item']} {ITEM['value']} {ITEM['unit']}，"
                        f"标准 {ITEM['limit']}，不合格；报告正文以 SHA-256 "
                        f"{world.made['laboratory_document']['sha256'][:12]}… 入库")
    return sample


def notify(world):
    world.advance("2025-03-24T10:00:00+08:00")
    sample = act(world, "handler", "NotifyResult", number="（澄）市监抽告〔2025〕17号")
    control = sample.get("risk_control", {})
    world.narrator.item(f"结果通知送达，风险控制同时启动：{'、'.join(control.get('measures', []))}")
    recall = until(10, lambda: world.ask("shian.trace.v1.RecallService/ListRecalls",
                                         {"sample": world.made["sample"]}).get("recalls"),
                   "the recall proposal")[0]
    world.made["recall"] = recall["name"]
    world.narrator.item(f"trace：召回建议 {recall['name']}，{recall['recall_class'][-3:]} 级；期限：")
    world.narrator.clocks(recall.get("deadlines", []))
    tracing.freeze(world)
    act(world, "handler", "RecordDueDiligence", role="PARTY_ROLE_SAMPLED_UNIT",
        due_diligence={"incoming_check": True, "did_not_know": True, "source_stated": True,
                       "evidence": [world.upload("inspection", small_pdf("incoming check records"),
                                                 "进货查验记录.pdf")]})


def reinspect(world):
    world.advance("2025-03-31T15:00:00+08:00")
    act(world, "clerk", "RequestReinspection", applicant=world.operator(world.story["producer"]),
        reason="对检验结论有异议，申请复检")
    world.advance("2025-04-02T10:00:00+08:00")
    world.refused("申请由内勤登记，同一人不得又决定受理", "STEP_NOT_ALLOWED", "clerk",
                  f"{SAMPLING}/DecideReinspection", {"name": world.made["sample"], "accepted": True})
    act(world, "section_chief", "DecideReinspection", accepted=True)
    sample = act(world, "handler", "DrawLaboratory")
    drawn = sample["reinspection"]["laboratory"]
    chosen = laboratories(world)[drawn]
    assert drawn != world.made["first_laboratory"], "another laboratory"
    world.made["laboratory_system"] = chosen["system"]
    world.narrator.item(f"复检机构随机抽取：{chosen['title']}（{drawn}），初检机构及其关联机构不参加")
    act(world, "handler", "HandOverBackup", carrier="CARRIER_SAMPLER", seal="FY-20250305-02",
        seal_intact=True)
    world.advance("2025-04-03T10:00:00+08:00")
    laboratory_act(world, "ReceiveBackup", seal_intact=True)
    world.advance("2025-04-16T16:00:00+08:00")
    document = world.upload("inspection", small_pdf("Re-inspection report FJ-2025-0042"), "复检报告.pdf")
    laboratory_act(world, "RecordReinspectionReport",
                   report={"number": "FJ-2025-0042", "conclusion_time": "2025-04-16T15:00:00+08:00",
                           "passed": False, "items": [dict(ITEM, value="298")], "document": document,
                           "hazard": "HAZARD_LEVEL_GENERAL", "laboratory": drawn})
    world.advance("2025-04-18T10:00:00+08:00")
    sample = act(world, "handler", "ServeReinspectionResult", number="（澄）市监复检〔2025〕3号")
    assert sample["state"] == "SAMPLE_STATE_FINAL", sample["state"]
    assert sample["outcome"] == "SAMPLE_OUTCOME_FAILED", sample["outcome"]
    world.narrator.item("复检结论：仍不合格（298 μg/kg），自送达起为最终结论")


def dispose_and_publish(world):
    """After the penalty is public: the failed sample's disposal is finished and its result published."""
    act(world, "handler", "StartDisposal")
    world.refused("经办人自己办结核查处置", "STEP_NOT_ALLOWED", "handler", f"{SAMPLING}/FinishDisposal",
                  {"name": world.made["sample"], "product_controlled": True, "cause": "休药期不足",
                   "trace": "见召回记录", "summary": "已处置"})
    act(world, "section_chief", "FinishDisposal", product_controlled=True,
        cause="养殖环节休药期不足，已责令供应商整改", trace="向上四个养殖批次，向下两所学校食堂，均已追溯",
        penalty_case=world.made["case"], summary="召回、处罚与整改均已完成")
    published = act(world, "clerk", "PublishResult")
    assert published["state"] == "SAMPLE_STATE_PUBLISHED", published["state"]
    act(world, "handler", "CloseSample")
    world.narrator.item("inspection：核查处置办结，抽检结果公示，样品办结")


def show_responsibility(world):
    sample = world.ask(f"{SAMPLING}/GetSample", {"name": world.made["sample"]})["sample"]
    for party in sample["responsible_parties"]:
        exempt = party.get("due_diligence", {}).get("exempt", False)
        world.narrator.item(f"责任主体：{party['role']} {party['operator']}"
                            f"{'　已履行进货查验等义务，依法免予处罚' if exempt else ''}")
    clocks = world.ask(f"{SAMPLING}/ListClocks", {"name": world.made["sample"]})
    world.narrator.item("本件全部法定期限：")
    world.narrator.clocks(clocks.get("clocks") or clocks.get("deadlines") or [])


def step(world):
    world.narrator.step(3, "抽检：兽药残留不合格，复检确认")
    world.advance("2025-03-05T10:00:00+08:00")
    take_sample(world)
    deliver_and_report(world)
    notify(world)
    reinspect(world)
    show_responsibility(world)
