// Rows of other systems' exports (OperatorService/ImportOperators), a chunk in one transaction.
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/change.h"
#include "services/registry/operator/convert.h"
#include "services/registry/operator/rules.h"
#include "services/registry/operator/service.h"
#include "services/registry/operator/store.h"
#include "shian/registry/v1/changes.pb.h"

namespace shian::registry {
namespace {

using common::v1::RowVerdict;

constexpr char kRegistered[] = "shian.registry.operator.registered";
constexpr char kChanged[] = "shian.registry.operator.changed";

ledger::Change ReportOf(const store::WriteTx& tx, const char* type, const Operator& op) {
  v1::OperatorChanged payload;
  *payload.mutable_operator_() = ToFact(op);
  return {.log = ledger::Log::kFacts,
          .type = type,
          .subject = OperatorName(op.id),
          .region = op.core.region,
          .time = tx.now(),
          .payload = payload.SerializeAsString(),
          .cause = ""};
}

// Takes judged rows into the store, as if one after the other. What the whole chunk asks is asked
// at once, and new records are written together: a chunk costs some dozens of statements, not some
// thousands.
class Importer {
 public:
  Importer(store::WriteTx& tx, const ImportHead& head, const IdentityHasher& hasher,
           const OperatorHook& changed)
      : tx_(tx), head_(head), hasher_(hasher), hook_(changed) {}

  absl::StatusOr<v1::ImportOperatorsResponse> TakeAll(const std::vector<JudgedRow>& rows) {
    RETURN_IF_ERROR(LookAhead(rows));
    v1::ImportOperatorsResponse out;
    for (const JudgedRow& row : rows) {
      ASSIGN_OR_RETURN(*out.add_verdicts(), Take(row));
    }
    RETURN_IF_ERROR(WriteNew());
    return out;
  }

 private:
  absl::Status LookAhead(const std::vector<JudgedRow>& rows) {
    std::vector<std::string> source_ids, ids, code_keys;
    for (const JudgedRow& row : rows) {
      if (row.valid()) source_ids.push_back(row.source_id);
    }
    ASSIGN_OR_RETURN(known_, FindSources(tx_, head_.provenance.origin, source_ids));
    for (const JudgedRow& row : rows) {
      if (!row.valid() || known_.count(row.source_id) > 0) continue;
      const std::string key = CodeKey(row.profile);
      if (!key.empty()) code_keys.push_back(key);
      if (IsNamedByCode(row.profile.core.form)) ids.push_back(row.profile.payload.code);
    }
    ASSIGN_OR_RETURN(taken_keys_, HeldCodeKeys(tx_, code_keys));
    ASSIGN_OR_RETURN(taken_ids_, ExistingOperators(tx_, ids));
    return absl::OkStatus();
  }

  absl::StatusOr<RowVerdict> Take(const JudgedRow& row) {
    if (!row.valid()) return ToVerdict(row.line, row.violations);
    const auto known = known_.find(row.source_id);
    if (known == known_.end()) return Register(row);
    if (known->second.content == row.content) {
      return ToVerdict(row.line, common::v1::ROW_OUTCOME_UNCHANGED, OperatorName(known->second.id));
    }
    return Change(row, known->second.id);
  }

  std::string CodeKey(const Profile& profile) const {
    const bool by_key = !IsNamedByCode(profile.core.form) && !profile.payload.code.empty();
    return by_key ? hasher_.OfCode(profile.payload.code) : "";
  }

  // Whether a record other than `self` holds the row's code.
  absl::StatusOr<bool> CodeIsHeld(const Profile& profile, const OperatorId& self) {
    const std::string key = CodeKey(profile);
    if (!key.empty()) {
      ASSIGN_OR_RETURN(const std::optional<OperatorId> holder, FindByCodeKey(tx_, key));
      return holder.has_value() && *holder != self;
    }
    if (!IsNamedByCode(profile.core.form) || profile.payload.code == self.value()) return false;
    return OperatorExists(tx_, OperatorId(profile.payload.code));
  }

  // The same for a new record, by what was looked up for all of them and what the chunk has
  // registered since. A change may have given a code free, so after one the store is asked.
  absl::StatusOr<bool> CodeIsTaken(const Profile& profile) {
    if (changed_) {
      RETURN_IF_ERROR(WriteNew());
      return CodeIsHeld(profile, OperatorId());
    }
    const std::string key = CodeKey(profile);
    if (!key.empty()) return !taken_keys_.insert(key).second;
    return IsNamedByCode(profile.core.form) && !taken_ids_.insert(profile.payload.code).second;
  }

  Provenance ProvenanceOf(const JudgedRow& row) const {
    Provenance provenance = head_.provenance;
    provenance.source_id = row.source_id;
    provenance.recorded = tx_.now();
    return provenance;
  }

  absl::StatusOr<RowVerdict> Register(const JudgedRow& row) {
    const Profile& profile = row.profile;
    ASSIGN_OR_RETURN(const bool taken, CodeIsTaken(profile));
    if (taken) return ToVerdict(row.line, {CodeHeld(profile)});
    Operator op;
    op.id = OperatorId(IsNamedByCode(profile.core.form) ? profile.payload.code : tx_.NewId());
    op.provenance = ProvenanceOf(row);
    op.core = profile.core;
    op.payload = profile.payload;
    op.created = tx_.now();
    const std::string name = OperatorName(op.id);
    reports_.push_back(ReportOf(tx_, kRegistered, op));
    new_.push_back({std::move(op), row.content, CodeKey(profile)});
    return ToVerdict(row.line, common::v1::ROW_OUTCOME_NEW, name);
  }

  // What was registered so far, before anything that may meet it.
  absl::Status WriteNew() {
    const std::vector<NewOperator> fresh = std::exchange(new_, {});
    RETURN_IF_ERROR(InsertOperators(tx_, fresh));
    for (const NewOperator& one : fresh) {
      if (hook_) RETURN_IF_ERROR(hook_(tx_, one.op));
    }
    return ledger::AppendAll(tx_, std::exchange(reports_, {}));
  }

  absl::StatusOr<RowVerdict> Change(const JudgedRow& row, const OperatorId& id) {
    RETURN_IF_ERROR(WriteNew());
    ASSIGN_OR_RETURN(std::optional<Operator> op, FindOperator(tx_, id));
    if (!op) return errors::NotFound(OperatorName(id));
    if (const auto broken = CheckSameOperator(*op, row.profile)) {
      return ToVerdict(row.line, {*broken});
    }
    ASSIGN_OR_RETURN(const bool held, CodeIsHeld(row.profile, id));
    if (held) return ToVerdict(row.line, {CodeHeld(row.profile)});
    changed_ = true;
    ++op->version;
    op->provenance = ProvenanceOf(row);
    op->core = row.profile.core;
    op->payload = row.profile.payload;
    RETURN_IF_ERROR(UpdateOperator(tx_, *op, row.content, CodeKey(row.profile)));
    if (hook_) RETURN_IF_ERROR(hook_(tx_, *op));
    RETURN_IF_ERROR(ledger::Append(tx_, ReportOf(tx_, kChanged, *op)));
    return ToVerdict(row.line, common::v1::ROW_OUTCOME_CHANGED, OperatorName(id));
  }

  store::WriteTx& tx_;
  const ImportHead& head_;
  const IdentityHasher& hasher_;
  const OperatorHook& hook_;
  std::map<std::string, SourceEntry> known_;  // by source id
  std::set<std::string> taken_keys_;
  std::set<std::string> taken_ids_;
  bool changed_ = false;
  std::vector<NewOperator> new_;  // not written yet
  std::vector<ledger::Change> reports_;
};

void RefuseRepeated(std::vector<JudgedRow>* rows) {
  std::set<std::string> seen;
  for (JudgedRow& row : *rows) {
    if (row.source_id.empty() || seen.insert(row.source_id).second) continue;
    row.violations.push_back({"source_id", SourceIdRepeatedRule(), row.source_id});
  }
}

}  // namespace

absl::StatusOr<rpc::Body<v1::ImportOperatorsResponse>> PlanImport(
    const IdentityHasher& hasher, const v1::ImportOperatorsRequest& chunk,
    const OperatorHook& changed) {
  ASSIGN_OR_RETURN(const ImportHead head, ToImportHead(chunk));
  std::vector<JudgedRow> rows;
  rows.reserve(chunk.rows_size());
  for (const v1::OperatorRow& row : chunk.rows()) {
    rows.push_back(JudgeRow(ToRow(row), head.region, hasher));
  }
  RefuseRepeated(&rows);
  return rpc::Body<v1::ImportOperatorsResponse>(
      [head, rows = std::move(rows), hasher, changed](store::WriteTx& tx) {
        return Importer(tx, head, hasher, changed).TakeAll(rows);
      });
}

}  // namespace shian::registry
