#include <set>
#include <string>

#include "services/credit/rating/testing_world.h"
#include "shian/sanction/v1/changes_publicity.pb.h"

namespace shian::credit {
namespace {

using testing::kFirm;
using testing::kShop;
using testing::World;

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

TEST_CASE("a red list or an exposure board is no evidence, and changes no grade") {
  World world;
  world.Register(kFirm);
  const auto before = world.GradeOf(kFirm);
  for (const char* list : {"RED", "EXPOSURE", "LOCAL_BLACKLIST"}) {
    sanction::v1::ListingPublished published;
    published.set_operator_(kFirm);
    published.set_entry(absl::StrCat(kFirm, "/entries/", list));
    published.set_list(list);
    published.set_without_joint_effect(true);
    *published.mutable_publish_time() = ToProto(world.now);
    REQUIRE(
        world.React("sanction", "shian.sanction.listing.published", published.SerializeAsString())
            .ok());
  }
  REQUIRE(world.GradeOf(kFirm) == before);
  REQUIRE(world.Get(kFirm).evidence.empty());
}

TEST_CASE("a listing that was repaired and then annulled was never evidence") {
  World world;
  world.Register(kFirm);
  sanction::v1::ListingPublished published;
  published.set_operator_(kFirm);
  published.set_entry(absl::StrCat(kFirm, "/entries/1"));
  published.set_list(kTagSeriousList);
  *published.mutable_publish_time() = ToProto(world.now);
  REQUIRE(world.React("sanction", "shian.sanction.listing.published", published.SerializeAsString())
              .ok());
  const absl::Time listed = world.now;
  const auto end = [&](sanction::v1::EntryState how) {
    world.now += absl::Hours(24 * 400);
    sanction::v1::ListingEnded ended;
    ended.set_operator_(kFirm);
    ended.set_entry(published.entry());
    ended.set_how(how);
    *ended.mutable_end_time() = ToProto(world.now);
    REQUIRE(
        world.React("sanction", "shian.sanction.listing.ended", ended.SerializeAsString()).ok());
  };
  end(sanction::v1::ENTRY_STATE_REPAIRED);
  const absl::Time repaired = world.now;
  end(sanction::v1::ENTRY_STATE_ANNULLED);
  const Archive archive = world.Get(kFirm);
  REQUIRE(archive.evidence.size() == 1);
  const Evidence& evidence = archive.evidence[0];
  REQUIRE(evidence.ended->time == repaired);
  REQUIRE(evidence.annulled->time == world.now);
  // Whoever knows of it sees none on the day of the listing; what was known before shows it.
  REQUIRE(ViewAt(archive, archive.version, listed).evidence.empty());
  const View before = ViewAt(archive, VersionKnownAt(archive, repaired), listed);
  REQUIRE(before.evidence.size() == 1);
  REQUIRE(LastsAt(before.evidence[0], listed));
  REQUIRE(ToProto(archive.id, evidence, listed, archive.version).state() ==
          v1::EVIDENCE_STATE_ANNULLED);
}

TEST_CASE(
    "a recall duty that was not done in time lowers the grade, unless its ground falls away") {
  World world;
  world.Register(kFirm);
  trace::v1::RecallBreached breach;
  breach.set_recall("recalls/1");
  breach.set_operator_(kFirm);
  breach.set_duty(trace::v1::RECALL_DUTY_START);
  *breach.mutable_due_time() = ToProto(world.now - absl::Hours(1));
  breach.set_product("冷鲜猪肉");
  breach.mutable_deadline()->mutable_legal_basis()->set_statute("食品召回管理办法");
  breach.mutable_deadline()->mutable_legal_basis()->set_article("第十三条");
  const auto react = [&](const char* type, const std::string& payload) {
    REQUIRE(world.React("trace", type, payload).ok());
  };
  react("shian.trace.recall.breached", breach.SerializeAsString());
  const Archive archive = world.Get(kFirm);
  REQUIRE(archive.evidence.size() == 1);
  REQUIRE(archive.evidence[0].kind == EvidenceKind::kRecallBreach);
  REQUIRE(archive.evidence[0].time == world.now - absl::Hours(1));
  REQUIRE(archive.evidence[0].basis.article == "第十三条");
  REQUIRE(HasTag(archive.evidence[0], "START"));
  REQUIRE(world.GradeOf(kFirm) == policy::v1::RISK_GRADE_C);
  trace::v1::RecallWithdrawn withdrawn;
  withdrawn.mutable_recall()->set_name("recalls/1");
  react("shian.trace.recall.withdrawn", withdrawn.SerializeAsString());
  REQUIRE(world.GradeOf(kFirm) == policy::v1::RISK_GRADE_B);
}

TEST_CASE("the tags that the shipped policy asks for are tags that evidence has") {
  World world;
  std::set<std::string> known = {kTagHeavierPenalty, kTagSeriousList};
  for (int kind = sanction::v1::PenaltyKind_MIN; kind <= sanction::v1::PenaltyKind_MAX; ++kind) {
    const std::string name =
        sanction::v1::PenaltyKind_Name(static_cast<sanction::v1::PenaltyKind>(kind));
    known.insert(name.substr(std::string("PENALTY_KIND_").size()));
  }
  int asked = 0;
  REQUIRE(world.store
              .Read([&](store::ReadTx& tx) {
                const auto rules = world.rules.InForce(tx, kRatingPolicy, ToDate(world.now));
                REQUIRE(rules.ok());
                for (const Adjustment& rule : (*rules)->adjustments) {
                  for (const auto* tags : {&rule.requires_all, &rule.requires_any}) {
                    for (const std::string& tag : *tags) {
                      INFO(rule.event << " " << tag);
                      REQUIRE(known.contains(tag));
                      ++asked;
                    }
                  }
                }
                return absl::OkStatus();
              })
              .ok());
  REQUIRE(asked > 0);
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

TEST_CASE("a penalty that was repaired, or is public no more, is used no more") {
  for (const auto how :
       {sanction::v1::PUBLICITY_STATE_REPAIRED, sanction::v1::PUBLICITY_STATE_EXPIRED}) {
    World world;
    world.Register(kFirm);
    sanction::v1::PenaltyDecided penalty;
    penalty.set_operator_(kFirm);
    penalty.set_case_(absl::StrCat(kFirm, "/cases/1"));
    penalty.add_kinds(sanction::v1::PENALTY_KIND_FINE);
    penalty.set_heavier(true);
    *penalty.mutable_serve_time() = ToProto(world.now);
    REQUIRE(world.React("sanction", "shian.sanction.penalty.decided", penalty.SerializeAsString())
                .ok());
    REQUIRE(world.GradeOf(kFirm) == policy::v1::RISK_GRADE_D);
    const absl::Time before = world.now;
    world.now += absl::Hours(24 * 30);
    sanction::v1::PenaltyPublicityEnded ended;
    ended.set_operator_(kFirm);
    ended.set_case_(penalty.case_());
    ended.set_how(how);
    *ended.mutable_end_time() = ToProto(world.now);
    const auto tell = [&] {
      return world.React("sanction", "shian.sanction.penalty.publicity_ended",
                         ended.SerializeAsString());
    };
    REQUIRE(tell().ok());
    REQUIRE(world.GradeOf(kFirm) == policy::v1::RISK_GRADE_B);
    const Archive archive = world.Get(kFirm);
    REQUIRE(archive.evidence.size() == 1);
    const v1::Evidence shown = ToProto(archive.id, archive.evidence[0], world.now, archive.version);
    REQUIRE(shown.state() == v1::EVIDENCE_STATE_ENDED);
    REQUIRE_FALSE(shown.public_());
    // The past stays as it was.
    REQUIRE(ToProto(archive.id, archive.evidence[0], before, archive.version).public_());
    // Told again it changes nothing.
    REQUIRE(tell().ok());
    REQUIRE(world.Get(kFirm).version == archive.version);
  }
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

TEST_CASE("a policy is tried on the past of a division") {
  World world;
  world.Register(kFirm);
  world.Check("checks/1", Date(2024, 1, 1), 3);
  world.Check("checks/2", Date(2024, 6, 1), 1);
  v1::EvaluatePolicyResponse out;
  EvaluateRequest in;
  in.policy = "rating.example-points";
  in.region = "410902";
  REQUIRE(Evaluate(*world.store, world.rules, in, &out).ok());
  REQUIRE(out.operators() == 1);
  REQUIRE(out.visits() == 2);
  REQUIRE(out.bands(3).critical() == 1);
  REQUIRE(out.bands(3).critical_ppm() == 1'000'000);
  in.policy = "rating.none";
  REQUIRE(errors::ReasonOf(Evaluate(*world.store, world.rules, in, &out)) ==
          errors::Reason::kNotFound);
}

}  // namespace
}  // namespace shian::credit
