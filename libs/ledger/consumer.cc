#include "libs/ledger/consumer.h"

#include <memory>
#include <utility>

#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/faults/faults.h"
#include "libs/ledger/verify.h"
#include "libs/store/fact_table.h"

namespace shian::ledger {
namespace {

using store::Values;

const store::FactTable& Cursors() {
  static const auto* table =
      new store::FactTable("consumer_cursor", {"consumer", "origin", "cursor", "last"}, 2);
  return *table;
}

struct Place {
  std::string cursor;
  int64_t last = 0;
};

absl::StatusOr<Place> ReadPlace(store::ReadTx& tx, const std::string& consumer,
                                const std::string& origin) {
  ASSIGN_OR_RETURN(const auto row, Cursors().Find(tx, Values(consumer, origin)));
  return row ? Place{row->Text(2), row->Int(3)} : Place();
}

// A part of a batch that takes effect in one transaction.
struct Range {
  std::shared_ptr<const FeedBatch> batch;
  size_t begin = 0;
  size_t end = 0;

  const std::string& After() const {
    return begin == 0 ? batch->after : batch->entries[begin - 1].cursor;
  }
  bool IsLast() const { return end == batch->entries.size(); }
  Place Reached() const {
    if (IsLast()) return {batch->cursor, batch->position};
    return {batch->entries[end - 1].cursor, batch->entries[end - 1].change.sequence};
  }
};

absl::Status Gap(const std::string& origin) {
  return errors::Refuse(errors::Reason::kFeedGap, {{"origin", origin}});
}

// What the batch says of itself: one origin, in order, and each payload what its leaf commits to.
// Looked at as a whole before any of it takes effect.
absl::Status CheckBatch(const FeedBatch& batch, const std::string& origin) {
  int64_t last = 0;
  for (const FeedEntry& entry : batch.entries) {
    const int64_t sequence = entry.change.sequence;
    if (entry.change.origin != origin || sequence <= last || sequence > batch.position) {
      return Gap(origin);
    }
    last = sequence;
    if (entry.erased) continue;
    RETURN_IF_ERROR(VerifyCommitment(entry.commitment, entry.salt, entry.change.payload));
  }
  return absl::OkStatus();
}

absl::Status React(store::WriteTx& tx, const Reactions& reactions, const FeedEntry& entry) {
  const auto found = reactions.find(entry.change.type);
  if (found == reactions.end() || entry.erased) return absl::OkStatus();
  RETURN_IF_ERROR(found->second(tx, entry.change));
  FAILPOINT("after_effect");
  return absl::OkStatus();
}

absl::Status ApplyInTransaction(store::WriteTx& tx, const std::string& consumer,
                                const std::string& origin, const Reactions& reactions,
                                const Range& range) {
  ASSIGN_OR_RETURN(const Place place, ReadPlace(tx, consumer, origin));
  const Place reached = range.Reached();
  if (reached.cursor == place.cursor) return absl::OkStatus();
  if (range.After() != place.cursor) {
    if (reached.last <= place.last) return absl::OkStatus();  // delivered again
    return Gap(origin);
  }
  for (size_t i = range.begin; i < range.end; ++i) {
    const FeedEntry& entry = range.batch->entries[i];
    if (entry.change.sequence <= place.last) return Gap(origin);
    RETURN_IF_ERROR(React(tx, reactions, entry));
  }
  FAILPOINT("before_cursor");
  return Cursors().Put(tx, Values(consumer, origin, reached.cursor, reached.last));
}

}  // namespace

Consumer::Consumer(store::Store& store, std::string name, std::string origin, Reactions reactions)
    : store_(store),
      name_(std::move(name)),
      origin_(std::move(origin)),
      reactions_(std::move(reactions)) {}

std::vector<std::string> Consumer::types() const {
  std::vector<std::string> types;
  for (const auto& [type, reaction] : reactions_) types.push_back(type);
  return types;
}

absl::StatusOr<std::string> Consumer::Cursor() const {
  std::string cursor;
  RETURN_IF_ERROR(store_.ReadNow([&](store::ReadTx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(Place place, ReadPlace(tx, name_, origin_));
    cursor = std::move(place.cursor);
    return absl::OkStatus();
  }));
  return cursor;
}

absl::StatusOr<int64_t> Consumer::Position() const {
  int64_t last = 0;
  RETURN_IF_ERROR(store_.ReadNow([&](store::ReadTx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const Place place, ReadPlace(tx, name_, origin_));
    last = place.last;
    return absl::OkStatus();
  }));
  return last;
}

absl::Status Consumer::Apply(const FeedBatch& batch, absl::Time now) {
  RETURN_IF_ERROR(CheckBatch(batch, origin_));
  const auto shared = std::make_shared<const FeedBatch>(batch);
  const size_t count = batch.entries.size();
  const absl::Status whole = ApplyRange(shared, 0, count, now);
  if (whole.ok() || count <= 1) return whole;
  // One of them fails: what stands before it need not wait for it.
  for (size_t i = 0; i < count; ++i) RETURN_IF_ERROR(ApplyRange(shared, i, i + 1, now));
  return absl::OkStatus();
}

absl::Status Consumer::ApplyRange(std::shared_ptr<const FeedBatch> batch, size_t begin, size_t end,
                                  absl::Time now) {
  store::WriteContext context;
  context.now = now;
  context.caller = origin_;
  const Range range{std::move(batch), begin, end};
  return store_
      .WriteAndWait(std::move(context),
                    [name = name_, origin = origin_, reactions = reactions_,
                     range](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                      RETURN_IF_ERROR(ApplyInTransaction(tx, name, origin, reactions, range));
                      return "";
                    })
      .status();
}

}  // namespace shian::ledger
