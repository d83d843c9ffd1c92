#include "services/sanction/case/store_publicity.h"

#include "libs/base/time.h"

namespace shian::sanction {

using store::Sql;
using store::Values;

absl::Status WatchPublicityNoMore(store::WriteTx& tx, const OperatorId& op, const CaseId& id) {
  return tx
      .Execute(Sql{"DELETE FROM publicity_running WHERE operator = $1 AND case_id = $2"},
               Values(op.value(), id.value()))
      .status();
}

absl::Status WatchPublicity(store::WriteTx& tx, const Case& c, const Event& event) {
  if (event.act == Act::kAnnulled) return WatchPublicityNoMore(tx, c.op, c.id);
  if (event.act != Act::kPenaltyPublished || !event.until) return absl::OkStatus();
  return tx
      .Execute(Sql{"INSERT INTO publicity_running (operator, case_id, until) VALUES ($1, $2, $3)"},
               Values(c.op.value(), c.id.value(), FormatDate(*event.until)))
      .status();
}

}  // namespace shian::sanction
