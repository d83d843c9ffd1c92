#include "services/trace/judgement/balance.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "absl/strings/str_cat.h"
#include "libs/base/property.h"
#include "libs/base/testing.h"

namespace shian::trace {
namespace {

BalanceRule SomeRule() {
  BalanceRule rule;
  rule.units = {{"KGM", {Dimension::kMass, "1"}},    {"GRM", {Dimension::kMass, "0.001"}},
                {"TNE", {Dimension::kMass, "1000"}}, {"ONZ", {Dimension::kMass, "0.028349523125"}},
                {"LTR", {Dimension::kVolume, "1"}},  {"DZN", {Dimension::kCount, "12"}}};
  rule.movements = {{Action::kAdd, {}, Side::kIn}, {Action::kObserve, {"receiving"}, Side::kIn}};
  rule.yields = {{"milk", "", Subject::kProcess, {}, {"0690"}, 900'000, 1'000'000, 0, 3},
                 {"cut", "", Subject::kProcess, {"cutting"}, {}, 700'000, 800'000, 10'000, 3},
                 {"any", "", Subject::kProcess, {}, {}, 500'000, 1'000'000, 0, 3}};
  return rule;
}

Link Of(const std::string& quantity, const std::string& uom, EpcKind kind = EpcKind::kLot) {
  Link link;
  link.kind = kind;
  link.quantity = quantity;
  link.uom = uom;
  return link;
}

Balance Judged(const Tally& tally) { return tally.Judge(*tally.YieldFor(Subject::kProcess)); }

std::string Text(const std::string& quantity, const std::string& factor) {
  const auto amount = ToAmount(quantity, factor);
  return amount ? ToText(*amount) : "none";
}

TEST_CASE("quantities are exact, or refused") {
  CHECK(Text("0.1", "1") == "0.1");
  CHECK(Text("200.5", "1000") == "200500");
  CHECK(Text("1", "0.028349523125") == "0.028349523125");
  CHECK(Text("1", "0.000000001") == "0.000000001");
  CHECK(Text("0", "1") == "0");
  CHECK(Text("000.50", "1") == "0.5");
  CHECK(Text("0.00000000004", "0.25") == "0.00000000001");
  CHECK(Text("99999999999.999999999999", "1") == "99999999999.999999999999");
  for (const char* wrong :
       {"", ".", "1.", ".5", "-1", "1e3", "1,5", "0.0000000000001", "100000000000",
        "999999999999999999999999999999", "1234567890123456789012345678901"}) {
    INFO(wrong);
    CHECK(Text(wrong, "1") == "none");
  }
  CHECK(Text("0.1", "0.028349523125") == "none");
  CHECK(ToText(*ToAmount("1", "1") - *ToAmount("3.25", "1")) == "-2.25");
}

TEST_CASE("a sum depends neither on units nor on order nor on how it is parted") {
  REQUIRE(testing::PropertyHolds("sums", [](const std::vector<uint32_t>& grams) {
    Amount in_grams = 0, in_tonnes = 0;
    for (const uint32_t gram : grams) {
      in_grams += *ToAmount(absl::StrCat(gram), "0.001");
      const std::string six = absl::StrCat(1'000'000 + gram % 1'000'000).substr(1);
      in_tonnes = *ToAmount(absl::StrCat(gram / 1'000'000, ".", six), "1000") + in_tonnes;
    }
    RC_ASSERT(in_grams == in_tonnes);
  }));
}

TEST_CASE("what is judged: within, short, over, and at the very border") {
  const BalanceRule rule = SomeRule();
  const auto verdict = [&](const std::string& out) {
    Tally tally(rule);
    tally.NoteStep("cutting");
    tally.NoteGoods("https://id.gs1.org/01/06901234567892/10/M1");
    tally.NoteGoods("urn:shian:lot:a:b:c");  // not all of it is milk
    tally.Add(Side::kIn, Of("0.1", "TNE"), 1);
    tally.Add(Side::kOut, Of(out, "KGM"), 1);
    return Judged(tally).verdict;
  };
  CHECK(verdict("69") == BalanceVerdict::kWithin);
  CHECK(verdict("68.999999999999") == BalanceVerdict::kShort);
  CHECK(verdict("81") == BalanceVerdict::kWithin);
  CHECK(verdict("81.000000000001") == BalanceVerdict::kOver);
  CHECK(verdict("0") == BalanceVerdict::kShort);
}

TEST_CASE("the first yield that fits counts") {
  const BalanceRule rule = SomeRule();
  Tally tally(rule);
  CHECK(tally.YieldFor(Subject::kProcess)->key == "any");
  tally.NoteStep("cutting");
  CHECK(tally.YieldFor(Subject::kProcess)->key == "cut");
  tally.NoteGoods("https://id.gs1.org/01/06901234567892/10/M1");
  CHECK(tally.YieldFor(Subject::kProcess)->key == "milk");
  CHECK(tally.YieldFor(Subject::kLot) == nullptr);
}

TEST_CASE("what cannot be compared is not guessed") {
  const BalanceRule rule = SomeRule();
  const auto judged = [&](const std::vector<Link>& in, const std::vector<Link>& out) {
    Tally tally(rule);
    for (const Link& link : in) tally.Add(Side::kIn, link, 1);
    for (const Link& link : out) tally.Add(Side::kOut, link, 2);
    return Judged(tally);
  };
  const Link kilo = Of("1", "KGM"), litre = Of("1", "LTR"), crates = Of("1", "CR");
  CHECK(judged({kilo}, {litre}).obstacle == Obstacle::kDimensions);
  CHECK(judged({kilo, litre}, {kilo}).obstacle == Obstacle::kDimensions);
  CHECK(judged({kilo, litre}, {kilo, litre}).verdict == BalanceVerdict::kWithin);
  CHECK(judged({kilo}, {crates}).obstacle == Obstacle::kUnitUnknown);
  CHECK(judged({kilo}, {crates}).verdict == BalanceVerdict::kNotComparable);
  CHECK(judged({Of("0.1", "ONZ")}, {kilo}).obstacle == Obstacle::kInexact);
  CHECK(judged({kilo}, {Of("", "")}).verdict == BalanceVerdict::kNotStated);
  CHECK(judged({kilo}, {}).verdict == BalanceVerdict::kNotStated);
  CHECK(judged({}, {}).verdict == BalanceVerdict::kNotStated);
  // Items by themselves are pieces, and twelve make a dozen.
  const std::vector<Link> items(12, Of("", "", EpcKind::kItem));
  CHECK(judged({Of("1", "DZN")}, items).verdict == BalanceVerdict::kWithin);
  CHECK(judged({Of("", "", EpcKind::kLogisticUnit)}, {kilo}).verdict == BalanceVerdict::kNotStated);
}

TEST_CASE("which way an event moves goods") {
  const BalanceRule rule = SomeRule();
  const auto side = [&](EventType type, Action action, Role role, const char* step = "",
                        EpcKind kind = EpcKind::kLot) {
    Event event;
    event.type = type;
    event.action = action;
    event.biz_step = step;
    Link link = Of("1", "KGM", kind);
    link.role = role;
    const auto found = SideOfGoods(rule, event, link);
    return found ? static_cast<int>(*found) : 0;
  };
  const int in = static_cast<int>(Side::kIn), out = static_cast<int>(Side::kOut);
  using enum EventType;
  CHECK(side(kTransformation, Action::kNone, Role::kInput) == out);
  CHECK(side(kTransformation, Action::kNone, Role::kOutput) == in);
  CHECK(side(kObject, Action::kAdd, Role::kObject, "commissioning") == in);
  CHECK(side(kObject, Action::kObserve, Role::kObject, "receiving") == in);
  CHECK(side(kObject, Action::kObserve, Role::kObject, "storing") == 0);
  CHECK(side(kObject, Action::kDelete, Role::kObject) == 0);  // no movement of this rule
  CHECK(side(kAggregation, Action::kAdd, Role::kChild) == out);
  CHECK(side(kAggregation, Action::kDelete, Role::kChild) == in);
  CHECK(side(kAggregation, Action::kObserve, Role::kChild) == 0);
  CHECK(side(kAggregation, Action::kAdd, Role::kParent) == 0);
  CHECK(side(kAssociation, Action::kAdd, Role::kChild) == 0);
  CHECK(side(kTransaction, Action::kAdd, Role::kObject) == 0);
  CHECK(side(kObject, Action::kAdd, Role::kObject, "", EpcKind::kLogisticUnit) == 0);
}

}  // namespace
}  // namespace shian::trace
