// A double-random draw (双随机抽查) from plan to publication: what may be done when. State is
// derived from the dated acts; there is no flag to set.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/id.h"
#include "services/inspection/draw/run.h"

namespace shian::inspection::draw {

using DrawId = Id<struct DrawTag>;

enum class State { kOpen, kLocked, kExecuted, kAbandoned, kExpired };

// Which operators belong to a stratum.
struct StratumPlan {
  std::string key;
  std::vector<std::string> kinds;   // words of OperatorKind without prefix; empty: every kind
  std::vector<std::string> grades;  // "A" to "D", "UNRATED"; empty: every grade
  std::string region;               // within the draw's; empty: the whole
  int take = 0;
  template <class A>
  void Fields(A& a) {
    a(key)(kinds)(grades)(region)(take);
  }
};

struct Plan {
  std::string title;
  std::string region;
  std::vector<StratumPlan> strata;
  int inspectors_per_operator = 0;
  int inspector_capacity = 0;
  template <class A>
  void Fields(A& a) {
    a(title)(region)(strata)(inspectors_per_operator)(inspector_capacity);
  }
};

// A share with its dates.
struct DatedShare {
  Share share;
  absl::Time commit_time;
  std::optional<absl::Time> reveal_time;
  template <class A>
  void Fields(A& a) {
    a(share)(commit_time)(reveal_time);
  }
};

struct DeclaredRecusal {
  Recusal recusal;
  std::string reason;
  absl::Time time;
  template <class A>
  void Fields(A& a) {
    a(recusal)(reason)(time);
  }
};

// What the lock fixed, without the frames themselves.
struct LockFacts {
  absl::Time time;
  std::string public_source;
  absl::Time public_time;
  absl::Time reveal_due;
  std::string lock_hash;
  std::string frame_root;
  std::vector<int64_t> sizes;      // per stratum
  std::vector<std::string> roots;  // per stratum
  int64_t frame_size = 0;
  template <class A>
  void Fields(A& a) {
    a(time)(public_source)(
        public_time)(reveal_due)(lock_hash)(frame_root)(sizes)(roots)(frame_size);
  }
};

struct Execution {
  absl::Time time;
  std::string public_value;
  std::string seed;
  template <class A>
  void Fields(A& a) {
    a(time)(public_value)(seed);
  }
};

struct Replacement {
  std::string operator_id;
  std::string reason;  // key of the policy's replacement grounds, such as "CEASED"
  absl::Time time;
  template <class A>
  void Fields(A& a) {
    a(operator_id)(reason)(time);
  }
};

// Who took a step of the approval chain (审批链).
struct Step {
  std::string act;
  std::string person;
  absl::Time time;
  template <class A>
  void Fields(A& a) {
    a(act)(person)(time);
  }
};

struct Draw {
  DrawId id;
  int64_t version = 0;
  Plan plan;
  absl::Time create_time;
  std::vector<DatedShare> shares;         // by department
  std::vector<DeclaredRecusal> recusals;  // sorted
  std::optional<LockFacts> lock;
  std::optional<Execution> execution;
  std::optional<absl::Time> abandon_time;
  std::optional<absl::Time> expire_time;
  std::string end_reason;
  std::vector<Picked> picked;
  std::vector<Replacement> replacements;
  std::vector<Step> steps;
  // When the expiry was found: the one act that is dated before it is recorded.
  std::optional<absl::Time> expire_recorded;
  // What the row's body holds; id and version stand in columns.
  template <class A>
  void Fields(A& a) {
    a(plan)(create_time)(shares)(recusals)(lock)(execution)(abandon_time)(expire_time)(end_reason);
    a(picked)(replacements)(steps)(expire_recorded);
  }
};

State StateOf(const Draw& draw);
// The draw as it was at `as_of`, by what was recorded by `known_at`. Absent: it was not planned
// yet.
std::optional<Draw> AsOf(Draw draw, absl::Time as_of, absl::Time known_at);
absl::string_view StateWord(State state);
// "410902-2025-0001".
DrawId MakeDrawId(absl::string_view organisation, int64_t year, int64_t number);

// Every check refuses with the reason that stands in the way and changes nothing.
absl::Status CheckCommit(const Draw& draw, const std::string& department,
                         const std::string& commitment);
absl::Status CheckRecusal(const Draw& draw);
absl::Status CheckLock(const Draw& draw, int shares_min);
absl::Status CheckReveal(const Draw& draw, const std::string& department, const std::string& secret,
                         absl::Time now);
absl::Status CheckExecute(const Draw& draw, absl::Time now);
absl::Status CheckAbandon(const Draw& draw);
absl::Status CheckReplace(const Draw& draw, const std::string& operator_id);
// Whether it failed: locked, the time for reveals is up, and a share is still a secret.
bool RevealsOverdue(const Draw& draw, absl::Time now);

// The frames are big enough, do not overlap, and the roster can serve them.
absl::Status CheckFrames(const Draw& draw, const std::vector<FrameStratum>& strata,
                         const std::vector<std::string>& inspectors);

// The lock's record as Run and LockHash take it.
Lock MakeLock(const Draw& draw, const LockFacts& facts, std::vector<FrameStratum> strata,
              std::vector<std::string> inspectors);

}  // namespace shian::inspection::draw
