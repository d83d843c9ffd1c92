#include "services/registry/post/reactions.h"

#include <utility>

#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "services/registry/post/convert.h"
#include "services/registry/post/store.h"
#include "shian/sanction/v1/ban_changes.pb.h"

namespace shian::registry {
namespace {

absl::Status OnImposed(store::WriteTx& tx, const ledger::ReceivedChange& change,
                       const IdentityHasher& hasher) {
  sanction::v1::BanImposed imposed;
  if (!imposed.ParseFromString(change.payload)) return absl::DataLossError("BanImposed");
  PersonBan ban = convert::ToPersonBan(imposed, tx.now());
  for (const v1::KeyedHash& told : imposed.hashes()) {
    if (told.hash().size() != kSha256Bytes) continue;
    for (const KeyedHash& hash : hasher.WithLater({told.key_id(), told.hash()})) {
      ban.hash = hash;
      RETURN_IF_ERROR(PutPersonBan(tx, ban));
    }
  }
  return absl::OkStatus();
}

absl::Status OnEnded(store::WriteTx& tx, const ledger::ReceivedChange& change) {
  sanction::v1::BanEnded ended;
  if (!ended.ParseFromString(change.payload)) return absl::DataLossError("BanEnded");
  // The end of a period was known from the beginning.
  if (ended.how() != sanction::v1::BAN_STATE_ANNULLED) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto rows, RowsOfBan(tx, ended.ban()));
  for (PersonBan row : rows) {
    if (row.annulled) continue;
    row.annulled = tx.now();
    RETURN_IF_ERROR(PutPersonBan(tx, row));
  }
  return absl::OkStatus();
}

}  // namespace

ledger::Reactions BanReactions(IdentityHasher hasher) {
  const auto imposed = [hasher = std::move(hasher)](store::WriteTx& tx,
                                                    const ledger::ReceivedChange& change) {
    return OnImposed(tx, change, hasher);
  };
  return {{"shian.sanction.ban.imposed", imposed}, {"shian.sanction.ban.ended", OnEnded}};
}

}  // namespace shian::registry
