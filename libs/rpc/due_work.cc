#include "libs/rpc/due_work.h"

#include <algorithm>
#include <utility>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/rpc/limits.h"
#include "libs/telemetry/log.h"

namespace shian::rpc {
namespace {

const store::Sql kReadClock{"SELECT now FROM host_clock WHERE id = $1"};
const store::Sql kKeepClock{
    "INSERT INTO host_clock (id, now) VALUES ($1, $2) "
    "ON CONFLICT (id) DO UPDATE SET now = excluded.now"};
constexpr int64_t kClockRow = 1;

}  // namespace

store::Migration ClockMigration() {
  return {"rpc", 1, "clock",
          "CREATE TABLE host_clock (id INT64 NOT NULL, now INT64 NOT NULL, PRIMARY KEY (id));"};
}

absl::StatusOr<absl::Time> KeptClock(store::Store& store, absl::Time start) {
  absl::Time kept = start;
  RETURN_IF_ERROR(store.ReadNow([&](store::ReadTx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const auto row, tx.QueryOne(kReadClock, {kClockRow}));
    if (row) kept = std::max(kept, FromMicros(row->Int(0)));
    return absl::OkStatus();
  }));
  return kept;
}

DueWork::DueWork(store::Store& store, const Clock& clock, SimulatedClock* simulated,
                 std::function<bool()> leads)
    : store_(store), clock_(clock), simulated_(simulated), leads_(std::move(leads)) {}

DueWork::~DueWork() { Stop(); }

void DueWork::Start() {
  // What fell due while the process was down.
  RunAsLeader();
  if (simulated_ == nullptr) thread_ = std::thread([this] { Loop(); });
}

void DueWork::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

absl::Status DueWork::AdvanceTo(absl::Time time) {
  {
    absl::MutexLock lock(&running_);
    if (time < clock_.Now()) {
      return errors::Refuse(errors::Reason::kClockNotMonotone, {{"now", FormatTime(clock_.Now())}});
    }
    // Kept first: a process that dies in between starts at a time that nobody has seen yet, which
    // is harmless; the other way round the clock would go back.
    const auto kept = store_.WriteAndWait(
        {.now = time, .caller = "clock"},
        [time](store::WriteTx& tx) -> absl::StatusOr<std::string> {
          RETURN_IF_ERROR(tx.Execute(kKeepClock, {kClockRow, ToMicros(time)}).status());
          return std::string();
        });
    RETURN_IF_ERROR(kept.status());
    simulated_->AdvanceTo(time);
  }
  absl::Status done = RunOwn();
  done.Update(RunEach(works_, [] { return true; }));
  return done;
}

void DueWork::RunAsLeader() { RunEach(works_, leads_).IgnoreError(); }

absl::Status DueWork::RunOwn() {
  return RunEach(own_works_, [] { return true; });
}

absl::Status DueWork::RunEach(const std::vector<Work>& works, const std::function<bool()>& may) {
  absl::MutexLock lock(&running_);
  absl::Status first;
  for (const Work& work : works) {
    if (!may()) break;
    const absl::Status done = work(clock_.Now());
    if (done.ok()) continue;
    ++failures_;
    telemetry::Log(telemetry::Severity::kError, "due_work_failed",
                   {{"error", std::string(done.message())}});
    first.Update(done);
  }
  return first;
}

void DueWork::Loop() {
  for (;;) {
    {
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(&stopping_), limits::kDueWorkPause);
      if (stopping_) return;
    }
    RunOwn().IgnoreError();
    RunAsLeader();
  }
}

}  // namespace shian::rpc
