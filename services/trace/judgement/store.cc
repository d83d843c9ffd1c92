#include "services/trace/judgement/store.h"

#include <utility>

#include "libs/base/status_macros.h"
#include "libs/store/fact_table.h"
#include "services/trace/judgement/store_progress.h"

namespace shian::trace::judgement {
namespace {

using store::Row;
using store::Sql;
using store::Values;

const store::FactTable kExpiries("judgement_expiry", {"day", "epc", "kind", "sequence"}, 4);

}  // namespace

absl::StatusOr<int64_t> IndexedTo(store::ReadTx& tx) { return ProgressOf(tx, "expiry"); }

absl::Status SetIndexedTo(store::WriteTx& tx, int64_t sequence) {
  return SetProgress(tx, "expiry", sequence);
}

absl::Status PutExpiries(store::WriteTx& tx, const std::vector<StatedExpiry>& stated) {
  std::vector<std::vector<store::Value>> rows;
  rows.reserve(stated.size());
  for (const StatedExpiry& each : stated) {
    rows.push_back(Values(FormatDate(each.expiry.day), each.expiry.epc,
                          static_cast<int>(each.expiry.kind), each.sequence));
  }
  return rows.empty() ? absl::OkStatus() : kExpiries.PutAll(tx, std::move(rows));
}

ExpiryKey KeyOf(const Expiry& expiry) {
  return {FormatDate(expiry.day), expiry.epc, static_cast<int>(expiry.kind)};
}

absl::StatusOr<std::vector<StatedExpiry>> ListExpiries(store::ReadTx& tx, Date first, Date last,
                                                       const ExpiryKey& after, int limit) {
  std::vector<StatedExpiry> stated;
  RETURN_IF_ERROR(kExpiries.ForEach(
      tx,
      Sql{"WHERE day >= $1 AND day <= $2 AND (day > $3 OR (day = $3 AND (epc > $4 OR (epc = $4 "
          "AND kind > $5)))) ORDER BY day, epc, kind, sequence LIMIT $6"},
      Values(FormatDate(first), FormatDate(last), after.day, after.epc, after.kind, limit),
      [&](Row&& row) -> absl::Status {
        ASSIGN_OR_RETURN(const Date day, ParseDate(row.Text(0)));
        stated.push_back({{row.Text(1), static_cast<ExpiryKind>(row.Int(2)), day}, row.Int(3)});
        return absl::OkStatus();
      }));
  return stated;
}

}  // namespace shian::trace::judgement
