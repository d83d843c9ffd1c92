// Joint measures (联合惩戒措施): ordered when an entry is published, ended with it.
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

// The numbers are stored and never change; those of the outcomes are those of the API.
enum class MeasureAct { kOrdered = 1, kAcknowledged = 2, kReported = 3 };
enum class Outcome { kApplied = 1, kNoOccasion = 2, kNotPossible = 3, kLifted = 4 };
enum class MeasureState { kOrdered = 1, kAcknowledged = 2, kReported = 3, kEnded = 4 };

struct MeasureEvent {
  int sequence = 0;
  MeasureAct act = MeasureAct::kOrdered;
  absl::Time time;
  absl::Time recorded;
  std::string system;
  Outcome outcome = Outcome::kApplied;
  std::string note;
  std::vector<Document> documents;
};

struct Measure {
  OperatorId op;
  MeasureId id;
  EntryId entry;
  std::string region;
  std::string item;
  std::string title;
  std::string system;  // id of the department's system, which carries it out
  std::string department_title;
  errors::Basis basis;
  std::string catalogue_revision;
  std::vector<StartedClock> started;
  std::vector<MeasureEvent> events;
  std::vector<Clock> clocks;
  absl::Time end = absl::InfiniteFuture();  // of its entry
  bool annulled = false;                    // with its entry: it never had effect

  std::string name() const { return "operators/" + op.value() + "/measures/" + id.value(); }
  std::string entry_name() const { return "operators/" + op.value() + "/entries/" + entry.value(); }
  std::string etag() const;
  const MeasureEvent* Last(MeasureAct act) const;
};

// One measure of the catalogue, for one department.
struct CatalogueItem {
  std::string item;
  std::string title;
  std::string system;
  std::string department_title;
  errors::Basis basis;
  std::vector<StartedClock> clocks;
};

// What the publication of `entry` at `now` orders from one department.
Measure OrderOf(const Entry& entry, const CatalogueItem& item, std::string catalogue_revision,
                std::string id, absl::Time now);

// At `as_of`, from the events and the end that the measure holds.
MeasureState StateOf(const Measure& measure, absl::Time as_of);

// Only what was true by then and recorded by then; absent when not even its order was. Its end is
// the entry's matter.
std::optional<Measure> AsOf(Measure measure, absl::Time as_of, absl::Time known_at);

// A department acts on its own measures only: `caller` is its system's id.
absl::Status CheckDepartment(const Measure& measure, absl::string_view caller);
absl::Status CheckAcknowledge(const Measure& measure, absl::Time now);
// `time` is when the department says it acted.
absl::Status CheckReport(const Measure& measure, Outcome outcome, absl::Time time, absl::Time now);

}  // namespace shian::sanction
