#include "services/sanction/publicity/store.h"

#include <utility>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "libs/store/open_matters.h"
#include "services/sanction/case/store.h"
#include "services/sanction/case/store_publicity.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {
namespace {

using store::FactTable;
using store::Row;
using store::Sql;
using store::Values;

const FactTable& EventTable() {
  static const auto* const kTable =
      new FactTable("publicity_event",
                    {"operator", "case_id", "sequence", "act", "time", "recorded", "person",
                     "organisation", "card", "chain_revision", "clocks", "field", "reorganisation"},
                    3);
  return *kTable;
}

Matter MatterOf(const Case& c) { return {c.op, "publicities/" + c.id.value()}; }

PublicityEvent ToEvent(const Row& row) {
  PublicityEvent event;
  event.sequence = static_cast<int>(row.Int(2));
  event.act = static_cast<PublicityAct>(row.Int(3));
  event.time = FromMicros(row.Int(4));
  event.recorded = FromMicros(row.Int(5));
  event.actor = {row.Text(6), row.Text(7), row.Text(8)};
  event.chain_revision = row.Text(9);
  event.clocks = DecodeClocks(row.Text(10));
  event.field = row.Text(11);
  event.reorganisation = row.Bool(12);
  return event;
}

PublicityEvent* EventAt(Publicity* publicity, int sequence) {
  for (PublicityEvent& event : publicity->events) {
    if (event.sequence == sequence) return &event;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<std::optional<Publicity>> FindPublicity(store::ReadTx& tx, const OperatorId& op,
                                                       const CaseId& id) {
  ASSIGN_OR_RETURN(std::optional<Case> c, FindCase(tx, op, id));
  if (!c) return std::nullopt;
  Publicity publicity;
  publicity.c = *std::move(c);
  ASSIGN_OR_RETURN(
      const auto events,
      EventTable().Select(tx, Sql{"WHERE operator = $1 AND case_id = $2 ORDER BY sequence"},
                          Values(op.value(), id.value())));
  for (const Row& event : events) publicity.events.push_back(ToEvent(event));
  ASSIGN_OR_RETURN(const auto texts, TextsOf(tx, MatterOf(publicity.c)));
  for (const Written& written : texts) {
    PublicityEvent* event = EventAt(&publicity, written.sequence);
    if (event != nullptr) event->text = written.text;
  }
  ASSIGN_OR_RETURN(const auto documents, DocumentsOf(tx, MatterOf(publicity.c)));
  for (const Attached& attached : documents) {
    PublicityEvent* event = EventAt(&publicity, attached.sequence);
    if (event != nullptr) event->documents.push_back(attached.document);
  }
  return publicity;
}

absl::Status AppendPublicityEvent(store::WriteTx& tx, PublicityEvent event, Publicity* publicity) {
  const Case& c = publicity->c;
  event.sequence = static_cast<int>(publicity->events.size()) + 1;
  event.recorded = tx.now();
  RETURN_IF_ERROR(EventTable().Insert(
      tx, Values(c.op.value(), c.id.value(), event.sequence, static_cast<int>(event.act),
                 ToMicros(event.time), ToMicros(event.recorded), event.actor.person,
                 event.actor.organisation, event.actor.card, event.chain_revision,
                 EncodeClocks(event.clocks), event.field, event.reorganisation)));
  RETURN_IF_ERROR(PutText(tx, MatterOf(c), event.sequence, "text", event.text));
  RETURN_IF_ERROR(PutDocuments(tx, MatterOf(c), event.sequence, event.documents));
  if (event.act == PublicityAct::kRepairGranted || event.act == PublicityAct::kExpired) {
    RETURN_IF_ERROR(WatchPublicityNoMore(tx, c.op, c.id));
  }
  publicity->events.push_back(std::move(event));
  return store::NoteOpen(tx, {c.op.value(), MatterOf(c).name, c.region, c.organisation,
                              c.events.front().actor.person});
}

absl::StatusOr<std::vector<Publicity>> PublicitiesToEnd(store::ReadTx& tx, Date today, int limit) {
  ASSIGN_OR_RETURN(const auto rows,
                   tx.Query(Sql{"SELECT operator, case_id FROM publicity_running WHERE until < $1 "
                                "ORDER BY until, operator, case_id LIMIT $2"},
                            Values(FormatDate(today), limit)));
  std::vector<Publicity> publicities;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(auto found, FindPublicity(tx, OperatorId(row.Text(0)), CaseId(row.Text(1))));
    if (!found) return absl::DataLossError("publicity_running names no case");
    publicities.push_back(*std::move(found));
  }
  return publicities;
}

}  // namespace shian::sanction
