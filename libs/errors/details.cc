#include "libs/errors/details.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "libs/errors/limits.h"
#include "libs/errors/payload.h"

namespace shian::errors {
namespace {

// Texts for a status that no row of the table stands behind.
absl::string_view GeneralChinese(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kCancelled:
      return "调用已取消。";
    case absl::StatusCode::kInvalidArgument:
      return "请求有误。";
    case absl::StatusCode::kDeadlineExceeded:
      return "调用超时。";
    case absl::StatusCode::kNotFound:
      return "所请求的内容不存在。";
    case absl::StatusCode::kAlreadyExists:
      return "内容已存在。";
    case absl::StatusCode::kPermissionDenied:
      return "没有权限。";
    case absl::StatusCode::kUnauthenticated:
      return "身份未通过验证。";
    case absl::StatusCode::kResourceExhausted:
      return "资源不足，请稍后再试。";
    case absl::StatusCode::kFailedPrecondition:
      return "当前状态不允许该操作。";
    case absl::StatusCode::kAborted:
      return "操作发生冲突，请重试。";
    case absl::StatusCode::kUnavailable:
      return "服务暂不可用，请稍后再试。";
    case absl::StatusCode::kDataLoss:
      return "数据损坏，不予提供。";
    default:
      return "请求未能完成。";
  }
}

google::rpc::LocalizedMessage Localized(absl::string_view locale, absl::string_view text) {
  google::rpc::LocalizedMessage message;
  message.set_locale(std::string(locale));
  message.set_message(std::string(text));
  return message;
}

google::rpc::ErrorInfo InfoOfCode(absl::StatusCode code) {
  google::rpc::ErrorInfo info;
  info.set_reason(absl::StatusCodeToString(code));
  info.set_domain(std::string(kDomain));
  return info;
}

// Half of the wrong fields, or false when one at most is left.
bool DropViolations(google::rpc::Status& details) {
  auto bad = Find<google::rpc::BadRequest>(details);
  if (!bad || bad->field_violations_size() < 2) return false;
  auto* fields = bad->mutable_field_violations();
  fields->DeleteSubrange(fields->size() / 2, fields->size() - fields->size() / 2);
  Put(details, *bad);
  return true;
}

bool DropMetadata(google::rpc::Status& details) {
  auto info = Find<google::rpc::ErrorInfo>(details);
  if (!info || info->metadata().empty()) return false;
  info->clear_metadata();
  Put(details, *info);
  return true;
}

// The texts are still in the call's own message; the reason stays whatever happens.
bool DropTexts(google::rpc::Status& details) {
  const int before = details.details_size();
  if (before <= 1) return false;
  details.clear_message();
  const auto info = Find<google::rpc::ErrorInfo>(details);
  details.clear_details();
  if (info) Put(details, *info);
  return true;
}

std::string SerializeWithinLimit(google::rpc::Status details) {
  while (details.ByteSizeLong() > limits::kDetailsBytesMax) {
    if (!DropViolations(details) && !DropMetadata(details) && !DropTexts(details)) return "";
  }
  return details.SerializeAsString();
}

struct Weighted {
  absl::string_view language;
  double weight;
};

std::vector<Weighted> Languages(absl::string_view accept_language) {
  std::vector<Weighted> languages;
  for (absl::string_view part : absl::StrSplit(accept_language.substr(0, 256), ',')) {
    const std::vector<absl::string_view> pieces = absl::StrSplit(part, ';');
    double weight = 1;
    for (size_t i = 1; i < pieces.size(); ++i) {
      absl::string_view piece = absl::StripAsciiWhitespace(pieces[i]);
      if (absl::StartsWith(piece, "q=") && !absl::SimpleAtod(piece.substr(2), &weight)) weight = 0;
    }
    languages.push_back({absl::StripAsciiWhitespace(pieces[0]), weight});
  }
  return languages;
}

bool IsLanguage(absl::string_view tag, absl::string_view language) {
  return absl::StartsWithIgnoreCase(tag, language) &&
         (tag.size() == language.size() || tag[language.size()] == '-');
}

}  // namespace

absl::string_view ChooseLocale(absl::string_view accept_language) {
  if (accept_language.empty()) return kChinese;
  double chinese = 0, english = 0;
  for (const Weighted& wanted : Languages(accept_language)) {
    if (IsLanguage(wanted.language, "zh")) chinese = std::max(chinese, wanted.weight);
    if (IsLanguage(wanted.language, "en")) english = std::max(english, wanted.weight);
  }
  return english > chinese ? kEnglish : kChinese;
}

google::rpc::Status DecodeDetails(const absl::Status& status) { return PayloadOf(status); }

std::string LocalizedText(const absl::Status& status, absl::string_view locale) {
  if (status.ok() || locale == kEnglish) return std::string(status.message());
  const auto text = Find<google::rpc::LocalizedMessage>(PayloadOf(status));
  if (text && text->locale() == kChinese) return text->message();
  return std::string(GeneralChinese(status.code()));
}

std::string StatusDetails(const absl::Status& status, absl::string_view locale) {
  if (status.ok()) return "";
  google::rpc::Status details = PayloadOf(status);
  details.set_code(static_cast<int>(status.code()));
  details.set_message(Cut(status.message(), limits::kMessageBytesMax));
  if (!Find<google::rpc::ErrorInfo>(details)) Put(details, InfoOfCode(status.code()));
  const std::string text = Cut(LocalizedText(status, locale), limits::kMessageBytesMax);
  Put(details, Localized(locale == kEnglish ? kEnglish : kChinese, text));
  return SerializeWithinLimit(std::move(details));
}

absl::Status FromStatusDetails(absl::StatusCode code, absl::string_view message,
                               absl::string_view details) {
  absl::Status status(code, Cut(message, limits::kMessageBytesMax));
  google::rpc::Status payload;
  if (status.ok() || details.empty() || details.size() > 4 * limits::kDetailsBytesMax) {
    return status;
  }
  if (!payload.ParseFromArray(details.data(), static_cast<int>(details.size()))) return status;
  payload.clear_message();
  SetPayload(status, payload);
  return status;
}

}  // namespace shian::errors
