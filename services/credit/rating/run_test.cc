#include "services/credit/rating/testing_world.h"

namespace shian::credit {
namespace {

using testing::World;

struct Year : World {
  absl::StatusOr<v1::RatingRun> Propose(int count) {
    return Run([&](store::WriteTx& tx) {
      return RateBatch(tx, rules, {"410902", 2025, count}, {"handler-1", "410902-market", "H1"});
    });
  }
  absl::StatusOr<v1::RatingRun> Approve(int count) {
    return Run([&](store::WriteTx& tx) -> absl::StatusOr<v1::ApproveRatingsResponse> {
      auto run = FindRun(tx, "410902-2025");
      if (!run.ok()) return run.status();
      return ApproveBatch(tx, rules, **run, {"head-1", "410902-market", "H2"}, count);
    });
  }

 private:
  template <class Fn>
  absl::StatusOr<v1::RatingRun> Run(Fn fn) {
    v1::RatingRun run;
    const auto reply = store.Write(now, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      auto out = fn(tx);
      if (!out.ok()) return out.status();
      return out->run().SerializeAsString();
    });
    if (!reply.ok()) return reply.status();
    REQUIRE(run.ParseFromString(*reply));
    return run;
  }
};

TEST_CASE("a yearly determination is computed, approved and determined in batches") {
  Year world;
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) names.push_back(absl::StrCat("operators/firm-", i));
  for (const std::string& name : names) world.Register(name.c_str());
  world.Register("operators/pharmacy", "", registry::v1::OPERATOR_KIND_DRUG_SELLER);
  for (int i = 0; i < 4; ++i) {  // the fifth firm was never visited
    inspection::v1::CheckRecorded fact;
    fact.set_check(absl::StrCat("checks/", i));
    fact.set_operator_(names[i]);
    *fact.mutable_date() = ToProto(Date(2024, 9, 1));
    fact.set_kind(inspection::v1::CHECK_KIND_ROUTINE);
    fact.mutable_counts()->set_key_items(10);
    fact.mutable_counts()->set_key_failed(i * 3);
    REQUIRE(world.React("inspection", "shian.inspection.check.recorded", fact.SerializeAsString())
                .ok());
  }
  REQUIRE(world.Propose(4)->state() == v1::RATING_RUN_STATE_COMPUTING);
  REQUIRE(errors::ReasonOf(world.Approve(4).status()) == errors::Reason::kRatingRunNotProposed);
  const auto proposed = world.Propose(4);
  REQUIRE(proposed->state() == v1::RATING_RUN_STATE_PROPOSED);
  REQUIRE(proposed->operators() == 6);
  REQUIRE(world.Facts().empty());

  REQUIRE(world.Approve(3)->state() == v1::RATING_RUN_STATE_APPROVED);
  REQUIRE(errors::ReasonOf(world.Propose(4).status()) == errors::Reason::kRatingRunClosed);
  const auto done = world.Approve(3);
  REQUIRE(done->state() == v1::RATING_RUN_STATE_DONE);
  REQUIRE(done->determined() == 4);
  REQUIRE(world.Facts().size() == 4);
  REQUIRE(world.GradeOf("operators/firm-0") == policy::v1::RISK_GRADE_B);
  REQUIRE(world.GradeOf("operators/firm-3") == policy::v1::RISK_GRADE_D);
  REQUIRE_FALSE(world.Explain("operators/firm-4").rating().has_determined());
  REQUIRE_FALSE(world.Explain("operators/pharmacy").rating().has_determined());
  const auto determined = world.Explain("operators/firm-0").rating().determined();
  REQUIRE(determined.approvers_size() == 2);
  REQUIRE(determined.rating_run() == "ratingRuns/410902-2025");
}

TEST_CASE("a proposed run that is computed again starts anew") {
  Year world;
  world.Register("operators/firm-0");
  REQUIRE(world.Propose(500)->operators() == 1);
  world.Register("operators/firm-1");
  const auto again = world.Propose(500);
  REQUIRE(again->operators() == 2);
  REQUIRE(again->counts_size() == 1);
}

}  // namespace
}  // namespace shian::credit
