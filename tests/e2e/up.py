#!/usr/bin/env python3
"""Starts the suite on the sample county and keeps it running. Started by ./dev up; Ctrl-C drains it."""
import argparse
import pathlib
import shutil
import signal
import sys

from story import importing, prepare
from story.world import Narrator, World
from suite import Suite


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build")
    parser.add_argument("--state", default=None, help="folder to keep; default BUILD/up")
    parser.add_argument("--simulated-clock", action="store_true", help="stand still until advanced")
    arguments = parser.parse_args()
    state = pathlib.Path(arguments.state or pathlib.Path(arguments.build) / "up")
    filled = state / "county-imported"
    if not filled.exists() and arguments.state is None:
        shutil.rmtree(state, ignore_errors=True)  # an import that was broken off begins anew
    state.mkdir(parents=True, exist_ok=True)
    narrator = Narrator()
    suite = Suite(arguments.build, state=state.resolve(), simulated=arguments.simulated_clock)
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    try:
        suite.start()
        if not filled.exists():
            world = World(suite, narrator, suite.build / "county")
            prepare.activate_policies(world)
            importing.step(world)
            filled.write_text("")
        tell(suite, narrator)
        signal.pause()
    except KeyboardInterrupt:
        narrator.say("\n正在停止：完成已接收的请求……")
    finally:
        codes = suite.close(keep=True)
    return 0 if all(code == 0 for code in codes.values()) else 1


def tell(suite, narrator):
    narrator.say("\n五个服务已就绪：")
    for service, port in suite.ports.items():
        narrator.item(f"{service:<11} gRPC 127.0.0.1:{port}　指标 http://127.0.0.1:{port + 1}/metrics")
    narrator.say(f"例：SHIAN_PKI={suite.pki} {suite.build}/services/ctl/shian health\n"
                 f"数据与日志在 {suite.state}；按 Ctrl-C 停止。")


if __name__ == "__main__":
    sys.exit(main())
