#include "services/sanction/party/convert.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"
#include "libs/codes/regions.h"
#include "libs/policy/convert.h"
#include "services/sanction/party/limits.h"

namespace shian::sanction::convert {
namespace {

bool IsIdChar(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; }

bool IsId(absl::string_view text) {
  return !text.empty() && text.size() <= limits::kIdCharsMax &&
         std::all_of(text.begin(), text.end(), IsIdChar);
}

bool IsSha256(absl::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

errors::Rule TooLong(size_t max) {
  return {absl::StrCat("must be valid text of at most ", max, " characters"),
          absl::StrCat("应为不超过", max, "个字符的有效文本")};
}

const errors::Rule& Missing() {
  static const auto* const kRule = new errors::Rule{"is required", "不能为空"};
  return *kRule;
}

}  // namespace

google::protobuf::Timestamp ToProto(absl::Time time) {
  google::protobuf::Timestamp out;
  const int64_t seconds = absl::ToUnixSeconds(time);
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int>((ToMicros(time) - seconds * 1'000'000) * 1'000));
  return out;
}

common::v1::Date ToProto(Date date) {
  common::v1::Date out;
  out.set_year(static_cast<int>(date.year()));
  out.set_month(date.month());
  out.set_day(date.day());
  return out;
}

common::v1::LegalBasis ToProto(const errors::Basis& basis) {
  common::v1::LegalBasis out;
  out.set_statute(basis.statute);
  out.set_article(basis.article);
  return out;
}

common::v1::Actor ToProto(const Actor& actor) {
  common::v1::Actor out;
  out.set_person(actor.person);
  out.set_organisation(actor.organisation);
  out.set_card(actor.card);
  return out;
}

common::v1::Attachment ToProto(const Document& document) {
  common::v1::Attachment out;
  out.set_sha256(document.sha256);
  out.set_title(document.title);
  out.set_media_type(document.media_type);
  out.set_size_bytes(document.size_bytes);
  return out;
}

common::v1::Deadline ToProto(const Clock& clock, absl::string_view locale) {
  return policy::ToProto(clock.rule, clock.start, clock.due, clock.suspensions, clock.done, locale);
}

v1::Party ToProto(const Party& party, Shown shown) {
  v1::Party out;
  out.set_operator_("operators/" + party.op.value());
  out.set_name(shown == Shown::kWhole ? party.name : ShownName(party));
  out.set_code(shown == Shown::kWhole ? party.code : ShownCode(party));
  out.set_natural_person(party.natural_person);
  return out;
}

common::v1::Provenance ToProvenance(const Record& record) {
  common::v1::Provenance out;
  out.set_origin(record.origin);
  out.set_source_id(record.id);
  out.set_authority(record.authority);
  *out.mutable_record_time() = ToProto(record.recorded);
  return out;
}

Actor ToActor(const auth::Officer& officer) {
  return {officer.person, officer.organisation, officer.card};
}

std::string Reader::Text(absl::string_view field, absl::string_view value, size_t max, Need need) {
  const absl::StatusOr<std::string> text = NormaliseParagraphs(value, max);
  if (!text.ok()) {
    violations_.Add(field, TooLong(max));
    return "";
  }
  if (text->empty() && need == Need::kRequired) violations_.Add(field, Missing());
  return *text;
}

std::string Reader::Line(absl::string_view field, absl::string_view value, size_t max, Need need) {
  const absl::StatusOr<std::string> text = NormaliseText(value, max);
  if (!text.ok()) {
    violations_.Add(field, TooLong(max));
    return "";
  }
  if (text->empty() && need == Need::kRequired) violations_.Add(field, Missing());
  return *text;
}

MatterName Reader::Matter(absl::string_view field, absl::string_view value,
                          absl::string_view collection) {
  const std::vector<std::string> parts = absl::StrSplit(value, '/');
  if (parts.size() == 4 && parts[0] == "operators" && IsId(parts[1]) &&
      absl::string_view(parts[2]) == collection && IsId(parts[3])) {
    return {OperatorId(parts[1]), parts[3]};
  }
  const std::string form = absl::StrCat("operators/{operator}/", collection, "/{id}");
  violations_.Add(field,
                  {absl::StrCat("must have the form ", form), absl::StrCat("格式应为", form)});
  return {};
}

OperatorId Reader::Operator(absl::string_view field, absl::string_view value, Need need) {
  if (value.empty() && need == Need::kOptional) return OperatorId();
  const std::vector<std::string> parts = absl::StrSplit(value, '/');
  if (parts.size() == 2 && parts[0] == "operators" && IsId(parts[1])) return OperatorId(parts[1]);
  violations_.Add(field,
                  {"must have the form operators/{operator}", "格式应为operators/{operator}"});
  return OperatorId();
}

std::string Reader::Region(absl::string_view field, absl::string_view value, Need need) {
  if (value.empty() && need == Need::kOptional) return "";
  if (value == "000000" || (value.size() == 6 && codes::RegionLevelOf(value))) {
    return std::string(value);
  }
  violations_.Add(field, {"must be a division code of 6 digits", "应为6位行政区划代码"});
  return "";
}

std::vector<Document> Reader::Documents(
    const google::protobuf::RepeatedPtrField<common::v1::Attachment>& documents) {
  if (documents.size() > limits::kDocumentsMax) {
    violations_.Add("documents", {absl::StrCat("must be at most ", limits::kDocumentsMax),
                                  absl::StrCat("不能超过", limits::kDocumentsMax, "份")});
    return {};
  }
  std::vector<Document> out;
  for (int i = 0; i < documents.size(); ++i) {
    const std::string field = absl::StrCat("documents[", i, "]");
    if (!IsSha256(documents[i].sha256())) {
      violations_.Add(field + ".sha256",
                      {"must be 64 lower-case hex digits", "应为64位小写十六进制"});
    }
    out.push_back(
        {documents[i].sha256(),
         Line(field + ".title", documents[i].title(), limits::kTitleCodePointsMax, Need::kOptional),
         Line(field + ".media_type", documents[i].media_type(), limits::kMediaTypeCharsMax,
              Need::kOptional),
         Number(field + ".size_bytes", documents[i].size_bytes(), 0, limits::kDocumentBytesMax)});
  }
  return out;
}

absl::Time Reader::Time(absl::string_view field, bool present,
                        const google::protobuf::Timestamp& time, absl::Time fallback) {
  if (!present) return fallback;
  // 0001 to 9999, the range that protobuf itself promises.
  const bool valid = time.seconds() >= -62135596800 && time.seconds() <= 253402300799 &&
                     time.nanos() >= 0 && time.nanos() <= 999'999'999;
  if (!valid) {
    violations_.Add(field, {"must be a valid time", "应为有效时间"});
    return fallback;
  }
  return FromMicros(time.seconds() * 1'000'000 + time.nanos() / 1'000);
}

int64_t Reader::Number(absl::string_view field, int64_t value, int64_t min, int64_t max) {
  if (value >= min && value <= max) return value;
  violations_.Add(field, {absl::StrCat("must be ", min, " to ", max),
                          absl::StrCat("应在", min, "至", max, "之间")});
  return min;
}

ledger::Change ChangeOf(const About& about, ledger::Log log, const char* type,
                        std::string payload) {
  return {.log = log,
          .type = type,
          .subject = "operators/" + about.op.value(),
          .region = about.region,
          .time = about.time,
          .payload = std::move(payload),
          .cause = ""};
}

absl::Status CheckEtag(absl::string_view asked, absl::string_view current, absl::string_view name) {
  if (asked.empty() || asked == current) return absl::OkStatus();
  return errors::Refuse(errors::Reason::kEtagMismatch, {{"name", std::string(name)}});
}

absl::StatusOr<Clock> ResolveClock(store::ReadTx& tx, const policy::Policies& policies,
                                   const StartedClock& started, absl::Time start) {
  Clock clock;
  clock.key = started.key;
  clock.start = start;
  ASSIGN_OR_RETURN(clock.rule, policies.RuleOfRevision(tx, started.key, started.revision));
  ASSIGN_OR_RETURN(const auto calendar, policies.Calendar(tx));
  clock.due = calendar::DueOf(*calendar, start, clock.rule.budget, {});
  return clock;
}

absl::StatusOr<StartedClock> StartClock(store::ReadTx& tx, const policy::Policies& policies,
                                        absl::string_view key, Date on) {
  ASSIGN_OR_RETURN(const calendar::Rule rule, policies.RuleInForce(tx, key, on));
  return StartedClock{std::string(key), rule.policy_revision};
}

errors::Basis BasisOf(const policy::v1::ApprovalChain& chain, absl::string_view act) {
  for (const policy::v1::ApprovalAct& one : chain.acts()) {
    if (absl::string_view(one.act()) == act) return policy::ToBasis(one.legal_basis());
  }
  return {};
}

}  // namespace shian::sanction::convert
