#include "libs/store/request_table.h"

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/store/fact_table.h"
#include "libs/store/limits.h"

namespace shian::store {
namespace {

const FactTable& Requests() {
  static const auto* table =
      new FactTable("request", {"caller", "request_id", "body_digest", "reply", "recorded"}, 2);
  return *table;
}

constexpr Sql kPrune = {
    "DELETE FROM request WHERE (caller, request_id) IN ("
    "SELECT caller, request_id FROM request WHERE recorded < $1 ORDER BY recorded LIMIT $2)"};

}  // namespace

absl::StatusOr<std::optional<std::string>> FindReply(ReadTx& tx, const WriteContext& context) {
  ASSIGN_OR_RETURN(const std::optional<Row> row,
                   Requests().Find(tx, Values(context.caller, context.request_id)));
  if (!row) return std::optional<std::string>();
  if (row->Blob(2) != context.body_digest) {
    return errors::Refuse(errors::Reason::kRequestIdReused);
  }
  return std::optional<std::string>(row->Blob(3));
}

absl::Status KeepReply(WriteTx& tx, const WriteContext& context, const std::string& reply,
                       absl::Time at) {
  return Requests().Insert(tx, Values(context.caller, context.request_id,
                                      Bytes{context.body_digest}, Bytes{reply}, ToMicros(at)));
}

absl::StatusOr<int64_t> PruneReplies(WriteTx& tx, absl::Time now) {
  return tx.Execute(kPrune, Values(ToMicros(now - limits::kRequestsKept), limits::kPrunedRowsMax));
}

}  // namespace shian::store
