"""Step 4: back to the farms, forward to every holder, and the recall carried out."""
GENEALOGY = "shian.trace.v1.GenealogyService"
RECALLS = "shian.trace.v1.RecallService"


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


def finish(world, notice):
    name = world.made["recall"]
    done = world.ask(f"{RECALLS}/AcknowledgeNotice",
                     {"name": notice["name"], "recovered_quantity": "12.5",
                      "recovered_uom": "KGM", "remark": "已下架封存"})["notice"]
    world.narrator.item(f"持有者回执：{done['name']} 追回 {done['recovered_quantity']} 千克")
    completed = world.act("handler", f"{RECALLS}/CompleteRecall", {"name": name})["recall"]
    assert completed["state"] == "RECALL_STATE_COMPLETED", completed
    world.narrator.item("召回完成，两项期限：")
    world.narrator.clocks(completed["deadlines"])
    before = world.ask(f"{RECALLS}/ListRecallNotices",
                       {"parent": name, "as_of": completed["freeze_time"], "page_size": 1})["notices"]
    assert before[0]["state"] == "NOTICE_STATE_ISSUED", before
    world.narrator.item("按冻结当日查询：通知已发出，尚无回执")


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
    finish(world, notices[0])
