#include "services/trace/judgement/shelf_life.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/testing.h"

namespace shian::trace {
namespace {

constexpr char kLot[] = R"("quantityList":[{"epcClass":"urn:epc:class:lgtin:6901234.056789.C1"}],)";

// Of an event with this ILMD, as text: kind and day.
std::string Stated(const std::string& ilmd, const std::string& action = "ADD") {
  const ParsedDocument document = ReadDocument(testing::Document(
      testing::EventJson("ObjectEvent", "08:00:00",
                         absl::StrCat(kLot, R"("action":")", action, R"(","ilmd":{)", ilmd, "}"))));
  REQUIRE(document.events.size() == 1);
  std::string text;
  for (const Expiry& expiry : ExpiriesOf(document.events.front().event)) {
    CHECK(expiry.epc == "https://id.gs1.org/01/06901234567892/10/C1");
    absl::StrAppend(&text, static_cast<int>(expiry.kind), ":", FormatDate(expiry.day), " ");
  }
  return text;
}

TEST_CASE("last days are read from what the making states") {
  CHECK(Stated(R"("cbvmda:itemExpirationDate":"2025-03-20")") == "1:2025-03-20 ");
  CHECK(Stated(R"("cbvmda:bestBeforeDate":"2025-03-20","cbvmda:sellByDate":"2025-03-18")") ==
        "2:2025-03-20 3:2025-03-18 ");
  CHECK(Stated(R"("cbvmda:sellByDate":"2025-03-18T20:00:00Z")") == "3:2025-03-19 ");
  CHECK(Stated(R"("cbvmda:sellByDate":{"@type":"xsd:date","@value":"2025-03-18"})") ==
        "3:2025-03-18 ");
  for (const char* nothing :
       {R"("ex:itemExpirationDate":"2025-03-20")", R"("cbvmda:itemExpirationDate":"soon")",
        R"("cbvmda:itemExpirationDate":"2025-02-30")", R"("cbvmda:itemExpirationDate":20250320)",
        R"("cbvmda:lotNumber":"2025-03-20")"}) {
    INFO(nothing);
    CHECK(Stated(nothing).empty());
  }
}

TEST_CASE("the end is near by shelf life, and passed from the day after") {
  const std::vector<NearRule> rules = {{365, 45, 2}, {30, 10, 2}, {0, 2, 3}};
  const Date made(2025, 3, 3);
  const auto state = [&](int life, int left) {
    const Date last = made + life;
    return FreshnessOf(rules, made, last, last - left).state;
  };
  CHECK(state(365, 46) == ExpiryState::kFresh);
  CHECK(state(365, 45) == ExpiryState::kNear);
  CHECK(state(364, 45) == ExpiryState::kFresh);
  CHECK(state(30, 10) == ExpiryState::kNear);
  CHECK(state(29, 10) == ExpiryState::kFresh);
  CHECK(state(29, 0) == ExpiryState::kNear);
  CHECK(state(29, -1) == ExpiryState::kExpired);
  CHECK(state(-5, 3) == ExpiryState::kFresh);  // made after its last day: the shortest rule
  CHECK(FreshnessOf(rules, made, made + 400, made).rule.near == 45);
}

}  // namespace
}  // namespace shian::trace
