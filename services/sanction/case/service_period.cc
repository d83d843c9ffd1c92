// The period of a case, and its hearing.
#include <set>
#include <string>

#include "services/sanction/case/clocks.h"
#include "services/sanction/case/convert_detail.h"
#include "services/sanction/case/convert_rules.h"
#include "services/sanction/case/hearing.h"
#include "services/sanction/case/period.h"
#include "services/sanction/case/service_take.h"

namespace shian::sanction {

using convert::Reader;

CaseService::Reactor* CaseService::ExtendPeriod(Context* context, const v1::ExtendPeriodRequest* in,
                                                v1::ExtendPeriodResponse* out) {
  return TakeAct(context, in, out, Act::kPeriodExtended,
                 [](const v1::ExtendPeriodRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.period =
                       convert::ToExtendedPeriod(request.period(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::ContinuePeriod(Context* context,
                                                  const v1::ContinuePeriodRequest* in,
                                                  v1::ContinuePeriodResponse* out) {
  return TakeAct(context, in, out, Act::kPeriodContinued,
                 [](const v1::ContinuePeriodRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.period =
                       convert::ToExtendedPeriod(request.period(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::PausePeriod(Context* context, const v1::PausePeriodRequest* in,
                                               v1::PausePeriodResponse* out) {
  return TakeAct(context, in, out, Act::kPeriodPaused,
                 [](const v1::PausePeriodRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.period = convert::ToPausedPeriod(request.period(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::ResumePeriod(Context* context, const v1::ResumePeriodRequest* in,
                                                v1::ResumePeriodResponse* out) {
  return TakeAct(context, in, out, Act::kPeriodResumed,
                 [](const v1::ResumePeriodRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.period = convert::ToResumedPeriod(request.period(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::NotifyHearing(Context* context,
                                                 const v1::NotifyHearingRequest* in,
                                                 v1::NotifyHearingResponse* out) {
  return TakeAct(
      context, in, out, Act::kHearingNotified,
      [](const v1::NotifyHearingRequest& request, Reader& reader, ActOrder* order) {
        order->event.detail.hearing = convert::ToHearing(request.hearing(), &reader);
        FillTextOf(request, reader, order,
                   request.hearing().closed() ? Reader::Need::kRequired : Reader::Need::kOptional);
        if (request.has_serve_time()) {
          order->served =
              reader.Time("serve_time", true, request.serve_time(), absl::InfinitePast());
        }
      });
}

CaseService::Reactor* CaseService::EndHearing(Context* context, const v1::EndHearingRequest* in,
                                              v1::EndHearingResponse* out) {
  return TakeAct(context, in, out, Act::kHearingEnded,
                 [](const v1::EndHearingRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.hearing = convert::ToHearingEnd(request.hearing(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

absl::Status CaseService::PreparePeriod(store::ReadTx& tx, const Case& c, const Permit& permit,
                                        const PeriodStep& period) const {
  std::set<std::string> grounds;
  bool in_time = false;
  for (const Clock& clock : c.clocks) {
    const bool counts = clock.key == clocks::kDecide || clock.key == clocks::kSeize;
    if (!counts || clock.done != absl::InfiniteFuture()) continue;
    in_time |= InTime(clock, permit.step.now);
    ASSIGN_OR_RETURN(std::set<std::string> excluded,
                     convert::ExcludedBy(tx, edge_.policies(), clock));
    grounds.merge(excluded);
  }
  if (permit.step.act == Act::kPeriodPaused && !in_time) {
    return errors::Refuse(errors::Reason::kStepOutOfOrder,
                          {{"step", "扣除期间开始"}, {"missing", "未届满的期限"}},
                          permit.step.basis);
  }
  return CheckPeriod(c, period, grounds, permit.step);
}

absl::Status CaseService::PrepareHearing(store::ReadTx& tx, const rpc::Call& call, const Case& c,
                                         const Permit& permit, const Event& event) const {
  if (permit.step.act == Act::kHearingHeld) {
    return CheckPresider(c, call.officer().person, permit.step);
  }
  if (permit.step.act == Act::kHearingEnded) {
    return CheckHearingEnd(c, *event.detail.hearing, call.officer().person, permit.step);
  }
  ASSIGN_OR_RETURN(
      const StartedClock started,
      convert::StartClock(tx, edge_.policies(), clocks::kHearingNotice, ToDate(event.time)));
  ASSIGN_OR_RETURN(const Clock clock,
                   convert::ResolveClock(tx, edge_.policies(), started, event.time));
  return CheckHearingNotice(c, event, clock, permit.step);
}

}  // namespace shian::sanction
