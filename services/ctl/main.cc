// shian: the command-line tool of the suite.
#include <exception>
#include <iostream>

#include "CLI/CLI.hpp"
#include "services/ctl/backup/command.h"
#include "services/ctl/ban/command.h"
#include "services/ctl/call/command.h"
#include "services/ctl/check/command.h"
#include "services/ctl/deadline/command.h"
#include "services/ctl/document/command.h"
#include "services/ctl/hash/command.h"
#include "services/ctl/import/command.h"
#include "services/ctl/match/command.h"
#include "services/ctl/measure/command.h"
#include "services/ctl/onboard/command.h"
#include "services/ctl/operate/command.h"
#include "services/ctl/screen/command.h"
#include "services/ctl/session/session.h"
#include "services/ctl/snapshot/command.h"
#include "services/ctl/todo/command.h"
#include "services/ctl/trace/command.h"
#include "services/ctl/verify/command.h"

int main(int argc, char** argv) {
  CLI::App app("shian: food and drug safety credit supervision (食品药品安全信用监管)", "shian");
  app.set_version_flag("--version", "shian 0.1.0");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(
      "Examples:\n  shian health\n"
      "  shian deadline --from 2025-01-24 --days 5 --unit working --explain\n"
      "  shian code check 914403001922038216\n"
      "  shian import operators operators.csv --dry-run\n\n"
      "Exit codes: 0 done, 1 found wrong, 2 usage, 64 + the gRPC code of a refused call.");
  int exit_code = 0;
  shian::ctl::Session session;
  session.AddOptions(&app);
  for (const auto add :
       {shian::ctl::AddOperate, shian::ctl::AddCall, shian::ctl::AddHash, shian::ctl::AddImport,
        shian::ctl::AddVerify, shian::ctl::AddBackup, shian::ctl::AddBan, shian::ctl::AddDocument,
        shian::ctl::AddMeasure, shian::ctl::AddOnboard, shian::ctl::AddTodo, shian::ctl::AddTrace,
        shian::ctl::AddDeadline, shian::ctl::AddScreen, shian::ctl::AddSnapshot,
        shian::ctl::AddMatch, shian::ctl::AddCheck}) {
    add(&app, &session, &exit_code);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : shian::ctl::kExitUsage;
  }
  return exit_code;
}
