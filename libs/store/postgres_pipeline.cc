// What travels together. Before a statement go the opening of its transaction and what was posted
// since the last one; behind it what a read is going to ask next. So a write costs as many round
// trips as it asks questions, one for the rest, and its COMMIT; a read that says what to expect
// costs one. The COMMIT travels alone: what a lost connection did is settled by the request's row
// (PostgresWrites::Settle), which therefore must stand before it.
#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "libs/base/status_macros.h"
#include "libs/faults/faults.h"
#include "libs/store/limits.h"
#include "libs/store/postgres_connection.h"
#include "libs/store/postgres_values.h"

namespace shian::store {
namespace {

constexpr int kBinary = 1;

}  // namespace

absl::Status PostgresConnection::EnterPipeline() {
  if (PQenterPipelineMode(connection_) == 1) return absl::OkStatus();
  return Lost(PQerrorMessage(connection_));
}

absl::Status PostgresConnection::Queue(const std::string& command) {
  const int sent = PQsendQueryParams(connection_, command.c_str(), 0, nullptr, nullptr, nullptr,
                                     nullptr, kBinary);
  return sent == 1 ? absl::OkStatus() : Lost(PQerrorMessage(connection_));
}

absl::Status PostgresConnection::Queue(const Ready& statement) {
  const PostgresArguments& arguments = statement.arguments;
  const int sent =
      PQsendQueryPrepared(connection_, statement.name.c_str(), arguments.count(),
                          arguments.values(), arguments.lengths(), arguments.formats(), kBinary);
  return sent == 1 ? absl::OkStatus() : Lost(PQerrorMessage(connection_));
}

absl::StatusOr<std::vector<PostgresConnection::Ready>> PostgresConnection::PrepareAll(
    const std::deque<Fellow>& fellows) {
  std::vector<Ready> ready;
  ready.reserve(fellows.size());
  for (const Fellow& fellow : fellows) {
    ASSIGN_OR_RETURN(PostgresArguments arguments, PostgresArguments::From(fellow.args));
    ASSIGN_OR_RETURN(std::string name,
                     Prepare(fellow.text.c_str(), fellow.args, arguments.types()));
    ready.push_back({std::move(name), std::move(arguments)});
  }
  return ready;
}

absl::StatusOr<size_t> PostgresConnection::QueueBefore(const std::vector<Ready>& posted) {
  const std::vector<std::string> opening = std::exchange(opening_, {});
  for (const std::string& command : opening) RETURN_IF_ERROR(Queue(command));
  for (const Ready& statement : posted) RETURN_IF_ERROR(Queue(statement));
  return opening.size() + posted.size();
}

absl::Status PostgresConnection::TakeOne(Answer* answer) {
  while (true) {
    ASSIGN_OR_RETURN(const Result result, Receive());
    if (result == nullptr) break;
    const absl::Status taken = Take(result.get(), answer);
    if (answer->status.ok()) answer->status = taken;
  }
  answer->complete = true;
  return answer->status;
}

// Where one is refused the server passes over the rest, which is taken off the wire all the same.
// Not OK only when the connection is lost.
absl::Status PostgresConnection::TakeBefore(size_t answers, Answer* answer) {
  for (size_t i = 0; i < answers; ++i) {
    Answer before;
    const absl::Status status = TakeOne(&before);
    if (trouble_ == Trouble::kLost) return status;
    if (answer->status.ok()) answer->status = status;
  }
  return absl::OkStatus();
}

absl::Status PostgresConnection::EndPipeline() {
  ASSIGN_OR_RETURN(const Result result, Receive());
  const bool ended =
      PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC && PQexitPipelineMode(connection_) == 1;
  return ended ? absl::OkStatus() : Lost("a pipeline without an end");
}

absl::Status PostgresConnection::SendRun(const Ready& statement, Answer* answer) {
  if (opening_.empty() && posted_.empty() && expected_.empty()) {
    RETURN_IF_ERROR(Queue(statement));
    RETURN_IF_ERROR(Send(1));
    PQsetSingleRowMode(connection_);
    active_ = answer;
    return absl::OkStatus();
  }
  const std::deque<Fellow> fellows = std::exchange(posted_, {});
  std::deque<Fellow> expected = std::exchange(expected_, {});
  ASSIGN_OR_RETURN(const std::vector<Ready> posted, PrepareAll(fellows));
  ASSIGN_OR_RETURN(const std::vector<Ready> behind, PrepareAll(expected));
  RETURN_IF_ERROR(EnterPipeline());
  ASSIGN_OR_RETURN(const size_t before, QueueBefore(posted));
  RETURN_IF_ERROR(Queue(statement));
  for (const Ready& next : behind) RETURN_IF_ERROR(Queue(next));
  RETURN_IF_ERROR(Send(PQpipelineSync(connection_)));
  RETURN_IF_ERROR(TakeBefore(before, answer));
  if (behind.empty()) {
    pipelined_ = true;
    PQsetSingleRowMode(connection_);
    active_ = answer;
    return absl::OkStatus();
  }
  absl::Status taken = TakeOne(answer);
  for (Fellow& next : expected) {
    if (trouble_ == Trouble::kLost) return taken;
    taken = TakeOne(&next.answer);
  }
  if (trouble_ == Trouble::kLost) return taken;
  std::move(expected.begin(), expected.end(), std::back_inserter(answered_));
  return EndPipeline();
}

absl::Status PostgresConnection::Post(const char* text, const std::vector<Value>& args) {
  RETURN_IF_ERROR(PostgresArguments::From(args).status());  // wrong text is told at once
  RETURN_IF_ERROR(MayDisturb());
  posted_.push_back({text, args, {}});
  return posted_.size() < limits::kPostedMax ? absl::OkStatus() : AwaitPosted();
}

absl::Status PostgresConnection::AwaitPosted() {
  if (opening_.empty() && posted_.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(AwaitEnd());
  RETURN_IF_ERROR(ForgetStatements());
  const std::deque<Fellow> fellows = std::exchange(posted_, {});
  ASSIGN_OR_RETURN(const std::vector<Ready> posted, PrepareAll(fellows));
  RETURN_IF_ERROR(EnterPipeline());
  ASSIGN_OR_RETURN(const size_t before, QueueBefore(posted));
  RETURN_IF_ERROR(Send(PQpipelineSync(connection_)));
  Answer answer;
  RETURN_IF_ERROR(TakeBefore(before, &answer));
  RETURN_IF_ERROR(EndPipeline());
  return answer.status;
}

void PostgresConnection::Expect(const char* text, const std::vector<Value>& args) {
  // What a write asks later may have another answer by then.
  if (only_reads_) expected_.push_back({text, args, {}});
}

bool PostgresConnection::TakeAnswered(const char* text, const std::vector<Value>& args,
                                      Answer* answer) {
  const auto found = std::find_if(answered_.begin(), answered_.end(), [&](const Fellow& answered) {
    return answered.text == text && answered.args == args;
  });
  if (found == answered_.end()) return false;
  *answer = std::move(found->answer);
  answered_.erase(found);
  return true;
}

void PostgresConnection::ClearTransaction() {
  opening_.clear();
  posted_.clear();
  expected_.clear();
  answered_.clear();
  only_reads_ = false;
}

absl::Status PostgresConnection::AwaitEnd() {
  while (active_ != nullptr) Advance(active_);
  if (!std::exchange(ending_, false)) return absl::OkStatus();
  Answer answer;
  return TakeOne(&answer);
}

void PostgresConnection::EndRead() {
  while (active_ != nullptr) Advance(active_);
  ClearTransaction();
  if (!InTransaction()) return;
  ending_ = PQsendQuery(connection_, "ROLLBACK") == 1 && PQflush(connection_) >= 0;
}

void PostgresConnection::Rollback(absl::Time deadline) {
  while (active_ != nullptr) Advance(active_);
  ClearTransaction();
  if (!Usable() || !InTransaction()) return;
  set_deadline(deadline);
  Execute("ROLLBACK").IgnoreError();
}

absl::Status PostgresConnection::Commit(absl::Time deadline) {
  RETURN_IF_ERROR(AwaitEnd());
  RETURN_IF_ERROR(AwaitPosted());
  set_deadline(deadline);
  committing_ = commit_sent_ = true;
  absl::Cleanup done = [this] { committing_ = false; };
  const bool disturb = DisturbNow();
  if (disturb && !cut_) return Conflict();
  RETURN_IF_ERROR(Send(PQsendQuery(connection_, "COMMIT")));
  if (!faults::Hit("postgres_commit").ok() || disturb) Cut();
  Answer answer;
  active_ = &answer;
  while (!answer.complete) Advance(&answer);
  RETURN_IF_ERROR(answer.status);
  if (answer.tag == "COMMIT") return absl::OkStatus();
  return absl::InternalError("a statement failed and the function went on");
}

}  // namespace shian::store
