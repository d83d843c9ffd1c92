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

const FactTable& Events() {
  static const auto* const kTable =
      new FactTable("lead_event",
                    {"operator", "lead", "sequence", "act", "time", "person", "organisation",
                     "card", "chain_revision"},
                    3);
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
  lead.ended = FromMicros(row.Int(10));
  return lead;
}

std::vector<store::Value> FromLead(const Lead& lead) {
  return Values(lead.op.value(), lead.id.value(), lead.region, lead.evidence, lead.summary,
                ToMicros(lead.found), ToMicros(lead.recorded), lead.cause,
                EncodeClocks({lead.started}), lead.taken_up.value(), ToMicros(lead.ended));
}

std::string MatterOf(const Lead& lead) { return "leads/" + lead.id.value(); }

// With what was done and why.
absl::StatusOr<Lead> Complete(store::ReadTx& tx, const Row& row) {
  Lead lead = ToLead(row);
  ASSIGN_OR_RETURN(const auto rows,
                   Events().Select(tx, Sql{"WHERE operator = $1 AND lead = $2 ORDER BY sequence"},
                                   Values(lead.op.value(), lead.id.value())));
  for (const Row& event : rows) {
    lead.events.push_back({static_cast<LeadAct>(event.Int(3)),
                           FromMicros(event.Int(4)),
                           {event.Text(5), event.Text(6), event.Text(7)},
                           "",
                           event.Text(8)});
  }
  if (rows.empty()) return lead;
  ASSIGN_OR_RETURN(const std::vector<Written> texts, TextsOf(tx, {lead.op, MatterOf(lead)}));
  for (const Written& text : texts) lead.events.at(text.sequence - 1).text = text.text;
  return lead;
}

absl::Status End(store::WriteTx& tx, Lead lead, const CaseId& filed) {
  lead.taken_up = filed;
  lead.ended = tx.now();
  RETURN_IF_ERROR(Leads().Put(tx, FromLead(lead)));
  return store::DropOpen(tx, lead.op.value(), MatterOf(lead));
}

}  // namespace

absl::Status InsertLead(store::WriteTx& tx, const Lead& lead) {
  RETURN_IF_ERROR(Leads().Insert(tx, FromLead(lead)));
  return store::NoteOpen(tx, {lead.op.value(), MatterOf(lead), lead.region, "", ""});
}

absl::StatusOr<std::optional<Lead>> FindLead(store::ReadTx& tx, const OperatorId& op,
                                             const LeadId& id) {
  ASSIGN_OR_RETURN(const auto row, Leads().Find(tx, Values(op.value(), id.value())));
  if (!row) return std::nullopt;
  ASSIGN_OR_RETURN(Lead lead, Complete(tx, *row));
  return lead;
}

absl::Status TakeUp(store::WriteTx& tx, const Lead& lead, const CaseId& filed) {
  return End(tx, lead, filed);
}

absl::Status AppendLeadEvent(store::WriteTx& tx, const Lead& lead, const LeadEvent& event) {
  const int sequence = static_cast<int>(lead.events.size()) + 1;
  RETURN_IF_ERROR(Events().Insert(
      tx, Values(lead.op.value(), lead.id.value(), sequence, static_cast<int>(event.act),
                 ToMicros(event.time), event.actor.person, event.actor.organisation,
                 event.actor.card, event.chain_revision)));
  RETURN_IF_ERROR(PutText(tx, {lead.op, MatterOf(lead)}, sequence, "text", event.text));
  return event.act == LeadAct::kDeclined ? End(tx, lead, CaseId()) : absl::OkStatus();
}

absl::StatusOr<std::vector<Lead>> ListLeads(store::ReadTx& tx, const LeadQuery& query) {
  // An open lead has not ended: the time of that is infinite.
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
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(Lead lead, Complete(tx, row));
    leads.push_back(std::move(lead));
  }
  return leads;
}

}  // namespace shian::sanction
