#include "libs/store/postgres_connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <thread>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/faults/faults.h"
#include "libs/store/dialect.h"
#include "libs/store/limits.h"
#include "libs/store/postgres_values.h"
#include "libs/store/postgres_wait.h"

namespace shian::store {
namespace {

using errors::Reason;
using errors::Refuse;

// PostgreSQL's words for what went wrong (SQLSTATE), as far as they are told apart.
enum class Verdict { kConflict, kLost, kTaken, kFull, kCancelled, kOther };

Verdict Judge(absl::string_view state) {
  const absl::string_view group = state.substr(0, 2);
  // 40003, completion unknown, is for who asks after the outcome, as after a lost connection.
  if (state == "40001" || state == "40P01") return Verdict::kConflict;
  // A server that stops, starts, is full of connections, or has become a standby.
  if (group == "08" || state == "40003" || state == "57P01" || state == "57P02" ||
      state == "57P03" || state == "53300" || state == "25006" || state == "25P03") {
    return Verdict::kLost;
  }
  if (state == "23505") return Verdict::kTaken;
  if (state == "53100") return Verdict::kFull;
  if (state == "57014") return Verdict::kCancelled;
  return Verdict::kOther;
}

absl::string_view StateOf(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state == nullptr ? "" : state;
}

}  // namespace

PostgresConnection::~PostgresConnection() { PQfinish(connection_); }

void PostgresConnection::Configure() {
  PQsetnonblocking(connection_, 1);
  PQsetNoticeProcessor(
      connection_, [](void*, const char*) {}, nullptr);
}

bool PostgresConnection::Usable() const {
  return trouble_ != Trouble::kLost && PQstatus(connection_) == CONNECTION_OK &&
         (ending_ || PQtransactionStatus(connection_) != PQTRANS_ACTIVE);
}

// A server that closes a connection says so on it, and its machine does when the server cannot.
bool PostgresConnection::StillThere() {
  pollfd waiting = {PQsocket(connection_), POLLIN, 0};
  while (poll(&waiting, 1, 0) > 0) {
    if (PQconsumeInput(connection_) != 1) return false;
  }
  return PQstatus(connection_) == CONNECTION_OK;
}

bool PostgresConnection::OutcomeAwaited() const {
  return trouble_ == Trouble::kLost && commit_sent_ && PQstatus(connection_) == CONNECTION_OK &&
         PQtransactionStatus(connection_) == PQTRANS_ACTIVE;
}

bool PostgresConnection::OutcomeArrived() {
  if (PQconsumeInput(connection_) != 1) return true;
  while (PQisBusy(connection_) == 0 && PQstatus(connection_) == CONNECTION_OK) {
    const Result result(PQgetResult(connection_));
    const bool end =
        pipelined_ ? PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC : result == nullptr;
    if (end) return true;
  }
  return PQstatus(connection_) != CONNECTION_OK;
}

bool PostgresConnection::InTransaction() const {
  return !ending_ && PQtransactionStatus(connection_) != PQTRANS_IDLE;
}

void PostgresConnection::Cut() { shutdown(PQsocket(connection_), SHUT_RDWR); }

absl::Status PostgresConnection::Lost(const char* what) {
  trouble_ = Trouble::kLost;
  std::string line(absl::StripTrailingAsciiWhitespace(what));
  return absl::UnavailableError(absl::StrCat("database: ", line));
}

absl::Status PostgresConnection::StatusOf(const PGresult* result) {
  const absl::string_view state = StateOf(result);
  // The primary message names tables and constraints; details would quote values.
  const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string message =
      absl::StrCat("database ", state, ": ", primary == nullptr ? "no answer" : primary);
  if (primary == nullptr || PQstatus(connection_) != CONNECTION_OK) return Lost(message.c_str());
  switch (Judge(state)) {
    case Verdict::kConflict:
      trouble_ = Trouble::kConflict;
      return absl::AbortedError(message);
    case Verdict::kLost:
      return Lost(message.c_str());
    case Verdict::kTaken:
      trouble_ = Trouble::kTaken;
      return absl::AlreadyExistsError("another row has this value");
    case Verdict::kFull:
      return Refuse(Reason::kStoreFull);
    case Verdict::kCancelled:
      return Refuse(Reason::kDeadlinePassed);
    case Verdict::kOther:
      return absl::InternalError(message);
  }
  return absl::InternalError(message);
}

// A server that is gone may keep the one who cancels waiting, so that is a thread of its own.
void PostgresConnection::Cancel() {
  cancelled_ = cancel_sent_ = true;
  PGcancel* const cancel = PQgetCancel(connection_);
  if (cancel == nullptr) return;
  std::thread([cancel] {
    char error[256];
    PQcancel(cancel, error, sizeof error);
    PQfreeCancel(cancel);
  }).detach();
}

// Waits for the socket. At the deadline the statement is cancelled; a server that does not answer
// to that either is given up. A commit is never cancelled: one that waits for a standby would be
// told as done without it.
absl::Status PostgresConnection::Await(bool write) {
  const short events = write ? POLLIN | POLLOUT : POLLIN;
  // Rows that go on coming do not make it last longer.
  const bool passed = absl::Now() >= deadline_;
  if (!passed && WaitFor(PQsocket(connection_), events, deadline_)) return absl::OkStatus();
  if (!committing_) {
    if (!cancelled_) Cancel();
    if (WaitFor(PQsocket(connection_), events, absl::Now() + cancel_max_)) {
      return absl::OkStatus();
    }
  }
  trouble_ = Trouble::kLost;
  return Refuse(Reason::kDeadlinePassed);
}

absl::Status PostgresConnection::Send(int sent) {
  if (sent != 1) return Lost(PQerrorMessage(connection_));
  cancelled_ = false;
  while (true) {
    const int left = PQflush(connection_);
    if (left == 0) return absl::OkStatus();
    if (left < 0) return Lost(PQerrorMessage(connection_));
    RETURN_IF_ERROR(Await(true));
    if (PQconsumeInput(connection_) != 1) return Lost(PQerrorMessage(connection_));
  }
}

absl::StatusOr<PostgresConnection::Result> PostgresConnection::Receive() {
  while (PQisBusy(connection_) != 0) {
    RETURN_IF_ERROR(Await(false));
    if (PQconsumeInput(connection_) != 1) return Lost(PQerrorMessage(connection_));
  }
  return Result(PQgetResult(connection_));
}

absl::Status PostgresConnection::Take(const PGresult* result, Answer* answer) {
  switch (PQresultStatus(result)) {
    case PGRES_SINGLE_TUPLE:
    case PGRES_TUPLES_OK:
      for (int i = 0; i < PQntuples(result); ++i) {
        ASSIGN_OR_RETURN(Row row, RowAt(result, i));
        answer->waiting.push_back(std::move(row));
      }
      [[fallthrough]];
    case PGRES_COMMAND_OK: {
      // libpq asks for a result that it does not change.
      auto* const own = const_cast<PGresult*>(result);
      if (!absl::SimpleAtoi(PQcmdTuples(own), &answer->changed)) answer->changed = 0;
      answer->tag = PQcmdStatus(own);
      return absl::OkStatus();
    }
    case PGRES_PIPELINE_ABORTED:
      return absl::CancelledError("what travelled before it failed");
    default:
      return StatusOf(result);
  }
}

void PostgresConnection::Advance(Answer* answer) {
  absl::StatusOr<Result> result = Receive();
  if (result.ok() && *result != nullptr) {
    const absl::Status taken = Take(result->get(), answer);
    if (answer->status.ok()) answer->status = taken;
    return;
  }
  if (!result.ok()) answer->status = result.status();
  answer->complete = true;
  active_ = nullptr;
  if (!result.ok() || !std::exchange(pipelined_, false)) return;
  const absl::Status ended = EndPipeline();
  if (answer->status.ok()) answer->status = ended;
}

absl::StatusOr<std::string> PostgresConnection::Prepare(const char* text,
                                                        const std::vector<Value>& args,
                                                        const Oid* types) {
  std::string key = absl::StrCat(TypeSignature(args), " ", text);
  const auto found = statements_.find(key);
  if (found != statements_.end()) return found->second;
  const std::string name = absl::StrCat("s", ++prepared_);
  const std::string rendered = RenderStatement(text, Dialect::kPostgres);
  RETURN_IF_ERROR(Send(PQsendPrepare(connection_, name.c_str(), rendered.c_str(),
                                     static_cast<int>(args.size()), types)));
  Answer answer;
  active_ = &answer;
  while (!answer.complete) Advance(&answer);
  if (!answer.status.ok()) {
    return absl::Status(answer.status.code(),
                        absl::StrCat(answer.status.message(), " in: ", rendered));
  }
  statements_.emplace(std::move(key), name);
  return name;
}

absl::StatusOr<int64_t> PostgresConnection::Run(const char* text, const std::vector<Value>& args,
                                                RowFn row) {
  RETURN_IF_ERROR(AwaitEnd());
  Answer answer;
  if (!TakeAnswered(text, args, &answer)) {
    if (absl::Now() > deadline_) return Refuse(Reason::kDeadlinePassed);
    RETURN_IF_ERROR(ForgetStatements());
    ASSIGN_OR_RETURN(PostgresArguments arguments, PostgresArguments::From(args));
    RETURN_IF_ERROR(MayDisturb());
    ASSIGN_OR_RETURN(std::string name, Prepare(text, args, arguments.types()));
    RETURN_IF_ERROR(SendRun({std::move(name), std::move(arguments)}, &answer));
  }
  absl::Status refused;  // by `row`
  while (!answer.complete || !answer.waiting.empty()) {
    if (answer.waiting.empty()) {
      Advance(&answer);
      continue;
    }
    Row next = std::move(answer.waiting.front());
    answer.waiting.pop_front();
    if (refused.ok()) refused = row(std::move(next));
  }
  if (!answer.status.ok()) return answer.status;
  if (!refused.ok()) return refused;
  return answer.changed;
}

absl::Status PostgresConnection::Execute(const std::string& rendered) {
  RETURN_IF_ERROR(AwaitEnd());
  RETURN_IF_ERROR(AwaitPosted());
  return Send(rendered);
}

absl::Status PostgresConnection::ForgetStatements() {
  if (statements_.size() < limits::kStatementsCachedMax) return absl::OkStatus();
  statements_.clear();
  return Send(std::string("DEALLOCATE ALL"));
}

absl::Status PostgresConnection::Send(const std::string& rendered) {
  RETURN_IF_ERROR(Send(PQsendQuery(connection_, rendered.c_str())));
  Answer answer;
  active_ = &answer;
  while (!answer.complete) Advance(&answer);
  return answer.status;
}

// A test orders what a busy database or a network does by itself at some time.
absl::Status PostgresConnection::MayDisturb() {
  if (const absl::Status ordered = faults::Hit("postgres_statement"); !ordered.ok()) {
    if (absl::IsAborted(ordered)) return Conflict();
    Cut();
  }
  ++passed_;
  if (DisturbNow()) {
    if (!cut_) return Conflict();
    Cut();
  }
  return absl::OkStatus();
}

bool PostgresConnection::DisturbNow() {
  if (disturb_in_ <= 0 || --disturb_in_ > 0) return false;
  Disturbances& counted = CountedDisturbances();
  ++(cut_ ? counted.cuts : counted.conflicts);
  counted.at_commit += committing_;
  return true;
}

Disturbances& CountedDisturbances() {
  static auto* const counted = new Disturbances;
  return *counted;
}

absl::Status PostgresConnection::Conflict() {
  return Execute("DO $$ BEGIN RAISE EXCEPTION 'ordered' USING ERRCODE = '40001'; END $$");
}

}  // namespace shian::store
