#include "services/trace/recall/service_open.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/ledger/change.h"
#include "libs/policy/convert.h"
#include "services/trace/genealogy/store.h"
#include "services/trace/recall/convert.h"
#include "services/trace/recall/limits.h"
#include "services/trace/recall/scope.h"
#include "services/trace/recall/store.h"
#include "services/trace/recall/store_conduct.h"
#include "shian/policy/v1/approval.pb.h"

namespace shian::trace::recall {
namespace {

constexpr char kApprovalChain[] = "approval.recall";

const char* ActWord(RecallAct act) {
  switch (act) {
    case RecallAct::kOrdered:
      return "order";
    case RecallAct::kExtended:
      return "extension";
    case RecallAct::kCompleted:
      return "completion";
    case RecallAct::kClosed:
      return "closing";
  }
  return "";
}

// The acts of the chain that were taken, and by whom.
absl::StatusOr<std::vector<auth::ChainStep>> DoneSteps(store::ReadTx& tx, const Recall& of) {
  std::vector<auth::ChainStep> done;
  if (of.frozen()) done.push_back({"freeze", of.frozen_by.person, of.freeze_time});
  ASSIGN_OR_RETURN(const auto steps, ListSteps(tx, of.id, of.version));
  for (const RecallStep& step : steps) {
    done.push_back({ActWord(step.act), step.by.person, step.time});
  }
  ASSIGN_OR_RETURN(const auto plan, FindPlan(tx, of.id, 0));
  if (!plan) return done;
  done.push_back({"plan", plan->filed_by.person, plan->recorded});
  if (plan->assessment) {
    done.push_back({"plan_assessment", plan->assessment->by.person, plan->assessment->time});
  }
  return done;
}

// About the operator: an erasure of it takes its entries too.
ledger::Change ChangeOf(store::WriteTx& tx, const Recall& of) {
  return {.log = ledger::Log::kFacts,
          .type = "",
          .subject = of.operator_ + "/" + of.name(),
          .region = of.region,
          .time = tx.now(),
          .payload = "",
          .cause = of.cause};
}

}  // namespace

absl::StatusOr<Recall> Open(const rpc::Call& call, store::ReadTx& tx, const std::string& id,
                            absl::Time at) {
  ASSIGN_OR_RETURN(Recall found, MustFind(tx, id, at));
  RETURN_IF_ERROR(call.RequireRegion(found.region));
  return found;
}

absl::StatusOr<Scope> ScopeAt(genealogy::LiveGraph& live, store::ReadTx& tx,
                              const std::vector<std::string>& seeds, absl::Time at) {
  Scope scope;
  RETURN_IF_ERROR(live.Read(tx, [&](const Graph& graph) {
    const View view = at == absl::InfiniteFuture() ? graph.Now() : graph.KnownAt(at);
    scope =
        TraceScope(graph, view, seeds, {limits::kScopeEdgesMax, absl::Now() + limits::kScopeTime});
    return absl::OkStatus();
  }));
  for (ScopeHolder& holder : scope.holders) {
    ASSIGN_OR_RETURN(holder.operator_, genealogy::OperatorAt(tx, holder.place));
  }
  return scope;
}

// The lots of the live trace as known at `at`, sorted by identifier.
absl::StatusOr<std::vector<ScopeLot>> LiveLots(genealogy::LiveGraph& live, store::ReadTx& tx,
                                               const Recall& of, absl::Time at, bool only_late,
                                               bool* complete) {
  ASSIGN_OR_RETURN(Scope scope, ScopeAt(live, tx, of.seeds(), at));
  *complete = scope.complete;
  std::vector<ScopeLot> lots;
  for (ScopeLot& lot : scope.lots) {
    bool frozen = false;
    if (only_late) {
      ASSIGN_OR_RETURN(frozen, InScope(tx, of.id, lot.epc));
    }
    if (!frozen) lots.push_back(std::move(lot));
  }
  std::sort(lots.begin(), lots.end(),
            [](const ScopeLot& a, const ScopeLot& b) { return a.epc < b.epc; });
  return lots;
}

absl::Status CheckEtag(absl::string_view etag, int64_t version, const std::string& name) {
  if (etag.empty() || etag == absl::StrCat(version)) return absl::OkStatus();
  return errors::Refuse(errors::Reason::kEtagMismatch, {{"name", name}});
}

absl::StatusOr<errors::Basis> CheckStep(const policy::Policies& policies, store::ReadTx& tx,
                                        absl::string_view act, const auth::Officer& officer,
                                        const Recall& of) {
  ASSIGN_OR_RETURN(const auto chain, policies.InForce<policy::v1::ApprovalChain>(
                                         tx, kApprovalChain, ToDate(of.propose_time)));
  ASSIGN_OR_RETURN(const auto done, DoneSteps(tx, of));
  RETURN_IF_ERROR(auth::CheckStep(chain.policy(), act, officer, done, of.region));
  for (const policy::v1::ApprovalAct& each : chain.policy().acts()) {
    if (absl::string_view(each.act()) == act) return policy::ToBasis(each.legal_basis());
  }
  return errors::Basis();
}

absl::Status Tell(store::WriteTx& tx, const Recall& of, absl::string_view what, std::string payload,
                  const auth::Officer& officer) {
  ledger::Change change = ChangeOf(tx, of);
  change.type = absl::StrCat("shian.trace.recall.", what);
  change.payload = std::move(payload);
  RETURN_IF_ERROR(ledger::Append(tx, change));
  change.log = ledger::Log::kAudit;
  change.type = absl::StrCat("shian.audit.recall.", what);
  change.payload = ToProto(ToOfficer(officer)).SerializeAsString();
  return ledger::Append(tx, change);
}

absl::Status Publish(store::WriteTx& tx, const Recall& of, const v1::Recall& shown) {
  ledger::Change change = ChangeOf(tx, of);
  change.log = ledger::Log::kPublic;
  change.type = "shian.public.recall";
  change.payload = Card(shown, tx.now()).SerializeAsString();
  return ledger::Append(tx, change);
}

}  // namespace shian::trace::recall
