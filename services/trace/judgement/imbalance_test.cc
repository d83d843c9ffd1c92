#include "services/trace/judgement/imbalance.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"

namespace shian::trace {
namespace {

Imbalance Of(BalanceVerdict verdict, int64_t in, int64_t out, const std::string& revision = "r1") {
  Imbalance imbalance;
  imbalance.kind = Subject::kLot;
  imbalance.subject = "lot";
  imbalance.verdict = verdict;
  imbalance.sums[Dimension::kMass] = {Amount(in), Amount(out), verdict};
  imbalance.rule.key = "lot.any";
  imbalance.policy_revision = revision;
  return imbalance;
}
Imbalance Over(int64_t in, int64_t out) { return Of(BalanceVerdict::kOver, in, out); }
Imbalance Short(int64_t in, int64_t out) { return Of(BalanceVerdict::kShort, in, out); }
// As it was told before.
Imbalance Told(Imbalance imbalance) {
  imbalance.id = "told";
  imbalance.operator_ = "operators/a";
  return imbalance;
}

std::string Compare(const std::optional<Imbalance>& standing,
                    const std::optional<Imbalance>& drawn) {
  std::string text;
  for (const ImbalanceChange& change : CompareImbalance(standing, drawn)) {
    const char* const words[] = {"found", "changed", "withdrawn"};
    const Imbalance& after = change.imbalance;
    const Sums& sums = after.sums.at(Dimension::kMass);
    absl::StrAppend(&text, words[static_cast<int>(change.step)], " ",
                    after.verdict == BalanceVerdict::kOver ? "over" : "short", " ", after.id, " ",
                    ToDigits(*sums.in), ":", ToDigits(*sums.out), " ", after.operator_, "; ");
  }
  return text;
}

TEST_CASE("what is out of its range is found once, and withdrawn when it is not any more") {
  CHECK(Compare({}, {}).empty());
  CHECK(Compare({}, Over(10, 20)) == "found over  10:20 ; ");
  CHECK(Compare(Told(Over(10, 20)), Over(10, 20)).empty());
  CHECK(Compare(Told(Over(10, 20)), {}) == "withdrawn over told 10:20 operators/a; ");
}

TEST_CASE("new sums are the same imbalance, the other side is another one") {
  CHECK(Compare(Told(Over(10, 20)), Over(10, 30)) == "changed over told 10:30 operators/a; ");
  CHECK(Compare(Told(Over(10, 20)), Short(100, 30)) ==
        "withdrawn over told 10:20 operators/a; found short  100:30 ; ");
  // A part of it in another dimension, and another rule.
  Imbalance two = Over(10, 20);
  two.sums[Dimension::kCount] = {Amount(1), Amount(1), BalanceVerdict::kWithin};
  CHECK(Compare(Told(Over(10, 20)), two) == "changed over told 10:20 operators/a; ");
  CHECK(Compare(Told(two), Over(10, 20)) == "changed over told 10:20 operators/a; ");
  const auto by_another =
      CompareImbalance(Told(Over(10, 20)), Of(BalanceVerdict::kOver, 10, 20, "r2"));
  REQUIRE(by_another.size() == 1);
  CHECK(by_another[0].step == ImbalanceStep::kChanged);
  CHECK(by_another[0].imbalance.policy_revision == "r2");
}

TEST_CASE("each imbalance has a name of its own") {
  Imbalance imbalance = Over(10, 20);
  imbalance.found = FromMicros(1);
  const std::string id = IdOf(imbalance, 7);
  CHECK(id.size() == 32);
  CHECK(IdOf(imbalance, 7) == id);
  CHECK(IdOf(imbalance, 8) != id);
  Imbalance other = imbalance;
  other.found = FromMicros(2);
  CHECK(IdOf(other, 7) != id);
  other = imbalance;
  other.verdict = BalanceVerdict::kShort;
  CHECK(IdOf(other, 7) != id);
  other = imbalance;
  other.kind = Subject::kProcess;
  CHECK(IdOf(other, 7) != id);
  other = imbalance;
  other.subject = "lot 2";
  CHECK(IdOf(other, 7) != id);
}

TEST_CASE("the rule says which side is told") {
  Yield yield;
  for (const bool over : {false, true}) {
    for (const bool too_little : {false, true}) {
      yield.alert_over = over;
      yield.alert_short = too_little;
      CHECK(Alerts(yield, BalanceVerdict::kOver) == over);
      CHECK(Alerts(yield, BalanceVerdict::kShort) == too_little);
      for (const BalanceVerdict other :
           {BalanceVerdict::kNotJudged, BalanceVerdict::kWithin, BalanceVerdict::kNotComparable,
            BalanceVerdict::kNotStated}) {
        CHECK_FALSE(Alerts(yield, other));
      }
    }
  }
}

}  // namespace
}  // namespace shian::trace
