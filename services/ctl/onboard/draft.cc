#include "services/ctl/onboard/draft.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/time.h"

namespace shian::ctl {
namespace {

constexpr size_t kIdBytesMax = 40;
constexpr size_t kTitleBytesMax = 300;

bool IsId(absl::string_view text) {
  return !text.empty() && text.size() <= kIdBytesMax && absl::ascii_islower(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

bool IsRegion(absl::string_view text) {
  return text.size() == 6 && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

bool IsTitle(absl::string_view text) {
  return !text.empty() && text.size() <= kTitleBytesMax &&
         std::none_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_iscntrl(static_cast<unsigned char>(c)) || c == '"' || c == '\\';
         });
}

std::string OrganisationOf(const Department& department) {
  return absl::StrFormat(
      "organisations {\n  id: \"%s\"\n  title_zh: \"%s\"\n  region: \"%s\"\n"
      "  level: %s\n  valid_from: \"%s\"\n}\n",
      department.organisation, department.organisation_title, department.region,
      absl::EndsWith(department.region, "0000") ? "REGION_LEVEL_PROVINCE"
      : absl::EndsWith(department.region, "00") ? "REGION_LEVEL_CITY"
                                                : "REGION_LEVEL_COUNTY",
      department.from);
}

std::string SystemOf(const Department& department) {
  std::string out = absl::StrFormat(
      "systems {\n  id: \"%s\"\n  title_zh: \"%s\"\n  organisation: \"%s\"\n  region: \"%s\"\n"
      "  department: \"%s\"\n  valid_from: \"%s\"\n",
      department.system, department.title, department.organisation, department.region,
      department.system, department.from);
  for (const std::string& service : kDepartmentServices) {
    absl::StrAppend(&out, "  services: \"", service, "\"\n");
  }
  return absl::StrCat(out, "  feeds {\n    origin: \"sanction\"\n",
                      "    type_prefixes: \"shian.sanction.measure.", department.system, ".\"\n",
                      "    regions: \"", department.region, "\"\n  }\n}\n");
}

// A block's own id stands in its second line.
bool HasBlock(absl::string_view text, absl::string_view kind, absl::string_view id) {
  return text.find(absl::StrCat(kind, " {\n  id: \"", id, "\"")) != absl::string_view::npos;
}

}  // namespace

const std::vector<std::string> kDepartmentServices = {
    "shian.ledger.v1.FeedService", "shian.ledger.v1.LedgerService",
    "shian.sanction.v1.MeasureService", "shian.sanction.v1.ScreeningService"};

absl::Status CheckDepartment(const Department& department) {
  if (!IsId(department.system)) {
    return absl::InvalidArgumentError("NAME has a-z, 0-9 and '-' only, and begins with a letter");
  }
  if (!IsRegion(department.region)) {
    return absl::InvalidArgumentError("--region is a division code of 6 digits");
  }
  if (!IsTitle(department.title) || !IsTitle(department.organisation_title)) {
    return absl::InvalidArgumentError("titles are one line without quotes and backslashes");
  }
  if (!IsTitle(department.organisation)) {
    return absl::InvalidArgumentError("--organisation is the code of an organisation");
  }
  return ParseDate(department.from).status();
}

absl::StatusOr<std::string> AddToTable(std::string table, const Department& department) {
  if (HasBlock(table, "systems", department.system)) {
    return absl::AlreadyExistsError(
        absl::StrCat("the system table has ", department.system, " already"));
  }
  if (!table.empty() && table.back() != '\n') table += '\n';
  if (!HasBlock(table, "organisations", department.organisation)) {
    table += OrganisationOf(department);
  }
  return table + SystemOf(department);
}

absl::StatusOr<std::string> AddToMeasure(std::string catalogue, absl::string_view item,
                                         absl::string_view system) {
  const size_t at = catalogue.find(absl::StrCat("measures {\n  id: \"", item, "\""));
  if (at == std::string::npos) {
    return absl::NotFoundError(absl::StrCat("the catalogue has no measure ", item));
  }
  const size_t start = catalogue.find("\n  start: ", at);
  if (start == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat("the measure ", item, " has no start"));
  }
  catalogue.insert(start, absl::StrCat("\n  system_ids: \"", system, "\""));
  return catalogue;
}

}  // namespace shian::ctl
