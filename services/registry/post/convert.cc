#include "services/registry/post/convert.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/util/time_util.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"
#include "libs/codes/codes.h"
#include "libs/policy/convert.h"
#include "services/registry/post/limits.h"

namespace shian::registry::convert {
namespace {

using google::protobuf::util::TimeUtil;

constexpr char kBanRule[] = "ban.food";
constexpr char kApplicant[] = "APPLICANT";

static_assert(static_cast<int>(Bar::kSafety) == policy::v1::BAN_BAR_SAFETY);
static_assert(static_cast<int>(Post::kManager) == v1::POST_KIND_MANAGER);

std::optional<Date> ToDay(const common::v1::Date& in) {
  if (in.year() < 1 || in.year() > 9999) return std::nullopt;
  const Date day(in.year(), in.month(), in.day());
  const bool valid = day.year() == in.year() && day.month() == in.month() && day.day() == in.day();
  return valid ? std::optional<Date>(day) : std::nullopt;
}

// A day in a message that passed its sender's own checks.
Date DayOf(const common::v1::Date& in) { return ToDay(in).value_or(Date(1970, 1, 1)); }

std::vector<KeyedHash> ToHashes(const std::string& field, const std::string& number,
                                const codes::IdentityHasher& hasher, errors::Violations* wrong) {
  const auto checked = codes::Check(codes::Kind::kCitizenId, codes::Tidy(number));
  if (checked.ok()) return hasher.EveryHashOf(checked->canonical);
  wrong->Add(field, {"is no valid identity number", "不是有效的公民身份号码", "CITIZEN_ID"});
  return {};
}

Post ToPost(const std::string& field, v1::PostKind kind, errors::Violations* wrong) {
  if (kind != v1::POST_KIND_UNSPECIFIED && v1::PostKind_IsValid(kind)) {
    return static_cast<Post>(kind);
  }
  wrong->Add(field, {"is no known post", "未知的岗位", "ENUM_UNKNOWN"});
  return Post::kUnknown;
}

errors::Rule DayRule() { return {"must be a valid date", "应为有效日期", "DATE_INVALID"}; }

}  // namespace

GateRule ToGateRule(const policy::v1::BanRule& rule) {
  GateRule out;
  for (const policy::v1::BarredPost& in : rule.posts()) {
    v1::PostKind kind = v1::POST_KIND_UNSPECIFIED;
    std::set<Bar> bars;
    for (const int bar : in.bars()) bars.insert(static_cast<Bar>(bar));
    if (in.post() == kApplicant) {
      out.applicant = bars;
    } else if (v1::PostKind_Parse("POST_KIND_" + in.post(), &kind)) {
      out.posts[static_cast<Post>(kind)] = bars;
    }
  }
  out.answer_max = absl::Hours(rule.answer_hours_max());
  out.employer_clock = rule.employer_clock();
  return out;
}

absl::StatusOr<GateRule> GateRuleInForce(store::ReadTx& tx, const policy::Policies& policies,
                                         Date on) {
  ASSIGN_OR_RETURN(const auto rule, policies.InForce<policy::v1::BanRule>(tx, kBanRule, on));
  return ToGateRule(rule.policy());
}

PersonBan ToPersonBan(const sanction::v1::BanImposed& in, absl::Time recorded) {
  PersonBan out;
  out.ban = in.ban();
  for (const int bar : in.bars()) out.bars.insert(static_cast<Bar>(bar));
  out.from = DayOf(in.from_date());
  if (in.has_until_date()) out.until = DayOf(in.until_date());
  out.basis = policy::ToBasis(in.legal_basis());
  out.recorded = recorded;
  return out;
}

absl::StatusOr<Registration> ToRegistration(const v1::RegisterPostRequest& in,
                                            const codes::IdentityHasher& hasher, Date today) {
  errors::Violations wrong;
  Registration out;
  const std::optional<OperatorId> op = OperatorIdOf(in.operator_());
  if (!op) {
    wrong.Add("operator",
              {"must be operators/{operator}", "应为operators/{operator}形式", "OPERATOR_NAME"});
  } else {
    out.post.op = *op;
  }
  out.post.kind = ToPost("kind", in.kind(), &wrong);
  const auto name = NormaliseText(in.person_name(), limits::kPersonNameMax);
  if (!name.ok() || name->empty()) {
    wrong.Add("person_name", {"must be text of 1 to 50 characters", "应为1至50个字符", "TEXT"});
  } else {
    out.post.person_name = *name;
  }
  out.hashes = ToHashes("identity_number", in.identity_number(), hasher, &wrong);
  if (!out.hashes.empty()) out.post.identity = out.hashes.back();
  out.post.from = today;
  if (in.has_from_date()) {
    const std::optional<Date> from = ToDay(in.from_date());
    if (!from || *from > today + limits::kDaysAheadMax) {
      wrong.Add("from_date", DayRule());
    } else {
      out.post.from = *from;
    }
  }
  RETURN_IF_ERROR(wrong.ToStatus());
  return out;
}

absl::StatusOr<Ending> ToEnding(const v1::EndPostRequest& in, Date today) {
  errors::Violations wrong;
  Ending out;
  out.etag = in.etag();
  out.to = today;
  const std::vector<std::string> parts = absl::StrSplit(in.name(), '/');
  const bool shaped = parts.size() == 4 && parts[2] == "posts" && !parts[3].empty();
  const std::optional<OperatorId> op =
      shaped ? OperatorIdOf(absl::StrCat(parts[0], "/", parts[1])) : std::nullopt;
  // An id has the characters of an operator's id.
  const bool good = op && OperatorIdOf(absl::StrCat("operators/", parts[3]));
  if (good) {
    out.name = {*op, PostId(parts[3])};
  } else {
    wrong.Add("name", {"must be operators/{operator}/posts/{post}",
                       "应为operators/{operator}/posts/{post}形式", "POST_NAME"});
  }
  if (in.has_to_date()) {
    const std::optional<Date> to = ToDay(in.to_date());
    if (!to || *to > today) {
      wrong.Add("to_date", DayRule());
    } else {
      out.to = *to;
    }
  }
  RETURN_IF_ERROR(wrong.ToStatus());
  return out;
}

absl::StatusOr<std::vector<Applicant>> ToApplicants(const v1::CheckApplicationRequest& in,
                                                    const codes::IdentityHasher& hasher) {
  errors::Violations wrong;
  CheckRegion(in.region(), "region", &wrong).IgnoreError();
  const auto reference = NormaliseText(in.reference(), limits::kDocumentNumberMax);
  if (!reference.ok() || reference->empty()) {
    wrong.Add("reference", {"must be text of 1 to 100 characters", "应为1至100个字符", "TEXT"});
  }
  if (in.people_size() < 1 || in.people_size() > limits::kApplicationPeopleMax) {
    wrong.Add("people", {"must be 1 to 50", "应为1至50人", "ITEMS_COUNT"});
  }
  std::vector<Applicant> people;
  for (int i = 0; i < in.people_size() && i < limits::kApplicationPeopleMax; ++i) {
    const v1::ApplicationPerson& person = in.people(i);
    const std::string field = absl::StrCat("people[", i, "]");
    Applicant one;
    one.applies = person.applicant();
    if (!one.applies || person.kind() != v1::POST_KIND_UNSPECIFIED) {
      one.post = ToPost(field + ".kind", person.kind(), &wrong);
    }
    one.hashes = ToHashes(field + ".identity_number", person.identity_number(), hasher, &wrong);
    people.push_back(std::move(one));
  }
  RETURN_IF_ERROR(wrong.ToStatus());
  return people;
}

v1::Post ToProto(const PostRecord& post, const PersonBan* closing, const std::string& origin) {
  v1::Post out;
  out.set_name(post.name());
  out.set_etag(post.etag());
  out.mutable_provenance()->set_origin(origin);
  out.mutable_provenance()->set_source_id(post.id.value());
  out.mutable_provenance()->set_authority(post.authority);
  *out.mutable_provenance()->mutable_record_time() =
      TimeUtil::MicrosecondsToTimestamp(ToMicros(post.recorded));
  out.set_region(post.region);
  out.set_kind(static_cast<v1::PostKind>(post.kind));
  if (!post.person_name.empty()) out.set_masked_person_name(MaskName(post.person_name));
  *out.mutable_from_date() = registry::ToProto(post.from);
  if (post.to) *out.mutable_to_date() = registry::ToProto(*post.to);
  *out.mutable_record_time() = TimeUtil::MicrosecondsToTimestamp(ToMicros(post.recorded));
  if (closing == nullptr) return out;
  v1::Barred* barred = out.mutable_barred();
  if (closing->until) *barred->mutable_until_date() = registry::ToProto(*closing->until);
  barred->mutable_legal_basis()->set_statute(closing->basis.statute);
  barred->mutable_legal_basis()->set_article(closing->basis.article);
  return out;
}

std::string ShownTitle(const Operator& op) {
  return IsPerson(op.core.form) ? MaskName(op.payload.title) : op.payload.title;
}

}  // namespace shian::registry::convert
