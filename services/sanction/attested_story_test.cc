// Decisions of other authorities on the wire: taken in once, at the state in which they are, kept
// as they were stated, and of effect where ours are.
#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "libs/base/hash.h"
#include "libs/rpc/fields.h"
#include "services/sanction/attested/service.h"
#include "services/sanction/testing_world.h"
#include "shian/common/v1/todo_service.grpc.pb.h"
#include "shian/sanction/v1/attested_service.grpc.pb.h"
#include "shian/sanction/v1/publicity_service.grpc.pb.h"

namespace shian::sanction {
namespace {

using testing::Cases;
using testing::kAllowed;
using testing::kName;
using testing::kOperator;
using testing::Listings;
using testing::Morning;
using testing::ReasonOf;
using testing::Screen;
using testing::World;

using Stub = v1::AttestedService::Stub;
using common::v1::RowOutcome;

// Sends one chunk and its end.
template <class In, class Out>
grpc::Status Send(
    World& world,
    std::unique_ptr<grpc::ClientReaderWriter<In, Out>> (Stub::*method)(grpc::ClientContext*), In in,
    Out* out) {
  Stub stub(world.ChannelAs("ctl"));
  in.set_request_id(NewUuid7(absl::Now()));
  in.set_origin("province-cases");
  in.set_authority("海州市市场监督管理局");
  in.set_region("410902");
  const auto officer = rpc::testing::OfficerNamed("p1", {"handler"});
  const auto context = rpc::testing::Context(rpc::testing::TokenFor(officer));
  const auto stream = (stub.*method)(context.get());
  In end;
  end.mutable_end()->set_count(in.rows_size());
  end.mutable_end()->set_sha256(Sha256(rpc::DeterministicBytes(in)));
  if (stream->Write(in) && stream->Read(out)) stream->Write(end);
  stream->WritesDone();
  Out rest;
  while (stream->Read(&rest)) continue;
  return stream->Finish();
}

void Fill(v1::AttestedRow* record, const std::string& source_id) {
  record->set_source_id(source_id);
  record->set_operator_(kOperator);
  record->set_decision_number("海市监处罚〔2025〕" + source_id + "号");
  record->set_decide_date("2025-01-06");
  record->set_document_sha256(std::string(64, 'a'));
  record->set_statute("食品安全法");
  record->set_article("第一百二十四条");
}

v1::PenaltyRow PenaltyOf(const std::string& source_id) {
  v1::PenaltyRow row;
  row.set_line(2);
  Fill(row.mutable_record(), source_id);
  row.set_kinds("FINE|LICENCE_REVOCATION");
  row.set_fine_yuan("150000.5");
  return row;
}

v1::EntryRow EntryOf(const std::string& source_id) {
  v1::EntryRow row;
  row.set_line(2);
  Fill(row.mutable_record(), source_id);
  row.set_list("SAMR_SERIOUS");
  row.set_ground("food.over_limit");
  row.set_until_date("2028-01-06");
  return row;
}

v1::BanRow BanOf(const std::string& source_id) {
  v1::BanRow row;
  row.set_line(2);
  Fill(row.mutable_record(), source_id);
  row.set_ground("revocation");
  row.set_role("SUPERVISOR");
  row.set_person_name("张三丰");
  row.set_identity_number("410902188012310010");
  row.set_until_date("2030-01-06");
  return row;
}

common::v1::RowVerdict Take(World& world, const v1::PenaltyRow& row) {
  v1::ImportPenaltiesRequest in;
  *in.add_rows() = row;
  v1::ImportPenaltiesResponse out;
  REQUIRE(ReasonOf(Send(world, &Stub::ImportPenalties, in, &out)) == kAllowed);
  return out.verdicts(0);
}
common::v1::RowVerdict Take(World& world, const v1::EntryRow& row) {
  v1::ImportEntriesRequest in;
  *in.add_rows() = row;
  v1::ImportEntriesResponse out;
  REQUIRE(ReasonOf(Send(world, &Stub::ImportEntries, in, &out)) == kAllowed);
  return out.verdicts(0);
}
common::v1::RowVerdict Take(World& world, const v1::BanRow& row) {
  v1::ImportBansRequest in;
  *in.add_rows() = row;
  v1::ImportBansResponse out;
  REQUIRE(ReasonOf(Send(world, &Stub::ImportBans, in, &out)) == kAllowed);
  return out.verdicts(0);
}

template <class Row>
std::string Broken(World& world, Row row, const std::function<void(Row*)>& spoil) {
  spoil(&row);
  const common::v1::RowVerdict verdict = Take(world, row);
  REQUIRE(verdict.outcome() == common::v1::ROW_OUTCOME_INVALID);
  return verdict.violations(0).field();
}

int Due(World& world) {
  common::v1::ListTodosRequest in;
  common::v1::ListTodosResponse out;
  common::v1::TodoService::Stub stub(world.ChannelAs("ctl"));
  REQUIRE(stub.ListTodos(rpc::testing::Context().get(), in, &out).ok());
  return out.todos_size();
}

bool Listed(World& world) {
  return Screen(world, "housing-fund", v1::PURPOSE_LICENSING).results(0).listed();
}

TEST_CASE("an attested penalty is kept as stated, once, without clocks or acts of ours") {
  World world;
  const common::v1::RowVerdict taken = Take(world, PenaltyOf("1"));
  REQUIRE(taken.outcome() == common::v1::ROW_OUTCOME_NEW);
  REQUIRE(Take(world, PenaltyOf("1")).outcome() == common::v1::ROW_OUTCOME_UNCHANGED);
  v1::GetCaseRequest get;
  get.set_name(taken.name());
  v1::GetCaseResponse out;
  REQUIRE(ReasonOf(world.Read(&Cases::GetCase, get, &out)) == kAllowed);
  REQUIRE(out.case_().provenance().attested());
  REQUIRE(out.case_().provenance().origin() == "province-cases");
  REQUIRE(out.case_().provenance().document_sha256() == std::string(64, 'a'));
  REQUIRE(out.case_().penalty().fine_fen() == 15'000'050);
  REQUIRE(out.case_().penalty().heavier());
  REQUIRE(out.case_().deadlines().empty());
  REQUIRE_FALSE(out.case_().has_public_until_date());
  REQUIRE(Due(world) == 0);
  REQUIRE(world.Facts("shian.sanction.penalty.decided").size() == 1);
  v1::AnnulPenaltyResponse annulled;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Cases::AnnulPenalty,
                             testing::AnnulmentOf(taken.name()), &annulled)) == "RECORD_ATTESTED");

  v1::PenaltyRow ended = PenaltyOf("1");
  ended.mutable_record()->set_end_date("2025-02-03");
  ended.mutable_record()->set_end_kind("撤销");
  REQUIRE(Take(world, ended).outcome() == common::v1::ROW_OUTCOME_CHANGED);
  REQUIRE(Take(world, ended).outcome() == common::v1::ROW_OUTCOME_UNCHANGED);
  // It cannot come back, nor become another one.
  REQUIRE(Take(world, PenaltyOf("1")).violations(0).rule() == "CONTENT_FIXED");
  REQUIRE(world.Facts("shian.sanction.penalty.annulled").size() == 1);
  v1::PenaltyRow published = PenaltyOf("2");
  published.set_public_until("2028-01-06");
  get.set_name(Take(world, published).name());
  REQUIRE(ReasonOf(world.Read(&Cases::GetCase, get, &out)) == kAllowed);
  REQUIRE(out.case_().public_until_date().year() == 2028);
}

TEST_CASE("an attested entry lists for screening until its origin ends it") {
  World world;
  REQUIRE_FALSE(Listed(world));
  const common::v1::RowVerdict taken = Take(world, EntryOf("7"));
  REQUIRE(taken.outcome() == common::v1::ROW_OUTCOME_NEW);
  REQUIRE(Listed(world));
  v1::GetEntryRequest get;
  get.set_name(taken.name());
  get.set_purpose(v1::PURPOSE_SUPERVISION);
  v1::GetEntryResponse out;
  REQUIRE(ReasonOf(world.Read(&Listings::GetEntry, get, &out)) == kAllowed);
  REQUIRE(out.entry().provenance().attested());
  REQUIRE(out.entry().case_().empty());
  REQUIRE(out.entry().deadlines().empty());
  REQUIRE(world.Facts("shian.sanction.listing.published").size() == 1);
  REQUIRE(Due(world) == 0);
  v1::EntryRow ended = EntryOf("7");
  ended.mutable_record()->set_end_date("2025-03-03");
  ended.mutable_record()->set_end_kind("REPAIRED");
  REQUIRE(Take(world, ended).outcome() == common::v1::ROW_OUTCOME_CHANGED);
  REQUIRE_FALSE(Listed(world));
  REQUIRE(world.Facts("shian.sanction.listing.ended").size() == 1);
  // One that was over when it came, and one whose period ends by itself.
  REQUIRE(Take(world,
               [] {
                 v1::EntryRow row = EntryOf("8");
                 row.mutable_record()->set_end_date("2025-02-03");
                 row.mutable_record()->set_end_kind("移出");
                 return row;
               }())
              .outcome() == common::v1::ROW_OUTCOME_NEW);
  REQUIRE_FALSE(Listed(world));
  REQUIRE(Take(world, EntryOf("9")).outcome() == common::v1::ROW_OUTCOME_NEW);
  REQUIRE(Listed(world));
  world.AdvanceTo(Morning(2028, 1, 7));
  REQUIRE_FALSE(Listed(world));
}

TEST_CASE("an attested ban bars, within what its ground allows") {
  World world;
  REQUIRE(Take(world, BanOf("1")).outcome() == common::v1::ROW_OUTCOME_NEW);
  REQUIRE(world.Facts("shian.sanction.ban.imposed").size() == 1);
  const auto until = [&](const std::string& date) {
    return Broken<v1::BanRow>(world, BanOf("2"),
                              [&](v1::BanRow* row) { row->set_until_date(date); });
  };
  REQUIRE(until("2031-01-06") == "until_date");
  REQUIRE(until("") == "until_date");
  v1::BanRow ended = BanOf("1");
  ended.mutable_record()->set_end_date("2025-03-03");
  ended.mutable_record()->set_end_kind("ANNULLED");
  REQUIRE(Take(world, ended).outcome() == common::v1::ROW_OUTCOME_CHANGED);
  REQUIRE(world.Facts("shian.sanction.ban.ended").size() == 1);
}

TEST_CASE("each wrong cell of an attested row is named, and nothing is written") {
  World world;
  const auto record = [&](const std::function<void(v1::AttestedRow*)>& spoil) {
    return Broken<v1::EntryRow>(world, EntryOf("1"),
                                [&](v1::EntryRow* row) { spoil(row->mutable_record()); });
  };
  REQUIRE(record([](auto* r) { r->clear_source_id(); }) == "record.source_id");
  REQUIRE(record([](auto* r) { r->set_operator_("x"); }) == "record.operator");
  REQUIRE(record([](auto* r) { r->set_operator_("operators/unknown"); }) == "record.operator");
  REQUIRE(record([](auto* r) { r->set_party_code("1"); }) == "record.party_code");
  REQUIRE(record([](auto* r) { r->set_decide_date("2025-02-30"); }) == "record.decide_date");
  REQUIRE(record([](auto* r) { r->set_decide_date("2099-01-01"); }) == "record.decide_date");
  REQUIRE(record([](auto* r) { r->set_document_sha256("A"); }) == "record.document_sha256");
  REQUIRE(record([](auto* r) { r->clear_article(); }) == "record.article");
  REQUIRE(record([](auto* r) { r->set_end_date("2025-02-03"); }) == "record.end_date");
  const auto entry = [&](const std::function<void(v1::EntryRow*)>& spoil) {
    return Broken<v1::EntryRow>(world, EntryOf("1"), spoil);
  };
  REQUIRE(entry([](auto* r) { r->set_list("NONE"); }) == "list");
  REQUIRE(entry([](auto* r) { r->set_ground("none"); }) == "ground");
  REQUIRE(entry([](auto* r) { r->set_until_date("2024-01-01"); }) == "until_date");
  const auto penalty = [&](const std::function<void(v1::PenaltyRow*)>& spoil) {
    return Broken<v1::PenaltyRow>(world, PenaltyOf("1"), spoil);
  };
  REQUIRE(penalty([](auto* r) { r->set_kinds("FINE|NONE"); }) == "kinds");
  REQUIRE(penalty([](auto* r) { r->set_fine_yuan("1.234"); }) == "fine_yuan");
  REQUIRE(penalty([](auto* r) { r->set_serve_date("2024-01-01"); }) == "serve_date");
  REQUIRE(world.Facts("shian.sanction.").empty());
  v1::ImportBansRequest none;
  v1::ImportBansResponse out;
  REQUIRE(ReasonOf(Send(world, &Stub::ImportBans, none, &out)) == "FIELD_INVALID");
}

TEST_CASE(
    "the publicity of a foreign penalty is its origin's: it ends here, and nobody acts on it") {
  World world;
  auto row = PenaltyOf("1");
  row.set_public_until("2025-06-30");
  std::string name = Take(world, row).name();
  name.replace(name.find("/cases/"), 7, "/publicities/");
  using Publicities = v1::PublicityService::Stub;
  v1::FilePenaltyDisputeRequest file;
  file.set_name(name);
  file.set_text("处罚对象有误");
  v1::FilePenaltyDisputeResponse filed;
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Publicities::FilePenaltyDispute, file, &filed)) ==
          "RECORD_ATTESTED");
  v1::GetPublicityRequest get;
  get.set_name(name);
  get.set_purpose(v1::PURPOSE_PUBLIC);
  v1::GetPublicityResponse got;
  REQUIRE(ReasonOf(world.Read(&Publicities::GetPublicity, get, &got)) == kAllowed);
  REQUIRE(got.publicity().provenance().origin() == "province-cases");
  REQUIRE(got.publicity().state() == v1::PUBLICITY_STATE_PUBLIC);
  world.AdvanceTo(Morning(2025, 7, 1));
  REQUIRE(world.Read(&Publicities::GetPublicity, get, &got).error_code() ==
          grpc::StatusCode::NOT_FOUND);
  REQUIRE(world.Facts("shian.sanction.penalty.publicity_ended").size() == 1);
}

}  // namespace
}  // namespace shian::sanction
