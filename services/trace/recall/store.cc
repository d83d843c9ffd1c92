#include "services/trace/recall/store.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"

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
                                 "recorded"},
                                1);
const store::FactTable kLots("recall_lot", {"recall", "epc", "kind", "depth"}, 2);
const store::FactTable kNotices("recall_notice",
                                {"recall", "notice", "version", "state", "place", "operator",
                                 "lots", "lot_count", "first_time", "last_time", "last_holder",
                                 "issue_time", "acknowledge_time", "recovered_quantity",
                                 "recovered_uom", "remark"},
                                2);

// NULL stands for "not yet".
Value TimeOrNull(absl::Time time) {
  if (time == absl::InfiniteFuture()) return std::monostate();
  return ToMicros(time);
}

// Reads the columns of a row one after the other, in the order in which they were written.
class Columns {
 public:
  explicit Columns(const Row& row) : row_(row) {}
  std::string Text() { return row_.Text(at_++); }
  int64_t Int() { return row_.Int(at_++); }
  bool Bool() { return row_.Bool(at_++); }
  absl::Time Time() { return FromMicros(row_.Int(at_++)); }
  absl::Time TimeOrNever() {
    const int column = at_++;
    return row_.IsNull(column) ? absl::InfiniteFuture() : FromMicros(row_.Int(column));
  }
  std::vector<std::string> Lines() {
    return absl::StrSplit(row_.Text(at_++), '\n', absl::SkipEmpty());
  }

 private:
  const Row& row_;
  int at_ = 0;
};

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
  recall.frozen_by.person = in.Text();
  recall.frozen_by.organisation = in.Text();
  recall.frozen_by.card = in.Text();
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
  return notice;
}

}  // namespace

absl::Status PutRecall(store::WriteTx& tx, const Recall& r) {
  return kRecalls.Put(
      tx,
      Values(r.id, r.version, static_cast<int>(r.state), static_cast<int>(r.recall_class), r.sample,
             r.operator_, r.region, r.lot, r.product, r.reason,
             absl::StrJoin(r.further_seeds, "\n"), ToMicros(r.known_time), ToMicros(r.propose_time),
             TimeOrNull(r.freeze_time), r.frozen_by.person, r.frozen_by.organisation,
             r.frozen_by.card, r.scope_sequence, r.lot_count, r.holder_count, r.acknowledged_count,
             r.policy_revision, r.deadline_revision, r.start_rule, r.finish_rule, r.basis.statute,
             r.basis.article, r.confirmed, r.withdraw_reason, TimeOrNull(r.withdraw_time), r.cause,
             r.attested, ToMicros(r.recorded)));
}

absl::StatusOr<std::optional<Recall>> FindRecall(store::ReadTx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(const auto row, kRecalls.Find(tx, Values(id)));
  return row ? std::optional<Recall>(ToRecall(*row)) : std::nullopt;
}

absl::StatusOr<std::optional<Recall>> FindRecallOfSample(store::ReadTx& tx,
                                                         const std::string& sample) {
  ASSIGN_OR_RETURN(const auto rows,
                   kRecalls.Select(tx, Sql{"WHERE sample = $1 LIMIT 1"}, Values(sample)));
  return rows.empty() ? std::nullopt : std::optional<Recall>(ToRecall(rows.front()));
}

absl::StatusOr<std::vector<Recall>> ListRecalls(store::ReadTx& tx, const RecallFilter& filter,
                                                const std::string& after, int limit) {
  ASSIGN_OR_RETURN(
      const auto rows,
      kRecalls.Select(tx,
                      Sql{"WHERE recall > $1 AND ($2 = 0 OR state = $2) AND ($3 = '' OR "
                          "operator = $3) AND ($4 = '' OR sample = $4) ORDER BY recall LIMIT $5"},
                      Values(after, filter.state, filter.operator_name, filter.sample, limit)));
  std::vector<Recall> recalls;
  for (const Row& row : rows) recalls.push_back(ToRecall(row));
  return recalls;
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
  return kNotices.Put(
      tx, Values(n.recall, n.id, n.version, static_cast<int>(n.state), n.holder.place,
                 n.holder.operator_, absl::StrJoin(n.holder.lots, "\n"), n.holder.lot_count,
                 ToMicros(n.holder.first), ToMicros(n.holder.last), n.holder.last_holder,
                 ToMicros(n.issue_time), TimeOrNull(n.acknowledge_time), n.recovered_quantity,
                 n.recovered_uom, n.remark));
}

absl::StatusOr<std::optional<Notice>> FindNotice(store::ReadTx& tx, const std::string& recall,
                                                 const std::string& notice) {
  ASSIGN_OR_RETURN(const auto row, kNotices.Find(tx, Values(recall, notice)));
  return row ? std::optional<Notice>(ToNotice(*row)) : std::nullopt;
}

absl::StatusOr<std::vector<Notice>> NoticesOfOperator(store::ReadTx& tx,
                                                      const std::string& operator_name) {
  ASSIGN_OR_RETURN(const auto rows,
                   kNotices.Select(tx, Sql{"WHERE operator = $1"}, Values(operator_name)));
  std::vector<Notice> notices;
  for (const Row& row : rows) notices.push_back(ToNotice(row));
  return notices;
}

absl::StatusOr<std::vector<Notice>> ListNotices(store::ReadTx& tx, const std::string& recall,
                                                const std::string& after, int limit) {
  ASSIGN_OR_RETURN(
      const auto rows,
      kNotices.Select(tx, Sql{"WHERE recall = $1 AND notice > $2 ORDER BY notice LIMIT $3"},
                      Values(recall, after, limit)));
  std::vector<Notice> notices;
  for (const Row& row : rows) notices.push_back(ToNotice(row));
  return notices;
}

}  // namespace shian::trace::recall
