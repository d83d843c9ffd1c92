#include "services/credit/rating/reactions.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "embedded/credit_schema.h"
#include "embedded/policy_schema.h"
#include "libs/errors/errors.h"
#include "libs/ledger/log_reader.h"
#include "libs/policy/testing.h"
#include "libs/store/testing.h"
#include "services/credit/archive/convert.h"
#include "services/credit/archive/store.h"
#include "services/credit/rating/service.h"
#include "services/credit/rating/store.h"
#include "services/credit/rating/testing.h"

namespace shian::credit {
namespace {

using testing::At;

constexpr char kFirm[] = "operators/91410902MA3X4Y5Z8K";
constexpr char kShop[] = "operators/shop-1";

// The credit service without the wire: changes come in, every write runs twice, under the policies
// that the suite ships.
struct World {
  absl::Time now = At(2025, 3, 3);
  store::TemporaryStore store{
      store::Schema(1).Add("credit", kMigrations).Add("policy", policy::kMigrations)};
  policy::Policies policies;
  RulesSource rules{policies};
  std::map<std::string, ledger::Reactions> reactions = RatingReactions(rules);
  int64_t sequence = 0;

  explicit World(bool with_policies = true) {
    if (with_policies) REQUIRE(policy::ActivateFolder(*store, now).ok());
  }

  absl::Status React(const std::string& peer, const std::string& type, const std::string& payload) {
    ledger::ReceivedChange change;
    change.id = absl::StrCat("shian.", peer, "/410902/facts/1/", ++sequence);
    change.origin = absl::StrCat("shian.", peer, "/410902");
    change.type = type;
    change.region = "410902";
    change.time = now;
    change.payload = payload;
    return store
        .Write(now,
               [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                 const absl::Status done = reactions.at(peer).at(type)(tx, change);
                 if (!done.ok()) return done;
                 return std::string();
               })
        .status();
  }

  void Register(const char* name, const char* category = "0401",
                registry::v1::OperatorKind kind = registry::v1::OPERATOR_KIND_FOOD_PRODUCER) {
    registry::v1::OperatorChanged fact;
    registry::v1::Operator* op = fact.mutable_operator_();
    op->set_name(name);
    op->set_region("410902");
    op->set_kind(kind);
    op->set_floor_area_m2(180);
    if (*category != '\0') op->add_food_categories(category);
    registry::v1::Licence* licence = op->add_licences();
    licence->set_number("SC10441090200001");
    *licence->mutable_valid_from() = ToProto(Date(2021, 5, 1));
    REQUIRE(React("registry", "shian.registry.operator.registered", fact.SerializeAsString()).ok());
  }

  void Check(const std::string& id, Date day, int key_failed,
             inspection::v1::CheckResult result = inspection::v1::CHECK_RESULT_CONFORMING) {
    inspection::v1::CheckRecorded fact;
    fact.set_check(id);
    fact.set_operator_(kFirm);
    fact.set_region("410902");
    *fact.mutable_date() = ToProto(day);
    fact.set_kind(inspection::v1::CHECK_KIND_ROUTINE);
    fact.set_result(result);
    fact.mutable_counts()->set_key_items(10);
    fact.mutable_counts()->set_key_failed(key_failed);
    fact.mutable_counts()->set_general_items(20);
    REQUIRE(React("inspection", "shian.inspection.check.recorded", fact.SerializeAsString()).ok());
  }

  void Finalise(inspection::v1::SampleOutcome outcome,
                inspection::v1::SampleKind kind = inspection::v1::SAMPLE_KIND_SUPERVISION,
                bool shop_exempt = true) {
    inspection::v1::SampleFinalised fact;
    fact.set_sample("samples/7");
    fact.set_operator_(kShop);
    fact.set_outcome(outcome);
    fact.set_kind(kind);
    fact.set_authority_level(policy::v1::REGION_LEVEL_PROVINCE);
    fact.set_product_name("冷鲜猪肉");
    *fact.mutable_final_time() = ToProto(now);
    inspection::v1::ResponsibleParty* shop = fact.add_responsible_parties();
    shop->set_operator_(kShop);
    shop->mutable_due_diligence()->set_exempt(shop_exempt);
    fact.add_responsible_parties()->set_operator_(kFirm);
    REQUIRE(
        React("inspection", "shian.inspection.sample.finalised", fact.SerializeAsString()).ok());
  }

  Archive Get(const char* name) {
    Archive archive;
    REQUIRE(store
                .Read([&](store::ReadTx& tx) {
                  auto found = FindArchive(tx, *OperatorIdOf(name));
                  REQUIRE(found.ok());
                  if (*found) archive = **found;
                  return absl::OkStatus();
                })
                .ok());
    return archive;
  }

  v1::ExplainRatingResponse Explain(const char* name) {
    v1::ExplainRatingResponse out;
    REQUIRE(store
                .Read([&](store::ReadTx& tx) {
                  return Rate(tx, rules, *FindArchive(tx, *OperatorIdOf(name)).value(), now, now,
                              out.mutable_rating(), &out);
                })
                .ok());
    return out;
  }

  policy::v1::RiskGrade GradeOf(const char* name) {
    return Explain(name).rating().determined().grade();
  }

  std::vector<ledger::FeedEntry> Facts() {
    std::vector<ledger::FeedEntry> facts;
    REQUIRE(store
                .Read([&](store::ReadTx& tx) {
                  auto batch = ledger::ReadFeed(tx, {.type_prefixes = {"shian.credit."}});
                  REQUIRE(batch.ok());
                  facts = batch->entries;
                  return absl::OkStatus();
                })
                .ok());
    return facts;
  }
};

TEST_CASE("a final failed sample lowers the producer's grade and spares the careful seller") {
  World world;
  world.Register(kFirm);
  world.Register(kShop, "", registry::v1::OPERATOR_KIND_FOOD_SELLER);
  world.Check("checks/1", Date(2025, 2, 1), 0);
  world.Finalise(inspection::v1::SAMPLE_OUTCOME_FAILED);
  REQUIRE(world.GradeOf(kFirm) == policy::v1::RISK_GRADE_C);
  REQUIRE(world.Get(kShop).evidence.empty());

  const v1::ExplainRatingResponse explained = world.Explain(kFirm);
  const v1::Contribution* reason = nullptr;
  for (const auto& one : explained.rating().determined().assessment().contributions()) {
    if (one.steps() == 1) reason = &one;
  }
  REQUIRE(reason != nullptr);
  REQUIRE(reason->rule() == "sample_failed_national_or_provincial");
  REQUIRE(reason->evidence().find("/evidence/") != std::string::npos);
  REQUIRE_FALSE(reason->legal_basis().article().empty());
  REQUIRE_FALSE(reason->way_back_zh().empty());
  REQUIRE(explained.ways_back_size() > 0);
  REQUIRE_FALSE(explained.text_zh().empty());

  const auto facts = world.Facts();
  REQUIRE(facts.size() == 1);
  v1::GradeDetermined fact;
  REQUIRE(fact.ParseFromString(facts[0].change.payload));
  REQUIRE(fact.operator_() == kFirm);
  REQUIRE(fact.grade() == policy::v1::RISK_GRADE_C);
  REQUIRE(facts[0].change.cause ==
          absl::StrCat("shian.inspection/410902/facts/1/", world.sequence));
}

TEST_CASE("a sample that can be contested is shown and weighs nothing") {
  World world;
  world.Register(kFirm);
  inspection::v1::SampleNotified fact;
  fact.set_sample("samples/7");
  fact.set_operator_(kFirm);
  *fact.mutable_notice_time() = ToProto(world.now);
  REQUIRE(
      world.React("inspection", "shian.inspection.sample.notified", fact.SerializeAsString()).ok());
  REQUIRE(world.Get(kFirm).evidence.size() == 1);
  REQUIRE(world.Facts().empty());
  // The re-inspection overturns it.
  world.Finalise(inspection::v1::SAMPLE_OUTCOME_OVERTURNED);
  REQUIRE(world.Get(kFirm).evidence[0].annulled.has_value());
  REQUIRE(world.Facts().empty());
}

TEST_CASE("monitoring samples say nothing of a firm") {
  World world;
  world.Register(kFirm);
  world.Finalise(inspection::v1::SAMPLE_OUTCOME_FAILED, inspection::v1::SAMPLE_KIND_MONITORING);
  REQUIRE(world.Get(kFirm).evidence.empty());
}

TEST_CASE("an overturned result gives the grade back") {
  World world;
  world.Register(kFirm);
  world.Finalise(inspection::v1::SAMPLE_OUTCOME_FAILED);
  REQUIRE(world.GradeOf(kFirm) == policy::v1::RISK_GRADE_C);
  world.now += absl::Hours(48);
  world.Finalise(inspection::v1::SAMPLE_OUTCOME_OVERTURNED);
  REQUIRE(world.GradeOf(kFirm) == policy::v1::RISK_GRADE_B);
}

TEST_CASE("a listing means D until it ends") {
  World world;
  world.Register(kFirm);
  sanction::v1::ListingPublished published;
  published.set_operator_(kFirm);
  published.set_entry(absl::StrCat(kFirm, "/entries/1"));
  published.set_list(kTagSeriousList);
  *published.mutable_publish_time() = ToProto(world.now);
  REQUIRE(world.React("sanction", "shian.sanction.listing.published", published.SerializeAsString())
              .ok());
  REQUIRE(world.GradeOf(kFirm) == policy::v1::RISK_GRADE_D);
  world.now += absl::Hours(24 * 400);
  sanction::v1::ListingEnded ended;
  ended.set_operator_(kFirm);
  ended.set_entry(published.entry());
  ended.set_how(sanction::v1::ENTRY_STATE_REPAIRED);
  *ended.mutable_end_time() = ToProto(world.now);
  REQUIRE(world.React("sanction", "shian.sanction.listing.ended", ended.SerializeAsString()).ok());
  REQUIRE(world.GradeOf(kFirm) == policy::v1::RISK_GRADE_B);
}

TEST_CASE("a heavier penalty counts, a warning does not, and an annulled one is gone") {
  World world;
  world.Register(kFirm);
  sanction::v1::PenaltyDecided penalty;
  penalty.set_operator_(kFirm);
  penalty.set_case_(absl::StrCat(kFirm, "/cases/1"));
  penalty.add_kinds(sanction::v1::PENALTY_KIND_WARNING);
  *penalty.mutable_serve_time() = ToProto(world.now);
  const auto decide = [&] {
    REQUIRE(world.React("sanction", "shian.sanction.penalty.decided", penalty.SerializeAsString())
                .ok());
  };
  decide();
  REQUIRE(world.Facts().empty());
  penalty.set_case_(absl::StrCat(kFirm, "/cases/2"));
  penalty.add_kinds(sanction::v1::PENALTY_KIND_FINE);
  penalty.set_heavier(true);
  decide();
  REQUIRE(world.GradeOf(kFirm) == policy::v1::RISK_GRADE_D);
  sanction::v1::PenaltyAnnulled annulled;
  annulled.set_operator_(kFirm);
  annulled.set_case_(penalty.case_());
  *annulled.mutable_annul_time() = ToProto(world.now);
  REQUIRE(world.React("sanction", "shian.sanction.penalty.annulled", annulled.SerializeAsString())
              .ok());
  REQUIRE(world.GradeOf(kFirm) == policy::v1::RISK_GRADE_B);
}

TEST_CASE("evidence may come before the operator itself") {
  World world;
  world.Finalise(inspection::v1::SAMPLE_OUTCOME_FAILED);
  REQUIRE(world.Facts().empty());  // nothing to count from
  world.Register(kFirm);
  REQUIRE(world.GradeOf(kFirm) == policy::v1::RISK_GRADE_C);
}

TEST_CASE("a corrected visit replaces what it said before; an obstructed one is an event") {
  World world;
  world.Register(kFirm);
  world.Check("checks/1", Date(2025, 2, 1), 3);
  world.Check("checks/1", Date(2025, 2, 1), 0);
  const Archive archive = world.Get(kFirm);
  REQUIRE(archive.evidence[0].annulled.has_value());
  REQUIRE(archive.evidence[1].findings.key_failed == 0);
  world.Check("checks/2", Date(2025, 3, 1), 0, inspection::v1::CHECK_RESULT_OBSTRUCTED);
  REQUIRE(world.GradeOf(kFirm) == policy::v1::RISK_GRADE_D);
}

TEST_CASE("an erased operator is gone from archive, ratings and logs") {
  World world;
  world.Register(kFirm);
  world.Finalise(inspection::v1::SAMPLE_OUTCOME_FAILED);
  registry::v1::OperatorErased fact;
  fact.set_name(kFirm);
  REQUIRE(world.React("registry", "shian.registry.operator.erased", fact.SerializeAsString()).ok());
  const Archive archive = world.Get(kFirm);
  REQUIRE(archive.erased);
  REQUIRE(archive.evidence.empty());
  REQUIRE(archive.subjects.empty());
  REQUIRE(world.Facts()[0].erased);
  world.Check("checks/9", Date(2025, 3, 1), 3);  // nothing is filed about it any more
  REQUIRE(world.Get(kFirm).evidence.empty());
  REQUIRE(world.store
              .Read([&](store::ReadTx& tx) {
                REQUIRE(ListDeterminations(tx, *OperatorIdOf(kFirm), world.now, 0, 10)->empty());
                return absl::OkStatus();
              })
              .ok());
}

TEST_CASE("every determination replays to the bit from the store") {
  World world;
  world.Register(kFirm);
  world.Finalise(inspection::v1::SAMPLE_OUTCOME_FAILED);
  world.now += absl::Hours(1);
  world.Finalise(inspection::v1::SAMPLE_OUTCOME_OVERTURNED);
  world.Check("checks/1", Date(2025, 3, 1), 5);
  const Archive archive = world.Get(kFirm);
  for (int64_t number : {1, 2}) {
    v1::ReplayRatingResponse out;
    REQUIRE(world.store
                .Read([&](store::ReadTx& tx) {
                  return ReplayOne(tx, world.rules, archive, number, &out);
                })
                .ok());
    REQUIRE(out.identical());
  }
  v1::ReplayRatingResponse none;
  REQUIRE(errors::ReasonOf(world.store.Read([&](store::ReadTx& tx) {
            return ReplayOne(tx, world.rules, archive, 3, &none);
          })) == errors::Reason::kNotFound);
}

TEST_CASE("without a policy in force evidence is filed and nothing determined") {
  World world(false);
  world.Register(kFirm);
  world.Finalise(inspection::v1::SAMPLE_OUTCOME_FAILED);
  REQUIRE(world.Get(kFirm).evidence.size() == 1);
  REQUIRE(world.Facts().empty());
}

// ---- Yearly runs -----------------------------------------------------------------------------

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

TEST_CASE("a policy is tried on the past of a division") {
  World world;
  world.Register(kFirm);
  world.Check("checks/1", Date(2024, 1, 1), 3);
  world.Check("checks/2", Date(2024, 6, 1), 1);
  v1::EvaluatePolicyResponse out;
  REQUIRE(world.store
              .Read([&](store::ReadTx& tx) {
                return Evaluate(tx, world.rules,
                                {"rating.example-points", "", "410902", std::nullopt, false}, &out);
              })
              .ok());
  REQUIRE(out.operators() == 1);
  REQUIRE(out.visits() == 2);
  REQUIRE(out.bands(3).critical() == 1);
  REQUIRE(out.bands(3).critical_ppm() == 1'000'000);
  REQUIRE(
      errors::ReasonOf(world.store.Read([&](store::ReadTx& tx) {
        return Evaluate(tx, world.rules, {"rating.none", "", "410902", std::nullopt, false}, &out);
      })) == errors::Reason::kNotFound);
}

}  // namespace
}  // namespace shian::credit
