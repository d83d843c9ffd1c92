#include "services/ctl/backup/command.h"

#include <iostream>
#include <memory>

#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "services/ctl/backup/folder.h"
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

struct TakeArguments {
  std::string to, into;
  std::string seen = DefaultKeptFolder();
  int keep = 0;
};

absl::Status Take(Session& session, const TakeArguments& arguments) {
  const bool named = arguments.into.empty();
  if (named == arguments.to.empty()) {
    return absl::InvalidArgumentError("either --to or --into is needed");
  }
  const std::string to = named ? arguments.to : BackupIn(arguments.into, absl::Now());
  RETURN_IF_ERROR(TakeBackup(session, to, arguments.seen));
  std::cout << to << "\n";
  return arguments.keep > 0 ? ExpireIn(arguments.into, arguments.keep) : absl::OkStatus();
}

void AddTake(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<TakeArguments>();
  CLI::App* backup = app->add_subcommand("backup", "copy the running suite, evidence included");
  backup->footer(
      "Examples:\n"
      "  shian backup --to /backup/2025-03-03\n"
      "  shian backup --into /backup --keep 14 --seen /var/lib/shian/seen\n"
      "The services go on; all five are copied at one moment. The copies are verified: every row,\n"
      "every log against its last checkpoint and against those that `shian verify` has seen.\n"
      "Not in a backup: the keys (certificates, signing keys, blob.key, identity.key). Keep them\n"
      "apart from it: without blob.key the evidence cannot be read.");
  backup->add_option("--to", arguments->to, "a new folder");
  CLI::Option* into =
      backup->add_option("--into", arguments->into, "makes a folder here, named by the time");
  backup->add_option("--keep", arguments->keep, "removes older ones there, all but so many")
      ->needs(into)
      ->check(CLI::Range(1, 10'000));
  backup->add_option("--seen", arguments->seen, "checkpoints that `shian verify` keeps")
      ->envname(kSeenVariable);
  backup->callback([=] { *exit_code = Report(Take(*session, *arguments)); });
}

absl::Status RestoreFrom(RestoreOptions options, const std::string& latest_in) {
  if (latest_in.empty() == options.from.empty()) {
    return absl::InvalidArgumentError("either --from or --latest-in is needed");
  }
  if (!latest_in.empty()) {
    ASSIGN_OR_RETURN(options.from, LatestIn(latest_in));
  }
  return Restore(options);
}

void AddRestore(CLI::App* app, int* exit_code) {
  auto options = std::make_shared<RestoreOptions>();
  auto latest_in = std::make_shared<std::string>();
  options->trust.seen = DefaultKeptFolder();
  CLI::App* restore = app->add_subcommand("restore", "a backup into empty state folders");
  restore->footer(
      "Examples:\n"
      "  shian restore --from /backup/2025-03-03 --state /var/lib/shian\n"
      "  shian restore --latest-in /backup --state /tmp/drill --service registry\n"
      "Writes STATE/<service>/<service>.db and STATE/<service>/blobs; start no service before it\n"
      "is done. Each log goes on in a new epoch, as entries after the backup may be lost; what\n"
      "`shian verify` had seen of them is said. A second restore from the same backup needs\n"
      "--epoch, one more than the first one's, unless the first one's logs were verified.\n"
      "A backup names the keys that signed it, but who can change it can sign it anew: pin them\n"
      "with --key as they were published, one of any log for each service, or by --seen.\n"
      "The keys are not in a backup: put them back from where they are kept.");
  restore->add_option("--from", options->from, "folder of the backup");
  restore->add_option("--latest-in", *latest_in, "folder of `shian backup --into`: its last one");
  restore->add_option("--state", options->state, "folder of the services' state folders")
      ->required();
  restore->add_option("--service", options->services, "only this service; may be repeated")
      ->check(CLI::IsMember(kServices));
  restore->add_option("--seen", options->trust.seen, "checkpoints that `shian verify` kept")
      ->envname(kSeenVariable);
  restore->add_option("--key", options->trust.keys, "a signer's key as published; may be repeated");
  restore->add_flag(
      "--aside", options->aside,
      "moves what is in the state folders into a folder beside it, named by the time");
  restore->add_option("--epoch", options->epoch, "epoch in which the logs go on")
      ->check(CLI::Range(2, 1'000'000));
  restore->callback([=] { *exit_code = Report(RestoreFrom(*options, *latest_in)); });
}

}  // namespace

void AddBackup(CLI::App* app, Session* session, int* exit_code) {
  AddTake(app, session, exit_code);
  AddRestore(app, exit_code);
}

}  // namespace shian::ctl
