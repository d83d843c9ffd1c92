#include "services/inspection/draw/draw.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "services/inspection/draw/limits.h"

namespace shian::inspection::draw {
namespace {

using errors::Reason;
using errors::Refuse;

absl::Status RequireState(const Draw& draw, State wanted, Reason reason) {
  const State state = StateOf(draw);
  if (state == wanted) return absl::OkStatus();
  return Refuse(reason, {{"draw", draw.id.value()}, {"state", std::string(StateWord(state))}});
}

const DatedShare* FindShare(const Draw& draw, const std::string& department) {
  for (const DatedShare& one : draw.shares) {
    if (one.share.department == department) return &one;
  }
  return nullptr;
}

// Takes back the replacements after `until`; each brought one operator, at the end.
void DropReplacements(absl::Time until, Draw& draw) {
  while (!draw.replacements.empty() && draw.replacements.back().time > until) {
    const std::string replaced = draw.replacements.back().operator_id;
    draw.replacements.pop_back();
    if (!draw.picked.empty()) draw.picked.pop_back();
    for (Picked& one : draw.picked) {
      if (one.operator_id == replaced) one.replaced = false;
    }
  }
}

// Shares committed or revealed after `until` are not there, or secret again.
int64_t DropShares(absl::Time until, Draw& draw) {
  int64_t dropped = 0;
  for (DatedShare& one : draw.shares) {
    if (!one.reveal_time || *one.reveal_time <= until) continue;
    one.reveal_time.reset();
    one.share.secret.clear();
    ++dropped;
  }
  return dropped + static_cast<int64_t>(std::erase_if(draw.shares, [&](const DatedShare& one) {
           return one.commit_time > until;
         }));
}

}  // namespace

std::optional<Draw> AsOf(Draw draw, absl::Time as_of, absl::Time known_at) {
  // Every act but the expiry is recorded when it is done.
  const absl::Time until = std::min(as_of, known_at);
  if (draw.create_time > until) return std::nullopt;
  // Each act made one version: a share's, the expiry, and the steps that officers took.
  draw.version -= DropShares(until, draw);
  if (draw.expire_time && (*draw.expire_time > as_of || *draw.expire_recorded > known_at)) {
    draw.expire_time.reset();
    draw.expire_recorded.reset();
    --draw.version;
  }
  DropReplacements(until, draw);
  std::erase_if(draw.recusals, [&](const DeclaredRecusal& one) { return one.time > until; });
  if (draw.lock && draw.lock->time > until) draw.lock.reset();
  if (draw.execution && draw.execution->time > until) {
    draw.execution.reset();
    draw.picked.clear();
  }
  if (draw.abandon_time && *draw.abandon_time > until) {
    draw.abandon_time.reset();
    draw.end_reason.clear();
  }
  draw.version -= static_cast<int64_t>(
      std::erase_if(draw.steps, [&](const Step& step) { return step.time > until; }));
  return draw;
}

State StateOf(const Draw& draw) {
  if (draw.abandon_time) return State::kAbandoned;
  if (draw.expire_time) return State::kExpired;
  if (draw.execution) return State::kExecuted;
  return draw.lock ? State::kLocked : State::kOpen;
}

absl::string_view StateWord(State state) {
  switch (state) {
    case State::kOpen:
      return "OPEN";
    case State::kLocked:
      return "LOCKED";
    case State::kExecuted:
      return "EXECUTED";
    case State::kAbandoned:
      return "ABANDONED";
    case State::kExpired:
      return "EXPIRED";
  }
  return "";
}

DrawId MakeDrawId(absl::string_view organisation, int64_t year, int64_t number) {
  return DrawId(absl::StrFormat("%s-%d-%04d", organisation, year, number));
}

absl::Status CheckCommit(const Draw& draw, const std::string& department,
                         const std::string& commitment) {
  RETURN_IF_ERROR(RequireState(draw, State::kOpen, Reason::kDrawNotOpen));
  if (department.empty()) return Refuse(Reason::kDrawShareNoDepartment);
  if (FindShare(draw, department) != nullptr) {
    return Refuse(Reason::kDrawShareCommitted, {{"department", department}});
  }
  // A copied commitment would let its department wait for the other's secret and add nothing.
  for (const DatedShare& one : draw.shares) {
    if (one.share.commitment == commitment) return Refuse(Reason::kDrawShareCopied);
  }
  return absl::OkStatus();
}

absl::Status CheckRecusal(const Draw& draw) {
  return RequireState(draw, State::kOpen, Reason::kDrawNotOpen);
}

absl::Status CheckLock(const Draw& draw, int shares_min) {
  RETURN_IF_ERROR(RequireState(draw, State::kOpen, Reason::kDrawNotOpen));
  if (draw.shares.size() >= static_cast<size_t>(shares_min)) return absl::OkStatus();
  return Refuse(Reason::kDrawSharesTooFew,
                {{"count", absl::StrCat(draw.shares.size())}, {"min", absl::StrCat(shares_min)}});
}

absl::Status CheckReveal(const Draw& draw, const std::string& department, const std::string& secret,
                         absl::Time now) {
  RETURN_IF_ERROR(RequireState(draw, State::kLocked, Reason::kDrawNotLocked));
  if (now > draw.lock->reveal_due) {
    return Refuse(Reason::kDrawRevealLate, {{"due", FormatTime(draw.lock->reveal_due)}});
  }
  const DatedShare* share = FindShare(draw, department);
  if (share == nullptr) return Refuse(Reason::kDrawShareMissing, {{"department", department}});
  if (Sha256(secret) != share->share.commitment) return Refuse(Reason::kDrawShareWrong);
  // The date of the first one stands.
  if (share->reveal_time) return Refuse(Reason::kDrawShareRevealed, {{"department", department}});
  return absl::OkStatus();
}

absl::Status CheckExecute(const Draw& draw, absl::Time now) {
  RETURN_IF_ERROR(RequireState(draw, State::kLocked, Reason::kDrawNotLocked));
  for (const DatedShare& one : draw.shares) {
    if (!one.reveal_time) {
      return Refuse(Reason::kDrawRevealsMissing, {{"department", one.share.department}});
    }
  }
  if (now < draw.lock->public_time) {
    return Refuse(Reason::kDrawPublicEarly, {{"time", FormatTime(draw.lock->public_time)}});
  }
  return absl::OkStatus();
}

absl::Status CheckAbandon(const Draw& draw) {
  const State state = StateOf(draw);
  if (state == State::kOpen || state == State::kLocked) return absl::OkStatus();
  return Refuse(Reason::kDrawEnded,
                {{"draw", draw.id.value()}, {"state", std::string(StateWord(state))}});
}

absl::Status CheckReplace(const Draw& draw, const std::string& operator_id) {
  RETURN_IF_ERROR(RequireState(draw, State::kExecuted, Reason::kDrawNotExecuted));
  for (const Picked& one : draw.picked) {
    if (one.operator_id == operator_id && !one.replaced) return absl::OkStatus();
  }
  return Refuse(Reason::kDrawNotSelected, {{"operator", operator_id}});
}

bool RevealsOverdue(const Draw& draw, absl::Time now) {
  if (StateOf(draw) != State::kLocked || now <= draw.lock->reveal_due) return false;
  return std::any_of(draw.shares.begin(), draw.shares.end(),
                     [](const DatedShare& one) { return !one.reveal_time.has_value(); });
}

absl::Status CheckFrames(const Draw& draw, const std::vector<FrameStratum>& strata,
                         const std::vector<std::string>& inspectors) {
  std::set<absl::string_view> seen;
  int64_t wanted = 0;
  for (const FrameStratum& stratum : strata) {
    if (stratum.ids.size() < static_cast<size_t>(stratum.take)) {
      return Refuse(Reason::kDrawFrameTooSmall, {{"stratum", stratum.key},
                                                 {"size", absl::StrCat(stratum.ids.size())},
                                                 {"take", absl::StrCat(stratum.take)}});
    }
    for (const std::string& id : stratum.ids) {
      if (!seen.insert(id).second) {
        return Refuse(Reason::kDrawStrataOverlap, {{"operator", id}, {"stratum", stratum.key}});
      }
    }
    wanted += stratum.take;
  }
  if (seen.size() > static_cast<size_t>(limits::kFrameMax)) {
    return Refuse(Reason::kDrawFrameTooLarge, {{"max", absl::StrCat(limits::kFrameMax)}});
  }
  const auto roster = static_cast<int64_t>(inspectors.size());
  if (roster < draw.plan.inspectors_per_operator ||
      roster * draw.plan.inspector_capacity < wanted * draw.plan.inspectors_per_operator) {
    return Refuse(Reason::kDrawRosterTooSmall, {{"count", absl::StrCat(roster)}});
  }
  return absl::OkStatus();
}

Lock MakeLock(const Draw& draw, const LockFacts& facts, std::vector<FrameStratum> strata,
              std::vector<std::string> inspectors) {
  Lock lock;
  lock.draw = "draws/" + draw.id.value();
  lock.title = draw.plan.title;
  lock.region = draw.plan.region;
  lock.lock_time_us = ToMicros(facts.time);
  lock.public_source = facts.public_source;
  lock.public_time_us = ToMicros(facts.public_time);
  lock.inspectors_per_operator = draw.plan.inspectors_per_operator;
  lock.inspector_capacity = draw.plan.inspector_capacity;
  lock.strata = std::move(strata);
  lock.inspectors = std::move(inspectors);
  for (const DeclaredRecusal& one : draw.recusals) lock.recusals.push_back(one.recusal);
  std::sort(lock.recusals.begin(), lock.recusals.end());
  lock.recusals.erase(std::unique(lock.recusals.begin(), lock.recusals.end()), lock.recusals.end());
  for (const DatedShare& one : draw.shares) lock.shares.push_back(one.share);
  return lock;
}

}  // namespace shian::inspection::draw
