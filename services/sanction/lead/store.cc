#include "services/sanction/lead/store.h"

#include <utility>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "libs/store/open_matters.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {
namespace {

using store::FactTable;
using store::Row;
using store::Sql;
using store::Values;

const FactTable& Leads() {
  static const auto* const kTable =
      new FactTable("lead",
                    {"operator", "lead", "region", "evidence", "summary", "found", "recorded",
                     "cause", "clock", "case_id", "taken_up"},
                    2);
  return *kTable;
}

Lead ToLead(const Row& row) {
  Lead lead;
  lead.op = OperatorId(row.Text(0));
  lead.id = LeadId(row.Text(1));
  lead.region = row.Text(2);
  lead.evidence = row.Text(3);
  lead.summary = row.Text(4);
  lead.found = FromMicros(row.Int(5));
  lead.recorded = FromMicros(row.Int(6));
  lead.cause = row.Text(7);
  const std::vector<StartedClock> clocks = DecodeClocks(row.Text(8));
  if (!clocks.empty()) lead.started = clocks.front();
  lead.taken_up = CaseId(row.Text(9));
  lead.taken_up_at = FromMicros(row.Int(10));
  return lead;
}

std::vector<store::Value> FromLead(const Lead& lead) {
  return Values(lead.op.value(), lead.id.value(), lead.region, lead.evidence, lead.summary,
                ToMicros(lead.found), ToMicros(lead.recorded), lead.cause,
                EncodeClocks({lead.started}), lead.taken_up.value(), ToMicros(lead.taken_up_at));
}

std::string MatterOf(const Lead& lead) { return "leads/" + lead.id.value(); }

}  // namespace

absl::Status InsertLead(store::WriteTx& tx, const Lead& lead) {
  RETURN_IF_ERROR(Leads().Insert(tx, FromLead(lead)));
  return store::NoteOpen(tx, {lead.op.value(), MatterOf(lead), lead.region, "", ""});
}

absl::StatusOr<std::optional<Lead>> FindLead(store::ReadTx& tx, const OperatorId& op,
                                             const LeadId& id) {
  ASSIGN_OR_RETURN(const auto row, Leads().Find(tx, Values(op.value(), id.value())));
  if (!row) return std::nullopt;
  return ToLead(*row);
}

absl::Status TakeUp(store::WriteTx& tx, Lead lead, const CaseId& filed) {
  lead.taken_up = filed;
  lead.taken_up_at = tx.now();
  RETURN_IF_ERROR(Leads().Put(tx, FromLead(lead)));
  return store::DropOpen(tx, lead.op.value(), MatterOf(lead));
}

absl::StatusOr<std::vector<Lead>> ListLeads(store::ReadTx& tx, const LeadQuery& query) {
  // An open lead was never taken up: the time of that is infinite.
  const Sql tail =
      query.page.op.empty()
          ? Sql{"WHERE region >= $1 AND region < $2 AND (lead > $3 OR (lead = $3 AND operator > "
                "$4)) AND taken_up > $6 ORDER BY lead, operator LIMIT $5"}
          : Sql{"WHERE operator = $7 AND region >= $1 AND region < $2 AND (lead > $3 OR (lead = $3 "
                "AND operator > $4)) AND taken_up > $6 ORDER BY lead, operator LIMIT $5"};
  std::vector<store::Value> args = PageArgs(query.page);
  args.push_back(store::ToValue(ToMicros(query.open_at.value_or(absl::InfinitePast()))));
  if (!query.page.op.empty()) args.push_back(store::ToValue(query.page.op.value()));
  ASSIGN_OR_RETURN(const auto rows, Leads().Select(tx, tail, std::move(args)));
  std::vector<Lead> leads;
  leads.reserve(rows.size());
  for (const Row& row : rows) leads.push_back(ToLead(row));
  return leads;
}

}  // namespace shian::sanction
