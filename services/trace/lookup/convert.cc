#include "services/trace/lookup/convert.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/region.h"
#include "libs/base/status_macros.h"
#include "libs/base/uuid.h"
#include "libs/qr/limits.h"
#include "libs/rpc/convert.h"
#include "services/trace/capture/convert.h"
#include "services/trace/judgement/convert.h"
#include "services/trace/lookup/limits.h"

namespace shian::trace::lookup {
namespace {

using errors::Violations;

constexpr absl::string_view kCodes = "codes/";
constexpr int kModulePixelsDefault = 8;

errors::Rule ToRule(const Rule& rule) { return {rule.en, rule.zh, rule.id}; }

Date ToDay(bool stated, const common::v1::Date& in, Date otherwise, const char* field,
           Violations* wrong) {
  if (!stated) return otherwise;
  const Date day(in.year(), in.month(), in.day());
  const bool is_day = day.year() == in.year() && day.month() == in.month() && day.day() == in.day();
  // Days are kept as text, which orders them within these years only.
  if (is_day && day.year() >= limits::kYearMin && day.year() <= limits::kYearMax) return day;
  wrong->Add(field,
             {"must be a day of the years 1900 to 2999", "应为1900年至2999年的日期", "DATE"});
  return otherwise;
}

qr::Correction ToCorrection(v1::CodeCorrection correction, Violations* wrong) {
  switch (correction) {
    case v1::CODE_CORRECTION_LOW:
      return qr::Correction::kLow;
    case v1::CODE_CORRECTION_UNSPECIFIED:
    case v1::CODE_CORRECTION_MEDIUM:
      return qr::Correction::kMedium;
    case v1::CODE_CORRECTION_QUARTILE:
      return qr::Correction::kQuartile;
    case v1::CODE_CORRECTION_HIGH:
      return qr::Correction::kHigh;
    default:
      wrong->Add("correction", {"is not known", "未知的纠错等级", "ENUM"});
      return qr::Correction::kMedium;
  }
}

}  // namespace

Goods ToGoods(const std::string& text, absl::string_view field, Violations* wrong) {
  Scan scan = ReadScan(text);
  if (scan.broken != nullptr) wrong->Add(field, ToRule(*scan.broken));
  return std::move(scan.goods);
}

absl::StatusOr<IssueOrder> ToOrder(const v1::IssueCodeRequest& in, const std::string& resolver) {
  Violations wrong;
  IssueOrder order;
  order.operator_ = in.operator_();
  judgement::CheckOperator(in.operator_(), "operator", &wrong);
  order.goods = ToGoods(in.identifier(), "identifier", &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  order.link = LinkOf(resolver, order.goods);
  if (order.link.empty() || order.link.size() > qr::limits::kTextBytesMax) {
    return errors::InvalidField("identifier", ToRule(rules::kNotIssuable));
  }
  return order;
}

absl::StatusOr<CodeFilter> ToFilter(const v1::ListCodesRequest& in, const std::string& region) {
  Violations wrong;
  CodeFilter filter;
  filter.operator_name = in.operator_();
  if (!in.operator_().empty()) judgement::CheckOperator(in.operator_(), "operator", &wrong);
  if (!in.identifier().empty()) filter.epc = ToGoods(in.identifier(), "identifier", &wrong).epc;
  judgement::CheckRegion(in.region(), &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  const RegionRange range = RangeOf(in.region().empty() ? region : in.region());
  filter.region_first = range.first;
  filter.region_last = range.last;
  return filter;
}

absl::StatusOr<ScanFilter> ToFilter(const v1::ListScansRequest& in, Date today) {
  Violations wrong;
  ScanFilter filter;
  switch (in.subject_case()) {
    case v1::ListScansRequest::kIdentifier:
      filter.epc = ToGoods(in.identifier(), "identifier", &wrong).epc;
      break;
    case v1::ListScansRequest::kOperator:
      filter.operator_name = in.operator_();
      judgement::CheckOperator(in.operator_(), "operator", &wrong);
      break;
    case v1::ListScansRequest::SUBJECT_NOT_SET:
      wrong.Add("identifier", {"or operator is required", "标识、经营者应填其一", "REQUIRED"});
  }
  filter.first =
      ToDay(in.has_from_date(), in.from_date(), Date(limits::kYearMin, 1, 1), "from_date", &wrong);
  filter.last = ToDay(in.has_to_date(), in.to_date(), today, "to_date", &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  return filter;
}

absl::StatusOr<Drawing> ToDrawing(const v1::RenderCodeRequest& in) {
  Violations wrong;
  Drawing drawing;
  absl::string_view name = in.name();
  if (absl::ConsumePrefix(&name, kCodes) && IsUuid(name)) {
    drawing.code = std::string(name);
  } else {
    wrong.Add("name", {"must be codes/ and a code's id", "应为codes/加追溯码编号", "CODE_NAME"});
  }
  drawing.png = in.format() == v1::CODE_FORMAT_PNG;
  if (!drawing.png && in.format() != v1::CODE_FORMAT_SVG) {
    wrong.Add("format", {"must be SVG or PNG", "应为SVG或PNG", "ENUM"});
  }
  drawing.correction = ToCorrection(in.correction(), &wrong);
  drawing.module_pixels = in.module_pixels() == 0 ? kModulePixelsDefault : in.module_pixels();
  if (drawing.module_pixels < 1 || drawing.module_pixels > qr::limits::kModulePixelsMax) {
    wrong.Add("module_pixels", {absl::StrCat("must be 0 to ", qr::limits::kModulePixelsMax),
                                absl::StrCat("应为0至", qr::limits::kModulePixelsMax), "RANGE"});
  }
  RETURN_IF_ERROR(wrong.ToStatus());
  return drawing;
}

common::v1::Date ToProto(Date date) {
  common::v1::Date out;
  out.set_year(static_cast<int32_t>(date.year()));
  out.set_month(date.month());
  out.set_day(date.day());
  return out;
}

v1::TraceCode ToProto(const Code& code) {
  v1::TraceCode out;
  out.set_name(absl::StrCat(kCodes, code.id));
  out.set_identifier(code.epc);
  out.set_kind(capture::ToProto(code.kind));
  out.set_lot(code.lot);
  out.set_operator_(code.operator_);
  out.set_link(code.link);
  out.set_region(code.region);
  out.set_issued_by(code.system);
  *out.mutable_issue_time() = rpc::ToProto(code.issued);
  return out;
}

v1::CardStep ToProto(const Step& step) {
  v1::CardStep out;
  out.set_biz_step(step.biz_step);
  *out.mutable_date() = ToProto(step.day);
  out.set_region(step.region);
  return out;
}

v1::CardRecall ToProto(const Recall& recall) {
  v1::CardRecall out;
  out.set_name(recall.name());
  out.set_recall_class(static_cast<v1::RecallClass>(recall.recall_class));
  out.set_state(static_cast<v1::RecallState>(recall.state));
  out.set_ordered(recall.ordered());
  *out.mutable_publish_time() = rpc::ToProto(PublishTimeOf(recall));
  out.set_reason(recall.reason);
  out.set_failed_lot(recall.lot);
  return out;
}

v1::ScanCount ToProto(const ScanRow& row) {
  v1::ScanCount out;
  out.set_identifier(row.key.first);
  // The store gives days as FormatDate wrote them.
  *out.mutable_date() = ToProto(ParseDate(row.key.second).value_or(Date()));
  out.set_count(row.count);
  return out;
}

std::string ToText(const ScanKey& key) { return absl::StrCat(key.second, "/", key.first); }

absl::StatusOr<ScanKey> ToKey(const std::string& text) {
  if (text.empty()) return ScanKey();
  const size_t slash = text.find('/');
  if (slash == std::string::npos) return errors::Refuse(errors::Reason::kPageTokenInvalid);
  return ScanKey(text.substr(slash + 1), text.substr(0, slash));
}

}  // namespace shian::trace::lookup
