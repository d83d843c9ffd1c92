#include "services/sanction/case/evidence.h"

#include "absl/strings/str_cat.h"
#include "services/sanction/case/clocks.h"
#include "services/sanction/case/transfer.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

bool Takes(Act act) { return act == Act::kPreserved || act == Act::kSeized; }
bool Ends(Act act) { return act == Act::kPreservedHandled || act == Act::kSeizedReleased; }

// The act that took what `act` deals with.
Act TakerOf(Act act) { return act == Act::kPreservedHandled ? Act::kPreserved : Act::kSeized; }

const Clock* ClockOf(const Case& c, const Event& taken) {
  for (const Clock& clock : c.clocks) {
    if (clock.started_by == taken.sequence) return &clock;
  }
  return nullptr;
}

absl::Status NotOpen(const Step& step) { return Refuse(Reason::kCustodyNotOpen, {}, step.basis); }

// A seizure is prolonged once, before it is over, and by no more than the table allows.
absl::Status CheckExtension(const Case& c, const Custody& custody, const Event& taken,
                            const Step& step) {
  const Clock* clock = ClockOf(c, taken);
  const int max = clock == nullptr ? 0 : clock->rule.extension_count;
  const bool in_time = clock != nullptr && (!clock->due.known() || step.now <= clock->due.due);
  if (in_time && ExtensionDays(c, taken) == 0 && custody.extension_days <= max) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kExtensionNotAllowed, {{"max", absl::StrCat(max)}},
                clock == nullptr ? step.basis : clock->rule.basis);
}

absl::Status Unfounded(const char* missing, const Step& step) {
  return Refuse(Reason::kCustodyOutcomeUnfounded, {{"missing", missing}}, step.basis);
}

bool MayConfiscate(const Case& c) {
  return c.penalty() != nullptr && c.penalty()->kinds.contains(PenaltyKind::kConfiscation) &&
         !c.Has(Act::kAnnulled);
}

// What becomes of things rests on an act that says so. Only what was kept for a few days goes on to
// a test or a seizure.
absl::Status CheckOutcome(const Case& c, CustodyOutcome outcome, const Step& step) {
  switch (outcome) {
    case CustodyOutcome::kReturned:
      return absl::OkStatus();
    case CustodyOutcome::kSentForTest:
    case CustodyOutcome::kSeized:
      return step.act == Act::kPreservedHandled ? absl::OkStatus()
                                                : Unfounded("先行登记保存", step);
    case CustodyOutcome::kConfiscated:
      return MayConfiscate(c) ? absl::OkStatus() : Unfounded("没收的处罚决定", step);
    case CustodyOutcome::kHandedOver:
      return IsWithPolice(c) ? absl::OkStatus() : Unfounded("移送公安机关", step);
  }
  return Unfounded("处理方式", step);
}

}  // namespace

const Event* EndOfCustody(const Case& c, const Event& taken) {
  for (const Event& event : c.events) {
    if (Ends(event.act) && event.detail.custody->taken == taken.sequence) return &event;
  }
  return nullptr;
}

std::vector<const Event*> HeldThings(const Case& c) {
  std::vector<const Event*> held;
  for (const Event& event : c.events) {
    if (Takes(event.act) && EndOfCustody(c, event) == nullptr) held.push_back(&event);
  }
  return held;
}

int ExtensionDays(const Case& c, const Event& taken) {
  int days = 0;
  for (const Event& event : c.events) {
    const bool extends = event.act == Act::kSeizureExtended;
    if (extends && event.detail.custody->taken == taken.sequence) {
      days += event.detail.custody->extension_days;
    }
  }
  return days;
}

absl::Status CheckCustodyAct(const Case& c, const Step& step) {
  if (Takes(step.act)) return absl::OkStatus();
  for (const Event* held : HeldThings(c)) {
    if (held->act == TakerOf(step.act)) return absl::OkStatus();
  }
  return NotOpen(step);
}

absl::Status CheckCustody(const Case& c, const Custody& custody, const Step& step) {
  if (Takes(step.act)) return absl::OkStatus();
  for (const Event* held : HeldThings(c)) {
    if (held->sequence != custody.taken || held->act != TakerOf(step.act)) continue;
    if (step.act == Act::kSeizureExtended) return CheckExtension(c, custody, *held, step);
    return custody.outcome ? CheckOutcome(c, *custody.outcome, step) : absl::OkStatus();
  }
  return NotOpen(step);
}

}  // namespace shian::sanction
