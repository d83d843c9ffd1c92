// Reads and writes of the roster.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/registry/operator/past.h"
#include "services/registry/people/inspector.h"

namespace shian::registry {

absl::StatusOr<std::optional<Inspector>> FindInspector(store::ReadTx& tx, const InspectorId& id,
                                                       const Past& past = {});
// The inspector whom another system knows by this id, with the digest of what it last said.
struct KnownInspector {
  InspectorId id;
  int64_t version = 0;
  std::string content;
};
absl::StatusOr<std::optional<KnownInspector>> FindInspectorBySource(store::ReadTx& tx,
                                                                    absl::string_view origin,
                                                                    absl::string_view source_id);
// A known record's row becomes a former version.
absl::Status PutInspector(store::WriteTx& tx, const Inspector& inspector,
                          absl::string_view content);

struct InspectorQuery {
  std::string region;
  Duty duty = Duty::kUnknown;  // kUnknown does not filter
  std::string after;
  int count = 0;
  Past past = {};
};
absl::StatusOr<std::vector<Inspector>> ListInspectors(store::ReadTx& tx,
                                                      const InspectorQuery& query);

}  // namespace shian::registry
