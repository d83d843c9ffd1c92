// The publicity of a penalty (行政处罚信息公示) as the sequence of what happened to it beside its
// case: repair, disputes, pushes to other provinces, withdrawal. Its state follows from the case,
// these events and the calendar.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/sanction/case/case.h"
#include "services/sanction/listing/state.h"
#include "services/sanction/listing/terms.h"

namespace shian::sanction {

// The numbers are stored and never change; they are those of the API.
enum class PublicityAct {
  kRepairRequested = 1,
  kRepairAccepted = 2,
  kRepairGranted = 3,
  kRepairRefused = 4,
  kExpired = 5,
  kWithdrawalDue = 6,
  kWithdrawn = 7,
  kDisputed = 8,
  kDisputeUpheld = 9,
  kDisputeDismissed = 10,
  kPushDue = 11,
  kPushed = 12,
  kCoPublished = 13,
};

enum class PublicityState {
  kNotPublic = 1,
  kPublic = 2,
  kRepaired = 3,
  kExpired = 4,
  kAnnulled = 5
};

struct PublicityEvent {
  int sequence = 0;
  PublicityAct act = PublicityAct::kRepairRequested;
  absl::Time time;
  absl::Time recorded;
  Actor actor;
  std::string text;
  std::vector<Document> documents;
  std::string chain_revision;
  std::vector<StartedClock> clocks;
  std::string field;            // of a request: the field of supervision
  bool reorganisation = false;  // of a request: on the path of a party in reorganisation
};

struct Publicity {
  Case c;
  std::vector<PublicityEvent> events;
  std::vector<Clock> clocks;

  std::string name() const;
  std::string etag() const;
  const PublicityEvent* Last(PublicityAct act) const;
  // Whether `act` happened, and none of `ends` since.
  bool Stands(PublicityAct act, const std::vector<PublicityAct>& ends) const;
  bool disputed() const;
  const PublicityEvent* pending_repair() const;
};

PublicityState StateAt(const Publicity& publicity, absl::Time as_of);
// InfiniteFuture while it has not ended, or never began.
absl::Time EndOf(const Publicity& publicity);
// Only what was true by then and recorded by then; absent when not even the decision was served.
std::optional<Publicity> AsOf(Publicity publicity, absl::Time as_of, absl::Time known_at);
bool VisibleTo(const Publicity& publicity, const Viewer& viewer, absl::Time now);

// ---- Repair
// ---------------------------------------------------------------------------------------

// Why publicity of this penalty never ends early, in Chinese; empty where it may.
std::string BarOf(const RepairClass& one, const Penalty& penalty);
// The first day on which repair may be asked for; absent before publication.
std::optional<Date> RepairableOn(const Publicity& publicity, const RepairClass& one,
                                 const calendar::Calendar& calendar);

struct RepairCheck {
  const RepairTerms& terms;
  const RepairClass& one;
  RepairClaim claim;
  RepairRecord record;
  absl::Time now;
};
absl::Status CheckRepairRequest(const Publicity& publicity, const RepairCheck& check,
                                const calendar::Calendar& calendar);
// When it is granted: the record may have changed since.
absl::Status CheckRepairGrant(const Publicity& publicity, const RepairCheck& check);

// ---- The other acts
// ---------------------------------------------------------------------------------

// Whether `act` may follow; `basis` is the article behind it.
absl::Status CheckAct(const Publicity& publicity, PublicityAct act, absl::Time now,
                      const errors::Basis& basis);

// The act that ends a clock which `started` began, if it happened.
const PublicityEvent* EndedBy(const Publicity& publicity, const PublicityEvent& started,
                              size_t place);

// Whether the penalties of both are for conduct of one kind (同一类违法行为): the same violation of
// the discretion table, or where one of them states none the same statute and article or cause.
bool IsSameKind(const Case& a, const Case& b);

// The province of a party whose unified code says where it was registered; empty when it does not.
std::string ProvinceOf(const OperatorId& op);

}  // namespace shian::sanction
