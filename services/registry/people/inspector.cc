#include "services/registry/people/inspector.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/hash.h"
#include "libs/codes/codes.h"
#include "libs/codes/regions.h"
#include "libs/codes/rules.h"
#include "services/registry/people/limits.h"

namespace shian::registry {
namespace {

constexpr absl::string_view kCollection = "inspectors/";

bool IsPersonId(absl::string_view text) {
  return !text.empty() && text.size() <= limits::kPersonIdBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
         });
}

void ReadRegion(const RawInspector& row, absl::string_view region, CellReader* cells,
                Roster* roster) {
  roster->region = codes::Tidy(row.region);
  const absl::StatusOr<codes::Parsed> checked = codes::Check(codes::Kind::kRegion, roster->region);
  if (!checked.ok()) {
    cells->Wrong("region", codes::RuleOf(checked.status()), row.region);
  } else if (roster->region.size() != 6 || !codes::RegionContains(region, roster->region)) {
    cells->Wrong("region", RegionOutsideRule(), row.region);
  }
}

void ReadSpecialities(const RawInspector& row, CellReader* cells, Roster* roster) {
  for (const std::string& item : cells->List("specialities", row.specialities,
                                             limits::kSpecialitiesMax, limits::kItemBytesMax)) {
    const Kind kind = KindFromText(item);
    if (kind == Kind::kUnknown) {
      cells->Wrong("specialities",
                   {"has an unknown kind of operator", "含未知的主体类别", "KIND_UNKNOWN"}, item);
      continue;
    }
    roster->specialities.emplace_back(KindWord(kind));
  }
}

void ReadConflicts(const RawInspector& row, CellReader* cells, Roster* roster) {
  roster->conflicts =
      cells->List("conflicts", row.conflicts, limits::kConflictsMax, limits::kItemBytesMax);
  for (const std::string& name : roster->conflicts) {
    if (OperatorIdOf(name)) continue;
    cells->Wrong("conflicts",
                 {"must be operators/{operator}", "应为operators/{operator}形式", "OPERATOR_NAME"},
                 name);
  }
}

std::string Digest(const JudgedInspector& row) {
  const Roster& r = row.roster;
  return Sha256(
      absl::StrJoin({row.id.value(), r.organisation, r.region, r.card,
                     r.card_valid_to ? FormatDate(*r.card_valid_to) : std::string(),
                     absl::StrJoin(r.specialities, "\t"), absl::StrJoin(r.conflicts, "\t"),
                     absl::StrCat(static_cast<int>(r.duty))},
                    "\n"));
}

}  // namespace

JudgedInspector JudgeInspector(const RawInspector& row, absl::string_view region) {
  JudgedInspector judged;
  CellReader cells(&judged.violations);
  Roster& roster = judged.roster;
  judged.line = row.line;
  judged.source_id = cells.Text("source_id", row.source_id, limits::kSourceIdMax, true);
  const absl::string_view person = absl::StripAsciiWhitespace(row.person);
  judged.id = InspectorId(std::string(person));
  if (!IsPersonId(person)) {
    cells.Wrong("person",
                {"must be 1 to 64 letters, digits, '-', '_' or '.'", "应为1至64位字母、数字或“-_.”",
                 "PERSON_ID"},
                "");
  }
  roster.organisation =
      cells.Text("organisation", row.organisation, limits::kOrganisationMax, true);
  ReadRegion(row, region, &cells, &roster);
  roster.card = cells.Text("card", row.card, limits::kCardMax, true, CellReader::Show::kCode);
  roster.card_valid_to = cells.Day("card_valid_to", row.card_valid_to);
  ReadSpecialities(row, &cells, &roster);
  ReadConflicts(row, &cells, &roster);
  const absl::string_view status = absl::StripAsciiWhitespace(row.status);
  if (status.empty() || status == "在岗" || status == "ACTIVE") roster.duty = Duty::kActive;
  if (status == "离岗" || status == "INACTIVE") roster.duty = Duty::kInactive;
  if (roster.duty == Duty::kUnknown) {
    cells.Wrong("status", {"is no known status", "不是已知的在岗状态", "STATUS_UNKNOWN"}, status);
  }
  judged.content = Digest(judged);
  return judged;
}

std::string InspectorName(const InspectorId& id) { return absl::StrCat(kCollection, id.value()); }

std::optional<InspectorId> InspectorIdOf(absl::string_view name) {
  if (name.substr(0, kCollection.size()) != kCollection) return std::nullopt;
  const absl::string_view id = name.substr(kCollection.size());
  if (!IsPersonId(id)) return std::nullopt;
  return InspectorId(std::string(id));
}

}  // namespace shian::registry
