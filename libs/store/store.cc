#include "libs/store/store.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/base/uuid.h"

namespace shian::store {

absl::StatusOr<std::vector<Row>> ReadTx::Query(const Sql& sql, std::vector<Value> args) {
  std::vector<Row> rows;
  RETURN_IF_ERROR(ForEach(sql, std::move(args), [&](Row&& row) {
    rows.push_back(std::move(row));
    return absl::OkStatus();
  }));
  return rows;
}

absl::StatusOr<std::optional<Row>> ReadTx::QueryOne(const Sql& sql, std::vector<Value> args) {
  std::optional<Row> first;
  RETURN_IF_ERROR(ForEach(sql, std::move(args), [&](Row&& row) {
    if (!first) first = std::move(row);
    return absl::OkStatus();
  }));
  return first;
}

absl::Status ReadTx::ForEach(const Sql& sql, std::vector<Value> args,
                             absl::FunctionRef<absl::Status(Row&&)> row) {
  return session_.Run(sql.text, args, row).status();
}

absl::StatusOr<int64_t> WriteTx::Execute(const Sql& sql, std::vector<Value> args) {
  return session_.Run(sql.text, args, [](const Row&) { return absl::OkStatus(); });
}

absl::Status WriteTx::Post(const Sql& sql, std::vector<Value> args) {
  return session_.Post(sql.text, args);
}

std::string WriteTx::Derive(absl::string_view purpose) {
  return HmacSha256(context_.seed, absl::StrCat(purpose, "|", derived_++));
}

std::string WriteTx::NewId() {
  return NewUuid7(context_.now, Derive("id").substr(0, kUuidEntropyBytes));
}

std::string WriteTx::NewSalt() { return Derive("salt"); }

absl::StatusOr<Written> Store::WriteAndWait(WriteContext context, WriteFn fn) {
  // Shared with `done`, which may still be inside Notify when this function has left.
  struct Waiting {
    absl::Notification finished;
    absl::StatusOr<Written> result;
  };
  const auto waiting = std::make_shared<Waiting>();
  Write(std::move(context), std::move(fn), absl::InfiniteFuture(),
        [waiting](absl::StatusOr<Written> written) {
          waiting->result = std::move(written);
          waiting->finished.Notify();
        });
  waiting->finished.WaitForNotification();
  return std::move(waiting->result);
}

}  // namespace shian::store
