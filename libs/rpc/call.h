// What a handler knows of the call it answers: who asks, on whose behalf, until when.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/auth/officer.h"
#include "libs/auth/system.h"

namespace shian::rpc {

// Fixed once made; lives as long as the call, also on the thread that finishes it.
class Call {
 public:
  struct Parts {
    const auth::System* system = nullptr;          // of the system table
    std::shared_ptr<const auth::Officer> officer;  // absent unless a token came and was verified
    std::string request_id;
    absl::string_view locale;  // "zh-CN" or "en"
    std::string traceparent;
    absl::Time now;
    absl::Time deadline;
    absl::string_view method;  // of the edge, which outlives its calls
  };
  explicit Call(Parts parts) : parts_(std::move(parts)) {}

  // The calling system, proved by its certificate.
  const auth::System& system() const { return *parts_.system; }
  // The acting officer, proved by the token. Only for methods that demand one: elsewhere it may be
  // absent, and asking for an absent officer ends the process.
  const auth::Officer& officer() const;
  bool has_officer() const { return parts_.officer != nullptr; }
  // The service's clock (it may be simulated).
  absl::Time now() const { return parts_.now; }
  // Real time by which the answer must have left, already held back for the way home.
  absl::Time deadline() const { return parts_.deadline; }
  absl::string_view request_id() const { return parts_.request_id; }
  absl::string_view locale() const { return parts_.locale; }
  absl::string_view traceparent() const { return parts_.traceparent; }
  // "/shian.registry.v1.OperatorService/GetOperator".
  absl::string_view method() const { return parts_.method; }

  // Refuses unless the caller's region (and the officer's, where there is one) covers `region`,
  // the region of the data that convert found in the request.
  absl::Status RequireRegion(absl::string_view region) const;

  // In a method that is `audited`: names a resource that the answer shows or the write changes, for
  // the audit log (查询留痕). The request's own `name` is noted by the edge.
  void NoteResource(absl::string_view name) const;
  // The read begins once more: what the first run noted after the first `count` is forgotten.
  void KeepResources(size_t count) const;
  std::vector<std::string> resources() const;

 private:
  const Parts parts_;
  mutable absl::Mutex mutex_;
  mutable std::vector<std::string> resources_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace shian::rpc
