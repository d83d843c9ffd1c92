#include "services/ctl/backup/command.h"

#include <iostream>
#include <memory>

#include "services/ctl/backup/receive.h"
#include "services/ctl/backup/restore.h"
#include "services/ctl/backup/take.h"
#include "services/ctl/session/invoke.h"
#include "services/ctl/verify/kept.h"

namespace shian::ctl {
namespace {

int Report(const absl::Status& status) {
  if (status.ok()) return 0;
  ReportUsage(status);
  return ExitOf(status);
}

void AddTake(CLI::App* app, Session* session, int* exit_code) {
  auto to = std::make_shared<std::string>();
  auto seen = std::make_shared<std::string>(DefaultKeptFolder());
  CLI::App* backup = app->add_subcommand("backup", "copy the running suite, evidence included");
  backup->footer(
      "Examples:\n"
      "  shian backup --to /backup/2025-03-03\n"
      "  shian backup --to /backup/$(date +%F) --seen /var/lib/shian/seen\n"
      "The services go on; all five are copied at one moment. The copies are verified: every row,\n"
      "every log against its last checkpoint and against those that `shian verify` has seen.\n"
      "Not in a backup: the keys (certificates, signing keys, blob.key, identity.key). Keep them\n"
      "apart from it: without blob.key the evidence cannot be read.");
  backup->add_option("--to", *to, "a new folder")->required();
  backup->add_option("--seen", *seen, "checkpoints that `shian verify` keeps")
      ->envname("SHIAN_STATE");
  backup->callback([=] {
    const absl::Status taken = TakeBackup(*session, *to, *seen);
    *exit_code = Report(taken);
    if (taken.ok()) std::cout << *to << "\n";
  });
}

void AddRestore(CLI::App* app, int* exit_code) {
  auto options = std::make_shared<RestoreOptions>();
  options->seen = DefaultKeptFolder();
  CLI::App* restore = app->add_subcommand("restore", "a backup into empty state folders");
  restore->footer(
      "Examples:\n"
      "  shian restore --from /backup/2025-03-03 --state /var/lib/shian\n"
      "  shian restore --from /backup/2025-03-03 --state /tmp/drill --service registry\n"
      "Writes STATE/<service>/<service>.db and STATE/<service>/blobs; start no service before it\n"
      "is done. Each log goes on in a new epoch, as entries after the backup may be lost; what\n"
      "`shian verify` had seen of them is said. A second restore from the same backup needs\n"
      "--epoch, one more than the first one's, unless the first one's logs were verified.\n"
      "The keys are not in a backup: put them back from where they are kept.");
  restore->add_option("--from", options->from, "folder of the backup")->required();
  restore->add_option("--state", options->state, "folder of the services' state folders")
      ->required();
  restore->add_option("--service", options->services, "only this service; may be repeated")
      ->check(CLI::IsMember(kServices));
  restore->add_option("--seen", options->seen, "checkpoints that `shian verify` kept")
      ->envname("SHIAN_STATE");
  restore->add_option("--epoch", options->epoch, "epoch in which the logs go on")
      ->check(CLI::Range(2, 1'000'000));
  restore->callback([=] { *exit_code = Report(Restore(*options)); });
}

}  // namespace

void AddBackup(CLI::App* app, Session* session, int* exit_code) {
  AddTake(app, session, exit_code);
  AddRestore(app, exit_code);
}

}  // namespace shian::ctl
