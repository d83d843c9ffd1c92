#include "services/ctl/check/command.h"

#include <iostream>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/status_macros.h"
#include "libs/codes/codes.h"
#include "libs/codes/rules.h"
#include "nlohmann/json.hpp"
#include "services/ctl/check/draw.h"
#include "services/ctl/import/run.h"
#include "services/ctl/session/invoke.h"
#include "services/ctl/text/csv.h"
#include "services/ctl/text/encoding.h"

namespace shian::ctl {
namespace {

using Json = nlohmann::ordered_json;

struct CheckArguments {
  std::string kind, csv;
  std::vector<std::string> codes;
};

struct Finding {
  std::string kind, kind_zh, rule, rule_zh;
  std::vector<codes::Part> parts;
  bool valid = false;
};

Finding Find(const std::string& kind_word, const std::string& code) {
  Finding finding;
  const std::string text = codes::Tidy(code);
  std::optional<codes::Kind> kind = codes::KindFromWord(absl::AsciiStrToUpper(kind_word));
  if (!kind_word.empty() && !kind.has_value()) {
    const errors::Rule unknown = codes::RuleText(codes::CodeRule::kCodeKindUnknown);
    finding.rule = unknown.word;
    finding.rule_zh = unknown.zh;
    return finding;
  }
  const auto parsed = kind.has_value() ? codes::Check(*kind, text) : codes::Detect(text);
  if (!kind.has_value()) kind = codes::KindByForm(text);
  if (kind.has_value()) {
    finding.kind = std::string(codes::KindWord(*kind));
    finding.kind_zh = std::string(codes::KindChinese(*kind));
  }
  finding.valid = parsed.ok();
  if (parsed.ok()) {
    finding.parts = parsed->parts;
  } else {
    const errors::Rule rule = codes::RuleOf(parsed.status());
    finding.rule = rule.word;
    finding.rule_zh = rule.zh;
  }
  return finding;
}

Json ToJson(const std::string& code, const Finding& finding) {
  Json json = {{"code", code}, {"kind", finding.kind}, {"valid", finding.valid}};
  if (!finding.valid) {
    json["rule"] = finding.rule;
    json["message"] = finding.rule_zh;
    return json;
  }
  for (const codes::Part& part : finding.parts) json["parts"][part.name] = part.value;
  return json;
}

void PrintForPeople(const std::string& code, const Finding& finding) {
  std::cout << code << "  " << (finding.kind.empty() ? "?" : finding.kind) << " " << finding.kind_zh
            << "  "
            << (finding.valid ? "valid"
                              : absl::StrCat("INVALID ", finding.rule, " ", finding.rule_zh))
            << "\n";
  for (const codes::Part& part : finding.parts) {
    std::cout << "    " << part.zh << "（" << part.name << "） " << part.value << "\n";
  }
}

int CheckFile(const std::string& file) {
  const auto bytes = ReadWhole(file);
  const auto decoded = bytes.ok() ? DecodeText(*bytes) : bytes.status();
  if (!decoded.ok()) return ReportUsage(decoded.status());
  bool all_valid = true;
  const auto out = CheckCsv(decoded->text, &all_valid);
  if (!out.ok()) return ReportUsage(out.status());
  std::cout << *out;
  return all_valid ? 0 : kExitWrong;
}

int Check(const Session& session, const CheckArguments& arguments) {
  if (!arguments.csv.empty()) return CheckFile(arguments.csv);
  if (arguments.codes.empty()) {
    return ReportUsage(absl::InvalidArgumentError("give a CODE or --csv FILE"));
  }
  bool all_valid = true;
  Json list = Json::array();
  for (const std::string& code : arguments.codes) {
    const Finding finding = Find(arguments.kind, code);
    all_valid = all_valid && finding.valid;
    if (session.json()) {
      list.push_back(ToJson(code, finding));
    } else {
      PrintForPeople(code, finding);
    }
  }
  if (session.json()) std::cout << list.dump(1) << "\n";
  return all_valid ? 0 : kExitWrong;
}

std::string KindWords() {
  std::vector<std::string> words;
  for (const codes::Kind kind : codes::AllKinds()) {
    words.push_back(std::string(codes::KindWord(kind)));
  }
  return absl::StrJoin(words, ", ");
}

}  // namespace

absl::StatusOr<std::string> CheckCsv(const std::string& text, bool* all_valid) {
  ASSIGN_OR_RETURN(const CsvTable table, ParseCsv(text));
  const auto code = table.Column("code");
  const auto kind = table.Column("kind");
  if (!code.has_value()) return absl::InvalidArgumentError("the table has no column 'code'");
  std::vector<std::string> header = table.header;
  header.insert(header.end(), {"found_kind", "valid", "rule"});
  std::string out = CsvLine(header);
  for (const CsvRow& row : table.rows) {
    std::vector<std::string> cells = row.cells;
    cells.resize(table.header.size());
    const Finding finding = Find(kind.has_value() ? cells[*kind] : "", cells[*code]);
    *all_valid = *all_valid && finding.valid;
    cells.insert(cells.end(), {finding.kind, finding.valid ? "true" : "false", finding.rule});
    out += CsvLine(cells);
  }
  return out;
}

void AddCheck(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<CheckArguments>();
  CLI::App* code = app->add_subcommand("code", "identifiers: kind, parts, check digits");
  code->require_subcommand(1);
  CLI::App* check = code->add_subcommand("check", "check codes; no server needed");
  check->footer(absl::StrCat(
      "Examples:\n  shian code check 914403001922038216 SC10633019702613\n"
      "  shian code check --kind GLN 6901234000016\n  shian code check --csv codes.csv\n"
      "Kinds: ",
      KindWords(), ".\nExit 1 when a code is wrong."));
  check->add_option("CODE", arguments->codes, "codes to check");
  check->add_option("--kind", arguments->kind, "the kind it must be; else it is found by form");
  check->add_option("--csv", arguments->csv, "a table with a column code and perhaps kind");
  check->callback([=] { *exit_code = Check(*session, *arguments); });
  AddDraw(code, exit_code);
}

}  // namespace shian::ctl
