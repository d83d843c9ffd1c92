"""Step 1: the county's tables and events come in; wrong rows are told, nothing is done twice."""
import json

from story import grading
from story.world import ORIGIN


def run_import(world, kind, *files, check=False, options=()):
    done = world.suite.shian("--output", "json", "import", kind, *files, *options, check=False)
    reports = read_reports(done.stdout)
    if done.returncode not in (0, 1) or not reports:
        raise AssertionError(f"import {kind}: exit {done.returncode}: {done.stderr[-2000:]}")
    return reports


def read_reports(text):
    decoder, at, reports = json.JSONDecoder(), 0, []
    while at < len(text.rstrip()):
        report, at = decoder.raw_decode(text, at)
        reports.append(report)
        while at < len(text) and text[at].isspace():
            at += 1
    return reports


def total(reports, word):
    return sum(report["totals"].get(word, 0) for report in reports)


def import_registers(world):
    county, narrator = world.county, world.narrator
    files = [county / f"operators-{n}.csv" for n in (1, 2, 3)] + [county / "farms.csv"]
    dry = run_import(world, "operators", files[-1], options=["--dry-run"])
    assert total(dry, "NEW") == world.manifest["farms"], dry
    reports = run_import(world, "operators", *files)
    expected = world.manifest["operators"] + world.manifest["farms"]
    assert total(reports, "NEW") == expected, (total(reports, "NEW"), expected)
    wrong = sum(world.manifest["files"][f.name]["wrong"] for f in files)
    assert total(reports, "INVALID") == wrong, (total(reports, "INVALID"), wrong)
    narrator.item(f"registry：导入监管对象 {expected:,} 家（含养殖场 {world.manifest['farms']} 家），"
                  f"拒收 {wrong} 行，其中：")
    for row in reports[0]["invalid"][:9]:
        narrator.say(f"      第 {row['line']} 行 {row['field']} {row['rule']}：{row['message']}"
                     f"　值：{row['value'] or '（空）'}")
    again = run_import(world, "operators", *files)
    assert total(again, "UNCHANGED") == expected and total(again, "NEW") == 0, again
    narrator.item(f"再导入一次：{expected:,} 行无变化，没有重复登记")
    for kind, name in (("inspectors", "执法人员"), ("laboratories", "检验机构")):
        made = run_import(world, kind, county / f"{kind}.csv")
        assert total(made, "INVALID") == 0, made
        narrator.item(f"registry：{name} {total(made, 'NEW')} 条")


def visits_of_2024(world):
    """The producer's visit in the year before: what its grade of 2025 rests on."""
    path = world.suite.state / "inspections-2024.csv"
    row = {"来源编号": "JC2024-1107", "主体来源编号": world.story["producer"]["source_id"],
           "检查日期": "2024-11-07", "检查类型": "日常检查", "检查结果": "符合", "重点项数": "10",
           "重点项不合格": "0", "一般项数": "20", "一般项不合格": "1", "轻微不合格": "1",
           "违法行为代码": "", "检查人员": ""}
    path.write_text(f"{','.join(row)}\n{','.join(row.values())}\n", encoding="utf-8")
    return path


def import_results(world):
    world.suite.wait_feeds()
    visits = run_import(world, "inspections", visits_of_2024(world))
    assert total(visits, "NEW") == 1, visits[0]
    world.narrator.item("inspection：2024年监督检查结果 1 条，对象为后文的生产者，符合")
    samples = run_import(world, "samples", world.county / "samples.csv")
    assert total(samples, "INVALID") == 0, samples[0]["invalid"][:3]
    world.narrator.item(f"inspection：外部系统抽检结果 {total(samples, 'NEW'):,} 批次（附来源与机关，期限不由本系统计）")
    events = run_import(world, "events", world.county / "events")
    assert total(events, "CAPTURED") == world.manifest["events"], events[0]
    world.narrator.item(f"trace：EPCIS 事件 {total(events, 'CAPTURED'):,} 条，"
                        f"批次 {world.manifest['lots']:,} 个，从养殖场到学校食堂")
    counts = world.ask("shian.registry.v1.OperatorService/CountOperators", {"region": "410902"})
    assert int(counts["total"]) == world.manifest["operators"] + world.manifest["farms"], ORIGIN


def step(world):
    world.narrator.step(1, "导入：主体、人员、机构、抽检结果、追溯事件")
    import_registers(world)
    import_results(world)
    grading.determine_year(world)
