#include "services/trace/recall/conduct.h"

#include <catch2/catch.hpp>
#include <random>

#include "absl/strings/str_cat.h"
#include "embedded/trace_schema.h"
#include "libs/base/status_macros.h"
#include "libs/base/testing.h"
#include "libs/base/time.h"
#include "libs/store/testing.h"
#include "services/trace/recall/effect.h"
#include "services/trace/recall/store.h"
#include "services/trace/recall/store_conduct.h"

namespace shian::trace {
namespace {

using errors::Reason;
using errors::ReasonOf;

const absl::Time kNow = FromMicros(1'741'000'000'000'000);
const absl::Time kDue = kNow + absl::Hours(48);
const absl::Time kLate = kDue + absl::Microseconds(1);
const Officer kOfficer = {"p1", "o1", "c1"};

const errors::Basis kBasis = {"食品召回管理办法", "第三十三条"};

Recall Proposed() {
  Recall recall;
  recall.id = "0195a0a0-0000-7000-8000-000000000001";
  recall.sample = "samples/1";
  recall.operator_ = "operators/91410902MA3X00000X";
  recall.region = "410902";
  recall.lot = "meat";
  recall.known_time = recall.propose_time = recall.recorded = kNow;
  return recall;
}

Recall Frozen() {
  Recall recall = Proposed();
  Scope scope;
  scope.lots = {{"meat", EpcKind::kLot, 0}};
  scope.holders = {{.place = "a",
                    .operator_ = "operators/1",
                    .lots = {"meat"},
                    .lot_count = 1,
                    .first = kNow,
                    .last = kNow,
                    .last_holder = true}};
  REQUIRE(Freeze(scope, kOfficer, kNow, &recall).ok());
  return recall;
}

calendar::Due DueAt(absl::Time time) {
  calendar::Due due;
  due.due = time;
  return due;
}

ExtensionLimit OnceByTen() { return {10, 1, "10个工作日", {"食品召回管理办法", "第十八条"}}; }

RecallPlan Planned(int number) {
  RecallPlan plan;
  plan.recall = Proposed().id;
  plan.number = number;
  plan.content.contact_name = "张三";
  plan.content.contact_details = "13800000000";
  plan.content.products = {
      {"猪肉", "甲", "500克", {Date(2025, 3, 1), Date(2025, 3, 2)}, {"M1", "M2"}, "12.5", "KGM"},
      {"肉馅", "", "", {Date(2025, 3, 2)}, {}, "3", "KGM"}};
  plan.content.sales_region = "本县";
  plan.content.recall_class = RecallClass::kOne;
  plan.content.expected_effect = "全部追回";
  plan.received = kNow - absl::Hours(1);
  plan.filed_by = kOfficer;
  plan.recorded = kNow;
  return plan;
}

Disposal Destroyed(int64_t number) {
  Disposal row;
  row.recall = Proposed().id;
  row.number = number;
  row.measure = DisposalMeasure::kDestruction;
  row.quantity = "4";
  row.uom = "KGM";
  row.place = "县无害化处理场";
  row.time = kNow;
  row.supervisor = "县市场监管局";
  row.by = kOfficer;
  row.recorded = kNow;
  return row;
}

TEST_CASE("a plan is taken until the recall is completed, and the last one is assessed once") {
  Recall recall = Proposed();
  CHECK(CheckPlanTaken(recall, kBasis).ok());
  recall = Frozen();
  CHECK(CheckPlanTaken(recall, kBasis).ok());
  RecallPlan first = Planned(1), second = Planned(2);
  CHECK(ReasonOf(Assess(recall, 2, kBasis, {true, "", kOfficer, kNow}, &first)) ==
        Reason::kRecallPlanNotOpen);
  CHECK_FALSE(first.assessment);
  REQUIRE(Assess(recall, 2, kBasis, {false, "未列明批次", kOfficer, kNow}, &second).ok());
  CHECK(ReasonOf(Assess(recall, 2, kBasis, {true, "", kOfficer, kNow}, &second)) ==
        Reason::kRecallPlanNotOpen);
  CHECK_FALSE(second.assessment->accepted);
  REQUIRE(Complete(kNow, &recall).ok());
  CHECK(ReasonOf(CheckPlanTaken(recall, kBasis)) == Reason::kRecallPlanNotTaken);
  RecallPlan third = Planned(3);
  CHECK(Assess(recall, 3, kBasis, {true, "", kOfficer, kNow}, &third).ok());
  REQUIRE(Withdraw("overturned", kNow, &recall));
  RecallPlan fourth = Planned(4);
  CHECK(ReasonOf(Assess(recall, 4, kBasis, {true, "", kOfficer, kNow}, &fourth)) ==
        Reason::kRecallPlanNotOpen);
}

TEST_CASE("time to finish is extended before it ran out, as often and as long as the policy says") {
  Recall recall = Proposed();
  CHECK(ReasonOf(Extend(OnceByTen(), 0, DueAt(kDue), 1, kNow, &recall)) ==
        Reason::kRecallNotFrozen);
  recall = Frozen();
  const int64_t version = recall.version;
  for (const auto& refused : {Extend(OnceByTen(), 0, DueAt(kDue), 11, kNow, &recall),
                              Extend(OnceByTen(), 1, DueAt(kDue), 1, kNow, &recall),
                              Extend(OnceByTen(), 0, DueAt(kDue), 1, kLate, &recall)}) {
    CHECK(ReasonOf(refused) == Reason::kRecallNotExtensible);
    CHECK(errors::BasisOf(refused)->article == "第十八条");
  }
  CHECK(recall.version == version);
  REQUIRE(Extend(OnceByTen(), 0, DueAt(kDue), 10, kDue, &recall).ok());
  CHECK(recall.version == version + 1);
  CHECK(ClocksOf(recall).back().extension == 10);
  CHECK(ClocksOf(recall).front().extension == 0);
}

TEST_CASE("a recall is ordered once, when its time to start ran out with nothing started") {
  Recall recall = Proposed();
  CHECK(ReasonOf(Order(DueAt(kDue), {}, kDue, &recall)) == Reason::kRecallNotOverdue);
  calendar::Due pending = DueAt(kDue);
  pending.pending = true;
  CHECK(ReasonOf(Order(pending, {}, kLate, &recall)) == Reason::kRecallNotOverdue);
  REQUIRE(Order(DueAt(kDue), {}, kLate, &recall).ok());
  CHECK(recall.state == RecallState::kProposed);
  CHECK(ReasonOf(Order(DueAt(kDue), {}, kLate, &recall)) == Reason::kRecallNotOverdue);
  recall = Frozen();
  CHECK(ReasonOf(Order(DueAt(kDue), {}, kLate, &recall)) == Reason::kRecallNotProposed);
}

TEST_CASE("a disposal keeps to the class and is reported first where the policy wants it") {
  const Recall recall = Frozen();
  CHECK(ReasonOf(CheckDisposable(Proposed(), kBasis)) == Reason::kRecallNotFrozen);
  CHECK(CheckDisposable(recall, kBasis).ok());
  Disposal row = Destroyed(1);
  DisposalRule rule = {"销毁", true, true, {"食品召回管理办法", "第二十四条"}};
  CHECK(ReasonOf(CheckDisposal(recall, rule, row)) == Reason::kRecallDisposalUnannounced);
  row.announced = row.time + absl::Seconds(1);
  CHECK(ReasonOf(CheckDisposal(recall, rule, row)) == Reason::kRecallDisposalUnannounced);
  row.announced = row.time;
  CHECK(CheckDisposal(recall, rule, row).ok());
  rule.in_class = false;
  CHECK(ReasonOf(CheckDisposal(recall, rule, row)) == Reason::kRecallMeasureNotAllowed);
  CHECK(CheckTakeBack(row, kBasis).ok());
  row.taken_back = true;
  CHECK(ReasonOf(CheckTakeBack(row, kBasis)) == Reason::kRecallDisposalTakenBack);
}

TEST_CASE("a closing names each thing that is missing") {
  Recall recall = Frozen();
  CHECK(ReasonOf(Close({true, {}, true, false}, kBasis, kNow, &recall)) ==
        Reason::kRecallNotCompleted);
  REQUIRE(Complete(kNow, &recall).ok());
  std::vector<std::string> many;
  for (int i = 1; i <= 12; ++i) many.push_back(absl::StrCat("n", i));
  const absl::Status refused = Close({false, many, false, false}, kBasis, kNow, &recall);
  CHECK(ReasonOf(refused) == Reason::kRecallClosingIncomplete);
  CHECK(errors::BasisOf(refused)->article == "第三十三条");
  const std::string text(refused.message());
  for (const char* part : {"召回计划", "n10等共12份", "处置"}) {
    CHECK(text.find(part) != text.npos);
  }
  CHECK(ReasonOf(Close({true, {"n1"}, true, false}, kBasis, kNow, &recall)) ==
        Reason::kRecallClosingIncomplete);
  CHECK(recall.state == RecallState::kCompleted);
  REQUIRE(Close({true, {}, false, true}, kBasis, kNow, &recall).ok());
  CHECK(recall.state == RecallState::kClosed);
  CHECK_FALSE(Withdraw("too late", kNow, &recall));
  CHECK(ReasonOf(CheckDisposable(recall, kBasis)) == Reason::kRecallNotFrozen);
}

// Whatever is tried in whatever order: each act makes one version or changes nothing, and the
// states follow each other as the law has them.
TEST_CASE("acts on a recall in any order keep its states in order") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 500; ++round) {
    Recall recall = Proposed();
    int extensions = 0;
    for (int step = 0; step < 12; ++step) {
      const Recall before = recall;
      const absl::Time now = random() % 2 == 0 ? kNow : kLate;
      bool done = false;
      switch (random() % 6) {
        case 0:
          done = Order(DueAt(kDue), {}, now, &recall).ok();
          CHECK(done ==
                (before.state == RecallState::kProposed && now == kLate && !before.ordered()));
          break;
        case 1:
          done = Freeze(Scope(), kOfficer, now, &recall).ok();
          CHECK(done == (before.state == RecallState::kProposed));
          break;
        case 2: {
          const int count = static_cast<int>(1 + random() % 12);
          done = Extend(OnceByTen(), extensions, DueAt(kDue), count, now, &recall).ok();
          if (done) ++extensions;
          break;
        }
        case 3:
          done = Complete(now, &recall).ok();
          CHECK(done == (before.state == RecallState::kFrozen));
          break;
        case 4: {
          const bool whole = random() % 2 == 0;
          done = Close({whole, {}, true, false}, kBasis, now, &recall).ok();
          CHECK(done == (whole && before.state == RecallState::kCompleted));
          break;
        }
        default:
          done = random() % 4 == 0 && Withdraw("overturned", now, &recall);
      }
      CHECK(recall.version == before.version + (done ? 1 : 0));
      if (!done) CHECK(recall.state == before.state);
      if (before.state >= RecallState::kClosed) CHECK_FALSE(done);
      CHECK(recall.extension_count <= 10);
      CHECK(ClocksOf(recall).size() == (recall.frozen() ? 2 : 1));
    }
  }
}

TEST_CASE("amounts add up exactly") {
  CHECK(AddAmounts("0.1", "0.2") == "0.3");
  CHECK(AddAmounts("999999999999999999999999999999", "0.5") == "999999999999999999999999999999.5");
  CHECK(AddAmounts("9.99", "0.01") == "10");
  CHECK(AddAmounts("0", "0") == "0");
  std::mt19937_64 random(shian::testing::Seed());
  const auto written = [](uint64_t thousandths) {
    std::string text = absl::StrCat(thousandths / 1000);
    std::string rest = absl::StrCat(thousandths % 1000 + 1000).substr(1);
    rest.erase(rest.find_last_not_of('0') + 1);
    return rest.empty() ? text : absl::StrCat(text, ".", rest);
  };
  for (int i = 0; i < 2'000; ++i) {
    const uint64_t a = random() % (uint64_t{1} << (random() % 60)), b = random() % 1'000'000;
    CHECK(AddAmounts(written(a), written(b)) == written(a + b));
  }
}

TEST_CASE("the effect counts what stands, by unit") {
  std::vector<Notice> notices(4);
  for (int i = 0; i < 3; ++i) {
    notices[i].state = NoticeState::kAcknowledged;
    notices[i].issue_time = kNow;
    notices[i].acknowledge_time = kNow + absl::Hours(3 - i);
    notices[i].recovered_quantity = i == 2 ? "" : "0.1";
    notices[i].recovered_uom = i == 0 ? "KGM" : "LTR";
  }
  std::vector<Disposal> rows = {Destroyed(1), Destroyed(2), Destroyed(3)};
  rows[0].taken_back = true;
  rows[2].takes_back = 1;
  const RecallEffect effect = EffectOf(notices, rows);
  CHECK(effect.issued == 4);
  CHECK(effect.acknowledged == 3);
  CHECK(effect.first == absl::Hours(1));
  CHECK(effect.median == absl::Hours(2));
  CHECK(effect.last == absl::Hours(3));
  REQUIRE(effect.amounts.size() == 2);
  CHECK(effect.amounts[0].recovered == "0.1");
  CHECK(effect.amounts[0].disposed == "4");
  CHECK(effect.amounts[1].disposed == "0");
}

TEST_CASE("plans, acts and disposals are given back as they were stored, each past too") {
  store::Schema schema(1);
  schema.Add("trace", kMigrations);
  store::TemporaryStore store(schema);
  const auto write = [&](absl::Time now, auto change) {
    const auto written = store.Write(now, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      RETURN_IF_ERROR(change(tx));
      return std::string();
    });
    INFO(written.status());
    REQUIRE(written.ok());
  };
  Recall recall = Frozen();
  recall.extension_count = 5;
  recall.order_time = kNow;
  recall.close_time = kLate;
  const std::string operator_name = recall.operator_;
  write(kNow, [&](store::WriteTx& tx) -> absl::Status {
    RETURN_IF_ERROR(recall::PutRecall(tx, recall));
    RETURN_IF_ERROR(recall::PutStep(tx, recall.id,
                                    {RecallAct::kExtended, 2, kOfficer, kNow, 5, "情况复杂", ""}));
    RETURN_IF_ERROR(recall::PutStep(
        tx, recall.id, {RecallAct::kClosed, 4, kOfficer, kLate, 0, "总结", "已全部售出"}));
    RETURN_IF_ERROR(recall::InsertPlan(tx, operator_name, Planned(1)));
    RecallPlan second = Planned(2);
    second.recorded = kDue;
    RETURN_IF_ERROR(recall::InsertPlan(tx, operator_name, second));
    second.assessment = PlanAssessment{true, "可行", kOfficer, kLate};
    RETURN_IF_ERROR(recall::InsertAssessment(tx, second));
    Disposal back;
    back.recall = recall.id;
    back.number = 2;
    back.takes_back = 1;
    back.remark = "误报";
    back.recorded = kDue;
    RETURN_IF_ERROR(recall::InsertDisposal(tx, Destroyed(1)));
    return recall::InsertDisposal(tx, back);
  });
  const auto read = [&](auto check) {
    REQUIRE(store
                .Read([&](store::ReadTx& tx) {
                  check(tx);
                  return absl::OkStatus();
                })
                .ok());
  };
  read([&](store::ReadTx& tx) {
    const Recall found = *recall::MustFind(tx, recall.id);
    CHECK(found.extension_count == 5);
    CHECK(found.order_time == kNow);
    CHECK(found.close_time == kLate);
    const auto steps = *recall::ListSteps(tx, recall.id, 3);
    REQUIRE(steps.size() == 1);
    CHECK(steps[0].count == 5);
    CHECK(steps[0].by.card == "c1");
    CHECK(recall::ListSteps(tx, recall.id, 4)->back().more == "已全部售出");
    const RecallPlan first = **recall::FindPlan(tx, recall.id, 0, kNow);
    CHECK(first.number == 1);
    REQUIRE(first.content.products.size() == 2);
    CHECK(first.content.products[0].production_dates ==
          Planned(1).content.products[0].production_dates);
    CHECK(first.content.products[0].batches == std::vector<std::string>{"M1", "M2"});
    CHECK(first.content.contact_name == "张三");
    CHECK(first.content.recall_class == RecallClass::kOne);
    CHECK_FALSE((*recall::FindPlan(tx, recall.id, 2, kDue))->assessment);
    CHECK((*recall::FindPlan(tx, recall.id, 0))->assessment->reasons == "可行");
    CHECK_FALSE(*recall::FindPlan(tx, recall.id, 3));
    const auto then = *recall::ListDisposals(tx, recall.id, 0, 10, kNow);
    REQUIRE(then.size() == 1);
    CHECK_FALSE(then[0].taken_back);
    CHECK(then[0].announced == absl::InfiniteFuture());
    const auto rows = *recall::ListDisposals(tx, recall.id, 0, 1);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].taken_back);
    CHECK((*recall::FindDisposal(tx, recall.id, 2))->takes_back == 1);
    CHECK_FALSE(*recall::FindDisposal(tx, recall.id, 3));
    CHECK(*recall::NextDisposal(tx, recall.id) == 3);
    CHECK(*recall::NextDisposal(tx, "other") == 1);
  });
  write(kLate, [&](store::WriteTx& tx) { return recall::EraseContacts(tx, operator_name); });
  read([&](store::ReadTx& tx) {
    for (const int number : {1, 2}) {
      const auto plan = **recall::FindPlan(tx, recall.id, number);
      CHECK(plan.content.contact_name.empty());
      CHECK(plan.content.contact_details.empty());
      CHECK(plan.content.sales_region == "本县");
    }
  });
}

}  // namespace
}  // namespace shian::trace
