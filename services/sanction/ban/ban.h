// Bans on people (处罚到人、行业禁入) as the sequence of their dated acts. Whether one is in force
// is derived; a person is known by keyed hashes and by nothing else.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/id.h"
#include "libs/base/time.h"
#include "libs/calendar/deadline.h"
#include "libs/codes/identity.h"
#include "libs/errors/errors.h"
#include "services/sanction/case/case.h"

namespace shian::sanction {

using BanId = Id<struct BanTag>;

// The numbers of all four are stored and never change; they are those of the API.
enum class BanAct { kProposed = 1, kImposed = 2, kAnnulled = 3, kExpired = 4 };
enum class BanState { kProposed = 1, kInForce = 2, kEnded = 3, kAnnulled = 4 };
enum class BanRole { kOperator = 1, kLegalRepresentative = 2, kSupervisor = 3, kResponsible = 4 };
enum class Bar { kLicence = 1, kManagement = 2, kSafety = 3 };

// What bars a person, from policy.
struct BanGround {
  std::string key;
  std::string title;
  bool by_judgment = false;
  std::set<PenaltyKind> kinds;  // of the penalty, any of them
  std::set<BanRole> roles;
  std::set<Bar> bars;
  std::optional<calendar::Budget> period;  // absent: for life
  errors::Basis basis;
};

struct Judgment {
  std::string number;
  std::string court;
  Date effective;
};

struct BanEvent {
  int sequence = 0;
  BanAct act = BanAct::kProposed;
  absl::Time time;
  absl::Time recorded;
  Actor actor;
  std::string text;
  std::vector<Document> documents;
  std::string chain_revision;
};

struct Ban {
  OperatorId op;
  BanId id;
  std::string region;
  std::string organisation;
  std::string ground;
  std::string ground_title;
  errors::Basis basis;
  BanRole role = BanRole::kOperator;
  std::string person_name;               // empty after erasure
  std::vector<codes::KeyedHash> hashes;  // of the person, a row for each key that is known
  CaseId case_id;                        // empty with a judgment
  std::optional<Judgment> judgment;
  std::set<Bar> bars;
  Date from;
  std::optional<Date> until;  // absent: for life
  std::string rule_revision;
  std::vector<BanEvent> events;

  std::string name() const { return "operators/" + op.value() + "/bans/" + id.value(); }
  std::string etag() const;
  // The last event of that act, or null.
  const BanEvent* Last(BanAct act) const;
  // Rests on the same decision or judgment, and for the same reason.
  bool SameBasis(const Ban& other) const;
};

// How it stands on a day. What was set aside never had effect, on no day.
BanState StateOn(const Ban& ban, Date on);
// Only what was recorded by `known_at`; absent when that is not even the proposal.
std::optional<Ban> KnownBy(Ban ban, absl::Time known_at);

// Whether the ground bars somebody in this role by the penalty of `c`, or (null) by a judgment.
absl::Status CheckGround(const BanGround& ground, const Case* c, BanRole role, bool natural_person);
// The last day of a ban that begins on `from`; absent for life.
std::optional<Date> LastDay(const BanGround& ground, Date from);

absl::Status CheckImposition(const Ban& ban, const errors::Basis& basis);
absl::Status CheckAnnulment(const Ban& ban, const errors::Basis& basis);

// What somebody is barred from on a day, by all bans in force on it together.
struct Barring {
  std::set<Bar> bars;
  std::optional<Date> until;  // of the longest; absent with bars: for life
  errors::Basis basis;        // of the longest
};
Barring BarringOn(const std::vector<Ban>& bans, Date on);

}  // namespace shian::sanction
