#include "libs/rpc/audit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/rpc/call.h"
#include "libs/rpc/limits.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/trace.h"
#include "shian/ledger/v1/audit_service.pb.h"

namespace shian::rpc {
namespace {

// How often a batch that the store refused (a full disk) is tried again.
constexpr absl::Duration kRetryPause = absl::Seconds(1);

}  // namespace

ledger::Change AuditChange(const Call& call, const char* type, absl::string_view purpose,
                           absl::string_view refusal, absl::string_view region) {
  ledger::v1::AuditRecord record;
  record.set_system(call.system().id);
  record.set_organisation(call.has_officer() ? call.officer().organisation
                                             : call.system().organisation);
  if (call.has_officer()) record.set_person(call.officer().person);
  record.set_method(std::string(call.method()));
  const std::vector<std::string> resources = call.resources();
  for (const std::string& name : resources) record.add_resources(name);
  record.set_purpose(std::string(purpose));
  record.set_request_id(std::string(call.request_id()));
  if (const auto trace = telemetry::ParseTrace(call.traceparent())) {
    record.set_trace_id(trace->trace_id);
  }
  record.set_refusal(std::string(refusal));
  return {.log = ledger::Log::kAudit,
          .type = type,
          .subject = resources.empty() ? absl::StrCat("systems/", call.system().id) : resources[0],
          .region = std::string(region),
          .time = call.now(),
          .payload = record.SerializeAsString(),
          .cause = ""};
}

AuditQueue::AuditQueue(store::Store& store, const Clock& clock) : store_(store), clock_(clock) {
  thread_ = std::thread([this] { Loop(); });
}

AuditQueue::~AuditQueue() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

bool AuditQueue::Reserve() {
  absl::MutexLock lock(&mutex_);
  if (stopping_ || queue_.size() + reserved_ >= limits::kAuditQueueMax) return false;
  ++reserved_;
  return true;
}

void AuditQueue::Push(ledger::Change change) {
  absl::MutexLock lock(&mutex_);
  --reserved_;
  queue_.push_back(std::move(change));
}

void AuditQueue::Flush() {
  absl::MutexLock lock(&mutex_);
  const auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return queue_.empty() && !writing_;
  };
  mutex_.Await(absl::Condition(&idle));
}

void AuditQueue::Loop() {
  for (;;) {
    std::vector<ledger::Change> batch;
    bool last = false;
    {
      absl::MutexLock lock(&mutex_);
      const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !queue_.empty();
      };
      mutex_.Await(absl::Condition(&ready));
      if (queue_.empty()) return;
      const size_t count = std::min(queue_.size(), limits::kAuditBatchMax);
      batch.assign(queue_.begin(), queue_.begin() + static_cast<ptrdiff_t>(count));
      writing_ = true;
      last = stopping_;
    }
    const bool written = WriteBatch(batch);
    {
      absl::MutexLock lock(&mutex_);
      if (written)
        queue_.erase(queue_.begin(), queue_.begin() + static_cast<ptrdiff_t>(batch.size()));
      writing_ = false;
      if (!written && last) return;
    }
    if (!written) absl::SleepFor(kRetryPause);
  }
}

bool AuditQueue::WriteBatch(const std::vector<ledger::Change>& batch) {
  const auto written =
      store_.WriteAndWait({.now = clock_.Now(), .caller = "audit"},
                          [batch](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                            RETURN_IF_ERROR(ledger::AppendAll(tx, batch));
                            return std::string();
                          });
  if (!written.ok()) {
    telemetry::Log(telemetry::Severity::kError, "audit_not_written",
                   {{"entries", static_cast<int64_t>(batch.size())},
                    {"error", std::string(written.status().message())}});
  }
  return written.ok();
}

}  // namespace shian::rpc
