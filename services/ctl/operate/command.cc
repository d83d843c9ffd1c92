#include "services/ctl/operate/command.h"

#include <iostream>
#include <memory>

#include "services/ctl/operate/clock.h"
#include "services/ctl/operate/health.h"
#include "services/ctl/operate/token.h"
#include "services/ctl/sample/make.h"
#include "services/ctl/session/invoke.h"

namespace shian::ctl {
namespace {

void AddSample(CLI::App* app, int* exit_code) {
  auto directory = std::make_shared<std::string>();
  auto seed = std::make_shared<uint64_t>(kSampleSeed);
  CLI::App* sample = app->add_subcommand("sample", "the sample county");
  sample->require_subcommand(1);
  CLI::App* make = sample->add_subcommand("make", "write the sample county's files");
  make->footer("Example:\n  shian sample make build/county");
  make->add_option("DIRECTORY", *directory, "where to")->required();
  make->add_option("--seed", *seed, "another seed gives another county");
  make->callback([=] {
    const absl::Status made = MakeSampleCounty(*directory, *seed);
    if (!made.ok()) {
      *exit_code = ReportUsage(made);
      return;
    }
    std::cerr << "seed " << *seed << ": written to " << *directory << "\n";
  });
}

}  // namespace

void AddOperate(CLI::App* app, Session* session, int* exit_code) {
  AddHealth(app, session, exit_code);
  AddClock(app, session, exit_code);
  AddToken(app, session, exit_code);
  AddSample(app, exit_code);
}

}  // namespace shian::ctl
