// What becomes of an event that arrives (采集结论): decided from what is stored and from what came
// before it in the same batch.
#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/trace/capture/event.h"

namespace shian::trace {

enum class Verdict {
  kCaptured = 1,
  kAlreadyCaptured = 2,
  kDeclaration = 3,
  kConflict = 4,
  kInvalid = 5,
  kRolledBack = 6,
};

enum class OnError { kRollback, kProceed };

// What the store knows of one event.
struct Known {
  bool event = false;                // the very event
  bool declaration = false;          // the very declaration
  bool event_id_of_another = false;  // an event of other content bears its id
};

// A verdict, and whether it rests on the batch alone: what is known from there only is not stored
// when the batch is not.
struct Judgement {
  Verdict verdict = Verdict::kInvalid;
  bool of_batch = false;
};

// Judges the events of one batch in their order.
class BatchJudge {
 public:
  Judgement Judge(const ParsedEvent& parsed, const Known& known);

 private:
  absl::flat_hash_set<std::string> events_;
  absl::flat_hash_set<std::string> declarations_;
  absl::flat_hash_map<std::string, std::string> hash_by_id_;
};

// With kRollback one conflict or invalid event takes all that would be stored with it, and what
// repeats that.
void ApplyOnError(OnError on_error, std::vector<Judgement>* judgements);

inline bool IsStored(Verdict verdict) {
  return verdict == Verdict::kCaptured || verdict == Verdict::kDeclaration;
}
inline bool IsRefused(Verdict verdict) {
  return verdict == Verdict::kConflict || verdict == Verdict::kInvalid;
}

// "events/<hex>", or "events/<hex>.<hex>" of a declaration. ParseEventName gives false when `name`
// is neither.
std::string EventName(absl::string_view hash, absl::string_view declaration);
bool ParseEventName(absl::string_view name, std::string* hash, std::string* declaration);

}  // namespace shian::trace
