#include "libs/policy/folder.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "libs/errors/errors.h"
#include "libs/policy/convert.h"
#include "libs/store/testing.h"
#include "shian/policy/v1/approval.pb.h"
#include "shian/policy/v1/deadline.pb.h"
#include "shian/policy/v1/list.pb.h"
#include "shian/policy/v1/measure.pb.h"
#include "shian/policy/v1/rating.pb.h"
#include "shian/policy/v1/sampling.pb.h"
#include "shian/policy/v1/system.pb.h"

namespace shian::policy {
namespace {

Folder Shipped() {
  const char* source = std::getenv("SHIAN_SOURCE");
  auto folder = ReadFolder(std::string(source == nullptr ? "." : source) + "/deploy/policies");
  REQUIRE(folder.ok());
  return *std::move(folder);
}

constexpr char kHeader[] = R"(header {
  id: "deadline.case"
  title_zh: "期限"
  effective_from: "2020-01-01"
  legal_basis { statute: "行政处罚法" article: "第六十条" }
  selected_by: DATE_SELECTOR_FILING
  mark: RULE_MARK_FOUND
}
)";

std::string Rule(const std::string& fields) {
  return std::string(kHeader) + "rules {\n  key: \"case.reply\"\n  title_zh: \"答复\"\n" +
         "  starts_from: \"收到\"\n  mark: RULE_MARK_FOUND\n" +
         "  legal_basis { statute: \"法\" article: \"第一条\" }\n" + fields + "}\n";
}

constexpr char kGood[] =
    "  count: 5\n  unit: PERIOD_UNIT_WORKING_DAYS\n  last_day: LAST_DAY_RULE_EXTEND\n";

TEST_CASE("every shipped policy is good") {
  const Folder folder = Shipped();
  for (const Problem& problem : folder.problems) UNSCOPED_INFO(problem.ToString());
  REQUIRE(folder.problems.empty());
  REQUIRE(folder.files.size() >= 40);
}

TEST_CASE("a good file parses") {
  const FileResult result = ParseFile("deadline/case.txtpb", Rule(kGood));
  REQUIRE(result.problems.empty());
  REQUIRE(result.message != nullptr);
}

struct BadFile {
  const char* path;
  std::string text;
  int line;
  const char* field;
};

TEST_CASE("a bad file is refused with line, column and field") {
  const std::vector<BadFile> files = {
      {"deadline/case.txtpb", Rule("  cuont: 5\n"), 15, "cuont"},
      {"deadline/case.txtpb", Rule("  count: 5\n  unit: DAYS\n"), 16, "unit"},
      {"deadline/case.txtpb", Rule("  count: 0\n  unit: PERIOD_UNIT_HOURS\n"), 15,
       "rules[0].count"},
      {"deadline/case.txtpb", Rule("  count: 5\n"), 9, "rules[0].unit"},
      {"deadline/case.txtpb", Rule("  count: -1\n  unit: PERIOD_UNIT_HOURS\n"), 15,
       "rules[0].count"},
      {"deadline/case.txtpb", Rule("  count: 5\n  unit: PERIOD_UNIT_WORKING_DAYS\n"), 9,
       "rules[0].last_day"},
      {"calendar/x.txtpb",
       std::string(kHeader) + "years: 2027\noff { name: \"x\" from: \"2027-2-1\" }\n", 10,
       "off[0].from"},
      {"calendar/x.txtpb",
       std::string(kHeader) + "years: 2027\nworked { name: \"x\" date: \"2027-02-01\" }\n", 10,
       "worked[0].date"},
      {"nothing/x.txtpb", "", 0, ""},
      {"deadline/case.txtpb", "\xff", 0, ""},
  };
  for (const BadFile& bad : files) {
    const FileResult result = ParseFile(bad.path, bad.text);
    INFO(bad.path << "\n" << bad.text);
    REQUIRE(result.message == nullptr);
    REQUIRE_FALSE(result.problems.empty());
    INFO(result.problems.front().ToString());
    REQUIRE(result.problems.front().line == bad.line);
    if (bad.line > 0) REQUIRE(result.problems.front().column > 0);
    REQUIRE(result.problems.front().field == bad.field);
  }
}

class TemporaryPolicies {
 public:
  void Write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = std::filesystem::path(folder_.path()) / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  void Link(const std::string& path, const std::string& target) {
    std::filesystem::create_symlink(target, std::filesystem::path(folder_.path()) / path);
  }
  Folder Read() const {
    auto folder = ReadFolder(folder_.path());
    REQUIRE(folder.ok());
    return *std::move(folder);
  }

 private:
  store::TemporaryFolder folder_;
};

TEST_CASE("a bad file never hides a good one") {
  TemporaryPolicies policies;
  policies.Write("deadline/good.txtpb", Rule(kGood));
  policies.Write("calendar/bad.txtpb", "years: twenty");
  const Folder folder = policies.Read();
  REQUIRE(folder.files.size() == 1);
  REQUIRE(folder.problems.size() == 1);
  REQUIRE(folder.problems[0].path == "calendar/bad.txtpb");
  REQUIRE(errors::ReasonOf(folder.ToStatus()) == errors::Reason::kPolicyInvalid);
}

TEST_CASE("a mounted ConfigMap is read once, under the names of its links") {
  TemporaryPolicies policies;
  policies.Write("deadline/..2026_01_05/a.txtpb", Rule(kGood));
  policies.Link("deadline/..data", "..2026_01_05");
  policies.Link("deadline/a.txtpb", "..data/a.txtpb");
  const Folder folder = policies.Read();
  REQUIRE(folder.problems.empty());
  REQUIRE(folder.files.size() == 1);
  REQUIRE(folder.files[0].path == "deadline/a.txtpb");
}

TEST_CASE("versions of one id must not overlap, and references must lead somewhere") {
  TemporaryPolicies policies;
  policies.Write("deadline/a.txtpb", Rule(kGood));
  policies.Write("deadline/b.txtpb", Rule(kGood) + "# again\n");
  policies.Write("draw/d.txtpb", R"(header {
  id: "draw.x" title_zh: "抽取" effective_from: "2020-01-01" mark: RULE_MARK_DESIGN
  legal_basis { statute: "办法" } selected_by: DATE_SELECTOR_ACT
}
algorithm: "SHA256_SORT_V1" shares_min: 3 inspectors_per_operator: 2 approval_chain: "approval.none"
)");
  const Folder folder = policies.Read();
  REQUIRE(folder.files.size() == 1);
  REQUIRE(folder.problems.size() == 2);
  REQUIRE(folder.problems[0].field == "header.effective_from");
  REQUIRE(folder.problems[1].field == "approval_chain");
}

TEST_CASE("the deadline table says what the statute says") {
  const Folder folder = Shipped();
  const auto table = ReadPolicy<v1::DeadlineTable>(folder, "deadline.penalty");
  REQUIRE(table.ok());
  const auto rule = ToRule(*table, "penalty.hearing_request", "revision");
  REQUIRE(rule.ok());
  REQUIRE(rule->budget ==
          calendar::Budget{5, calendar::Unit::kWorkingDays, calendar::LastDay::kExtend});
  REQUIRE(rule->basis == errors::Basis{"行政处罚法", "第六十四条第一项"});
  REQUIRE_FALSE(ToRule(*table, "penalty.unknown", "revision").ok());
}

TEST_CASE("a sampling request of 2018 has five days and one of 2020 has seven") {
  std::map<std::string, int> counts;
  for (const PolicyFile& file : Shipped().files) {
    if (file.header.id() != "deadline.sampling") continue;
    const auto rule = ToRule(static_cast<const v1::DeadlineTable&>(*file.message),
                             "sampling.reinspection_request", file.revision);
    REQUIRE(rule.ok());
    counts[file.header.effective_from()] = rule->budget.count;
  }
  REQUIRE(counts == std::map<std::string, int>{{"2015-02-01", 5}, {"2019-10-01", 7}});
}

TEST_CASE("the catalogues have what the story needs") {
  const Folder folder = Shipped();
  const auto joint = ReadPolicy<v1::MeasureCatalogue>(folder, "measure.joint");
  const auto incentive = ReadPolicy<v1::MeasureCatalogue>(folder, "measure.incentive");
  REQUIRE(joint->measures_size() + incentive->measures_size() >= 60);
  const auto sampling = ReadPolicy<v1::SamplingRule>(folder, "sampling.food");
  REQUIRE(sampling->failure_reasons_size() == 13);
  REQUIRE(sampling->sampling_categories_size() == 35);
  REQUIRE(sampling->sampling_categories(27).title_zh() !=
          sampling->licence_categories(27).title_zh());
  const auto rating = ReadPolicy<v1::RatingPolicy>(folder, "rating.food-risk");
  REQUIRE(rating->bands_size() == 4);
  REQUIRE(rating->bands(0).upper_milli() == 30'000);
  const auto list = ReadPolicy<v1::ListRule>(folder, "list.samr-serious");
  REQUIRE(list->joint_effect());
  REQUIRE(list->heavier_penalties_size() > 0);
}

TEST_CASE("the catalogue punishes nobody by incentive, and rewards nobody by punishment") {
  const Folder folder = Shipped();
  const auto joint = ReadPolicy<v1::MeasureCatalogue>(folder, "measure.joint");
  for (const auto& measure : joint->measures()) {
    REQUIRE(measure.group() != v1::MEASURE_GROUP_INCENTIVE);
    REQUIRE(measure.effect() != v1::MEASURE_EFFECT_FEWER_VISITS);
    REQUIRE(measure.effect() != v1::MEASURE_EFFECT_GREEN_CHANNEL);
  }
  const auto incentive = ReadPolicy<v1::MeasureCatalogue>(folder, "measure.incentive");
  for (const auto& measure : incentive->measures()) {
    REQUIRE(measure.group() == v1::MEASURE_GROUP_INCENTIVE);
    REQUIRE(measure.list_types(0) == "RED");
  }
}

TEST_CASE("every measure's system is in the system table") {
  const Folder folder = Shipped();
  std::map<std::string, bool> systems;
  const auto table = ReadPolicy<v1::SystemTable>(folder, "systems");
  for (const auto& system : table->systems()) systems[system.id()] = true;
  for (const char* id : {"measure.joint", "measure.incentive"}) {
    const auto catalogue = ReadPolicy<v1::MeasureCatalogue>(folder, id);
    for (const auto& measure : catalogue->measures()) {
      for (const std::string& system : measure.system_ids()) REQUIRE(systems.contains(system));
    }
  }
}

}  // namespace
}  // namespace shian::policy
