#include "services/sanction/listing/state.h"

namespace shian::sanction {

// What was set aside has no effect from the beginning (自始无效): an annulment counts for every day
// as soon as it is known.
bool Counts(const EntryMoment& moment, absl::Time as_of, absl::Time known_at) {
  return moment.recorded <= known_at && (moment.time <= as_of || moment.act == EntryAct::kAnnulled);
}

std::optional<EntryState> StateAt(const EntryTimes& entry, absl::Time as_of, absl::Time known_at) {
  std::optional<EntryState> state;
  for (const EntryMoment& moment : entry.moments) {
    if (!Counts(moment, as_of, known_at)) continue;
    switch (moment.act) {
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
      case EntryAct::kRemoved:
        state = EntryState::kRemoved;
        break;
      case EntryAct::kExpired:  // told only; the calendar below decides
      case EntryAct::kRepairRequested:
      case EntryAct::kRepairAccepted:
      case EntryAct::kDisputed:
      case EntryAct::kDisputeUpheld:
      case EntryAct::kDisputeDismissed:
      case EntryAct::kRepairRefused:
        break;
    }
  }
  if (state == EntryState::kInForce && as_of > EndOfDay(entry.until)) return EntryState::kExpired;
  return state;
}

// One that was upheld leaves its mark on the entry, which is then wrong, until that is set aside or
// removed.
bool IsDisputed(const EntryTimes& entry, absl::Time as_of, absl::Time known_at) {
  bool open = false;
  bool wrong = false;
  for (const EntryMoment& moment : entry.moments) {
    if (!Counts(moment, as_of, known_at)) continue;
    if (moment.act == EntryAct::kDisputed) open = true;
    const bool upheld = moment.act == EntryAct::kDisputeUpheld;
    if (upheld || moment.act == EntryAct::kDisputeDismissed) open = false;
    wrong |= upheld;
    if (moment.act == EntryAct::kAnnulled || moment.act == EntryAct::kRemoved) wrong = false;
  }
  return open || wrong;
}

bool VisibleTo(const EntryTimes& entry, const Viewer& viewer, absl::Time now) {
  switch (StateAt(entry, now).value_or(EntryState::kDecided)) {
    case EntryState::kInForce:
      return true;
    case EntryState::kDecided:
      return viewer.sees_ended || viewer.purpose == Purpose::kSupervision;
    case EntryState::kRepaired:
    case EntryState::kExpired:
    case EntryState::kAnnulled:
    case EntryState::kRemoved:
      return viewer.sees_ended;
  }
  return false;
}

}  // namespace shian::sanction
