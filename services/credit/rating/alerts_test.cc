// Alerts of trace: shown, and no grade, point or event comes of them.
#include <string>

#include "services/credit/archive/limits.h"
#include "services/credit/rating/testing_world.h"
#include "shian/inspection/v1/trace_alert_changes.pb.h"
#include "shian/trace/v1/balance_changes.pb.h"
#include "shian/trace/v1/cold_changes.pb.h"

namespace shian::credit {
namespace {

using testing::kFirm;
using testing::kShop;
using testing::World;

constexpr char kName[] = "excursions/e1";

std::string Excursion(const World& world, const std::string& name, const std::string& op = kFirm) {
  trace::v1::ColdExcursionFound fact;
  fact.mutable_excursion()->set_name(name);
  fact.mutable_excursion()->set_operator_(op);
  fact.mutable_excursion()->mutable_excursion()->set_device("张三的车");
  *fact.mutable_excursion()->mutable_excursion()->mutable_begin_time() =
      ToProto(world.now - absl::Hours(5));
  return fact.SerializeAsString();  // that it was withdrawn has the same shape
}

std::string Imbalance(const World& world, const std::string& name,
                      trace::v1::BalanceVerdict verdict) {
  trace::v1::ImbalanceFound fact;
  fact.mutable_imbalance()->set_name(name);
  fact.mutable_imbalance()->set_operator_(kFirm);
  fact.mutable_imbalance()->set_verdict(verdict);
  *fact.mutable_imbalance()->mutable_event_time() = ToProto(world.now - absl::Hours(2));
  return fact.SerializeAsString();
}

void Found(World& world, const std::string& payload) {
  REQUIRE(world.React("trace", "shian.trace.cold.excursion", payload).ok());
}

void Withdrawn(World& world, const std::string& payload) {
  REQUIRE(world.React("trace", "shian.trace.cold.excursion_withdrawn", payload).ok());
}

void Settled(World& world, inspection::v1::TraceAlertFinding finding) {
  inspection::v1::TraceAlertSettled fact;
  fact.set_alert(kName);
  fact.set_kind(inspection::v1::TRACE_ALERT_KIND_COLD_EXCURSION);
  fact.set_operator_(kFirm);
  *fact.mutable_occur_time() = ToProto(world.now - absl::Hours(5));
  fact.set_finding(finding);
  *fact.mutable_settle_time() = ToProto(world.now);
  REQUIRE(
      world.React("inspection", "shian.inspection.trace_alert.settled", fact.SerializeAsString())
          .ok());
}

v1::Evidence Shown(World& world, size_t index = 0) {
  const Archive archive = world.Get(kFirm);
  REQUIRE(archive.evidence.size() > index);
  return ToProto(archive.id, archive.evidence[index], world.now, archive.version);
}

// What the policy gives, without versions of the archive and numbers of evidence.
std::string GradesOf(World& world) {
  v1::Rating rating = world.Explain(kFirm).rating();
  rating.clear_etag();
  rating.mutable_indicative()->clear_archive_version();
  rating.mutable_indicative()->clear_evidence_digest();
  for (auto& one : *rating.mutable_indicative()->mutable_contributions()) one.clear_evidence();
  return rating.DebugString();
}

TEST_CASE("an alert is shown, is not public and names nobody") {
  World world;
  world.Register(kFirm);
  Found(world, Excursion(world, kName));
  REQUIRE(world
              .React("trace", "shian.trace.balance.alerted",
                     Imbalance(world, "imbalances/b1", trace::v1::BALANCE_VERDICT_OVER))
              .ok());
  REQUIRE(world
              .React("trace", "shian.trace.balance.alerted",
                     Imbalance(world, "imbalances/b2", trace::v1::BALANCE_VERDICT_SHORT))
              .ok());
  const char* tags[] = {"COLD_EXCURSION", "MASS_BALANCE_OVER", "MASS_BALANCE_SHORT"};
  for (size_t i = 0; i < std::size(tags); ++i) {
    const v1::Evidence shown = Shown(world, i);
    REQUIRE(shown.kind() == v1::EVIDENCE_KIND_TRACE_ALERT);
    REQUIRE(shown.state() == v1::EVIDENCE_STATE_IN_FORCE);
    REQUIRE_FALSE(shown.public_());
    REQUIRE(shown.tags_size() == 1);
    REQUIRE(shown.tags(0) == tags[i]);
    REQUIRE(shown.summary().find("张三") == std::string::npos);
  }
  REQUIRE(Shown(world).source() == kName);
  REQUIRE(FromProto(Shown(world).time()) == world.now - absl::Hours(5));
  REQUIRE(Shown(world).summary() == "追溯预警（线索，不计分）：冷链温度偏离，2025-03-02");
  REQUIRE(world.Facts().empty());
}

TEST_CASE("grades are the same with alerts and without, at once and later, and replay to the bit") {
  World plain, alerted;
  for (World* world : {&plain, &alerted}) {
    const bool with = world == &alerted;
    if (with) Found(*world, Excursion(*world, "excursions/before"));
    world->Register(kFirm);
    world->Register(kShop, "", registry::v1::OPERATOR_KIND_FOOD_SELLER);
    // Three clean years count: a violation of this year would take that away.
    for (int year : {2022, 2023, 2024}) {
      world->Check(absl::StrCat("checks/", year), Date(year, 6, 1), 0);
    }
    if (with) {
      Found(*world, Excursion(*world, kName));
      Found(*world, Excursion(*world, ""));
    }
    world->now += absl::Hours(1);
  }
  REQUIRE(plain.Facts().empty());
  REQUIRE(alerted.Facts().empty());
  REQUIRE(GradesOf(plain).find("clean_years") != std::string::npos);
  REQUIRE(GradesOf(alerted) == GradesOf(plain));
  for (World* world : {&plain, &alerted}) {
    world->Finalise(inspection::v1::SAMPLE_OUTCOME_FAILED);
    world->now += absl::Hours(1);
  }
  REQUIRE(alerted.GradeOf(kFirm) == plain.GradeOf(kFirm));
  REQUIRE(alerted.Facts().size() == plain.Facts().size());
  const auto grade = alerted.GradeOf(kFirm);
  Settled(alerted, inspection::v1::TRACE_ALERT_FINDING_FOUNDED);
  Withdrawn(alerted, Excursion(alerted, "excursions/before"));
  REQUIRE(alerted.GradeOf(kFirm) == grade);
  REQUIRE(alerted.Facts().size() == plain.Facts().size());
  const Archive archive = alerted.Get(kFirm);
  v1::ReplayRatingResponse out;
  REQUIRE(
      alerted.store
          .Read([&](store::ReadTx& tx) { return ReplayOne(tx, alerted.rules, archive, 1, &out); })
          .ok());
  REQUIRE(out.identical());
}

TEST_CASE("no rule can name an alert, and no view that a grade rests on holds one") {
  Evidence alert;
  alert.kind = EvidenceKind::kTraceAlert;
  alert.tags = {"COLD_EXCURSION"};
  REQUIRE(EventsOf(alert).empty());
  World world;
  world.Register(kFirm);
  Found(world, Excursion(world, kName));
  world.Check("checks/1", Date(2025, 2, 1), 0);
  const Archive archive = world.Get(kFirm);
  REQUIRE(archive.evidence.size() == 2);
  const View view = ViewAt(archive, archive.version, world.now);
  REQUIRE(view.evidence.size() == 1);
  REQUIRE(view.evidence[0].kind == EvidenceKind::kCheck);
}

TEST_CASE("a flood of alerts keeps out nothing that counts") {
  World world;
  world.Register(kFirm);
  const int flood = limits::kAlertsShownMax + 5;
  Evidence alert;
  alert.kind = EvidenceKind::kTraceAlert;
  alert.time = world.now;
  const auto filed =
      world.store.Write(world.now, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
        for (int i = 0; i < flood; ++i) {
          alert.source = absl::StrCat("excursions/", i);
          const auto done = FileEvidence(tx, *OperatorIdOf(kFirm), "410902", alert);
          if (!done.ok()) return done.status();
        }
        return std::string();
      });
  REQUIRE(filed.ok());
  world.Finalise(inspection::v1::SAMPLE_OUTCOME_FAILED);
  REQUIRE(world.GradeOf(kFirm) == policy::v1::RISK_GRADE_C);
  const Archive archive = world.Get(kFirm);
  REQUIRE(archive.evidence.size() == static_cast<size_t>(limits::kAlertsShownMax) + 1);
  REQUIRE(archive.evidence.front().source == "excursions/5");
  REQUIRE(archive.evidence[archive.evidence.size() - 2].source ==
          absl::StrCat("excursions/", flood - 1));
  REQUIRE(archive.evidence.back().kind == EvidenceKind::kSampleFailed);
}

TEST_CASE("an alert ends when somebody looked into it, and is set aside when it is not so") {
  const struct {
    inspection::v1::TraceAlertFinding finding;
    v1::EvidenceState state;
  } cases[] = {{inspection::v1::TRACE_ALERT_FINDING_UNFOUNDED, v1::EVIDENCE_STATE_ANNULLED},
               {inspection::v1::TRACE_ALERT_FINDING_EXPLAINED, v1::EVIDENCE_STATE_ENDED},
               {inspection::v1::TRACE_ALERT_FINDING_FOUNDED, v1::EVIDENCE_STATE_ENDED},
               {inspection::v1::TRACE_ALERT_FINDING_CHECKED, v1::EVIDENCE_STATE_ENDED}};
  for (const auto& one : cases) {
    // The two feeds come in either order.
    for (const bool settled_first : {false, true}) {
      INFO(one.finding << " " << settled_first);
      World world;
      world.Register(kFirm);
      const std::string found = Excursion(world, kName);
      if (settled_first) Settled(world, one.finding);
      Found(world, found);
      if (!settled_first) Settled(world, one.finding);
      REQUIRE(world.Get(kFirm).evidence.size() == 1);
      REQUIRE(Shown(world).state() == one.state);
      REQUIRE(Shown(world).tags(0) == "COLD_EXCURSION");
      // Told again it changes nothing.
      const int64_t version = world.Get(kFirm).version;
      Found(world, found);
      Settled(world, one.finding);
      REQUIRE(world.Get(kFirm).version == version);
      // What trace takes back afterwards was never evidence.
      Withdrawn(world, found);
      REQUIRE(Shown(world).state() == v1::EVIDENCE_STATE_ANNULLED);
      REQUIRE(world.Facts().empty());
    }
  }
}

TEST_CASE("a withdrawal sets the alert of that name aside, and no other") {
  World world;
  world.Register(kFirm);
  Found(world, Excursion(world, kName));
  Found(world, Excursion(world, "excursions/e2"));
  Found(world, Excursion(world, ""));
  Found(world, Excursion(world, "excursions/e3", ""));  // of nobody
  REQUIRE(world.Get(kFirm).evidence.size() == 3);
  const std::string source = world.Get(kFirm).evidence[2].source;
  REQUIRE(source == world.Get(kFirm).evidence[2].cause);
  Withdrawn(world, Excursion(world, ""));
  Withdrawn(world, Excursion(world, "excursions/unheard-of"));
  const int64_t version = world.Get(kFirm).version;
  Withdrawn(world, Excursion(world, kName));
  REQUIRE(Shown(world, 0).state() == v1::EVIDENCE_STATE_ANNULLED);
  REQUIRE(Shown(world, 1).state() == v1::EVIDENCE_STATE_IN_FORCE);
  REQUIRE(Shown(world, 2).state() == v1::EVIDENCE_STATE_IN_FORCE);
  REQUIRE(world.Get(kFirm).version == version + 1);
}

}  // namespace
}  // namespace shian::credit
