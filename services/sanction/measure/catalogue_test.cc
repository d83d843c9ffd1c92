// What the shipped catalogues order, and what they must never order.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "libs/policy/folder.h"
#include "services/sanction/measure/convert.h"

namespace shian::sanction {
namespace {

using convert::Occasion;

policy::v1::MeasureCatalogue Catalogue(const std::string& id) {
  const char* source = std::getenv("SHIAN_SOURCE");
  const auto folder =
      policy::ReadFolder(std::string(source == nullptr ? "." : source) + "/deploy/policies");
  REQUIRE(folder.ok());
  for (const policy::PolicyFile& file : folder->files) {
    if (file.header.id() != id) continue;
    return static_cast<const policy::v1::MeasureCatalogue&>(*file.message);
  }
  FAIL(id);
  return {};
}

std::map<std::string, std::string> SystemsOf(const policy::v1::MeasureCatalogue& catalogue,
                                             const Occasion& occasion) {
  std::map<std::string, std::string> systems;
  for (const CatalogueItem& item : convert::ToItems(catalogue, occasion)) {
    systems[item.item] = item.system;
  }
  return systems;
}

const Occasion kFined = {"SAMR_SERIOUS", "410902", true, {PenaltyKind::kFine}};
const Occasion kRed = {"RED", "410902", false, {}};

TEST_CASE("nothing is ordered beyond the basis: list, division, penalty, mark") {
  const auto joint = Catalogue("measure.joint");
  const auto here = SystemsOf(joint, kFined);
  REQUIRE(here.at("procurement-ban") == "finance-bureau");
  REQUIRE(here.at("key-supervision") == "inspection");
  REQUIRE(here.count("market-exit") == 0);
  Occasion revoked = kFined;
  revoked.penalties.insert(PenaltyKind::kLicenceRevocation);
  REQUIRE(SystemsOf(joint, revoked).at("market-exit") == "registry");
  // The regulation is Henan's; next door nothing of it is law.
  Occasion hubei = kFined;
  hubei.region = "420102";
  REQUIRE(SystemsOf(joint, hubei).empty());
  Occasion other = kFined;
  other.list = "LOCAL_BLACK";
  REQUIRE(SystemsOf(joint, other).empty());
  Occasion without = kFined;
  without.joint_effect = false;
  REQUIRE(SystemsOf(joint, without).empty());
  for (const policy::v1::MeasureRule& rule : joint.measures()) {
    if (!convert::IsActive(rule)) REQUIRE(here.count(rule.id()) == 0);
    REQUIRE(convert::ToProto(rule).active() == convert::ToProto(rule).inactive_reason().empty());
  }
}

TEST_CASE("a bureau brings a measure into use by its own revision") {
  auto joint = Catalogue("measure.joint");
  REQUIRE(SystemsOf(joint, kFined).count("school-meal-exclusion") == 0);
  for (policy::v1::MeasureRule& rule : *joint.mutable_measures()) {
    if (rule.id() == "school-meal-exclusion") rule.set_mark(policy::v1::RULE_MARK_FOUND);
  }
  REQUIRE(SystemsOf(joint, kFined).at("school-meal-exclusion") == "education-bureau");
}

TEST_CASE("the red list brings benefits to those who are on it") {
  const auto incentive = Catalogue("measure.incentive");
  const auto given = SystemsOf(incentive, kRed);
  REQUIRE(given.at("fewer-inspections") == "inspection");
  REQUIRE(given.at("green-channel") == "registry");
  REQUIRE(given.at("priority-fiscal") == "finance-bureau");
  REQUIRE(given.count("plan-financing") == 0);
  REQUIRE(SystemsOf(incentive, kFined).empty());
}

TEST_CASE("what the suite's own services carry out has no clock that nobody would stop") {
  for (const char* id : {"measure.joint", "measure.incentive"}) {
    const std::set<std::string> own = {"registry", "inspection"};
    const auto catalogue = Catalogue(id);
    for (const policy::v1::MeasureRule& rule : catalogue.measures()) {
      for (const std::string& system : rule.system_ids()) {
        REQUIRE(rule.acknowledge_clock().empty() == own.contains(system));
        REQUIRE(rule.lift_clock().empty() == own.contains(system));
      }
    }
  }
}

}  // namespace
}  // namespace shian::sanction
