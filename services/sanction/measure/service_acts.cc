// What departments do with their orders, and the bureau with their objections.
#include <utility>
#include <vector>

#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "services/sanction/measure/reactions.h"
#include "services/sanction/measure/service.h"
#include "services/sanction/measure/store.h"
#include "services/sanction/party/limits.h"
#include "shian/policy/v1/approval.pb.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using Need = Reader::Need;
using policy::v1::ApprovalChain;

constexpr char kAnswerAct[] = "objection_decision";

}  // namespace

struct MeasureService::ActOrder {
  convert::MatterName name;
  std::string etag;
  MeasureEvent event;
};

// Reads the request, opens the measure in the transaction, runs `act` and shows what became of it.
template <class In, class Out, class Read, class Act>
MeasureService::Reactor* MeasureService::Change(Context* context, const In* in, Out* out, Read read,
                                                Act act) {
  return edge_.Write(
      context, in, out,
      [this, read, act](const rpc::Call& call,
                        const In& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        ActOrder order;
        order.name = reader.Matter("name", request.name(), "measures");
        order.etag = request.etag();
        order.event.time = call.now();
        read(request, &reader, &order.event);
        RETURN_IF_ERROR(reader.ToStatus());
        return rpc::Body<Out>([=, this, &call](store::WriteTx& tx) -> absl::StatusOr<Out> {
          ASSIGN_OR_RETURN(Measure measure, Open(tx, call, order.name, order.etag));
          RETURN_IF_ERROR((this->*act)(tx, call, order, &measure));
          Out reply;
          ASSIGN_OR_RETURN(*reply.mutable_measure(), Show(tx, call, std::move(measure), tx.now()));
          return reply;
        });
      });
}

absl::Status MeasureService::Append(store::WriteTx& tx, const rpc::Call& call, MeasureEvent event,
                                    Measure* measure) const {
  event.sequence = static_cast<int>(measure->events.size()) + 1;
  event.recorded = tx.now();
  event.system = call.system().id;
  measure->events.push_back(std::move(event));
  RETURN_IF_ERROR(AppendMeasureEvent(tx, *measure, measure->events.back()));
  RETURN_IF_ERROR(FillEnd(tx, absl::InfiniteFuture(), measure));
  // The act may have moved an end that its own terms set.
  const bool told = measure->Last(MeasureAct::kLifted) != nullptr;
  if (told || measure->terms.end == EndRule::kWithListing) return absl::OkStatus();
  return WatchEnd(tx, *measure, measure->end);
}

absl::Status MeasureService::Acknowledge(store::WriteTx& tx, const rpc::Call& call, ActOrder order,
                                         Measure* measure) const {
  RETURN_IF_ERROR(CheckDepartment(*measure, call.system().id));
  RETURN_IF_ERROR(CheckAcknowledge(*measure, tx.now()));
  order.event.act = MeasureAct::kAcknowledged;
  order.event.time = tx.now();
  return Append(tx, call, std::move(order.event), measure);
}

absl::Status MeasureService::Report(store::WriteTx& tx, const rpc::Call& call, ActOrder order,
                                    Measure* measure) const {
  RETURN_IF_ERROR(CheckDepartment(*measure, call.system().id));
  RETURN_IF_ERROR(CheckReport(*measure, order.event.outcome, order.event.time, tx.now()));
  order.event.act = MeasureAct::kReported;
  return Append(tx, call, std::move(order.event), measure);
}

absl::Status MeasureService::Object(store::WriteTx& tx, const rpc::Call& call, ActOrder order,
                                    Measure* measure) const {
  RETURN_IF_ERROR(CheckDepartment(*measure, call.system().id));
  RETURN_IF_ERROR(CheckObjection(*measure, tx.now()));
  order.event.act = MeasureAct::kObjected;
  order.event.time = tx.now();
  if (!measure->terms.objection_clock.empty()) {
    ASSIGN_OR_RETURN(StartedClock clock,
                     convert::StartClock(tx, edge_.policies(), measure->terms.objection_clock,
                                         ToDate(tx.now())));
    order.event.clocks.push_back(std::move(clock));
  }
  return Append(tx, call, std::move(order.event), measure);
}

absl::Status MeasureService::AnswerObjection(store::WriteTx& tx, const rpc::Call& call,
                                             ActOrder order, Measure* measure) const {
  // It is for the bureau to answer, whoever's token a department has.
  if (IsDepartment(call))
    return errors::Refuse(errors::Reason::kNotYourMeasure, {}, measure->basis);
  RETURN_IF_ERROR(CheckObjectionAnswer(*measure, tx.now()));
  const MeasureEvent* objected = PendingObjection(*measure);
  ASSIGN_OR_RETURN(const auto chain,
                   edge_.policies().InForce<ApprovalChain>(tx, measure->terms.objection_chain,
                                                           ToDate(objected->time)));
  RETURN_IF_ERROR(auth::CheckStep(chain.policy(), kAnswerAct, call.officer(), {}, measure->region));
  order.event.time = tx.now();
  order.event.actor = convert::ToActor(call.officer());
  const bool upheld = order.event.act == MeasureAct::kWithdrawn;
  RETURN_IF_ERROR(Append(tx, call, std::move(order.event), measure));
  if (!upheld) return absl::OkStatus();
  RETURN_IF_ERROR(WatchNoMore(tx, *measure));
  return TellLifted(tx, *measure);
}

MeasureService::Reactor* MeasureService::AcknowledgeMeasure(Context* context,
                                                            const v1::AcknowledgeMeasureRequest* in,
                                                            v1::AcknowledgeMeasureResponse* out) {
  const auto read = [](const auto&, Reader*, MeasureEvent*) {};
  return Change(context, in, out, read, &MeasureService::Acknowledge);
}

MeasureService::Reactor* MeasureService::ReportMeasureOutcome(
    Context* context, const v1::ReportMeasureOutcomeRequest* in,
    v1::ReportMeasureOutcomeResponse* out) {
  const auto read = [](const v1::ReportMeasureOutcomeRequest& request, Reader* reader,
                       MeasureEvent* event) {
    event->outcome = static_cast<Outcome>(request.outcome());
    const bool known = request.outcome() != v1::MEASURE_OUTCOME_UNSPECIFIED &&
                       v1::MeasureOutcome_IsValid(request.outcome());
    if (!known) reader->Wrong("outcome", {"is required", "不能为空"});
    event->note = reader->Text("note", request.note(), limits::kNoteCodePointsMax, Need::kOptional);
    event->time = reader->Time("time", request.has_time(), request.time(), event->time);
    event->documents = reader->Documents(request.documents());
  };
  return Change(context, in, out, read, &MeasureService::Report);
}

MeasureService::Reactor* MeasureService::ObjectToMeasure(Context* context,
                                                         const v1::ObjectToMeasureRequest* in,
                                                         v1::ObjectToMeasureResponse* out) {
  const auto read = [](const v1::ObjectToMeasureRequest& request, Reader* reader,
                       MeasureEvent* event) {
    event->note =
        reader->Text("reasons", request.reasons(), limits::kNoteCodePointsMax, Need::kRequired);
    event->documents = reader->Documents(request.documents());
  };
  return Change(context, in, out, read, &MeasureService::Object);
}

MeasureService::Reactor* MeasureService::DecideMeasureObjection(
    Context* context, const v1::DecideMeasureObjectionRequest* in,
    v1::DecideMeasureObjectionResponse* out) {
  const auto read = [](const v1::DecideMeasureObjectionRequest& request, Reader* reader,
                       MeasureEvent* event) {
    event->act = request.upheld() ? MeasureAct::kWithdrawn : MeasureAct::kObjectionDismissed;
    event->note = reader->Text("text", request.text(), limits::kNoteCodePointsMax, Need::kRequired);
  };
  return Change(context, in, out, read, &MeasureService::AnswerObjection);
}

}  // namespace shian::sanction
