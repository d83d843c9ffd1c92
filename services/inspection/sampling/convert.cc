#include "services/inspection/sampling/convert.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/policy/convert.h"
#include "libs/rpc/convert.h"
#include "services/inspection/frame/limits.h"
#include "services/inspection/sampling/limits.h"

namespace shian::inspection::sampling {
namespace {

// The numbers of the domain's enums are those of the messages.
template <class To, class From>
To Same(From from) {
  return static_cast<To>(static_cast<int>(from));
}

absl::StatusOr<Act> Finish(const FieldReader& read, Act act) {
  RETURN_IF_ERROR(read.Done());
  return act;
}

Document ToDocument(const common::v1::Attachment& in, const std::string& at, FieldReader& read) {
  Document out;
  out.sha256 = read.Sha256Hex(at + ".sha256", in.sha256(), true);
  out.title = read.Text(at + ".title", in.title(), limits::kTitleCodePointsMax, false);
  out.media_type =
      read.Text(at + ".media_type", in.media_type(), limits::kShortCodePointsMax, false);
  out.size_bytes = in.size_bytes();
  return out;
}

Product ToProduct(const v1::Product& in, const std::string& at, FieldReader& read) {
  Product out;
  const auto text = [&](const char* field, const std::string& value, size_t max, bool required) {
    return read.Text(absl::StrCat(at, ".", field), value, max, required);
  };
  out.product_name = text("product_name", in.product_name(), limits::kTitleCodePointsMax, true);
  out.specification = text("specification", in.specification(), limits::kShortCodePointsMax, false);
  out.brand = text("brand", in.brand(), limits::kShortCodePointsMax, false);
  out.batch = text("batch", in.batch(), limits::kShortCodePointsMax, false);
  out.production_date = read.Day(at + ".production_date",
                                 in.has_production_date() ? &in.production_date() : nullptr, false);
  out.shelf_life_end = read.Day(at + ".shelf_life_end",
                                in.has_shelf_life_end() ? &in.shelf_life_end() : nullptr, false);
  out.lot = text("lot", in.lot(), limits::kTitleCodePointsMax, false);
  out.quantity = text("quantity", in.quantity(), limits::kShortCodePointsMax, false);
  out.producer = read.Name(at + ".producer", in.producer(), "operators", false);
  out.supplier = read.Name(at + ".supplier", in.supplier(), "operators", false);
  out.producer_name = text("producer_name", in.producer_name(), limits::kTitleCodePointsMax, false);
  out.producer_address =
      text("producer_address", in.producer_address(), limits::kAddressCodePointsMax, false);
  // A person's name and address live in the registry, where they can be erased.
  const bool person = !out.producer.empty() && !frame::IsLegalPersonId(out.producer);
  if (person && !(out.producer_name.empty() && out.producer_address.empty())) {
    read.Bad(at + ".producer_name", "must be empty for a registered producer that is a person",
             "标称生产者为已登记的自然人、个体工商户的，不得另填名称和地址");
  }
  return out;
}

TestItem ToItem(const v1::TestItem& in, const std::string& at, FieldReader& read) {
  TestItem out;
  out.item = read.Text(at + ".item", in.item(), limits::kShortCodePointsMax, true);
  out.value = read.Text(at + ".value", in.value(), limits::kValueCodePointsMax, false);
  out.limit = read.Text(at + ".limit", in.limit(), limits::kValueCodePointsMax, false);
  out.unit = read.Text(at + ".unit", in.unit(), limits::kUnitCodePointsMax, false);
  out.standard = read.Text(at + ".standard", in.standard(), limits::kShortCodePointsMax, false);
  out.failed = in.failed();
  if (in.failed()) read.Stated(at + ".reason", in.reason(), v1::FailureReason_IsValid);
  out.reason = in.failed() ? Same<FailureReason>(in.reason()) : FailureReason::kNone;
  return out;
}

LabReport ToReport(const v1::LabReport& in, FieldReader& read) {
  LabReport out;
  out.number = read.Text("report.number", in.number(), frame::limits::kNumberBytesMax, true);
  if (!in.has_conclusion_time()) {
    read.Bad("report.conclusion_time", "must be stated", "不得为空", "REQUIRED");
  }
  out.conclusion_time = rpc::FromProto(in.conclusion_time());
  out.passed = in.passed();
  read.Number("report.items", in.items_size(), 1, limits::kItemsMax);
  for (int i = 0; i < std::min(in.items_size(), limits::kItemsMax); ++i) {
    out.items.push_back(ToItem(in.items(i), absl::StrCat("report.items[", i, "]"), read));
  }
  const bool failed = std::any_of(out.items.begin(), out.items.end(),
                                  [](const TestItem& item) { return item.failed; });
  if (failed == in.passed()) {
    read.Bad("report.passed", "must be true when every item passed and false otherwise",
             "应与各检验项目的结论一致");
  }
  if (failed) read.Stated("report.hazard", in.hazard(), v1::HazardLevel_IsValid);
  out.hazard = failed ? Same<Hazard>(in.hazard()) : Hazard::kNone;
  out.document = ToDocument(in.document(), "report.document", read);
  return out;
}

std::string FoodCategory(const std::string& code, const char* at, FieldReader& read) {
  const bool good = code.size() == 2 && std::all_of(code.begin(), code.end(), ::isdigit) &&
                    code >= "01" && code <= absl::StrCat(limits::kFoodCategoryMax);
  if (!good) read.Bad(at, "must be two digits from 01 to 35", "应为01至35的两位代码", "ENUM");
  return code;
}

Carrier ToCarrier(v1::Carrier in, FieldReader& read) {
  return Same<Carrier>(read.Stated("carrier", in, v1::Carrier_IsValid));
}

}  // namespace

absl::StatusOr<Act> ToAct(const v1::PlanSampleRequest& in) {
  FieldReader read;
  Planned act;
  act.operator_id = read.Name("operator", in.operator_(), "operators", true);
  act.kind = Same<Kind>(read.Stated("kind", in.kind(), v1::SampleKind_IsValid));
  act.level = Same<Level>(
      read.Stated("authority_level", in.authority_level(), policy::v1::RegionLevel_IsValid));
  act.food_category = FoodCategory(in.food_category(), "food_category", read);
  act.plan = read.Text("plan", in.plan(), limits::kTitleCodePointsMax, true);
  act.draw = read.Name("draw", in.draw(), "draws", false);
  act.laboratory = read.Name("laboratory", in.laboratory(), "laboratories", true);
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::RecordTakingRequest& in) {
  FieldReader read;
  Taken act;
  act.product = ToProduct(in.product(), "product", read);
  act.samplers =
      read.Names("taking.samplers", in.taking().samplers(), "inspectors", limits::kSamplersMax);
  act.notice_shown = in.taking().notice_shown();
  act.price_fen = read.Number("taking.price_fen", in.taking().price_fen(), 0, limits::kPriceFenMax);
  act.test_seal =
      read.Text("taking.test_seal", in.taking().test_seal(), limits::kShortCodePointsMax, true);
  act.backup_seal =
      read.Text("taking.backup_seal", in.taking().backup_seal(), limits::kShortCodePointsMax, true);
  act.online = in.taking().online();
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::RecordDeliveryRequest& in) {
  FieldReader read;
  Delivered act{ToCarrier(in.carrier(), read),
                read.Text("seal", in.seal(), limits::kShortCodePointsMax, true), in.seal_intact()};
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::RecordReceptionRequest& in) {
  FieldReader read;
  Received act{in.accepted(), read.Text("reject_reason", in.reject_reason(),
                                        limits::kReasonCodePointsMax, !in.accepted())};
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::RecordReportRequest& in) {
  FieldReader read;
  Reported act{ToReport(in.report(), read)};
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::NotifyResultRequest& in) {
  FieldReader read;
  Notified act;
  act.number = read.Text("number", in.number(), frame::limits::kNumberBytesMax, true);
  act.also_served =
      read.Names("also_served", in.also_served(), "operators", limits::kAlsoServedMax);
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::RecordDueDiligenceRequest& in) {
  FieldReader read;
  DiligenceExamined act;
  act.role = Same<Role>(read.Stated("role", in.role(), v1::PartyRole_IsValid));
  act.diligence.incoming_check = in.due_diligence().incoming_check();
  act.diligence.did_not_know = in.due_diligence().did_not_know();
  act.diligence.source_stated = in.due_diligence().source_stated();
  const int count = in.due_diligence().evidence_size();
  read.Number("due_diligence.evidence", count, 0, limits::kEvidenceMax);
  for (int i = 0; i < std::min(count, limits::kEvidenceMax); ++i) {
    act.diligence.evidence.push_back(ToDocument(
        in.due_diligence().evidence(i), absl::StrCat("due_diligence.evidence[", i, "]"), read));
  }
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::ReportRiskControlRequest& in) {
  FieldReader read;
  RiskControlled act{read.Text("report", in.report(), limits::kReasonCodePointsMax, true),
                     in.posted()};
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::RequestReinspectionRequest& in) {
  FieldReader read;
  ReinspectionRequested act{read.Name("applicant", in.applicant(), "operators", true),
                            read.Text("reason", in.reason(), limits::kReasonCodePointsMax, true)};
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::DecideReinspectionRequest& in) {
  FieldReader read;
  ReinspectionDecided act;
  act.accepted = in.accepted();
  if (!in.accepted()) {
    act.reject =
        Same<Reject>(read.Stated("reject_reason", in.reject_reason(), v1::RejectReason_IsValid));
  }
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::DeclineLaboratoryRequest& in) {
  FieldReader read;
  LaboratoryDeclined act{read.Text("reason", in.reason(), limits::kReasonCodePointsMax, true)};
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::HandOverBackupRequest& in) {
  FieldReader read;
  BackupHandedOver act{ToCarrier(in.carrier(), read),
                       read.Text("seal", in.seal(), limits::kShortCodePointsMax, true),
                       in.seal_intact()};
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::ReceiveBackupRequest& in) {
  return Act(BackupReceived{in.seal_intact()});
}

absl::StatusOr<Act> ToAct(const v1::RecordReinspectionReportRequest& in) {
  FieldReader read;
  Reinspected act{ToReport(in.report(), read)};
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::ServeReinspectionResultRequest& in) {
  FieldReader read;
  ReinspectionServed act{read.Text("number", in.number(), frame::limits::kNumberBytesMax, true)};
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::RaiseObjectionRequest& in) {
  FieldReader read;
  ObjectionRaised act;
  act.kind = Same<ObjectionKind>(read.Stated("kind", in.kind(), v1::ObjectionKind_IsValid));
  act.applicant = read.Name("applicant", in.applicant(), "operators", true);
  act.grounds = read.Paragraphs("grounds", in.grounds(), limits::kTextCodePointsMax, true);
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::AcceptObjectionRequest& in) {
  FieldReader read;
  ObjectionAccepted act{
      in.number(), in.accepted(),
      read.Paragraphs("reasons", in.reasons(), limits::kTextCodePointsMax, !in.accepted())};
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::DecideObjectionRequest& in) {
  FieldReader read;
  ObjectionDecided act{in.number(), in.upheld(),
                       read.Paragraphs("reasons", in.reasons(), limits::kTextCodePointsMax, true)};
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::StartDisposalRequest&) { return Act(DisposalStarted{}); }

absl::StatusOr<Act> ToAct(const v1::ExtendDisposalRequest& in) {
  FieldReader read;
  DisposalExtended act{
      static_cast<int>(read.Number("days", in.days(), 1, limits::kExtensionDaysMax)),
      read.Text("reason", in.reason(), limits::kReasonCodePointsMax, true)};
  return Finish(read, act);
}

// The case's name as the sanction service gives it; kept whole, because nothing here looks inside.
std::string CaseName(const std::string& name, FieldReader* read) {
  const std::string text = read->Text("penalty_case", name, limits::kTitleCodePointsMax, false);
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  if (text.empty() || (parts.size() == 4 && parts[0] == "operators" && parts[2] == "cases")) {
    return text;
  }
  read->Bad("penalty_case", "must have the form operators/{operator}/cases/{case}",
            "应为operators/{operator}/cases/{case}的形式");
  return "";
}

absl::StatusOr<Act> ToAct(const v1::FinishDisposalRequest& in) {
  FieldReader read;
  DisposalFinished act;
  act.product_controlled = in.product_controlled();
  act.cause = read.Paragraphs("cause", in.cause(), limits::kTextCodePointsMax, true);
  act.trace = read.Text("trace", in.trace(), limits::kTitleCodePointsMax, true);
  act.penalty_case = CaseName(in.penalty_case(), &read);
  act.summary = read.Paragraphs("summary", in.summary(), limits::kTextCodePointsMax, true);
  return Finish(read, act);
}

absl::StatusOr<Act> ToAct(const v1::PublishResultRequest&) { return Act(Published{}); }

absl::StatusOr<Act> ToAct(const v1::CloseSampleRequest&) { return Act(Closed{}); }

Attested ToAttested(const v1::SampleRow& in, FieldReader& read) {
  Attested out;
  out.planned.kind = Same<Kind>(read.Stated("kind", in.kind(), v1::SampleKind_IsValid));
  out.planned.level = Same<Level>(
      read.Stated("authority_level", in.authority_level(), policy::v1::RegionLevel_IsValid));
  out.planned.food_category = FoodCategory(in.food_category(), "food_category", read);
  out.product = ToProduct(in.product(), "product", read);
  const auto day = [&](const char* field, bool present, const common::v1::Date& date, bool need) {
    return read.Day(field, present ? &date : nullptr, need);
  };
  out.sampled_date = day("sampled_date", in.has_sampled_date(), in.sampled_date(), true)
                         .value_or(out.sampled_date);
  out.final_date = day("final_date", in.has_final_date(), in.final_date(), false);
  out.publish_date = day("publish_date", in.has_publish_date(), in.publish_date(), false);
  out.outcome = Same<Outcome>(read.Stated("outcome", in.outcome(), v1::SampleOutcome_IsValid));
  out.report_number =
      read.Text("report_number", in.report_number(), frame::limits::kNumberBytesMax, false);
  const bool passed = out.outcome == Outcome::kPassed;
  read.Number("failed_items", in.failed_items_size(), passed ? 0 : 1,
              passed ? 0 : limits::kImportItemsMax);
  for (int i = 0; i < std::min(in.failed_items_size(), limits::kImportItemsMax); ++i) {
    v1::TestItem item = in.failed_items(i);
    item.set_failed(true);
    out.failed_items.push_back(ToItem(item, absl::StrCat("failed_items[", i, "]"), read));
  }
  if (!passed) {
    out.hazard = Same<Hazard>(read.Stated("hazard", in.hazard(), v1::HazardLevel_IsValid));
  }
  if (out.final_date && *out.final_date < out.sampled_date) {
    read.Bad("final_date", "must not lie before sampled_date", "不得早于抽样日期", "RANGE");
  }
  if (out.publish_date && (!out.final_date || *out.publish_date < *out.final_date)) {
    read.Bad("publish_date", "must not lie before final_date", "不得早于结论确定日期", "RANGE");
  }
  return out;
}

absl::StatusOr<SampleId> ToSampleId(absl::string_view name) {
  FieldReader read;
  const std::string id = read.Name("name", name, "samples", true);
  RETURN_IF_ERROR(read.Done());
  return SampleId(id);
}

std::string EtagOf(const Sample& sample) { return absl::StrCat("v", sample.version()); }

}  // namespace shian::inspection::sampling
