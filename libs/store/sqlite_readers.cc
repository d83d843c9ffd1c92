#include "libs/store/sqlite_readers.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/store/limits.h"

namespace shian::store {
namespace {

void EndTransaction(SqliteConnection& connection) {
  if (connection.InTransaction()) connection.Run("ROLLBACK").IgnoreError();
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteReaders>> SqliteReaders::Open(const std::string& path) {
  std::unique_ptr<SqliteReaders> readers(new SqliteReaders());
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  const int count = std::max(limits::kReadersMin, cores * limits::kReadersPerCore);
  absl::MutexLock lock(&readers->mutex_);
  for (int i = 0; i < count; ++i) {
    auto reader = std::make_unique<Reader>();
    ASSIGN_OR_RETURN(reader->connection,
                     SqliteConnection::Open(path, SqliteConnection::Role::kReader));
    readers->free_.push_back(reader.get());
    readers->all_.push_back(std::move(reader));
  }
  return readers;
}

SqliteReaders::Reader* SqliteReaders::Take(absl::Time deadline) {
  const auto any_free = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !free_.empty(); };
  if (!mutex_.AwaitWithDeadline(absl::Condition(&any_free), deadline)) return nullptr;
  Reader* const reader = free_.back();
  free_.pop_back();
  reader->begun = absl::Now();
  return reader;
}

void SqliteReaders::GiveBack(Reader* reader) {
  absl::MutexLock lock(&mutex_);
  reader->begun = absl::InfiniteFuture();
  free_.push_back(reader);
}

absl::Status SqliteReaders::BeginIfStale(Reader* reader, int64_t generation) {
  SqliteConnection& connection = *reader->connection;
  if (connection.InTransaction() && reader->generation == generation) return absl::OkStatus();
  EndTransaction(connection);
  reader->generation = generation;
  reader->revision.clear();
  return connection.Run("BEGIN");
}

absl::Status SqliteReaders::Read(const ReadFn& fn, const std::string& origin, absl::Time deadline) {
  Reader* reader = nullptr;
  int64_t generation = 0;
  {
    absl::MutexLock lock(&mutex_);
    reader = Take(deadline);
    generation = generation_;
  }
  if (reader == nullptr) return errors::Refuse(errors::Reason::kDeadlinePassed);
  SqliteConnection& connection = *reader->connection;
  connection.set_deadline(deadline);
  absl::Status status = BeginIfStale(reader, generation);
  if (status.ok()) {
    ReadTx tx(connection, origin, &reader->revision);
    status = fn(tx);
  }
  // The deadline belonged to the read; what comes after must not fail for it.
  connection.set_deadline(absl::InfiniteFuture());
  // After any failure, a refusal included: after some of them nobody knows what a kept transaction
  // would see.
  if (!status.ok()) EndTransaction(connection);
  GiveBack(reader);
  return status;
}

void SqliteReaders::Renew() {
  absl::MutexLock lock(&mutex_);
  ++generation_;
}

void SqliteReaders::RenewAndRelease() {
  absl::MutexLock lock(&mutex_);
  ++generation_;
  for (Reader* const reader : free_) EndTransaction(*reader->connection);
}

double SqliteReaders::OldestReadSeconds() const {
  absl::MutexLock lock(&mutex_);
  absl::Time oldest = absl::InfiniteFuture();
  for (const auto& reader : all_) oldest = std::min(oldest, reader->begun);
  if (oldest == absl::InfiniteFuture()) return 0;
  return absl::ToDoubleSeconds(absl::Now() - oldest);
}

}  // namespace shian::store
