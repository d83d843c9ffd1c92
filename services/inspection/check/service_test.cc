#include <catch2/catch.hpp>
#include <string>

#include "services/inspection/service_testing.h"

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

}  // namespace
}  // namespace shian::inspection
