// What the handlers of recalls share.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/auth/officer.h"
#include "libs/errors/errors.h"
#include "libs/policy/registry.h"
#include "libs/rpc/call.h"
#include "libs/store/store.h"
#include "services/trace/genealogy/service_graph.h"
#include "services/trace/recall/recall.h"
#include "shian/trace/v1/recall.pb.h"

namespace shian::trace::recall {

// The recall as last recorded by `at`, if the caller's region covers it.
absl::StatusOr<Recall> Open(const rpc::Call& call, store::ReadTx& tx, const std::string& id,
                            absl::Time at = absl::InfiniteFuture());

// The forward trace from a recall's seeds at what `tx` sees, as known at `at`; holders with their
// operators of today.
absl::StatusOr<Scope> ScopeAt(genealogy::LiveGraph& live, store::ReadTx& tx,
                              const std::vector<std::string>& seeds,
                              absl::Time at = absl::InfiniteFuture());

// The lots of the live trace as known at `at`, sorted by identifier; with `only_late` those that
// are not in the frozen scope.
absl::StatusOr<std::vector<ScopeLot>> LiveLots(genealogy::LiveGraph& live, store::ReadTx& tx,
                                               const Recall& of, absl::Time at, bool only_late,
                                               bool* complete);

// ETAG_MISMATCH when the caller saw another version; an empty etag is not checked.
absl::Status CheckEtag(absl::string_view etag, int64_t version, const std::string& name);

// The officer's post allows `act` of the chain approval.recall, and nobody takes two acts that it
// keeps apart. Gives the act's article.
absl::StatusOr<errors::Basis> CheckStep(const policy::Policies& policies, store::ReadTx& tx,
                                        absl::string_view act, const auth::Officer& officer,
                                        const Recall& of);

// What a recall reports: "shian.trace.recall.{what}" to the facts, and who did it to the audit log.
absl::Status Tell(store::WriteTx& tx, const Recall& of, absl::string_view what, std::string payload,
                  const auth::Officer& officer);
// Its card to the public log.
absl::Status Publish(store::WriteTx& tx, const Recall& of, const v1::Recall& shown);

}  // namespace shian::trace::recall
