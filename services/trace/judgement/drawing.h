// A mass balance of one subject, being drawn from the events that speak of it. There is no other
// way to draw one: what is asked for and what is told behind the captures come to the same.
#pragma once

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/trace/judgement/balance.h"
#include "services/trace/judgement/evidence.h"

namespace shian::trace {

// The event at a place in the order of capture. It is good until the next one is asked for.
using ReadEvent = absl::FunctionRef<absl::StatusOr<const Event*>(EventIndex)>;

class Drawing {
 public:
  // `rule` outlives it. `lot`: canonical, where the subject is one.
  Drawing(const BalanceRule& rule, Subject subject, std::string lot = "");

  // A lot left a unit with all that was in it (see EmptyingsOfLot).
  void AddEmptyings(const Evidence& events);
  // Adds so many events at most, until then.
  absl::Status Add(const Evidence& events, size_t most, absl::Time until, ReadEvent read);
  // Cuts it short: by "max_events" or "budget_ms".
  void Stop(const char* by) { stopped_by_ = by; }

  const Tally& tally() const { return tally_; }
  int64_t events() const { return events_; }
  // Empty when nothing was left out.
  const std::string& stopped_by() const { return stopped_by_; }
  // The yield that fits; null when the rule has none.
  const Yield* yield() const { return tally_.YieldFor(subject_); }
  // The sums alone when it was cut short.
  Balance Judge(const Yield& yield) const;

 private:
  void AddEvent(const Event& event, int64_t sequence);
  void AddLink(const Event& event, const Link& link, int64_t sequence);

  const Subject subject_;
  const std::string lot_;
  Tally tally_;
  int64_t events_ = 0;
  std::string stopped_by_;
};

}  // namespace shian::trace
