// Joint measures (联合惩戒措施) and incentives (守信激励): ordered when an entry is published,
// ended with it, after a period of their own, or once done.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/id.h"
#include "services/sanction/listing/entry.h"

namespace shian::sanction {

using MeasureId = Id<struct MeasureTag>;

// The numbers are stored and never change; all but those of the acts are those of the API.
enum class MeasureAct {
  kOrdered = 1,
  kAcknowledged = 2,
  kReported = 3,
  kObjected = 4,
  kObjectionDismissed = 5,
  kWithdrawn = 6,  // an objection was upheld
  kLifted = 7,     // it ended, and its department was told to reverse it
};
enum class Outcome { kNone = 0, kApplied = 1, kNoOccasion = 2, kNotPossible = 3, kLifted = 4 };
enum class MeasureState {
  kOrdered = 1,
  kAcknowledged = 2,
  kReported = 3,
  kEnded = 4,
  kObjected = 5,
  kLifting = 6,
  kWithdrawn = 7,
};
enum class EndCause {
  kNone = 0,
  kListingEnded = 1,
  kAnnulled = 2,
  kOwnPeriod = 3,
  kWithdrawn = 4,
  kDone = 5,
};
enum class StartRule { kNone = 0, kPublication = 1, kAcknowledged = 2 };
enum class EndRule { kNone = 0, kWithListing = 1, kOwnPeriod = 2, kOneOff = 3 };

// What the catalogue says of one measure beyond its title: it is kept with the order, so that no
// later revision changes an order that was given. Orders of before it was kept have none of it:
// they began with their publication and ended with their entry.
struct MeasureTerms {
  StartRule start = StartRule::kNone;
  EndRule end = EndRule::kNone;
  int period_months = 0;
  int effect = 0;  // of the API
  int visits_percent = 0;
  std::string lift_clock;       // empty: no confirmation is waited for
  std::string objection_clock;  // key of the bureau's clock
  std::string objection_chain;  // who may answer
};

struct MeasureEvent {
  int sequence = 0;
  MeasureAct act = MeasureAct::kOrdered;
  absl::Time time;
  absl::Time recorded;
  std::string system;
  Outcome outcome = Outcome::kNone;
  std::string note;
  std::vector<Document> documents;
  Actor actor;                       // of the bureau's answers
  std::vector<StartedClock> clocks;  // of an objection and of a lifting
};

struct Measure {
  OperatorId op;
  MeasureId id;
  EntryId entry;
  std::string region;
  std::string organisation;  // the bureau whose order it is
  std::string item;
  std::string title;
  std::string system;  // id of the department's system, which carries it out
  std::string department_title;
  errors::Basis basis;
  std::string catalogue_revision;
  MeasureTerms terms;
  std::vector<StartedClock> started;  // of acknowledgement and report
  std::vector<MeasureEvent> events;
  std::vector<Clock> clocks;
  // Derived from its entry by Close:
  std::string list;
  absl::Time end = absl::InfiniteFuture();
  EndCause cause = EndCause::kNone;
  bool annulled = false;  // with its entry: it never had effect

  std::string name() const { return "operators/" + op.value() + "/measures/" + id.value(); }
  std::string entry_name() const { return "operators/" + op.value() + "/entries/" + entry.value(); }
  std::string etag() const;
  const MeasureEvent* Last(MeasureAct act) const;
  const MeasureEvent* First(MeasureAct act) const;
};

// One measure of the catalogue, for one department.
struct CatalogueItem {
  std::string item;
  std::string title;
  std::string system;
  std::string department_title;
  errors::Basis basis;
  MeasureTerms terms;
  std::vector<StartedClock> clocks;
};

// What the publication of `entry` at `now` orders from one department.
Measure OrderOf(const Entry& entry, const CatalogueItem& item, std::string catalogue_revision,
                std::string id, absl::Time now);

// Since when it has effect; absent while it waits for its acknowledgement.
std::optional<absl::Time> StartOf(const Measure& measure);

// What its entry makes of it, as far as that was recorded by `known_at`.
void Close(const Entry& entry, absl::Time known_at, Measure* measure);

// The department's confirmation that it reversed what had ended.
const MeasureEvent* Confirmation(const Measure& measure);
// It ended, and its department has to reverse it and to say so.
bool AwaitsConfirmation(const Measure& measure, absl::Time as_of);

// At `as_of`, from the events and the end that the measure holds.
MeasureState StateOf(const Measure& measure, absl::Time as_of);

// An objection that waits for its answer.
const MeasureEvent* PendingObjection(const Measure& measure);

// Only what was true by then and recorded by then; absent when not even its order was. Its end is
// the entry's matter.
std::optional<Measure> AsOf(Measure measure, absl::Time as_of, absl::Time known_at);

// A department acts on its own measures only: `caller` is its system's id.
absl::Status CheckDepartment(const Measure& measure, absl::string_view caller);
absl::Status CheckAcknowledge(const Measure& measure, absl::Time now);
// `time` is when the department says it acted.
absl::Status CheckReport(const Measure& measure, Outcome outcome, absl::Time time, absl::Time now);
absl::Status CheckObjection(const Measure& measure, absl::Time now);
absl::Status CheckObjectionAnswer(const Measure& measure, absl::Time now);

}  // namespace shian::sanction
