// People in posts (人员任职), and what stands in their way (从业禁止).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/id.h"
#include "libs/base/time.h"
#include "libs/codes/identity.h"
#include "libs/errors/errors.h"
#include "services/registry/operator/operator.h"

namespace shian::registry {

using PostId = Id<struct PostTag>;

// The numbers are stored and are those of the policy.
enum class Bar { kLicence = 1, kManagement = 2, kSafety = 3 };

// A ban as sanction told it, under one key.
struct PersonBan {
  std::string ban;  // its name there
  KeyedHash hash;
  std::set<Bar> bars;
  Date from;
  std::optional<Date> until;  // absent: for life
  errors::Basis basis;
  absl::Time recorded;
  std::optional<absl::Time> annulled;  // when this registry learnt of it
  bool searched = false;

  bool ClosesAny(const std::set<Bar>& asked) const;
};

// What policy asks of a registry.
struct GateRule {
  std::map<Post, std::set<Bar>> posts;  // bars that close a post
  std::set<Bar> applicant;              // and a licence
  absl::Duration answer_max;            // how old the last word on bans may be
  std::string employer_clock;

  const std::set<Bar>& BarsOf(Post post) const;
};

// Somebody in a post.
struct PostRecord {
  OperatorId op;
  PostId id;
  std::string region;
  Post kind = Post::kUnknown;
  std::string person_name;            // empty after erasure
  std::optional<KeyedHash> identity;  // absent after erasure
  Date from;
  std::optional<Date> to;
  std::string authority;
  std::string officer;
  absl::Time recorded;
  std::optional<absl::Time> end_recorded;

  std::string name() const;
  std::string etag() const { return to ? "2" : "1"; }
  bool HeldOn(Date on) const { return from <= on && (!to || on <= *to); }
};

// As it was known by `known_at`; absent when it was not.
std::optional<PostRecord> KnownBy(PostRecord post, absl::Time known_at);

// Of the bans that close one of `bars` on `from` or some day after it, the one that lasts longest;
// null when none does. Who is barred until a day may be appointed for the day after.
const PersonBan* ClosingFrom(const std::vector<PersonBan>& bans, const std::set<Bar>& bars,
                             Date from);
// The same for `on` alone.
const PersonBan* ClosingOn(const std::vector<PersonBan>& bans, const std::set<Bar>& bars, Date on);

// PERSON_BANNED or PERSON_BANNED_FOR_LIFE with the article, and nothing else of the ban.
absl::Status RefuseBarred(const PersonBan& ban);

// That bans were heard of lately enough to let somebody in; `heard` is absent before the first
// time.
absl::Status CheckHeard(std::optional<absl::Time> heard, const GateRule& rule, absl::Time now);

}  // namespace shian::registry
