// One mistake at a time in the shipped files: each is found, and named.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

#include "libs/base/testing.h"
#include "libs/policy/folder.h"

namespace shian::policy {
namespace {

std::string Shipped(const std::string& path) {
  const char* source = std::getenv("SHIAN_SOURCE");
  std::ifstream in(std::string(source == nullptr ? "." : source) + "/deploy/policies/" + path);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  REQUIRE_FALSE(text.empty());
  return text;
}

// `text` with the first `from` replaced by `to`.
std::string With(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

struct Mistake {
  const char* path;
  const char* from;
  const char* to;
  const char* field;
};

TEST_CASE("each mistake is named by its field") {
  const std::vector<Mistake> mistakes = {
      {"rating/food-risk-2016.txtpb", "upper_milli: 45000", "upper_milli: 25000",
       "bands[1].upper_milli"},
      {"rating/food-risk-2016.txtpb", "upper_milli: 100000", "upper_milli: 90000", "bands"},
      {"rating/food-risk-2016.txtpb", "points_milli: 13500", "points_milli: 40001",
       "static_tables[0].factors[0].items[0].points_milli"},
      {"rating/food-risk-2016.txtpb", "up_to: 1000 ", "up_to: 100 ",
       "static_tables[1].factors[0].items[1].up_to"},
      {"rating/food-risk-2016.txtpb", "  up: 1\n", "", "adjustments[0].event"},
      {"rating/food-risk-2016.txtpb", "  up: 1\n", "  up: 9\n", "adjustments[0].up"},
      {"rating/food-risk-2016.txtpb", "requires_any: \"FINE\"", "requires_any: \"fine\"",
       "adjustments[2].requires_any[0]"},
      {"rating/food-risk-2016.txtpb", "grade: RISK_GRADE_B", "grade: RISK_GRADE_A",
       "bands[1].grade"},
      {"rating/food-risk-2016.txtpb", "key_item_weight: 3", "key_item_weight: 0",
       "dynamic.key_item_weight"},
      {"rating/example-points.txtpb", "findings {", "dynamic { check_kinds: \"x\" }\nfindings {",
       "dynamic"},
      {"approval/case.txtpb", "after: \"filing\"", "after: \"publication\"", "acts[1].after[0]"},
      {"approval/case.txtpb", "kept_apart_from: \"filing\"", "kept_apart_from: \"nobody\"",
       "acts[2].kept_apart_from[0]"},
      {"approval/case.txtpb", "act: \"notice\"", "act: \"filing\"", "acts[23].act"},
      {"case/general.txtpb", "key: \"GENERAL\"", "key: \"SIMPLE\"", "procedures"},
      {"case/general.txtpb", "officers_min: 2", "officers_min: 0", "officers_min"},
      {"case/general.txtpb", "  harm: true\n", "", "time_bars[1].harm"},
      {"case/general.txtpb", "  threshold: 2000000\n", "", "findings[0].threshold"},
      {"case/general.txtpb", "fine_fen_min: 30000000", "fine_fen_min: 0",
       "decision_levels[0].fine_fen_min"},
      {"case/general.txtpb", "points_max: 10", "points_max: 101", "review_items[0].points_max"},
      {"discretion/food.txtpb", "DISCRETION_LEVEL_MITIGATED", "DISCRETION_LEVEL_NONE",
       "violations[0].rungs[1].level"},
      {"discretion/food.txtpb", "goods_fen_below: 1000000 ", "",
       "violations[0].rungs[1].fines[1].goods_fen_below"},
      {"discretion/food.txtpb", "fine_fen_min: 10000000", "fine_fen_min: 99999999",
       "violations[0].rungs[2].fines[0].fine_fen_max"},
      {"approval/case.txtpb", "  posts: \"handler\"\n", "", "acts[0].posts"},
      {"list/samr-serious.txtpb", "measure_catalogue: \"measure.joint\"\n", "",
       "measure_catalogue"},
      {"list/samr-serious.txtpb", "publish: \"listing.publish\"", "publish: \"\"",
       "clocks.publish"},
      {"list/samr-serious.txtpb", "LIST_AUTHORITY_NATIONAL", "LIST_AUTHORITY_LOCAL",
       "joint_effect"},
      {"list/samr-serious.txtpb", "mark: RULE_MARK_RECALLED", "mark: RULE_MARK_DESIGN",
       "joint_effect"},
      {"list/local-blacklist.txtpb", "joint_effect: false", "joint_effect: true", "joint_effect"},
      {"list/local-blacklist.txtpb", "authority: LIST_AUTHORITY_ARRANGEMENT\n", "", "authority"},
      {"list/red-black.txtpb", "editions: true",
       "editions: true heavier_penalties: HEAVIER_PENALTY_OTHER", "editions"},
      {"list/red.txtpb", "measure_catalogue: \"measure.incentive\"\n", "", "measure_catalogue"},
      {"list/samr-serious.txtpb", "count: 3 unit", "count: 0 unit", "listing_period.count"},
      {"publicity/penalty.txtpb",
       "  fields: \"FOOD\"\n  fields: \"DRUG\"\n  fields: \"SPECIAL_EQUIPMENT\"\n", "",
       "repair_classes[1].key"},
      {"publicity/penalty.txtpb", "  counted_from: REPAIR_START_PUBLICATION\n", "",
       "repair_classes[0].counted_from"},
      {"publicity/penalty.txtpb", "  dispute_clock: \"penalty.dispute\"\n", "",
       "repair.dispute_clock"},
      {"publicity/penalty-41.txtpb", "province: \"41\"", "", "classes"},
      {"publicity/penalty.txtpb", "key: \"general\"", "key: \"general\" fine_fen_max: 1",
       "classes"},
      {"publicity/penalty.txtpb", "  penalty_kinds: \"WARNING\"\n", "", "classes[1].key"},
      {"publicity/penalty.txtpb", "key: \"minor\"", "key: \"general\"", "classes[2].key"},
      {"ban/food.txtpb", "key: \"judgment\"", "key: \"revocation\"", "grounds[1].key"},
      {"ban/food.txtpb", "  penalty_kinds: \"LICENCE_REVOCATION\"\n", "",
       "grounds[0].penalty_kinds"},
      {"ban/food.txtpb", "period_count: 5", "period_count: 0", "grounds[0].period_count"},
      {"ban/food.txtpb", "for_life: true", "for_life: true period_count: 1",
       "grounds[1].period_count"},
      {"ban/food.txtpb", "answer_hours_max: 24", "answer_hours_max: 0", "answer_hours_max"},
      {"ban/food.txtpb", "post: \"MANAGER\" bars: BAN_BAR_MANAGEMENT", "post: \"MANAGER\"",
       "posts[2].bars"},
      {"document/penalty-notice.txtpb", "{{field.facts}}", "{{field.fact}}",
       "blocks[4].paragraph.text"},
      {"document/penalty-notice.txtpb", "{{field.facts}}", "{{field.facts",
       "blocks[4].paragraph.text"},
      {"document/penalty-notice.txtpb", "when: \"document.replaces\"", "when: \"document.replace\"",
       "blocks[1].when"},
      {"document/penalty-notice.txtpb", "{{clock.penalty.statement}}", "{{clock.penalty.suit}}",
       "remedy_zh"},
      {"document/penalty-notice.txtpb", "after: \"legal_review\"", "after: \"review\"", "after[1]"},
      {"document/penalty-notice.txtpb", "number_word: \"市监罚告\"\n", "", "number_word"},
      {"document/penalty-decision.txtpb", "{{penalty.fine}}", "{{penalty.items}}",
       "penalty_items[2].text_zh"},
      {"document/penalty-decision.txtpb", "key: \"representative\"", "key: \"address\"",
       "fields[1].key"},
      {"document/service-receipt.txtpb", "{{case.cause}}", "{{case.reason}}",
       "blocks[0].table.rows[1].cells[0].value"},
      {"document/service-receipt.txtpb", "lines: 4", "lines: 40", "blocks[0].table.rows[5].lines"},
      {"document/transfer-letter.txtpb", "items: \"1．", "items: \"{{}}1．",
       "blocks[8].list.items[0]"},
      {"measure/joint.txtpb", "id: \"no-commitment\"", "id: \"licence-caution\"", "measures[1].id"},
      {"measure/joint.txtpb", "  mark: RULE_MARK_FOUND\n}", "}", "measures[0].mark"},
      {"measure/joint.txtpb", "end: MEASURE_END_WITH_LISTING", "end: MEASURE_END_OWN_PERIOD",
       "measures[0].own_period_months"},
      {"measure/joint.txtpb", "  visits_percent: 200\n", "", "measures[2].visits_percent"},
      {"measure/joint.txtpb", "regions: \"410000\"", "regions: \"41\"", "measures[0].regions[0]"},
      {"measure/joint.txtpb", "objection_clock: \"measure.objection\"", "objection_clock: \"\"",
       "measures[4].objection_clock"},
      {"measure/joint.txtpb", "HEAVIER_PENALTY_REVOCATION", "HEAVIER_PENALTY_OTHER",
       "measures[13].needs_penalties[0]"},
      {"measure/joint.txtpb", "objection_chain: \"approval.measure\"\n", "", "objection_chain"},
      {"sampling/food.txtpb", "national_share_ppm: 395600", "national_share_ppm: 995600",
       "failure_reasons"},
      {"sampling/food.txtpb", "code: \"02\"", "code: \"01\"", "sampling_categories[1].code"},
      {"sampling/food.txtpb", "samplers_min: 2", "samplers_min: 0", "samplers_min"},
      {"recall/food.txtpb", "RECALL_CLASS_TWO", "RECALL_CLASS_ONE", "classes[1].recall_class"},
      {"recall/food.txtpb", "count_max: 10", "count_max: 0", "extension.count_max"},
      {"recall/food.txtpb", "MEASURE_DESTRUCTION", "MEASURE_REMEDY", "disposals[2].measure"},
      {"judgement/food.txtpb", "code: \"GRM\"", "code: \"KGM\"", "units[1].code"},
      {"judgement/food.txtpb", "code: \"GRM\"", "code: \"gram\"", "units[1].code"},
      {"judgement/food.txtpb", "factor: \"0.001\"", "factor: \"1e-3\"", "units[1].factor"},
      {"judgement/food.txtpb", "factor: \"0.001\"", "factor: \"0.000\"", "units[1].factor"},
      {"judgement/food.txtpb", "item_ppm: 900000", "item_ppm: 1000001", "completeness.item_ppm"},
      {"judgement/food.txtpb", "hours_max: 72 ", "", "traceability.parts[2].hours_max"},
      {"judgement/food.txtpb", "MEASURE_SOURCES weight: 4", "MEASURE_SOURCES weight: 0",
       "traceability.parts[1].weight"},
      {"judgement/food.txtpb", "TRACEABILITY_MEASURE_SOURCES", "TRACEABILITY_MEASURE_ARRIVALS",
       "traceability.parts[1].measure"},
      {"judgement/food.txtpb", "lots_min: 5", "", "traceability.lots_min"},
      {"judgement/food.txtpb", "events_min: 20", "events_min: 5001", "traceability.events_min"},
      {"judgement/food.txtpb", "shelf_life_days_min: 0 ", "shelf_life_days_min: 1 ",
       "near_expiries"},
      {"judgement/food.txtpb", "shelf_life_days_min: 90 ", "shelf_life_days_min: 180 ",
       "near_expiries[2].shelf_life_days_min"},
      {"judgement/food.txtpb", "side: BALANCE_SIDE_IN ", "", "movements[0].side"},
      {"judgement/food.txtpb", "biz_steps: \"void_shipping\"", "biz_steps: \"receiving\"",
       "movements[2].biz_steps[1]"},
      {"judgement/food.txtpb", "highest_ppm: 1050000", "highest_ppm: 1", "yields[1].highest_ppm"},
      {"judgement/food.txtpb", "biz_steps: \"repackaging\"", "", "yields[1].key"},
      {"judgement/food.txtpb", "subject: BALANCE_SUBJECT_LOT\n",
       "subject: BALANCE_SUBJECT_OPERATOR\n", "yields"},
      {"judgement/food.txtpb", "subject: BALANCE_SUBJECT_OPERATOR\n",
       "subject: BALANCE_SUBJECT_OPERATOR alert_over: true\n", "yields[3].alert_over"},
      {"judgement/food.txtpb", "subject: BALANCE_SUBJECT_OPERATOR\n",
       "subject: BALANCE_SUBJECT_OPERATOR alert_short: true\n", "yields[3].alert_short"},
      {"judgement/food.txtpb", "code: \"FAH\"", "code: \"CEL\"", "cold_chain.units[1].code"},
      {"judgement/food.txtpb", "offset: \"32\"", "offset: \"-32\"", "cold_chain.units[1].offset"},
      {"judgement/food.txtpb", "denominator: 9", "denominator: 0",
       "cold_chain.units[1].denominator"},
      {"judgement/food.txtpb", "highest_millicelsius: -18000", "",
       "cold_chain.bands[0].highest_millicelsius"},
      {"judgement/food.txtpb", "lowest_millicelsius: 0", "lowest_millicelsius: 10001",
       "cold_chain.bands[1].highest_millicelsius"},
      {"judgement/food.txtpb", "samples_min: 3", "samples_min: 0",
       "cold_chain.bands[0].samples_min"},
      {"judgement/food.txtpb", "key: \"any\"", "key: \"any\" gtin_prefixes: \"069\"",
       "cold_chain.bands"},
      {"judgement/food.txtpb", "clock_tolerance_seconds: 300", "clock_tolerance_seconds: -1",
       "cold_chain.clock_tolerance_seconds"},
      {"draw/double-random.txtpb", "shares_min: 3", "shares_min: 0", "shares_min"},
      {"systems/development.txtpb", "organisation: \"410902\"", "organisation: \"410903\"",
       "systems[0].organisation"},
      {"systems/development.txtpb", "services: \"shian.ledger.v1.FeedService\"",
       "services: \"FeedService\"", "systems[0].services[0]"},
      {"systems/development.txtpb", "id: \"inspection\"", "id: \"registry\"", "systems[1].id"},
      {"systems/development.txtpb", "superior: \"410900\"", "superior: \"410999\"",
       "organisations[3].superior"},
      {"calendar/cn-2025.txtpb", "from: \"2025-01-28\"", "from: \"2025-02-05\"", "off[1].to"},
      {"calendar/cn-2025.txtpb", "years: 2025\n", "", "years"},
      {"calendar/cn-statutory.txtpb", "\"05-01\"", "\"5-1\"", "fixed_holidays[1]"},
      {"deadline/penalty.txtpb", "effective_from: \"2021-07-15\"",
       "effective_from: \"2021-07-15\" effective_to: \"2020-01-01\"", "header.effective_to"},
      {"deadline/penalty.txtpb", "id: \"deadline.penalty\"", "id: \"Penalty\"", "header.id"},
      {"deadline/penalty.txtpb", "key: \"penalty.filing\"", "key: \"case.filing\"", "rules[0].key"},
      {"deadline/penalty.txtpb", "count: 2\n  unit: PERIOD_UNIT_WORKING_DAYS\n  post",
       "count: 0\n  unit: PERIOD_UNIT_WORKING_DAYS\n  post", "rungs[1].count"},
      {"deadline/penalty.txtpb", "count: 2\n  unit: PERIOD_UNIT_WORKING_DAYS\n  post",
       "count: 2\n  unit: PERIOD_UNIT_HOURS\n  post", "rungs[1].unit"},
      {"deadline/penalty.txtpb", "post: \"deputy-head\"", "post: \"\"", "rungs[2].post"},
  };
  for (const Mistake& mistake : mistakes) {
    const std::string text = With(Shipped(mistake.path), mistake.from, mistake.to);
    const FileResult result = ParseFile(mistake.path, text);
    INFO(mistake.path << ": " << mistake.from << " -> " << mistake.to);
    REQUIRE(result.message == nullptr);
    std::string fields;
    for (const Problem& problem : result.problems) fields += problem.field + " ";
    INFO(fields);
    REQUIRE((" " + fields).find(std::string(" ") + mistake.field + " ") != std::string::npos);
    REQUIRE(result.problems.front().line > 0);
    REQUIRE_FALSE(result.problems.front().zh.empty());
  }
}

TEST_CASE("damaged files are refused or read, never worse") {
  std::mt19937_64 random(testing::Seed());
  for (const char* path : {"rating/food-risk-2016.txtpb", "approval/case.txtpb",
                           "calendar/cn-2025.txtpb", "systems/development.txtpb"}) {
    const std::string good = Shipped(path);
    for (int i = 0; i < 60; ++i) {
      std::string text = good;
      const size_t at = random() % text.size();
      if (random() % 2 == 0) text[at] = static_cast<char>(random() % 256);
      if (random() % 3 == 0) text.resize(at);
      const FileResult result = ParseFile(path, text);
      REQUIRE((result.message == nullptr) == !result.problems.empty());
    }
  }
}

}  // namespace
}  // namespace shian::policy
