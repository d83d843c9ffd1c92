#include "services/ctl/match/command.h"

#include <iostream>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"
#include "libs/names/compare.h"
#include "nlohmann/json.hpp"
#include "services/ctl/import/run.h"
#include "services/ctl/session/invoke.h"
#include "services/ctl/text/csv.h"
#include "services/ctl/text/encoding.h"

namespace shian::ctl {
namespace {

// As the services' screening takes them.
constexpr size_t kNameCodePointsMax = 200;
constexpr char kByteOrderMark[] = "\xef\xbb\xbf";

struct MatchArguments {
  std::string query, listed, csv;
};

struct Matched {
  names::Verdict verdict;
  std::vector<names::Feature> features;

  std::string Reasons() const {
    std::string out;
    for (const names::Feature& feature : features) {
      absl::StrAppend(&out, out.empty() ? "" : "；", names::DetailOf(feature));
    }
    return out;
  }
};

const char* BandName(names::Band band) {
  switch (band) {
    case names::Band::kSame:
      return "SAME";
    case names::Band::kReview:
      return "REVIEW";
    case names::Band::kRelated:
      return "RELATED";
    case names::Band::kDifferent:
      return "DIFFERENT";
  }
  return "";
}

std::string ScoreText(const names::Verdict& verdict) {
  return absl::StrFormat("%.3f", static_cast<double>(verdict.score_milli) / names::kScoreMax);
}

absl::StatusOr<names::Name> ToName(const char* column, const std::string& text) {
  const auto name = NormaliseText(text, kNameCodePointsMax);
  if (!name.ok() || name->empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(column, " must be a text of 1 to ", kNameCodePointsMax, " characters"));
  }
  return names::Parse(*name);
}

absl::StatusOr<Matched> Match(const std::string& query, const std::string& listed) {
  ASSIGN_OR_RETURN(const names::Name a, ToName("query", query));
  ASSIGN_OR_RETURN(const names::Name b, ToName("listed", listed));
  Matched out;
  out.verdict = names::Compare(a.View(), b.View());
  out.features = names::Explain(a.View(), b.View(), out.verdict);
  return out;
}

int MatchOne(const Session& session, const MatchArguments& arguments) {
  const auto matched = Match(arguments.query, arguments.listed);
  if (!matched.ok()) return ReportUsage(matched.status());
  if (session.json()) {
    nlohmann::ordered_json json = {{"band", BandName(matched->verdict.band)},
                                   {"score", ScoreText(matched->verdict)},
                                   {"matcher_version", names::kMatcherVersion}};
    for (const names::Feature& feature : matched->features) {
      json["features"].push_back({{"part", feature.part},
                                  {"query", feature.asked},
                                  {"listed", feature.listed},
                                  {"detail", names::DetailOf(feature)}});
    }
    std::cout << json.dump(1) << "\n";
    return 0;
  }
  std::cout << BandName(matched->verdict.band) << " " << ScoreText(matched->verdict) << "\n";
  for (const names::Feature& feature : matched->features) {
    std::cout << "  " << names::DetailOf(feature) << ": " << feature.asked << " | "
              << feature.listed << "\n";
  }
  return 0;
}

int MatchFile(const std::string& file) {
  const auto bytes = ReadWhole(file);
  const auto decoded = bytes.ok() ? DecodeText(*bytes) : bytes.status();
  if (!decoded.ok()) return ReportUsage(decoded.status());
  std::string problems;
  const auto out = MatchCsv(decoded->text, &problems);
  if (!out.ok()) return ReportUsage(out.status());
  // What a spreadsheet wrote goes back to a spreadsheet.
  if (decoded->encoding != Encoding::kUtf8) std::cout << kByteOrderMark;
  std::cout << *out;
  std::cerr << problems;
  return problems.empty() ? 0 : kExitWrong;
}

}  // namespace

absl::StatusOr<std::string> MatchCsv(const std::string& text, std::string* problems) {
  ASSIGN_OR_RETURN(const CsvTable table, ParseCsv(text));
  const auto query = table.Column("query"), listed = table.Column("listed");
  if (!query.has_value() || !listed.has_value()) {
    return absl::InvalidArgumentError("the table needs the columns query and listed");
  }
  std::vector<std::string> header = table.header;
  header.insert(header.end(), {"band", "score", "reasons"});
  std::string out = CsvLine(header);
  for (const CsvRow& row : table.rows) {
    std::vector<std::string> cells = row.cells;
    cells.resize(table.header.size());
    const auto matched = Match(cells[*query], cells[*listed]);
    if (matched.ok()) {
      cells.insert(cells.end(), {BandName(matched->verdict.band), ScoreText(matched->verdict),
                                 matched->Reasons()});
    } else {
      absl::StrAppend(problems, "line ", row.line, ": ", matched.status().message(), "\n");
      cells.insert(cells.end(), {"", "", ""});
    }
    out += CsvLine(cells);
  }
  return out;
}

void AddMatch(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<MatchArguments>();
  CLI::App* match = app->add_subcommand(
      "match", "whether two names are one firm's (名称比对), by the rules of screening; no server");
  match->footer(
      "Examples:\n"
      "  shian match 河南瑞丰源食品有限责任公司 河南省瑞丰源食品有限公司\n"
      "  shian match --csv pairs.csv > compared.csv\n"
      "Bands: SAME, REVIEW (a person must look), RELATED (a branch, or the same brand elsewhere "
      "or\n"
      "in another trade), DIFFERENT. Scores order within a band.");
  CLI::Option* query = match->add_option("query", arguments->query, "the name asked for");
  CLI::Option* listed = match->add_option("listed", arguments->listed, "the name on the list");
  query->needs(listed);
  match->add_option("--csv", arguments->csv, "a table with columns query and listed")
      ->excludes(query);
  match->callback([=] {
    if (arguments->csv.empty() && arguments->listed.empty()) {
      *exit_code = ReportUsage(absl::InvalidArgumentError("two names, or --csv FILE"));
    } else {
      *exit_code =
          arguments->csv.empty() ? MatchOne(*session, *arguments) : MatchFile(arguments->csv);
    }
  });
}

}  // namespace shian::ctl
