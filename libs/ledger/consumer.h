// The receiving end of a feed, without any transport: whoever fetched a batch hands it in.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/store/store.h"

namespace shian::ledger {

struct ReceivedChange {
  std::string id;  // "shian.sanction/410902/facts/1/17": the `cause` of what follows from it
  std::string origin;
  std::string type;
  std::string subject;
  std::string region;
  std::string payload;
  std::string cause;
  absl::Time time;
  absl::Time recorded;
  int64_t sequence = 0;
};

// One entry as the feed carries it.
struct FeedEntry {
  ReceivedChange change;
  std::string commitment;
  std::string salt;
  bool erased = false;  // payload and salt are gone; there is nothing to react to
  std::string cursor;   // resumes after this entry
};

struct FeedBatch {
  std::string after;  // the cursor this batch continues; empty at the beginning
  std::vector<FeedEntry> entries;
  std::string cursor;    // resumes after this batch
  int64_t position = 0;  // sequence up to which the batch has looked
  int64_t head = 0;      // the log's last sequence when it was read: position == head is caught up
};

// What happens here when a change arrives. Effect, further changes and cursor share a transaction.
using Reaction = std::function<absl::Status(store::WriteTx&, const ReceivedChange&)>;
using Reactions = std::map<std::string, Reaction>;  // by change type

class Consumer {
 public:
  // `name` tells several consumers of one origin in one store apart.
  Consumer(store::Store& store, std::string name, std::string origin, Reactions reactions);

  // Where to resume; empty at first.
  absl::StatusOr<std::string> Cursor() const;
  // The last sequence that took effect here, by whichever process.
  absl::StatusOr<int64_t> Position() const;

  // Applies what is new in the batch: each change once, in order. A batch that does not continue
  // the stored cursor is a gap (FAILED_PRECONDITION, FEED_GAP) unless it is wholly old; a payload
  // that is not what its leaf commits to is DATA_LOSS; neither moves the cursor. When a reaction
  // fails, what came before it stands and its error is returned: deliver again from Cursor().
  absl::Status Apply(const FeedBatch& batch, absl::Time now);

  const std::string& origin() const { return origin_; }
  std::vector<std::string> types() const;

 private:
  absl::Status ApplyRange(std::shared_ptr<const FeedBatch> batch, size_t begin, size_t end,
                          absl::Time now);

  store::Store& store_;
  const std::string name_;
  const std::string origin_;
  const Reactions reactions_;
};

}  // namespace shian::ledger
