#include "services/registry/operator/convert.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"
#include "libs/codes/codes.h"
#include "libs/codes/rules.h"
#include "services/registry/operator/limits.h"

namespace shian::registry {
namespace {

using google::protobuf::util::TimeUtil;

static_assert(static_cast<int>(Kind::kColdStore) == v1::OPERATOR_KIND_COLD_STORE);
static_assert(static_cast<int>(Form::kOther) == v1::OPERATOR_FORM_OTHER);
static_assert(static_cast<int>(Status::kErased) == v1::OPERATOR_STATUS_ERASED);
static_assert(static_cast<int>(Post::kPharmacist) == v1::POST_KIND_PHARMACIST);

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(ToMicros(time));
}

void FillSite(const Site& site, v1::Site* out) {
  out->set_number(site.number);
  out->set_address(site.address);
  out->set_region(site.region);
  out->set_town(site.town);
  if (site.longitude_microdegrees) out->set_longitude_microdegrees(*site.longitude_microdegrees);
  if (site.latitude_microdegrees) out->set_latitude_microdegrees(*site.latitude_microdegrees);
  out->set_gln(site.gln);
}

void FillLicence(const Licence& licence, v1::Licence* out) {
  out->set_number(licence.number);
  out->set_scope(licence.scope);
  if (licence.from) *out->mutable_valid_from() = ToProto(*licence.from);
  if (licence.to) *out->mutable_valid_to() = ToProto(*licence.to);
}

void FillPost(const PostHolder& holder, v1::PostHolder* out) {
  out->set_post(static_cast<v1::PostKind>(holder.post));
  if (!holder.name.empty()) out->set_masked_name(MaskName(holder.name));
  if (!holder.identity) return;
  out->mutable_identity()->set_key_id(holder.identity->key_id);
  out->mutable_identity()->set_hash(holder.identity->hash);
}

void FillPayload(const Payload& payload, v1::Operator* out) {
  out->set_title(payload.title);
  out->set_code(payload.code);
  for (const Site& site : payload.sites) FillSite(site, out->add_sites());
  for (const Licence& licence : payload.licences) FillLicence(licence, out->add_licences());
  for (const PostHolder& holder : payload.posts) FillPost(holder, out->add_posts());
}

void FillCore(const Core& core, v1::Operator* out) {
  out->set_region(core.region);
  out->set_kind(static_cast<v1::OperatorKind>(core.kind));
  out->set_form(static_cast<v1::OperatorForm>(core.form));
  out->set_status(static_cast<v1::OperatorStatus>(core.status));
  out->set_office(core.office);
  for (const std::string& category : core.food_categories) out->add_food_categories(category);
  if (core.floor_area_m2) out->set_floor_area_m2(*core.floor_area_m2);
  if (core.diners) out->set_diners(*core.diners);
  for (const Attribute& attribute : core.attributes) {
    v1::Attribute* added = out->add_attributes();
    added->set_key(attribute.key);
    added->set_value(attribute.value);
  }
}

void FillRestriction(const Restriction& restriction, v1::Restriction* out) {
  if (restriction.effect == 0) out->set_listing(restriction.listing);
  if (restriction.effect != 0) out->set_measure(restriction.listing);
  out->set_effect(static_cast<policy::v1::MeasureEffect>(restriction.effect));
  *out->mutable_from() = ToProto(restriction.from);
  if (restriction.to) *out->mutable_to() = ToProto(*restriction.to);
  out->set_cause(restriction.cause);
}

void FillErasure(const ErasureOrder& order, v1::ErasureOrder* out) {
  out->set_document_number(order.document_number);
  out->set_authority(order.authority);
  out->set_document_sha256(order.document_sha256);
  *out->mutable_order_date() = ToProto(order.order_date);
  out->mutable_legal_basis()->set_statute(order.statute);
  out->mutable_legal_basis()->set_article(order.article);
}

bool IsSha256Hex(absl::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

errors::Rule Sha256Rule() {
  return {"must be 64 lower-case hexadecimal digits", "应为64位小写十六进制数", "SHA256_SHAPE"};
}

// A required text of a request.
std::string RequiredText(absl::string_view text, size_t max, absl::string_view field,
                         errors::Violations* wrong) {
  absl::StatusOr<std::string> normal = NormaliseText(text, max);
  if (!normal.ok() || normal->empty()) {
    wrong->Add(field, {absl::StrCat("must be a text of 1 to ", max, " code points"),
                       absl::StrCat("应为1至", max, "个字符的文本"), "TEXT_SHAPE"});
    return "";
  }
  return *std::move(normal);
}

// Nothing for what is no day of the calendar.
std::optional<Date> DateOf(const common::v1::Date& in) {
  const Date date(in.year(), in.month(), in.day());
  const bool exists = in.year() >= 1900 && in.year() <= 2999 && date.year() == in.year() &&
                      date.month() == in.month() && date.day() == in.day();
  return exists ? std::optional<Date>(date) : std::nullopt;
}

}  // namespace

common::v1::Date ToProto(Date date) {
  common::v1::Date out;
  out.set_year(static_cast<int32_t>(date.year()));
  out.set_month(date.month());
  out.set_day(date.day());
  return out;
}

common::v1::Provenance ToProto(const Provenance& provenance) {
  common::v1::Provenance out;
  out.set_origin(provenance.origin);
  out.set_source_id(provenance.source_id);
  out.set_authority(provenance.authority);
  out.set_document_sha256(provenance.document_sha256);
  out.set_attested(true);  // what the registry holds was granted or filed elsewhere
  *out.mutable_record_time() = ToTimestamp(provenance.recorded);
  return out;
}

v1::Operator ToProto(const Operator& op) {
  v1::Operator out;
  out.set_name(OperatorName(op.id));
  out.set_etag(absl::StrCat(op.version));
  *out.mutable_provenance() = ToProto(op.provenance);
  FillCore(op.core, &out);
  FillPayload(op.payload, &out);
  for (const Restriction& restriction : op.restrictions) {
    FillRestriction(restriction, out.add_restrictions());
  }
  *out.mutable_create_time() = ToTimestamp(op.created);
  if (op.erasure) FillErasure(*op.erasure, out.mutable_erasure());
  return out;
}

v1::Operator ToFact(const Operator& op) {
  v1::Operator out = ToProto(op);
  for (v1::PostHolder& holder : *out.mutable_posts()) holder.clear_masked_name();
  return out;
}

v1::FrameUnit ToFrameUnit(const Operator& op) {
  v1::FrameUnit out;
  out.set_operator_(OperatorName(op.id));
  out.set_region(op.core.region);
  out.set_kind(static_cast<v1::OperatorKind>(op.core.kind));
  return out;
}

RawRow ToRow(const v1::OperatorRow& in) {
  RawRow row;
  row.line = in.line();
  row.source_id = in.source_id();
  row.title = in.title();
  row.code = in.code();
  row.kind = in.kind();
  row.form = in.form();
  row.status = in.status();
  row.region = in.region();
  row.office = in.office();
  row.address = in.address();
  row.town = in.town();
  row.longitude = in.longitude();
  row.latitude = in.latitude();
  row.gln = in.gln();
  row.licence_number = in.licence_number();
  row.licence_scope = in.licence_scope();
  row.licence_from = in.licence_from();
  row.licence_to = in.licence_to();
  row.principal = in.principal();
  row.principal_identity_number = in.principal_identity_number();
  row.floor_area_m2 = in.floor_area_m2();
  row.diners = in.diners();
  row.food_categories = in.food_categories();
  for (const v1::Attribute& attribute : in.attributes()) {
    row.attributes.push_back({attribute.key(), attribute.value()});
  }
  return row;
}

absl::Status CheckRegion(absl::string_view region, absl::string_view field,
                         errors::Violations* wrong) {
  const absl::StatusOr<codes::Parsed> checked = codes::Check(codes::Kind::kRegion, region);
  if (!checked.ok()) {
    wrong->Add(field, codes::RuleOf(checked.status()));
  } else if (region.size() != 6) {
    wrong->Add(field, {"must have six digits", "应为六位数字", "REGION_SHAPE"});
  }
  return wrong->ToStatus();
}

absl::Time PastTime(bool present, const google::protobuf::Timestamp& time, absl::string_view field,
                    errors::Violations* wrong) {
  constexpr int32_t kNanosPerSecond = 1'000'000'000;
  if (!present) return absl::InfiniteFuture();
  if (time.seconds() >= TimeUtil::kTimestampMinSeconds &&
      time.seconds() <= TimeUtil::kTimestampMaxSeconds && time.nanos() >= 0 &&
      time.nanos() < kNanosPerSecond) {
    return FromMicros(TimeUtil::TimestampToMicroseconds(time));
  }
  wrong->Add(field, {"must be a time of the years 1 to 9999", "应为公元1年至9999年的时间",
                     "TIME_INVALID"});
  return absl::InfiniteFuture();
}

absl::StatusOr<ImportHead> ImportHeadOf(absl::string_view origin, absl::string_view authority,
                                        absl::string_view document_sha256, absl::string_view region,
                                        int rows) {
  errors::Violations wrong;
  ImportHead head;
  head.provenance.origin = RequiredText(origin, limits::kOriginMax, "origin", &wrong);
  head.provenance.authority = RequiredText(authority, limits::kAuthorityMax, "authority", &wrong);
  head.provenance.document_sha256 = std::string(document_sha256);
  if (!document_sha256.empty() && !IsSha256Hex(document_sha256)) {
    wrong.Add("document_sha256", Sha256Rule());
  }
  head.region = std::string(region);
  CheckRegion(region, "region", &wrong).IgnoreError();
  if (rows < 1 || rows > limits::kRowsPerChunkMax) {
    wrong.Add("rows", {"must be 1 to 500", "应为1至500行", "ROWS_PER_CHUNK"});
  }
  RETURN_IF_ERROR(wrong.ToStatus());
  return head;
}

absl::StatusOr<OperatorId> ToOperatorId(absl::string_view name, absl::string_view field) {
  std::optional<OperatorId> id = OperatorIdOf(name);
  if (id) return *std::move(id);
  return errors::InvalidField(
      field, {"must be operators/{operator}", "应为operators/{operator}形式", "OPERATOR_NAME"});
}

absl::StatusOr<OperatorQuery> ToQuery(const v1::ListOperatorsRequest& in) {
  errors::Violations wrong;
  RETURN_IF_ERROR(CheckRegion(in.region(), "region", &wrong));
  if (!v1::OperatorKind_IsValid(in.kind())) {
    wrong.Add("kind", {"is no known kind", "未知的类别", "ENUM_UNKNOWN"});
  }
  if (!v1::OperatorStatus_IsValid(in.status())) {
    wrong.Add("status", {"is no known status", "未知的状态", "ENUM_UNKNOWN"});
  }
  OperatorQuery query;
  query.past = ToPast(in, &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  query.region = in.region();
  if (in.kind() != v1::OPERATOR_KIND_UNSPECIFIED) query.kinds = {static_cast<Kind>(in.kind())};
  query.status = static_cast<Status>(in.status());
  return query;
}

absl::StatusOr<OperatorQuery> ToQuery(const v1::ListFrameRequest& in) {
  errors::Violations wrong;
  RETURN_IF_ERROR(CheckRegion(in.region(), "region", &wrong));
  if (in.kinds_size() > limits::kFrameKindsMax) {
    wrong.Add("kinds", {"must be at most 16", "至多16项", "ITEMS_TOO_MANY"});
  }
  OperatorQuery query;
  query.region = in.region();
  query.status = Status::kTrading;
  query.past = ToPast(in, &wrong);
  for (const int kind : in.kinds()) {
    if (!v1::OperatorKind_IsValid(kind) || kind == v1::OPERATOR_KIND_UNSPECIFIED) {
      wrong.Add("kinds", {"has an unknown kind", "含未知的类别", "ENUM_UNKNOWN"});
      break;
    }
    query.kinds.push_back(static_cast<Kind>(kind));
  }
  RETURN_IF_ERROR(wrong.ToStatus());
  return query;
}

absl::StatusOr<ErasureOrder> ToErasureOrder(const v1::ErasureOrder& in, Date today) {
  errors::Violations wrong;
  ErasureOrder order;
  order.document_number = RequiredText(in.document_number(), limits::kDocumentNumberMax,
                                       "order.document_number", &wrong);
  order.authority = RequiredText(in.authority(), limits::kAuthorityMax, "order.authority", &wrong);
  order.document_sha256 = in.document_sha256();
  if (!IsSha256Hex(order.document_sha256)) wrong.Add("order.document_sha256", Sha256Rule());
  order.statute = RequiredText(in.legal_basis().statute(), limits::kStatuteMax,
                               "order.legal_basis.statute", &wrong);
  order.article = RequiredText(in.legal_basis().article(), limits::kArticleMax,
                               "order.legal_basis.article", &wrong);
  const std::optional<Date> date = DateOf(in.order_date());
  if (!date) {
    wrong.Add("order.order_date", {"is no date", "不是有效日期", "DATE_INVALID"});
  } else if (*date > today) {
    wrong.Add("order.order_date", {"must not lie after today", "不得晚于今日", "DATE_FUTURE"});
  } else {
    order.order_date = *date;
  }
  RETURN_IF_ERROR(wrong.ToStatus());
  return order;
}

common::v1::RowVerdict ToVerdict(int64_t line, common::v1::RowOutcome outcome, std::string name) {
  common::v1::RowVerdict verdict;
  verdict.set_line(line);
  verdict.set_outcome(outcome);
  verdict.set_name(std::move(name));
  return verdict;
}

common::v1::RowVerdict ToVerdict(int64_t line, const std::vector<RowViolation>& violations) {
  common::v1::RowVerdict verdict = ToVerdict(line, common::v1::ROW_OUTCOME_INVALID, "");
  for (const RowViolation& violation : violations) {
    common::v1::RowViolation* out = verdict.add_violations();
    out->set_field(violation.field);
    out->set_rule(violation.rule.word);
    out->set_message(violation.rule.zh);
    out->set_value(violation.value);
  }
  return verdict;
}

}  // namespace shian::registry
