#include "services/sanction/snapshot/service.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/log_reader.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/ongoing.h"
#include "services/sanction/snapshot/convert.h"
#include "services/sanction/snapshot/limits.h"
#include "services/sanction/snapshot/store.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

// The card with the checkpoint that it stands under; absent while it stands under none.
absl::StatusOr<std::optional<ledger::v1::ProofBundle>> CardOf(store::ReadTx& tx, int64_t sequence) {
  ASSIGN_OR_RETURN(const auto entries,
                   ledger::ReadLeaves(tx, 0, 1, convert::SnapshotName(sequence)));
  if (entries.empty()) return std::nullopt;
  const ledger::Entry& entry = entries.front();
  ASSIGN_OR_RETURN(const ledger::LogState state, ledger::ReadState(tx, ledger::Log::kPublic));
  if (state.integrated < entry.sequence) return std::nullopt;
  ledger::v1::ProofBundle card;
  *card.mutable_entry() = rpc::ToProto(entry);
  ASSIGN_OR_RETURN(const std::string note, ledger::ReadCheckpoint(tx, ledger::Log::kPublic));
  card.set_note(note);
  ASSIGN_OR_RETURN(
      const ledger::InclusionProof proof,
      ledger::ProveInclusion(tx, ledger::Log::kPublic, entry.sequence - 1, state.integrated));
  for (const std::string& hash : proof.hashes) card.add_inclusion_hashes(hash);
  return card;
}

// The latest snapshot whose card is signed, as a difference from `base` where that is known.
absl::Status ReadHeader(store::ReadTx& tx, int64_t base, int64_t* sequence,
                        v1::SnapshotHeader* header) {
  // The very latest may wait for its checkpoint.
  ASSIGN_OR_RETURN(const std::vector<Snapshot> latest, LatestSnapshots(tx, 2));
  for (const Snapshot& snapshot : latest) {
    ASSIGN_OR_RETURN(const auto card, CardOf(tx, snapshot.sequence));
    if (!card) continue;
    *sequence = snapshot.sequence;
    *header->mutable_card() = *card;
    ASSIGN_OR_RETURN(const auto known, FindSnapshot(tx, base));
    header->set_base(known && base <= snapshot.sequence ? base : 0);
    return absl::OkStatus();
  }
  return errors::NotFound("snapshots");
}

// One fetch: the header, then chunk by chunk, each in a read of its own. What is in a snapshot
// never changes, so they need no common one.
class Fetch final : public grpc::ServerWriteReactor<v1::FetchSnapshotResponse> {
 public:
  Fetch(rpc::Edge& edge, grpc::CallbackServerContext* context,
        const v1::FetchSnapshotRequest& request)
      : edge_(edge),
        ongoing_(std::make_shared<rpc::Ongoing>(edge.state(), context, request)),
        base_(request.base()) {
    if (const absl::Status status = Begin(request); !status.ok()) {
      End(status);
    } else {
      Advance();
    }
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError("the reader went away"));
    Advance();
  }
  void OnDone() override { delete this; }

 private:
  absl::Status Begin(const v1::FetchSnapshotRequest& request) {
    RETURN_IF_ERROR(ongoing_->Enter(rpc::Ongoing::DeadlineRule::kRequired));
    RETURN_IF_ERROR(ongoing_->TakeFields(request));
    if (request.base() < 0) {
      return errors::InvalidField("base", {"must not be negative", "不能为负数"});
    }
    return ongoing_->ReserveAudit() ? absl::OkStatus() : Refuse(Reason::kShedInFlight);
  }

  // Reads may wait for a disk; threads of calls are few.
  void Advance() {
    if (!edge_.state().pool->Run([this] { SendNext(); })) End(Refuse(Reason::kShedInFlight));
  }

  void SendNext() {
    out_.Clear();
    bool more = true;
    const absl::Status read = edge_.store().ReadNow([&](store::ReadTx& tx) -> absl::Status {
      return sequence_ == 0 ? ReadBegin(tx) : ReadChunk(tx, &more);
    });
    if (!read.ok()) return End(read);
    if (!more) return End(absl::OkStatus());
    StartWrite(&out_);
  }

  absl::Status ReadBegin(store::ReadTx& tx) {
    RETURN_IF_ERROR(ReadHeader(tx, base_, &sequence_, out_.mutable_header()));
    base_ = out_.header().base();
    ongoing_->call().NoteResource(convert::SnapshotName(sequence_));
    return absl::OkStatus();
  }

  absl::Status ReadChunk(store::ReadTx& tx, bool* more) {
    ASSIGN_OR_RETURN(const std::vector<SnapshotRow> rows,
                     RowsBetween(tx, base_, sequence_, after_, limits::kSnapshotItemsPerChunk));
    *more = !rows.empty();
    for (const SnapshotRow& row : rows) {
      if (row.item.empty()) {
        out_.add_removed(absl::StrCat("operators/", row.key.first, "/entries/", row.key.second));
      } else if (!out_.add_items()->ParseFromString(row.item)) {
        return absl::DataLossError("an item of a snapshot does not decode");
      }
      after_ = row.key;
    }
    return absl::OkStatus();
  }

  void End(const absl::Status& status) { Finish(ongoing_->Finish(status)); }

  rpc::Edge& edge_;
  const std::shared_ptr<rpc::Ongoing> ongoing_;
  int64_t base_;
  int64_t sequence_ = 0;  // of the snapshot that is sent
  SnapshotKey after_;
  v1::FetchSnapshotResponse out_;
};

}  // namespace

grpc::ServerWriteReactor<v1::FetchSnapshotResponse>* SnapshotService::FetchSnapshot(
    grpc::CallbackServerContext* context, const v1::FetchSnapshotRequest* in) {
  return new Fetch(edge_, context, *in);
}

}  // namespace shian::sanction
