#include "services/sanction/listing/entry.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace shian::sanction {
namespace {

// Whether the event counts for a view of `as_of`. What was set aside has no effect from the
// beginning (自始无效): an annulment counts for every day as soon as it is known.
bool Counts(const EntryEvent& event, absl::Time as_of, absl::Time known_at) {
  return event.recorded <= known_at && (event.time <= as_of || event.act == EntryAct::kAnnulled);
}

}  // namespace

const Ground* FindGround(const ListingRule& rule, absl::string_view key) {
  const auto found = std::find_if(rule.grounds.begin(), rule.grounds.end(), [&](const Ground& one) {
    return absl::string_view(one.key) == key;
  });
  return found == rule.grounds.end() ? nullptr : &*found;
}

std::string Entry::etag() const { return absl::StrCat("e", events.size()); }

const EntryEvent* Entry::Last(EntryAct act) const {
  const auto found = std::find_if(events.rbegin(), events.rend(),
                                  [act](const EntryEvent& event) { return event.act == act; });
  return found == events.rend() ? nullptr : &*found;
}

std::optional<EntryState> StateAt(const Entry& entry, absl::Time as_of, absl::Time known_at) {
  std::optional<EntryState> state;
  for (const EntryEvent& event : entry.events) {
    if (!Counts(event, as_of, known_at)) continue;
    switch (event.act) {
      case EntryAct::kDecided:
        state = EntryState::kDecided;
        break;
      case EntryAct::kPublished:
        state = EntryState::kInForce;
        break;
      case EntryAct::kRepairGranted:
        state = EntryState::kRepaired;
        break;
      case EntryAct::kAnnulled:
        if (state) state = EntryState::kAnnulled;
        break;
      case EntryAct::kExpired:  // told only; the calendar below decides
      case EntryAct::kRepairRequested:
      case EntryAct::kRepairRefused:
        break;
    }
  }
  if (state == EntryState::kInForce && as_of > EndOfDay(entry.until)) return EntryState::kExpired;
  return state;
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
    if (event.act == EntryAct::kRepairGranted || event.act == EntryAct::kAnnulled) {
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

std::optional<Entry> AsOf(Entry entry, absl::Time as_of, absl::Time known_at) {
  if (!StateAt(entry, as_of, known_at)) return std::nullopt;
  std::erase_if(entry.events,
                [&](const EntryEvent& event) { return !Counts(event, as_of, known_at); });
  return entry;
}

bool ReadsThePast(Purpose purpose) {
  return purpose == Purpose::kCourt || purpose == Purpose::kAudit || purpose == Purpose::kReview;
}

bool VisibleTo(const Entry& entry, const Viewer& viewer, absl::Time now) {
  switch (StateAt(entry, now).value_or(EntryState::kDecided)) {
    case EntryState::kInForce:
      return true;
    case EntryState::kDecided:
      return viewer.sees_ended || viewer.purpose == Purpose::kSupervision;
    case EntryState::kRepaired:
    case EntryState::kExpired:
    case EntryState::kAnnulled:
      return viewer.sees_ended;
  }
  return false;
}

Date UntilOf(const ListingRule& rule, const calendar::Calendar& calendar, absl::Time decided,
             std::optional<Date> ban_end) {
  const Date by_rule = calendar::DueOf(calendar, decided, rule.period, {}).date;
  if (!rule.longer_ban_prevails) return by_rule;
  return std::max(by_rule, ban_end.value_or(by_rule));
}

}  // namespace shian::sanction
