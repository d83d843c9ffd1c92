// proto <-> domain for saved subjects.
#pragma once

#include <string>

#include "services/sanction/party/convert.h"
#include "services/sanction/saved/saved.h"
#include "shian/sanction/v1/changes.pb.h"
#include "shian/sanction/v1/saved_service.pb.h"

namespace shian::sanction::convert {

// A list of the caller's.
std::string ToSavedList(const std::string& list, Reader* reader);

v1::SavedHit ToProto(const SavedHit& hit);
v1::SavedSubject ToProto(const SavedSubject& saved, const std::vector<SavedHit>& hits,
                         bool screened);
v1::SubjectAlert ToProto(const SubjectAlert& alert);

// The fact that tells a system of its alerts. It names no subject.
ledger::Change AlertedChange(const std::string& system, const std::string& region, absl::Time time,
                             int64_t last, size_t count);

}  // namespace shian::sanction::convert
