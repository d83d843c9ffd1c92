#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/store/store.h"

namespace shian::store {

// What the failure of a statement says about trying again.
enum class Trouble {
  kNone,      // the statement's own fault
  kTaken,     // a unique value is there (23505), maybe since a moment ago
  kConflict,  // another transaction was first (40001, 40P01): the whole function runs again
  kLost,      // the connection is gone or leads to a server that does not write
};

// One connection to a PostgreSQL-wire engine with its prepared statements, driven without blocking
// so that a deadline can cancel what runs. Belongs to one thread at a time.
class PostgresConnection : public Session {
 public:
  // `address` as libpq takes it; with several hosts the one that writes. Waits for each host at
  // most limits::kPostgresConnectSeconds; UNAVAILABLE when none will do.
  static absl::StatusOr<std::unique_ptr<PostgresConnection>> Open(const std::string& address);
  // INVALID_ARGUMENT for an address that cannot be read, or that carries a password: what is secret
  // is named by its file.
  static absl::Status CheckAddress(const std::string& address);
  ~PostgresConnection() override;
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  // Rows arrive one by one. A statement that runs inside the answer of another first takes what is
  // left of that one into memory: the wire carries one answer at a time.
  absl::StatusOr<int64_t> Run(const char* text, const std::vector<Value>& args, RowFn row) override;
  bool many_writers() const override { return true; }
  // The engine's own words, one or more statements, without arguments and answer: BEGIN,
  // migrations.
  absl::Status Execute(const std::string& rendered);

  // Not cancelled at `deadline` but given up, with its outcome unknown. INTERNAL when there was
  // nothing left to commit because a statement had failed.
  absl::Status Commit(absl::Time deadline);

  // Whether the last transaction came as far: if its connection was lost then, its outcome is
  // unknown.
  bool commit_sent() const { return commit_sent_; }

  Trouble trouble() const { return trouble_; }
  void ClearTrouble() {
    trouble_ = Trouble::kNone;
    commit_sent_ = false;
  }
  // False when the connection is of no more use.
  bool Usable() const;
  bool InTransaction() const;
  // Given up while its COMMIT was on its way: the server still works on it, and has this session as
  // long as it does.
  bool OutcomeAwaited() const;
  bool OutcomeArrived();
  // Statements that run longer are cancelled and end with DEADLINE_EXCEEDED.
  void set_deadline(absl::Time deadline) { deadline_ = deadline; }
  // For tests: `statements` from now the transaction conflicts, or the connection is cut.
  void DisturbIn(int statements, bool cut) {
    disturb_in_ = statements;
    cut_ = cut;
  }

 private:
  // An answer that is being read.
  struct Answer {
    std::deque<Row> waiting;  // rows taken off the wire before they were asked for
    bool complete = false;    // nothing more of it is on the wire
    int64_t changed = 0;
    std::string tag;  // "INSERT 0 1", "COMMIT"
    absl::Status status;
  };
  struct FreeResult {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Result = std::unique_ptr<PGresult, FreeResult>;

  explicit PostgresConnection(PGconn* connection) : connection_(connection) {}
  absl::Status Configure();
  absl::StatusOr<std::string> Prepare(const char* text, const std::vector<Value>& args,
                                      const Oid* types);
  absl::Status Send(int sent);
  // Null at the end of an answer.
  absl::StatusOr<Result> Receive();
  // The next piece of the answer: a row into `waiting`, or its end.
  void Advance(Answer* answer);
  absl::Status Take(const PGresult* result, Answer* answer);
  absl::Status Await(bool write);
  void Cancel();
  absl::Status Lost(const char* what);
  absl::Status MayDisturb();
  absl::Status Conflict();
  void Cut();
  absl::Status StatusOf(const PGresult* result);

  PGconn* const connection_;
  absl::flat_hash_map<std::string, std::string> statements_;  // text and types, to their name
  int64_t prepared_ = 0;
  Answer* active_ = nullptr;  // on the wire
  Trouble trouble_ = Trouble::kNone;
  absl::Time deadline_ = absl::InfiniteFuture();
  bool cancelled_ = false;
  bool committing_ = false;
  bool commit_sent_ = false;
  int disturb_in_ = -1;  // statements; below 0 never
  bool cut_ = false;
};

}  // namespace shian::store
