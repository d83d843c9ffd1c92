// What the acts on the period and on the hearing state.
#include "services/sanction/case/convert_detail.h"
#include "services/sanction/case/limits.h"
#include "services/sanction/party/limits.h"

namespace shian::sanction::convert {

using Need = Reader::Need;

PeriodStep ToExtendedPeriod(const v1::CasePeriod& in, Reader* reader) {
  PeriodStep period;
  period.days =
      static_cast<int>(reader->Number("period.days", in.days(), 1, limits::kExtensionDaysMax));
  return period;
}

PeriodStep ToPausedPeriod(const v1::CasePeriod& in, Reader* reader) {
  PeriodStep period;
  period.ground =
      reader->Line("period.ground", in.ground(), limits::kGroundCodePointsMax, Need::kRequired);
  return period;
}

PeriodStep ToResumedPeriod(const v1::CasePeriod& in, Reader* reader) {
  PeriodStep period;
  period.begun = static_cast<int>(
      reader->Number("period.begun_sequence", in.begun_sequence(), 1, limits::kEventsMax));
  period.last_day = ToDay("period.end_date", in.has_end_date(), in.end_date(), reader);
  return period;
}

Hearing ToHearing(const v1::CaseHearing& in, Reader* reader) {
  Hearing hearing;
  if (!in.has_start_time()) reader->Wrong("hearing.start_time", {"is required", "不能为空"});
  hearing.start = reader->Time("hearing.start_time", in.has_start_time(), in.start_time(),
                               absl::InfinitePast());
  hearing.place =
      reader->Line("hearing.place", in.place(), limits::kTitleCodePointsMax, Need::kRequired);
  hearing.presider =
      reader->Line("hearing.presider", in.presider(), limits::kIdCharsMax, Need::kRequired);
  hearing.closed = in.closed();
  hearing.service_method = reader->Line("hearing.service_method", in.service_method(),
                                        limits::kMethodCodePointsMax, Need::kRequired);
  return hearing;
}

Hearing ToHearingEnd(const v1::CaseHearing& in, Reader* reader) {
  Hearing hearing;
  const bool known = in.end() != v1::HEARING_END_UNSPECIFIED && v1::HearingEnd_IsValid(in.end());
  if (!known) reader->Wrong("hearing.end", {"must be a known value", "应为已知的取值"});
  hearing.end = known ? static_cast<HearingEnd>(in.end()) : HearingEnd::kWithdrawn;
  return hearing;
}

v1::CasePeriod ToProto(const PeriodStep& period) {
  v1::CasePeriod out;
  out.set_days(period.days);
  out.set_ground(period.ground);
  out.set_begun_sequence(period.begun);
  if (period.last_day) *out.mutable_end_date() = convert::ToProto(*period.last_day);
  return out;
}

v1::CaseHearing ToProto(const Hearing& hearing) {
  v1::CaseHearing out;
  if (hearing.end) {
    out.set_end(static_cast<v1::HearingEnd>(*hearing.end));
    return out;
  }
  *out.mutable_start_time() = convert::ToProto(hearing.start);
  out.set_place(hearing.place);
  out.set_presider(hearing.presider);
  out.set_closed(hearing.closed);
  out.set_service_method(hearing.service_method);
  return out;
}

}  // namespace shian::sanction::convert
