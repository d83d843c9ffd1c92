// The transfer of a case to the police (行刑衔接, 移送涉嫌犯罪案件).
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/sanction/case/case.h"
#include "services/sanction/case/steps.h"

namespace shian::sanction {

// Whether the police have the case: transferred or filed there, and neither refused nor returned.
bool IsWithPolice(const Case& c);
// Whether a transfer is reported and not decided yet, or approved and not carried out.
bool IsTransferPending(const Case& c);
// The days on which the police had it; they do not count for the authority's own period.
std::vector<calendar::Suspension> DaysWithPolice(const Case& c);

// Whether an act of the transfer may follow now.
absl::Status CheckTransferAct(const Case& c, const Step& step);

// A part of the packet that policy wants.
struct PacketPart {
  std::string key;
  std::string title;
  errors::Basis basis;
};

// That the packet is whole, each part a document of the act, and that copies went where they must:
// TRANSFER_PACKET_INCOMPLETE.
absl::Status CheckPacket(const Case& c, const Event& event, const std::vector<PacketPart>& parts,
                         const Step& step);

}  // namespace shian::sanction
