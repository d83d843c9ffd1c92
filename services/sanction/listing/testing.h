#pragma once

#include "services/sanction/case/testing.h"
#include "services/sanction/listing/entry.h"

namespace shian::sanction::testing {

inline ListingRule DefaultRule() {
  ListingRule rule;
  rule.list = "SAMR_SERIOUS";
  rule.basis = {"市场监督管理严重违法失信名单管理办法", "第二条"};
  rule.grounds = {{"food.over_limit", "兽药残留超过限量", {"名单办法", "第五条"}}};
  rule.period = {3, calendar::Unit::kYears, calendar::LastDay::kNone};
  rule.longer_ban_prevails = true;
  rule.repair_after = {1, calendar::Unit::kYears, calendar::LastDay::kNone};
  rule.repair_basis = {"名单办法", "第十六条"};
  for (const char* key : {"duty_performed", "harm_removed", "no_new_penalty", "bans_expired"}) {
    rule.repair_conditions.push_back({key, key, rule.repair_basis});
  }
  return rule;
}

// Decided on 2025-03-03 and, when asked for, published on the next day.
inline Entry MakeEntry(bool published) {
  Entry entry;
  entry.op = OperatorId("914403001922038216");
  entry.id = EntryId("e1");
  entry.case_id = CaseId("c1");
  entry.region = "410902";
  entry.organisation = "410902-market";
  entry.list = "SAMR_SERIOUS";
  entry.ground = "food.over_limit";
  entry.until = Date(2028, 3, 3);
  EntryEvent event;
  event.sequence = 1;
  event.act = EntryAct::kDecided;
  event.time = StartOfDay(Date(2025, 3, 3));
  event.recorded = event.time;
  entry.events.push_back(event);
  if (!published) return entry;
  event.sequence = 2;
  event.act = EntryAct::kPublished;
  event.time = StartOfDay(Date(2025, 3, 4));
  event.recorded = event.time;
  entry.events.push_back(event);
  return entry;
}

inline void Append(Entry* entry, EntryAct act, absl::Time time) {
  EntryEvent event;
  event.sequence = static_cast<int>(entry->events.size()) + 1;
  event.act = act;
  event.time = time;
  event.recorded = time;
  entry->events.push_back(std::move(event));
}

}  // namespace shian::sanction::testing
