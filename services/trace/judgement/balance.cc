#include "services/trace/judgement/balance.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "services/trace/capture/event_fields.h"

namespace shian::trace {
namespace {

constexpr int64_t kMillion = 1'000'000;

// A quantity without unit is a number of pieces, and so is an item named by itself.
const Unit& Pieces() {
  static const Unit& pieces = *new Unit{Dimension::kCount, "1"};
  return pieces;
}

bool IsCarrier(EpcKind kind) { return kind == EpcKind::kLogisticUnit || kind == EpcKind::kAsset; }

bool AnyIn(const std::set<std::string>& wanted, const std::set<std::string>& values) {
  return std::any_of(values.begin(), values.end(),
                     [&](const std::string& value) { return wanted.contains(value); });
}

BalanceVerdict JudgeSums(const Yield& yield, const Sums& sums) {
  const Amount out = *sums.out * kMillion;
  if (out > *sums.in * (yield.highest + yield.tolerance)) return BalanceVerdict::kOver;
  if (out < *sums.in * (yield.lowest - yield.tolerance)) return BalanceVerdict::kShort;
  return BalanceVerdict::kWithin;
}

// Of several dimensions the worst counts: what is over cannot be, what is short may be explained.
BalanceVerdict Worse(BalanceVerdict a, BalanceVerdict b) {
  for (const BalanceVerdict each : {BalanceVerdict::kOver, BalanceVerdict::kShort}) {
    if (a == each || b == each) return each;
  }
  return BalanceVerdict::kWithin;
}

}  // namespace

std::string GtinOf(absl::string_view epc) {
  constexpr size_t kGtinDigits = 14;
  if (!absl::ConsumePrefix(&epc, "https://id.gs1.org/01/")) return "";
  return std::string(epc.substr(0, kGtinDigits));
}

bool BeginsWithAny(const std::string& gtin, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return absl::StartsWith(gtin, prefix); });
}

std::optional<Side> SideOfGoods(const BalanceRule& rule, const Event& event, const Link& link) {
  if (link.role == Role::kInput) return Side::kOut;
  if (link.role == Role::kOutput) return Side::kIn;
  if (IsCarrier(link.kind)) return std::nullopt;
  if (link.role == Role::kChild && event.type == EventType::kAggregation) {
    if (event.action == Action::kAdd) return Side::kOut;
    return event.action == Action::kDelete ? std::optional(Side::kIn) : std::nullopt;
  }
  if (link.role != Role::kObject || event.type != EventType::kObject) return std::nullopt;
  for (const Movement& movement : rule.movements) {
    const bool fits = movement.biz_steps.empty() || movement.biz_steps.contains(event.biz_step);
    if (movement.action == event.action && fits) return movement.side;
  }
  return std::nullopt;
}

std::optional<Side> SideOfProcess(const Link& link) {
  if (link.role == Role::kInput) return Side::kIn;
  return link.role == Role::kOutput ? std::optional(Side::kOut) : std::nullopt;
}

bool EmptiesUnit(const Event& event) {
  return event.type == EventType::kAggregation && event.action == Action::kDelete &&
         !HasRole(event, Role::kChild);
}

bool Alerts(const Yield& yield, BalanceVerdict verdict) {
  return (verdict == BalanceVerdict::kOver && yield.alert_over) ||
         (verdict == BalanceVerdict::kShort && yield.alert_short);
}

void Tally::Add(Side side, const Link& link, int64_t sequence) {
  const bool item = link.quantity.empty() && link.kind == EpcKind::kItem;
  if (link.quantity.empty() && !item) return AddUnstated(sequence);
  const Unit* unit = &Pieces();
  if (!link.uom.empty()) {
    const auto found = rule_.units.find(link.uom);
    if (found == rule_.units.end()) {
      unknown_units_.insert(link.uom);
      return;
    }
    unit = &found->second;
  }
  const std::optional<Amount> amount = ToAmount(item ? "1" : link.quantity, unit->factor);
  if (!amount) {
    inexact_ = true;
    return;
  }
  Sums& sums = sums_[unit->dimension];
  std::optional<Amount>& sum = side == Side::kIn ? sums.in : sums.out;
  sum = sum.value_or(0) + *amount;
}

void Tally::NoteGoods(absl::string_view epc) { gtins_.insert(GtinOf(epc)); }

const Yield* Tally::YieldFor(Subject subject) const {
  for (const Yield& yield : rule_.yields) {
    const bool steps = yield.biz_steps.empty() || AnyIn(yield.biz_steps, biz_steps_);
    const bool goods =
        yield.gtin_prefixes.empty() ||
        (!gtins_.empty() && std::all_of(gtins_.begin(), gtins_.end(), [&](const std::string& gtin) {
          return BeginsWithAny(gtin, yield.gtin_prefixes);
        }));
    if (yield.subject == subject && steps && goods) return &yield;
  }
  return nullptr;
}

Balance Tally::Unjudged() const {
  Balance balance;
  balance.sums = sums_;
  return balance;
}

Balance Tally::Judge(const Yield& yield) const {
  Balance balance = Unjudged();
  const auto stands = [&](std::optional<Amount> Sums::*side) {
    return std::any_of(sums_.begin(), sums_.end(),
                       [&](const auto& sums) { return (sums.second.*side).has_value(); });
  };
  const bool all_known = unknown_units_.empty() && !inexact_;
  // What is missing may be of any dimension, so it is asked about first.
  if (!unstated_.empty() || (all_known && !(stands(&Sums::in) && stands(&Sums::out)))) {
    balance.verdict = BalanceVerdict::kNotStated;
    return balance;
  }
  const bool one_sided = std::any_of(sums_.begin(), sums_.end(), [](const auto& sums) {
    return !sums.second.in || !sums.second.out;
  });
  balance.obstacle = !unknown_units_.empty() ? Obstacle::kUnitUnknown
                     : inexact_              ? Obstacle::kInexact
                     : one_sided             ? Obstacle::kDimensions
                                             : Obstacle::kNone;
  if (balance.obstacle != Obstacle::kNone) {
    balance.verdict = BalanceVerdict::kNotComparable;
    return balance;
  }
  balance.verdict = BalanceVerdict::kWithin;
  for (auto& [dimension, sums] : balance.sums) {
    sums.verdict = JudgeSums(yield, sums);
    balance.verdict = Worse(balance.verdict, sums.verdict);
  }
  return balance;
}

std::optional<Amount> RatioPpm(const Sums& sums) {
  if (!sums.in || *sums.in == 0) return std::nullopt;
  return sums.out.value_or(0) * kMillion / *sums.in;
}

}  // namespace shian::trace
