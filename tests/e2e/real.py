"""./dev demo --real: what others made goes through the same import paths."""
import os
import pathlib

from story import prepare
from story.grading import grade_text
from story.importing import run_import, total
from story.world import World

RATINGS = "shian.credit.v1.RatingService"


def find_shared(given):
    """The folder with the real data, or nothing."""
    source = pathlib.Path(__file__).resolve().parents[2]
    for place in (given, os.environ.get("SHIAN_SHARED"), source.parent / "shared"):
        if place and (pathlib.Path(place) / "data").is_dir():
            return pathlib.Path(place)
    return None


def import_documents(world, shared):
    """Every EPCIS document is taken, or refused by name with the rule it breaks."""
    folder = shared / "data" / "epcis" / "documents" / "json"
    reports = run_import(world, "events", folder)
    world.narrator.item(f"trace：{len(reports)} 个 EPCIS 2.0 文档，事件 "
                        f"{sum(report['rows'] for report in reports)} 条，"
                        f"入库 {total(reports, 'CAPTURED')}，已有 {total(reports, 'ALREADY_CAPTURED')}")
    for report in reports:
        for row in report["invalid"]:
            world.narrator.say(f"      拒收 {pathlib.Path(report['file']).name} 第{row['line']}条："
                               f"{row['rule']} {row['message']}")
    return reports


def import_inspections(world, shared):
    table = shared / "data" / "chicago_inspections_2011-09_2014-08.csv"
    maps = world.suite.source / "deploy" / "maps"
    holders = run_import(world, "operators", table, options=["--map", maps / "chicago-operators.json"])
    world.narrator.item(f"registry：芝加哥持证单位 {total(holders, 'NEW'):,} 家")
    world.suite.wait_feeds()
    visits = run_import(world, "inspections", table,
                        options=["--map", maps / "chicago-inspections.json"])
    world.narrator.item(f"inspection：检查记录 {total(visits, 'NEW'):,} 条（附来源，期限不由本系统计），"
                        f"拒收 {total(visits, 'INVALID')} 条")
    for row in visits[0]["invalid"][:5]:
        world.narrator.say(f"      第 {row['line']} 行 {row['field']} {row['rule']} {row['message']}")
    world.suite.wait_feeds()
    return visits


def evaluate(world):
    answer = world.ask(f"{RATINGS}/EvaluatePolicy",
                       {"policy": "rating.example-points", "region": "410902", "attested_only": True},
                       timeout=60)
    narrator = world.narrator
    narrator.item(f"credit：按示例规则（扣分衰减，一年半衰）为 {int(answer['operators']):,} 家评级，"
                  "看下一次检查是否有严重问题：")
    narrator.say("      等级   单位数   有下次检查   其中严重   比例")
    for band in answer["bands"]:
        narrator.say(f"      {grade_text(band['grade']):<2}   {int(band['operators']):>7,}   {int(band.get('visited', 0)):>8,}"
                     f"   {int(band.get('critical', 0)):>7,}   {int(band.get('critical_ppm', 0)) / 10000:5.1f} %")
    return answer


def run(suite, narrator, shared):
    found = find_shared(shared)
    if found is None:
        narrator.say("没有找到真实数据文件夹（../shared），跳过。")
        return 0
    world = World(suite, narrator, suite.build / "county")
    narrator.say("【真实数据】别人的文档与检查记录，走同样的导入路径")
    prepare.activate_policies(world)
    import_documents(world, found)
    import_inspections(world, found)
    evaluate(world)
    return 0
