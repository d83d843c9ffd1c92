"""Step 7: a department's own system asks about 1,000 names and codes and sees the new entry."""
import csv
import time

from story import punishing

SCREENING = "shian.sanction.v1.ScreeningService"


def thousand(world):
    """998 operators of the county, and the listed one by code and by name."""
    with open(world.county / "operators-2.csv", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["主体名称"]][:998]
    subjects = [{"client_ref": f"r{n}", "name": row["主体名称"],
                 "code": row["统一社会信用代码"] if n % 2 else ""} for n, row in enumerate(rows)]
    producer = world.story["producer"]
    subjects.insert(300, {"client_ref": "by-code", "code": producer["code"]})
    subjects.insert(700, {"client_ref": "by-name", "name": producer["name"]})
    return subjects


def screen(world, subjects, system="housing-fund", purpose="PURPOSE_PROCUREMENT", **fields):
    results, revision = {}, 0
    for at in range(0, len(subjects), 500):
        answer = world.ask(f"{SCREENING}/Screen", {"subjects": subjects[at:at + 500], "purpose": purpose,
                                                   **fields}, system=system)
        revision = answer.get("list_revision", 0)
        results.update({result["client_ref"]: result for result in answer["results"]})
    return results, revision


def step(world):
    world.narrator.step(7, "比对：外部部门用自己的证书和公开协议，一秒内看到新名单")
    subjects = thousand(world)
    before, _ = screen(world, subjects)
    assert not any(result.get("listed") for result in before.values()), "nobody is listed yet"
    punishing.measures(world)
    published = time.monotonic()
    while True:
        results, revision = screen(world, subjects)
        if results["by-code"].get("listed"):
            break
        assert time.monotonic() - published < 1, "not visible within a second"
    seconds = time.monotonic() - published
    listed = sorted(ref for ref, result in results.items() if result.get("listed"))
    assert "by-code" in listed and len(listed) <= 2, listed
    world.narrator.item(f"housing-fund 一次比对 {len(subjects)} 个名称和代码：命中 {'、'.join(listed)}，"
                        f"名单修订号 {revision}，公示后 {seconds:.2f} 秒可见")
    for ref in ("by-code", "by-name"):
        world.narrator.say(f"      {ref}：{results[ref].get('explanation', '')}")
    by_file(world)


def by_file(world):
    """The same from a table and back into a table, as a clerk would with a spreadsheet."""
    producer = world.story["producer"]
    asked, answered = world.suite.state / "bidders.csv", world.suite.state / "screened.csv"
    with open(asked, "w", encoding="gb18030", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["序号", "企业名称", "统一社会信用代码"])
        rows.writerow(["1", producer["name"], producer["code"]])
        rows.writerow(["2", "", "not a code"])
        rows.writerows([n, f"某某供应商{n}有限公司", ""] for n in range(3, 1203))
    done = world.suite.shian("--system", "housing-fund", "screen", asked, "--purpose", "procurement",
                             "--out", answered, check=False)
    with open(answered, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert done.returncode == 1 and len(rows) == 1202, (done, len(rows))
    assert rows[0]["是否在列"] == "是" and rows[0]["判定"] == "同一主体", rows[0]
    assert rows[1]["未比对原因"].startswith("CODE_INVALID"), rows[1]
    assert {row["是否在列"] for row in rows[2:]} == {"否"}
    assert len(rows[0]["证据哈希"]) == 64 and rows[0]["证据哈希"] != rows[1200]["证据哈希"]
    world.narrator.item(f"shian screen：一张GB18030表格 {len(rows)} 行，{done.stderr.strip().splitlines()[-1]}")
