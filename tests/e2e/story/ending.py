"""Steps 8 to 10: time heals what the law lets heal, what must go is erased, and all of it is proved."""
import csv
import hashlib
import pathlib

from client import PORTS
from story import punishing, screening
from story.world import date_text, small_pdf, until

LISTINGS = "shian.sanction.v1.ListingService"
OPERATORS = "shian.registry.v1.OperatorService"


def repair(world):
    entry = world.made["entry"]
    promise = {"name": entry, "duty_performed": True, "harm_removed": True, "promise_made": True,
               "text": "罚款已缴纳，整改完成，公开承诺守信",
               "documents": [world.upload("sanction", small_pdf("Public promise of credit"), "守信承诺书.pdf")]}
    world.advance("2025-09-01T10:00:00+08:00")
    world.refused("列入未满一年申请提前移出", "REPAIR_TOO_EARLY", "clerk", f"{LISTINGS}/RequestRepair", promise)
    world.advance("2026-05-28T10:00:00+08:00")
    requested = world.act("clerk", f"{LISTINGS}/RequestRepair", promise)["entry"]
    world.narrator.clocks(requested.get("deadlines", [])[-2:])
    world.advance("2026-06-08T10:00:00+08:00")
    decided = world.act("head", f"{LISTINGS}/DecideRepair",
                        {"name": entry, "granted": True, "text": "符合条件，准予移出"})["entry"]
    assert decided["state"] == "ENTRY_STATE_REPAIRED", decided["state"]
    world.narrator.item(f"提前移出：{entry}，公示、共享与措施自 {decided['end_time'][:10]} 起停止")


def look_back(world):
    subject = [{"client_ref": "x", "code": world.story["producer"]["code"]}]
    now, _ = screening.screen(world, subject, system="ctl", purpose="PURPOSE_LICENSING")
    assert not now["x"].get("listed"), now
    world.narrator.item("办理许可时比对：未列入（已修复的不再使用）")
    past, _ = screening.screen(world, subject, system="ctl", purpose="PURPOSE_COURT",
                               reference="（2026）豫0902行初12号", as_of="2025-12-01T00:00:00Z")
    assert past["x"].get("listed"), past
    world.narrator.item("法院调查、以2025年12月1日为时点：当时列入")
    until(10, lambda: court_reader(world), "the reader in the audit log")
    world.narrator.item("审计日志记下了这次查询：系统 ctl，目的 COURT")
    ended = world.ask("shian.sanction.v1.MeasureService/ListMeasures", {"entry": world.made["entry"]},
                      system="finance-bureau").get("measures", [])
    assert all(measure["state"] == "MEASURE_STATE_LIFTING" for measure in ended), ended
    for measure in ended:
        done = world.ask("shian.sanction.v1.MeasureService/ReportMeasureOutcome",
                         {"name": measure["name"], "outcome": "MEASURE_OUTCOME_LIFTED", "note": "已在业务系统中解除"},
                         system="finance-bureau")["measure"]
        assert done["state"] == "MEASURE_STATE_ENDED", done
    world.narrator.item(f"finance-bureau：确认解除 {len(ended)} 项")
    until(10, lambda: not punishing.visits_of(world).get("flags"), "the end of key monitoring")
    reconcile(world)


def reconcile(world):
    """The month of the listing, for a spreadsheet; written again it is the same file."""
    out = world.suite.state / "2025-05.csv"
    world.suite.shian("measure", "reconcile", "--month", "2025-05", "--out", out)
    first = out.read_bytes()
    rows = list(csv.DictReader(first.decode("utf-8-sig").splitlines()))
    finance = [row for row in rows if row["系统"] == "finance-bureau"]
    for column in ("发起", "按期签收", "按期反馈", "期末未结"):
        assert sum(int(row[column]) for row in finance) == 2, rows
    proof = pathlib.Path(f"{out}.proof").read_text()
    assert proof.startswith(hashlib.sha256(first).hexdigest()) and "shian.sanction/" in proof, proof
    world.suite.shian("measure", "reconcile", "--month", "2025-05", "--out", out)
    assert out.read_bytes() == first, "a past month stays what it was"
    catalogue = world.suite.shian("measure", "catalogue").stdout
    assert "- school-meal-exclusion" in catalogue and "* procurement-ban" in catalogue, catalogue
    world.narrator.item(f"月度对账表 2025-05：{len(rows) - 1} 行，SHA-256 {proof[:16]}…，附事实日志检查点")


def court_reader(world):
    answer = world.ask("shian.ledger.v1.AuditService/ListAuditEntries", {"page_size": 500},
                       service="sanction")
    while answer.get("next_page_token"):
        more = world.ask("shian.ledger.v1.AuditService/ListAuditEntries",
                         {"page_size": 500, "page_token": answer["next_page_token"]}, service="sanction")
        answer = {"entries": answer["entries"] + more.get("entries", []),
                  "next_page_token": more.get("next_page_token", "")}
    return [entry for entry in answer.get("entries", [])
            if "COURT" in entry.get("record", {}).get("purpose", "")]


def erase(world):
    world.narrator.step(9, "依法删除：个体工商户的信息从所有答复中消失，证明仍然成立")
    trader = world.story["sole_trader"]
    name = world.operator(trader)
    before = world.ask(f"{OPERATORS}/GetOperator", {"name": name})["operator"]
    assert before["title"] == trader["name"], before
    world.act("head", f"{OPERATORS}/EraseOperator",
              {"name": name, "order": {"document_number": "澄网信删〔2026〕2号", "authority": "澄沅县互联网信息办公室",
                                       "document_sha256": "0" * 63 + "1",
                                       "order_date": {"year": 2026, "month": 6, "day": 5},
                                       "legal_basis": {"statute": "个人信息保护法", "article": "第四十七条"}}})
    after = world.ask(f"{OPERATORS}/GetOperator", {"name": name})["operator"]
    assert trader["name"] not in str(after) and trader["code"] not in str(after), after
    world.suite.wait_feeds()
    world.narrator.item(f"{name}：名称、代码、地址、负责人均已删除，仅留不可识别的编号")


def prove(world):
    world.narrator.step(10, "存证：每条公示都在签名检查点之中，检查点前后一致")
    done = world.suite.shian("--timeout", "20", "verify", "--state", world.suite.state / "seen")
    for line in done.stdout.strip().split("\n"):
        world.narrator.item(line)
    again = world.suite.shian("--timeout", "20", "verify", "--state", world.suite.state / "seen")
    assert "consistent with size" in again.stdout, again.stdout
    for service in PORTS:
        assert service in done.stdout


def step(world):
    world.narrator.step(8, "时间：未到期不得修复，到期修复后停止使用")
    repair(world)
    look_back(world)
    erase(world)
    prove(world)
    entry = world.ask(f"{LISTINGS}/GetEntry", {"name": world.made["entry"], "purpose": "PURPOSE_AUDIT",
                                               "reference": "年度审计"})["entry"]
    assert date_text(entry["until_date"]), entry
