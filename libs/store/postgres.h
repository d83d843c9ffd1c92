#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/base/clock.h"
#include "libs/store/limits.h"
#include "libs/store/store.h"

namespace shian::store {

// What a transaction may rely on. Rules between rows rest on version rows that every write of an
// operator changes, so they hold under kSnapshot too, which is all that some engines give.
enum class Isolation {
  kSnapshot,      // REPEATABLE READ: one state is seen; two that change one row conflict
  kSerializable,  // as if one ran after the other
};

struct PostgresOptions {
  // As libpq takes it: "postgresql://user@host1,host2:5432/registry?sslmode=verify-full&…". With
  // several hosts the one that writes is found, also after a failover.
  std::string address;
  Schema schema;
  // Who writes here, as it stands in every change: "shian.sanction/410902". A database of another
  // origin is refused.
  std::string origin;
  // The token of the state a transaction sees, for Written::revision (ledger::Revision).
  std::function<absl::StatusOr<std::string>(ReadTx&)> revision;
  // Real time, by which replies are kept; tests move it.
  const Clock* clock = &SystemClock();
  // As in SqliteOptions.
  bool rehearse_writes = false;
  // For tests, which rehearse their writes: the first attempt at each meets a conflict, or loses
  // its connection, at one of its statements or its COMMIT, which one the write's seed says.
  bool disturb_writes = false;
  // Of servers that follow that one and answer reads for callers who allow it (ReadTerms); empty
  // for none.
  std::string standby;
  Isolation isolation = Isolation::kSerializable;
  int connections = limits::kPostgresConnections;
  // Told in one line when the database went away; callers only hear STORE_AWAY.
  std::function<void(const std::string& why)> log = [](const std::string&) {};
};

// Connects and applies the migrations that the database lacks; several processes may do so at once.
// Refused with one clear line and nothing changed: another origin's database, a step unknown here,
// or one whose text changed.
absl::StatusOr<std::unique_ptr<Store>> OpenPostgres(PostgresOptions options);

// True for what OpenPostgres takes as an address, as opposed to the path of a file.
bool IsPostgresAddress(absl::string_view store);

}  // namespace shian::store
