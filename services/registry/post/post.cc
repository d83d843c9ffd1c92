#include "services/registry/post/post.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace shian::registry {
namespace {

using errors::Reason;
using errors::Refuse;

bool Longer(const PersonBan& a, const PersonBan& b) {
  if (!a.until || !b.until) return !a.until && b.until;
  return *a.until > *b.until;
}

template <class Holds>
const PersonBan* LongestOf(const std::vector<PersonBan>& bans, const std::set<Bar>& bars,
                           Holds holds) {
  const PersonBan* longest = nullptr;
  for (const PersonBan& ban : bans) {
    if (ban.annulled || !ban.ClosesAny(bars) || !holds(ban)) continue;
    if (longest == nullptr || Longer(ban, *longest)) longest = &ban;
  }
  return longest;
}

}  // namespace

bool PersonBan::ClosesAny(const std::set<Bar>& asked) const {
  return std::any_of(asked.begin(), asked.end(), [this](Bar bar) { return bars.contains(bar); });
}

const std::set<Bar>& GateRule::BarsOf(Post post) const {
  static const auto* const kNone = new std::set<Bar>;
  const auto found = posts.find(post);
  return found == posts.end() ? *kNone : found->second;
}

std::string PostRecord::name() const {
  return absl::StrCat(OperatorName(op), "/posts/", id.value());
}

std::optional<PostRecord> KnownBy(PostRecord post, absl::Time known_at) {
  if (post.recorded > known_at) return std::nullopt;
  if (post.end_recorded && *post.end_recorded > known_at) {
    post.to.reset();
    post.end_recorded.reset();
  }
  return post;
}

const PersonBan* ClosingFrom(const std::vector<PersonBan>& bans, const std::set<Bar>& bars,
                             Date from) {
  return LongestOf(bans, bars,
                   [from](const PersonBan& ban) { return !ban.until || *ban.until >= from; });
}

const PersonBan* ClosingOn(const std::vector<PersonBan>& bans, const std::set<Bar>& bars, Date on) {
  return LongestOf(bans, bars, [on](const PersonBan& ban) {
    return ban.from <= on && (!ban.until || on <= *ban.until);
  });
}

absl::Status RefuseBarred(const PersonBan& ban) {
  if (!ban.until) return Refuse(Reason::kPersonBannedForLife, {}, ban.basis);
  return Refuse(Reason::kPersonBanned, {{"until", FormatDate(*ban.until)}}, ban.basis);
}

absl::Status CheckHeard(std::optional<absl::Time> heard, const GateRule& rule, absl::Time now) {
  if (heard && now - *heard <= rule.answer_max) return absl::OkStatus();
  return Refuse(Reason::kBansUnknown, {{"heard", heard ? FormatTime(*heard) : "-"}});
}

}  // namespace shian::registry
