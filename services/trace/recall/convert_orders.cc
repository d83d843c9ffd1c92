// What officers ask for, checked field by field.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/rpc/convert.h"
#include "services/trace/capture/event_fields.h"
#include "services/trace/capture/json.h"
#include "services/trace/recall/convert.h"
#include "services/trace/recall/convert_conduct.h"
#include "services/trace/recall/limits.h"

namespace shian::trace::recall {
namespace {

enum class Need { kOptional, kRequired };

// Reads fields and gathers what is wrong with them.
class Fields {
 public:
  void Wrong(absl::string_view field, errors::Rule rule) { wrong_.Add(field, std::move(rule)); }

  std::string Line(absl::string_view field, absl::string_view in, size_t max, Need need) {
    return Taken(field, NormaliseText(in, max), max, need);
  }
  std::string Text(absl::string_view field, absl::string_view in, size_t max, Need need) {
    return Taken(field, NormaliseParagraphs(in, max), max, need);
  }

  std::string Amount(absl::string_view field, const std::string& in) {
    const std::string normal = IsQuantity(in) ? json::NormalNumber(in) : "";
    if (!normal.empty() && normal != "0") return normal;
    Wrong(field, {"must be a decimal number above 0", "应为大于0的十进制数", "QUANTITY_MALFORMED"});
    return "";
  }

  std::string Uom(absl::string_view field, const std::string& in) {
    if (IsUom(in)) return in;
    Wrong(field, {"must be a UN/CEFACT unit", "应为UN/CEFACT计量单位代码", "UOM_MALFORMED"});
    return "";
  }

  // A time that is not after `now`; `otherwise` when it is absent.
  absl::Time Past(absl::string_view field, bool stated, const google::protobuf::Timestamp& in,
                  absl::Time now, absl::Time otherwise) {
    const auto time = TimeOr(stated, in, field, otherwise);
    if (time.ok() && (!stated || *time <= now)) return *time;
    Wrong(field, {"must be a valid time, not in the future", "应为有效且不晚于当前的时间", "TIME"});
    return now;
  }

  std::string Recall(absl::string_view field, absl::string_view name) {
    auto id = RecallId(name, field);
    if (id.ok()) return *std::move(id);
    Wrong(field, {"must be recalls/ and a recall's id", "应为recalls/加召回编号", "RECALL_NAME"});
    return "";
  }

  absl::Status ToStatus() const { return wrong_.ToStatus(); }

 private:
  std::string Taken(absl::string_view field, absl::StatusOr<std::string> text, size_t max,
                    Need need) {
    if (!text.ok()) {
      Wrong(field, {absl::StrCat("must be plain text of at most ", max, " characters"),
                    absl::StrCat("应为不超过", max, "个字符的文本"), "TEXT"});
      return "";
    }
    if (text->empty() && need == Need::kRequired) {
      Wrong(field, {"is required", "不能为空", "REQUIRED"});
    }
    return *std::move(text);
  }

  errors::Violations wrong_;
};

// The number behind "recalls/{recall}{between}"; 0 when it is none.
int NumberOf(absl::string_view name, absl::string_view between, std::string* recall) {
  const size_t split = name.find(between);
  if (split == name.npos) return 0;
  const auto id = RecallId(name.substr(0, split), "name");
  const absl::string_view digits = name.substr(split + between.size());
  int number = 0;
  const bool plain = !absl::StartsWith(digits, "0") && digits.size() <= 9 &&
                     std::all_of(digits.begin(), digits.end(),
                                 [](unsigned char c) { return absl::ascii_isdigit(c); });
  if (!id.ok() || !plain || !absl::SimpleAtoi(digits, &number)) return 0;
  *recall = *id;
  return number;
}

std::optional<Date> ToDay(const common::v1::Date& in) {
  if (in.year() < 1900 || in.year() > 2999 || in.month() < 1 || in.month() > 12 || in.day() < 1) {
    return std::nullopt;
  }
  const Date date(in.year(), in.month(), in.day());
  if (date.month() != in.month() || date.day() != in.day()) return std::nullopt;
  return date;
}

PlannedProduct ToProduct(const v1::PlannedProduct& in, const std::string& at, Date today,
                         Fields* read) {
  PlannedProduct out;
  out.product =
      read->Line(at + ".product", in.product(), limits::kNameCodePointsMax, Need::kRequired);
  out.brand = read->Line(at + ".brand", in.brand(), limits::kContactCodePointsMax, Need::kOptional);
  out.specification = read->Line(at + ".specification", in.specification(),
                                 limits::kContactCodePointsMax, Need::kOptional);
  if (in.production_dates().empty() || in.production_dates_size() > limits::kPlannedRowsMax) {
    read->Wrong(at + ".production_dates", {"must be 1 to 100 days", "应为1至100个日期", "COUNT"});
  }
  for (int i = 0; i < std::min(in.production_dates_size(), limits::kPlannedRowsMax); ++i) {
    const auto day = ToDay(in.production_dates(i));
    if (day && *day <= today) {
      out.production_dates.push_back(*day);
      continue;
    }
    read->Wrong(absl::StrCat(at, ".production_dates[", i, "]"),
                {"must be a day, not in the future", "应为有效且不晚于今日的日期", "DATE"});
  }
  if (in.batches_size() > limits::kPlannedRowsMax) {
    read->Wrong(at + ".batches", {"are at most 100", "不超过100个", "COUNT"});
  }
  for (int i = 0; i < std::min(in.batches_size(), limits::kPlannedRowsMax); ++i) {
    out.batches.push_back(read->Line(absl::StrCat(at, ".batches[", i, "]"), in.batches(i),
                                     limits::kContactCodePointsMax, Need::kRequired));
  }
  out.quantity = read->Amount(at + ".quantity", in.quantity());
  out.uom = read->Uom(at + ".uom", in.uom());
  return out;
}

std::vector<PlannedProduct> ToProducts(const v1::RecallPlanContent& in, Date today, Fields* read) {
  std::vector<PlannedProduct> products;
  if (in.products().empty() || in.products_size() > limits::kPlannedProductsMax) {
    read->Wrong("content.products", {"must be 1 to 20", "应为1至20种产品", "COUNT"});
  }
  for (int i = 0; i < std::min(in.products_size(), limits::kPlannedProductsMax); ++i) {
    products.push_back(
        ToProduct(in.products(i), absl::StrCat("content.products[", i, "]"), today, read));
  }
  return products;
}

PlanContent ToContent(const v1::RecallPlanContent& in, Date today, Fields* read) {
  const auto line = [&](const char* field, const std::string& text) {
    return read->Line(absl::StrCat("content.", field), text, limits::kContactCodePointsMax,
                      Need::kRequired);
  };
  const auto text = [&](const char* field, const std::string& text, size_t max) {
    return read->Text(absl::StrCat("content.", field), text, max, Need::kRequired);
  };
  constexpr size_t kText = limits::kTextCodePointsMax, kLong = limits::kLongTextCodePointsMax;
  PlanContent out;
  out.contact_name = line("contact_name", in.contact_name());
  out.contact_details = line("contact_details", in.contact_details());
  out.products = ToProducts(in, today, read);
  out.sales_region = text("sales_region", in.sales_region(), kText);
  out.reason = text("reason", in.reason(), kText);
  out.harm = text("harm", in.harm(), kText);
  if (!v1::RecallClass_IsValid(in.recall_class()) ||
      in.recall_class() == v1::RECALL_CLASS_UNSPECIFIED) {
    read->Wrong("content.recall_class",
                {"must be a known class", "应为已定义的召回级别", "ENUM_UNKNOWN"});
  } else {
    out.recall_class = static_cast<RecallClass>(in.recall_class());
  }
  out.steps = text("steps", in.steps(), kLong);
  out.notice_text = text("notice_text", in.notice_text(), kLong);
  out.notice_channels = text("notice_channels", in.notice_channels(), kText);
  out.duties_of_others = text("duties_of_others", in.duties_of_others(), kText);
  out.disposal = text("disposal", in.disposal(), kText);
  out.cost_bearing = text("cost_bearing", in.cost_bearing(), kText);
  out.expected_effect = text("expected_effect", in.expected_effect(), kText);
  return out;
}

// A row that takes back another says why, and nothing else.
void ReadTakeBack(const v1::ReportDisposalRequest& in, Fields* read, Disposal* out) {
  std::string recall;
  out->takes_back = NumberOf(in.takes_back(), "/disposals/", &recall);
  if (out->takes_back == 0 || recall != out->recall) {
    read->Wrong("takes_back", {"must name a disposal of this recall", "应为本召回的处置记录名称",
                               "DISPOSAL_NAME"});
  }
  const bool alone = in.measure() == policy::v1::RECALL_DISPOSAL_MEASURE_UNSPECIFIED &&
                     in.quantity().empty() && in.uom().empty() && in.place().empty() &&
                     in.supervisor().empty() && !in.has_dispose_time() && !in.has_announce_time();
  if (!alone) {
    read->Wrong("takes_back", {"stands with a remark alone", "撤销记录时只填写说明", "ALONE"});
  }
}

void ReadMeasure(const v1::ReportDisposalRequest& in, absl::Time now, Fields* read, Disposal* out) {
  if (!policy::v1::RecallDisposalMeasure_IsValid(in.measure()) ||
      in.measure() == policy::v1::RECALL_DISPOSAL_MEASURE_UNSPECIFIED) {
    read->Wrong("measure", {"must be a known measure", "应为已定义的处置措施", "ENUM_UNKNOWN"});
  } else {
    out->measure = static_cast<DisposalMeasure>(in.measure());
  }
  out->quantity = read->Amount("quantity", in.quantity());
  out->uom = read->Uom("uom", in.uom());
  out->place = read->Line("place", in.place(), limits::kNameCodePointsMax, Need::kRequired);
  out->supervisor =
      read->Line("supervisor", in.supervisor(), limits::kNameCodePointsMax, Need::kRequired);
  if (!in.has_dispose_time()) {
    read->Wrong("dispose_time", {"is required", "不能为空", "REQUIRED"});
  }
  out->time = read->Past("dispose_time", in.has_dispose_time(), in.dispose_time(), now, now);
  out->announced = read->Past("announce_time", in.has_announce_time(), in.announce_time(), now,
                              absl::InfiniteFuture());
  if (in.has_announce_time() && out->announced > out->time) {
    read->Wrong("announce_time", {"must not be after dispose_time", "不得晚于处置时间", "ORDER"});
  }
}

}  // namespace

absl::StatusOr<RecallPlan> ToPlan(const v1::FilePlanRequest& in, absl::Time now) {
  Fields read;
  RecallPlan plan;
  plan.recall = read.Recall("parent", in.parent());
  plan.content = ToContent(in.content(), ToDate(now), &read);
  plan.received = read.Past("receive_time", in.has_receive_time(), in.receive_time(), now, now);
  RETURN_IF_ERROR(read.ToStatus());
  return plan;
}

absl::StatusOr<PlanOrder> ToAssessment(const v1::AssessPlanRequest& in) {
  Fields read;
  PlanOrder order;
  order.plan = NumberOf(in.name(), "/plans/", &order.recall);
  if (order.plan == 0) {
    read.Wrong("name", {"must be a plan's name", "应为召回计划名称", "PLAN_NAME"});
  }
  if (!v1::PlanVerdict_IsValid(in.verdict()) || in.verdict() == v1::PLAN_VERDICT_UNSPECIFIED) {
    read.Wrong("verdict", {"must be a known verdict", "应为已定义的评估结论", "ENUM_UNKNOWN"});
  }
  order.assessment.accepted = in.verdict() == v1::PLAN_VERDICT_ACCEPTED;
  order.assessment.reasons =
      read.Text("reasons", in.reasons(), limits::kTextCodePointsMax,
                order.assessment.accepted ? Need::kOptional : Need::kRequired);
  RETURN_IF_ERROR(read.ToStatus());
  return order;
}

absl::StatusOr<ActOrder> ToAct(const v1::ExtendRecallRequest& in) {
  Fields read;
  ActOrder order;
  order.recall = read.Recall("name", in.name());
  order.etag = in.etag();
  order.count = in.count();
  if (in.count() < 1 || in.count() > limits::kExtensionMax) {
    read.Wrong("count", {absl::StrCat("must be 1 to ", limits::kExtensionMax),
                         absl::StrCat("应为1至", limits::kExtensionMax), "RANGE"});
  }
  order.reason = read.Text("reason", in.reason(), limits::kTextCodePointsMax, Need::kRequired);
  RETURN_IF_ERROR(read.ToStatus());
  return order;
}

absl::StatusOr<ActOrder> ToAct(const v1::OrderRecallRequest& in) {
  Fields read;
  ActOrder order;
  order.recall = read.Recall("name", in.name());
  order.etag = in.etag();
  order.reason = read.Text("reason", in.reason(), limits::kTextCodePointsMax, Need::kRequired);
  RETURN_IF_ERROR(read.ToStatus());
  return order;
}

absl::StatusOr<Disposal> ToDisposal(const v1::ReportDisposalRequest& in, absl::Time now) {
  Fields read;
  Disposal out;
  out.recall = read.Recall("parent", in.parent());
  if (in.takes_back().empty()) {
    ReadMeasure(in, now, &read, &out);
  } else {
    ReadTakeBack(in, &read, &out);
  }
  out.remark = read.Text("remark", in.remark(), limits::kTextCodePointsMax,
                         in.takes_back().empty() ? Need::kOptional : Need::kRequired);
  RETURN_IF_ERROR(read.ToStatus());
  return out;
}

absl::StatusOr<ClosingOrder> ToClosing(const v1::CloseRecallRequest& in) {
  Fields read;
  ClosingOrder order;
  order.recall = read.Recall("name", in.name());
  order.etag = in.etag();
  order.summary =
      read.Text("summary", in.summary(), limits::kSummaryCodePointsMax, Need::kRequired);
  order.no_disposal_reason = read.Text("no_disposal_reason", in.no_disposal_reason(),
                                       limits::kTextCodePointsMax, Need::kOptional);
  if (in.unanswered_size() > limits::kUnansweredMax) {
    read.Wrong("unanswered", {"are at most 1000", "不超过1000条", "COUNT"});
  }
  for (int i = 0; i < std::min(in.unanswered_size(), limits::kUnansweredMax); ++i) {
    const std::string at = absl::StrCat("unanswered[", i, "]");
    const auto id = ToNoticeId(in.unanswered(i).notice());
    if (!id.ok() || id->recall != order.recall) {
      read.Wrong(at + ".notice",
                 {"must name a notice of this recall", "应为本召回的通知名称", "NOTICE_NAME"});
      continue;
    }
    std::string reason = read.Text(at + ".reason", in.unanswered(i).reason(),
                                   limits::kUnansweredCodePointsMax, Need::kRequired);
    if (!order.unanswered.emplace(id->notice, std::move(reason)).second) {
      read.Wrong(at + ".notice", {"stands twice", "通知重复", "REPEATED"});
    }
  }
  RETURN_IF_ERROR(read.ToStatus());
  return order;
}

}  // namespace shian::trace::recall
