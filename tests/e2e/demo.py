#!/usr/bin/env python3
"""The main job on the sample county, told in plain Chinese. Started by ./dev demo."""
import argparse
import sys

from story import drawing, ending, grading, importing, prepare, punishing, sampling, screening, tracing
from story.world import Narrator, World
from suite import Suite

STEPS = [importing, drawing, sampling, tracing, grading, punishing, screening, ending]


def run_story(suite, narrator, county):
    world = World(suite, narrator, county)
    narrator.say("【0】启动：五个服务，各自的进程、证书和数据库；规则由两人审批启用")
    prepare.activate_policies(world)
    for part in STEPS:
        part.step(world)
    return world


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build")
    parser.add_argument("--real", action="store_true", help="real documents and inspections instead")
    parser.add_argument("--shared", default=None, help="folder with the real data")
    parser.add_argument("--store", choices=["sqlite", "postgresql"], default="sqlite",
                        help="what the services keep their data in; default a file each")
    arguments = parser.parse_args()
    narrator = Narrator()
    suite = Suite(arguments.build, store=arguments.store)
    try:
        suite.start()
        if arguments.real:
            import real
            return real.run(suite, narrator, arguments.shared)
        run_story(suite, narrator, suite.build / "county")
    finally:
        codes = suite.close()
    assert all(code == 0 for code in codes.values()), codes
    narrator.say(f"\n五个服务均已正常停止。全程 {narrator.seconds():.0f} 秒。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
