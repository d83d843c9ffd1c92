#include "libs/auth/system_table.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/auth/limits.h"
#include "libs/base/status_macros.h"
#include "libs/config/config.h"
#include "shian/policy/v1/system.pb.h"

namespace shian::auth {
namespace {

// The last day of an entry without an end.
const Date kNoEnd(9999, 12, 31);

class FirstError final : public google::protobuf::io::ErrorCollector {
 public:
  explicit FirstError(std::string file) : file_(std::move(file)) {}
  void AddError(int line, int column, const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat(file_, ":", line + 1, ":", column + 1, ": ", message);
  }
  absl::Status ToStatus() const {
    return absl::InvalidArgumentError(text_.empty() ? file_ + ": not a system table" : text_);
  }

 private:
  const std::string file_;
  std::string text_;
};

struct Period {
  Date from;
  Date to;
};

absl::StatusOr<Period> PeriodOf(const std::string& id, const std::string& from,
                                const std::string& to) {
  Period period{Date(1, 1, 1), kNoEnd};
  const auto named = [&id](const absl::Status& status) {
    return absl::InvalidArgumentError(absl::StrCat(id, ": ", status.message()));
  };
  const absl::StatusOr<Date> begin = from.empty() ? period.from : ParseDate(from);
  if (!begin.ok()) return named(begin.status());
  const absl::StatusOr<Date> end = to.empty() ? period.to : ParseDate(to);
  if (!end.ok()) return named(end.status());
  if (*end < *begin) return named(absl::InvalidArgumentError("ends before it begins"));
  return Period{*begin, *end};
}

template <class Entry>
absl::Status Add(std::vector<Entry>& entries, const std::string& id, Entry entry) {
  for (const Entry& other : entries) {
    if (entry.valid_from <= other.valid_to && other.valid_from <= entry.valid_to) {
      return absl::InvalidArgumentError(absl::StrCat(id, ": two entries for one day"));
    }
  }
  entries.push_back(std::move(entry));
  return absl::OkStatus();
}

template <class Map>
const typename Map::mapped_type::value_type* FindOn(const Map& map, absl::string_view id, Date on) {
  const auto found = map.find(id);
  if (found == map.end()) return nullptr;
  for (const auto& entry : found->second) {
    if (entry.valid_from <= on && on <= entry.valid_to) return &entry;
  }
  return nullptr;
}

SystemRecord RecordOf(const policy::v1::SystemEntry& entry, Period period) {
  SystemRecord record;
  record.system = {entry.id(), entry.organisation(), entry.region(), entry.department()};
  record.valid_from = period.from;
  record.valid_to = period.to;
  record.services.insert(entry.services().begin(), entry.services().end());
  record.audit_regions.assign(entry.audit_regions().begin(), entry.audit_regions().end());
  for (const auto& grant : entry.feeds()) {
    record.feeds.push_back({grant.origin(),
                            {grant.type_prefixes().begin(), grant.type_prefixes().end()},
                            {grant.regions().begin(), grant.regions().end()}});
  }
  return record;
}

absl::Status Parse(const std::string& text, const std::string& file,
                   policy::v1::SystemTable* table) {
  FirstError error(file);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (!parser.MergeFromString(text, table)) return error.ToStatus();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> FilesAt(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    const std::string name = entry.path().string();
    if (absl::EndsWith(name, ".textproto") || absl::EndsWith(name, ".txtpb")) {
      files.push_back(name);
    }
  }
  if (files.empty()) return absl::NotFoundError(path + ": no system table");
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

bool RegionCovers(absl::string_view outer, absl::string_view inner) {
  if (outer == "000000") return true;
  // A code is as significant as its digits before the trailing pairs of zeros.
  while (outer.size() >= 2 && outer.size() <= 6 && absl::EndsWith(outer, "00")) {
    outer.remove_suffix(2);
  }
  return absl::StartsWith(inner, outer);
}

absl::StatusOr<SystemTable> SystemTable::Load(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<std::string> files, FilesAt(path));
  policy::v1::SystemTable proto;
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(const std::string text, config::ReadFile(file, limits::kTableBytesMax));
    RETURN_IF_ERROR(Parse(text, file, &proto));
  }
  SystemTable table;
  RETURN_IF_ERROR(table.Take(proto));
  return table;
}

absl::StatusOr<SystemTable> SystemTable::FromText(const std::string& text,
                                                  const std::string& file) {
  policy::v1::SystemTable proto;
  RETURN_IF_ERROR(Parse(text, file, &proto));
  SystemTable table;
  RETURN_IF_ERROR(table.Take(proto));
  return table;
}

absl::Status SystemTable::Take(const policy::v1::SystemTable& table) {
  for (const auto& entry : table.organisations()) {
    ASSIGN_OR_RETURN(const Period period,
                     PeriodOf(entry.id(), entry.valid_from(), entry.valid_to()));
    RETURN_IF_ERROR(Add(organisations_[entry.id()], entry.id(),
                        Organisation{entry.id(), entry.title_zh(), entry.region(), entry.superior(),
                                     period.from, period.to}));
  }
  for (const auto& entry : table.systems()) {
    ASSIGN_OR_RETURN(const Period period,
                     PeriodOf(entry.id(), entry.valid_from(), entry.valid_to()));
    RETURN_IF_ERROR(Add(systems_[entry.id()], entry.id(), RecordOf(entry, period)));
    services_.insert(entry.services().begin(), entry.services().end());
  }
  return absl::OkStatus();
}

const SystemRecord* SystemTable::Find(absl::string_view id, Date on) const {
  return FindOn(systems_, id, on);
}

const Organisation* SystemTable::FindOrganisation(absl::string_view id, Date on) const {
  return FindOn(organisations_, id, on);
}

bool SystemTable::Names(absl::string_view service) const {
  return services_.contains(std::string(service));
}

}  // namespace shian::auth
