#include "services/trace/judgement/convert_alert.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/rpc/convert.h"
#include "services/trace/capture/convert.h"
#include "services/trace/judgement/convert.h"
#include "shian/trace/v1/cold_changes.pb.h"

namespace shian::trace::judgement {

absl::StatusOr<AlertFilter> ToFilter(const v1::ListExcursionsRequest& in) {
  errors::Violations wrong;
  AlertFilter filter;
  filter.region = in.region();
  CheckRegion(in.region(), &wrong);
  filter.operator_ = in.operator_();
  if (!in.operator_().empty()) CheckOperator(in.operator_(), "operator", &wrong);
  const Period period = ReadOpenPeriod(in, &wrong);
  filter.from = FromMicros(period.from);
  filter.to = FromMicros(period.to);
  filter.withdrawn = in.withdrawn();
  RETURN_IF_ERROR(wrong.ToStatus());
  return filter;
}

v1::FoundExcursion ToProto(const ColdAlert& alert, const std::string& event,
                           const std::string& policy) {
  v1::FoundExcursion out;
  if (!alert.id.empty()) out.set_name(absl::StrCat("excursions/", alert.id));
  v1::ColdExcursion& excursion = *out.mutable_excursion();
  excursion.set_epc(alert.epc);
  excursion.set_band(alert.band);
  excursion.set_device(alert.device);
  *excursion.mutable_begin_time() = rpc::ToProto(FromMicros(alert.begin));
  *excursion.mutable_end_time() = rpc::ToProto(FromMicros(alert.end));
  excursion.set_samples(alert.samples);
  excursion.set_worst_millicelsius(alert.worst);
  *excursion.mutable_worst_time() = rpc::ToProto(FromMicros(alert.worst_time));
  excursion.set_event(event);
  out.set_operator_(alert.operator_);
  out.set_place(alert.place);
  out.set_region(alert.region);
  out.set_policy(policy);
  out.set_policy_revision(alert.policy_revision);
  *out.mutable_find_time() = rpc::ToProto(alert.found);
  if (!alert.stands()) *out.mutable_withdraw_time() = rpc::ToProto(alert.withdrawn);
  return out;
}

std::string PayloadOf(const v1::FoundExcursion& told, bool found) {
  if (found) {
    v1::ColdExcursionFound payload;
    *payload.mutable_excursion() = told;
    return payload.SerializeAsString();
  }
  v1::ColdExcursionWithdrawn payload;
  *payload.mutable_excursion() = told;
  return payload.SerializeAsString();
}

// What devices are called may hold anything, so it comes last.
std::string ToText(const AlertKey& key) {
  return absl::StrCat(key.begin, " ", key.epc, " ", key.device);
}

absl::StatusOr<AlertKey> ToAlertKey(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits(' ', 2));
  AlertKey key;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &key.begin)) {
    return errors::Refuse(errors::Reason::kPageTokenInvalid);
  }
  key.epc = parts[1];
  key.device = parts[2];
  return key;
}

}  // namespace shian::trace::judgement
