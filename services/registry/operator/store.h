// Reads and writes of operators.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/store/store.h"
#include "services/registry/operator/operator.h"
#include "services/registry/operator/past.h"

namespace shian::registry {

// Which operator another system's record is, and the digest of what it last said.
struct SourceEntry {
  OperatorId id;
  std::string content;  // empty after an erasure
};
absl::StatusOr<std::optional<SourceEntry>> FindSource(store::ReadTx& tx, absl::string_view origin,
                                                      absl::string_view source_id);

// Those of `source_ids` that are known, by few statements; by source id.
absl::StatusOr<std::map<std::string, SourceEntry>> FindSources(
    store::ReadTx& tx, absl::string_view origin, const std::vector<std::string>& source_ids);

// As it was at `past`; nothing when it was not recorded yet.
absl::StatusOr<std::optional<Operator>> FindOperator(store::ReadTx& tx, const OperatorId& id,
                                                     const Past& past = {});
absl::StatusOr<bool> OperatorExists(store::ReadTx& tx, const OperatorId& id);
// The person whose code has this keyed hash.
absl::StatusOr<std::optional<OperatorId>> FindByCodeKey(store::ReadTx& tx,
                                                        absl::string_view code_key);

// Those of `ids` that there are, and those of `code_keys` that somebody holds, by few statements.
absl::StatusOr<std::set<std::string>> ExistingOperators(store::ReadTx& tx,
                                                        const std::vector<std::string>& ids);
absl::StatusOr<std::set<std::string>> HeldCodeKeys(store::ReadTx& tx,
                                                   const std::vector<std::string>& code_keys);

// A new record with its source entry. `code_key` is empty for whoever is named by its code.
struct NewOperator {
  Operator op;
  std::string content;
  std::string code_key;
};
absl::Status InsertOperators(store::WriteTx& tx, const std::vector<NewOperator>& operators);
// Replaces a known record, whose rows become a former version.
absl::Status UpdateOperator(store::WriteTx& tx, const Operator& op, absl::string_view content,
                            absl::string_view code_key);

// Deletes the payload of all versions of `op` and keeps the order; `op` is what is left.
struct ErasureActor {
  std::string person;
  std::string organisation;
};
absl::Status EraseOperatorRows(store::WriteTx& tx, const Operator& op, const ErasureOrder& order,
                               const ErasureActor& actor);

absl::Status PutRestriction(store::WriteTx& tx, const OperatorId& id,
                            const Restriction& restriction);
absl::StatusOr<std::optional<Restriction>> FindRestriction(store::ReadTx& tx, const OperatorId& id,
                                                           absl::string_view listing);

// Operators of a division in the order of their ids, from the one after `after`. kUnknown and an
// empty list do not filter. The present is read as it is, without what was recorded first after
// `known_at`; of a past the filters apply to what it shows.
struct OperatorQuery {
  std::string region;
  std::vector<Kind> kinds = {};
  Status status = Status::kUnknown;
  std::string after = {};
  absl::Time known_at = absl::InfiniteFuture();
  int count = 0;
  Past past = {};
};
absl::StatusOr<std::vector<Operator>> ListOperators(store::ReadTx& tx, const OperatorQuery& query);
// The same without payload and restrictions.
absl::StatusOr<std::vector<Operator>> ListCores(store::ReadTx& tx, const OperatorQuery& query);

struct KindCount {
  Kind kind;
  Status status;
  int64_t count;
};
absl::StatusOr<std::vector<KindCount>> CountOperators(store::ReadTx& tx, absl::string_view region,
                                                      const Past& past = {});

// The people of operators' records as they are now, in the order of ids from the one after `after`.
struct OperatorPosts {
  OperatorId op;
  std::vector<PostHolder> posts;
};
absl::StatusOr<std::vector<OperatorPosts>> ListOperatorPosts(store::ReadTx& tx,
                                                             const std::string& after, int count);

// The range of division codes within `region`: "410900" holds "410900" to "410999".
struct RegionRange {
  std::string first;
  std::string last;
};
RegionRange RangeOf(absl::string_view region);

}  // namespace shian::registry
