#pragma once

#include <libpq-fe.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/store/limits.h"
#include "libs/store/postgres_values.h"
#include "libs/store/store.h"

namespace shian::store {

// What the failure of a statement says about trying again.
enum class Trouble {
  kNone,      // the statement's own fault
  kTaken,     // a unique value is there (23505), maybe since a moment ago
  kConflict,  // another transaction was first (40001, 40P01): the whole function runs again
  kLost,      // the connection is gone or leads to a server that does not write
};

// For tests: what was ordered of writes in this process, and how often it came to that.
struct Disturbances {
  std::atomic<int64_t> ordered = 0;
  std::atomic<int64_t> conflicts = 0;
  std::atomic<int64_t> cuts = 0;
  std::atomic<int64_t> at_commit = 0;  // of both
};
Disturbances& CountedDisturbances();

// Which of an address's hosts will do, unless the address says so itself.
enum class Server { kPrimary, kStandby };

// One connection to a PostgreSQL-wire engine with its prepared statements, driven without blocking
// so that a deadline can cancel what runs. Belongs to one thread at a time.
class PostgresConnection : public Session {
 public:
  // `address` as libpq takes it; of several hosts the first that is what is wanted. Waits for each
  // host at most limits::kPostgresConnectSeconds, and for all of them not longer than until
  // `deadline`; UNAVAILABLE when none will do by then (postgres_connect.cc).
  static absl::StatusOr<std::unique_ptr<PostgresConnection>> Open(
      const std::string& address, Server wanted, absl::Time deadline = absl::InfiniteFuture());
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

  // Opens a transaction by these commands, which travel with its first statement. One that only
  // reads may be told what to expect.
  void Begin(std::vector<std::string> commands, bool only_reads = false) {
    ClearTransaction();
    opening_ = std::move(commands);
    only_reads_ = only_reads;
  }
  void Expect(const char* text, const std::vector<Value>& args) override;
  absl::Status Post(const char* text, const std::vector<Value>& args) override;
  // Sends what was posted and hears what came of it.
  absl::Status AwaitPosted();
  // Ends the transaction, if one is open, without it.
  void Rollback(absl::Time deadline);
  // Commits; not cancelled at `deadline` but given up, with its outcome unknown. INTERNAL when
  // there was nothing left to commit because a statement had failed.
  absl::Status Commit(absl::Time deadline);
  // Ends a transaction that changed nothing; nobody waits for that.
  void EndRead();

  // Whether the last transaction came as far: if its connection was lost then, its outcome is
  // unknown.
  bool commit_sent() const { return commit_sent_; }

  Trouble trouble() const { return trouble_; }
  void ClearTrouble() {
    trouble_ = Trouble::kNone;
    commit_sent_ = false;
    ClearTransaction();
  }
  // False when the connection is of no more use.
  bool Usable() const;
  // False on one that follows the primary.
  bool latest() const override { return wanted_ == Server::kPrimary; }
  // One whose statement was cancelled may have the next one cancelled too.
  bool CancelSent() const { return cancel_sent_; }
  // How long a cancelled statement's end is waited for.
  void set_cancel_max(absl::Duration most) { cancel_max_ = most; }
  // False when the server has closed it meanwhile. Without asking the server.
  bool StillThere();
  bool InTransaction() const;
  // Given up while its COMMIT was on its way: the server still works on it, and has this session as
  // long as it does.
  bool OutcomeAwaited() const;
  bool OutcomeArrived();
  // Statements that run longer are cancelled and end with DEADLINE_EXCEEDED.
  void set_deadline(absl::Time deadline) { deadline_ = deadline; }
  // For tests: `statements` from now, of which the COMMIT is one too, the transaction conflicts, or
  // the connection is cut.
  void DisturbIn(int statements, bool cut) {
    disturb_in_ = statements;
    cut_ = cut;
  }
  // That it was given so far.
  int64_t statements_passed() const { return passed_; }

 private:
  // An answer that is being read.
  struct Answer {
    std::deque<Row> waiting;  // rows taken off the wire before they were asked for
    bool complete = false;    // nothing more of it is on the wire
    int64_t changed = 0;
    std::string tag;  // "INSERT 0 1", "COMMIT"
    absl::Status status;
  };
  // A statement that travels with another one: posted, or expected and then answered before it is
  // asked for.
  struct Fellow {
    std::string text;
    std::vector<Value> args;
    Answer answer;
  };
  // A prepared statement and its arguments.
  struct Ready {
    std::string name;
    PostgresArguments arguments;
  };
  struct FreeResult {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Result = std::unique_ptr<PGresult, FreeResult>;

  PostgresConnection(PGconn* connection, Server wanted)
      : connection_(connection), wanted_(wanted) {}
  void Configure();
  absl::StatusOr<std::string> Prepare(const char* text, const std::vector<Value>& args,
                                      const Oid* types);
  absl::Status Send(int sent);
  // A pipeline: statements that travel together, and whose answers come one after the other
  // (postgres_pipeline.cc).
  absl::Status EnterPipeline();
  absl::Status Queue(const std::string& command);
  absl::Status Queue(const Ready& statement);
  absl::StatusOr<std::vector<Ready>> PrepareAll(const std::deque<Fellow>& fellows);
  // What goes before the next statement: the opening, and what was posted; the answers to expect.
  absl::StatusOr<size_t> QueueBefore(const std::vector<Ready>& posted);
  absl::Status TakeBefore(size_t answers, Answer* answer);
  absl::Status TakeOne(Answer* answer);
  absl::Status EndPipeline();
  // A statement, with what goes before it and what is expected after it.
  absl::Status SendRun(const Ready& statement, Answer* answer);
  bool TakeAnswered(const char* text, const std::vector<Value>& args, Answer* answer);
  void ClearTransaction();
  // Until nothing is on the wire any more.
  absl::Status AwaitEnd();
  // Null at the end of an answer.
  absl::StatusOr<Result> Receive();
  // The next piece of the answer: a row into `waiting`, or its end.
  void Advance(Answer* answer);
  absl::Status Take(const PGresult* result, Answer* answer);
  absl::Status Await(bool write);
  void Cancel();
  absl::Status Lost(const char* what);
  absl::Status MayDisturb();
  // Whether it is time for what a test ordered; counted.
  bool DisturbNow();
  absl::Status Conflict();
  void Cut();
  absl::Status StatusOf(const PGresult* result);

  // The engine's own words, as they are and at once.
  absl::Status Send(const std::string& rendered);
  // Makes room for the names of a group's statements, before any of them is named.
  absl::Status ForgetStatements();

  PGconn* const connection_;
  const Server wanted_;
  absl::flat_hash_map<std::string, std::string> statements_;  // text and types, to their name
  int64_t prepared_ = 0;
  Answer* active_ = nullptr;  // on the wire
  Trouble trouble_ = Trouble::kNone;
  absl::Time deadline_ = absl::InfiniteFuture();
  // Of the transaction:
  std::vector<std::string> opening_;  // not sent yet
  bool only_reads_ = false;
  std::deque<Fellow> posted_;    // not sent yet
  std::deque<Fellow> expected_;  // not sent yet
  std::deque<Fellow> answered_;
  bool ending_ = false;     // a ROLLBACK was sent and not heard of
  bool pipelined_ = false;  // what is active_ travels with others
  bool cancelled_ = false;
  bool cancel_sent_ = false;
  absl::Duration cancel_max_ = limits::kPostgresCancelMax;
  bool committing_ = false;
  bool commit_sent_ = false;
  int disturb_in_ = -1;  // statements; below 0 never, 0 when it was done
  int64_t passed_ = 0;
  bool cut_ = false;
};

}  // namespace shian::store
