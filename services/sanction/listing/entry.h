// An entry of a list (名单条目) as the sequence of what happened to it. Its state at a time is
// derived from the events known by then and from the calendar.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/id.h"
#include "libs/base/time.h"
#include "services/sanction/case/case.h"
#include "services/sanction/listing/rule.h"
#include "services/sanction/listing/state.h"

namespace shian::sanction {

using EntryId = Id<struct EntryTag>;
using NominationId = Id<struct NominationTag>;

struct EntryEvent {
  int sequence = 0;
  EntryAct act = EntryAct::kDecided;
  absl::Time time;
  absl::Time recorded;
  Actor actor;
  std::string text;
  std::vector<Document> documents;
  std::string chain_revision;
  std::vector<StartedClock> clocks;
};

struct Entry {
  OperatorId op;
  EntryId id;
  CaseId case_id;           // empty for a list that needs no penalty
  NominationId nomination;  // of such a list; empty otherwise
  std::string region;
  std::string organisation;
  std::string list;
  std::string ground;
  std::string ground_title;
  errors::Basis basis;
  std::string rule_revision;
  std::string decision_number;
  Date until;                   // last day when nothing ends it earlier; part of the decision
  std::optional<Date> edition;  // of a list with editions
  bool joint_effect = true;     // of its list on the day of the decision
  std::vector<EntryEvent> events;
  std::vector<Clock> clocks;
  std::optional<Date> repairable;  // under the rule in force when it was read

  std::string name() const { return "operators/" + op.value() + "/entries/" + id.value(); }
  // Empty without a case.
  std::string case_name() const;
  // Empty without a nomination.
  std::string nomination_name() const;
  std::string etag() const;
  const EntryEvent* Last(EntryAct act) const;
  EntryTimes times() const;
};

// See StateAt of its times.
std::optional<EntryState> StateAt(const Entry& entry, absl::Time as_of,
                                  absl::Time known_at = absl::InfiniteFuture());
// Whether its annulment was recorded by `known_at`.
bool IsAnnulled(const Entry& entry, absl::Time known_at = absl::InfiniteFuture());
// When it stopped having effect in fact: by repair, by time, or on the day it was set aside;
// InfiniteFuture while it has not.
absl::Time EndOf(const Entry& entry, absl::Time known_at = absl::InfiniteFuture());
// A request that waits for its decision.
const EntryEvent* PendingRepair(const Entry& entry);
// A dispute about it is open.
bool IsDisputed(const Entry& entry);
// Only what was true by then and recorded by then; with the annulment, if that was.
std::optional<Entry> AsOf(Entry entry, absl::Time as_of, absl::Time known_at);

// Court, audit and review look at the past; every such read is audited.
bool ReadsThePast(Purpose purpose);
bool VisibleTo(const Entry& entry, const Viewer& viewer, absl::Time now);

// The last day of a listing decided on `decided`: the rule's period, or the end of
// a longer ban.
Date UntilOf(const ListingRule& rule, const calendar::Calendar& calendar, absl::Time decided,
             std::optional<Date> ban_end);

}  // namespace shian::sanction
