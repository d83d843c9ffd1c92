#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/region.h"
#include "libs/base/time.h"
#include "libs/store/store.h"
#include "services/trace/capture/epc.h"

namespace shian::trace::lookup {

// A code that was issued (追溯码).
struct Code {
  std::string epc;        // canonical
  std::string operator_;  // "operators/{operator}"
  std::string id;
  EpcKind kind = EpcKind::kOther;
  std::string lot;
  std::string link;
  std::string region;
  std::string system;  // that asked for it
  absl::Time issued;
};
absl::Status InsertCode(store::WriteTx& tx, const Code& code);
absl::StatusOr<std::optional<Code>> FindCode(store::ReadTx& tx, const std::string& epc,
                                             const std::string& operator_name);
absl::StatusOr<std::optional<Code>> FindCodeById(store::ReadTx& tx, const std::string& id);
// Of all operators; few.
absl::StatusOr<std::vector<Code>> CodesOf(store::ReadTx& tx, const std::string& epc);

// Empty fields do not filter.
struct CodeFilter {
  std::string epc;
  std::string operator_name;
  std::string region_first, region_last;  // divisions from one to the other
};
absl::StatusOr<std::vector<Code>> ListCodes(store::ReadTx& tx, const CodeFilter& filter,
                                            const std::string& after, int limit);

using ScanKey = std::pair<std::string, std::string>;  // identifier and day "2025-03-03"
using ScanCounts = std::map<ScanKey, int64_t>;
// Adds to what was counted before.
absl::Status AddScans(store::WriteTx& tx, const ScanCounts& counts);

struct ScanFilter {
  std::string epc;            // or
  std::string operator_name;  // of whose codes
  RegionRange codes_of;       // divisions to which those belong
  Date first, last;
};
struct ScanRow {
  ScanKey key;
  int64_t count = 0;
};
absl::StatusOr<std::vector<ScanRow>> ListScans(store::ReadTx& tx, const ScanFilter& filter,
                                               const ScanKey& after, int limit);

}  // namespace shian::trace::lookup
