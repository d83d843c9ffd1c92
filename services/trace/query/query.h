// What SimpleEventQuery asks (事件查询), as a condition on one event.
#pragma once

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "services/trace/capture/event.h"

namespace shian::trace {

enum class EpcPart { kAny = 1, kObject = 2, kParent = 3, kInput = 4, kOutput = 5 };
enum class Comparison { kExists = 1, kEq = 2, kGt = 3, kGe = 4, kLt = 5, kLe = 6 };

// Half open, in microseconds.
struct TimeRange {
  int64_t from = std::numeric_limits<int64_t>::min();
  int64_t to = std::numeric_limits<int64_t>::max();
  bool Holds(int64_t time) const { return from <= time && time < to; }
  bool all() const { return from == TimeRange().from && to == TimeRange().to; }
};

struct EpcMatch {
  EpcPart part = EpcPart::kAny;
  std::set<std::string> epcs;  // canonical
};

struct TypedMatch {
  std::string type;  // web URI; empty: any
  std::set<std::string> values;
};

struct QuantityMatch {
  EpcPart part = EpcPart::kAny;
  Comparison comparison = Comparison::kEq;
  double value = 0;
  std::string uom;
};

struct EventPredicate {
  std::vector<std::string> path;
  Comparison comparison = Comparison::kExists;
  std::string value;
};

// Values of one set are alternatives, and an empty set asks for nothing; all else must be
// fulfilled.
struct EventQuery {
  std::set<EventType> types;
  std::set<Action> actions;
  TimeRange time, recorded, declared;
  std::set<std::string> biz_steps, dispositions, persistent_set, persistent_unset;
  std::set<std::string> read_points, biz_locations, transformations, event_ids;
  std::vector<EpcMatch> epcs;
  std::vector<TypedMatch> transactions, sources, destinations;
  bool declarations_only = false;
  std::set<std::string> reasons, corrective_ids;
  std::vector<QuantityMatch> quantities;
  std::vector<EventPredicate> predicates;
};

bool Fulfils(const Event& event, int64_t recorded_micros, const EventQuery& query);

}  // namespace shian::trace
