// Reads and writes of laboratories.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/registry/laboratory/laboratory.h"
#include "services/registry/operator/past.h"

namespace shian::registry {

absl::StatusOr<std::optional<Laboratory>> FindLaboratory(store::ReadTx& tx, const LaboratoryId& id,
                                                         const Past& past = {});
// The laboratory that another system knows by this id, with the digest of what it last said.
struct KnownLaboratory {
  LaboratoryId id;
  int64_t version = 0;
  std::string content;
};
absl::StatusOr<std::optional<KnownLaboratory>> FindLaboratoryBySource(store::ReadTx& tx,
                                                                      absl::string_view origin,
                                                                      absl::string_view source_id);
// A known record's row becomes a former version.
absl::Status PutLaboratory(store::WriteTx& tx, const Laboratory& laboratory,
                           absl::string_view content);

struct LaboratoryQuery {
  std::string region;
  bool reinspection_only = false;
  std::string after;
  int count = 0;
  Past past = {};
};
absl::StatusOr<std::vector<Laboratory>> ListLaboratories(store::ReadTx& tx,
                                                         const LaboratoryQuery& query);

}  // namespace shian::registry
