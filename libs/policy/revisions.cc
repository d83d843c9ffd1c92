#include "libs/policy/revisions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/base/views.h"
#include "libs/errors/errors.h"
#include "libs/ledger/change.h"
#include "libs/policy/limits.h"
#include "libs/store/fact_table.h"
#include "shian/policy/v1/changes.pb.h"

namespace shian::policy {
namespace {

using errors::Reason;

constexpr char kOpenEnd[] = "9999-12-31";
constexpr char kRegion[] = "000000";

const store::FactTable& Revisions() {
  static const auto& table =
      *new store::FactTable("policy_revision",
                            {"revision", "id", "kind", "title", "effective_from", "effective_to",
                             "state", "path", "text", "loaded", "activated"},
                            1);
  return table;
}

const store::FactTable& Approvals() {
  static const auto& table = *new store::FactTable(
      "policy_approval", {"revision", "person", "organisation", "approved"}, 2);
  return table;
}

StoredRevision FromRow(const store::Row& row) {
  StoredRevision out;
  out.revision = row.Text(0);
  out.id = row.Text(1);
  out.kind = static_cast<v1::PolicyKind>(row.Int(2));
  out.title_zh = row.Text(3);
  out.effective_from = row.Text(4);
  out.effective_to = row.Text(5) == kOpenEnd ? "" : row.Text(5);
  out.state = static_cast<v1::PolicyState>(row.Int(6));
  out.path = row.Text(7);
  out.text = row.Text(8);
  out.loaded = FromMicros(row.Int(9));
  if (!row.IsNull(10)) out.activated = FromMicros(row.Int(10));
  return out;
}

std::string EndOf(const StoredRevision& revision) {
  return revision.effective_to.empty() ? kOpenEnd : revision.effective_to;
}

std::vector<store::Value> ToRow(const StoredRevision& in) {
  std::vector<store::Value> row = store::Values(
      in.revision, in.id, static_cast<int64_t>(in.kind), in.title_zh, in.effective_from, EndOf(in),
      static_cast<int64_t>(in.state), in.path, in.text, ToMicros(in.loaded));
  if (in.activated == absl::InfiniteFuture()) {
    row.push_back(std::monostate());
  } else {
    row.push_back(ToMicros(in.activated));
  }
  return row;
}

std::vector<StoredRevision> FromRows(const std::vector<store::Row>& rows) {
  std::vector<StoredRevision> out;
  out.reserve(rows.size());
  for (const store::Row& row : rows) out.push_back(FromRow(row));
  return out;
}

absl::Status Report(store::WriteTx& tx, const std::string& id, const char* type,
                    const google::protobuf::Message& payload) {
  ledger::Change change;
  change.log = ledger::Log::kFacts;
  change.type = absl::StrCat("shian.policy.revision.", type);
  change.subject = absl::StrCat("policies/", id);
  change.region = kRegion;
  change.time = tx.now();
  change.payload = payload.SerializeAsString();
  return ledger::Append(tx, change);
}

absl::Status ReportApproval(store::WriteTx& tx, const StoredRevision& revision,
                            const Approver& officer) {
  v1::PolicyApproved payload;
  payload.set_id(revision.id);
  payload.set_revision(revision.revision);
  payload.set_person(officer.person);
  payload.set_organisation(officer.organisation);
  return Report(tx, revision.id, "approved", payload);
}

absl::Status ReportActivation(store::WriteTx& tx, const StoredRevision& revision,
                              const std::string& replaced, const std::vector<Approval>& approvals) {
  v1::PolicyActivated payload;
  payload.set_id(revision.id);
  payload.set_kind(revision.kind);
  payload.set_revision(revision.revision);
  payload.set_replaced_revision(replaced);
  payload.set_effective_from(revision.effective_from);
  payload.set_effective_to(revision.effective_to);
  for (const Approval& approval : approvals) payload.add_approvers(approval.person);
  payload.mutable_activated_time()->set_seconds(absl::ToUnixSeconds(tx.now()));
  return Report(tx, revision.id, "activated", payload);
}

// Replaces the active version with the same first day; any other overlap is refused.
absl::StatusOr<std::string> MakeRoom(store::WriteTx& tx, const StoredRevision& incoming) {
  ASSIGN_OR_RETURN(
      const auto rows,
      Revisions().Select(tx,
                         {"WHERE id = $1 AND state = 2 AND effective_from <= $2 "
                          "AND effective_to >= $3 ORDER BY effective_from"},
                         store::Values(incoming.id, EndOf(incoming), incoming.effective_from)));
  std::string replaced;
  for (StoredRevision& active : FromRows(rows)) {
    if (active.effective_from != incoming.effective_from) {
      return errors::Refuse(Reason::kPolicyOverlaps, {{"policy", incoming.id}});
    }
    active.state = v1::POLICY_STATE_REPLACED;
    replaced = active.revision;
    RETURN_IF_ERROR(Revisions().Put(tx, ToRow(active)));
  }
  return replaced;
}

absl::Status Activate(store::WriteTx& tx, StoredRevision* revision,
                      const std::vector<Approval>& approvals) {
  ASSIGN_OR_RETURN(const std::string replaced, MakeRoom(tx, *revision));
  revision->state = v1::POLICY_STATE_ACTIVE;
  revision->activated = tx.now();
  RETURN_IF_ERROR(Revisions().Put(tx, ToRow(*revision)));
  return ReportActivation(tx, *revision, replaced, approvals);
}

absl::Status RequireDraft(const StoredRevision& revision) {
  if (revision.state == v1::POLICY_STATE_ACTIVE) {
    return errors::Refuse(Reason::kPolicyAlreadyActive);
  }
  if (revision.state == v1::POLICY_STATE_REPLACED) return errors::Refuse(Reason::kPolicyReplaced);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int> SeedDrafts(store::WriteTx& tx, const std::vector<PolicyFile>& files) {
  int added = 0;
  for (const PolicyFile& file : files) {
    ASSIGN_OR_RETURN(const auto known, Revisions().Find(tx, store::Values(file.revision)));
    if (known.has_value()) continue;
    StoredRevision revision;
    revision.revision = file.revision;
    revision.id = file.header.id();
    revision.kind = file.kind;
    revision.title_zh = file.header.title_zh();
    revision.effective_from = file.header.effective_from();
    revision.effective_to = file.header.effective_to();
    revision.path = file.path;
    revision.text = file.text;
    revision.loaded = tx.now();
    RETURN_IF_ERROR(Revisions().Insert(tx, ToRow(revision)));
    ++added;
  }
  return added;
}

absl::StatusOr<StoredRevision> ApproveRevision(store::WriteTx& tx, absl::string_view revision,
                                               const Approver& officer) {
  ASSIGN_OR_RETURN(StoredRevision draft, GetRevision(tx, revision));
  RETURN_IF_ERROR(RequireDraft(draft));
  ASSIGN_OR_RETURN(std::vector<Approval> approvals, ApprovalsOf(tx, revision));
  for (const Approval& approval : approvals) {
    if (approval.person != officer.person) continue;
    return errors::Refuse(Reason::kStepsKeptApart,
                          {{"first", "规则启用初审"}, {"second", "规则启用复核"}});
  }
  RETURN_IF_ERROR(Approvals().Insert(
      tx, store::Values(draft.revision, officer.person, officer.organisation, ToMicros(tx.now()))));
  RETURN_IF_ERROR(ReportApproval(tx, draft, officer));
  approvals.push_back({officer.person, officer.organisation, tx.now()});
  if (approvals.size() < limits::kApproversNeeded) return draft;
  RETURN_IF_ERROR(Activate(tx, &draft, approvals));
  return draft;
}

std::string SortKey(const StoredRevision& revision) {
  return absl::StrCat(revision.id, "\n", revision.effective_from, "\n", revision.revision);
}

absl::StatusOr<std::vector<StoredRevision>> ListRevisions(store::ReadTx& tx,
                                                          const RevisionFilter& filter,
                                                          absl::string_view after, int limit) {
  std::vector<std::string> key = absl::StrSplit(after, '\n');
  key.resize(3);
  ASSIGN_OR_RETURN(
      const auto rows,
      Revisions().Select(
          tx,
          {"WHERE ($1 = '' OR id = $1) AND ($2 = 0 OR kind = $2) AND ($3 = 0 OR state = $3) "
           "AND (id > $4 OR (id = $4 AND (effective_from < $5 OR "
           "(effective_from = $5 AND revision > $6)))) "
           "ORDER BY id, effective_from DESC, revision LIMIT $7"},
          store::Values(filter.id, static_cast<int64_t>(filter.kind),
                        static_cast<int64_t>(filter.state), key[0], key[1], key[2],
                        static_cast<int64_t>(limit))));
  return FromRows(rows);
}

absl::StatusOr<StoredRevision> GetRevision(store::ReadTx& tx, absl::string_view revision) {
  ASSIGN_OR_RETURN(const auto row, Revisions().Find(tx, store::Values(std::string(revision))));
  if (!row.has_value()) return errors::NotFound(absl::StrCat("policies/-/revisions/", revision));
  return FromRow(*row);
}

absl::StatusOr<std::vector<Approval>> ApprovalsOf(store::ReadTx& tx, absl::string_view revision) {
  ASSIGN_OR_RETURN(const auto rows,
                   Approvals().Select(tx, {"WHERE revision = $1 ORDER BY approved, person"},
                                      store::Values(std::string(revision))));
  std::vector<Approval> approvals;
  approvals.reserve(rows.size());
  for (const store::Row& row : rows) {
    approvals.push_back({row.Text(1), row.Text(2), FromMicros(row.Int(3))});
  }
  return approvals;
}

std::string ResourceName(const StoredRevision& revision) {
  return absl::StrCat("policies/", revision.id, "/revisions/", revision.revision);
}

absl::StatusOr<std::string> RevisionOfName(absl::string_view name, absl::string_view field) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  constexpr size_t kHexDigits = 64;
  const bool good = parts.size() == 4 && parts[0] == "policies" && parts[2] == "revisions" &&
                    parts[3].size() == kHexDigits;
  if (good) return parts[3];
  return errors::InvalidField(field, {"must be policies/{id}/revisions/{revision}",
                                      "应为policies/{id}/revisions/{revision}"});
}

}  // namespace shian::policy
