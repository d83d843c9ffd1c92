#include "services/credit/archive/store.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/check.h"
#include "libs/base/region.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/store/fact_table.h"
#include "services/credit/archive/limits.h"

namespace shian::credit {
namespace {

using store::FactTable;
using store::Row;
using store::Value;
using store::Values;

const FactTable& Heads() {
  static const FactTable table("archive", {"operator", "version", "region", "kind", "erased"}, 1);
  return table;
}

const FactTable& Subjects() {
  static const FactTable table(
      "subject",
      {"operator", "version", "recorded", "kind", "person", "licensed_from", "attributes"}, 2);
  return table;
}

const FactTable& EvidenceRows() {
  static const FactTable table("evidence",
                               {"operator",
                                "number",
                                "kind",
                                "source",
                                "cause",
                                "time",
                                "recorded",
                                "summary",
                                "statute",
                                "article",
                                "level",
                                "tags",
                                "key_items",
                                "key_failed",
                                "general_items",
                                "general_failed",
                                "slight_failed",
                                "nonconforming",
                                "check_kind",
                                "fine_fen",
                                "until_date",
                                "origin",
                                "attested",
                                "ended",
                                "ended_recorded",
                                "ended_version",
                                "ended_cause",
                                "annulled",
                                "annulled_recorded",
                                "annulled_version",
                                "annulled_cause"},
                               2);
  return table;
}

constexpr int kEndedColumn = 23;
constexpr int kAnnulledColumn = 27;

Date DateOf(const std::string& text) {
  const absl::StatusOr<Date> date = ParseDate(text);
  SHIAN_CHECK(date.ok()) << "a stored date";
  return *date;
}

std::optional<Date> OptionalDate(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<Date>(DateOf(text));
}

std::string DateText(const std::optional<Date>& date) { return date ? FormatDate(*date) : ""; }

std::string AttributesText(const Subject& subject) {
  std::string text;
  for (const auto& [key, values] : subject.attributes) {
    for (const std::string& value : values) absl::StrAppend(&text, key, "\t", value, "\n");
  }
  return text;
}

std::map<std::string, std::vector<std::string>> ParseAttributes(const std::string& text) {
  std::map<std::string, std::vector<std::string>> attributes;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::pair<std::string, std::string> cells =
        absl::StrSplit(line, absl::MaxSplits('\t', 1));
    if (!line.empty()) attributes[cells.first].push_back(cells.second);
  }
  return attributes;
}

void AddClosing(const std::optional<Closing>& closing, std::vector<Value>* values) {
  for (Value& value : closing ? Values(ToMicros(closing->time), ToMicros(closing->recorded),
                                       closing->version, closing->cause)
                              : std::vector<Value>(4)) {
    values->push_back(std::move(value));
  }
}

std::optional<Closing> ClosingOf(const Row& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return Closing{FromMicros(row.Int(column)), FromMicros(row.Int(column + 1)), row.Int(column + 2),
                 row.Text(column + 3)};
}

std::vector<Value> EvidenceValues(const OperatorId& id, const Evidence& e) {
  const Findings& f = e.findings;
  std::vector<Value> values =
      Values(id.value(), e.number, static_cast<int64_t>(e.kind), e.source, e.cause,
             ToMicros(e.time), ToMicros(e.recorded), e.summary, e.basis.statute, e.basis.article,
             static_cast<int64_t>(e.level), absl::StrJoin(e.tags, "\n"), f.key_items, f.key_failed,
             f.general_items, f.general_failed, f.slight_failed, f.nonconforming, f.check_kind,
             e.fine_fen, DateText(e.until), e.origin, e.attested);
  AddClosing(e.ended, &values);
  AddClosing(e.annulled, &values);
  return values;
}

Evidence EvidenceOf(const Row& row) {
  Evidence e;
  e.number = row.Int(1);
  e.kind = static_cast<EvidenceKind>(row.Int(2));
  e.source = row.Text(3);
  e.cause = row.Text(4);
  e.time = FromMicros(row.Int(5));
  e.recorded = FromMicros(row.Int(6));
  e.summary = row.Text(7);
  e.basis = {row.Text(8), row.Text(9)};
  e.level = static_cast<Level>(row.Int(10));
  if (!row.Text(11).empty()) e.tags = absl::StrSplit(row.Text(11), '\n');
  const auto count = [&](int column) { return static_cast<int32_t>(row.Int(column)); };
  e.findings = {count(12), count(13), count(14), count(15), count(16), row.Bool(17), row.Text(18)};
  e.fine_fen = row.Int(19);
  e.until = OptionalDate(row.Text(20));
  e.origin = row.Text(21);
  e.attested = row.Bool(22);
  e.ended = ClosingOf(row, kEndedColumn);
  e.annulled = ClosingOf(row, kAnnulledColumn);
  return e;
}

SubjectVersion SubjectOf(const Row& row) {
  return {
      row.Int(1), FromMicros(row.Int(2)),
      Subject{row.Text(3), row.Bool(4), OptionalDate(row.Text(5)), ParseAttributes(row.Text(6))}};
}

ArchiveHead HeadOf(const Row& row) {
  return {OperatorId(row.Text(0)), row.Int(1), row.Text(2), row.Text(3), row.Bool(4)};
}

absl::Status PutHead(store::WriteTx& tx, const ArchiveHead& head) {
  return Heads().Put(tx,
                     Values(head.id.value(), head.version, head.region, head.kind, head.erased));
}

// The head at the archive's next version, made when the operator is new here; nothing when it was
// erased. Facts of several services come in any order, so the region may be known before the kind.
absl::StatusOr<std::optional<ArchiveHead>> NextVersion(store::WriteTx& tx, const OperatorId& id,
                                                       absl::string_view region,
                                                       absl::string_view kind) {
  ASSIGN_OR_RETURN(std::optional<ArchiveHead> head, FindHead(tx, id));
  if (!head) head = ArchiveHead{id, 0, std::string(region), "", false};
  if (head->erased) return std::optional<ArchiveHead>();
  ++head->version;
  if (!kind.empty()) {
    head->kind = std::string(kind);
    head->region = std::string(region);
  }
  RETURN_IF_ERROR(PutHead(tx, *head));
  return head;
}

absl::StatusOr<std::vector<Evidence>> AllEvidence(store::ReadTx& tx, const OperatorId& id) {
  constexpr auto kAlert = static_cast<int64_t>(EvidenceKind::kTraceAlert);
  ASSIGN_OR_RETURN(
      const std::vector<Row> rows,
      EvidenceRows().Select(tx, {"WHERE operator = $1 AND kind <> $2 ORDER BY number LIMIT $3"},
                            Values(id.value(), kAlert, limits::kEvidenceMax)));
  ASSIGN_OR_RETURN(
      const std::vector<Row> alerts,
      EvidenceRows().Select(tx, {"WHERE operator = $1 AND kind = $2 ORDER BY number DESC LIMIT $3"},
                            Values(id.value(), kAlert, limits::kAlertsShownMax)));
  std::vector<Evidence> all;
  all.reserve(rows.size() + alerts.size());
  for (const Row& row : rows) all.push_back(EvidenceOf(row));
  for (const Row& row : alerts) all.push_back(EvidenceOf(row));
  std::sort(all.begin(), all.end(),
            [](const Evidence& a, const Evidence& b) { return a.number < b.number; });
  return all;
}

absl::StatusOr<std::vector<SubjectVersion>> AllSubjects(store::ReadTx& tx, const OperatorId& id) {
  ASSIGN_OR_RETURN(
      const std::vector<Row> rows,
      Subjects().Select(tx, {"WHERE operator = $1 ORDER BY version"}, Values(id.value())));
  std::vector<SubjectVersion> all;
  all.reserve(rows.size());
  for (const Row& row : rows) all.push_back(SubjectOf(row));
  return all;
}

Archive WithHead(const ArchiveHead& head) {
  Archive archive;
  archive.id = head.id;
  archive.version = head.version;
  archive.region = head.region;
  archive.kind = head.kind;
  archive.erased = head.erased;
  return archive;
}

}  // namespace

absl::StatusOr<std::optional<ArchiveHead>> FindHead(store::ReadTx& tx, const OperatorId& id) {
  ASSIGN_OR_RETURN(const std::optional<Row> row, Heads().Find(tx, Values(id.value())));
  if (!row) return std::optional<ArchiveHead>();
  return std::optional<ArchiveHead>(HeadOf(*row));
}

absl::StatusOr<std::optional<Archive>> FindArchive(store::ReadTx& tx, const OperatorId& id) {
  ASSIGN_OR_RETURN(const std::optional<ArchiveHead> head, FindHead(tx, id));
  if (!head) return std::optional<Archive>();
  Archive archive = WithHead(*head);
  ASSIGN_OR_RETURN(archive.subjects, AllSubjects(tx, id));
  ASSIGN_OR_RETURN(archive.evidence, AllEvidence(tx, id));
  return std::optional<Archive>(std::move(archive));
}

absl::StatusOr<std::vector<ArchiveHead>> ListHeads(store::ReadTx& tx, absl::string_view region,
                                                   absl::string_view after, int count) {
  const auto [first, last] = RangeOf(region);
  ASSIGN_OR_RETURN(const std::vector<Row> rows,
                   Heads().Select(tx,
                                  {"WHERE operator > $1 AND region >= $2 AND region <= $3 "
                                   "ORDER BY operator LIMIT $4"},
                                  Values(std::string(after), first, last, count)));
  std::vector<ArchiveHead> heads;
  heads.reserve(rows.size());
  for (const Row& row : rows) heads.push_back(HeadOf(row));
  return heads;
}

absl::StatusOr<bool> FileSubject(store::WriteTx& tx, const OperatorId& id, absl::string_view region,
                                 const Subject& subject) {
  ASSIGN_OR_RETURN(const std::optional<ArchiveHead> head,
                   NextVersion(tx, id, region, subject.kind));
  if (!head) return false;
  RETURN_IF_ERROR(Subjects().Insert(
      tx, Values(id.value(), head->version, ToMicros(tx.now()), subject.kind, subject.person,
                 DateText(subject.licensed_from), AttributesText(subject))));
  return true;
}

absl::StatusOr<bool> FileEvidence(store::WriteTx& tx, const OperatorId& id,
                                  absl::string_view region, Evidence evidence) {
  ASSIGN_OR_RETURN(const std::optional<ArchiveHead> head, NextVersion(tx, id, region, ""));
  if (!head) return false;
  evidence.number = head->version;
  evidence.recorded = tx.now();
  RETURN_IF_ERROR(EvidenceRows().Insert(tx, EvidenceValues(id, evidence)));
  return true;
}

absl::StatusOr<bool> CloseEvidence(store::WriteTx& tx, const OperatorId& id,
                                   absl::string_view source, EvidenceKind kind, Close how,
                                   absl::Time time, absl::string_view cause) {
  ASSIGN_OR_RETURN(
      const std::vector<Row> rows,
      EvidenceRows().Select(tx,
                            {"WHERE source = $1 AND operator = $2 "
                             "AND ($3 = 0 OR kind = $3) ORDER BY number"},
                            Values(std::string(source), id.value(), static_cast<int64_t>(kind))));
  bool closed = false;
  for (const Row& row : rows) {
    Evidence evidence = EvidenceOf(row);
    std::optional<Closing>& mark = how == Close::kEnded ? evidence.ended : evidence.annulled;
    if (mark || evidence.annulled) continue;
    ASSIGN_OR_RETURN(const std::optional<ArchiveHead> head, NextVersion(tx, id, "", ""));
    if (!head) return false;
    mark = Closing{time, tx.now(), head->version, std::string(cause)};
    RETURN_IF_ERROR(EvidenceRows().Put(tx, EvidenceValues(id, evidence)));
    closed = true;
  }
  return closed;
}

absl::StatusOr<std::vector<OperatorId>> OperatorsWithSource(store::ReadTx& tx,
                                                            absl::string_view source) {
  ASSIGN_OR_RETURN(
      const std::vector<Row> rows,
      tx.Query({"SELECT DISTINCT operator FROM evidence WHERE source = $1 ORDER BY operator"},
               Values(std::string(source))));
  std::vector<OperatorId> ids;
  ids.reserve(rows.size());
  for (const Row& row : rows) ids.push_back(OperatorId(row.Text(0)));
  return ids;
}

absl::Status EraseArchive(store::WriteTx& tx, const OperatorId& id, absl::string_view region) {
  ASSIGN_OR_RETURN(std::optional<ArchiveHead> head, FindHead(tx, id));
  if (!head) head = ArchiveHead{id, 0, std::string(region), "", false};
  head->erased = true;
  head->kind.clear();
  ++head->version;
  RETURN_IF_ERROR(PutHead(tx, *head));
  RETURN_IF_ERROR(
      tx.Execute({"DELETE FROM subject WHERE operator = $1"}, Values(id.value())).status());
  return tx.Execute({"DELETE FROM evidence WHERE operator = $1"}, Values(id.value())).status();
}

absl::StatusOr<std::vector<Evidence>> ListEvidence(store::ReadTx& tx, const OperatorId& id,
                                                   EvidenceKind kind, int64_t after, int count) {
  ASSIGN_OR_RETURN(
      const std::vector<Row> rows,
      EvidenceRows().Select(tx,
                            {"WHERE operator = $1 AND number > $2 "
                             "AND ($3 = 0 OR kind = $3) ORDER BY number LIMIT $4"},
                            Values(id.value(), after, static_cast<int64_t>(kind), count)));
  std::vector<Evidence> evidence;
  evidence.reserve(rows.size());
  for (const Row& row : rows) evidence.push_back(EvidenceOf(row));
  return evidence;
}

absl::StatusOr<CheckedPage> ListChecked(store::ReadTx& tx, absl::string_view region,
                                        bool attested_only, absl::string_view after, int count) {
  ASSIGN_OR_RETURN(const std::vector<ArchiveHead> heads, ListHeads(tx, region, after, count));
  CheckedPage page;
  page.more = static_cast<int>(heads.size()) == count;
  for (const ArchiveHead& head : heads) {
    page.last = head.id.value();
    ASSIGN_OR_RETURN(
        const std::vector<Row> rows,
        EvidenceRows().Select(
            tx,
            {"WHERE operator = $1 AND kind = $2 AND "
             "(NOT $3 OR attested) ORDER BY number"},
            Values(head.id.value(), static_cast<int64_t>(EvidenceKind::kCheck), attested_only)));
    if (rows.empty()) continue;
    Archive& archive = page.archives.emplace_back();
    archive.id = head.id;
    for (const Row& row : rows) archive.evidence.push_back(EvidenceOf(row));
    ASSIGN_OR_RETURN(archive.subjects, AllSubjects(tx, head.id));
    page.checks += static_cast<int64_t>(rows.size());
  }
  return page;
}

}  // namespace shian::credit
