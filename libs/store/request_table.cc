#include "libs/store/request_table.h"

#include <vector>

#include "absl/strings/match.h"
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

std::vector<Value> RowOf(const WriteContext& context, const std::string& reply, absl::Time at) {
  return Values(context.caller, context.request_id, Bytes{context.body_digest}, Bytes{reply},
                ToMicros(at));
}

constexpr Sql kPrune = {
    "DELETE FROM request WHERE (caller, request_id) IN ("
    "SELECT caller, request_id FROM request WHERE recorded < $1 ORDER BY recorded LIMIT $2)"};
constexpr Sql kPruneOwn = {
    "DELETE FROM request WHERE caller = $1 AND request_id IN (SELECT request_id FROM request "
    "WHERE caller = $1 AND recorded < $2 LIMIT $3)"};
constexpr Sql kTouch = {
    "UPDATE request SET recorded = recorded WHERE caller = $1 AND request_id = $2"};

}  // namespace

absl::StatusOr<std::optional<FirstReply>> FindReply(ReadTx& tx, const WriteContext& context) {
  ASSIGN_OR_RETURN(const std::optional<Row> row,
                   Requests().Find(tx, Values(context.caller, context.request_id)));
  if (!row) return std::optional<FirstReply>();
  if (row->Blob(2) != context.body_digest) {
    return errors::Refuse(errors::Reason::kRequestIdReused);
  }
  return std::optional<FirstReply>({row->Blob(3), FromMicros(row->Int(4))});
}

absl::Status KeepReply(WriteTx& tx, const WriteContext& context, const std::string& reply,
                       absl::Time at) {
  return Requests().Insert(tx, RowOf(context, reply, at));
}

std::vector<Value> ReplyRow(const WriteContext& context, const std::string& reply, absl::Time at) {
  return Requests().Sealed(RowOf(context, reply, at));
}

absl::Status TouchReply(WriteTx& tx, const WriteContext& context) {
  return tx.Execute(kTouch, Values(context.caller, context.request_id)).status();
}

absl::StatusOr<int64_t> PruneReplies(WriteTx& tx, absl::Time now) {
  if (tx.many_writers()) {
    RETURN_IF_ERROR(tx.Execute(kPruneOwn, Values(kOwnWork, ToMicros(now - limits::kOwnWritesKept),
                                                 limits::kPrunedOwnRowsMax))
                        .status());
  }
  return tx.Execute(kPrune, Values(ToMicros(now - limits::kRequestsKept), limits::kPrunedRowsMax));
}

absl::StatusOr<int64_t> EraseReplies(WriteTx& tx, absl::string_view text) {
  ASSIGN_OR_RETURN(const std::vector<Row> rows, Requests().Select(tx, {"WHERE 1 = 1"}, {}));
  int64_t erased = 0;
  for (const Row& row : rows) {
    if (!absl::StrContains(row.Blob(3), text)) continue;
    RETURN_IF_ERROR(Requests().Put(
        tx, Values(row.Text(0), row.Text(1), Bytes{row.Blob(2)}, Bytes{""}, row.Int(4))));
    ++erased;
  }
  return erased;
}

}  // namespace shian::store
