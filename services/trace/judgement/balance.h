// A mass balance (物料平衡): what came against what went, by dimension, and what a rule says of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/trace/capture/event.h"
#include "services/trace/judgement/amount.h"

namespace shian::trace {

enum class Dimension { kMass = 1, kVolume = 2, kCount = 3 };
enum class Subject { kProcess = 1, kLot = 2, kOperator = 3 };
enum class Side { kIn = 1, kOut = 2 };

struct Unit {
  Dimension dimension = Dimension::kCount;
  std::string factor;  // to the base unit, an exact decimal number
};

// Which object events move goods.
struct Movement {
  Action action = Action::kNone;
  std::set<std::string> biz_steps;  // web URIs; none: any
  Side side = Side::kIn;
};

// In millionths of what came.
struct Yield {
  std::string key;
  std::string title;
  Subject subject = Subject::kProcess;
  std::set<std::string> biz_steps;
  std::vector<std::string> gtin_prefixes;
  int64_t lowest = 0;
  int64_t highest = 0;
  int64_t tolerance = 0;
  int mark = 0;  // as the policy has it
  // What is told behind the captures.
  bool alert_over = false;
  bool alert_short = false;
};

struct BalanceRule {
  std::map<std::string, Unit> units;  // by code
  std::vector<Movement> movements;
  std::vector<Yield> yields;
};

// The 14 digits of a canonical identifier; empty when it has none.
std::string GtinOf(absl::string_view epc);
bool BeginsWithAny(const std::string& gtin, const std::vector<std::string>& prefixes);

// On which side the link counts in the balance of its lot, or of the place of the event; nothing
// when it moves no goods. A unit moves nothing by itself: what it holds left when it was packed.
std::optional<Side> SideOfGoods(const BalanceRule& rule, const Event& event, const Link& link);
// The same in the balance of a process.
std::optional<Side> SideOfProcess(const Link& link);

// Whether a unit was emptied whole by it: it does not say what came out.
bool EmptiesUnit(const Event& event);

enum class BalanceVerdict {
  kNotJudged = 0,
  kWithin = 1,
  kShort = 2,
  kOver = 3,
  kNotComparable = 4,
  kNotStated = 5
};
// Whether the rule says that it is told.
bool Alerts(const Yield& yield, BalanceVerdict verdict);
enum class Obstacle { kNone = 0, kUnitUnknown = 1, kInexact = 2, kDimensions = 3 };

struct Sums {
  std::optional<Amount> in, out;  // nothing when nothing stands there
  BalanceVerdict verdict = BalanceVerdict::kNotJudged;
};

struct Balance {
  BalanceVerdict verdict = BalanceVerdict::kNotJudged;
  Obstacle obstacle = Obstacle::kNone;
  std::map<Dimension, Sums> sums;
};

// Adds up the links that count, event by event.
class Tally {
 public:
  // `rule` outlives it.
  explicit Tally(const BalanceRule& rule) : rule_(rule) {}

  const BalanceRule& rule() const { return rule_; }

  void Add(Side side, const Link& link, int64_t sequence);
  // A quantity that counts is known to have moved, but not how much.
  void AddUnstated(int64_t sequence) { unstated_.insert(sequence); }
  // What stands in the kind of process or of goods that is judged.
  void NoteStep(const std::string& biz_step) { biz_steps_.insert(biz_step); }
  void NoteGoods(absl::string_view epc);

  // The rule's yield for what was noted; null when it has none.
  const Yield* YieldFor(Subject subject) const;
  Balance Judge(const Yield& yield) const;
  // The sums alone, of what was cut short.
  Balance Unjudged() const;

  const std::map<Dimension, Sums>& sums() const { return sums_; }
  // Whether the sums hold all that was added.
  bool all_counted() const { return unstated_.empty() && unknown_units_.empty() && !inexact_; }
  const std::set<int64_t>& unstated() const { return unstated_; }
  const std::set<std::string>& unknown_units() const { return unknown_units_; }

 private:
  const BalanceRule& rule_;
  std::map<Dimension, Sums> sums_;
  std::set<int64_t> unstated_;
  std::set<std::string> unknown_units_;
  bool inexact_ = false;
  std::set<std::string> biz_steps_;
  std::set<std::string> gtins_;  // an empty one: goods without GTIN
};

// Millionths that went out of what came in, rounded down. Nothing when nothing came.
std::optional<Amount> RatioPpm(const Sums& sums);

}  // namespace shian::trace
