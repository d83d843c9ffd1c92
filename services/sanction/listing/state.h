// What is true of an entry of a list at a time: a calculation on the moments of what happened to
// it, for those who hold whole entries and for those who hold many in little room.
#pragma once

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/base/time.h"

namespace shian::sanction {

// The numbers are stored and never change; they are those of the API.
enum class EntryAct {
  kDecided = 1,
  kPublished = 2,
  kRepairRequested = 3,
  kRepairGranted = 4,
  kRepairRefused = 5,
  kExpired = 6,
  kAnnulled = 7,
  kRemoved = 8,
  kRepairAccepted = 9,
  kDisputed = 10,
  kDisputeUpheld = 11,
  kDisputeDismissed = 12,
};

enum class EntryState {
  kDecided = 1,
  kInForce = 2,
  kRepaired = 3,
  kExpired = 4,
  kAnnulled = 5,
  kRemoved = 6,
};

// Why someone reads the list. The numbers are those of the API.
enum class Purpose {
  kLicensing = 1,
  kProcurement = 2,
  kFunding = 3,
  kHonour = 4,
  kSupervision = 5,
  kPublic = 6,
  kCourt = 7,
  kAudit = 8,
  kReview = 9,
};

// Who reads, and whether policy lets that purpose see what has ended.
struct Viewer {
  Purpose purpose = Purpose::kPublic;
  bool sees_ended = false;
};

// One thing that happened to an entry, in the order in which it was recorded.
struct EntryMoment {
  EntryAct act = EntryAct::kDecided;
  absl::Time time;
  absl::Time recorded;
};

struct EntryTimes {
  std::vector<EntryMoment> moments;
  Date until;  // last day when nothing ends it earlier
};

// What is true at `as_of`, as far as it was recorded by `known_at`. Absent: not even its decision
// was. An annulment takes effect from the beginning (自始无效): who knows of it sees the entry
// annulled on every day, who asks for what was known before sees what was believed then.
std::optional<EntryState> StateAt(const EntryTimes& entry, absl::Time as_of,
                                  absl::Time known_at = absl::InfiniteFuture());

// Whether a dispute was open at `as_of`, as far as that was recorded by `known_at` (异议标注).
bool IsDisputed(const EntryTimes& entry, absl::Time as_of = absl::InfiniteFuture(),
                absl::Time known_at = absl::InfiniteFuture());

// Whether an event counts for a view of `as_of`.
bool Counts(const EntryMoment& moment, absl::Time as_of, absl::Time known_at);

// Whether this reader may see the entry at all. What has ended by `now` is hidden from everyday
// purposes, also in views of a past in which it was in force: forgetting is what repair and expiry
// are for. An unpublished decision is nobody's business but the bureau's.
bool VisibleTo(const EntryTimes& entry, const Viewer& viewer, absl::Time now);

}  // namespace shian::sanction
