// Reads and writes of posts, of bans as they are known here, and of who employs barred people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/store/store.h"
#include "services/registry/post/post.h"

namespace shian::registry {

// ---- Posts ------------------------------------------------------------------------------------

absl::Status InsertPost(store::WriteTx& tx, const PostRecord& post);
// Writes its last day.
absl::Status EndPost(store::WriteTx& tx, const PostRecord& post);
absl::StatusOr<std::optional<PostRecord>> FindPost(store::ReadTx& tx, const OperatorId& op,
                                                   const PostId& id);
// In the order of their ids, from the one after `after`.
absl::StatusOr<std::vector<PostRecord>> PostsOf(store::ReadTx& tx, const OperatorId& op,
                                                absl::string_view after, int limit);
// The legal representatives that were registered and have no last day.
absl::StatusOr<std::vector<PostRecord>> PrincipalsOf(store::ReadTx& tx, const OperatorId& op);
// 依法删除: who held the operator's posts.
absl::Status ErasePostsOf(store::WriteTx& tx, const OperatorId& op);

// ---- Bans -------------------------------------------------------------------------------------

absl::Status PutPersonBan(store::WriteTx& tx, const PersonBan& ban);
absl::StatusOr<std::vector<PersonBan>> RowsOfBan(store::ReadTx& tx, absl::string_view ban);
// Those on the person who has one of these hashes.
absl::StatusOr<std::vector<PersonBan>> BansOn(store::ReadTx& tx,
                                              const std::vector<KeyedHash>& hashes);
absl::StatusOr<bool> AnyBans(store::ReadTx& tx);
absl::StatusOr<std::vector<PersonBan>> BansToSearch(store::ReadTx& tx, int limit);

absl::StatusOr<std::optional<absl::Time>> BansHeard(store::ReadTx& tx);
absl::Status PutBansHeard(store::WriteTx& tx, absl::Time time);

// ---- Who employs barred people ----------------------------------------------------------------

// The post that an import named, which has no record of its own.
inline constexpr char kImportedPost[] = "principal";

struct Holder {
  OperatorId op;
  std::string post;  // an id, or kImportedPost
  Post kind = Post::kUnknown;
  KeyedHash identity;
};
// Who holds the registered posts, in the order of operator and post.
absl::StatusOr<std::vector<Holder>> HoldersAfter(store::ReadTx& tx, const Holder& after, int limit);

struct Breach {
  OperatorId op;
  std::string post;
  std::string ban;
  absl::Time found;
  std::string clock;  // key of the deadline table, and its revision
  std::string clock_revision;
};
// One that is known stays as it was found first.
absl::Status InsertBreach(store::WriteTx& tx, const Breach& breach);
absl::StatusOr<std::vector<Breach>> BreachesOf(store::ReadTx& tx, const OperatorId& op,
                                               absl::string_view post);

}  // namespace shian::registry
