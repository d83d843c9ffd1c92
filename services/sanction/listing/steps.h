// Which act may follow for an entry (列入、公示、修复), and which article says no.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/sanction/case/case.h"
#include "services/sanction/case/steps.h"
#include "services/sanction/listing/entry.h"
#include "services/sanction/listing/rule.h"

namespace shian::sanction {

// A listing rests on a heavier penalty, was announced with it, and is decided with it.
absl::Status CheckListingDecision(const Case& c, const ListingRule& rule, const Step& step);

// What the party claims and shows in its request.
struct RepairClaim {
  bool duty_performed = false;
  bool harm_removed = false;
  bool promise_made = false;
  bool reorganisation = false;  // a court has approved its plan (破产重整)
  bool documented = false;      // papers came with it
};

// What the bureau's own records say against a repair.
struct RepairRecord {
  bool new_heavier_penalty = false;  // another one took effect since the listing
  bool ban_running = false;          // a legal ban of the decision has not expired
  bool same_kind_again = false;      // penalised again for conduct of the same kind
  bool on_serious_list = false;      // stands on a list with joint effect
};

// `repairable` is the first day on which the rule in force lets the party ask.
absl::Status CheckRepairRequest(const Entry& entry, const ListingRule& rule, Date repairable,
                                const RepairClaim& claim, const RepairRecord& record,
                                absl::Time now);

// What the rule asks of a repair; judged at the request and again when it is granted.
absl::Status CheckRepairConditions(const ListingRule& rule, const RepairClaim& claim,
                                   const RepairRecord& record);
absl::Status CheckDispute(const Entry& entry, absl::Time now, const errors::Basis& basis);
absl::Status CheckDisputeDecision(const Entry& entry, const errors::Basis& basis);

// Refused where the rule of the list knows no repair.
absl::Status CheckRepairable(const ListingRule& rule);

absl::Status CheckRepairAcceptance(const Entry& entry, absl::Time now, const errors::Basis& basis);

absl::Status CheckRepairDecision(const Entry& entry, absl::Time now, const errors::Basis& basis);

// Of entries that began with a nomination: alone, not with an edition; and their ends by hand.
absl::Status CheckNominatedPublication(const Entry& entry, absl::Time now);
absl::Status CheckNominatedEnd(const Entry& entry, EntryAct act, absl::Time now);

// The first day on which repair may be asked for, counted from the decision.
Date RepairableOn(const Entry& entry, const ListingRule& rule, const calendar::Calendar& calendar);

}  // namespace shian::sanction
