// A stored revision as the resource of PolicyService.
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/policy/folder.h"
#include "libs/policy/kinds.h"
#include "libs/policy/revisions.h"

namespace shian::policy {
namespace {

void Set(absl::Time time, google::protobuf::Timestamp* out) {
  out->set_seconds(absl::ToUnixSeconds(time));
}

}  // namespace

absl::StatusOr<v1::Policy> ToProto(store::ReadTx& tx, const StoredRevision& revision,
                                   bool with_text) {
  v1::Policy out;
  out.set_name(ResourceName(revision));
  out.set_id(revision.id);
  out.set_revision(revision.revision);
  out.set_kind(revision.kind);
  out.set_title_zh(revision.title_zh);
  out.set_effective_from(revision.effective_from);
  out.set_effective_to(revision.effective_to);
  out.set_state(revision.state);
  out.set_path(revision.path);
  Set(revision.loaded, out.mutable_load_time());
  if (revision.activated != absl::InfiniteFuture()) {
    Set(revision.activated, out.mutable_activate_time());
  }
  if (const FileResult file = ParseFile(revision.path, revision.text); file.message != nullptr) {
    const v1::PolicyHeader& header = HeaderOf(*file.message);
    *out.mutable_legal_basis() = header.legal_basis();
    out.set_mark(header.mark());
  }
  ASSIGN_OR_RETURN(const std::vector<Approval> approvals, ApprovalsOf(tx, revision.revision));
  for (const Approval& approval : approvals) {
    v1::PolicyApproval& added = *out.add_approvals();
    added.set_person(approval.person);
    added.set_organisation(approval.organisation);
    Set(approval.time, added.mutable_approve_time());
  }
  if (with_text) out.set_text(revision.text);
  return out;
}

}  // namespace shian::policy
