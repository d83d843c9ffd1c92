#include "services/sanction/case/transfer.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_join.h"
#include "libs/base/status_macros.h"
#include "services/sanction/case/clocks.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

bool IsTransfer(Act act) { return act >= Act::kTransferReported && act <= Act::kGoodsHandedOver; }

// Where a transfer stands: its last act, and what was answered or decided with it. The hand-over of
// goods changes nothing of that.
const Event* LastStep(const Case& c) {
  const auto found = std::find_if(c.events.rbegin(), c.events.rend(), [](const Event& event) {
    return IsTransfer(event.act) && event.act != Act::kGoodsHandedOver;
  });
  return found == c.events.rend() ? nullptr : &*found;
}

bool Answered(const Event* event, PoliceAnswer answer) {
  return event != nullptr && event->act == Act::kPoliceAnswered &&
         event->detail.transfer->answer == answer;
}

absl::Status Missing(const Step& step) {
  return Refuse(Reason::kTransferStepMissing, {}, step.basis);
}

absl::Status Need(bool holds, const Step& step) { return holds ? absl::OkStatus() : Missing(step); }

// A transfer that was refused, by the head or by the police, may be reported anew.
bool MayReport(const Event* last) {
  if (last == nullptr) return true;
  if (last->act == Act::kTransferDecided) return !last->detail.transfer->approved;
  return Answered(last, PoliceAnswer::kNotFiled) || Answered(last, PoliceAnswer::kReturned);
}

bool MayAnswer(const Event* last) {
  return last != nullptr &&
         (last->act == Act::kTransferred || last->act == Act::kPoliceReviewRequested ||
          Answered(last, PoliceAnswer::kFiled));
}

// Within its time, once for each refusal.
absl::Status CheckReview(const Case& c, const Event* last, const Step& step) {
  RETURN_IF_ERROR(Need(Answered(last, PoliceAnswer::kNotFiled), step));
  const Clock* clock = c.FindClock(clocks::kPoliceReview);
  if (clock == nullptr || !clock->due.known() || step.now <= clock->due.due) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kStatementWindowClosed, {{"due", FormatDate(clock->due.date)}},
                clock->rule.basis);
}

bool GoodsGiven(const Case& c, const Event& filed) {
  const Event* given = c.Last(Act::kGoodsHandedOver);
  return given != nullptr && given->sequence > filed.sequence;
}

bool OfficialInvolved(const Case& c) {
  const Event* reported = c.Last(Act::kTransferReported);
  return reported != nullptr && reported->detail.transfer->official_involved;
}

}  // namespace

bool IsWithPolice(const Case& c) {
  const Event* last = LastStep(c);
  if (last == nullptr) return false;
  return last->act == Act::kTransferred || last->act == Act::kPoliceReviewRequested ||
         Answered(last, PoliceAnswer::kFiled);
}

bool IsTransferPending(const Case& c) {
  const Event* last = LastStep(c);
  if (last == nullptr) return false;
  return last->act == Act::kTransferReported ||
         (last->act == Act::kTransferDecided && last->detail.transfer->approved);
}

std::vector<calendar::Suspension> DaysWithPolice(const Case& c) {
  std::vector<calendar::Suspension> days;
  bool with_police = false;
  const auto turn = [&](bool with, absl::Time time) {
    if (with == with_police) return;
    with_police = with;
    if (with) days.push_back({ToDate(time), calendar::kRunning, "移送公安机关"});
    if (!with) days.back().to = ToDate(time);
  };
  for (const Event& event : c.events) {
    if (event.act == Act::kTransferred || event.act == Act::kPoliceReviewRequested) {
      turn(true, event.time);
    }
    if (event.act == Act::kPoliceAnswered) turn(Answered(&event, PoliceAnswer::kFiled), event.time);
  }
  return days;
}

absl::Status CheckTransferAct(const Case& c, const Step& step) {
  const Event* last = LastStep(c);
  const auto last_is = [last](Act act) { return last != nullptr && last->act == act; };
  switch (step.act) {
    case Act::kTransferReported:
      return Need(MayReport(last), step);
    case Act::kTransferDecided:
      return Need(last_is(Act::kTransferReported), step);
    case Act::kTransferred:
      return Need(last_is(Act::kTransferDecided) && last->detail.transfer->approved, step);
    case Act::kPoliceAnswered:
      return Need(MayAnswer(last), step);
    case Act::kPoliceReviewRequested:
      return CheckReview(c, last, step);
    case Act::kGoodsHandedOver:
      return Need(Answered(last, PoliceAnswer::kFiled) && !GoodsGiven(c, *last), step);
    default:
      return Missing(step);
  }
}

absl::Status CheckPacket(const Case& c, const Event& event, const std::vector<PacketPart>& parts,
                         const Step& step) {
  const Transfer& transfer = *event.detail.transfer;
  const auto is_there = [&](const std::string& sha256) {
    return std::any_of(event.documents.begin(), event.documents.end(),
                       [&](const Document& document) { return document.sha256 == sha256; });
  };
  std::set<std::string> used;  // one document is one part
  std::vector<std::string> missing;
  errors::Basis basis = step.basis;
  for (const PacketPart& part : parts) {
    const auto found = transfer.packet.find(part.key);
    const bool there = found != transfer.packet.end() && is_there(found->second);
    if (there && used.insert(found->second).second) continue;
    missing.push_back(part.title);
    basis = part.basis;
  }
  if (!transfer.copied_to_procuratorate) missing.push_back("抄送人民检察院");
  if (OfficialInvolved(c) && !transfer.copied_to_supervision) missing.push_back("移送监察机关");
  if (missing.empty()) return absl::OkStatus();
  return Refuse(Reason::kTransferPacketIncomplete, {{"missing", absl::StrJoin(missing, "、")}},
                basis);
}

}  // namespace shian::sanction
