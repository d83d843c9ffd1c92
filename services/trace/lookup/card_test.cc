#include "services/trace/lookup/card.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/testing.h"
#include "services/trace/lookup/limits.h"

namespace shian::trace {
namespace {

using testing::EventJson;

constexpr char kLot[] = "https://id.gs1.org/01/06901234567892/10/M1";

Event Made(const std::string& ilmd,
           const std::string& lot = "urn:epc:class:lgtin:6901234.056789.M1",
           const std::string& context = "") {
  const ParsedEvent parsed = ReadEventText(
      1,
      EventJson("ObjectEvent", "08:00:00",
                absl::StrCat(R"("action":"ADD","bizStep":"commissioning","quantityList":)",
                             R"([{"epcClass":")", lot, R"(","quantity":1,"uom":"KGM"}],"ilmd":{)",
                             ilmd, "}")),
      ReadContext(context));
  for (const Violation& found : parsed.findings.violations()) INFO(found.rule->id);
  REQUIRE(parsed.findings.empty());
  return parsed.event;
}

Statement Stated(const std::vector<Event>& events) {
  Statement statement;
  for (const Event& event : events) AddStatement(event, {kLot}, &statement);
  return statement;
}

TEST_CASE("name and days come from what the making states") {
  const Statement stated = Stated(
      {Made(R"("cbvmda:descriptionShort":"猪肉","cbvmda:productionDate":"2025-03-01",)"
            R"("cbvmda:bestBeforeDate":"2025-03-09","cbvmda:itemExpirationDate":"2025-03-20",)"
            R"("cbvmda:sellByDate":"2025-03-02")")});
  CHECK(stated.product_name == "猪肉");
  CHECK(stated.produced == Date(2025, 3, 1));
  REQUIRE(stated.last);
  // In doubt goods are old; how long a shop may sell is not how long they are good.
  CHECK(stated.last->day == Date(2025, 3, 9));
  CHECK(stated.last->kind == ExpiryKind::kBestBefore);
}

TEST_CASE("the first name and day of production stay, of last days the earliest") {
  const Statement stated = Stated(
      {Made(R"("gs1:productName":"肉","cbvmda:itemExpirationDate":"2025-03-20")"),
       Made(R"("cbvmda:descriptionShort":"猪肉","gs1:productionDate":"2025-03-02",)"
            R"("cbvmda:itemExpirationDate":"2025-03-10")"),
       Made(R"("cbvmda:productionDate":"2025-03-05","cbvmda:itemExpirationDate":"2025-03-30")")});
  CHECK(stated.product_name == "肉");
  CHECK(stated.produced == Date(2025, 3, 2));
  CHECK(stated.last->day == Date(2025, 3, 10));
}

TEST_CASE("of several names the short description is shown, of several languages Chinese") {
  CHECK(
      Stated({Made(R"("cbvmda:functionalName":"f","cbvmda:descriptionShort":"d")")}).product_name ==
      "d");
  CHECK(Stated({Made(R"("gs1:productName":[{"@value":"pork","@language":"en"},)"
                     R"({"@value":"猪肉","@language":"zh-CN"}])")})
            .product_name == "猪肉");
  CHECK(Stated({Made(R"("gs1:productName":{"@value":"pork","@language":"en"})")}).product_name ==
        "pork");
}

TEST_CASE("what is not stated, of other goods, or cannot be shown is left out") {
  CHECK(Stated({Made(R"("cbvmda:lotNumber":"M1")")}).product_name.empty());
  CHECK(Stated({Made(R"("cbvmda:descriptionShort":"x","cbvmda:itemExpirationDate":"2025-03-20")",
                     "urn:epc:class:lgtin:6901234.056789.M2")})
            .product_name.empty());
  CHECK_FALSE(Stated({Made(R"("cbvmda:itemExpirationDate":"2025-03-20")",
                           "urn:epc:class:lgtin:6901234.056789.M2")})
                  .last);
  // A sender's own words may say anything.
  CHECK(
      Stated(
          {Made(
              R"("ex:owner":"张三","ex:descriptionShort":"张三")",
              "urn:epc:class:lgtin:6901234.056789.M1",
              R"(["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://ex.cn/"}])")})
          .product_name.empty());
  for (const char* bad : {"a\\u202eb", "a\\nb"}) {
    CHECK(Stated({Made(absl::StrCat(R"("cbvmda:descriptionShort":")", bad, "\""))})
              .product_name.empty());
  }
  const std::string longest(limits::kNameCodePointsShown, 'a');
  CHECK(
      Stated({Made(absl::StrCat(R"("cbvmda:descriptionShort":")", longest, "\""))}).product_name ==
      longest);
  CHECK(Stated({Made(absl::StrCat(R"("cbvmda:descriptionShort":")", longest, "a\""))})
            .product_name.empty());
  for (const char* bad : {R"(["a",1])", "7", "{}", "[]", "null", R"("2025-13-01")"}) {
    INFO(bad);
    const Statement stated = Stated({Made(absl::StrCat(R"("cbvmda:productionDate":)", bad))});
    CHECK_FALSE(stated.produced);
  }
}

TEST_CASE("only words of the vocabulary and divisions of counties are public") {
  CHECK(PublicStep("https://ref.gs1.org/cbv/BizStep-shipping") == "shipping");
  for (const char* closed :
       {"", "shipping", "https://ref.gs1.org/cbv/BizStep-", "https://ref.gs1.org/cbv/BizStep-x",
        "https://firm.cn/steps/sold-to-zhang-san", "https://ref.gs1.org/cbv/Disp-active"}) {
    CHECK(PublicStep(closed).empty());
  }
  CHECK(PublicRegion("410902") == "410902");
  CHECK(PublicRegion("410902001003") == "410902");
  CHECK(PublicRegion("").empty());
}

TEST_CASE("steps alike on one day in one division are one, and there is room for thirty") {
  Steps steps;
  const Date day(2025, 3, 3);
  CHECK(steps.AddBefore({"receiving", day, "410922"}));
  CHECK(steps.AddBefore({"receiving", day, "410922"}));
  CHECK(steps.AddBefore({"", day, ""}));  // says nothing
  CHECK(steps.AddBefore({"shipping", day, ""}));
  CHECK(steps.AddBefore({"", day - 1, "410902"}));
  for (size_t i = 3; i < limits::kStepsShownMax; ++i) {
    CHECK(steps.AddBefore({"packing", day - 1 - static_cast<int>(i), "410902"}));
  }
  CHECK_FALSE(steps.AddBefore({"commissioning", day - 90, "410902"}));
  const std::vector<Step> told = steps.Take();
  REQUIRE(told.size() == limits::kStepsShownMax);
  CHECK(told.back().biz_step == "receiving");
  CHECK(told[told.size() - 2].biz_step == "shipping");
  CHECK(told[told.size() - 3].region == "410902");
  CHECK(told.front().biz_step == "packing");
}

TEST_CASE("what must be said comes first, the gravest before all") {
  const Date last(2025, 3, 9);
  const CardState all{.recorded = true,
                      .corrected = true,
                      .recalled = true,
                      .lots_recalled = true,
                      .last_day = last};
  CHECK(WarningsOf(all, last + 1) == std::vector<Warning>{Warning::kRecalled,
                                                          Warning::kLotsRecalled, Warning::kExpired,
                                                          Warning::kCorrected});
  // Good on the last day still.
  CHECK(WarningsOf({.recorded = true, .last_day = last}, last).empty());
  CHECK(WarningsOf({.recorded = true, .last_day = last}, last + 1) ==
        std::vector<Warning>{Warning::kExpired});
  CHECK(WarningsOf({}, last) == std::vector<Warning>{Warning::kNotRecorded});
}

TEST_CASE("a recall is public once its scope is frozen or it was ordered, the newest first") {
  const absl::Time now = absl::FromUnixSeconds(1'740'963'600);
  Recall proposed, frozen, ordered, fell;
  CHECK_FALSE(proposed.published());
  frozen.id = "f", frozen.state = RecallState::kFrozen, frozen.freeze_time = now;
  ordered.id = "o", ordered.order_time = now + absl::Hours(1);
  fell.id = "w", fell.state = RecallState::kWithdrawn, fell.freeze_time = now + absl::Hours(2);
  for (const Recall& each : {frozen, ordered, fell}) CHECK(each.published());
  std::vector<Recall> recalls = {fell, frozen, ordered};
  SortForCard(&recalls);
  CHECK(recalls[0].id == "o");
  CHECK(recalls[1].id == "f");
  CHECK(recalls[2].id == "w");
  ordered.freeze_time = now + absl::Hours(9);
  CHECK(PublishTimeOf(ordered) == now + absl::Hours(1));
}

}  // namespace
}  // namespace shian::trace
