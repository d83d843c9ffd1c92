#include "libs/rpc/scrubber.h"

#include <algorithm>
#include <chrono>

#include "libs/rpc/limits.h"
#include "libs/store/scrub.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"

namespace shian::rpc {

Scrubber::Scrubber(store::Store& store, telemetry::Telemetry& telemetry,
                   std::function<bool()> leads)
    : store_(store), leads_(std::move(leads)) {
  telemetry.AddCounter("shian_store_scrubbed_rows_total", "Rows whose digest was checked at rest.",
                       {}, [this] { return static_cast<double>(rows_); });
  telemetry.AddCounter("shian_store_scrub_passes_total", "Times the whole store was checked.", {},
                       [this] { return static_cast<double>(passes_); });
  telemetry.AddGauge("shian_store_scrub_damaged_rows",
                     "Rows that the last whole check found damaged: must stay 0.", {},
                     [this] { return static_cast<double>(damaged_); });
  thread_ = std::thread([this] { Run(); });
}

Scrubber::~Scrubber() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

bool Scrubber::Wait(absl::Duration pause) {
  absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&stopping_), pause);
}

void Scrubber::Run() {
  while (true) {
    if (!leads_()) {
      if (!Wait(limits::kScrubPagePause)) return;
    } else if (!Pass() || !Wait(limits::kScrubEvery)) {
      return;
    }
  }
}

bool Scrubber::Pass() {
  store::Scrub scrub(store_);
  int64_t damaged = 0;
  for (bool more = true; more;) {
    const auto began = std::chrono::steady_clock::now();
    const absl::StatusOr<store::ScrubPage> page = scrub.Next();
    const absl::Duration took = absl::FromChrono(std::chrono::steady_clock::now() - began);
    const absl::Duration rest = std::max(limits::kScrubPagePause, took * limits::kScrubRestTimes);
    if (absl::IsUnavailable(page.status())) {
      if (!Wait(limits::kScrubPagePause)) return false;
      continue;
    }
    if (!page.ok()) {
      telemetry::Log(telemetry::Severity::kError, "scrub_failed",
                     {{"message", std::string(page.status().message())}});
      return true;
    }
    for (const std::string& row : page->damaged) {
      telemetry::Log(telemetry::Severity::kError, "row_damaged", {{"row", row}});
    }
    damaged += static_cast<int64_t>(page->damaged.size());
    rows_ += page->rows;
    more = page->more;
    if (damaged > damaged_) damaged_ = damaged;  // told as soon as it is known
    if (more && !Wait(rest)) return false;
  }
  damaged_ = damaged;
  ++passes_;
  return true;
}

}  // namespace shian::rpc
