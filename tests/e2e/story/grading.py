"""Step 5: the grade falls with each reason shown, and visits become more frequent."""
from story.world import date_text, until

RATINGS = "shian.credit.v1.RatingService"


def determine_year(world):
    """The grades of 2025, proposed by one officer and approved by another, before anything happens."""
    request = {"region": "410902", "year": 2025, "page_size": 500}
    run = batches(world, "handler", "RateOperators", request, "RATING_RUN_STATE_PROPOSED")
    world.refused("提出年度等级的人又批准", "STEP_NOT_ALLOWED", "handler", f"{RATINGS}/ApproveRatings",
                  {"name": run["name"]})
    run = batches(world, "head", "ApproveRatings", {"name": run["name"], "page_size": 500},
                  "RATING_RUN_STATE_DONE")
    world.suite.wait_feeds()
    determined = rating_of(world, world.operator(world.story["producer"]))["determined"]
    assert grade_text(determined["grade"]) == "B", determined
    world.narrator.item(f"credit：2025年度等级经一人提出、另一人批准，测算 {int(run['operators']):,} 家；"
                        "信息不足的不评级；该生产者为 B 级")


def batches(world, role, method, request, last):
    """A yearly determination goes in batches; the run keeps its place."""
    while True:
        run = world.act(role, f"{RATINGS}/{method}", request, timeout=30)["run"]
        if run["state"] == last:
            return run


def rating_of(world, operator):
    return world.ask(f"{RATINGS}/GetRating", {"name": f"{operator}/rating"})["rating"]


def step(world):
    world.narrator.step(5, "信用：等级下降，理由逐条可查；检查频次随之提高")
    producer = world.operator(world.story["producer"])
    rating = until(10, lambda: lowered(world, producer), "the grade after the final result")
    determined = rating["determined"]
    before, grade = grade_text(determined.get("previous_grade")), grade_text(determined["grade"])
    assert (before, grade) == ("B", "C"), (before, grade)
    world.narrator.item(f"{producer}：年度等级 {before} 级，因不合格即时调为 {grade} 级，"
                        f"自 {determined.get('determine_time', '')[:10]} 起")
    explained = world.ask(f"{RATINGS}/ExplainRating", {"name": f"{producer}/rating"})
    for line in explained.get("text_zh", "").split("\n"):
        world.narrator.say(f"      {line}")
    for way in explained.get("ways_back", []):
        world.narrator.say(f"      回升途径：{way['text_zh']}")
    replay = world.ask(f"{RATINGS}/ReplayRating", {"name": determined["name"]})
    assert replay.get("identical"), replay
    world.narrator.item("按当时的规则与证据重算：逐位一致")
    frequency = until(10, lambda: raised(world, producer), "the visit frequency")
    visits = frequency["frequency"]
    world.narrator.item(f"inspection：检查频次提高为每 {visits['per_months']} 个月 {visits['visits_min']} 至 "
                        f"{visits['visits_max']} 次，下次不迟于 {date_text(frequency.get('next_visit_due'))}")


def grade_text(grade):
    """The letter of a risk grade; A is the good end."""
    return "未评" if not grade or grade.endswith("UNRATED") else grade[-1]


def lowered(world, producer):
    rating = rating_of(world, producer)
    return rating if grade_text(rating["determined"]["grade"]) != "B" else None


def raised(world, producer):
    answer = world.ask("shian.inspection.v1.CheckService/GetVisitFrequency", {"operator": producer})
    frequency = answer["frequency"]
    return frequency if frequency.get("cause") or frequency.get("grade") else None
