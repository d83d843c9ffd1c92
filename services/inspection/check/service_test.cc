#include <catch2/catch.hpp>
#include <string>

#include "services/inspection/service_testing.h"
#include "shian/sanction/v1/changes.pb.h"

namespace shian::inspection {
namespace {

TEST_CASE("imports judge every row, change nothing twice, and grades set how often to visit") {
  World world;
  using Checks = v1::CheckService;
  auto ctl = world.StubAs<Checks>("ctl");
  const auto import = [&](bool dry_run) {
    v1::ImportChecksRequest in;
    in.set_request_id(NewUuid7(absl::Now()));
    in.set_origin("chicago");
    in.set_authority("City of Chicago");
    in.set_document_sha256(std::string(64, 'b'));
    in.set_operator_origin("bureau");
    in.set_dry_run(dry_run);
    for (int i = 0; i < 3; ++i) {
      v1::CheckRow* row = in.add_rows();
      row->set_line(i + 2);
      row->set_source_id(absl::StrCat("visit-", i));
      row->set_operator_source_id(i == 2 ? "nobody" : "lic-1");
      row->mutable_date()->set_year(2012);
      row->mutable_date()->set_month(5);
      row->mutable_date()->set_day(7 + i);
      row->set_kind(v1::CHECK_KIND_ROUTINE);
      row->mutable_counts()->set_key_failed(i);
      row->set_inspector("orange");
    }
    auto context = Context();
    auto stream = ctl->ImportChecks(context.get());
    REQUIRE(stream->Write(in));
    v1::ImportChecksResponse out;
    REQUIRE(stream->Read(&out));
    stream->WritesDone();
    stream->Finish();
    REQUIRE(out.verdicts_size() == 3);
    CHECK(out.verdicts(2).outcome() == common::v1::ROW_OUTCOME_INVALID);
    CHECK(out.verdicts(2).violations(0).rule() == "OPERATOR_UNKNOWN");
    return out.verdicts(0).outcome();
  };
  CHECK(import(true) == common::v1::ROW_OUTCOME_NEW);
  CHECK(import(false) == common::v1::ROW_OUTCOME_NEW);
  CHECK(import(false) == common::v1::ROW_OUTCOME_UNCHANGED);

  v1::ListChecksRequest list;
  list.set_operator_("operators/91410902MA1FL00101");
  list.set_page_size(1);
  v1::ListChecksResponse listed;
  RequireOk(ctl->ListChecks(Context().get(), list, &listed));
  REQUIRE(listed.checks_size() == 1);
  CHECK(listed.checks(0).inspectors_size() == 0);
  list.set_page_token(listed.next_page_token());
  RequireOk(ctl->ListChecks(Context().get(), list, &listed));
  CHECK(listed.checks(0).result() == v1::CHECK_RESULT_NONCONFORMING);
  CHECK(listed.next_page_token().empty());

  const auto frequency = [&] {
    v1::GetVisitFrequencyRequest in;
    in.set_operator_("operators/91410902MA1FL00101");
    v1::GetVisitFrequencyResponse out;
    RequireOk(ctl->GetVisitFrequency(Context().get(), in, &out));
    return out.frequency();
  };
  CHECK(frequency().grade() == policy::v1::RISK_GRADE_UNRATED);
  credit::v1::GradeDetermined grade;
  grade.set_operator_("operators/91410902MA1FL00101");
  grade.set_grade(policy::v1::RISK_GRADE_D);
  grade.set_policy("rating.food-risk");
  world.React(check::CreditReactions(world.host->edge()), "shian.credit.grade.determined", grade);
  CHECK(frequency().grade() == policy::v1::RISK_GRADE_D);
  CHECK(frequency().frequency().visits_min() == 3);
}

TEST_CASE(
    "key monitoring raises the frequency, a benefit lowers it, and both end with their measure") {
  World world;
  const auto ctl = world.StubAs<v1::CheckService>("ctl");
  const std::string id = "operators/91410902MA1FL00101";
  const ledger::Reactions reactions = check::MeasureReactions(world.host->edge());
  const auto frequency = [&] {
    v1::GetVisitFrequencyRequest in;
    in.set_operator_(id);
    v1::GetVisitFrequencyResponse out;
    RequireOk(ctl->GetVisitFrequency(Context().get(), in, &out));
    return out.frequency();
  };
  const auto order = [&](const std::string& measure, policy::v1::MeasureEffect effect,
                         int percent) {
    sanction::v1::MeasureOrdered ordered;
    ordered.set_operator_(id);
    ordered.set_measure(id + "/measures/" + measure);
    ordered.set_item(measure);
    ordered.set_effect(effect);
    ordered.set_visits_percent(percent);
    *ordered.mutable_order_time() = rpc::ToProto(world.Now());
    world.React(reactions, "shian.sanction.measure.inspection.ordered", ordered);
  };
  const auto lift = [&](const std::string& measure, sanction::v1::MeasureEndCause cause) {
    sanction::v1::MeasureLifted lifted;
    lifted.set_operator_(id);
    lifted.set_measure(id + "/measures/" + measure);
    lifted.set_cause(cause);
    *lifted.mutable_end_time() = rpc::ToProto(world.Now());
    world.React(reactions, "shian.sanction.measure.inspection.lifted", lifted);
  };
  const int graded = frequency().frequency().visits_min();
  REQUIRE(graded > 0);
  order("fewer", policy::v1::MEASURE_EFFECT_FEWER_VISITS, 50);
  CHECK(frequency().frequency().visits_min() == (graded + 1) / 2);
  order("watch", policy::v1::MEASURE_EFFECT_MORE_VISITS, 200);
  CHECK(frequency().frequency().visits_min() == 2 * graded);
  CHECK(frequency().graded_frequency().visits_min() == graded);
  CHECK(frequency().flags_size() == 2);
  // Another effect is no business of visits.
  order("strict", policy::v1::MEASURE_EFFECT_STRICT_REVIEW, 0);
  CHECK(frequency().flags_size() == 2);
  world.Advance(absl::Hours(24));
  lift("watch", sanction::v1::MEASURE_END_CAUSE_LISTING_ENDED);
  lift("fewer", sanction::v1::MEASURE_END_CAUSE_ANNULLED);
  lift("unheard-of", sanction::v1::MEASURE_END_CAUSE_ANNULLED);
  CHECK(frequency().frequency().visits_min() == graded);
  CHECK(frequency().flags_size() == 0);
  // Yesterday it was watched; what was set aside never held.
  v1::GetVisitFrequencyRequest then;
  then.set_operator_(id);
  *then.mutable_as_of() = rpc::ToProto(world.Now() - absl::Hours(12));
  v1::GetVisitFrequencyResponse past;
  RequireOk(ctl->GetVisitFrequency(Context().get(), then, &past));
  REQUIRE(past.frequency().flags_size() == 1);
  CHECK(past.frequency().flags(0).item() == "watch");
}

}  // namespace
}  // namespace shian::inspection
