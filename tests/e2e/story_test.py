#!/usr/bin/env python3
"""story_test.py BUILD [sqlite|postgresql]: the whole main job as a test, and after it: nothing secret stands in any log, metric or public leaf."""
import csv
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "contract")]

import leaks  # noqa: E402
from demo import run_story  # noqa: E402
from story.world import Narrator  # noqa: E402
from suite import Suite, postgresql  # noqa: E402

PORT_SHIFT = 4000


def secrets_of(county, trader):
    """Identity numbers and principals of the county's people, names and codes of its sole traders."""
    found = {trader["name"], trader["code"]}
    with open(county / "operators-2.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if len(row["负责人身份证号"]) == 18:
                found.add(row["负责人身份证号"])
            if row["主体性质"] == "个体工商户" and row["主体名称"]:
                found.add(row["主体名称"])
                found.add(row["统一社会信用代码"])
    return {text for text in found if len(text) >= 8}


def told_in(text, secrets):
    """Which secrets stand in a text. Only what could be one is compared: runs of code characters and
    of Chinese ones, in windows of the secrets' lengths."""
    lengths = {len(secret) for secret in secrets}
    told = set()
    for run in set(re.findall(r"[0-9A-Z]{8,}|[\u4e00-\u9fff]{4,}", text)):
        for length in lengths:
            for at in range(len(run) - length + 1):
                if run[at:at + length] in secrets:
                    told.add(run[at:at + length])
    return sorted(told)


def assert_silent(suite, secrets, tokens):
    """No personal data, no token and no key in what operations staff can read."""
    for name, text in leaks.pages(suite):
        told = told_in(text, secrets)
        assert not told, f"{name} tells {len(told)} secrets, such as {told[0][:4]}…"
    leaks.assert_no_secrets(suite, tokens)


def assert_leaves_silent(suite, secrets):
    for service in suite.ports:
        after = 0
        while True:
            page = suite.client().call("shian.ledger.v1.LedgerService/ListLeaves",
                                       {"after_sequence": after, "page_size": 500}, service=service)
            for entry in page.get("entries", []):
                assert not told_in(str(entry["leaf"]), secrets), (service, entry["id"])
            if not page.get("entries"):
                break
            after = int(page["last_sequence"])


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else "build"
    store = sys.argv[2] if len(sys.argv) > 2 else "sqlite"
    if store == "postgresql" and not postgresql.available():
        print("skipped: Debian's postgresql is not installed")
        return 77
    suite = Suite(build, port_shift=PORT_SHIFT, store=store)
    try:
        suite.start()
        world = run_story(suite, Narrator(), suite.build / "county")
        secrets = secrets_of(suite.build / "county", world.story["sole_trader"])
        assert_silent(suite, secrets, set(world.tokens.values()))
        assert_leaves_silent(suite, secrets)
        print(f"searched {len(secrets)} secrets in logs, metrics and public leaves: none found")
    except BaseException:
        for service in suite.processes:
            print(f"-- {service}: {suite.tail(service, 3)}")
        raise
    finally:
        codes = suite.close()
    assert all(code == 0 for code in codes.values()), codes
    return 0


if __name__ == "__main__":
    sys.exit(main())
