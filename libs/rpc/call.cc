#include "libs/rpc/call.h"

#include <algorithm>

#include "libs/base/check.h"
#include "libs/base/text.h"
#include "libs/errors/errors.h"
#include "libs/ledger/limits.h"
#include "libs/rpc/limits.h"

namespace shian::rpc {

const auth::Officer& Call::officer() const {
  SHIAN_CHECK(parts_.officer != nullptr)
      << parts_.method << " asks for an officer but its proto does not demand one";
  return *parts_.officer;
}

absl::Status Call::RequireRegion(absl::string_view region) const {
  const bool system_may = auth::RegionCovers(parts_.system->region, region);
  const bool officer_may =
      parts_.officer == nullptr || auth::RegionCovers(parts_.officer->region, region);
  if (system_may && officer_may) return absl::OkStatus();
  return errors::Refuse(errors::Reason::kRegionNotAllowed, {{"region", std::string(region)}});
}

void Call::NoteResource(absl::string_view name) const {
  {
    absl::ReaderMutexLock lock(&mutex_);
    if (resources_.size() >= limits::kAuditResourcesMax) return;
  }
  // A name that no log can hold names nothing, and one such entry would hold up all that follow.
  const bool loggable = name.size() <= ledger::limits::kSubjectBytesMax &&
                        NormaliseText(name, ledger::limits::kSubjectBytesMax).ok();
  if (!loggable) return;
  absl::MutexLock lock(&mutex_);
  if (name.empty() || resources_.size() >= limits::kAuditResourcesMax) return;
  if (std::find(resources_.begin(), resources_.end(), name) != resources_.end()) return;
  resources_.emplace_back(name);
}

void Call::KeepResources(size_t count) const {
  absl::MutexLock lock(&mutex_);
  if (resources_.size() > count) resources_.resize(count);
}

std::vector<std::string> Call::resources() const {
  absl::MutexLock lock(&mutex_);
  return resources_;
}

}  // namespace shian::rpc
