#include "services/trace/query/query.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "libs/base/time.h"
#include "services/trace/capture/json.h"

namespace shian::trace {
namespace {

using Values = std::set<std::string>;

template <class T>
bool In(const std::set<T>& wanted, const T& value) {
  return wanted.empty() || wanted.contains(value);
}

bool AnyIn(const Values& wanted, const std::vector<std::string>& values) {
  if (wanted.empty()) return true;
  return std::any_of(values.begin(), values.end(),
                     [&](const std::string& value) { return wanted.contains(value); });
}

bool Stands(EpcPart part, Role role) {
  switch (part) {
    case EpcPart::kAny:
      return true;
    case EpcPart::kObject:
      return role == Role::kObject || role == Role::kChild;
    case EpcPart::kParent:
      return role == Role::kParent;
    case EpcPart::kInput:
      return role == Role::kInput;
    case EpcPart::kOutput:
      return role == Role::kOutput;
  }
  return false;
}

bool Compare(double left, Comparison comparison, double right) {
  switch (comparison) {
    case Comparison::kExists:
      return true;
    case Comparison::kEq:
      return left == right;
    case Comparison::kGt:
      return left > right;
    case Comparison::kGe:
      return left >= right;
    case Comparison::kLt:
      return left < right;
    case Comparison::kLe:
      return left <= right;
  }
  return false;
}

bool Fulfils(const Event& event, const EpcMatch& match) {
  return std::any_of(event.links.begin(), event.links.end(), [&](const Link& link) {
    return Stands(match.part, link.role) && match.epcs.contains(link.epc);
  });
}

bool Fulfils(const Event& event, const QuantityMatch& match) {
  return std::any_of(event.links.begin(), event.links.end(), [&](const Link& link) {
    double quantity = 0;
    return Stands(match.part, link.role) && link.uom == match.uom &&
           absl::SimpleAtod(link.quantity, &quantity) &&
           Compare(quantity, match.comparison, match.value);
  });
}

bool Fulfils(const std::vector<Party>& parties, const TypedMatch& match) {
  return std::any_of(parties.begin(), parties.end(), [&](const Party& party) {
    return (match.type.empty() || match.type == party.type) && match.values.contains(party.party);
  });
}

bool Fulfils(const std::vector<BizTransaction>& transactions, const TypedMatch& match) {
  return std::any_of(transactions.begin(), transactions.end(),
                     [&](const BizTransaction& transaction) {
                       return (match.type.empty() || match.type == transaction.type) &&
                              match.values.contains(transaction.transaction);
                     });
}

bool Fulfils(const json::Value& value, const EventPredicate& predicate) {
  if (predicate.comparison == Comparison::kExists) return true;
  if (predicate.comparison == Comparison::kEq && value.text == predicate.value) return true;
  double left = 0, right = 0;
  return absl::SimpleAtod(value.text, &left) && absl::SimpleAtod(predicate.value, &right) &&
         Compare(left, predicate.comparison, right);
}

// What stands `level` names down the path, lists gone through. The reader bounds the depth.
bool FulfilsAt(const json::Value& value, const EventPredicate& predicate, size_t level) {
  if (value.IsArray()) {
    return std::any_of(value.items.begin(), value.items.end(),
                       [&](const json::Value& item) { return FulfilsAt(item, predicate, level); });
  }
  if (level == predicate.path.size()) return Fulfils(value, predicate);
  const json::Value* member = value.IsObject() ? value.Find(predicate.path[level]) : nullptr;
  return member != nullptr && FulfilsAt(*member, predicate, level + 1);
}

bool FulfilsPredicates(const Event& event, const std::vector<EventPredicate>& predicates) {
  if (predicates.empty()) return true;
  json::Value value;
  if (json::Parse(event.json, &value) != nullptr) return false;
  return std::all_of(predicates.begin(), predicates.end(), [&](const EventPredicate& predicate) {
    return FulfilsAt(value, predicate, 0);
  });
}

bool FulfilsDeclaration(const Event& event, const EventQuery& query) {
  const bool asked = query.declarations_only || !query.declared.all() || !query.reasons.empty() ||
                     !query.corrective_ids.empty();
  if (!asked) return true;
  if (!event.declaration) return false;
  return query.declared.Holds(ToMicros(event.declaration->time)) &&
         In(query.reasons, event.declaration->reason) &&
         AnyIn(query.corrective_ids, event.declaration->corrective_event_ids);
}

bool FulfilsFields(const Event& event, const EventQuery& query) {
  return In(query.types, event.type) && In(query.actions, event.action) &&
         query.time.Holds(ToMicros(event.time)) && In(query.biz_steps, event.biz_step) &&
         In(query.dispositions, event.disposition) && In(query.read_points, event.read_point) &&
         In(query.biz_locations, event.biz_location) &&
         In(query.transformations, event.transformation_id) &&
         In(query.event_ids, event.event_id) && AnyIn(query.persistent_set, event.persistent_set) &&
         AnyIn(query.persistent_unset, event.persistent_unset);
}

template <class Matches, class Of>
bool All(const Matches& matches, const Of& of) {
  return std::all_of(matches.begin(), matches.end(),
                     [&](const auto& match) { return Fulfils(of, match); });
}

}  // namespace

bool Fulfils(const Event& event, int64_t recorded_micros, const EventQuery& query) {
  return query.recorded.Holds(recorded_micros) && FulfilsFields(event, query) &&
         FulfilsDeclaration(event, query) && All(query.epcs, event) &&
         All(query.quantities, event) && All(query.transactions, event.transactions) &&
         All(query.sources, event.sources) && All(query.destinations, event.destinations) &&
         FulfilsPredicates(event, query.predicates);
}

}  // namespace shian::trace
