#include "libs/rpc/ongoing.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/check.h"
#include "libs/base/clock.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/base/uuid.h"
#include "libs/errors/details.h"
#include "libs/errors/errors.h"
#include "libs/rpc/audit.h"
#include "libs/rpc/edge_limits.h"
#include "libs/rpc/limits.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/trace.h"

namespace shian::rpc {
namespace {

using errors::Reason;
using errors::Refuse;

const Method& MethodOf(const EdgeState& state, const Message& request) {
  const auto found = state.methods.find(request.GetDescriptor());
  SHIAN_CHECK(found != state.methods.end())
      << request.GetTypeName() << " is the request of no served RPC";
  return found->second;
}

absl::Status CheckRequestId(const Message& message) {
  if (!HasField(message, "request_id")) return absl::OkStatus();
  if (IsUuid(TextField(message, "request_id"))) return absl::OkStatus();
  return errors::InvalidField("request_id", {"must be a UUID", "应为UUID", "UUID"});
}

std::string WordOf(const absl::Status& status) {
  if (status.ok()) return "";
  const auto reason = errors::ReasonOf(status);
  return reason ? std::string(errors::WordOf(*reason)) : absl::StatusCodeToString(status.code());
}

}  // namespace

EdgeState::EdgeState(Edge::Parts edge_parts, const EdgeLimits& limits)
    : parts(edge_parts),
      in_flight(limits.in_flight_max),
      callers(limits.calls_per_second_max),
      pool(std::make_unique<Pool>(limits::kPoolThreads, limits::kPoolQueueMax)) {}

auth::Credentials CredentialsOf(const grpc::ServerContextBase& context) {
  auth::Credentials credentials;
  if (const auto peer = context.auth_context()) {
    for (const grpc::string_ref& uri : peer->FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME)) {
      credentials.certificate_uris.emplace_back(uri.data(), uri.size());
    }
  }
  const auto found = context.client_metadata().find("authorization");
  if (found != context.client_metadata().end()) {
    credentials.authorization.assign(found->second.data(), found->second.size());
  }
  return credentials;
}

Ongoing::Ongoing(EdgeState& state, grpc::CallbackServerContext* context, const Message& request)
    : state_(state),
      context_(context),
      method_(&MethodOf(state, request)),
      start_(absl::Now()),
      begun_(SteadyNow()),
      trace_(telemetry::ContinueTrace(Metadata(telemetry::kTraceHeader))) {
  method_->metrics->Started();
  parts_.method = method_->path;
  parts_.now = state.parts.clock->Now();
  parts_.locale = errors::ChooseLocale(Metadata("accept-language"));
  parts_.traceparent = trace_.ToHeader();
}

Ongoing::~Ongoing() {
  // A stream that the transport dropped before it could be answered still counts.
  if (!finished_) Finish(absl::CancelledError("dropped"));
}

std::string Ongoing::Metadata(const char* name) const {
  const auto found = context_->client_metadata().find(name);
  if (found == context_->client_metadata().end()) return "";
  return std::string(found->second.data(), found->second.size());
}

absl::Status Ongoing::TakeStaleness() {
  const std::string text = Metadata(kStalenessHeader);
  if (text.empty()) return absl::OkStatus();
  const bool good = absl::ParseDuration(text, &staleness_max_) &&
                    staleness_max_ >= absl::ZeroDuration() &&
                    staleness_max_ <= limits::kStalenessMax;
  if (good) return absl::OkStatus();
  return errors::InvalidField(kStalenessHeader,
                              {"metadata: a duration from 0s to 600s, such as 2s or 500ms",
                               "元数据：0s至600s的时长，如2s、500ms"});
}

absl::Status Ongoing::CheckDeadline(DeadlineRule rule) {
  const bool none = context_->deadline() == std::chrono::system_clock::time_point::max();
  if (!none) deadline_ = absl::FromChrono(context_->deadline()) - limits::kDeadlineShave;
  parts_.deadline = deadline_;
  if (rule == DeadlineRule::kExempt) return absl::OkStatus();
  if (none) return Refuse(Reason::kDeadlineRequired);
  if (deadline_ - start_ < limits::kDeadlineFloor) return Refuse(Reason::kDeadlinePassed);
  return absl::OkStatus();
}

absl::Status Ongoing::CheckCaller(const auth::System& system) {
  if (state_.draining) return Refuse(Reason::kServerStopping);
  if (state_.callers.Enter(system.id, SteadyNow())) return absl::OkStatus();
  state_.parts.telemetry->CountShed(telemetry::Gate::kCaller);
  return errors::WithRetryDelay(Refuse(Reason::kShedCallerRate), absl::Seconds(1));
}

absl::Status Ongoing::AdmitMessage() { return CheckCaller(*parts_.system); }

absl::Status Ongoing::CheckGates(const auth::System& system, DeadlineRule rule) {
  RETURN_IF_ERROR(CheckCaller(system));
  // A stream without an end would hold its place for ever; FeedService counts its own.
  if (rule == DeadlineRule::kExempt) return absl::OkStatus();
  in_flight_ = state_.in_flight.Enter();
  if (in_flight_) return absl::OkStatus();
  state_.parts.telemetry->CountShed(telemetry::Gate::kInFlight);
  return errors::WithRetryDelay(Refuse(Reason::kShedInFlight), absl::Milliseconds(100));
}

absl::Status Ongoing::Enter(DeadlineRule rule) {
  RETURN_IF_ERROR(CheckDeadline(rule));
  RETURN_IF_ERROR(TakeStaleness());
  ASSIGN_OR_RETURN(auth::Caller caller,
                   state_.parts.authority->Admit(CredentialsOf(*context_), method_->path));
  parts_.system = caller.system;
  parts_.officer = std::move(caller.officer);
  RETURN_IF_ERROR(CheckGates(*parts_.system, rule));
  call_ = std::make_shared<Call>(parts_);
  return absl::OkStatus();
}

absl::Status Ongoing::TakeFields(const Message& message) {
  RETURN_IF_ERROR(CheckUnknownFields(message));
  RETURN_IF_ERROR(CheckRequestId(message));
  parts_.request_id = TextField(message, "request_id");
  parts_.now = state_.parts.clock->Now();
  purpose_ = TextOrEnumField(message, "purpose");
  call_ = std::make_shared<Call>(parts_);
  if (method_->audited) call_->NoteResource(TextField(message, "name"));
  return absl::OkStatus();
}

store::WriteContext Ongoing::ContextOf(const Message& message) const {
  // The officer belongs to the request: another one's token with the same id and body is another
  // request, not the first one's answer again.
  Sha256Stream digest;
  digest.Update(method_->path);
  digest.Update(absl::StrCat("\n", call_->has_officer() ? call_->officer().person : "", "\n"));
  digest.Update(DeterministicBytes(message));
  return {.now = call_->now(),
          .caller = call_->system().id,
          .request_id = std::string(call_->request_id()),
          .body_digest = digest.Finish(),
          .seed = "",
          .dry_run = BoolField(message, "dry_run")};
}

bool Ongoing::ReserveAudit() {
  if (!method_->audited || state_.parts.audit == nullptr) return true;
  audit_reserved_ = state_.parts.audit->Reserve();
  return audit_reserved_;
}

void Ongoing::AuditRead(const absl::Status& status) {
  if (!std::exchange(audit_reserved_, false)) return;
  state_.parts.audit->Push(AuditChange(*call_, kAuditReadType, purpose_, WordOf(status),
                                       state_.parts.authority->region()));
}

ledger::Change Ongoing::WriteAudit(const Message&) const {
  return AuditChange(*call_, kAuditWriteType, purpose_, "", state_.parts.authority->region());
}

grpc::Status Ongoing::Finish(const absl::Status& status) {
  SHIAN_CHECK(!finished_) << method_->path << " answered twice";
  finished_ = true;
  if (in_flight_) state_.in_flight.Leave();
  AuditRead(status);
  const grpc::Status answer = ToGrpc(status, parts_.locale);
  const absl::Duration latency = SteadyNow() - begun_;
  method_->metrics->Handled(answer.error_code(), latency);
  LogAccess(status, latency);
  return answer;
}

void Ongoing::LogAccess(const absl::Status& status, absl::Duration latency) const {
  telemetry::LogBuffered(telemetry::Severity::kInfo, "rpc",
                         {{"method", method_->path},
                          {"code", absl::StatusCodeToString(status.code())},
                          {"reason", WordOf(status)},
                          {"ms", absl::ToDoubleMilliseconds(latency)},
                          {"system", parts_.system == nullptr ? "" : parts_.system->id},
                          {"request_id", parts_.request_id},
                          {"trace_id", trace_.trace_id}});
}

grpc::Status ToGrpc(const absl::Status& status, absl::string_view locale) {
  if (status.ok()) return grpc::Status::OK;
  absl::Status shown = status;
  if (absl::IsInternal(status) || absl::IsUnknown(status)) {
    // No caller can do anything with these two; whoever reads the log can.
    telemetry::Log(telemetry::Severity::kError, "status_without_reason",
                   {{"message", std::string(status.message())}});
    shown = absl::UnavailableError("The service could not answer; the fault is logged.");
  }
  const std::string message(shown.message().substr(0, limits::kMessageBytesMax));
  return grpc::Status(static_cast<grpc::StatusCode>(shown.code()), message,
                      errors::StatusDetails(shown, locale));
}

}  // namespace shian::rpc
