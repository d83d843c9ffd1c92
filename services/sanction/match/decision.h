// What a person decided who compared a subject with a listed party (人工核对结论), as the sequence
// of what happened to it. Whether it still counts is derived from both sides as they are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/id.h"
#include "services/sanction/match/subject.h"
#include "services/sanction/party/matter.h"

namespace shian::sanction {

using DecisionId = Id<struct DecisionTag>;

// The numbers are stored and never change; they are those of the API.
enum class MatchVerdict { kSameParty = 1, kNotSame = 2 };
enum class DecisionAct { kDecided = 1, kWithdrawn = 2 };
enum class DecisionState { kInForce = 1, kExpired = 2, kLapsed = 3, kWithdrawn = 4 };
enum class Lapse { kNone = 0, kSubjectChanged = 1, kListedChanged = 2, kMatcherChanged = 3 };

// Both sides as digests of what is compared, and the rules of comparing.
struct Sides {
  std::string subject;
  std::string listed;
  std::string matcher;

  bool operator==(const Sides&) const = default;
};

struct DecisionEvent {
  int sequence = 0;
  DecisionAct act = DecisionAct::kDecided;
  MatchVerdict verdict = MatchVerdict::kNotSame;  // of a withdrawal: what is withdrawn
  absl::Time recorded;
  Sides sides;
  StartedClock period;  // of a decision
  std::string system;
  Actor officer;  // empty when it was another person
  std::string user;
  std::string reason;
  std::string code;  // of the subject, as it was asked for
  std::string name;
};

struct MatchDecision {
  OperatorId op;
  DecisionId id;
  std::string organisation;
  std::string subject_key;
  std::vector<DecisionEvent> events;
  Clock period;  // of the last decision, under the table that it began under

  std::string resource() const { return "operators/" + op.value() + "/decisions/" + id.value(); }
  std::string etag() const;
  // Never empty: it begins with a decision.
  const DecisionEvent& Decided() const;
  bool withdrawn() const { return events.back().act == DecisionAct::kWithdrawn; }
};

// Only what had been recorded by then; absent when nothing had.
std::optional<MatchDecision> AsOf(MatchDecision decision, absl::Time time);

struct Standing {
  DecisionState state = DecisionState::kInForce;
  Lapse lapse = Lapse::kNone;
};
// Between the sides as they are now.
Standing StandingOf(const MatchDecision& decision, const Sides& now, absl::Time time);

// Whether there is anything that a person could decide.
absl::Status CheckDecide(names::Comparison codes, names::Band by_name);
absl::Status CheckWithdraw(const MatchDecision& decision);

}  // namespace shian::sanction
