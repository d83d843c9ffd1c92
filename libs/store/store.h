// The store of a service: facts in tables, written in groups, read inline.
//
//   store.Write(context, [listing](store::WriteTx& tx) -> absl::StatusOr<std::string> {
//     RETURN_IF_ERROR(kListings.Insert(tx, ToValues(listing)));
//     RETURN_IF_ERROR(ledger::Append(tx, PublishedChange(listing)));
//     return Reply(listing);
//   }, deadline, [](absl::StatusOr<store::Written> written) { ... });
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/store/schema.h"
#include "libs/store/value.h"

namespace shian::store {

// Everything that may differ between two runs of a write, captured before the first one.
struct WriteContext {
  absl::Time now;           // the service's clock
  std::string caller;       // stable id of the calling system
  std::string request_id;   // empty for the service's own work, which is never remembered
  std::string body_digest;  // SHA-256 over the request without its request_id
  std::string seed;         // 32 random bytes; made by the store when empty
  bool dry_run = false;     // runs, answers, and leaves nothing behind
  // Each statement sees what others committed before it, instead of one state for all of them. For
  // work that a row of its own fences, so that it never conflicts with callers' writes. On an
  // engine of one writer it is all the same.
  bool latest = false;
};

// What one engine does inside one open transaction.
class Session {
 public:
  using RowFn = absl::FunctionRef<absl::Status(Row&&)>;
  virtual ~Session() = default;
  // Calls `row` for each row of the answer; gives the number of rows changed.
  virtual absl::StatusOr<int64_t> Run(const char* text, const std::vector<Value>& args,
                                      RowFn row) = 0;
  // Runs a statement without an answer. An engine behind a wire may send it along with the next
  // one, or with the COMMIT: what goes wrong is told then at the latest, and fails the transaction.
  virtual absl::Status Post(const char* text, const std::vector<Value>& args) {
    return Run(text, args, [](Row&&) { return absl::OkStatus(); }).status();
  }
  // False where the state may lie behind the latest, or be one that is lost again.
  virtual bool latest() const { return true; }
  // See ReadTx::Expect.
  virtual void Expect(const char* text, const std::vector<Value>& args) {}
  // True where transactions write side by side: none may count on being the only one.
  virtual bool many_writers() const { return false; }
};

// A consistent view. It sees one state of the store for as long as it lives.
class ReadTx {
 public:
  ReadTx(Session& session, const std::string& origin, std::string* revision_memo = nullptr)
      : session_(session), origin_(origin), revision_memo_(revision_memo) {}
  ReadTx(const ReadTx&) = delete;
  ReadTx& operator=(const ReadTx&) = delete;

  absl::StatusOr<std::vector<Row>> Query(const Sql& sql, std::vector<Value> args);
  // The first row, if any.
  absl::StatusOr<std::optional<Row>> QueryOne(const Sql& sql, std::vector<Value> args);
  // One row after the other, for answers that should not stand in memory whole.
  absl::Status ForEach(const Sql& sql, std::vector<Value> args,
                       absl::FunctionRef<absl::Status(Row&&)> row);
  // Says that the same question will be asked in this read. An engine behind a wire then sends it
  // along with the next one, so that both cost one round trip; to others, and in a write, it says
  // nothing. For answers of few rows.
  void Expect(const Sql& sql, const std::vector<Value>& args) { session_.Expect(sql.text, args); }
  // Who writes here: "shian.sanction/410902".
  const std::string& origin() const { return origin_; }
  // For ledger::Revision, which all who read one state share: empty at first, and kept as long as
  // that state is. In a write of many writers it is what ledger::Append leaves. Null where nobody
  // shares it.
  std::string* revision_memo() const { return revision_memo_; }
  bool many_writers() const { return session_.many_writers(); }
  // False on a standby: what this process keeps in memory must not follow such a state. Who needs
  // that refuses with REVISION_NOT_REACHED, and reads on the primary.
  bool latest() const { return session_.latest(); }

 protected:
  Session& session_;

 private:
  const std::string& origin_;
  std::string* const revision_memo_;
};

// A write in progress. Ids and salts come from the context's seed, so a second run of the same
// function gives the same ones.
class WriteTx : public ReadTx {
 public:
  WriteTx(Session& session, const std::string& origin, const WriteContext& context,
          std::string* revision_memo = nullptr)
      : ReadTx(session, origin, revision_memo), context_(context) {}

  // Of statements whose answer nobody needs: see Session::Post.
  absl::Status Post(const Sql& sql, std::vector<Value> args);
  // Rows changed. Statements with RETURNING go through Query.
  absl::StatusOr<int64_t> Execute(const Sql& sql, std::vector<Value> args);
  absl::Time now() const { return context_.now; }
  const std::string& caller() const { return context_.caller; }
  const std::string& request_id() const { return context_.request_id; }
  // The end of a log (0 facts, 1 public, 2 audit) as this run's own entries moved it. The epoch is
  // 0 until ledger::Append has looked it up.
  struct LogEnd {
    int64_t epoch = 0;
    int64_t sequence = 0;
  };
  LogEnd& log_end(int64_t log) { return log_ends_.at(log); }
  // Where many write: the versions that this run has moved, and its entries so far. Of
  // ledger::Append alone.
  struct Versions {
    int64_t last = 0;
    int64_t entries = 0;
    std::map<std::string, int64_t> of;  // by what they are versions of
  };
  Versions& versions() { return versions_; }
  // UUID of version 7 at now().
  std::string NewId();
  // 32 bytes.
  std::string NewSalt();

 private:
  std::string Derive(absl::string_view purpose);

  const WriteContext& context_;
  uint64_t derived_ = 0;
  std::array<LogEnd, 3> log_ends_;
  Versions versions_;
};

// Owns what it captured, touches nothing but `tx`, and may run more than once (an engine can ask
// for a retry). Gives the reply's bytes. What must happen outside happens after the commit.
using WriteFn = std::function<absl::StatusOr<std::string>(WriteTx&)>;
using ReadFn = std::function<absl::Status(ReadTx&)>;

struct Written {
  std::string reply;
  bool replayed = false;  // the first answer again: the write did not run
  std::string revision;   // what the reply may be read at: see ledger::Revision
};

// From which state a read may be answered.
struct ReadTerms {
  absl::Time deadline = absl::InfiniteFuture();  // real time
  // How far that state may lie behind the latest; more than nothing lets a standby answer, where
  // there is one of which as much is known.
  absl::Duration staleness_max = absl::ZeroDuration();
  // Judges the state before the read does. A standby's that it refuses is passed over.
  ReadFn demand;
};

using WriteDone = std::function<void(absl::StatusOr<Written>)>;
using ReadDone = std::function<void(absl::Status)>;

// For metrics; totals since start.
struct StoreStats {
  int64_t queue_depth = 0;
  int64_t writes = 0;
  int64_t batches = 0;
  double commit_seconds = 0;  // spent in commits
  double last_commit_seconds = 0;
  int64_t wal_bytes = 0;
  double oldest_read_seconds = 0;
  int64_t shed = 0;          // refused because of the queue
  int64_t expired = 0;       // dropped because their deadline had passed
  int64_t full = 0;          // batches that found the disk full
  int64_t free_bytes = 0;    // on the disk of the file
  bool low_room = false;     // too little: writes are refused
  int64_t busy = 0;          // another process held the file: must stay 0
  int64_t damaged_rows = 0;  // digests that did not match
  // Of an engine with many writers:
  int64_t conflicts = 0;    // transactions that ran again because another was first
  int64_t lost = 0;         // transactions that lost their connection
  int64_t connections = 0;  // in use
  // Of standbys, where there are any:
  int64_t standby_reads = 0;       // answered there
  int64_t standby_passed = 0;      // might have been, but the state there would not do
  double standby_age_seconds = 0;  // of the state there; infinite while nothing is known of it
};

class Store {
 public:
  virtual ~Store() = default;

  // Runs `fn` in a transaction and then `done`, on a thread of the store: `done` must not block.
  // The result is durable when `done` gets OK. With a request_id known for this caller the first
  // reply comes again (same body) or REQUEST_ID_REUSED (other body). `deadline` is real time:
  // a write whose deadline passed while it waited does not run.
  virtual void Write(WriteContext context, WriteFn fn, absl::Time deadline, WriteDone done) = 0;

  // Runs `fn` on one consistent view, then `done`; SQLite both inline, another engine on a thread
  // of its own. Ends with DEADLINE_EXCEEDED at the deadline or after limits::kReadTxTimeMax. `fn`
  // runs once; a second time, on the latest state, only when a standby broke off in the middle of
  // the first.
  virtual void Read(ReadFn fn, ReadTerms terms, ReadDone done) = 0;

  // Called on a thread of the store after each commit and before its answers leave; must be brief
  // and must not wait for a write. Register before the first write.
  virtual void AfterCommit(std::function<void()> hook) = 0;
  // Where several processes share a store: tells the hooks of what another process committed.
  virtual void Notice() {}

  // The process ends: what the store has not taken by `until`, because its database is away, is
  // given up.
  virtual void Drain(absl::Time until) {}

  virtual StoreStats stats() const = 0;
  virtual const std::string& origin() const = 0;
  // True where several threads and processes write side by side (see lease.h).
  virtual bool many_writers() const { return false; }

  // For start-up, background work, tools and tests: no deadline. Never on a thread of the store.
  absl::StatusOr<Written> WriteAndWait(WriteContext context, WriteFn fn);
  virtual absl::Status ReadNow(ReadFn fn) = 0;
};

}  // namespace shian::store
