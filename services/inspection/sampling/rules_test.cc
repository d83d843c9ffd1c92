#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "services/inspection/sampling/laboratory_draw.h"
#include "services/inspection/sampling/service_testing.h"

namespace shian::inspection::sampling {
namespace {

using errors::Reason;
using errors::ReasonOf;

TEST_CASE("taking refuses what the law refuses, with its article") {
  World world;
  Taken taken = World::GoodTaking();
  const auto refusal = [&] { return world.Do(taken, "2025-03-04T10:00:00+08:00"); };
  SECTION("one sampler") {
    taken.samplers = {"i1", "i1"};
    CHECK(ReasonOf(refusal()) == Reason::kSamplersTooFew);
    CHECK_FALSE(Article(refusal()).empty());
  }
  SECTION("no notice") {
    taken.notice_shown = false;
    CHECK(ReasonOf(refusal()) == Reason::kSampleNoticeMissing);
  }
  SECTION("not paid") {
    taken.price_fen = 0;
    CHECK(ReasonOf(refusal()) == Reason::kSampleNotPaid);
    CHECK(Article(refusal()) == "第八十七条");
  }
  SECTION("one seal for both") {
    taken.backup_seal = taken.test_seal;
    CHECK(ReasonOf(refusal()) == Reason::kSealsNotSeparate);
  }
  SECTION("before the plan") {
    CHECK(ReasonOf(world.Do(taken, "2025-03-01T10:00:00+08:00")) == Reason::kSampleActTime);
  }
  SECTION("twice") {
    REQUIRE(refusal().ok());
    CHECK(ReasonOf(refusal()) == Reason::kSampleState);
  }
}

TEST_CASE("the operator never carries the sample, and seals are checked") {
  World world;
  world.Taken_();
  const char* time = "2025-03-05T10:00:00+08:00";
  CHECK(ReasonOf(world.Do(Delivered{Carrier::kOperator, "T-1", true}, time)) ==
        Reason::kSampleCarriedByOperator);
  CHECK(ReasonOf(world.Do(Delivered{Carrier::kPost, "T-9", true}, time)) == Reason::kSealMismatch);
  CHECK(ReasonOf(world.Do(Delivered{Carrier::kPost, "T-1", false}, time)) == Reason::kSealMismatch);
}

TEST_CASE("a refused sample ends, a passed one is never served") {
  World world;
  world.Taken_();
  REQUIRE(world.Do(Delivered{Carrier::kSampler, "T-1", true}, "2025-03-05T10:00:00+08:00").ok());
  SECTION("refused") {
    REQUIRE(world.Do(Received{false, "样品破损"}, "2025-03-05T15:00:00+08:00").ok());
    CHECK(world.state() == State::kRejected);
    CHECK(world.Do(Closed{}, "2025-03-06T15:00:00+08:00").ok());
  }
  SECTION("passed") {
    REQUIRE(world.Do(Received{true, ""}, "2025-03-05T15:00:00+08:00").ok());
    REQUIRE(
        world.Do(Reported{World::Report(FailureReason::kNone)}, "2025-03-17T16:00:00+08:00").ok());
    CHECK(world.sample.outcome == Outcome::kPassed);
    CHECK(ReasonOf(world.Do(Notified{"1", {}, {}}, "2025-03-18T10:00:00+08:00")) ==
          Reason::kSamplePassed);
    CHECK(world.Do(Published{}, "2025-03-18T10:00:00+08:00").ok());
    CHECK(world.Do(Closed{}, "2025-03-18T10:00:00+08:00").ok());
  }
}

TEST_CASE("re-inspection is refused with its article") {
  World world;
  const ReinspectionRequested request{"91410902MA1FL00001", "有异议"};
  SECTION("microbes") {
    world.Notified_(FailureReason::kMicrobe);
    const auto refused = world.Do(request, "2025-03-20T10:00:00+08:00");
    CHECK(ReasonOf(refused) == Reason::kReinspectionBarred);
    CHECK(Article(refused) == "第三十一条");
  }
  SECTION("late") {
    world.Notified_();
    CHECK(world.Do(request, "2025-03-27T23:59:59+08:00").ok());
  }
  SECTION("a day later") {
    world.Notified_();
    const auto refused = world.Do(request, "2025-03-28T00:00:00+08:00");
    CHECK(ReasonOf(refused) == Reason::kReinspectionLate);
    CHECK(Article(refused) == "第八十八条");
  }
  SECTION("backup past its shelf life") {
    world.Notified_();
    world.sample.product.shelf_life_end = Date(2025, 3, 19);
    CHECK(ReasonOf(world.Do(request, "2025-03-20T10:00:00+08:00")) ==
          Reason::kReinspectionBackupExpired);
  }
  SECTION("by a stranger") {
    world.Notified_();
    CHECK(ReasonOf(world.Do(ReinspectionRequested{"91410902MA1FL00009", "x"},
                            "2025-03-20T10:00:00+08:00")) == Reason::kNoSuchParty);
  }
  SECTION("twice") {
    world.Requested_();
    CHECK(ReasonOf(world.Do(request, "2025-03-20T11:00:00+08:00")) ==
          Reason::kReinspectionRequested);
  }
  SECTION("before the notice") {
    world.Reported_();
    CHECK(ReasonOf(world.Do(request, "2025-03-20T10:00:00+08:00")) == Reason::kSampleState);
  }
}

TEST_CASE("a declined laboratory makes room for the next of the order, and the last may not") {
  World world;
  world.Drawn_();
  CHECK(world.sample.reinspection->laboratory() == "lab-c");
  REQUIRE(world.Do(LaboratoryDeclined{"无能力"}, "2025-03-25T09:00:00+08:00").ok());
  CHECK(world.sample.reinspection->laboratory() == "lab-d");
  CHECK(ReasonOf(world.Do(LaboratoryDeclined{"无能力"}, "2025-03-25T09:30:00+08:00")) ==
        Reason::kReinspectionNoLaboratory);
}

TEST_CASE("a passed re-inspection overturns the failure") {
  World world;
  world.BackupReceived_();
  REQUIRE(world
              .Do(Reinspected{World::Report(FailureReason::kNone, "2025-04-03T11:00:00+08:00")},
                  "2025-04-03T15:00:00+08:00")
              .ok());
  CHECK(world.sample.outcome == Outcome::kOverturned);
  CHECK(world.sample.final_time.has_value());
  CHECK(ReasonOf(world.Do(DisposalStarted{}, "2025-04-04T15:00:00+08:00")) == Reason::kSampleState);
}

TEST_CASE("objections keep their windows and are handled once") {
  World world;
  world.Notified_();
  const ObjectionRaised method{ObjectionKind::kMethod, "91410902MA1FL00001", "方法不当"};
  CHECK(ReasonOf(world.Do(ObjectionRaised{ObjectionKind::kProcess, "91410902MA1FL00001", "x"},
                          "2025-03-20T10:00:00+08:00")) == Reason::kObjectionLate);
  REQUIRE(world.Do(method, "2025-03-20T10:00:00+08:00").ok());
  CHECK(world.state() == State::kObjection);
  CHECK(ReasonOf(world.Do(method, "2025-03-20T11:00:00+08:00")) == Reason::kObjectionPending);
  CHECK(ReasonOf(world.Do(ObjectionDecided{1, true, "x"}, "2025-03-20T11:00:00+08:00")) ==
        Reason::kObjectionUnknown);
  CHECK(ReasonOf(world.Do(ObjectionAccepted{2, true, ""}, "2025-03-20T11:00:00+08:00")) ==
        Reason::kObjectionUnknown);
  REQUIRE(world.Do(ObjectionAccepted{1, true, ""}, "2025-03-21T10:00:00+08:00").ok());
  SECTION("upheld") {
    REQUIRE(world.Do(ObjectionDecided{1, true, "方法不适用"}, "2025-04-02T10:00:00+08:00").ok());
    CHECK(world.sample.outcome == Outcome::kOverturned);
  }
  SECTION("rejected") {
    REQUIRE(world.Do(ObjectionDecided{1, false, "方法适用"}, "2025-04-02T10:00:00+08:00").ok());
    CHECK(world.state() == State::kNotified);
    CHECK(*LapsesAt(world.sample, ShippedRules()) == At("2025-04-02T10:00:00+08:00"));
  }
}

TEST_CASE("disposal runs from the notice on and ends after the final result") {
  World world;
  world.Notified_();
  REQUIRE(world.Do(DisposalStarted{}, "2025-03-19T10:00:00+08:00").ok());
  const DisposalFinished done{true, "原因", "recalls/1", "", "已处置"};
  const auto early = world.Do(done, "2025-03-21T10:00:00+08:00");
  CHECK(ReasonOf(early) == Reason::kDisposalNotFinal);
  CHECK_FALSE(Article(early).empty());
  CHECK(ReasonOf(world.Do(Published{}, "2025-03-21T10:00:00+08:00")) ==
        Reason::kPublicationBeforeFinal);
  REQUIRE(world.DoAt(Lapsed{}, *LapsesAt(world.sample, ShippedRules())).ok());
  DisposalFinished loose = done;
  loose.product_controlled = false;
  CHECK(ReasonOf(world.Do(loose, "2025-04-21T10:00:00+08:00")) == Reason::kDisposalIncomplete);
  const auto before = *Find(ClocksOf(world.sample, ShippedRules()), "S21");
  REQUIRE(world.Do(DisposalExtended{30, "复杂"}, "2025-04-21T10:00:00+08:00").ok());
  const auto after = *Find(ClocksOf(world.sample, ShippedRules()), "S21");
  CHECK(after.due.date >= before.due.date + 30);
  CHECK(world.Do(done, "2025-04-22T10:00:00+08:00").ok());
}

TEST_CASE("diligence is a seller's defence and needs all three conditions") {
  World world;
  world.Notified_();
  DiligenceExamined examined{Role::kSampledUnit, {true, true, false, {}, {}}};
  REQUIRE(world.Do(examined, "2025-03-20T10:00:00+08:00").ok());
  CHECK_FALSE(world.sample.parties[0].diligence->exempt());
  examined.diligence.source_stated = true;
  REQUIRE(world.Do(examined, "2025-03-21T10:00:00+08:00").ok());
  CHECK(world.sample.parties[0].diligence->exempt());
  CHECK(world.sample.parties[0].diligence->basis.article == "第一百三十六条");
  examined.role = Role::kProducer;
  CHECK(ReasonOf(world.Do(examined, "2025-03-21T10:00:00+08:00")) == Reason::kNoSuchParty);
}

TEST_CASE("monitoring samples are neither served nor published") {
  World world;
  world.Reported_();
  world.sample.planned.kind = Kind::kMonitoring;
  CHECK(ReasonOf(world.Do(Notified{"1", {}, {}}, "2025-03-18T10:00:00+08:00")) ==
        Reason::kSampleKindNotEnforced);
  CHECK(ReasonOf(world.Do(Published{}, "2025-03-18T10:00:00+08:00")) == Reason::kKindNotPublished);
  CHECK(world.Do(Closed{}, "2025-03-18T10:00:00+08:00").ok());
}

TEST_CASE("the laboratory is drawn among the qualified and independent") {
  const auto lab = [](const char* id) {
    Laboratory one;
    one.id = id;
    one.scopes = {"VETDRUG", "MICROBE"};
    one.reinspection = true;
    return one;
  };
  std::vector<Laboratory> known = {lab("a"), lab("b"), lab("c"), lab("d"), lab("e"), lab("f")};
  known[1].affiliates = {"a"};
  known[2].scopes = {"MICROBE"};
  known[3].suspended = true;
  const Date on(2025, 3, 24);
  const auto drawn = DrawLaboratory(known, known[0], {"e"}, {"VETDRUG"}, on, "seed");
  REQUIRE(drawn.candidates.size() == 1);
  CHECK(drawn.candidates[0].laboratory == "f");
  known[5].valid_to = Date(2025, 3, 23);
  CHECK(DrawLaboratory(known, known[0], {"e"}, {"VETDRUG"}, on, "seed").candidates.empty());
}

}  // namespace
}  // namespace shian::inspection::sampling
