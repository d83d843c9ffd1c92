#include "services/registry/post/reactions_employers.h"

#include <set>
#include <utility>

#include "libs/base/status_macros.h"
#include "libs/store/open_matters.h"
#include "services/registry/operator/store.h"
#include "services/registry/post/convert.h"
#include "services/registry/post/limits.h"
#include "services/registry/post/store.h"

namespace shian::registry {
namespace {

Held ImportedHolder(const Operator& op) {
  for (const PostHolder& holder : op.payload.posts) {
    if (holder.post == Post::kPrincipal) return {holder.post, holder.identity};
  }
  return {};
}

absl::Status Flag(store::WriteTx& tx, const policy::Policies& policies, const GateRule& rule,
                  const Breach& found, const std::string& region) {
  Breach breach = found;
  breach.found = tx.now();
  ASSIGN_OR_RETURN(const calendar::Rule clock,
                   policies.RuleInForce(tx, rule.employer_clock, ToDate(tx.now())));
  breach.clock = clock.key;
  breach.clock_revision = clock.policy_revision;
  // One that is known may have been ended and have begun again: it is open in any case.
  RETURN_IF_ERROR(InsertBreach(tx, breach));
  return store::NoteOpen(tx, {breach.op.value(), "posts/" + breach.post, region, "", ""});
}

// Flags `op` when a ban closes the post to its holder now or later.
absl::Status FlagIfBarred(store::WriteTx& tx, const policy::Policies& policies,
                          const IdentityHasher& hasher, const Operator& op,
                          const std::string& post) {
  const Date today = ToDate(tx.now());
  ASSIGN_OR_RETURN(const Held held, HolderOf(tx, op, post, today));
  if (!held.identity) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto bans, BansOn(tx, hasher.WithLater(*held.identity)));
  if (bans.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const GateRule rule, convert::GateRuleInForce(tx, policies, today));
  const PersonBan* closing = ClosingFrom(bans, rule.BarsOf(held.kind), today);
  if (closing == nullptr) return absl::OkStatus();
  return Flag(tx, policies, rule, {op.id, post, closing->ban, {}, {}, {}}, op.core.region);
}

// ---- Search -----------------------------------------------------------------------------------

using Barred = std::set<std::string>;  // their hashes

bool IsAmong(const Barred& barred, const IdentityHasher& hasher, const KeyedHash& identity) {
  for (const KeyedHash& hash : hasher.WithLater(identity)) {
    if (barred.contains(hash.hash)) return true;
  }
  return false;
}

absl::Status FindImported(store::Store& store, const Barred& barred, const IdentityHasher& hasher,
                          std::vector<Holder>* found) {
  std::string after;
  size_t looked = limits::kHoldersPerReadMax;
  while (looked == limits::kHoldersPerReadMax) {
    RETURN_IF_ERROR(store.ReadNow([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const auto page, ListOperatorPosts(tx, after, limits::kHoldersPerReadMax));
      for (const OperatorPosts& one : page) {
        for (const PostHolder& holder : one.posts) {
          if (!holder.identity || !IsAmong(barred, hasher, *holder.identity)) continue;
          found->push_back({one.op, kImportedPost, holder.post, *holder.identity});
        }
      }
      looked = page.size();
      if (!page.empty()) after = page.back().op.value();
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

absl::Status FindRegistered(store::Store& store, const Barred& barred, const IdentityHasher& hasher,
                            std::vector<Holder>* found) {
  Holder after;
  size_t looked = limits::kHoldersPerReadMax;
  while (looked == limits::kHoldersPerReadMax) {
    RETURN_IF_ERROR(store.ReadNow([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const auto page, HoldersAfter(tx, after, limits::kHoldersPerReadMax));
      for (const Holder& one : page) {
        if (IsAmong(barred, hasher, one.identity)) found->push_back(one);
      }
      looked = page.size();
      if (!page.empty()) after = page.back();
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

absl::Status FlagAll(store::WriteTx& tx, const policy::Policies& policies,
                     const IdentityHasher& hasher, const std::vector<Holder>& found,
                     const std::vector<PersonBan>& bans) {
  for (const Holder& holder : found) {
    ASSIGN_OR_RETURN(const auto op, FindOperator(tx, holder.op));
    if (op) RETURN_IF_ERROR(FlagIfBarred(tx, policies, hasher, *op, holder.post));
  }
  for (const PersonBan& ban : bans) {
    // As it is now: it may have been annulled while this looked.
    ASSIGN_OR_RETURN(const auto rows, RowsOfBan(tx, ban.ban));
    for (PersonBan row : rows) {
      if (row.hash != ban.hash) continue;
      row.searched = true;
      RETURN_IF_ERROR(PutPersonBan(tx, row));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Held> HolderOf(store::ReadTx& tx, const Operator& op, const std::string& post,
                              Date today) {
  if (post == kImportedPost) return ImportedHolder(op);
  ASSIGN_OR_RETURN(const auto record, FindPost(tx, op.id, PostId(post)));
  if (!record || (record->to && *record->to < today)) return Held();
  return Held{record->kind, record->identity};
}

OperatorHook WatchPosts(const policy::Policies& policies, IdentityHasher hasher) {
  return [&policies, hasher = std::move(hasher)](store::WriteTx& tx,
                                                 const Operator& op) -> absl::Status {
    if (op.core.status == Status::kErased) return ErasePostsOf(tx, op.id);
    if (op.payload.posts.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const bool any, AnyBans(tx));
    return any ? FlagIfBarred(tx, policies, hasher, op, kImportedPost) : absl::OkStatus();
  };
}

absl::Status SearchEmployers(store::Store& store, const policy::Policies& policies,
                             const IdentityHasher& hasher, absl::Time now) {
  while (true) {
    std::vector<PersonBan> bans;
    RETURN_IF_ERROR(store.ReadNow([&bans](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(bans, BansToSearch(tx, limits::kBansPerSearchMax));
      return absl::OkStatus();
    }));
    if (bans.empty()) return absl::OkStatus();
    Barred barred;
    for (const PersonBan& ban : bans) barred.insert(ban.hash.hash);
    std::vector<Holder> found;
    RETURN_IF_ERROR(FindImported(store, barred, hasher, &found));
    RETURN_IF_ERROR(FindRegistered(store, barred, hasher, &found));
    RETURN_IF_ERROR(
        store
            .WriteAndWait(
                {.now = now, .caller = "", .request_id = "", .body_digest = "", .seed = ""},
                [&policies, hasher, found,
                 bans](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                  RETURN_IF_ERROR(FlagAll(tx, policies, hasher, found, bans));
                  return std::string();
                })
            .status());
  }
}

}  // namespace shian::registry
