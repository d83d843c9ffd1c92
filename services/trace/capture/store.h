#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/trace/capture/captured.h"
#include "services/trace/capture/event.h"
#include "services/trace/capture/verdict.h"

namespace shian::trace::capture {

// An event as stored. The fields of `event` come from reading its JSON again.
struct StoredEvent {
  Event event;
  std::string declaration;  // digest; empty for the event itself
  int64_t sequence = 0;
  absl::Time recorded;
  Origin origin;
  std::string declared_by;  // name of the first declaration against it
};

// What became of one event of a batch.
struct Outcome {
  Verdict verdict = Verdict::kInvalid;
  int64_t sequence = 0;
};

// Judges and stores a batch: dedupe and insert are one transaction.
absl::StatusOr<std::vector<Outcome>> CaptureBatch(store::WriteTx& tx,
                                                  const std::vector<ParsedEvent>& events,
                                                  const Origin& origin, OnError on_error);

absl::StatusOr<std::optional<StoredEvent>> FindEvent(store::ReadTx& tx, const std::string& hash,
                                                     const std::string& declaration);
// The event, or the declaration, at a place in the order of capture.
absl::StatusOr<std::optional<StoredEvent>> EventAt(store::ReadTx& tx, int64_t sequence);
// In the order of capture.
absl::StatusOr<std::vector<StoredEvent>> DeclarationsOf(store::ReadTx& tx, const std::string& hash);

struct EventFilter {
  std::string epc;  // canonical, as are the others
  std::string event_id;
  std::string place;
  std::string biz_step;
  int64_t from_micros = 0;
  int64_t to_micros = 0;
};
absl::StatusOr<std::vector<StoredEvent>> ListEvents(store::ReadTx& tx, const EventFilter& filter,
                                                    int64_t after, int limit);

// Events after one place in the order of capture and up to another whose JSON has a member of that
// name, of ASCII; a few others may be among them.
absl::StatusOr<std::vector<StoredEvent>> ListWithMember(store::ReadTx& tx, absl::string_view member,
                                                        int64_t after, int64_t upto, int limit);
// The last place in the order of capture; 0 when nothing was captured.
absl::StatusOr<int64_t> LastSequence(store::ReadTx& tx);
// Name of the event at a place in the order of capture; empty when there is none.
absl::StatusOr<std::string> NameOfEvent(store::ReadTx& tx, int64_t sequence);

// For the graph: what was captured after the identifiers numbered `epc` and the event `after`.
absl::StatusOr<CapturedBatch> ReadCaptured(store::ReadTx& tx, int64_t after, int64_t epc,
                                           int limit);
// The same, ending before an event once `links_max` identifiers were named: at least one is whole.
absl::StatusOr<CapturedBatch> ReadCapturedUpTo(store::ReadTx& tx, int64_t after, int64_t epc,
                                               int limit, int64_t links_max);

}  // namespace shian::trace::capture
