#include "services/sanction/case/store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "libs/store/open_matters.h"
#include "services/sanction/case/store_detail.h"
#include "services/sanction/case/store_publicity.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {
namespace {

using store::FactTable;
using store::Row;
using store::Sql;
using store::Values;

const FactTable& Cases() {
  static const auto* const kTable = new FactTable(
      "sanction_case", {"operator", "case_id", "number", "region", "organisation", "leads"}, 2);
  return *kTable;
}

const FactTable& Events() {
  static const auto* const kTable = new FactTable(
      "case_event",
      {"operator", "case_id", "sequence", "act", "time", "recorded", "person", "organisation",
       "card", "chain_revision", "clocks", "reference", "needs_consent", "until"},
      3);
  return *kTable;
}

const FactTable& Notices() {
  static const auto* const kTable = new FactTable(
      "case_notice",
      {"operator", "case_id", "sequence", "kinds", "fine_fen", "listing_announced",
       "hearing_offered", "service_method", "confiscation_fen", "ban_months", "aggravated"},
      3);
  return *kTable;
}

const FactTable& Penalties() {
  static const auto* const kTable = new FactTable(
      "case_penalty",
      {"operator", "case_id", "sequence", "organisation", "decision_number", "kinds", "fine_fen",
       "confiscation_fen", "aggravated", "ban_months", "bases", "heavier", "heavier_revision"},
      3);
  return *kTable;
}

std::string EncodeKinds(const std::set<PenaltyKind>& kinds) {
  return absl::StrJoin(kinds, ",", [](std::string* out, PenaltyKind kind) {
    absl::StrAppend(out, static_cast<int>(kind));
  });
}

std::set<PenaltyKind> DecodeKinds(absl::string_view text) {
  std::set<PenaltyKind> kinds;
  for (absl::string_view part : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    int number = 0;
    if (absl::SimpleAtoi(part, &number)) kinds.insert(static_cast<PenaltyKind>(number));
  }
  return kinds;
}

// Normalised text holds neither tab nor line feed, so they can part the fields.
std::string EncodeBases(const std::vector<errors::Basis>& bases) {
  return absl::StrJoin(bases, "\n", [](std::string* out, const errors::Basis& basis) {
    absl::StrAppend(out, basis.statute, "\t", basis.article);
  });
}

std::vector<errors::Basis> DecodeBases(absl::string_view text) {
  std::vector<errors::Basis> bases;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(line, absl::MaxSplits('\t', 1));
    bases.push_back({parts.first, parts.second});
  }
  return bases;
}

std::string EncodeLeads(const std::vector<LeadId>& leads) {
  return absl::StrJoin(leads, ",",
                       [](std::string* out, const LeadId& id) { out->append(id.value()); });
}

std::vector<LeadId> DecodeLeads(absl::string_view text) {
  std::vector<LeadId> leads;
  for (absl::string_view id : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    leads.emplace_back(std::string(id));
  }
  return leads;
}

std::optional<Date> DecodeDate(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const absl::StatusOr<Date> date = ParseDate(text);
  return date.ok() ? std::optional(*date) : std::nullopt;
}

Matter MatterOf(const Case& c) { return {c.op, "cases/" + c.id.value()}; }

Case ToCase(const Row& row) {
  Case c;
  c.op = OperatorId(row.Text(0));
  c.id = CaseId(row.Text(1));
  c.number = row.Text(2);
  c.region = row.Text(3);
  c.organisation = row.Text(4);
  c.leads = DecodeLeads(row.Text(5));
  return c;
}

Event ToEvent(const Row& row) {
  Event event;
  event.sequence = static_cast<int>(row.Int(2));
  event.act = static_cast<Act>(row.Int(3));
  event.time = FromMicros(row.Int(4));
  event.recorded = FromMicros(row.Int(5));
  event.actor = {row.Text(6), row.Text(7), row.Text(8)};
  event.chain_revision = row.Text(9);
  event.clocks = DecodeClocks(row.Text(10));
  event.reference = row.Text(11);
  event.needs_consent = row.Bool(12);
  event.until = DecodeDate(row.Text(13));
  return event;
}

Notice ToNotice(const Row& row) {
  Notice notice;
  notice.proposal.kinds = DecodeKinds(row.Text(3));
  notice.proposal.fine_fen = row.Int(4);
  notice.listing_announced = row.Bool(5);
  notice.hearing_offered = row.Bool(6);
  notice.service_method = row.Text(7);
  notice.proposal.confiscation_fen = row.Int(8);
  notice.proposal.ban_months = static_cast<int>(row.Int(9));
  notice.proposal.aggravated = row.Bool(10);
  return notice;
}

Penalty ToPenalty(const Row& row) {
  Penalty penalty;
  penalty.decision_number = row.Text(4);
  penalty.kinds = DecodeKinds(row.Text(5));
  penalty.fine_fen = row.Int(6);
  penalty.confiscation_fen = row.Int(7);
  penalty.aggravated = row.Bool(8);
  penalty.ban_months = static_cast<int>(row.Int(9));
  penalty.bases = DecodeBases(row.Text(10));
  penalty.heavier = row.Bool(11);
  penalty.heavier_revision = row.Text(12);
  return penalty;
}

Event* EventAt(Case* c, int64_t sequence) {
  const auto found = std::find_if(c->events.begin(), c->events.end(),
                                  [&](const Event& event) { return event.sequence == sequence; });
  return found == c->events.end() ? nullptr : &*found;
}

void Place(const Written& written, Case* c) {
  if (written.part == "cause") {
    c->cause = written.text;
    return;
  }
  Event* event = EventAt(c, written.sequence);
  if (event == nullptr) return;
  if (written.part == "text") event->text = written.text;
  if (event->notice && written.part == "facts") event->notice->facts = written.text;
  if (event->notice && written.part == "grounds") event->notice->grounds = written.text;
  if (event->notice && written.part == "rights") event->notice->rights = written.text;
  if (event->penalty && written.part == "reasons") event->penalty->reasons = written.text;
  PlaceDetailText(written, event);
}

constexpr char kOfCase[] = "WHERE operator = $1 AND case_id = $2 ORDER BY sequence";

absl::Status Complete(store::ReadTx& tx, Case* c) {
  const std::vector<store::Value> key = Values(c->op.value(), c->id.value());
  ASSIGN_OR_RETURN(const auto events, Events().Select(tx, Sql{kOfCase}, key));
  for (const Row& row : events) c->events.push_back(ToEvent(row));
  ASSIGN_OR_RETURN(const auto notices, Notices().Select(tx, Sql{kOfCase}, key));
  for (const Row& row : notices) {
    if (Event* event = EventAt(c, row.Int(2))) event->notice = ToNotice(row);
  }
  ASSIGN_OR_RETURN(const auto penalties, Penalties().Select(tx, Sql{kOfCase}, key));
  for (const Row& row : penalties) {
    if (Event* event = EventAt(c, row.Int(2))) event->penalty = ToPenalty(row);
  }
  RETURN_IF_ERROR(ReadDetails(tx, c));
  ASSIGN_OR_RETURN(const auto texts, TextsOf(tx, MatterOf(*c)));
  for (const Written& written : texts) Place(written, c);
  ASSIGN_OR_RETURN(const auto documents, DocumentsOf(tx, MatterOf(*c)));
  for (const Attached& attached : documents) {
    if (Event* event = EventAt(c, attached.sequence)) event->documents.push_back(attached.document);
  }
  return absl::OkStatus();
}

absl::Status InsertNotice(store::WriteTx& tx, const Case& c, const Event& event) {
  const Notice& notice = *event.notice;
  RETURN_IF_ERROR(Notices().Insert(
      tx, Values(c.op.value(), c.id.value(), event.sequence, EncodeKinds(notice.proposal.kinds),
                 notice.proposal.fine_fen, notice.listing_announced, notice.hearing_offered,
                 notice.service_method, notice.proposal.confiscation_fen,
                 notice.proposal.ban_months, notice.proposal.aggravated)));
  const Matter matter = MatterOf(c);
  RETURN_IF_ERROR(PutText(tx, matter, event.sequence, "facts", notice.facts));
  RETURN_IF_ERROR(PutText(tx, matter, event.sequence, "grounds", notice.grounds));
  return PutText(tx, matter, event.sequence, "rights", notice.rights);
}

absl::Status InsertPenalty(store::WriteTx& tx, const Case& c, const Event& event) {
  const Penalty& penalty = *event.penalty;
  RETURN_IF_ERROR(Penalties().Insert(
      tx, Values(c.op.value(), c.id.value(), event.sequence, c.organisation,
                 penalty.decision_number, EncodeKinds(penalty.kinds), penalty.fine_fen,
                 penalty.confiscation_fen, penalty.aggravated, penalty.ban_months,
                 EncodeBases(penalty.bases), penalty.heavier, penalty.heavier_revision)));
  return PutText(tx, MatterOf(c), event.sequence, "reasons", penalty.reasons);
}

}  // namespace

absl::Status InsertCase(store::WriteTx& tx, const Case& c) {
  RETURN_IF_ERROR(Cases().Insert(tx, Values(c.op.value(), c.id.value(), c.number, c.region,
                                            c.organisation, EncodeLeads(c.leads))));
  RETURN_IF_ERROR(PutText(tx, MatterOf(c), 0, "cause", c.cause));
  for (const Event& event : c.events) RETURN_IF_ERROR(AppendEvent(tx, c, event));
  return absl::OkStatus();
}

absl::Status AppendEvent(store::WriteTx& tx, const Case& c, const Event& event) {
  RETURN_IF_ERROR(Events().Insert(
      tx, Values(c.op.value(), c.id.value(), event.sequence, static_cast<int>(event.act),
                 ToMicros(event.time), ToMicros(event.recorded), event.actor.person,
                 event.actor.organisation, event.actor.card, event.chain_revision,
                 EncodeClocks(event.clocks), event.reference, event.needs_consent,
                 event.until ? FormatDate(*event.until) : std::string())));
  if (event.notice) RETURN_IF_ERROR(InsertNotice(tx, c, event));
  if (event.penalty) RETURN_IF_ERROR(InsertPenalty(tx, c, event));
  RETURN_IF_ERROR(PutDetail(tx, c, event));
  RETURN_IF_ERROR(WatchPublicity(tx, c, event));
  RETURN_IF_ERROR(PutText(tx, MatterOf(c), event.sequence, "text", event.text));
  RETURN_IF_ERROR(PutDocuments(tx, MatterOf(c), event.sequence, event.documents));
  // Who filed it is in charge (承办人).
  return store::NoteOpen(tx, {c.op.value(), MatterOf(c).name, c.region, c.organisation,
                              c.events.front().actor.person});
}

absl::StatusOr<std::optional<Case>> FindCase(store::ReadTx& tx, const OperatorId& op,
                                             const CaseId& id) {
  ASSIGN_OR_RETURN(const auto row, Cases().Find(tx, Values(op.value(), id.value())));
  if (!row) return std::nullopt;
  Case c = ToCase(*row);
  RETURN_IF_ERROR(Complete(tx, &c));
  return c;
}

absl::StatusOr<bool> IsDecisionNumber(store::ReadTx& tx, const std::string& organisation,
                                      const std::string& number) {
  ASSIGN_OR_RETURN(const auto row, tx.QueryOne(Sql{"SELECT case_id FROM case_penalty WHERE "
                                                   "organisation = $1 AND decision_number = $2"},
                                               Values(organisation, number)));
  return row.has_value();
}

absl::StatusOr<std::vector<Case>> PunishedCases(store::ReadTx& tx, const OperatorId& op,
                                                const CaseId& but, int limit) {
  ASSIGN_OR_RETURN(
      const auto rows,
      tx.Query(Sql{"SELECT case_id FROM case_penalty WHERE operator = $1 AND case_id <> "
                   "$2 ORDER BY case_id DESC LIMIT $3"},
               Values(op.value(), but.value(), limit)));
  std::vector<Case> cases;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(std::optional<Case> c, FindCase(tx, op, CaseId(row.Text(0))));
    if (c) cases.push_back(*std::move(c));
  }
  return cases;
}

absl::StatusOr<std::vector<Case>> ListCases(store::ReadTx& tx, const PageQuery& query) {
  const Sql tail =
      query.op.empty()
          ? Sql{"WHERE region >= $1 AND region < $2 AND (case_id > $3 OR (case_id = $3 AND "
                "operator > $4)) ORDER BY case_id, operator LIMIT $5"}
          : Sql{"WHERE operator = $6 AND region >= $1 AND region < $2 AND (case_id > $3 OR "
                "(case_id = $3 AND operator > $4)) ORDER BY case_id, operator LIMIT $5"};
  std::vector<store::Value> args = PageArgs(query);
  if (!query.op.empty()) args.push_back(store::ToValue(query.op.value()));
  ASSIGN_OR_RETURN(const auto rows, Cases().Select(tx, tail, std::move(args)));
  std::vector<Case> cases;
  for (const Row& row : rows) {
    Case c = ToCase(row);
    RETURN_IF_ERROR(Complete(tx, &c));
    cases.push_back(std::move(c));
  }
  return cases;
}

}  // namespace shian::sanction
