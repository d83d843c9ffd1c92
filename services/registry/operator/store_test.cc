#include "services/registry/operator/store.h"

#include <catch2/catch.hpp>
#include <random>

#include "absl/time/clock.h"
#include "libs/base/testing.h"
#include "libs/errors/errors.h"
#include "services/registry/operator/testing.h"
#include "shian/registry/v1/changes.pb.h"

namespace shian::registry {
namespace {

using common::v1::RowOutcome;
using testing::AddRow;
using testing::Chunk;
using testing::Order;
using testing::World;

std::vector<RowOutcome> Outcomes(const v1::ImportOperatorsResponse& out) {
  std::vector<RowOutcome> outcomes;
  for (const auto& verdict : out.verdicts()) outcomes.push_back(verdict.outcome());
  return outcomes;
}

TEST_CASE("an import says NEW, then UNCHANGED, then CHANGED, and INVALID beside them") {
  World world;
  v1::ImportOperatorsRequest chunk = Chunk();
  AddRow(&chunk, 1, false);
  AddRow(&chunk, 2, true);
  AddRow(&chunk, 3, false)->set_kind("?");
  REQUIRE(Outcomes(world.Import(chunk)) == std::vector{common::v1::ROW_OUTCOME_NEW,
                                                       common::v1::ROW_OUTCOME_NEW,
                                                       common::v1::ROW_OUTCOME_INVALID});
  const size_t facts = world.Facts().size();
  REQUIRE(facts == 2);

  const auto again = world.Import(chunk);
  REQUIRE(Outcomes(again) == std::vector{common::v1::ROW_OUTCOME_UNCHANGED,
                                         common::v1::ROW_OUTCOME_UNCHANGED,
                                         common::v1::ROW_OUTCOME_INVALID});
  REQUIRE(world.Facts().size() == facts);

  chunk.mutable_rows(0)->set_town("柳坡镇");
  const auto changed = world.Import(chunk);
  REQUIRE(changed.verdicts(0).outcome() == common::v1::ROW_OUTCOME_CHANGED);
  REQUIRE(world.Get(changed.verdicts(0).name()).version == 2);
  REQUIRE(world.Facts().back().change.type == "shian.registry.operator.changed");
}

TEST_CASE("a legal person is named by its code, a sole trader by a surrogate") {
  World world;
  v1::ImportOperatorsRequest chunk = Chunk();
  const std::string firm_code = AddRow(&chunk, 1, false)->code();
  const std::string trader_code = AddRow(&chunk, 2, true)->code();
  const auto out = world.Import(chunk);
  REQUIRE(out.verdicts(0).name() == "operators/" + firm_code);
  REQUIRE(out.verdicts(1).name().find(trader_code) == std::string::npos);
  REQUIRE(world.Get(out.verdicts(1).name()).payload.code == trader_code);
}

TEST_CASE("a code belongs to one record") {
  World world;
  for (const bool sole_trader : {false, true}) {
    v1::ImportOperatorsRequest chunk = Chunk();
    AddRow(&chunk, sole_trader ? 10 : 11, sole_trader);
    world.Import(chunk);
    chunk.mutable_rows(0)->set_source_id(sole_trader ? "OTHER-1" : "OTHER-2");
    const auto out = world.Import(chunk);
    REQUIRE(out.verdicts(0).violations(0).rule() == "CODE_HELD");
    REQUIRE((out.verdicts(0).violations(0).value().find("****") != std::string::npos) ==
            sole_trader);
  }
}

TEST_CASE("nobody turns into somebody else by an import") {
  World world;
  v1::ImportOperatorsRequest chunk = Chunk();
  AddRow(&chunk, 1, false);
  world.Import(chunk);
  v1::ImportOperatorsRequest other_code = Chunk();
  AddRow(&other_code, 2, false)->set_source_id("CY1");
  REQUIRE(world.Import(other_code).verdicts(0).violations(0).rule() == "CODE_CHANGED");
  v1::ImportOperatorsRequest other_form = Chunk();
  AddRow(&other_form, 2, true)->set_source_id("CY1");
  REQUIRE(world.Import(other_form).verdicts(0).violations(0).rule() == "FORM_CHANGED");
}

TEST_CASE("a source id stands once in a chunk") {
  World world;
  v1::ImportOperatorsRequest chunk = Chunk();
  AddRow(&chunk, 1, false);
  AddRow(&chunk, 2, false)->set_source_id("CY1");
  REQUIRE(world.Import(chunk).verdicts(1).violations(0).rule() == "SOURCE_ID_REPEATED");
}

TEST_CASE("a chunk with a wrong head is refused whole") {
  const auto hasher = *IdentityHasher::Create(std::string(64, 'k'));
  v1::ImportOperatorsRequest chunk;
  chunk.set_document_sha256("x");
  const auto body = PlanImport(hasher, chunk);
  REQUIRE(body.status().code() == absl::StatusCode::kInvalidArgument);
  v1::ImportOperatorsRequest large = Chunk();
  for (int i = 0; i < 501; ++i) AddRow(&large, i, false);
  REQUIRE(PlanImport(hasher, large).status().code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("facts carry no name of a person") {
  World world;
  v1::ImportOperatorsRequest chunk = Chunk();
  AddRow(&chunk, 1, false);
  world.Import(chunk);
  const auto facts = world.Facts();
  v1::OperatorChanged fact;
  REQUIRE(fact.ParseFromString(facts.at(0).change.payload));
  REQUIRE(fact.operator_().posts(0).masked_name().empty());
  REQUIRE(fact.operator_().posts(0).identity().hash().size() == 32);
  REQUIRE(facts[0].change.payload.find("410902188012310010") == std::string::npos);
}

TEST_CASE("an order erases a sole trader everywhere and for good") {
  World world;
  v1::ImportOperatorsRequest chunk = Chunk();
  const std::string code = AddRow(&chunk, 1, true)->code();
  const std::string name = world.Import(chunk).verdicts(0).name();
  const auto erased = world.Erase(Order(name));
  REQUIRE(erased.ok());
  REQUIRE(erased->entries_erased() == 1);
  REQUIRE(erased->operator_().status() == v1::OPERATOR_STATUS_ERASED);
  REQUIRE(erased->operator_().title().empty());
  REQUIRE(erased->operator_().erasure().document_number() == "澄市监删字〔2025〕1号");

  const Operator left = world.Get(name);
  REQUIRE(left.payload == Payload());
  REQUIRE(left.core.attributes.empty());
  const auto facts = world.Facts();
  REQUIRE(facts.front().erased);
  REQUIRE(facts.back().change.type == "shian.registry.operator.erased");
  v1::OperatorErased fact;
  REQUIRE(fact.ParseFromString(facts.back().change.payload));
  REQUIRE(fact.name() == name);

  REQUIRE(world.store
              .Read([&](store::ReadTx& tx) {
                auto by_code = FindByCodeKey(tx, world.hasher.OfCode(code));
                REQUIRE_FALSE(by_code->has_value());
                return absl::OkStatus();
              })
              .ok());
  // The next export still has the row; it does not come back.
  REQUIRE(world.Import(chunk).verdicts(0).violations(0).rule() == "OPERATOR_ERASED");
  REQUIRE(errors::ReasonOf(world.Erase(Order(name)).status()) == errors::Reason::kOperatorErased);
}

TEST_CASE("an erasure that the law does not order is refused with its article") {
  World world;
  v1::ImportOperatorsRequest chunk = Chunk();
  AddRow(&chunk, 1, false);
  const std::string name = world.Import(chunk).verdicts(0).name();
  const absl::Status refused = world.Erase(Order(name)).status();
  REQUIRE(errors::ReasonOf(refused) == errors::Reason::kOperatorNotAPerson);
  REQUIRE(errors::BasisOf(refused)->statute == "个人信息保护法");

  v1::EraseOperatorRequest no_order;
  no_order.set_name(name);
  REQUIRE(world.Erase(no_order).status().code() == absl::StatusCode::kInvalidArgument);
  v1::EraseOperatorRequest stale = Order(name);
  stale.set_etag("7");
  REQUIRE(errors::ReasonOf(world.Erase(stale).status()) == errors::Reason::kEtagMismatch);
  REQUIRE(errors::ReasonOf(world.Erase(Order("operators/none")).status()) ==
          errors::Reason::kNotFound);
  v1::EraseOperatorRequest tomorrow = Order(name);
  tomorrow.mutable_order()->mutable_order_date()->set_day(4);
  REQUIRE(world.Erase(tomorrow).status().code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("lists go by division and page by key") {
  World world;
  v1::ImportOperatorsRequest chunk = Chunk();
  for (int i = 0; i < 7; ++i) AddRow(&chunk, i, i % 2 == 0);
  chunk.mutable_rows(3)->set_status("歇业");
  world.Import(chunk);
  const auto list = [&](const OperatorQuery& query) { return world.List(query); };
  OperatorQuery query{.region = "410900", .count = 4};
  auto page = list(query);
  REQUIRE(page.size() == 4);
  query.after = page.back().id.value();
  REQUIRE(list(query).size() == 3);
  REQUIRE(list({.region = "410000", .count = 50}).size() == 7);
  REQUIRE(list({.region = "410903", .count = 50}).empty());
  REQUIRE(list({.region = "410902", .kinds = {Kind::kFarm}, .count = 50}).empty());
  REQUIRE(list({.region = "410902", .kinds = {Kind::kFarm, Kind::kCaterer}, .count = 50}).size() ==
          7);
  REQUIRE(list({.region = "410902", .status = Status::kTrading, .count = 50}).size() == 6);
  REQUIRE(
      list({.region = "410902", .known_at = world.now - absl::Seconds(1), .count = 50}).empty());
}

TEST_CASE("a listing sets a flag with its dates, and its end ends it") {
  World world;
  v1::ImportOperatorsRequest chunk = Chunk();
  AddRow(&chunk, 1, false);
  const std::string name = world.Import(chunk).verdicts(0).name();
  const std::string entry = name + "/entries/1";
  world.Publish(name, entry, world.now);
  REQUIRE(world.Get(name).restrictions.at(0).from == Date(2025, 3, 3));
  REQUIRE_FALSE(world.Get(name).restrictions.at(0).to.has_value());
  world.End(name, entry, world.now + absl::Hours(48));
  REQUIRE(world.Get(name).restrictions.at(0).to == Date(2025, 3, 5));
}

TEST_CASE("a measure of sanction is a flag with its dates, beside listings") {
  World world;
  v1::ImportOperatorsRequest chunk = Chunk();
  AddRow(&chunk, 1, false);
  const std::string name = world.Import(chunk).verdicts(0).name();
  const std::string measure = name + "/measures/m1";
  world.Order(name, measure, policy::v1::MEASURE_EFFECT_ACCESS_BARRED,
              StartOfDay(Date(2025, 3, 3)));
  world.Order(name, name + "/measures/m2", policy::v1::MEASURE_EFFECT_UNSPECIFIED,
              StartOfDay(Date(2025, 3, 3)));
  REQUIRE(world.Get(name).restrictions.size() == 1);
  REQUIRE(world.Get(name).restrictions.at(0).listing == measure);
  REQUIRE(world.Get(name).restrictions.at(0).effect == policy::v1::MEASURE_EFFECT_ACCESS_BARRED);
  world.Lift(name, measure, StartOfDay(Date(2026, 3, 5)));
  world.Lift(name, name + "/measures/unheard-of", StartOfDay(Date(2026, 3, 5)));
  REQUIRE(world.Get(name).restrictions.size() == 1);
  REQUIRE(world.Get(name).restrictions.at(0).to == Date(2026, 3, 5));
}

// Not a bar, only a look: rows a second through the judge and the store, every write run twice.
TEST_CASE("how fast an import is", "[.speed]") {
  World world;
  const absl::Time start = absl::Now();
  constexpr int kChunks = 20;
  for (int c = 0; c < kChunks; ++c) {
    v1::ImportOperatorsRequest chunk = Chunk();
    for (int i = 0; i < 500; ++i) AddRow(&chunk, c * 500 + i, i % 5 != 0);
    world.Import(chunk);
  }
  WARN(kChunks * 500 / absl::ToDoubleSeconds(absl::Now() - start) << " rows/s");
}

TEST_CASE("imports in any cut and order come to the same register") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 5; ++round) {
    World world;
    std::vector<v1::OperatorRow> rows;
    v1::ImportOperatorsRequest all = Chunk();
    for (int i = 0; i < 40; ++i) rows.push_back(*AddRow(&all, i, random() % 2 == 0));
    int64_t created = 0;
    for (int step = 0; step < 12; ++step) {
      v1::ImportOperatorsRequest chunk = Chunk();
      std::shuffle(rows.begin(), rows.end(), random);
      for (size_t i = 0; i < 1 + random() % 40; ++i) *chunk.add_rows() = rows[i];
      const v1::ImportOperatorsResponse out = world.Import(chunk);
      for (const auto& verdict : out.verdicts()) {
        REQUIRE(verdict.outcome() != common::v1::ROW_OUTCOME_INVALID);
        REQUIRE(verdict.outcome() != common::v1::ROW_OUTCOME_CHANGED);
        created += verdict.outcome() == common::v1::ROW_OUTCOME_NEW;
      }
    }
    REQUIRE(world.Facts().size() == static_cast<size_t>(created));
  }
}

}  // namespace
}  // namespace shian::registry
