#include "services/registry/laboratory/laboratory.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/hash.h"
#include "libs/codes/codes.h"
#include "libs/codes/rules.h"
#include "services/registry/laboratory/limits.h"

namespace shian::registry {
namespace {

constexpr absl::string_view kCollection = "laboratories/";

// A code in its one form; a wrong one is reported for `field`.
std::string Code(codes::Kind kind, absl::string_view field, const std::string& cell,
                 CellReader* cells) {
  const std::string code = codes::Tidy(cell);
  const absl::StatusOr<codes::Parsed> checked = codes::Check(kind, code);
  if (!checked.ok()) cells->Wrong(field, codes::RuleOf(checked.status()), cell);
  return code;
}

Date RequiredDay(absl::string_view field, const std::string& cell, CellReader* cells) {
  const std::optional<Date> date = cells->Day(field, cell);
  if (!date && cell.empty()) cells->Wrong(field, RequiredRule(), "");
  return date.value_or(Date());
}

std::string Digest(const JudgedLaboratory& row) {
  const Qualification& q = row.qualification;
  return Sha256(
      absl::StrJoin({row.id.value(), q.title, q.region, q.accreditation, FormatDate(q.valid_from),
                     FormatDate(q.valid_to), absl::StrJoin(q.scopes, "\t"),
                     std::string(q.reinspection ? "1" : "0"), absl::StrJoin(q.affiliates, "\t"),
                     q.system, std::string(q.suspended ? "1" : "0")},
                    "\n"));
}

}  // namespace

JudgedLaboratory JudgeLaboratory(const RawLaboratory& row) {
  JudgedLaboratory judged;
  CellReader cells(&judged.violations);
  Qualification& q = judged.qualification;
  judged.line = row.line;
  judged.source_id = cells.Text("source_id", row.source_id, limits::kSourceIdMax, true);
  judged.id = LaboratoryId(Code(codes::Kind::kUscc, "code", row.code, &cells));
  q.title = cells.Text("title", row.title, limits::kTitleMax, true);
  q.region = Code(codes::Kind::kRegion, "region", row.region, &cells);
  q.accreditation = cells.Text("accreditation", row.accreditation, limits::kAccreditationMax, true);
  q.valid_from = RequiredDay("valid_from", row.valid_from, &cells);
  q.valid_to = RequiredDay("valid_to", row.valid_to, &cells);
  if (judged.valid() && q.valid_to < q.valid_from) {
    cells.Wrong("valid_to", DateOrderRule(), row.valid_to);
  }
  q.scopes = cells.List("scopes", row.scopes, limits::kScopesMax, limits::kScopeBytesMax);
  q.reinspection = cells.Flag("reinspection", row.reinspection);
  for (const std::string& affiliate :
       cells.List("affiliates", row.affiliates, limits::kAffiliatesMax, limits::kUsccChars)) {
    q.affiliates.push_back(
        LaboratoryName(LaboratoryId(Code(codes::Kind::kUscc, "affiliates", affiliate, &cells))));
  }
  q.system = cells.Text("system", row.system, limits::kSystemMax);
  q.suspended = cells.Flag("suspended", row.suspended);
  if (judged.valid()) judged.content = Digest(judged);
  return judged;
}

std::string LaboratoryName(const LaboratoryId& id) { return absl::StrCat(kCollection, id.value()); }

std::optional<LaboratoryId> LaboratoryIdOf(absl::string_view name) {
  if (name.substr(0, kCollection.size()) != kCollection) return std::nullopt;
  const absl::string_view id = name.substr(kCollection.size());
  if (!codes::Check(codes::Kind::kUscc, id).ok()) return std::nullopt;
  return LaboratoryId(std::string(id));
}

}  // namespace shian::registry
