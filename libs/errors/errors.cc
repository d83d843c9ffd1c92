#include "libs/errors/errors.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/errors/limits.h"
#include "libs/errors/payload.h"

namespace shian::errors {
namespace {

constexpr absl::string_view kLegalBasis = "LEGAL_BASIS";
constexpr absl::string_view kChineseLocale = "zh-CN";

const std::string* ValueOf(const Args& args, absl::string_view name) {
  for (const auto& [key, value] : args) {
    if (key == name) return &value;
  }
  return nullptr;
}

// A name without a value stays visible as {name}: that is a slip in the caller's code, and hiding
// it would make the sentence say something else.
std::string Fill(absl::string_view text, const Args& args) {
  std::string out;
  while (!text.empty()) {
    const size_t open = text.find('{');
    const size_t close = text.find('}', open == text.npos ? 0 : open);
    if (open == text.npos || close == text.npos) break;
    const std::string* value = ValueOf(args, text.substr(open + 1, close - open - 1));
    absl::StrAppend(&out, text.substr(0, open),
                    value ? absl::string_view(*value) : text.substr(open, close - open + 1));
    text.remove_prefix(close + 1);
  }
  absl::StrAppend(&out, text);
  return Cut(out, limits::kMessageBytesMax);
}

Args CutAll(Args args) {
  for (auto& [name, value] : args) value = Cut(value, limits::kArgBytesMax);
  return args;
}

google::rpc::ErrorInfo InfoOf(const ReasonRow& row, const Args& args) {
  google::rpc::ErrorInfo info;
  info.set_reason(row.word);
  info.set_domain(std::string(kDomain));
  for (const auto& [name, value] : args) (*info.mutable_metadata())[name] = value;
  return info;
}

google::rpc::LocalizedMessage Chinese(std::string text) {
  google::rpc::LocalizedMessage message;
  message.set_locale(std::string(kChineseLocale));
  message.set_message(std::move(text));
  return message;
}

google::rpc::PreconditionFailure FailureOf(const Basis& basis) {
  google::rpc::PreconditionFailure failure;
  auto* violation = failure.add_violations();
  violation->set_type(std::string(kLegalBasis));
  violation->set_subject(Cut(basis.statute, limits::kArgBytesMax));
  violation->set_description(Cut(basis.article, limits::kArgBytesMax));
  return failure;
}

google::rpc::BadRequest BadRequestOf(const std::vector<std::pair<std::string, Rule>>& wrong) {
  google::rpc::BadRequest bad;
  for (const auto& [field, rule] : wrong) {
    auto* violation = bad.add_field_violations();
    violation->set_field(field);
    violation->set_description(rule.en);
    violation->set_reason(rule.word);
    *violation->mutable_localized_message() = Chinese(rule.zh);
  }
  return bad;
}

}  // namespace

const std::vector<ReasonRow>& ReasonTable() {
  static const std::vector<ReasonRow> table = {
#define REASON(name, code, word, en, zh) \
  {Reason::name, #name, absl::StatusCode::code, word, en, zh},
#include "libs/errors/reasons.def"
#undef REASON
  };
  return table;
}

const ReasonRow& RowOf(Reason reason) {
  const auto index = static_cast<size_t>(reason);
  CHECK_LT(index, ReasonTable().size());
  return ReasonTable()[index];
}

absl::string_view WordOf(Reason reason) { return RowOf(reason).word; }

absl::Status Refuse(Reason reason, Args args, Basis basis) {
  const ReasonRow& row = RowOf(reason);
  args = CutAll(std::move(args));
  absl::Status status(row.code, Fill(row.en, args));
  google::rpc::Status payload;
  Put(payload, InfoOf(row, args));
  if (!basis.statute.empty()) Put(payload, FailureOf(basis));
  Put(payload, Chinese(Fill(row.zh, args)));
  SetPayload(status, payload);
  return status;
}

absl::Status NotFound(absl::string_view resource_name) {
  return Refuse(Reason::kNotFound, {{"name", std::string(resource_name)}});
}

absl::Status WithRetryDelay(absl::Status refusal, absl::Duration delay) {
  if (refusal.ok()) return refusal;
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(absl::IDivDuration(delay, absl::Seconds(1), &delay));
  retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(delay)));
  google::rpc::Status payload = PayloadOf(refusal);
  Put(payload, retry);
  SetPayload(refusal, payload);
  return refusal;
}

absl::Status InvalidField(absl::string_view field, Rule rule) {
  Violations violations;
  violations.Add(field, std::move(rule));
  return violations.ToStatus();
}

void Violations::Add(absl::string_view field, Rule rule) {
  ++count_;
  if (listed_.size() >= limits::kViolationsMax) return;
  rule.en = Cut(rule.en, limits::kRuleBytesMax);
  rule.zh = Cut(rule.zh, limits::kRuleBytesMax);
  rule.word = Cut(rule.word, limits::kReasonCharsMax);
  listed_.emplace_back(Cut(field, limits::kArgBytesMax), std::move(rule));
}

absl::Status Violations::ToStatus() const {
  if (empty()) return absl::OkStatus();
  const ReasonRow& row = RowOf(Reason::kFieldInvalid);
  const auto& [field, rule] = listed_.front();
  const Args args = {{"count", absl::StrCat(count_)}, {"field", field}};
  // The only text whose values differ by language: the rule is a sentence itself.
  Args english = args, chinese = args;
  english.emplace_back("rule", rule.en);
  chinese.emplace_back("rule", rule.zh);
  absl::Status status(row.code, Fill(row.en, english));
  google::rpc::Status payload;
  Put(payload, InfoOf(row, args));
  Put(payload, BadRequestOf(listed_));
  Put(payload, Chinese(Fill(row.zh, chinese)));
  SetPayload(status, payload);
  return status;
}

std::optional<Reason> ReasonOf(const absl::Status& status) {
  const auto info = Find<google::rpc::ErrorInfo>(PayloadOf(status));
  if (!info || info->domain() != kDomain) return std::nullopt;
  for (const ReasonRow& row : ReasonTable()) {
    if (info->reason() == row.word) return row.reason;
  }
  return std::nullopt;
}

std::optional<Basis> BasisOf(const absl::Status& status) {
  const auto failure = Find<google::rpc::PreconditionFailure>(PayloadOf(status));
  if (!failure) return std::nullopt;
  for (const auto& violation : failure->violations()) {
    if (violation.type() != kLegalBasis) continue;
    return Basis{violation.subject(), violation.description()};
  }
  return std::nullopt;
}

std::optional<absl::Duration> RetryDelayOf(const absl::Status& status) {
  const auto retry = Find<google::rpc::RetryInfo>(PayloadOf(status));
  if (!retry) return std::nullopt;
  return absl::Seconds(retry->retry_delay().seconds()) +
         absl::Nanoseconds(retry->retry_delay().nanos());
}

std::vector<std::pair<std::string, Rule>> ViolationsOf(const absl::Status& status) {
  std::vector<std::pair<std::string, Rule>> wrong;
  const auto bad = Find<google::rpc::BadRequest>(PayloadOf(status));
  if (!bad) return wrong;
  for (const auto& violation : bad->field_violations()) {
    wrong.emplace_back(
        violation.field(),
        Rule{violation.description(), violation.localized_message().message(), violation.reason()});
  }
  return wrong;
}

}  // namespace shian::errors
