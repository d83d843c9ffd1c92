#include "services/inspection/frame/convert.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/text.h"
#include "libs/rpc/convert.h"
#include "services/inspection/frame/limits.h"

namespace shian::inspection {
namespace {

// "operators/7" -> "7"; as it is when the prefix is another.
std::string IdOf(const std::string& name) {
  const size_t slash = name.find('/');
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

std::vector<std::string> IdsOf(const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::vector<std::string> ids;
  for (const std::string& name : names) ids.push_back(IdOf(name));
  return ids;
}

std::optional<Date> FromProto(bool present, const common::v1::Date& date) {
  if (!present) return std::nullopt;
  return Date(date.year(), date.month(), date.day());
}

}  // namespace

std::string FieldReader::Text(absl::string_view field, absl::string_view value,
                              size_t max_code_points, bool required) {
  auto text = NormaliseText(value, max_code_points);
  if (!text.ok()) {
    Bad(field, absl::StrCat("must be plain text of at most ", max_code_points, " characters"),
        absl::StrCat("应为不超过", max_code_points, "字的文本"));
    return "";
  }
  if (required && text->empty()) Bad(field, "must not be empty", "不得为空", "REQUIRED");
  return *std::move(text);
}

std::string FieldReader::Paragraphs(absl::string_view field, absl::string_view value,
                                    size_t max_code_points, bool required) {
  auto text = NormaliseParagraphs(value, max_code_points);
  if (!text.ok()) {
    Bad(field, absl::StrCat("must be text of at most ", max_code_points, " characters"),
        absl::StrCat("应为不超过", max_code_points, "字的文本"));
    return "";
  }
  if (required && text->empty()) Bad(field, "must not be empty", "不得为空", "REQUIRED");
  return *std::move(text);
}

std::string FieldReader::Name(absl::string_view field, absl::string_view value,
                              absl::string_view collection, bool required) {
  if (value.empty() && !required) return "";
  const std::string prefix = absl::StrCat(collection, "/");
  absl::string_view id = value;
  const bool good =
      absl::ConsumePrefix(&id, prefix) && !id.empty() && id.size() <= frame::limits::kIdBytesMax &&
      std::all_of(id.begin(), id.end(),
                  [](unsigned char c) { return absl::ascii_isgraph(c) && c != '/' && c != ','; });
  if (good) return std::string(id);
  Bad(field, absl::StrCat("must have the form ", prefix, "{id}"),
      absl::StrCat("应为", prefix, "{id}的形式"));
  return "";
}

std::vector<std::string> FieldReader::Names(
    absl::string_view field, const google::protobuf::RepeatedPtrField<std::string>& values,
    absl::string_view collection, int max) {
  std::vector<std::string> ids;
  if (values.size() > max) {
    Bad(field, absl::StrCat("must have at most ", max, " entries"),
        absl::StrCat("不得超过", max, "项"));
    return ids;
  }
  for (int i = 0; i < values.size(); ++i) {
    ids.push_back(Name(absl::StrCat(field, "[", i, "]"), values[i], collection, true));
  }
  return ids;
}

std::string FieldReader::Region(absl::string_view field, absl::string_view value, bool required) {
  if (value.empty() && !required) return "";
  if (!frame::IsRegion(value))
    Bad(field, "must be a division code of 6 digits", "应为6位行政区划代码");
  return std::string(value);
}

std::string FieldReader::Sha256Hex(absl::string_view field, absl::string_view value,
                                   bool required) {
  if (value.empty() && !required) return "";
  const bool good = value.size() == 64 && std::all_of(value.begin(), value.end(), [](char c) {
                      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                    });
  if (!good) Bad(field, "must be 64 lower-case hex digits", "应为64位小写十六进制数");
  return std::string(value);
}

std::string FieldReader::Bytes32(absl::string_view field, const std::string& value) {
  if (value.size() != 32) Bad(field, "must be 32 bytes", "应为32字节");
  return value;
}

int64_t FieldReader::Number(absl::string_view field, int64_t value, int64_t min, int64_t max) {
  if (value < min || value > max) {
    Bad(field, absl::StrCat("must lie between ", min, " and ", max),
        absl::StrCat("应在", min, "至", max, "之间"), "RANGE");
  }
  return value;
}

std::optional<Date> FieldReader::Day(absl::string_view field, const common::v1::Date* value,
                                     bool required) {
  if (value == nullptr) {
    if (required) Bad(field, "must be stated", "不得为空", "REQUIRED");
    return std::nullopt;
  }
  const Date date(value->year(), value->month(), value->day());
  const bool good = value->year() >= frame::limits::kYearMin && date.year() == value->year() &&
                    date.month() == value->month() && date.day() == value->day() &&
                    value->year() <= 2999;
  if (!good) Bad(field, "must be an existing date", "应为有效日期", "DATE");
  return date;
}

void FieldReader::Bad(absl::string_view field, absl::string_view en, absl::string_view zh,
                      absl::string_view word) {
  broken_.push_back({std::string(field), {std::string(en), std::string(zh), std::string(word)}});
}

absl::Status FieldReader::Done() const {
  errors::Violations violations;
  for (const Broken& one : broken_) violations.Add(one.field, one.rule);
  return violations.ToStatus();
}

void FieldReader::AddTo(common::v1::RowVerdict* verdict) const {
  for (const Broken& one : broken_) {
    common::v1::RowViolation* violation = verdict->add_violations();
    violation->set_field(one.field);
    violation->set_rule(one.rule.word);
    violation->set_message(one.rule.zh);
  }
}

absl::Time FieldReader::Time(absl::string_view field, bool stated,
                             const google::protobuf::Timestamp& time, absl::Time otherwise) {
  if (!stated) return otherwise;
  const absl::Time at = rpc::FromProto(time);
  if (at >= StartOfDay(Date(1, 1, 1)) && at < StartOfDay(Date(10'000, 1, 1)) && time.nanos() >= 0) {
    return at;
  }
  Bad(field, "must be a valid time", "应为有效时间");
  return otherwise;
}

absl::StatusOr<absl::Time> ActTime(const rpc::Call& call, bool stated,
                                   const google::protobuf::Timestamp& time) {
  if (!stated) return call.now();
  const absl::Time at = rpc::FromProto(time);
  if (at <= call.now() && at >= StartOfDay(Date(frame::limits::kYearMin, 1, 1))) return at;
  return errors::InvalidField("act_time", {"must not lie in the future", "不得晚于当前时间"});
}

common::v1::Date ToProto(Date date) {
  common::v1::Date out;
  out.set_year(static_cast<int>(date.year()));
  out.set_month(date.month());
  out.set_day(date.day());
  return out;
}

void SetBasis(const std::string& statute, const std::string& article, common::v1::LegalBasis* out) {
  out->set_statute(statute);
  out->set_article(article);
}

namespace frame {

constexpr absl::string_view kKindPrefix = "OPERATOR_KIND_";
constexpr absl::string_view kGradePrefix = "RISK_GRADE_";

std::string KindWord(registry::v1::OperatorKind kind) {
  const std::string& name = registry::v1::OperatorKind_Name(kind);
  return name.substr(std::min(name.size(), kKindPrefix.size()));
}

registry::v1::OperatorKind KindOf(const std::string& word) {
  auto kind = registry::v1::OPERATOR_KIND_UNSPECIFIED;
  registry::v1::OperatorKind_Parse(absl::StrCat(kKindPrefix, word), &kind);
  return kind;
}

std::string GradeWord(policy::v1::RiskGrade grade) {
  if (grade == policy::v1::RISK_GRADE_UNSPECIFIED) return "UNRATED";
  const std::string& name = policy::v1::RiskGrade_Name(grade);
  return name.substr(std::min(name.size(), kGradePrefix.size()));
}

policy::v1::RiskGrade GradeOf(const std::string& word) {
  auto grade = policy::v1::RISK_GRADE_UNSPECIFIED;
  policy::v1::RiskGrade_Parse(absl::StrCat(kGradePrefix, word), &grade);
  return grade;
}

Unit ToUnit(const registry::v1::Operator& in) {
  Unit unit;
  unit.id = IdOf(in.name());
  unit.region = in.region();
  unit.kind = KindWord(in.kind());
  // A person's name stays in the registry: nothing here has to be erased twice.
  if (IsLegalPersonId(unit.id)) unit.title = in.title();
  unit.trading = in.status() == registry::v1::OPERATOR_STATUS_TRADING;
  unit.origin = in.provenance().origin();
  unit.source_id = in.provenance().source_id();
  return unit;
}

Inspector ToInspector(const registry::v1::Inspector& in) {
  Inspector one;
  one.id = IdOf(in.name());
  one.region = in.region();
  one.organisation = in.organisation();
  one.specialities.assign(in.specialities().begin(), in.specialities().end());
  one.conflicts = IdsOf(in.conflicts());
  one.active = in.status() == registry::v1::INSPECTOR_STATUS_ACTIVE;
  one.card_valid_to = FromProto(in.has_card_valid_to(), in.card_valid_to());
  return one;
}

Laboratory ToLaboratory(const registry::v1::Laboratory& in) {
  Laboratory one;
  one.id = IdOf(in.name());
  one.region = in.region();
  one.system = in.system();
  one.scopes.assign(in.scopes().begin(), in.scopes().end());
  one.affiliates = IdsOf(in.affiliates());
  one.valid_from = FromProto(in.has_valid_from(), in.valid_from());
  one.valid_to = FromProto(in.has_valid_to(), in.valid_to());
  one.reinspection = in.reinspection();
  one.suspended = in.suspended();
  return one;
}

}  // namespace frame
}  // namespace shian::inspection
