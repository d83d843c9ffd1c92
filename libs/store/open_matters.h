// Matters in which a clock may run (在办事项): an index over a service's own facts. Each act that
// may start a clock puts its matter here, in its own write; the work that watches the clocks takes
// out what has none left. So the list may name too many for a while, and never too few.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"

namespace shian::store {

struct OpenMatter {
  std::string operator_id;
  std::string matter;        // "cases/7"; the operator and it make a key
  std::string region;        // division code
  std::string organisation;  // who is to act; empty while nobody has taken it up
  std::string officer;       // person id of who is in charge; may be empty

  friend bool operator==(const OpenMatter&, const OpenMatter&) = default;
};

absl::Status NoteOpen(WriteTx& tx, const OpenMatter& matter);
// OK also when it is not there.
absl::Status DropOpen(WriteTx& tx, const std::string& operator_id, const std::string& matter);

struct OpenQuery {
  std::string region_from;  // of a half-open range of division codes
  std::string region_to;
  std::string officer;       // empty: all
  std::string organisation;  // empty: all
  std::string home;  // the organisation's own division, whose matters without one are its too
  OpenMatter from;   // the first one wanted: its region, operator and matter
  int limit = 0;
};
// In the order of division, operator and matter.
absl::StatusOr<std::vector<OpenMatter>> ListOpen(ReadTx& tx, const OpenQuery& query);

}  // namespace shian::store
