// Revisions of policies in the store: seeded from files, approved by officers, listed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/policy/folder.h"
#include "libs/store/store.h"
#include "shian/policy/v1/policy_service.pb.h"

namespace shian::policy {

struct Approval {
  std::string person;
  std::string organisation;
  absl::Time time;
};

// One row of the registry.
struct StoredRevision {
  std::string revision;  // SHA-256 of the text, hex
  std::string id;
  v1::PolicyKind kind = v1::POLICY_KIND_UNSPECIFIED;
  std::string title_zh;
  std::string effective_from;  // "2019-10-01"
  std::string effective_to;    // empty while open
  v1::PolicyState state = v1::POLICY_STATE_DRAFT;
  std::string path;
  std::string text;
  absl::Time loaded;
  absl::Time activated = absl::InfiniteFuture();
};

// Writes the files that the store does not hold yet as drafts; gives how many were new. What is in
// force does not change.
absl::StatusOr<int> SeedDrafts(store::WriteTx& tx, const std::vector<PolicyFile>& files);

// One officer's approval of a draft. The second one, by another person, activates: an active
// revision of the same id and first day is replaced, and the facts log gets
// "shian.policy.revision.activated". See ApprovePolicies in the proto for the refusals.
struct Approver {
  std::string person;
  std::string organisation;
};
absl::StatusOr<StoredRevision> ApproveRevision(store::WriteTx& tx, absl::string_view revision,
                                               const Approver& officer);

// Empty fields do not filter.
struct RevisionFilter {
  std::string id;
  v1::PolicyKind kind = v1::POLICY_KIND_UNSPECIFIED;
  v1::PolicyState state = v1::POLICY_STATE_UNSPECIFIED;
};
// Sorted by id, then first day descending, then revision; those after `after` (from SortKey).
absl::StatusOr<std::vector<StoredRevision>> ListRevisions(store::ReadTx& tx,
                                                          const RevisionFilter& filter,
                                                          absl::string_view after, int limit);
std::string SortKey(const StoredRevision& revision);

// NOT_FOUND when there is none.
absl::StatusOr<StoredRevision> GetRevision(store::ReadTx& tx, absl::string_view revision);
absl::StatusOr<std::vector<Approval>> ApprovalsOf(store::ReadTx& tx, absl::string_view revision);

// The resource of the API, approvals included; the text only on demand.
absl::StatusOr<v1::Policy> ToProto(store::ReadTx& tx, const StoredRevision& revision,
                                   bool with_text);
// "policies/{id}/revisions/{revision}" and back; INVALID_ARGUMENT naming `field`.
std::string ResourceName(const StoredRevision& revision);
absl::StatusOr<std::string> RevisionOfName(absl::string_view name, absl::string_view field);

}  // namespace shian::policy
