// System tables.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"
#include "libs/policy/limits.h"
#include "libs/policy/validate.h"
#include "shian/policy/v1/system.pb.h"

namespace shian::policy {
namespace {

bool IsRegion(const std::string& region) {
  return region.size() == 6 && region.find_first_not_of("0123456789") == std::string::npos;
}

void ValidateRegion(const Node& node, const char* field, const std::string& region) {
  if (!IsRegion(region)) node.Wrong(field, {"must be six digits", "应为六位数字"});
}

void ValidateValidity(const Node& node, const std::string& from, const std::string& to) {
  const bool dates =
      node.Present("valid_from") && node.DateText("valid_from") && node.DateText("valid_to");
  if (dates && !to.empty() && to < from) {
    node.Wrong("valid_to", {"is before valid_from", "早于valid_from"});
  }
}

// Periods of one id do not overlap.
class Periods {
 public:
  void Add(const Node& node, const std::string& id, const std::string& from, std::string to) {
    if (to.empty()) to = "9999-12-31";
    for (const auto& [other_from, other_to] : periods_[id]) {
      if (from <= other_to && other_from <= to) {
        node.Wrong("id", {absl::StrCat("\"", id, "\" has two entries for one day"),
                          absl::StrCat("“", id, "”的有效期重叠")});
      }
    }
    periods_[id].emplace_back(from, to);
  }

 private:
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> periods_;
};

void ValidateGrants(const Node& system) {
  const auto& value = system.As<v1::SystemEntry>();
  std::set<std::string> services;
  for (int i = 0; i < value.services_size(); ++i) {
    const std::string& service = value.services(i);
    if (service.rfind("shian.", 0) != 0) {
      system.Wrong("services", {"must be a full gRPC service name", "应为完整的gRPC服务名"}, i);
    }
    if (!services.insert(service).second) {
      system.Wrong("services", {"stands twice", "重复列出"}, i);
    }
  }
  for (const Node& feed : system.Each("feeds")) {
    feed.Present("origin");
    feed.Present("type_prefixes");
    feed.Present("regions");
  }
}

}  // namespace

void ValidateSystems(const Node& root) {
  std::set<std::string> organisations;
  Periods organisation_periods;
  for (const Node& node : root.Each("organisations")) {
    const auto& value = node.As<v1::OrganisationEntry>();
    node.Text("id", limits::kIdCharsMax);
    node.Text("title_zh", limits::kTitleCodePointsMax);
    node.Present("level");
    if (!value.short_zh().empty()) node.Text("short_zh", limits::kDocumentWordCodePointsMax);
    if (!value.review_authority_zh().empty()) {
      node.Text("review_authority_zh", limits::kTitleCodePointsMax);
    }
    if (!value.court_zh().empty()) node.Text("court_zh", limits::kTitleCodePointsMax);
    ValidateRegion(node, "region", value.region());
    ValidateValidity(node, value.valid_from(), value.valid_to());
    organisation_periods.Add(node, value.id(), value.valid_from(), value.valid_to());
    organisations.insert(value.id());
  }
  for (const Node& node : root.Each("organisations")) {
    const std::string& superior = node.As<v1::OrganisationEntry>().superior();
    if (!superior.empty() && !organisations.contains(superior)) {
      node.Wrong("superior", {"names no organisation", "所列机构不存在"});
    }
  }
  root.Present("systems");
  Periods system_periods;
  for (const Node& node : root.Each("systems")) {
    const auto& value = node.As<v1::SystemEntry>();
    node.Text("id", limits::kIdCharsMax);
    ValidateRegion(node, "region", value.region());
    ValidateValidity(node, value.valid_from(), value.valid_to());
    system_periods.Add(node, value.id(), value.valid_from(), value.valid_to());
    if (!organisations.contains(value.organisation())) {
      node.Wrong("organisation", {"names no organisation", "所列机构不存在"});
    }
    ValidateGrants(node);
  }
}

}  // namespace shian::policy
