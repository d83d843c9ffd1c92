// Who employs a person whom the law bars from that post (用人单位聘用被禁止从业人员). An operator
// is flagged when it is found, and asked about until the person has left the post or may hold it.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/codes/identity.h"
#include "libs/policy/registry.h"
#include "libs/store/store.h"
#include "services/registry/operator/service.h"
#include "services/registry/post/post.h"

namespace shian::registry {

// For a record that an import brought: it is kept as the bureau's ledger has it, and its operator
// is flagged where the person may not hold the post. With an erasure the people of its posts go.
OperatorHook WatchPosts(const policy::Policies& policies, IdentityHasher hasher);

// Looks through all posts for those whom new bans bar. It reads page by page outside of any write,
// so that a ban costs nobody else a wait.
absl::Status SearchEmployers(store::Store& store, const policy::Policies& policies,
                             const IdentityHasher& hasher, absl::Time now);

// Who holds a post of `op` on a day; nobody when it is unknown or the post has ended.
struct Held {
  Post kind = Post::kUnknown;
  std::optional<KeyedHash> identity;
};
absl::StatusOr<Held> HolderOf(store::ReadTx& tx, const Operator& op, const std::string& post,
                              Date on);

}  // namespace shian::registry
