// Cases and the discretion in them.
#include <cstdint>
#include <limits>
#include <set>

#include "libs/policy/limits.h"
#include "libs/policy/validate.h"
#include "shian/policy/v1/case.pb.h"
#include "shian/policy/v1/discretion.pb.h"

namespace shian::policy {
namespace {

constexpr int kMonthsMax = 120;
constexpr int64_t kAmountMax = std::numeric_limits<int64_t>::max();
// Ten thousand times the value: with the highest value of goods it still fits into 64 bits.
constexpr int64_t kPermilleMax = 10'000'000;

void ValidateProcedures(const Node& root) {
  root.Unique("procedures", "key");
  bool general = false;
  for (const Node& row : root.Each("procedures")) {
    row.Text("key", limits::kIdCharsMax);
    row.Text("title_zh", limits::kTitleCodePointsMax);
    row.Present("approval_chain");
    row.Present("mark");
    row.Basis("legal_basis");
    row.Range("fine_fen_max_person", 0, kAmountMax);
    row.Range("fine_fen_max_entity", 0, kAmountMax);
    general |= row.As<v1::CaseProcedureRule>().key() == "GENERAL";
  }
  if (!general) root.Wrong("procedures", {"must have GENERAL", "应有普通程序GENERAL"});
}

void ValidateTimeBars(const Node& root) {
  bool for_all = false;
  for (const Node& row : root.Each("time_bars")) {
    row.Present("clock");
    if (for_all) row.Wrong("harm", {"is never reached", "前一项已适用于全部案件"});
    for_all |= !row.As<v1::TimeBar>().harm();
  }
  if (!for_all) root.Wrong("time_bars", {"the last one must fit all", "最后一项应适用于全部案件"});
}

// Whether the test asks for a threshold, and whether it looks back.
bool HasThreshold(v1::CaseFindingTest test) {
  return test == v1::CASE_FINDING_TEST_GOODS_FEN || test == v1::CASE_FINDING_TEST_MONTHS ||
         test == v1::CASE_FINDING_TEST_DEATHS || test == v1::CASE_FINDING_TEST_ILL ||
         test == v1::CASE_FINDING_TEST_PENALTIES;
}
bool LooksBack(v1::CaseFindingTest test) {
  return test == v1::CASE_FINDING_TEST_REPEAT || test == v1::CASE_FINDING_TEST_PENALTIES;
}

void ValidateFindings(const Node& root) {
  root.Unique("findings", "key");
  for (const Node& row : root.Each("findings")) {
    const v1::CaseFindingTest test = row.As<v1::CaseFinding>().test();
    row.Text("key", limits::kIdCharsMax);
    row.Text("title_zh", limits::kTitleCodePointsMax);
    row.Text("consequence_zh", limits::kTitleCodePointsMax);
    row.Present("test");
    row.Present("mark");
    row.Basis("legal_basis");
    row.Range("threshold", HasThreshold(test) ? 1 : 0, HasThreshold(test) ? kAmountMax : 0);
    row.Range("window_months", LooksBack(test) ? 1 : 0, LooksBack(test) ? kMonthsMax : 0);
  }
}

void ValidateItems(const Node& root, const char* field, bool scored) {
  root.Unique(field, "key");
  for (const Node& row : root.Each(field)) {
    row.Text("key", limits::kIdCharsMax);
    row.Text("title_zh", limits::kTitleCodePointsMax);
    row.Range("points_max", scored ? 1 : 0, scored ? 100 : 0);
    row.Present("mark");
    row.Basis("legal_basis");
  }
}

void ValidateFine(const Node& fine) {
  const auto& value = fine.As<v1::DiscretionFine>();
  fine.Range("goods_fen_below", 0, kAmountMax);
  fine.Range("fine_fen_min", 0, kAmountMax);
  fine.Range("fine_fen_max", value.fine_fen_min(), kAmountMax);
  fine.Range("goods_permille_min", 0, kPermilleMax);
  fine.Range("goods_permille_max", value.goods_permille_min(), kPermilleMax);
  if ((value.fine_fen_max() > 0) == (value.goods_permille_max() > 0)) {
    fine.Wrong("fine_fen_max", {"needs amounts or multiples", "应规定金额或者倍数之一"});
  }
}

void ValidateRung(const Node& rung) {
  rung.Present("level");
  rung.Present("conditions_zh");
  rung.Present("mark");
  rung.Basis("legal_basis");
  int64_t below = 0;
  bool for_all = false;
  for (const Node& fine : rung.Each("fines")) {
    ValidateFine(fine);
    const int64_t next = fine.As<v1::DiscretionFine>().goods_fen_below();
    if (for_all || (next > 0 && next <= below)) {
      fine.Wrong("goods_fen_below", {"must rise", "应逐项增大"});
    }
    for_all |= next == 0;
    below = next;
  }
}

}  // namespace

void ValidateCase(const Node& root) {
  ValidateProcedures(root);
  ValidateTimeBars(root);
  ValidateFindings(root);
  ValidateItems(root, "transfer_packet", false);
  ValidateItems(root, "review_items", true);
  root.Range("officers_min", 1, 10);
  root.Basis("officers_basis");
  if (root.As<v1::CaseRule>().discretion_required()) root.Basis("discretion_basis");
  for (const Node& row : root.Each("decision_levels")) {
    row.Range("fine_fen_min", 1, kAmountMax);
    row.Present("level_min");
    row.Present("mark");
    row.Basis("legal_basis");
  }
}

void ValidateDiscretion(const Node& root) {
  root.Present("violations");
  root.Unique("violations", "key");
  for (const Node& violation : root.Each("violations")) {
    violation.Text("key", limits::kIdCharsMax);
    violation.Text("title_zh", limits::kTitleCodePointsMax);
    violation.Basis("legal_basis");
    violation.Present("rungs");
    std::set<int> levels;
    for (const Node& rung : violation.Each("rungs")) {
      ValidateRung(rung);
      if (!levels.insert(rung.As<v1::DiscretionRung>().level()).second) {
        rung.Wrong("level", {"stands twice", "阶次重复"});
      }
    }
  }
}

}  // namespace shian::policy
