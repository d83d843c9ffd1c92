#include "services/ctl/import/report.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace shian::ctl {
namespace {

namespace pb = shian::common::v1;
using google::protobuf::Message;

// "ROW_OUTCOME_NEW" and "VERDICT_CAPTURED" without their prefixes.
std::string Word(const std::string& name) {
  for (const std::string prefix : {"ROW_OUTCOME_", "VERDICT_"}) {
    if (name.rfind(prefix, 0) == 0) return name.substr(prefix.size());
  }
  return name;
}

// An import that says more than the outcome (EPCIS) carries it in a field `verdict`.
std::string OwnWord(const Message& verdict) {
  const auto* field = verdict.GetDescriptor()->FindFieldByName("verdict");
  return field == nullptr ? "" : Word(verdict.GetReflection()->GetEnum(verdict, field)->name());
}

pb::RowVerdict RowOf(const Message& verdict) {
  const auto* field = verdict.GetDescriptor()->FindFieldByName("row");
  const Message& row =
      field == nullptr ? verdict : verdict.GetReflection()->GetMessage(verdict, field);
  pb::RowVerdict typed;
  typed.ParseFromString(row.SerializeAsString());
  return typed;
}

}  // namespace

void ImportReport::AddVerdict(const pb::RowVerdict& verdict, const std::string& word) {
  ++rows_;
  ++totals_[word.empty() ? Word(pb::RowOutcome_Name(verdict.outcome())) : word];
  if (verdict.outcome() != pb::ROW_OUTCOME_INVALID) return;
  ++invalid_;
  wrong_.push_back(verdict);
}

void ImportReport::Add(const LocalRefusal& refusal) {
  pb::RowVerdict verdict;
  verdict.set_line(refusal.line);
  verdict.set_outcome(pb::ROW_OUTCOME_INVALID);
  auto* violation = verdict.add_violations();
  violation->set_field(refusal.field);
  violation->set_rule(refusal.rule);
  violation->set_message(refusal.message);
  AddVerdict(verdict, "");
}

void ImportReport::AddAnswer(const Message& answer) {
  const auto* field = answer.GetDescriptor()->FindFieldByName("verdicts");
  const auto* reflection = answer.GetReflection();
  for (int i = 0; i < reflection->FieldSize(answer, field); ++i) {
    const Message& verdict = reflection->GetRepeatedMessage(answer, field, i);
    AddVerdict(RowOf(verdict), OwnWord(verdict));
  }
}

void ImportReport::Print(bool json) const {
  nlohmann::ordered_json out = {{"file", file_}, {"rows", rows_}, {"totals", totals_}};
  out["invalid"] = nlohmann::ordered_json::array();
  for (const pb::RowVerdict& verdict : wrong_) {
    for (const pb::RowViolation& violation : verdict.violations()) {
      out["invalid"].push_back({{"line", verdict.line()},
                                {"field", violation.field()},
                                {"rule", violation.rule()},
                                {"value", violation.value()},
                                {"message", violation.message()}});
    }
  }
  if (json) {
    std::cout << out.dump(1) << "\n";
    return;
  }
  std::cout << file_ << ": " << rows_ << " rows";
  for (const auto& [word, count] : totals_) std::cout << ", " << word << " " << count;
  std::cout << "\n";
  for (const auto& row : out["invalid"]) {
    std::cout << "  line " << row["line"] << "  " << row["field"].get<std::string>() << "  "
              << row["rule"].get<std::string>() << "  " << row["value"].get<std::string>() << "  "
              << row["message"].get<std::string>() << "\n";
  }
}

}  // namespace shian::ctl
