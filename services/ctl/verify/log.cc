#include "services/ctl/verify/log.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/verify.h"
#include "services/ctl/verify/fetch.h"
#include "services/ctl/verify/kept.h"
#include "services/ctl/verify/key.h"
#include "services/ctl/verify/proof.h"
#include "shian/ledger/v1/ledger_service.pb.h"

namespace shian::ctl {
namespace {

namespace pb = shian::ledger::v1;

constexpr int kPage = 500;

pb::Log LogOf(const std::string& log) {
  return log == "public" ? pb::LOG_PUBLIC : log == "audit" ? pb::LOG_AUDIT : pb::LOG_FACTS;
}

absl::Status ProveGrowth(Session& session, const std::string& service, const std::string& log,
                         const std::string& key, const std::string& earlier_note,
                         const ledger::Checkpoint& now, LogFinding* finding) {
  ASSIGN_OR_RETURN(const auto earlier, ledger::VerifyNote(earlier_note, key));
  finding->earlier_size = earlier.size;
  if (earlier.size == 0) return absl::OkStatus();
  pb::GetConsistencyProofRequest request;
  request.set_log(LogOf(log));
  request.set_first_size(earlier.size);
  request.set_second_size(now.size);
  ASSIGN_OR_RETURN(const auto proof, Ask<pb::GetConsistencyProofResponse>(
                                         session, service, "GetConsistencyProof", request));
  return ledger::VerifyConsistency(earlier.size, now.size,
                                   {proof.hashes().begin(), proof.hashes().end()}, earlier.root,
                                   now.root);
}

absl::Status ProveEntry(Session& session, const std::string& service, const pb::Entry& entry,
                        const ledger::Checkpoint& checkpoint) {
  ASSIGN_OR_RETURN(const auto proof,
                   Inclusion(session, service, entry.sequence(), checkpoint.size));
  RETURN_IF_ERROR(
      ledger::VerifyInclusion(entry.sequence() - 1, checkpoint.size, LeafHashOf(entry.leaf()),
                              {proof.hashes().begin(), proof.hashes().end()}, checkpoint.root));
  if (entry.erased()) return absl::OkStatus();
  return ledger::VerifyCommitment(entry.leaf().commitment(), entry.salt(), entry.payload());
}

absl::Status ProvePublicEntries(Session& session, const VerifyOptions& options,
                                const ledger::Checkpoint& checkpoint, LogFinding* finding) {
  for (int64_t after = 0; after < checkpoint.size;) {
    pb::ListLeavesRequest request;
    request.set_after_sequence(after);
    request.set_page_size(kPage);
    request.set_subject(options.subject);
    ASSIGN_OR_RETURN(const auto page,
                     Ask<pb::ListLeavesResponse>(session, finding->service, "ListLeaves", request));
    for (const pb::Entry& entry : page.entries()) {
      if (entry.sequence() > checkpoint.size) return absl::OkStatus();
      const absl::Status proved = ProveEntry(session, finding->service, entry, checkpoint);
      if (!proved.ok()) {
        return absl::Status(proved.code(), absl::StrCat(entry.id(), ": ", proved.message()));
      }
      ++finding->proved;
      finding->erased += entry.erased() ? 1 : 0;
    }
    if (page.entries().empty()) break;
    after = page.last_sequence();
  }
  return absl::OkStatus();
}

// A restore began a new epoch: it either kept all that was seen of the earlier one, or lost some.
absl::Status CheckRestored(Session& session, const std::string& log, const Kept& before,
                           const ledger::Checkpoint& now, LogFinding* finding, bool* lost) {
  const absl::Status grown =
      ProveGrowth(session, finding->service, log, before.key, before.note, now, finding);
  *lost = absl::IsDataLoss(grown) || absl::IsOutOfRange(grown);
  return *lost ? absl::OkStatus() : grown;
}

absl::Status Lost(const ledger::Checkpoint& now, int64_t seen) {
  return absl::DataLossError(absl::StrCat("it was restored from a backup and goes on as ",
                                          now.origin, " without all of the ", seen,
                                          " entries seen before; this is said once"));
}

absl::Status Verify(Session& session, const std::string& log, const VerifyOptions& options,
                    LogFinding* finding) {
  pb::GetCheckpointRequest request;
  request.set_log(LogOf(log));
  const auto answer =
      Ask<pb::GetCheckpointResponse>(session, finding->service, "GetCheckpoint", request);
  if (absl::IsNotFound(answer.status())) return absl::OkStatus();  // nothing was written yet
  RETURN_IF_ERROR(answer.status());
  ASSIGN_OR_RETURN(const auto claimed, ledger::ReadNoteUnverified(answer->note()));
  const std::string path = KeptPath(options.state, claimed.origin);
  const Kept kept = ReadKept(path);
  const Kept before = kept.note.empty() ? ReadKeptBefore(options.state, claimed.origin) : Kept();
  // The key that is pinned was published under the name of one log, and signs all of its service.
  const std::string key = !options.key.empty()  ? KeyUnder(claimed.origin, options.key)
                          : !kept.key.empty()   ? kept.key
                          : !before.key.empty() ? KeyUnder(claimed.origin, before.key)
                                                : answer->verifier_key();
  ASSIGN_OR_RETURN(const auto checkpoint, ledger::VerifyNote(answer->note(), key));
  finding->size = checkpoint.size;
  if (!kept.note.empty()) {
    RETURN_IF_ERROR(
        ProveGrowth(session, finding->service, log, key, kept.note, checkpoint, finding));
  }
  bool lost = false;
  if (!before.note.empty()) {
    RETURN_IF_ERROR(CheckRestored(session, log, before, checkpoint, finding, &lost));
  }
  if (log == "public") RETURN_IF_ERROR(ProvePublicEntries(session, options, checkpoint, finding));
  RETURN_IF_ERROR(WriteKept(path, {key, answer->note()}));
  return lost ? Lost(checkpoint, finding->earlier_size) : absl::OkStatus();
}

}  // namespace

LogFinding VerifyLog(Session& session, const std::string& service, const std::string& log,
                     const VerifyOptions& options) {
  LogFinding finding;
  finding.service = service;
  finding.log = log;
  const absl::Status verified = Verify(session, log, options, &finding);
  if (!verified.ok()) finding.problem = std::string(verified.message());
  return finding;
}

}  // namespace shian::ctl
