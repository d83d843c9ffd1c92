#include "services/sanction/publicity/field.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace shian::sanction {

bool IsField(const std::string& field) {
  return field == "FOOD" || field == "DRUG" || field == "SPECIAL_EQUIPMENT" || field == "OTHER";
}

std::string StatedField(const Case& c) {
  std::string violation;
  if (const Event* facts = c.Last(Act::kFactsStated)) violation = facts->detail.facts->violation;
  const Penalty* penalty = c.penalty();
  if (violation.empty() && penalty != nullptr && penalty->discretion) {
    violation = penalty->discretion->violation;
  }
  // Keys of violations begin with the field of their table: "food.over_limit".
  std::string field = absl::AsciiStrToUpper(violation.substr(0, violation.find('.')));
  std::replace(field.begin(), field.end(), '-', '_');
  return IsField(field) ? field : "";
}

absl::Status CheckField(const Publicity& publicity, const std::string& field) {
  const std::string stated = StatedField(publicity.c);
  const PublicityEvent* asked = publicity.Last(PublicityAct::kRepairRequested);
  if (stated.empty() && asked == nullptr) return absl::OkStatus();
  const std::string& known = stated.empty() ? asked->field : stated;
  if (known == field) return absl::OkStatus();
  return errors::InvalidField(
      "field", {absl::StrCat("must be ", known, ", as the case or an earlier request states"),
                absl::StrCat("应与案件认定的违法行为或者此前的申请一致：", known)});
}

}  // namespace shian::sanction
