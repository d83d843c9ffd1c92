// Reads and writes of leads.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/sanction/lead/lead.h"
#include "services/sanction/party/matter.h"

namespace shian::sanction {

absl::Status InsertLead(store::WriteTx& tx, const Lead& lead);
absl::StatusOr<std::optional<Lead>> FindLead(store::ReadTx& tx, const OperatorId& op,
                                             const LeadId& id);
// Marks the lead as taken up by a case that is filed now.
absl::Status TakeUp(store::WriteTx& tx, const Lead& lead, const CaseId& filed);
// Keeps an act of now; a declined lead ends.
absl::Status AppendLeadEvent(store::WriteTx& tx, const Lead& lead, const LeadEvent& event);
struct LeadQuery {
  PageQuery page;
  std::optional<absl::Time> open_at;  // only those that were to be decided then
};
absl::StatusOr<std::vector<Lead>> ListLeads(store::ReadTx& tx, const LeadQuery& query);

}  // namespace shian::sanction
