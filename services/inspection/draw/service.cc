#include "services/inspection/draw/service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/policy/registry.h"
#include "services/inspection/draw/convert.h"
#include "services/inspection/draw/limits.h"
#include "services/inspection/draw/reactions.h"
#include "services/inspection/draw/store.h"
#include "services/inspection/draw/verify.h"
#include "shian/policy/v1/approval.pb.h"
#include "shian/policy/v1/draw.pb.h"

namespace shian::inspection::draw {
namespace {

using errors::Reason;
using errors::Refuse;
using DrawChange = std::function<absl::Status(store::WriteTx&, Draw&)>;
constexpr absl::string_view kRulePolicy = "draw.double-random";

using Rule = std::shared_ptr<const policy::v1::DrawRule>;

absl::StatusOr<Rule> RuleInForce(rpc::Edge& edge, store::ReadTx& tx, absl::Time now) {
  ASSIGN_OR_RETURN(auto rule,
                   edge.policies().InForce<policy::v1::DrawRule>(tx, kRulePolicy, ToDate(now)));
  return std::move(rule.message);
}

// The officer's post allows `act`, and nobody takes two acts that the chain keeps apart.
absl::Status TakeStep(rpc::Edge& edge, const rpc::Call& call, const Rule& rule,
                      absl::string_view act, store::WriteTx& tx, Draw& draw) {
  ASSIGN_OR_RETURN(const auto chain, edge.policies().InForce<policy::v1::ApprovalChain>(
                                         tx, rule->approval_chain(), ToDate(draw.create_time)));
  std::vector<auth::ChainStep> done;
  for (const Step& step : draw.steps) done.push_back({step.act, step.person, step.time});
  RETURN_IF_ERROR(auth::CheckStep(chain.policy(), act, call.officer(), done, draw.plan.region));
  draw.steps.push_back({std::string(act), call.officer().person, call.now()});
  return absl::OkStatus();
}

absl::Status TakeStep(rpc::Edge& edge, const rpc::Call& call, absl::string_view act,
                      store::WriteTx& tx, Draw& draw) {
  ASSIGN_OR_RETURN(const Rule rule, RuleInForce(edge, tx, draw.create_time));
  return TakeStep(edge, call, rule, act, tx, draw);
}

absl::Status FixLock(rpc::Edge& edge, store::WriteTx& tx, LockFacts facts, Draw& draw) {
  ASSIGN_OR_RETURN(const Rule rule, RuleInForce(edge, tx, draw.create_time));
  RETURN_IF_ERROR(CheckLock(draw, std::max(rule->shares_min(), kSharesMin)));
  ASSIGN_OR_RETURN(auto strata, ReadFrames(tx, draw.plan));
  ASSIGN_OR_RETURN(auto roster, ReadRoster(tx, draw, facts.time));
  RETURN_IF_ERROR(CheckFrames(draw, strata, roster));
  for (const FrameStratum& one : strata) {
    facts.sizes.push_back(static_cast<int64_t>(one.ids.size()));
    facts.roots.push_back(StratumRoot(one));
    facts.frame_size += facts.sizes.back();
  }
  facts.frame_root = FrameRoot(strata);
  RETURN_IF_ERROR(PutFrame(tx, draw.id, strata, roster));
  facts.lock_hash = LockHash(MakeLock(draw, facts, std::move(strata), std::move(roster)));
  draw.lock = std::move(facts);
  return Publish(tx, draw, "locked", draw.lock->time);
}

absl::Status Execute(store::WriteTx& tx, const std::string& public_value, absl::Time now,
                     Draw& draw) {
  RETURN_IF_ERROR(CheckExecute(draw, now));
  ASSIGN_OR_RETURN(const auto lock, ReadLock(tx, draw));
  draw.execution =
      Execution{now, public_value, Seed(draw.lock->lock_hash, lock.shares, public_value)};
  draw.picked = Run(lock, draw.execution->seed);
  RETURN_IF_ERROR(Publish(tx, draw, "executed", now));
  return Report(tx, draw, now);
}

absl::Status Replace(store::WriteTx& tx, const std::string& operator_id, const std::string& reason,
                     absl::Time now, Draw& draw) {
  RETURN_IF_ERROR(CheckReplace(draw, operator_id));
  ASSIGN_OR_RETURN(const auto lock, ReadLock(tx, draw));
  const auto found = std::find_if(draw.picked.begin(), draw.picked.end(), [&](const Picked& one) {
    return one.operator_id == operator_id && !one.replaced;
  });
  found->replaced = true;
  const std::string stratum = found->stratum;
  Picked next = Next(lock, draw.execution->seed, stratum, draw.picked);
  if (next.operator_id.empty()) {
    return Refuse(Reason::kDrawStratumExhausted, {{"stratum", stratum}});
  }
  draw.picked.push_back(std::move(next));
  draw.replacements.push_back({operator_id, reason, now});
  RETURN_IF_ERROR(Publish(tx, draw, "replaced", now));
  return Report(tx, draw, now);
}

// The frame every change of a draw runs in: read, region, etag, the act itself, next version.
template <class Response>
absl::StatusOr<rpc::Body<Response>> ChangeDraw(const rpc::Call& call, absl::string_view name,
                                               std::string etag, DrawChange change) {
  ASSIGN_OR_RETURN(DrawId id, ToDrawId(name));
  return rpc::Body<Response>(
      [&call, id = std::move(id), etag = std::move(etag),
       change = std::move(change)](store::WriteTx& tx) -> absl::StatusOr<Response> {
        ASSIGN_OR_RETURN(Draw draw, GetDraw(tx, id));
        RETURN_IF_ERROR(call.RequireRegion(draw.plan.region));
        if (!etag.empty() && etag != EtagOf(draw)) {
          return Refuse(Reason::kEtagMismatch, {{"name", "draws/" + id.value()}});
        }
        RETURN_IF_ERROR(change(tx, draw));
        RETURN_IF_ERROR(PutDraw(tx, draw));
        Response out;
        ToProto(draw, true, out.mutable_draw());
        return out;
      });
}

// How many visit together is set by the rule in force (两名以上执法人员); a plan may ask for more.
absl::Status FixInspectors(int least, Plan& plan) {
  if (plan.inspectors_per_operator == 0) plan.inspectors_per_operator = least;
  if (plan.inspectors_per_operator >= least) return absl::OkStatus();
  return errors::InvalidField("inspectors_per_operator",
                              {absl::StrCat("must be at least ", least, " by the rule in force"),
                               absl::StrCat("依现行规则不得少于", least, "名"), "RANGE"});
}

absl::StatusOr<Draw> Create(rpc::Edge& edge, const rpc::Call& call, const Plan& plan,
                            store::WriteTx& tx) {
  const int64_t year = ToDate(call.now()).year();
  const std::string& organisation = call.officer().organisation;
  ASSIGN_OR_RETURN(const int64_t number, TakeNumber(tx, organisation, year));
  Draw draw;
  draw.id = MakeDrawId(organisation, year, number);
  draw.plan = plan;
  draw.create_time = call.now();
  ASSIGN_OR_RETURN(const Rule rule, RuleInForce(edge, tx, draw.create_time));
  RETURN_IF_ERROR(FixInspectors(rule->inspectors_per_operator(), draw.plan));
  RETURN_IF_ERROR(TakeStep(edge, call, rule, "creation", tx, draw));
  RETURN_IF_ERROR(PutDraw(tx, draw));
  return draw;
}

}  // namespace

grpc::ServerUnaryReactor* DrawService::CreateDraw(Context* context, const v1::CreateDrawRequest* in,
                                                  v1::CreateDrawResponse* out) {
  return edge_.Write(context, in, out,
                     [&edge = edge_](const rpc::Call& call, const v1::CreateDrawRequest& request)
                         -> absl::StatusOr<rpc::Body<v1::CreateDrawResponse>> {
                       ASSIGN_OR_RETURN(Plan plan, ToPlan(request));
                       RETURN_IF_ERROR(call.RequireRegion(plan.region));
                       return rpc::Body<v1::CreateDrawResponse>(
                           [&edge, &call, plan = std::move(plan)](
                               store::WriteTx& tx) -> absl::StatusOr<v1::CreateDrawResponse> {
                             ASSIGN_OR_RETURN(const Draw draw, Create(edge, call, plan, tx));
                             RETURN_IF_ERROR(Publish(tx, draw, "planned", call.now()));
                             v1::CreateDrawResponse response;
                             ToProto(draw, true, response.mutable_draw());
                             return response;
                           });
                     });
}

grpc::ServerUnaryReactor* DrawService::CommitShare(Context* context,
                                                   const v1::CommitShareRequest* in,
                                                   v1::CommitShareResponse* out) {
  return edge_.Write(
      context, in, out,
      [](const rpc::Call& call, const v1::CommitShareRequest& request)
          -> absl::StatusOr<rpc::Body<v1::CommitShareResponse>> {
        FieldReader read;
        const std::string commitment = read.Bytes32("commitment", request.commitment());
        RETURN_IF_ERROR(read.Done());
        const std::string department = call.system().department;
        const auto commit = [=, now = call.now()](store::WriteTx&, Draw& draw) -> absl::Status {
          RETURN_IF_ERROR(CheckCommit(draw, department, commitment));
          draw.shares.push_back({{department, commitment, ""}, now, {}});
          std::sort(draw.shares.begin(), draw.shares.end(),
                    [](const DatedShare& a, const DatedShare& b) {
                      return a.share.department < b.share.department;
                    });
          return absl::OkStatus();
        };
        return ChangeDraw<v1::CommitShareResponse>(call, request.name(), "", commit);
      });
}

grpc::ServerUnaryReactor* DrawService::DeclareRecusal(Context* context,
                                                      const v1::DeclareRecusalRequest* in,
                                                      v1::DeclareRecusalResponse* out) {
  return edge_.Write(
      context, in, out,
      [&edge = edge_](const rpc::Call& call, const v1::DeclareRecusalRequest& request)
          -> absl::StatusOr<rpc::Body<v1::DeclareRecusalResponse>> {
        FieldReader read;
        DeclaredRecusal declared;
        declared.recusal.inspector =
            read.Name("recusal.inspector", request.recusal().inspector(), "inspectors", true);
        declared.recusal.operator_id =
            read.Name("recusal.operator", request.recusal().operator_(), "operators", true);
        declared.reason = read.Text("recusal.reason", request.recusal().reason(),
                                    limits::kRecusalReasonCodePointsMax, false);
        RETURN_IF_ERROR(read.Done());
        const auto declare = [&edge, &call, declared](store::WriteTx& tx,
                                                      Draw& draw) -> absl::Status {
          RETURN_IF_ERROR(CheckRecusal(draw));
          RETURN_IF_ERROR(TakeStep(edge, call, "recusal", tx, draw));
          draw.recusals.push_back(declared);
          draw.recusals.back().time = call.now();
          return absl::OkStatus();
        };
        return ChangeDraw<v1::DeclareRecusalResponse>(call, request.name(), "", declare);
      });
}

grpc::ServerUnaryReactor* DrawService::LockDraw(Context* context, const v1::LockDrawRequest* in,
                                                v1::LockDrawResponse* out) {
  return edge_.Write(
      context, in, out,
      [&edge = edge_](const rpc::Call& call, const v1::LockDrawRequest& request)
          -> absl::StatusOr<rpc::Body<v1::LockDrawResponse>> {
        ASSIGN_OR_RETURN(LockFacts facts, ToLockFacts(call, request));
        const auto lock = [&edge, &call, facts](store::WriteTx& tx, Draw& draw) -> absl::Status {
          RETURN_IF_ERROR(CheckLockTimes(facts));
          RETURN_IF_ERROR(TakeStep(edge, call, "lock", tx, draw));
          return FixLock(edge, tx, facts, draw);
        };
        return ChangeDraw<v1::LockDrawResponse>(call, request.name(), request.etag(), lock);
      });
}

grpc::ServerUnaryReactor* DrawService::RevealShare(Context* context,
                                                   const v1::RevealShareRequest* in,
                                                   v1::RevealShareResponse* out) {
  return edge_.Write(context, in, out,
                     [](const rpc::Call& call, const v1::RevealShareRequest& request)
                         -> absl::StatusOr<rpc::Body<v1::RevealShareResponse>> {
                       FieldReader read;
                       const std::string secret = read.Bytes32("secret", request.secret());
                       RETURN_IF_ERROR(read.Done());
                       const std::string department = call.system().department;
                       const auto reveal = [=, now = call.now()](store::WriteTx&,
                                                                 Draw& draw) -> absl::Status {
                         RETURN_IF_ERROR(CheckReveal(draw, department, secret, now));
                         for (DatedShare& one : draw.shares) {
                           if (one.share.department != department) continue;
                           one.share.secret = secret;
                           one.reveal_time = now;
                         }
                         return absl::OkStatus();
                       };
                       return ChangeDraw<v1::RevealShareResponse>(call, request.name(), "", reveal);
                     });
}

grpc::ServerUnaryReactor* DrawService::ExecuteDraw(Context* context,
                                                   const v1::ExecuteDrawRequest* in,
                                                   v1::ExecuteDrawResponse* out) {
  return edge_.Write(
      context, in, out,
      [&edge = edge_](const rpc::Call& call, const v1::ExecuteDrawRequest& request)
          -> absl::StatusOr<rpc::Body<v1::ExecuteDrawResponse>> {
        FieldReader read;
        const std::string value =
            read.Text("public_value", request.public_value(), limits::kPublicCodePointsMax, true);
        RETURN_IF_ERROR(read.Done());
        const auto execute = [&edge, &call, value](store::WriteTx& tx, Draw& draw) -> absl::Status {
          RETURN_IF_ERROR(TakeStep(edge, call, "execution", tx, draw));
          return Execute(tx, value, call.now(), draw);
        };
        return ChangeDraw<v1::ExecuteDrawResponse>(call, request.name(), request.etag(), execute);
      });
}

grpc::ServerUnaryReactor* DrawService::AbandonDraw(Context* context,
                                                   const v1::AbandonDrawRequest* in,
                                                   v1::AbandonDrawResponse* out) {
  return edge_.Write(
      context, in, out,
      [&edge = edge_](const rpc::Call& call, const v1::AbandonDrawRequest& request)
          -> absl::StatusOr<rpc::Body<v1::AbandonDrawResponse>> {
        FieldReader read;
        const std::string reason =
            read.Text("reason", request.reason(), limits::kReasonCodePointsMax, true);
        RETURN_IF_ERROR(read.Done());
        const auto abandon = [&edge, &call, reason](store::WriteTx& tx,
                                                    Draw& draw) -> absl::Status {
          RETURN_IF_ERROR(CheckAbandon(draw));
          RETURN_IF_ERROR(TakeStep(edge, call, "abandonment", tx, draw));
          draw.abandon_time = call.now();
          draw.end_reason = reason;
          return Publish(tx, draw, "ended", call.now());
        };
        return ChangeDraw<v1::AbandonDrawResponse>(call, request.name(), request.etag(), abandon);
      });
}

grpc::ServerUnaryReactor* DrawService::ReplaceUnit(Context* context,
                                                   const v1::ReplaceUnitRequest* in,
                                                   v1::ReplaceUnitResponse* out) {
  return edge_.Write(
      context, in, out,
      [&edge = edge_](const rpc::Call& call, const v1::ReplaceUnitRequest& request)
          -> absl::StatusOr<rpc::Body<v1::ReplaceUnitResponse>> {
        FieldReader read;
        const std::string unit = read.Name("operator", request.operator_(), "operators", true);
        const std::string reason =
            ToKey(read.Stated("reason", request.reason(), v1::ReplacementReason_IsValid));
        RETURN_IF_ERROR(read.Done());
        const auto replace = [&edge, &call, unit, reason](store::WriteTx& tx,
                                                          Draw& draw) -> absl::Status {
          RETURN_IF_ERROR(TakeStep(edge, call, "replacement", tx, draw));
          return Replace(tx, unit, reason, call.now(), draw);
        };
        return ChangeDraw<v1::ReplaceUnitResponse>(call, request.name(), request.etag(), replace);
      });
}

}  // namespace shian::inspection::draw
