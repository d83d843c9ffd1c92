// Refusals between the proto and the domain.
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/rpc/convert.h"
#include "services/trace/capture/convert.h"
#include "services/trace/capture/json.h"
#include "services/trace/judgement/convert_cold.h"
#include "services/trace/judgement/limits.h"

namespace shian::trace::judgement {
namespace {

using errors::Violations;

std::string ReadText(absl::StatusOr<std::string> text, size_t most, absl::string_view field,
                     Violations* wrong) {
  if (text.ok()) return *std::move(text);
  wrong->Add(field, {absl::StrCat("must be plain text of at most ", most, " characters"),
                     absl::StrCat("应为不超过", most, "个字符的文本"), "TEXT"});
  return "";
}

void ReadRefuser(const v1::RefuseHandOverRequest& in, Refusal* refusal, Violations* wrong) {
  switch (in.refuser_case()) {
    case v1::RefuseHandOverRequest::kPlace:
      refusal->place = capture::ToEpc(in.place(), "place", wrong);
      if (in.place().empty()) wrong->Add("place", {"is required", "不能为空", "REQUIRED"});
      return;
    case v1::RefuseHandOverRequest::kOperator:
      refusal->operator_ = in.operator_();
      return CheckOperator(in.operator_(), "operator", wrong);
    case v1::RefuseHandOverRequest::REFUSER_NOT_SET:
      wrong->Add("place", {"or operator is required", "交接地点、经营者应填其一", "REQUIRED"});
  }
}

void ReadEpcs(const v1::RefuseHandOverRequest& in, Refusal* refusal, Violations* wrong) {
  if (in.epcs().empty() || in.epcs_size() > limits::kRefusedEpcsMax) {
    return wrong->Add("epcs", {absl::StrCat("must be 1 to ", limits::kRefusedEpcsMax),
                               absl::StrCat("应为1至", limits::kRefusedEpcsMax, "项"), "RANGE"});
  }
  std::set<std::string> seen;
  for (int i = 0; i < in.epcs_size(); ++i) {
    const std::string field = absl::StrCat("epcs[", i, "]");
    std::string epc = capture::ToEpc(in.epcs(i), field, wrong);
    if (in.epcs(i).empty()) wrong->Add(field, {"is required", "不能为空", "REQUIRED"});
    if (!epc.empty() && !seen.insert(epc).second) {
      wrong->Add(field, {"stands twice", "重复", "EPC_TWICE"});
    }
    refusal->epcs.push_back(std::move(epc));
  }
}

void ReadMeasured(const v1::RefuseHandOverRequest& in, Refusal* refusal, Violations* wrong) {
  if (!in.has_measured()) {
    if (refusal->ground == RefusalGround::kTemperature) {
      wrong->Add("measured", {"is required with this ground", "该事由须填写实测温度", "REQUIRED"});
    }
    return;
  }
  // The unit of the policy comes later; whether it is a number does not depend on it.
  const std::string& value = in.measured().value();
  json::Value number;
  const bool fine = value.size() <= limits::kTemperatureBytesMax &&
                    ToTemperature(value, {"0", 1, 1}) && json::Parse(value, &number) == nullptr;
  if (!fine) {
    return wrong->Add("measured.value", {"must be a decimal number below 1000000",
                                         "应为小于1000000的十进制数", "NUMBER"});
  }
  refusal->measured = json::NormalNumber(number.text);
  refusal->measured_uom = in.measured().uom();
}

void ReadGround(const v1::RefuseHandOverRequest& in, Refusal* refusal, Violations* wrong) {
  refusal->ground = static_cast<RefusalGround>(in.ground());
  if (in.ground() == v1::REFUSAL_GROUND_UNSPECIFIED || !v1::RefusalGround_IsValid(in.ground())) {
    wrong->Add("ground", {"is required", "应选择拒收事由", "REQUIRED"});
  }
  constexpr size_t kRemark = limits::kRefusalRemarkCodePointsMax;
  refusal->remark = ReadText(NormaliseParagraphs(in.remark(), kRemark), kRemark, "remark", wrong);
  if (refusal->ground == RefusalGround::kOther && refusal->remark.empty()) {
    wrong->Add("remark", {"is required with this ground", "该事由须填写说明", "REQUIRED"});
  }
}

}  // namespace

absl::StatusOr<Refusal> ToRefusal(const v1::RefuseHandOverRequest& in, absl::Time now) {
  Violations wrong;
  Refusal refusal;
  ReadRefuser(in, &refusal, &wrong);
  ReadEpcs(in, &refusal, &wrong);
  refusal.time =
      capture::ToTime(in.has_refuse_time(), in.refuse_time(), now, "refuse_time", &wrong);
  if (refusal.time > now) {
    wrong.Add("refuse_time", {"must not be in the future", "不得晚于当前时间", "TIME"});
  }
  ReadGround(in, &refusal, &wrong);
  ReadMeasured(in, &refusal, &wrong);
  constexpr size_t kVehicle = limits::kVehicleCodePointsMax;
  refusal.vehicle = ReadText(NormaliseText(in.vehicle(), kVehicle), kVehicle, "vehicle", &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  return refusal;
}

absl::Status CheckMeasured(const Refusal& refusal, const ColdRule& rule) {
  if (rule.sensors.units.contains(refusal.measured_uom)) return absl::OkStatus();
  return errors::InvalidField(
      "measured.uom", {"must be a unit of temperature of the rule", "应为规则所列温度单位", "UOM"});
}

absl::StatusOr<RefusalFilter> ToFilter(const v1::ListRefusalsRequest& in) {
  Violations wrong;
  RefusalFilter filter;
  filter.region = in.region();
  CheckRegion(in.region(), &wrong);
  filter.epc = capture::ToEpc(in.epc(), "epc", &wrong);
  const Period period = ReadOpenPeriod(in, &wrong);
  filter.from = FromMicros(period.from);
  filter.to = FromMicros(period.to);
  filter.known_at =
      capture::ToTime(in.has_known_at(), in.known_at(), absl::InfiniteFuture(), "known_at", &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  return filter;
}

v1::HandOverRefusal ToProto(const Refusal& refusal) {
  v1::HandOverRefusal out;
  out.set_name(refusal.name());
  out.set_operator_(refusal.operator_);
  out.set_place(refusal.place);
  out.set_region(refusal.region);
  for (const std::string& epc : refusal.epcs) out.add_epcs(epc);
  *out.mutable_refuse_time() = rpc::ToProto(refusal.time);
  out.set_ground(static_cast<v1::RefusalGround>(refusal.ground));
  out.set_remark(refusal.remark);
  if (!refusal.measured.empty()) {
    out.mutable_measured()->set_value(refusal.measured);
    out.mutable_measured()->set_uom(refusal.measured_uom);
  }
  out.set_vehicle(refusal.vehicle);
  out.set_recorded_by(refusal.recorded_by);
  *out.mutable_record_time() = rpc::ToProto(refusal.recorded);
  return out;
}

v1::HandOverRefused ChangeOf(const Refusal& refusal) {
  const v1::HandOverRefusal whole = ToProto(refusal);
  v1::HandOverRefused out;
  out.set_refusal(whole.name());
  out.set_operator_(whole.operator_());
  out.set_place(whole.place());
  *out.mutable_epcs() = whole.epcs();
  *out.mutable_refuse_time() = whole.refuse_time();
  out.set_ground(whole.ground());
  if (whole.has_measured()) *out.mutable_measured() = whole.measured();
  return out;
}

std::string ToText(const RefusalKey& key) { return absl::StrCat(key.time, "/", key.refusal); }

absl::StatusOr<RefusalKey> ToKey(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('/', 1));
  RefusalKey key;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &key.time)) {
    return errors::Refuse(errors::Reason::kPageTokenInvalid);
  }
  key.refusal = parts[1];
  return key;
}

}  // namespace shian::trace::judgement
