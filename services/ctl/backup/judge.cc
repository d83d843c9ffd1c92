#include "services/ctl/backup/judge.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/restored.h"
#include "libs/ledger/revision.h"
#include "libs/ledger/verify.h"
#include "libs/store/backup.h"
#include "services/ctl/verify/kept.h"
#include "services/ctl/verify/key.h"

namespace shian::ctl {
namespace {

using ledger::Log;

// The checkpoint of one epoch that `shian verify` has seen last.
struct Seen {
  int64_t epoch = 0;
  ledger::Checkpoint checkpoint;
};

std::string NameOf(const std::string& origin, Log log, int64_t epoch) {
  return absl::StrCat(origin, "/", ledger::LogName(log), "/", epoch);
}

// Epochs may have begun that nobody verified, so a gap of some does not end the search.
absl::StatusOr<std::vector<Seen>> ReadSeen(const std::string& folder, const std::string& origin,
                                           Log log) {
  constexpr int64_t kUnseenMax = 100;
  std::vector<Seen> all;
  int64_t last = 0;
  for (int64_t epoch = 1; !folder.empty() && epoch <= last + kUnseenMax; ++epoch) {
    const std::string path = KeptPath(folder, NameOf(origin, log, epoch));
    const Kept kept = ReadKept(path);
    if (kept.note.empty()) continue;
    const auto checkpoint = ledger::VerifyNote(kept.note, kept.key);
    if (!checkpoint.ok()) {
      return absl::DataLossError(absl::StrCat(path, ": ", checkpoint.status().message()));
    }
    all.push_back({epoch, *checkpoint});
    last = epoch;
  }
  return all;
}

// Whether the log still has the entry that ended the checkpoint; an earlier restore may have lost
// it, and said so.
absl::StatusOr<bool> IsKept(store::ReadTx& tx, Log log, const Seen& seen, int64_t epoch) {
  if (seen.checkpoint.size == 0 || seen.epoch > epoch) return false;
  ASSIGN_OR_RETURN(const auto entry, ledger::ReadEntry(tx, log, seen.checkpoint.size));
  return entry.has_value() && entry->leaf.epoch <= seen.epoch;
}

absl::StatusOr<JudgedLog> JudgeLog(store::ReadTx& tx, Log log, const std::string& folder) {
  ASSIGN_OR_RETURN(const std::vector<Seen> all, ReadSeen(folder, tx.origin(), log));
  std::vector<int64_t> sizes;
  sizes.reserve(all.size());
  for (const Seen& seen : all) sizes.push_back(seen.checkpoint.size);
  ASSIGN_OR_RETURN(const ledger::RebuiltLog rebuilt, ledger::RebuildLog(tx, log, sizes));
  const ledger::LogState& state = rebuilt.state;
  JudgedLog judged;
  judged.record = {
      std::string(ledger::LogName(log)), state.name, state.epoch, state.last, rebuilt.note, ""};
  judged.integrated = state.integrated;
  for (const Seen& seen : all) {
    judged.seen_epoch = seen.epoch;
    if (seen.epoch == state.epoch) judged.seen = seen.checkpoint.size;
    ASSIGN_OR_RETURN(const bool kept, IsKept(tx, log, seen, state.epoch));
    if (kept && rebuilt.roots.at(seen.checkpoint.size) != seen.checkpoint.root) {
      return absl::DataLossError(absl::StrCat("log ", judged.record.log, ": its first ",
                                              seen.checkpoint.size,
                                              " entries are not those of the checkpoint seen"));
    }
  }
  return judged;
}

// The key that a log's checkpoint must bear: the one that was given, or else seen in this epoch or
// the last one before; empty when nobody outside the backup knows it.
std::string KnownKey(const std::string& origin, const LogRecord& log, const Trust& trust) {
  for (const std::string& key : trust.keys) {
    if (!IsKeyOf(origin, key)) continue;
    const std::string under = KeyUnder(log.name, key);
    return under.empty() ? key : under;  // what is no key fits no checkpoint
  }
  const std::string kept = ReadKept(KeptPath(trust.seen, log.name)).key;
  return kept.empty() ? KeyUnder(log.name, ReadKeptBefore(trust.seen, log.name).key) : kept;
}

absl::Status CheckLog(const LogRecord& written, const LogRecord& found,
                      const std::string& known_key) {
  const bool same = written.log == found.log && written.name == found.name &&
                    written.epoch == found.epoch && written.last == found.last &&
                    written.note == found.note;
  if (!same) return absl::DataLossError(absl::StrCat("log ", found.log, " is not the manifest's"));
  if (found.note.empty()) return absl::OkStatus();
  const auto verified = ledger::VerifyNote(found.note, known_key.empty() ? written.key : known_key);
  if (verified.ok()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("log ", found.log, ": ", verified.status().message()));
}

}  // namespace

absl::StatusOr<JudgedStore> JudgeStore(const std::string& path, const std::string& seen) {
  const auto judge = [&]() -> absl::StatusOr<JudgedStore> {
    ASSIGN_OR_RETURN(const auto copy, store::OpenCopy(path, store::CopyUse::kRead));
    RETURN_IF_ERROR(store::CheckCopy(*copy));
    JudgedStore judged;
    judged.origin = copy->origin();
    RETURN_IF_ERROR(copy->ReadNow([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(judged.revision, ledger::Revision(tx));
      ASSIGN_OR_RETURN(judged.followed, ledger::FollowedOrigins(tx));
      for (const Log log : {Log::kFacts, Log::kPublic, Log::kAudit}) {
        ASSIGN_OR_RETURN(JudgedLog one, JudgeLog(tx, log, seen));
        judged.logs.push_back(std::move(one));
      }
      return absl::OkStatus();
    }));
    return judged;
  };
  absl::StatusOr<JudgedStore> judged = judge();
  if (judged.ok()) return judged;
  return absl::DataLossError(absl::StrCat(path, ": ", judged.status().message()));
}

absl::StatusOr<JudgedStore> JudgeBackup(const std::string& folder, const Manifest& manifest,
                                        const Trust& trust) {
  RETURN_IF_ERROR(CheckFile(folder, manifest.store));
  for (const FileRecord& blob : manifest.blobs) RETURN_IF_ERROR(CheckFile(folder, blob));
  const std::string path = absl::StrCat(folder, "/", manifest.store.path);
  ASSIGN_OR_RETURN(JudgedStore judged, JudgeStore(path, trust.seen));
  if (judged.origin != manifest.origin || judged.logs.size() != manifest.logs.size()) {
    return absl::DataLossError(absl::StrCat(path, " is not the store of the manifest"));
  }
  for (size_t i = 0; i < judged.logs.size(); ++i) {
    const LogRecord& found = judged.logs[i].record;
    const std::string key = KnownKey(judged.origin, found, trust);
    judged.key_unproved = judged.key_unproved || (key.empty() && !found.note.empty());
    const absl::Status same = CheckLog(manifest.logs[i], found, key);
    if (!same.ok()) return absl::DataLossError(absl::StrCat(path, ": ", same.message()));
  }
  return judged;
}

absl::Status CheckTogether(const std::map<std::string, Manifest>& set) {
  std::map<std::string, int64_t> heads;
  for (const auto& [service, manifest] : set) {
    for (const LogRecord& log : manifest.logs) {
      if (log.log == ledger::LogName(Log::kFacts)) heads[manifest.origin] = log.last;
    }
  }
  for (const auto& [service, manifest] : set) {
    for (const auto& [origin, last] : manifest.followed) {
      const auto head = heads.find(origin);
      if (head == heads.end() || last <= head->second) continue;
      return absl::DataLossError(absl::StrCat(service, " has followed ", origin, " to ", last,
                                              ", but its own copy ends at ", head->second,
                                              ": the copies are not of one backup"));
    }
  }
  return absl::OkStatus();
}

}  // namespace shian::ctl
