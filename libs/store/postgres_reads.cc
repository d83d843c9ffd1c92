#include "libs/store/postgres_reads.h"

#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"

namespace shian::store {
absl::Status PostgresReads::Run(const ReadFn& fn, absl::Time deadline, Trouble* trouble) {
  *trouble = Trouble::kNone;
  if (absl::Now() > deadline) return errors::Refuse(errors::Reason::kDeadlinePassed);
  absl::StatusOr<PostgresPool::Lease> connection = pool_.Take(deadline);
  if (!connection.ok()) {
    if (absl::IsUnavailable(connection.status())) *trouble = Trouble::kLost;
    return connection.status();
  }
  (*connection)->set_deadline(deadline);
  (*connection)->set_cancel_max(cancel_max_);
  (*connection)->Begin({"BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"}, true);
  std::string memo;
  ReadTx tx(**connection, origin_, &memo);
  absl::Status status = fn(tx);
  *trouble = (*connection)->trouble();
  if (*trouble == Trouble::kNone) (*connection)->EndRead();
  return status;
}

}  // namespace shian::store
