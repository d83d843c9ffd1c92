// Reads and writes of bans.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/store/store.h"
#include "services/sanction/ban/ban.h"

namespace shian::sanction {

// With its first event and whom it is on.
absl::Status InsertBan(store::WriteTx& tx, const Ban& ban);
absl::Status AppendBanEvent(store::WriteTx& tx, const Ban& ban, const BanEvent& event);

absl::StatusOr<std::optional<Ban>> FindBan(store::ReadTx& tx, const OperatorId& op,
                                           const BanId& id);
absl::StatusOr<std::vector<Ban>> ListBans(store::ReadTx& tx, const PageQuery& query);
// Those against an operator, in order.
absl::StatusOr<std::vector<Ban>> BansOf(store::ReadTx& tx, const OperatorId& op);
// Those on the person who has one of these hashes, each once.
absl::StatusOr<std::vector<Ban>> BansOn(store::ReadTx& tx,
                                        const std::vector<codes::KeyedHash>& hashes);
// That a ban of this person is being made: of two at once one runs again, and sees the other's.
absl::Status GuardPerson(store::WriteTx& tx, const codes::KeyedHash& person);

// Imposed, over by `today`, and neither told nor annulled.
absl::StatusOr<std::vector<Ban>> BansToExpire(store::ReadTx& tx, Date today, int limit);

// Whom bans are on under the key `from` and not yet under the key `to`.
struct BarredPerson {
  OperatorId op;
  BanId ban;
  codes::KeyedHash hash;
};
absl::StatusOr<std::vector<BarredPerson>> PeopleUnder(store::ReadTx& tx, absl::string_view from,
                                                      absl::string_view to, int limit);
absl::Status AddHash(store::WriteTx& tx, const OperatorId& op, const BanId& ban,
                     const codes::KeyedHash& hash);

}  // namespace shian::sanction
