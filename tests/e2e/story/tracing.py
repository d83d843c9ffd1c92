"""Step 4: back to the farms, forward to every holder, and the recall carried out."""
GENEALOGY = "shian.trace.v1.GenealogyService"
RECALLS = "shian.trace.v1.RecallService"
CONDUCT = "shian.trace.v1.RecallConductService"
LOOKUP = "shian.trace.v1.LookupService"


def trace(world, direction):
    answer = world.ask(f"{GENEALOGY}/Trace",
                       {"seeds": [world.story["lot"]], "detail": "TRACE_DETAIL_LOTS",
                        "direction": f"TRACE_DIRECTION_{direction}", "page_size": 500})
    assert answer["summary"]["complete"], answer["summary"]
    return answer


def freeze(world):
    """On the day of the notice: the law gives hours to start a recall (启动召回)."""
    frozen = world.act("handler", f"{RECALLS}/FreezeScope", {"name": world.made["recall"]})["recall"]
    assert frozen["state"] == "RECALL_STATE_FROZEN" and frozen["scope_complete"], frozen
    world.narrator.item(f"召回当日启动：范围冻结于修订号 {frozen['scope_sequence']}")
    return frozen


def plan(world):
    """The operator's plan (召回计划), which the bureau finds good."""
    texts = {"contact_name": "召回负责人", "contact_details": "0393-0000000", "sales_region": "濮阳市",
             "reason": "恩诺沙星超标", "harm": "长期食用可能损害健康", "steps": "三日内通知，二十个工作日内完成",
             "notice_text": "请立即停止使用并封存该批次猪肉", "notice_channels": "电话及门店公告",
             "duties_of_others": "下架、封存并回执", "disposal": "统一销毁", "cost_bearing": "召回企业承担",
             "expected_effect": "未食用部分全部追回"}
    filed = world.act("handler", f"{CONDUCT}/FilePlan", {"parent": world.made["recall"], "content": {
        **texts, "recall_class": "RECALL_CLASS_TWO",
        "products": [{"product": "鲜猪肉（后腿）", "quantity": "30", "uom": "KGM",
                      "production_dates": [{"year": 2025, "month": 2, "day": 6}]}]}})["plan"]
    world.act("section_chief", f"{CONDUCT}/AssessPlan",
              {"name": filed["name"], "verdict": "PLAN_VERDICT_ACCEPTED"})
    world.narrator.item(f"召回计划 {filed['name'].rsplit('/', 1)[1]} 号已评估，无需修改")


def destroy(world, acknowledged):
    name = world.made["recall"]
    frozen = world.ask(f"{RECALLS}/GetRecall", {"name": name})["recall"]
    row = {"parent": name, "measure": "RECALL_DISPOSAL_MEASURE_DESTRUCTION", "quantity": "12.5",
           "uom": "KGM", "place": "县无害化处理场", "supervisor": "县市场监督管理局",
           "dispose_time": acknowledged["acknowledge_time"]}
    world.refused("未事先报告的销毁", "RECALL_DISPOSAL_UNANNOUNCED", "handler",
                  f"{CONDUCT}/ReportDisposal", row)
    world.act("handler", f"{CONDUCT}/ReportDisposal",
              {**row, "announce_time": frozen["freeze_time"]})
    effect = world.ask(f"{CONDUCT}/GetRecallEffect", {"name": name})["effect"]
    assert effect["quantities"][0]["disposed"] == "12.5", effect
    world.narrator.item(f"召回效果：通知 {effect['notices_issued']} 份，签收 "
                        f"{effect['notices_acknowledged']} 份，追回并销毁 12.5 千克")


def close(world, notices):
    """Nothing is closed silently: what is missing is named, and then said."""
    request = {"name": world.made["recall"], "summary": "召回完成，追回部分已监督销毁"}
    if len(notices) > 1:
        world.refused("尚有未签收的通知", "RECALL_CLOSING_INCOMPLETE", "section_chief",
                      f"{CONDUCT}/CloseRecall", request)
    request["unanswered"] = [{"notice": one["name"], "reason": "该批次已食用完毕"} for one in notices[1:]]
    closed = world.act("section_chief", f"{CONDUCT}/CloseRecall", request)["recall"]
    assert closed["state"] == "RECALL_STATE_CLOSED", closed
    world.narrator.item("召回评估结案")


def finish(world, notices):
    name, notice = world.made["recall"], notices[0]
    plan(world)
    done = world.ask(f"{RECALLS}/AcknowledgeNotice",
                     {"name": notice["name"], "recovered_quantity": "12.5",
                      "recovered_uom": "KGM", "remark": "已下架封存"})["notice"]
    world.narrator.item(f"持有者回执：{done['name']} 追回 {done['recovered_quantity']} 千克")
    destroy(world, done)
    completed = world.act("handler", f"{RECALLS}/CompleteRecall", {"name": name})["recall"]
    assert completed["state"] == "RECALL_STATE_COMPLETED", completed
    world.narrator.item("召回完成，两项期限：")
    world.narrator.clocks(completed["deadlines"])
    before = world.ask(f"{RECALLS}/ListRecallNotices",
                       {"parent": name, "as_of": completed["freeze_time"], "page_size": 1})["notices"]
    assert before[0]["state"] == "NOTICE_STATE_ISSUED", before
    world.narrator.item("按冻结当日查询：通知已发出，尚无回执")
    close(world, notices)


def scan(world):
    """What a shopper's phone is told of the lot (扫码查询)."""
    card = world.ask(f"{LOOKUP}/PublicLookup", {"scanned": world.story["lot"]}, system="public")["card"]
    assert card["warnings"][0] == "CARD_WARNING_RECALLED", card
    proof = card["recalls"][0]["proof"]
    world.narrator.item(f"消费者扫码：该批次已召回，附公示日志第 {proof['entry']['sequence']} 条存证证明")


def step(world):
    world.narrator.step(4, "追溯：向上到养殖场，向下到每一个持有者")
    back, forward = trace(world, "BACK"), trace(world, "FORWARD")
    origins = back["summary"].get("origins", [])
    world.narrator.item(f"向上：{back['summary']['lots']} 个批次、{back['summary']['edges']} 条关系，"
                        f"源头 {len(origins)} 个养殖批次：{'、'.join(o[-13:] for o in origins)}")
    assert len(origins) == 4, origins
    world.narrator.item(f"向下：{forward['summary']['lots']} 个批次或物流单元，止于 "
                        f"{len(forward['summary'].get('ends', []))} 处")
    frozen = world.ask(f"{RECALLS}/GetRecall", {"name": world.made["recall"]})["recall"]
    notices = world.ask(f"{RECALLS}/ListRecallNotices",
                        {"parent": world.made["recall"], "page_size": 500})["notices"]
    holders = {notice["operator"] for notice in notices if notice.get("operator")}
    for canteen in world.story["canteens"]:
        assert world.operator(canteen) in holders, canteen
    world.narrator.item(f"召回范围（冻结于修订号 {frozen['scope_sequence']}）：{frozen['lot_count']} 个批次，"
                        f"通知 {frozen['holder_count']} 个持有者，其中学校食堂 {len(world.story['canteens'])} 家")
    scan(world)
    finish(world, notices)
