// The credit service without the wire, for the tests of this module.
#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "embedded/credit_schema.h"
#include "embedded/policy_schema.h"
#include "libs/errors/errors.h"
#include "libs/ledger/log_reader.h"
#include "libs/ledger/testing.h"
#include "libs/policy/testing.h"
#include "libs/store/testing.h"
#include "services/credit/archive/convert.h"
#include "services/credit/archive/store.h"
#include "services/credit/rating/reactions.h"
#include "services/credit/rating/service.h"
#include "services/credit/rating/store.h"
#include "services/credit/rating/testing.h"

namespace shian::credit::testing {

inline constexpr char kFirm[] = "operators/91410902MA3X4Y5Z8K";
inline constexpr char kShop[] = "operators/shop-1";

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
    REQUIRE(ledger::Place(*store).ok());
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

}  // namespace shian::credit::testing
