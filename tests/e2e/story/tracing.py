"""Step 4: back to the farms, forward to every holder, and the recall's scope frozen."""
GENEALOGY = "shian.trace.v1.GenealogyService"
RECALLS = "shian.trace.v1.RecallService"


def trace(world, direction):
    answer = world.ask(f"{GENEALOGY}/Trace",
                       {"seeds": [world.story["lot"]], "detail": "TRACE_DETAIL_LOTS",
                        "direction": f"TRACE_DIRECTION_{direction}", "page_size": 500})
    assert answer["summary"]["complete"], answer["summary"]
    return answer


def step(world):
    world.narrator.step(4, "追溯：向上到养殖场，向下到每一个持有者")
    back, forward = trace(world, "BACK"), trace(world, "FORWARD")
    origins = back["summary"].get("origins", [])
    world.narrator.item(f"向上：{back['summary']['lots']} 个批次、{back['summary']['edges']} 条关系，"
                        f"源头 {len(origins)} 个养殖批次：{'、'.join(o[-13:] for o in origins)}")
    assert len(origins) == 4, origins
    world.narrator.item(f"向下：{forward['summary']['lots']} 个批次或物流单元，止于 "
                        f"{len(forward['summary'].get('ends', []))} 处")
    frozen = world.act("handler", f"{RECALLS}/FreezeScope", {"name": world.made["recall"]})["recall"]
    assert frozen["state"] == "RECALL_STATE_FROZEN" and frozen["scope_complete"], frozen
    notices = world.ask(f"{RECALLS}/ListRecallNotices",
                        {"parent": world.made["recall"], "page_size": 500})["notices"]
    holders = {notice["operator"] for notice in notices if notice.get("operator")}
    for canteen in world.story["canteens"]:
        assert world.operator(canteen) in holders, canteen
    world.narrator.item(f"召回范围已冻结（修订号 {frozen['scope_sequence']}）：{frozen['lot_count']} 个批次，"
                        f"通知 {frozen['holder_count']} 个持有者，其中学校食堂 {len(world.story['canteens'])} 家")
    done = world.ask(f"{RECALLS}/AcknowledgeNotice",
                     {"name": notices[0]["name"], "recovered_quantity": "12.5",
                      "recovered_uom": "KGM", "remark": "已下架封存"})["notice"]
    world.narrator.item(f"持有者回执：{done['name']} 追回 {done['recovered_quantity']} 千克")
