#include "services/trace/judgement/convert.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "services/trace/capture/convert.h"
#include "services/trace/capture/epc.h"
#include "services/trace/capture/verdict.h"
#include "services/trace/capture/vocabulary.h"
#include "services/trace/judgement/limits.h"

namespace shian::trace::judgement {
namespace {

using errors::Violations;

constexpr char kEvents[] = "events/";

void ReadLot(const std::string& lot, BalanceQuestion* question, Violations* wrong) {
  question->subject = Subject::kLot;
  question->lot = capture::ToEpc(lot, "lot", wrong);
  if (lot.empty()) wrong->Add("lot", {"is required", "不能为空", "REQUIRED"});
}

void ReadOperator(const v1::CheckBalanceRequest& in, BalanceQuestion* question, Violations* wrong) {
  question->subject = Subject::kOperator;
  question->operator_ = in.operator_();
  CheckOperator(in.operator_(), "operator", wrong);
  question->period = ReadPeriod(in, wrong);
}

size_t ReadMaxEvents(int32_t asked, Violations* wrong) {
  if (asked == 0) return limits::kBalanceEventsDefault;
  if (asked < 1 || asked > limits::kBalanceEventsMax) {
    wrong->Add("max_events", {absl::StrCat("must be 0 to ", limits::kBalanceEventsMax),
                              absl::StrCat("应为0至", limits::kBalanceEventsMax), "RANGE"});
    return 0;
  }
  return static_cast<size_t>(asked);
}

std::set<std::string> BizSteps(const google::protobuf::RepeatedPtrField<std::string>& words) {
  std::set<std::string> steps;
  for (const std::string& word : words) {
    const std::string uri = WebUri(Vocabulary::kBizStep, word);
    steps.insert(uri.empty() ? word : uri);  // a word that no event can have matches none
  }
  return steps;
}

// The numbers of the policy's enums are those of the domain.
Movement ToMovement(const policy::v1::Movement& movement) {
  return {static_cast<Action>(movement.action()), BizSteps(movement.biz_steps()),
          static_cast<Side>(movement.side())};
}

Yield ToYield(const policy::v1::YieldRule& rule) {
  return {rule.key(),
          rule.title_zh(),
          static_cast<Subject>(rule.subject()),
          BizSteps(rule.biz_steps()),
          {rule.gtin_prefixes().begin(), rule.gtin_prefixes().end()},
          rule.lowest_ppm(),
          rule.highest_ppm(),
          rule.tolerance_ppm(),
          static_cast<int>(rule.mark()),
          rule.alert_over(),
          rule.alert_short()};
}

const char* BaseUnitOf(Dimension dimension) {
  switch (dimension) {
    case Dimension::kMass:
      return "KGM";
    case Dimension::kVolume:
      return "LTR";
    case Dimension::kCount:
      return "C62";
  }
  return "";
}

}  // namespace

std::string ProcessName::name() const {
  return event.empty() ? transformation : EventName(event, "");
}

ProcessName ReadProcess(const std::string& name, Violations* wrong) {
  ProcessName process;
  std::string declaration;
  if (!absl::StartsWith(name, kEvents)) {
    if (!IsUri(name)) {
      wrong->Add("process", {"must be a transformation id or an event's name",
                             "应为转化标识或events/加事件编号", "PROCESS"});
    }
    process.transformation = CanonicalUri(name);
  } else if (!ParseEventName(name, &process.event, &declaration) || !declaration.empty()) {
    wrong->Add("process",
               {"must be events/ and an event's id", "应为events/加事件编号", "EVENT_NAME"});
  }
  return process;
}

absl::StatusOr<BalanceQuestion> ToQuestion(const v1::CheckBalanceRequest& in) {
  Violations wrong;
  BalanceQuestion question;
  switch (in.subject_case()) {
    case v1::CheckBalanceRequest::kProcess:
      question.process = ReadProcess(in.process(), &wrong);
      break;
    case v1::CheckBalanceRequest::kLot:
      ReadLot(in.lot(), &question, &wrong);
      break;
    case v1::CheckBalanceRequest::kOperator:
      ReadOperator(in, &question, &wrong);
      break;
    case v1::CheckBalanceRequest::SUBJECT_NOT_SET:
      wrong.Add("process",
                {"or lot or operator is required", "生产过程、批次、经营者应填其一", "REQUIRED"});
  }
  const bool has_period = in.has_from_event_time() || in.has_to_event_time();
  if (has_period && question.subject != Subject::kOperator) {
    wrong.Add("from_event_time", {"is for an operator only", "仅适用于经营者", "NOT_ALLOWED"});
  }
  question.known_at =
      capture::ToTime(in.has_known_at(), in.known_at(), absl::InfiniteFuture(), "known_at", &wrong);
  question.max_events = ReadMaxEvents(in.max_events(), &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  return question;
}

void CheckOperator(absl::string_view name, absl::string_view field, Violations* wrong) {
  constexpr absl::string_view kOperators = "operators/";
  if (absl::StartsWith(name, kOperators) && name.size() > kOperators.size() &&
      name.size() <= limits::kOperatorBytesMax) {
    return;
  }
  wrong->Add(field, {"must be an operator's name", "应为经营者名称operators/…", "NAME"});
}

void CheckRegion(absl::string_view region, Violations* wrong) {
  constexpr size_t kRegionDigits = 6;
  const bool digits = std::all_of(region.begin(), region.end(),
                                  [](unsigned char c) { return absl::ascii_isdigit(c); });
  if (region.empty() || (region.size() == kRegionDigits && digits)) return;
  wrong->Add("region", {"must be 6 digits", "应为6位行政区划代码", "REGION"});
}

BalanceRule ToRule(const policy::v1::JudgementRule& rule) {
  BalanceRule out;
  for (const policy::v1::MeasureUnit& unit : rule.units()) {
    out.units[unit.code()] = {static_cast<Dimension>(unit.dimension()), unit.factor()};
  }
  for (const auto& movement : rule.movements()) out.movements.push_back(ToMovement(movement));
  for (const auto& yield : rule.yields()) out.yields.push_back(ToYield(yield));
  return out;
}

v1::DimensionBalance ToProto(Dimension dimension, const Sums& sums) {
  v1::DimensionBalance row;
  row.set_dimension(static_cast<policy::v1::MeasureDimension>(dimension));
  row.set_uom(BaseUnitOf(dimension));
  row.set_input(ToText(sums.in.value_or(0)));
  row.set_output(ToText(sums.out.value_or(0)));
  row.set_residual(ToText(sums.in.value_or(0) - sums.out.value_or(0)));
  if (const auto ratio = RatioPpm(sums)) row.set_ratio_ppm(ToDigits(*ratio));
  row.set_verdict(static_cast<v1::BalanceVerdict>(sums.verdict));
  return row;
}

void Fill(const Balance& balance, v1::CheckBalanceResponse* out) {
  out->set_verdict(static_cast<v1::BalanceVerdict>(balance.verdict));
  out->set_not_comparable(static_cast<v1::NotComparable>(balance.obstacle));
  for (const auto& [dimension, sums] : balance.sums) {
    *out->add_dimensions() = ToProto(dimension, sums);
  }
}

v1::AppliedYield ToProto(const Yield& yield) {
  v1::AppliedYield out;
  out.set_key(yield.key);
  out.set_title_zh(yield.title);
  out.set_lowest_ppm(yield.lowest);
  out.set_highest_ppm(yield.highest);
  out.set_tolerance_ppm(yield.tolerance);
  out.set_mark(static_cast<policy::v1::RuleMark>(yield.mark));
  return out;
}

}  // namespace shian::trace::judgement
