"""Step 2: a double-random draw that anyone can run again."""
import base64
import hashlib
import json

from story.world import until

DRAWS = "shian.inspection.v1.DrawService"
DEPARTMENTS = ["finance-bureau", "education-bureau", "transport-bureau"]
STRATA = [("food-producer", "OPERATOR_KIND_FOOD_PRODUCER", 4),
          ("food-seller", "OPERATOR_KIND_FOOD_SELLER", 8),
          ("caterer", "OPERATOR_KIND_CATERER", 8)]


def b64(data):
    return base64.b64encode(data).decode()


def secret_of(department):
    return hashlib.sha256(f"secret of {department}, kept until the reveal".encode()).digest()


def commit_and_lock(world):
    frame = until(20, lambda: world.ask(f"{DRAWS}/SummariseFrame", {"region": "410902"}), "the frame")
    world.narrator.item(f"inspection：抽查对象名录 "
                        f"{sum(int(c['count']) for c in frame['counts']):,} 家，"
                        f"执法人员 {frame['inspectors']} 人")
    strata = [{"key": key, "kinds": [kind], "region": "410902", "take": take}
              for key, kind, take in STRATA]
    draw = world.act("handler", f"{DRAWS}/CreateDraw",
                     {"title": "2025年春季学校周边食品安全双随机抽查", "region": "410902",
                      "strata": strata, "inspectors_per_operator": 2,
                      "inspector_capacity": 4})["draw"]
    name = world.made["draw"] = draw["name"]
    for department in DEPARTMENTS:
        commitment = hashlib.sha256(secret_of(department)).digest()
        world.ask(f"{DRAWS}/CommitShare", {"name": name, "commitment": b64(commitment)},
                  system=department)
    world.narrator.item(f"{name}：{'、'.join(DEPARTMENTS)} 先后提交承诺值")
    inspectors = world.ask("shian.registry.v1.PeopleService/ListInspectors",
                           {"region": "410902", "page_size": 5})["inspectors"]
    world.act("handler", f"{DRAWS}/DeclareRecusal",
              {"name": name, "recusal": {"inspector": inspectors[0]["name"],
                                         "operator": world.operator(world.story["producer"]),
                                         "reason": "与经营者有利害关系"}})
    lock = {"name": name, "public_source": "2025-03-04 福彩3D第2025053期开奖号码",
            "public_time": "2025-03-04T21:15:00+08:00",
            "reveal_due_time": "2025-03-04T18:00:00+08:00"}
    locked = world.act("section_chief", f"{DRAWS}/LockDraw", lock)["draw"]
    world.narrator.item(f"名录已锁定：{locked['frame_size']} 家，默克尔根 "
                        f"{base64.b64decode(locked['frame_root']).hex()[:16]}…，公示日志可查")


def reveal_and_execute(world):
    name = world.made["draw"]
    # Every share is open before the number can be known, so nobody can look first and withhold one.
    world.advance("2025-03-04T17:00:00+08:00")
    for department in DEPARTMENTS:
        world.ask(f"{DRAWS}/RevealShare", {"name": name, "secret": b64(secret_of(department))},
                  system=department)
    world.advance("2025-03-04T21:30:00+08:00")
    draw = world.act("handler", f"{DRAWS}/ExecuteDraw",
                     {"name": name, "public_value": "3 8 6"})["draw"]
    selections = draw["selections"]
    assert len(selections) == sum(take for _, _, take in STRATA), len(selections)
    assert all(len(s["inspectors"]) == 2 for s in selections), "two inspectors each"
    world.narrator.item(f"公开数“3 8 6”揭晓后执行：抽出 {len(selections)} 家，每家两名执法人员；前三家：")
    for selection in selections[:3]:
        world.narrator.say(f"      {selection['stratum']} 第{selection['rank']}位 {selection['operator']}"
                           f"　{'、'.join(selection['inspectors'])}")


def verify_alone(world):
    bundle = world.ask(f"{DRAWS}/GetProofBundle", {"name": world.made["draw"]})["bundle"]
    path = world.suite.state / "draw-bundle.json"
    path.write_text(json.dumps(bundle, ensure_ascii=False, indent=1))
    done = world.suite.shian("verify", "draw", path)
    world.narrator.item(f"shian verify draw：{done.stdout.strip()}")
    bundle["selections"][0], bundle["selections"][1] = bundle["selections"][1], bundle["selections"][0]
    path.write_text(json.dumps(bundle, ensure_ascii=False))
    assert world.suite.shian("verify", "draw", path, check=False).returncode == 1, "a forged bundle"
    world.narrator.item("改动证明包中任一处，验证即不通过")


def step(world):
    world.narrator.step(2, "双随机抽取：先承诺、后揭示、人人可复算")
    commit_and_lock(world)
    reveal_and_execute(world)
    verify_alone(world)
