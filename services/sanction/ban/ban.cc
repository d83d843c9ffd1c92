#include "services/sanction/ban/ban.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

bool Overlap(const std::set<PenaltyKind>& a, const std::set<PenaltyKind>& b) {
  return std::any_of(a.begin(), a.end(), [&](PenaltyKind kind) { return b.contains(kind); });
}

absl::Status CheckPenaltyOf(const Case& c, const BanGround& ground) {
  if (c.Has(Act::kAnnulled)) return Refuse(Reason::kCaseAnnulled, {}, ground.basis);
  if (c.penalty() == nullptr) return Refuse(Reason::kPenaltyNotDecided, {}, ground.basis);
  if (!Overlap(c.penalty()->kinds, ground.kinds)) {
    return Refuse(Reason::kBanBasisMissing, {{"kinds", ground.title}}, ground.basis);
  }
  return c.Has(Act::kDecisionServed) ? absl::OkStatus()
                                     : Refuse(Reason::kDecisionNotServed, {}, ground.basis);
}

// A ban without an end is longer than any other.
bool Longer(const Ban& a, const Ban& b) {
  if (!a.until || !b.until) return !a.until && b.until;
  return *a.until > *b.until;
}

}  // namespace

std::string Ban::etag() const { return absl::StrCat("b", events.size()); }

const BanEvent* Ban::Last(BanAct act) const {
  const auto found = std::find_if(events.rbegin(), events.rend(),
                                  [act](const BanEvent& event) { return event.act == act; });
  return found == events.rend() ? nullptr : &*found;
}

bool Ban::SameBasis(const Ban& other) const {
  const std::string judged = judgment ? judgment->number : "";
  const std::string other_judged = other.judgment ? other.judgment->number : "";
  return op == other.op && case_id == other.case_id && judged == other_judged &&
         ground == other.ground;
}

BanState StateOn(const Ban& ban, Date on) {
  if (ban.Last(BanAct::kAnnulled) != nullptr) return BanState::kAnnulled;
  if (ban.Last(BanAct::kImposed) == nullptr || on < ban.from) return BanState::kProposed;
  return ban.until && on > *ban.until ? BanState::kEnded : BanState::kInForce;
}

std::optional<Ban> KnownBy(Ban ban, absl::Time known_at) {
  std::erase_if(ban.events, [&](const BanEvent& event) { return event.recorded > known_at; });
  if (ban.events.empty()) return std::nullopt;
  return ban;
}

absl::Status CheckGround(const BanGround& ground, const Case* c, BanRole role,
                         bool natural_person) {
  // A firm is nobody who could be barred: its people are.
  const bool fits = ground.roles.contains(role) && ground.by_judgment == (c == nullptr) &&
                    (role != BanRole::kOperator || natural_person);
  if (!fits) return Refuse(Reason::kBanRoleNotAllowed, {}, ground.basis);
  return c == nullptr ? absl::OkStatus() : CheckPenaltyOf(*c, ground);
}

std::optional<Date> LastDay(const BanGround& ground, Date from) {
  if (!ground.period) return std::nullopt;
  return calendar::DueOf(calendar::Calendar(), StartOfDay(from), *ground.period, {}).date;
}

absl::Status CheckImposition(const Ban& ban, const errors::Basis& basis) {
  const bool open = ban.Last(BanAct::kImposed) == nullptr && ban.Last(BanAct::kAnnulled) == nullptr;
  return open ? absl::OkStatus() : Refuse(Reason::kBanNotProposed, {}, basis);
}

absl::Status CheckAnnulment(const Ban& ban, const errors::Basis& basis) {
  if (ban.Last(BanAct::kAnnulled) != nullptr) return Refuse(Reason::kBanEnded, {}, basis);
  const bool withdrawn = ban.Last(BanAct::kImposed) == nullptr;
  return withdrawn || ban.judgment ? absl::OkStatus()
                                   : Refuse(Reason::kBanFollowsPenalty, {}, basis);
}

Barring BarringOn(const std::vector<Ban>& bans, Date on) {
  Barring out;
  const Ban* longest = nullptr;
  for (const Ban& ban : bans) {
    if (StateOn(ban, on) != BanState::kInForce) continue;
    out.bars.insert(ban.bars.begin(), ban.bars.end());
    if (longest == nullptr || Longer(ban, *longest)) longest = &ban;
  }
  if (longest != nullptr) {
    out.until = longest->until;
    out.basis = longest->basis;
  }
  return out;
}

}  // namespace shian::sanction
