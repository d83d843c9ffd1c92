// The dated table of systems and organisations (shian.policy.v1.SystemTable), loaded at start.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/auth/system.h"
#include "libs/base/time.h"

namespace shian::policy::v1 {
class SystemTable;
}

namespace shian::auth {

// What a system may watch of one origin's feed.
struct FeedGrant {
  std::string origin;                      // "sanction"
  std::vector<std::string> type_prefixes;  // empty: nothing is granted
  std::vector<std::string> regions;        // empty: every region
};

// Everything the table says of one system on one day.
struct SystemRecord {
  System system;
  Date valid_from;
  Date valid_to;
  std::set<std::string, std::less<>> services;
  std::vector<FeedGrant> feeds;
  std::vector<std::string> audit_regions;
};

struct Organisation {
  std::string id;
  std::string title_zh;
  std::string region;
  std::string superior;
  Date valid_from;
  Date valid_to;
};

class SystemTable {
 public:
  // A text file, or a folder whose .textproto and .txtpb files are read in the order of their
  // names. Refused with file, line and column, or with the entry that contradicts itself.
  static absl::StatusOr<SystemTable> Load(const std::string& path);
  static absl::StatusOr<SystemTable> FromText(const std::string& text, const std::string& file);

  // Null when the system is not registered on that day.
  const SystemRecord* Find(absl::string_view id, Date on) const;
  const Organisation* FindOrganisation(absl::string_view id, Date on) const;
  // Whether any system, on any day, may call `service`: a service that nobody may call is a
  // mistake in the table, found at start.
  bool Names(absl::string_view service) const;

 private:
  absl::Status Take(const policy::v1::SystemTable& table);

  absl::flat_hash_map<std::string, std::vector<SystemRecord>> systems_;
  absl::flat_hash_map<std::string, std::vector<Organisation>> organisations_;
  std::set<std::string> services_;
};

}  // namespace shian::auth
