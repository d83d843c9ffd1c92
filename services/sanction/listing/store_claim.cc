#include "services/sanction/listing/store_claim.h"

#include "libs/base/status_macros.h"
#include "libs/store/fact_table.h"

namespace shian::sanction {
namespace {

using store::FactTable;
using store::Values;

const FactTable& ClaimTable() {
  static const auto* const kTable =
      new FactTable("listing_repair_claim", {"operator", "entry", "sequence", "reorganisation"}, 3);
  return *kTable;
}

}  // namespace

absl::Status PutRepairClaim(store::WriteTx& tx, const Entry& entry, bool reorganisation) {
  return ClaimTable().Insert(
      tx, Values(entry.op.value(), entry.id.value(), entry.events.back().sequence, reorganisation));
}

absl::StatusOr<bool> ClaimsReorganisation(store::ReadTx& tx, const Entry& entry,
                                          const EntryEvent& asked) {
  ASSIGN_OR_RETURN(const auto row, ClaimTable().Find(tx, Values(entry.op.value(), entry.id.value(),
                                                                asked.sequence)));
  return row.has_value() && row->Bool(3);
}

}  // namespace shian::sanction
