#include "services/ctl/backup/restore.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/ledger/restored.h"
#include "libs/rpc/due_work.h"
#include "libs/store/backup.h"
#include "services/ctl/backup/files.h"
#include "services/ctl/backup/folder.h"
#include "services/ctl/backup/judge.h"
#include "services/ctl/backup/manifest.h"
#include "services/ctl/session/session.h"
#include "services/ctl/verify/key.h"
#include "shian/ledger/v1/changes.pb.h"

namespace shian::ctl {
namespace {

namespace fs = std::filesystem;
using ledger::Log;

constexpr char kEpochBegun[] = "shian.ledger.epoch.begun";
constexpr char kUnfinished[] = ".restoring";
constexpr char kAside[] = ".before";

// Where a service looks for its store when it is told nothing else (libs/config/README.md).
std::string StorePath(const std::string& folder, const std::string& service) {
  return absl::StrCat(folder, "/", service, ".db");
}

absl::Status CheckEmpty(const std::string& folder, const std::string& service) {
  std::error_code failed;
  const std::string store = StorePath(folder, service);
  for (const std::string& path : {store, store + "-wal", store + kUnfinished}) {
    if (fs::exists(path, failed)) {
      return absl::AlreadyExistsError(
          absl::StrCat(path, " exists: a restore needs an empty state folder"));
    }
  }
  const std::string blobs = folder + "/blobs";
  for (const auto& found : fs::recursive_directory_iterator(blobs, failed)) {
    if (found.is_regular_file(failed)) {
      return absl::AlreadyExistsError(
          absl::StrCat(blobs, " is not empty: a restore needs an empty state folder"));
    }
  }
  return absl::OkStatus();
}

// Where no shell is, and a volume cannot be exchanged, the old state stays beside the new one.
absl::Status MoveAside(const std::string& folder, const std::string& service) {
  const fs::path aside = BackupIn(folder, absl::Now()) + kAside;
  std::error_code failed;
  const std::string store = service + ".db";
  for (const std::string& name :
       {store, store + "-wal", store + "-shm", store + kUnfinished, std::string("blobs")}) {
    if (!fs::exists(fs::path(folder) / name, failed)) continue;
    fs::create_directories(aside, failed);
    if (!failed) fs::rename(fs::path(folder) / name, aside / name, failed);
    if (failed) {
      return absl::UnavailableError(absl::StrCat("cannot move ", folder, "/", name, " to ",
                                                 aside.string(), ": ", failed.message()));
    }
  }
  if (!fs::exists(aside, failed)) return absl::OkStatus();
  std::cerr << service << ": what was there is in " << aside.string() << "\n";
  return SyncFolder(folder);
}

void SayLost(const std::string& service, const JudgedLog& log) {
  const std::string what = absl::StrCat(service, ": LOST from log ", log.record.log, ": ");
  if (log.seen_epoch > log.record.epoch) {
    std::cerr << what << "all of epoch " << log.seen_epoch << ", which was verified, and more\n";
  } else if (log.seen > log.record.last) {
    std::cerr << what << "entries " << log.record.last + 1 << " to " << log.seen
              << ", which were verified; there may be more\n";
  }
}

int64_t NextEpoch(const RestoreOptions& options, const JudgedStore& judged) {
  int64_t known = 0;
  for (const JudgedLog& log : judged.logs) {
    known = std::max({known, log.record.epoch, log.seen_epoch});
  }
  return options.epoch > 0 ? options.epoch : known + 1;
}

ledger::Change FirstEntry(const JudgedLog& log, const JudgedStore& judged, int64_t epoch,
                          absl::Time taken, absl::Time now) {
  shian::ledger::v1::EpochBegun begun;
  begun.set_epoch(epoch);
  begun.mutable_backup_time()->set_seconds(absl::ToUnixSeconds(taken));
  begun.set_kept_sequence(log.record.last);
  ledger::Change change;
  for (const Log kind : {Log::kFacts, Log::kPublic, Log::kAudit}) {
    if (ledger::LogName(kind) == log.record.log) change.log = kind;
  }
  change.type = kEpochBegun;
  change.subject = absl::StrCat("epochs/", epoch);
  change.region = judged.origin.substr(judged.origin.find('/') + 1);
  change.time = now;
  change.payload = begun.SerializeAsString();
  return change;
}

// The log's own clock: a suite that ran on a simulated one goes on with it.
absl::StatusOr<absl::Time> ClockOf(store::Store& copy) {
  ASSIGN_OR_RETURN(const absl::Time kept, rpc::KeptClock(copy, absl::UnixEpoch()));
  return kept == absl::UnixEpoch() ? absl::Now() : kept;
}

absl::Status BeginEpochs(const std::string& path, const Manifest& manifest,
                         const JudgedStore& judged, int64_t epoch) {
  ASSIGN_OR_RETURN(const absl::Time taken, ParseTime(manifest.taken));
  ASSIGN_OR_RETURN(const auto copy, store::OpenCopy(path, store::CopyUse::kChange));
  ASSIGN_OR_RETURN(const absl::Time now, ClockOf(*copy));
  return copy
      ->WriteAndWait({.now = now, .caller = "restore"},
                     [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                       for (const JudgedLog& log : judged.logs) {
                         RETURN_IF_ERROR(ledger::BeginEpoch(
                             tx, epoch, FirstEntry(log, judged, epoch, taken, now)));
                       }
                       return std::string();
                     })
      .status();
}

// The store gets its name last, when all that belongs to it is there.
absl::Status RestoreService(const RestoreOptions& options, const Manifest& manifest,
                            const JudgedStore& judged) {
  const std::string from = absl::StrCat(options.from, "/", manifest.service, "/");
  const std::string to = absl::StrCat(options.state, "/", manifest.service);
  for (const FileRecord& blob : manifest.blobs) {
    RETURN_IF_ERROR(CopyChecked(from + blob.path, blob, absl::StrCat(to, "/", blob.path)));
  }
  const std::string store = StorePath(to, manifest.service);
  const std::string unfinished = store + kUnfinished;
  RETURN_IF_ERROR(CopyChecked(from + manifest.store.path, manifest.store, unfinished));
  const int64_t epoch = NextEpoch(options, judged);
  RETURN_IF_ERROR(BeginEpochs(unfinished, manifest, judged, epoch));
  std::error_code failed;
  if (fs::exists(unfinished + "-wal", failed)) {
    return absl::UnavailableError(absl::StrCat(unfinished, "-wal could not be folded in"));
  }
  RETURN_IF_ERROR(SyncAndRename(unfinished, store));
  std::cerr << manifest.service << ": restored to " << to << ", logs go on in epoch " << epoch
            << "\n";
  return absl::OkStatus();
}

// A pinned key that pins nothing would leave the backup's own in its place.
absl::Status CheckKeys(const RestoreOptions& options,
                       const std::map<std::string, Manifest>& chosen) {
  for (const std::string& key : options.trust.keys) {
    const auto its = [&](const auto& one) { return IsKeyOf(one.second.origin, key); };
    if (std::any_of(chosen.begin(), chosen.end(), its)) continue;
    return absl::InvalidArgumentError(absl::StrCat("--key ", key.substr(0, key.find('+')),
                                                   ": no service to restore has this log"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, Manifest>> Chosen(const RestoreOptions& options) {
  ASSIGN_OR_RETURN(const auto set, ReadSet(options.from));
  std::map<std::string, Manifest> chosen;
  for (const auto& [service, manifest] : set) {
    if (std::find(kServices.begin(), kServices.end(), service) == kServices.end() ||
        manifest.service != service) {
      return absl::DataLossError(absl::StrCat(options.from, " names an unknown service"));
    }
    const auto& wanted = options.services;
    const bool asked =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), service) != wanted.end();
    if (asked) chosen[service] = manifest;
  }
  for (const std::string& service : options.services) {
    if (!chosen.contains(service)) {
      return absl::NotFoundError(absl::StrCat("the backup does not have ", service));
    }
  }
  RETURN_IF_ERROR(CheckTogether(set));
  RETURN_IF_ERROR(CheckKeys(options, chosen));
  return chosen;
}

}  // namespace

absl::Status Restore(const RestoreOptions& options) {
  ASSIGN_OR_RETURN(const auto chosen, Chosen(options));
  for (const auto& [service, manifest] : chosen) {
    if (options.aside) continue;
    RETURN_IF_ERROR(CheckEmpty(absl::StrCat(options.state, "/", service), service));
  }
  std::map<std::string, JudgedStore> judged;
  for (const auto& [service, manifest] : chosen) {
    std::cerr << service << ": verifying " << 1 + manifest.blobs.size() << " files of "
              << manifest.taken << "\n";
    ASSIGN_OR_RETURN(judged[service], JudgeBackup(absl::StrCat(options.from, "/", service),
                                                  manifest, options.trust));
    if (judged[service].key_unproved) {
      std::cerr << service << ": WARNING: key taken from the backup: pin it with --key, or name "
                << "the checkpoints seen with --seen\n";
    }
  }
  for (const auto& [service, manifest] : chosen) {
    for (const JudgedLog& log : judged[service].logs) SayLost(service, log);
    if (options.aside) {
      RETURN_IF_ERROR(MoveAside(absl::StrCat(options.state, "/", service), service));
    }
    RETURN_IF_ERROR(RestoreService(options, manifest, judged[service]));
  }
  return absl::OkStatus();
}

}  // namespace shian::ctl
