#include "services/sanction/listing/entry.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace shian::sanction {
namespace {

EntryMoment MomentOf(const EntryEvent& event) { return {event.act, event.time, event.recorded}; }

}  // namespace

const Ground* FindGround(const ListingRule& rule, absl::string_view key) {
  const auto found = std::find_if(rule.grounds.begin(), rule.grounds.end(), [&](const Ground& one) {
    return absl::string_view(one.key) == key;
  });
  return found == rule.grounds.end() ? nullptr : &*found;
}

std::string Entry::case_name() const {
  return case_id.empty() ? "" : absl::StrCat("operators/", op.value(), "/cases/", case_id.value());
}

std::string Entry::nomination_name() const {
  if (nomination.empty()) return "";
  return absl::StrCat("operators/", op.value(), "/nominations/", nomination.value());
}

std::string Entry::etag() const { return absl::StrCat("e", events.size()); }

const EntryEvent* Entry::Last(EntryAct act) const {
  const auto found = std::find_if(events.rbegin(), events.rend(),
                                  [act](const EntryEvent& event) { return event.act == act; });
  return found == events.rend() ? nullptr : &*found;
}

EntryTimes Entry::times() const {
  EntryTimes times;
  times.until = until;
  times.moments.reserve(events.size());
  for (const EntryEvent& event : events) times.moments.push_back(MomentOf(event));
  return times;
}

std::optional<EntryState> StateAt(const Entry& entry, absl::Time as_of, absl::Time known_at) {
  return StateAt(entry.times(), as_of, known_at);
}

bool IsAnnulled(const Entry& entry, absl::Time known_at) {
  const EntryEvent* annulled = entry.Last(EntryAct::kAnnulled);
  return annulled != nullptr && annulled->recorded <= known_at;
}

absl::Time EndOf(const Entry& entry, absl::Time known_at) {
  absl::Time end = absl::InfiniteFuture();
  bool published = false;
  for (const EntryEvent& event : entry.events) {
    if (event.recorded > known_at) continue;
    published |= event.act == EntryAct::kPublished;
    if (event.act == EntryAct::kRepairGranted || event.act == EntryAct::kAnnulled ||
        event.act == EntryAct::kRemoved) {
      end = std::min(end, event.time);
    }
  }
  return published ? std::min(end, EndOfDay(entry.until)) : end;
}

const EntryEvent* PendingRepair(const Entry& entry) {
  const EntryEvent* asked = entry.Last(EntryAct::kRepairRequested);
  const EntryEvent* granted = entry.Last(EntryAct::kRepairGranted);
  const EntryEvent* refused = entry.Last(EntryAct::kRepairRefused);
  if (asked == nullptr || granted != nullptr) return nullptr;
  return refused != nullptr && refused->sequence > asked->sequence ? nullptr : asked;
}

bool IsDisputed(const Entry& entry) { return IsDisputed(entry.times()); }

std::optional<Entry> AsOf(Entry entry, absl::Time as_of, absl::Time known_at) {
  if (!StateAt(entry, as_of, known_at)) return std::nullopt;
  std::erase_if(entry.events,
                [&](const EntryEvent& event) { return !Counts(MomentOf(event), as_of, known_at); });
  return entry;
}

bool ReadsThePast(Purpose purpose) {
  return purpose == Purpose::kCourt || purpose == Purpose::kAudit || purpose == Purpose::kReview;
}

bool VisibleTo(const Entry& entry, const Viewer& viewer, absl::Time now) {
  return VisibleTo(entry.times(), viewer, now);
}

Date UntilOf(const ListingRule& rule, const calendar::Calendar& calendar, absl::Time decided,
             std::optional<Date> ban_end) {
  const Date by_rule = calendar::DueOf(calendar, decided, rule.period, {}).date;
  if (!rule.longer_ban_prevails) return by_rule;
  return std::max(by_rule, ban_end.value_or(by_rule));
}

}  // namespace shian::sanction
