#include "services/trace/recall/store.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "libs/base/region.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/store/fact_table.h"
#include "libs/store/open_matters.h"
#include "services/trace/recall/store_rows.h"

namespace shian::trace::recall {
namespace {

using store::Row;
using store::Sql;
using store::Value;
using store::Values;

const store::FactTable kRecalls("recall",
                                {"recall",
                                 "version",
                                 "state",
                                 "class",
                                 "sample",
                                 "operator",
                                 "region",
                                 "lot",
                                 "product",
                                 "reason",
                                 "further_seeds",
                                 "known_time",
                                 "propose_time",
                                 "freeze_time",
                                 "officer_person",
                                 "officer_organisation",
                                 "officer_card",
                                 "scope_sequence",
                                 "lot_count",
                                 "holder_count",
                                 "acknowledged_count",
                                 "policy_revision",
                                 "deadline_revision",
                                 "start_rule",
                                 "finish_rule",
                                 "statute",
                                 "article",
                                 "confirmed",
                                 "withdraw_reason",
                                 "withdraw_time",
                                 "cause",
                                 "attested",
                                 "recorded",
                                 "complete_time",
                                 "changed",
                                 "extension_count",
                                 "order_time",
                                 "close_time"},
                                2);
const store::FactTable kBreaches("recall_breach", {"recall", "duty", "due_time", "recorded"}, 2);
const store::FactTable kLots("recall_lot", {"recall", "epc", "kind", "depth"}, 2);
const store::FactTable kNotices("recall_notice",
                                {"recall", "notice", "version", "state", "place", "operator",
                                 "lots", "lot_count", "first_time", "last_time", "last_holder",
                                 "issue_time", "acknowledge_time", "recovered_quantity",
                                 "recovered_uom", "remark", "changed", "unanswered_reason"},
                                3);
constexpr size_t kRemarkColumn = 15;

Recall ToRecall(const Row& row) {
  Columns in(row);
  Recall recall;
  recall.id = in.Text();
  recall.version = in.Int();
  recall.state = static_cast<RecallState>(in.Int());
  recall.recall_class = static_cast<RecallClass>(in.Int());
  recall.sample = in.Text();
  recall.operator_ = in.Text();
  recall.region = in.Text();
  recall.lot = in.Text();
  recall.product = in.Text();
  recall.reason = in.Text();
  recall.further_seeds = in.Lines();
  recall.known_time = in.Time();
  recall.propose_time = in.Time();
  recall.freeze_time = in.TimeOrNever();
  recall.frozen_by = in.By();
  recall.scope_sequence = in.Int();
  recall.lot_count = in.Int();
  recall.holder_count = in.Int();
  recall.acknowledged_count = in.Int();
  recall.policy_revision = in.Text();
  recall.deadline_revision = in.Text();
  recall.start_rule = in.Text();
  recall.finish_rule = in.Text();
  recall.basis.statute = in.Text();
  recall.basis.article = in.Text();
  recall.confirmed = in.Bool();
  recall.withdraw_reason = in.Text();
  recall.withdraw_time = in.TimeOrNever();
  recall.cause = in.Text();
  recall.attested = in.Bool();
  recall.recorded = in.Time();
  recall.complete_time = in.TimeOrNever();
  in.Skip();  // changed
  recall.extension_count = static_cast<int>(in.IntOrZero());
  recall.order_time = in.TimeOrNever();
  recall.close_time = in.TimeOrNever();
  return recall;
}

Notice ToNotice(const Row& row) {
  Columns in(row);
  Notice notice;
  notice.recall = in.Text();
  notice.id = in.Text();
  notice.version = in.Int();
  notice.state = static_cast<NoticeState>(in.Int());
  notice.holder.place = in.Text();
  notice.holder.operator_ = in.Text();
  notice.holder.lots = in.Lines();
  notice.holder.lot_count = in.Int();
  notice.holder.first = in.Time();
  notice.holder.last = in.Time();
  notice.holder.last_holder = in.Bool();
  notice.issue_time = in.Time();
  notice.acknowledge_time = in.TimeOrNever();
  notice.recovered_quantity = in.Text();
  notice.recovered_uom = in.Text();
  notice.remark = in.Text();
  in.Skip();  // changed
  notice.unanswered_reason = in.TextOrEmpty();
  return notice;
}

}  // namespace

absl::Status PutRecall(store::WriteTx& tx, const Recall& r) {
  // What was done elsewhere has its clocks there.
  if (!r.attested) {
    RETURN_IF_ERROR(
        store::NoteOpen(tx, {std::string(absl::StripPrefix(r.operator_, "operators/")), r.name(),
                             r.region, r.frozen_by.organisation, r.frozen_by.person}));
  }
  return kRecalls.Insert(
      tx,
      Values(r.id, r.version, static_cast<int>(r.state), static_cast<int>(r.recall_class), r.sample,
             r.operator_, r.region, r.lot, r.product, r.reason,
             absl::StrJoin(r.further_seeds, "\n"), ToMicros(r.known_time), ToMicros(r.propose_time),
             TimeOrNull(r.freeze_time), r.frozen_by.person, r.frozen_by.organisation,
             r.frozen_by.card, r.scope_sequence, r.lot_count, r.holder_count, r.acknowledged_count,
             r.policy_revision, r.deadline_revision, r.start_rule, r.finish_rule, r.basis.statute,
             r.basis.article, r.confirmed, r.withdraw_reason, TimeOrNull(r.withdraw_time), r.cause,
             r.attested, ToMicros(r.recorded), TimeOrNull(r.complete_time), ToMicros(tx.now()),
             r.extension_count, TimeOrNull(r.order_time), TimeOrNull(r.close_time)));
}

absl::StatusOr<std::optional<Recall>> FindRecall(store::ReadTx& tx, const std::string& id,
                                                 absl::Time at) {
  static constexpr Sql kTail{"WHERE recall = $1 AND changed <= $2 ORDER BY version DESC LIMIT 1"};
  ASSIGN_OR_RETURN(const auto rows, kRecalls.Select(tx, kTail, Values(id, ToMicros(at))));
  return rows.empty() ? std::nullopt : std::optional<Recall>(ToRecall(rows.front()));
}

absl::StatusOr<Recall> MustFind(store::ReadTx& tx, const std::string& id, absl::Time at) {
  ASSIGN_OR_RETURN(auto found, FindRecall(tx, id, at));
  if (!found) return errors::NotFound("recalls/" + id);
  return *std::move(found);
}

absl::StatusOr<std::optional<Recall>> FindRecallOfSample(store::ReadTx& tx,
                                                         const std::string& sample) {
  ASSIGN_OR_RETURN(
      const auto rows,
      kRecalls.Select(tx, Sql{"WHERE sample = $1 ORDER BY version DESC LIMIT 1"}, Values(sample)));
  return rows.empty() ? std::nullopt : std::optional<Recall>(ToRecall(rows.front()));
}

absl::StatusOr<std::vector<Recall>> ListRecalls(store::ReadTx& tx, const RecallFilter& filter,
                                                const std::string& after, int limit) {
  static constexpr Sql kTail{
      "WHERE recall > $1 AND ($2 = 0 OR state = $2) AND ($3 = '' OR operator = $3) "
      "AND ($4 = '' OR sample = $4) AND region >= $5 AND region <= $6 "
      "AND version = (SELECT MAX(v.version) FROM recall v "
      "WHERE v.recall = recall.recall AND v.changed <= $7) ORDER BY recall LIMIT $8"};
  const auto [first, last] = RangeOf(filter.region);
  ASSIGN_OR_RETURN(const auto rows,
                   kRecalls.Select(tx, kTail,
                                   Values(after, filter.state, filter.operator_name, filter.sample,
                                          first, last, ToMicros(filter.at), limit)));
  std::vector<Recall> recalls;
  recalls.reserve(rows.size());
  for (const Row& row : rows) recalls.push_back(ToRecall(row));
  return recalls;
}

absl::StatusOr<std::vector<Recall>> RecallsUnderClock(store::ReadTx& tx) {
  static constexpr Sql kTail{
      "WHERE attested = $1 AND ((state = $2 AND NOT EXISTS (SELECT 1 FROM recall_breach b "
      "WHERE b.recall = recall.recall AND b.duty = $3)) OR (state = $4 AND NOT EXISTS (SELECT 1 "
      "FROM recall_breach b WHERE b.recall = recall.recall AND b.duty = $5))) AND version = "
      "(SELECT MAX(v.version) FROM recall v WHERE v.recall = recall.recall) ORDER BY recall"};
  ASSIGN_OR_RETURN(
      const auto rows,
      kRecalls.Select(
          tx, kTail,
          Values(false, static_cast<int>(RecallState::kProposed), static_cast<int>(Duty::kStart),
                 static_cast<int>(RecallState::kFrozen), static_cast<int>(Duty::kFinish))));
  std::vector<Recall> recalls;
  recalls.reserve(rows.size());
  for (const Row& row : rows) recalls.push_back(ToRecall(row));
  return recalls;
}

absl::StatusOr<bool> InsertBreach(store::WriteTx& tx, const std::string& recall, Duty duty,
                                  absl::Time due) {
  ASSIGN_OR_RETURN(const auto told, kBreaches.Find(tx, Values(recall, static_cast<int>(duty))));
  if (told) return false;
  RETURN_IF_ERROR(kBreaches.Insert(
      tx, Values(recall, static_cast<int>(duty), ToMicros(due), ToMicros(tx.now()))));
  return true;
}

absl::Status InsertScope(store::WriteTx& tx, const std::string& recall,
                         const std::vector<ScopeLot>& lots) {
  for (const ScopeLot& lot : lots) {
    RETURN_IF_ERROR(kLots.Put(tx, Values(recall, lot.epc, static_cast<int>(lot.kind), lot.depth)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ScopeLot>> ListScope(store::ReadTx& tx, const std::string& recall,
                                                const std::string& after, int limit) {
  ASSIGN_OR_RETURN(const auto rows,
                   kLots.Select(tx, Sql{"WHERE recall = $1 AND epc > $2 ORDER BY epc LIMIT $3"},
                                Values(recall, after, limit)));
  std::vector<ScopeLot> lots;
  lots.reserve(rows.size());
  for (const Row& row : rows) {
    lots.push_back({row.Text(1), static_cast<EpcKind>(row.Int(2)), static_cast<int>(row.Int(3))});
  }
  return lots;
}

absl::StatusOr<bool> InScope(store::ReadTx& tx, const std::string& recall, const std::string& epc) {
  ASSIGN_OR_RETURN(const auto row, kLots.Find(tx, Values(recall, epc)));
  return row.has_value();
}

absl::Status PutNotice(store::WriteTx& tx, const Notice& n) {
  return kNotices.Insert(
      tx, Values(n.recall, n.id, n.version, static_cast<int>(n.state), n.holder.place,
                 n.holder.operator_, absl::StrJoin(n.holder.lots, "\n"), n.holder.lot_count,
                 ToMicros(n.holder.first), ToMicros(n.holder.last), n.holder.last_holder,
                 ToMicros(n.issue_time), TimeOrNull(n.acknowledge_time), n.recovered_quantity,
                 n.recovered_uom, n.remark, ToMicros(tx.now()), n.unanswered_reason));
}

absl::StatusOr<std::optional<Notice>> FindNotice(store::ReadTx& tx, const std::string& recall,
                                                 const std::string& notice) {
  static constexpr Sql kTail{"WHERE recall = $1 AND notice = $2 ORDER BY version DESC LIMIT 1"};
  ASSIGN_OR_RETURN(const auto rows, kNotices.Select(tx, kTail, Values(recall, notice)));
  return rows.empty() ? std::nullopt : std::optional<Notice>(ToNotice(rows.front()));
}

absl::StatusOr<std::vector<std::string>> EraseRemarks(store::WriteTx& tx,
                                                      const std::string& operator_name) {
  static constexpr Sql kTail{"WHERE operator = $1 ORDER BY recall, notice, version"};
  ASSIGN_OR_RETURN(const auto rows, kNotices.Select(tx, kTail, Values(operator_name)));
  std::vector<std::string> names;
  for (const Row& row : rows) {
    std::vector<Value> values = row.values();
    values[kRemarkColumn] = std::string();
    RETURN_IF_ERROR(kNotices.Put(tx, std::move(values)));
    const std::string name = ToNotice(row).name();
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

absl::StatusOr<std::vector<Notice>> ListNotices(store::ReadTx& tx, const std::string& recall,
                                                const std::string& after, int limit,
                                                absl::Time at) {
  static constexpr Sql kTail{
      "WHERE recall = $1 AND notice > $2 AND version = (SELECT MAX(v.version) FROM recall_notice v "
      "WHERE v.recall = recall_notice.recall AND v.notice = recall_notice.notice "
      "AND v.changed <= $3) ORDER BY notice LIMIT $4"};
  ASSIGN_OR_RETURN(const auto rows,
                   kNotices.Select(tx, kTail, Values(recall, after, ToMicros(at), limit)));
  std::vector<Notice> notices;
  notices.reserve(rows.size());
  for (const Row& row : rows) notices.push_back(ToNotice(row));
  return notices;
}

}  // namespace shian::trace::recall
