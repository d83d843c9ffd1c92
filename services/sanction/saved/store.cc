#include "services/sanction/saved/store.h"

#include <utility>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {
namespace {

using store::Bytes;
using store::FactTable;
using store::Row;
using store::Sql;
using store::Values;

const FactTable& SubjectTable() {
  static const auto* const kTable =
      new FactTable("saved_subject",
                    {"system", "list", "ref", "sequence", "subject", "code", "organisation", "name",
                     "saved", "removed"},
                    3);
  return *kTable;
}

const FactTable& HitTable() {
  static const auto* const kTable = new FactTable(
      "saved_hit", {"system", "list", "ref", "operator", "entry", "band", "score"}, 5);
  return *kTable;
}

const FactTable& AlertTable() {
  static const auto* const kTable =
      new FactTable("saved_alert",
                    {"system", "sequence", "kind", "list", "ref", "operator", "entry", "band",
                     "score", "recorded"},
                    2);
  return *kTable;
}

const FactTable& CounterTable() {
  static const auto* const kTable =
      new FactTable("saved_counter", {"system", "subjects", "last"}, 1);
  return *kTable;
}

const FactTable& ProgressTable() {
  static const auto* const kTable =
      new FactTable("saved_progress", {"id", "list_revision", "subject_sequence", "rules"}, 1);
  return *kTable;
}

constexpr int kProgressId = 1;

std::vector<store::Value> KeyOf(const SavedId& id) { return Values(id.system, id.list, id.ref); }

std::vector<store::Value> RowOf(const SavedSubject& saved) {
  const Subject& subject = saved.subject;
  return Values(saved.id.system, saved.id.list, saved.id.ref, saved.sequence,
                Bytes{saved.removed ? "" : sanction::KeyOf(subject)}, subject.code,
                subject.organisation, subject.name, ToMicros(saved.saved), saved.removed);
}

SavedSubject ToSaved(const Row& row) {
  SavedSubject saved;
  saved.id = {row.Text(0), row.Text(1), row.Text(2)};
  saved.sequence = row.Int(3);
  saved.subject.code = row.Text(5);
  saved.subject.organisation = row.Text(6);
  saved.subject.name = row.Text(7);
  saved.saved = FromMicros(row.Int(8));
  saved.removed = row.Bool(9);
  return saved;
}

std::vector<SavedSubject> ToSaved(const std::vector<Row>& rows) {
  std::vector<SavedSubject> subjects;
  subjects.reserve(rows.size());
  for (const Row& row : rows) subjects.push_back(ToSaved(row));
  return subjects;
}

// Whose counter numbers the changes of subjects.
constexpr char kAllSystems[] = "";

struct Counter {
  int64_t subjects = 0;
  int64_t last = 0;
};

absl::StatusOr<Counter> CounterOf(store::ReadTx& tx, const std::string& system) {
  ASSIGN_OR_RETURN(const auto row, CounterTable().Find(tx, Values(system)));
  return row ? Counter{row->Int(1), row->Int(2)} : Counter();
}

absl::Status PutCounter(store::WriteTx& tx, const std::string& system, const Counter& counter) {
  return CounterTable().Put(tx, Values(system, counter.subjects, counter.last));
}

}  // namespace

absl::StatusOr<std::optional<SavedSubject>> FindSaved(store::ReadTx& tx, const SavedId& id) {
  ASSIGN_OR_RETURN(const auto row, SubjectTable().Find(tx, KeyOf(id)));
  if (!row) return std::nullopt;
  return ToSaved(*row);
}

absl::Status PutSaved(store::WriteTx& tx, std::vector<SavedSubject> subjects) {
  // A number is never given again, also when its subject is gone: who follows would not see it.
  ASSIGN_OR_RETURN(Counter all, CounterOf(tx, kAllSystems));
  std::vector<std::vector<store::Value>> rows;
  for (SavedSubject& saved : subjects) {
    saved.sequence = ++all.last;
    rows.push_back(RowOf(saved));
  }
  RETURN_IF_ERROR(PutCounter(tx, kAllSystems, all));
  return SubjectTable().PutAll(tx, std::move(rows));
}

absl::Status RemoveSaved(store::WriteTx& tx, SavedSubject subject) {
  for (const Sql& sql :
       {Sql{"DELETE FROM saved_hit WHERE system = $1 AND list = $2 AND ref = $3"},
        Sql{"DELETE FROM saved_alert WHERE system = $1 AND list = $2 AND ref = $3"}}) {
    RETURN_IF_ERROR(tx.Execute(sql, KeyOf(subject.id)).status());
  }
  RETURN_IF_ERROR(CountSaved(tx, subject.id.system, -1).status());
  subject.subject = {};
  subject.removed = true;
  return PutSaved(tx, {std::move(subject)});
}

absl::Status DropSaved(store::WriteTx& tx, const SavedId& id) {
  return SubjectTable().Delete(tx, KeyOf(id));
}

absl::StatusOr<std::vector<SavedSubject>> SavedAfter(store::ReadTx& tx, int64_t sequence,
                                                     int limit) {
  ASSIGN_OR_RETURN(const auto rows,
                   SubjectTable().Select(tx, Sql{"WHERE sequence > $1 ORDER BY sequence LIMIT $2"},
                                         Values(sequence, limit)));
  return ToSaved(rows);
}

absl::StatusOr<std::vector<SavedSubject>> ListSaved(store::ReadTx& tx, const std::string& system,
                                                    const std::string& list,
                                                    const std::string& after, int limit) {
  ASSIGN_OR_RETURN(
      const auto rows,
      SubjectTable().Select(tx,
                            Sql{"WHERE system = $1 AND list = $2 AND ref > $3 AND removed = $4 "
                                "ORDER BY ref LIMIT $5"},
                            Values(system, list, after, false, limit)));
  return ToSaved(rows);
}

absl::StatusOr<int64_t> CountSaved(store::WriteTx& tx, const std::string& system, int64_t added) {
  ASSIGN_OR_RETURN(Counter counter, CounterOf(tx, system));
  counter.subjects += added;
  RETURN_IF_ERROR(PutCounter(tx, system, counter));
  return counter.subjects;
}

absl::Status EraseSavedAbout(store::WriteTx& tx, const OperatorId& op) {
  ASSIGN_OR_RETURN(const NamedParty known, PartyWithNames(tx, op));
  for (const Subject& subject : SubjectsFor(known.codes, known.names)) {
    ASSIGN_OR_RETURN(const auto rows,
                     SubjectTable().Select(tx, Sql{"WHERE subject = $1"},
                                           Values(Bytes{sanction::KeyOf(subject)})));
    for (SavedSubject& saved : ToSaved(rows)) {
      RETURN_IF_ERROR(RemoveSaved(tx, std::move(saved)));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<SavedHit>> HitsOf(store::ReadTx& tx, const SavedId& id) {
  ASSIGN_OR_RETURN(
      const auto rows,
      HitTable().Select(
          tx, Sql{"WHERE system = $1 AND list = $2 AND ref = $3 ORDER BY operator, entry"},
          KeyOf(id)));
  std::vector<SavedHit> hits;
  for (const Row& row : rows) {
    hits.push_back({OperatorId(row.Text(3)), EntryId(row.Text(4)), static_cast<Band>(row.Int(5)),
                    static_cast<int>(row.Int(6))});
  }
  return hits;
}

absl::StatusOr<std::vector<SavedId>> HitBy(store::ReadTx& tx, const OperatorId& op) {
  ASSIGN_OR_RETURN(const auto rows,
                   HitTable().Select(tx, Sql{"WHERE operator = $1"}, Values(op.value())));
  std::vector<SavedId> ids;
  for (const Row& row : rows) ids.push_back({row.Text(0), row.Text(1), row.Text(2)});
  return ids;
}

absl::Status ReplaceHits(store::WriteTx& tx, const SavedId& id, const std::vector<SavedHit>& before,
                         const std::vector<SavedHit>& now) {
  if (before == now) return absl::OkStatus();
  for (const SavedHit& hit : before) {
    RETURN_IF_ERROR(HitTable().Delete(
        tx, Values(id.system, id.list, id.ref, hit.op.value(), hit.entry.value())));
  }
  for (const SavedHit& hit : now) {
    RETURN_IF_ERROR(
        HitTable().Put(tx, Values(id.system, id.list, id.ref, hit.op.value(), hit.entry.value(),
                                  static_cast<int>(hit.band), hit.score_milli)));
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> AppendAlerts(store::WriteTx& tx, const std::string& system,
                                     const std::vector<SubjectAlert>& alerts) {
  ASSIGN_OR_RETURN(Counter counter, CounterOf(tx, system));
  for (const SubjectAlert& alert : alerts) {
    RETURN_IF_ERROR(AlertTable().Insert(
        tx, Values(system, ++counter.last, static_cast<int>(alert.kind), alert.subject.list,
                   alert.subject.ref, alert.hit.op.value(), alert.hit.entry.value(),
                   static_cast<int>(alert.hit.band), alert.hit.score_milli, ToMicros(tx.now()))));
  }
  RETURN_IF_ERROR(PutCounter(tx, system, counter));
  return counter.last;
}

absl::StatusOr<std::vector<SubjectAlert>> AlertsAfter(store::ReadTx& tx, const std::string& system,
                                                      int64_t sequence, int limit) {
  ASSIGN_OR_RETURN(
      const auto rows,
      AlertTable().Select(tx, Sql{"WHERE system = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"},
                          Values(system, sequence, limit)));
  std::vector<SubjectAlert> alerts;
  for (const Row& row : rows) {
    SubjectAlert alert;
    alert.sequence = row.Int(1);
    alert.kind = static_cast<AlertKind>(row.Int(2));
    alert.subject = {system, row.Text(3), row.Text(4)};
    alert.hit = {OperatorId(row.Text(5)), EntryId(row.Text(6)), static_cast<Band>(row.Int(7)),
                 static_cast<int>(row.Int(8))};
    alert.recorded = FromMicros(row.Int(9));
    alerts.push_back(std::move(alert));
  }
  return alerts;
}

absl::StatusOr<Progress> ReadProgress(store::ReadTx& tx) {
  ASSIGN_OR_RETURN(const auto row, ProgressTable().Find(tx, Values(kProgressId)));
  return row ? Progress{row->Int(1), row->Int(2), row->Blob(3)} : Progress();
}

absl::Status PutProgress(store::WriteTx& tx, const Progress& progress) {
  return ProgressTable().Put(tx, Values(kProgressId, progress.list_revision,
                                        progress.subject_sequence, Bytes{progress.rules}));
}

}  // namespace shian::sanction
