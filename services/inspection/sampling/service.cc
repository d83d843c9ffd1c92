#include "services/inspection/sampling/service.h"

#include <string>
#include <utility>
#include <vector>

#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/blob/blob.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/page.h"
#include "services/inspection/frame/store.h"
#include "services/inspection/sampling/convert.h"
#include "services/inspection/sampling/laboratory_draw.h"
#include "services/inspection/sampling/limits.h"
#include "services/inspection/sampling/reactions.h"
#include "shian/policy/v1/approval.pb.h"

namespace shian::inspection::sampling {
namespace {

using errors::Reason;
using errors::Refuse;

// Who may do an act beside what the domain says: an officer by the approval chain (审批链), or the
// laboratory that the sample went to, by its own system.
struct Doer {
  const char* step = nullptr;  // of the approval chain; null for a laboratory's act
  bool reinspection = false;   // the drawn laboratory instead of the first one
};

// What the act still needs from the store, such as the candidates of a draw.
using Completion = std::function<absl::Status(store::WriteTx&, const Stored&, const Rules&, Act&)>;

// The chain's step that an act in the record stands for; empty for what no officer does.
std::string StepOf(const Act& act) {
  static const auto& steps =
      *new std::map<std::string, std::string>{{"planned", "plan"},
                                              {"taken", "taking"},
                                              {"delivered", "delivery"},
                                              {"notified", "notification"},
                                              {"diligence_examined", "due_diligence"},
                                              {"risk_controlled", "risk_control"},
                                              {"reinspection_requested", "reinspection_request"},
                                              {"reinspection_decided", "reinspection_decision"},
                                              {"laboratory_drawn", "laboratory_draw"},
                                              {"backup_handed_over", "backup_handover"},
                                              {"reinspection_served", "reinspection_service"},
                                              {"objection_raised", "objection"},
                                              {"objection_accepted", "objection_acceptance"},
                                              {"objection_decided", "objection_decision"},
                                              {"disposal_started", "disposal_start"},
                                              {"disposal_extended", "disposal_extension"},
                                              {"disposal_finished", "disposal_finish"},
                                              {"published", "publication"},
                                              {"closed", "closing"}};
  const auto found = steps.find(WordOf(act));
  return found == steps.end() ? "" : found->second;
}

absl::Status CheckOfficer(rpc::Edge& edge, const rpc::Call& call, store::ReadTx& tx,
                          const Rules& rules, const char* step, const Sample& sample) {
  const absl::Time filed = sample.acts.empty() ? call.now() : sample.plan_time;
  ASSIGN_OR_RETURN(const auto chain, edge.policies().InForce<policy::v1::ApprovalChain>(
                                         tx, rules.approval_chain, ToDate(filed)));
  std::vector<auth::ChainStep> done;
  for (const DatedAct& act : sample.acts) {
    const std::string taken = StepOf(act.act);
    if (!taken.empty()) done.push_back({taken, act.by.person, act.time});
  }
  return auth::CheckStep(chain.policy(), step, call.officer(), done, sample.planned.region);
}

// A laboratory speaks for itself only, through the system that the registry names for it: its
// report can start a penalty, so a laboratory without a system of its own cannot be spoken for at
// all.
absl::Status CheckLaboratory(const rpc::Call& call, store::ReadTx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(const auto laboratory, frame::FindLaboratory(tx, id));
  if (laboratory && laboratory->system == call.system().id) return absl::OkStatus();
  return Refuse(Reason::kLaboratoryNotThisSystem, {{"laboratory", "laboratories/" + id}});
}

absl::Status CheckDoer(rpc::Edge& edge, const rpc::Call& call, store::ReadTx& tx,
                       const Rules& rules, const Doer& doer, const Sample& sample) {
  if (doer.step != nullptr) {
    RETURN_IF_ERROR(call.RequireRegion(sample.planned.region));
    return CheckOfficer(edge, call, tx, rules, doer.step, sample);
  }
  if (!doer.reinspection) return CheckLaboratory(call, tx, sample.planned.laboratory);
  return sample.reinspection ? CheckLaboratory(call, tx, sample.reinspection->laboratory())
                             : absl::OkStatus();
}

By ByOf(const rpc::Call& call) {
  By by;
  by.system = call.system().id;
  if (!call.has_officer()) return by;
  by.person = call.officer().person;
  by.organisation = call.officer().organisation;
  by.card = call.officer().card;
  return by;
}

// The frame of every act: read, rules of the sample's date, who, whether, then the record.
template <class Response>
absl::StatusOr<Response> Do(rpc::Edge& edge, const rpc::Call& call, const SampleId& id,
                            const std::string& etag, absl::Time at, const Doer& doer, Act act,
                            const Completion& complete, store::WriteTx& tx) {
  ASSIGN_OR_RETURN(Stored stored, ReadSample(tx, id));
  ASSIGN_OR_RETURN(const Rules rules,
                   ReadRules(edge.policies(), tx, ToDate(stored.sample.plan_time)));
  RETURN_IF_ERROR(CheckDoer(edge, call, tx, rules, doer, stored.sample));
  if (!etag.empty() && etag != EtagOf(stored.sample)) {
    return Refuse(Reason::kEtagMismatch, {{"name", "samples/" + id.value()}});
  }
  if (complete) RETURN_IF_ERROR(complete(tx, stored, rules, act));
  RETURN_IF_ERROR(Decide(stored.sample, rules, at, act));
  DatedAct dated;
  dated.time = at;
  dated.by = ByOf(call);
  dated.act = std::move(act);
  RETURN_IF_ERROR(Record(tx, rules, stored, std::move(dated)));
  Response out;
  ToProto(stored, true, out.mutable_sample());
  return out;
}

template <class Response, class Request>
absl::StatusOr<rpc::Body<Response>> PlanAct(rpc::Edge& edge, const rpc::Call& call,
                                            const Request& in, Doer doer, Act act,
                                            Completion complete = nullptr) {
  ASSIGN_OR_RETURN(SampleId id, ToSampleId(in.name()));
  ASSIGN_OR_RETURN(const absl::Time at, ActTime(call, in.has_act_time(), in.act_time()));
  return rpc::Body<Response>(
      [&edge, &call, id = std::move(id), etag = in.etag(), at, doer, act = std::move(act),
       complete = std::move(complete)](store::WriteTx& tx) -> absl::StatusOr<Response> {
        return Do<Response>(edge, call, id, etag, at, doer, act, complete, tx);
      });
}

absl::Status DocumentStored(rpc::Edge& edge, const Document& document) {
  const auto found = edge.blobs().Stat(document.sha256);
  if (found.ok()) return absl::OkStatus();
  if (!absl::IsNotFound(found.status())) return found.status();
  return Refuse(Reason::kDocumentMissing, {{"sha256", document.sha256}});
}

// Evidence that an act names must have been uploaded before.
absl::Status DocumentsStored(rpc::Edge& edge, const Act& act) {
  if (const auto* reported = std::get_if<Reported>(&act)) {
    return DocumentStored(edge, reported->report.document);
  }
  if (const auto* again = std::get_if<Reinspected>(&act)) {
    return DocumentStored(edge, again->report.document);
  }
  if (const auto* examined = std::get_if<DiligenceExamined>(&act)) {
    for (const Document& one : examined->diligence.evidence) {
      RETURN_IF_ERROR(DocumentStored(edge, one));
    }
  }
  return absl::OkStatus();
}

// Names the laboratory in its report: the sample knows which one it is, the caller need not.
absl::Status NameLaboratory(store::WriteTx&, const Stored& stored, const Rules&, Act& act) {
  if (auto* reported = std::get_if<Reported>(&act)) {
    reported->report.laboratory = stored.sample.planned.laboratory;
  }
  if (auto* again = std::get_if<Reinspected>(&act)) {
    if (stored.sample.reinspection) {
      again->report.laboratory = stored.sample.reinspection->laboratory();
    }
  }
  return absl::OkStatus();
}

absl::Status CheckSamplers(store::WriteTx& tx, const Stored&, const Rules&, Act& act) {
  for (const std::string& id : std::get<Taken>(act).samplers) {
    ASSIGN_OR_RETURN(const auto inspector, frame::FindInspector(tx, id));
    if (!inspector || !inspector->active) {
      return Refuse(Reason::kInspectorUnknown, {{"inspector", "inspectors/" + id}});
    }
  }
  return absl::OkStatus();
}

// The candidates by the copies of the registry's laboratories, in the order of a fresh seed.
Completion DrawFrom(std::vector<std::string> tied, absl::Time at) {
  return [tied = std::move(tied), at](store::WriteTx& tx, const Stored& stored, const Rules&,
                                      Act& act) -> absl::Status {
    ASSIGN_OR_RETURN(const auto known, frame::AllLaboratories(tx));
    ASSIGN_OR_RETURN(auto first, frame::FindLaboratory(tx, stored.sample.planned.laboratory));
    if (!first) first.emplace().id = stored.sample.planned.laboratory;
    std::vector<std::string> scopes;
    for (const TestItem& item : FailedItems(stored.sample)) scopes.push_back(KeyOf(item.reason));
    act = sampling::DrawLaboratory(known, *first, tied, scopes, ToDate(at), tx.NewSalt());
    return absl::OkStatus();
  };
}

absl::StatusOr<v1::PlanSampleResponse> Plan(rpc::Edge& edge, const rpc::Call& call, Planned planned,
                                            store::WriteTx& tx) {
  ASSIGN_OR_RETURN(const auto unit, frame::FindUnit(tx, planned.operator_id));
  if (!unit || !unit->trading) {
    return Refuse(Reason::kOperatorUnknown, {{"operator", "operators/" + planned.operator_id}});
  }
  RETURN_IF_ERROR(call.RequireRegion(unit->region));
  ASSIGN_OR_RETURN(const auto laboratory, frame::FindLaboratory(tx, planned.laboratory));
  if (!laboratory || !Qualified(*laboratory, {}, ToDate(call.now()))) {
    return Refuse(Reason::kLaboratoryUnknown,
                  {{"laboratory", "laboratories/" + planned.laboratory}});
  }
  planned.region = unit->region;
  ASSIGN_OR_RETURN(const Rules rules, ReadRules(edge.policies(), tx, ToDate(call.now())));
  Stored stored;
  ASSIGN_OR_RETURN(const int64_t number, NextNumber(tx, planned.operator_id));
  stored.sample.id = MakeSampleId(planned.operator_id, number);
  stored.sample.planned = planned;
  RETURN_IF_ERROR(CheckOfficer(edge, call, tx, rules, "plan", stored.sample));
  stored.source.origin = tx.origin();
  stored.source.source_id = stored.sample.id.value();
  DatedAct act;
  act.time = call.now();
  act.by = ByOf(call);
  act.act = std::move(planned);
  RETURN_IF_ERROR(Record(tx, rules, stored, std::move(act)));
  v1::PlanSampleResponse out;
  ToProto(stored, true, out.mutable_sample());
  return out;
}

}  // namespace

SamplingService::Reactor* SamplingService::PlanSample(Context* context,
                                                      const v1::PlanSampleRequest* in,
                                                      v1::PlanSampleResponse* out) {
  return edge_.Write(context, in, out,
                     [&edge = edge_](const rpc::Call& call, const v1::PlanSampleRequest& request)
                         -> absl::StatusOr<rpc::Body<v1::PlanSampleResponse>> {
                       ASSIGN_OR_RETURN(Act act, ToAct(request));
                       return rpc::Body<v1::PlanSampleResponse>(
                           [&edge, &call, planned = std::get<Planned>(act)](store::WriteTx& tx) {
                             return Plan(edge, call, planned, tx);
                           });
                     });
}

// One handler per act; they differ in who may do it and in what it still needs from the store.
#define SHIAN_ACT(Name, doer, complete)                                                            \
  SamplingService::Reactor* SamplingService::Name(Context* context, const v1::Name##Request* in,   \
                                                  v1::Name##Response* out) {                       \
    return edge_.Write(                                                                            \
        context, in, out,                                                                          \
        [&edge = edge_](const rpc::Call& call, const v1::Name##Request& request)                   \
            -> absl::StatusOr<rpc::Body<v1::Name##Response>> {                                     \
          ASSIGN_OR_RETURN(Act act, ToAct(request));                                               \
          RETURN_IF_ERROR(DocumentsStored(edge, act));                                             \
          return PlanAct<v1::Name##Response>(edge, call, request, doer, std::move(act), complete); \
        });                                                                                        \
  }
#define SHIAN_OFFICER(step) (Doer{step, false})
#define SHIAN_LABORATORY(reinspection) (Doer{nullptr, reinspection})

SHIAN_ACT(RecordTaking, SHIAN_OFFICER("taking"), CheckSamplers)
SHIAN_ACT(RecordDelivery, SHIAN_OFFICER("delivery"), nullptr)
SHIAN_ACT(RecordReception, SHIAN_LABORATORY(false), nullptr)
SHIAN_ACT(RecordReport, SHIAN_LABORATORY(false), NameLaboratory)
SHIAN_ACT(NotifyResult, SHIAN_OFFICER("notification"), nullptr)
SHIAN_ACT(RecordDueDiligence, SHIAN_OFFICER("due_diligence"), nullptr)
SHIAN_ACT(ReportRiskControl, SHIAN_OFFICER("risk_control"), nullptr)
SHIAN_ACT(RequestReinspection, SHIAN_OFFICER("reinspection_request"), nullptr)
SHIAN_ACT(DecideReinspection, SHIAN_OFFICER("reinspection_decision"), nullptr)
SHIAN_ACT(DeclineLaboratory, SHIAN_LABORATORY(true), nullptr)
SHIAN_ACT(HandOverBackup, SHIAN_OFFICER("backup_handover"), nullptr)
SHIAN_ACT(ReceiveBackup, SHIAN_LABORATORY(true), nullptr)
SHIAN_ACT(RecordReinspectionReport, SHIAN_LABORATORY(true), NameLaboratory)
SHIAN_ACT(ServeReinspectionResult, SHIAN_OFFICER("reinspection_service"), nullptr)
SHIAN_ACT(RaiseObjection, SHIAN_OFFICER("objection"), nullptr)
SHIAN_ACT(AcceptObjection, SHIAN_OFFICER("objection_acceptance"), nullptr)
SHIAN_ACT(DecideObjection, SHIAN_OFFICER("objection_decision"), nullptr)
SHIAN_ACT(StartDisposal, SHIAN_OFFICER("disposal_start"), nullptr)
SHIAN_ACT(ExtendDisposal, SHIAN_OFFICER("disposal_extension"), nullptr)
SHIAN_ACT(FinishDisposal, SHIAN_OFFICER("disposal_finish"), nullptr)
SHIAN_ACT(PublishResult, SHIAN_OFFICER("publication"), nullptr)
SHIAN_ACT(CloseSample, SHIAN_OFFICER("closing"), nullptr)

#undef SHIAN_ACT
#undef SHIAN_OFFICER
#undef SHIAN_LABORATORY

SamplingService::Reactor* SamplingService::DrawLaboratory(Context* context,
                                                          const v1::DrawLaboratoryRequest* in,
                                                          v1::DrawLaboratoryResponse* out) {
  return edge_.Write(
      context, in, out,
      [&edge = edge_](const rpc::Call& call, const v1::DrawLaboratoryRequest& request)
          -> absl::StatusOr<rpc::Body<v1::DrawLaboratoryResponse>> {
        FieldReader read;
        std::vector<std::string> tied = read.Names("tied_laboratories", request.tied_laboratories(),
                                                   "laboratories", limits::kTiedMax);
        RETURN_IF_ERROR(read.Done());
        ASSIGN_OR_RETURN(const absl::Time at,
                         ActTime(call, request.has_act_time(), request.act_time()));
        return PlanAct<v1::DrawLaboratoryResponse>(
            edge, call, request, Doer{"laboratory_draw", false}, LaboratoryDrawn{},
            DrawFrom(std::move(tied), at));
      });
}

}  // namespace shian::inspection::sampling
