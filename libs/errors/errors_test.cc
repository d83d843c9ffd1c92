#include "libs/errors/errors.h"

#include <catch2/catch.hpp>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "libs/base/text.h"
#include "libs/errors/details.h"
#include "libs/errors/limits.h"
#include "libs/errors/payload.h"

namespace shian::errors {
namespace {

std::multiset<std::string> PlaceholdersOf(absl::string_view text) {
  std::multiset<std::string> names;
  for (size_t open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
    names.emplace(text.substr(open + 1, text.find('}', open) - open - 1));
  }
  return names;
}

// "kEtagMismatch" -> "ETAG_MISMATCH"
std::string WordFromName(absl::string_view name) {
  std::string word;
  for (const char c : name.substr(1)) {
    if (absl::ascii_isupper(c) && !word.empty()) word += '_';
    word += absl::ascii_toupper(c);
  }
  return word;
}

bool HasChinese(absl::string_view text) { return CountCodePoints(text) < text.size(); }

google::rpc::Status Decode(const std::string& bytes) {
  google::rpc::Status status;
  REQUIRE(status.ParseFromString(bytes));
  return status;
}

TEST_CASE("every reason speaks both languages with the same placeholders") {
  for (const ReasonRow& row : ReasonTable()) {
    INFO(row.word);
    REQUIRE(PlaceholdersOf(row.en) == PlaceholdersOf(row.zh));
    REQUIRE_FALSE(HasChinese(row.en));
    REQUIRE(HasChinese(row.zh));
    REQUIRE((absl::EndsWith(row.en, ".") || absl::EndsWith(row.en, "}")));
    REQUIRE((absl::EndsWith(row.zh, "。") || absl::EndsWith(row.zh, "}")));
    REQUIRE(std::string(row.en).size() < limits::kMessageBytesMax / 2);
  }
}

TEST_CASE("every reason has a stable word of its own and a code that may leave the process") {
  std::set<std::string> words;
  for (const ReasonRow& row : ReasonTable()) {
    INFO(row.name);
    REQUIRE(words.insert(row.word).second);
    REQUIRE(WordFromName(row.name) == row.word);
    REQUIRE(std::string(row.word).size() <= limits::kReasonCharsMax);
    REQUIRE(row.code != absl::StatusCode::kOk);
    REQUIRE(row.code != absl::StatusCode::kInternal);
    REQUIRE(row.code != absl::StatusCode::kUnknown);
    REQUIRE(&RowOf(row.reason) == &row);
  }
}

TEST_CASE("a refusal carries code, reason, texts and the article") {
  const Basis article = {"食品安全法", "第八十八条"};
  const absl::Status status =
      Refuse(Reason::kStatementWindowOpen, {{"due", "2025-03-10"}}, article);
  REQUIRE(status.code() == absl::StatusCode::kFailedPrecondition);
  REQUIRE(status.message() == "The statement window is open until 2025-03-10.");
  REQUIRE(ReasonOf(status) == Reason::kStatementWindowOpen);
  REQUIRE(BasisOf(status) == article);

  const auto sent = Decode(StatusDetails(status, kChinese));
  REQUIRE(sent.code() == 9);
  const auto info = Find<google::rpc::ErrorInfo>(sent);
  REQUIRE(info->reason() == "STATEMENT_WINDOW_OPEN");
  REQUIRE(info->domain() == "shian");
  REQUIRE(info->metadata().at("due") == "2025-03-10");
  const auto text = Find<google::rpc::LocalizedMessage>(sent);
  REQUIRE(text->locale() == "zh-CN");
  REQUIRE(text->message() == "陈述申辩期限至2025-03-10届满。");
  const auto english = Decode(StatusDetails(status, kEnglish));
  REQUIRE(Find<google::rpc::LocalizedMessage>(english)->message() == status.message());
}

TEST_CASE("all wrong fields are named in both languages") {
  Violations violations;
  REQUIRE(violations.ToStatus().ok());
  violations.Add("request_id", {"must be a UUID", "应为UUID"});
  violations.Add("operator.code", {"wrong check digit", "校验码不符", "USCC_CHECK_DIGIT"});
  const absl::Status status = violations.ToStatus();
  REQUIRE(status.code() == absl::StatusCode::kInvalidArgument);
  REQUIRE(ReasonOf(status) == Reason::kFieldInvalid);
  REQUIRE(status.message() == "2 field(s) of the request are wrong. request_id: must be a UUID");
  REQUIRE(LocalizedText(status, kChinese) == "请求中有2个字段有误。request_id：应为UUID");
  const auto bad = *Find<google::rpc::BadRequest>(Decode(StatusDetails(status, kEnglish)));
  REQUIRE(bad.field_violations_size() == 2);
  REQUIRE(bad.field_violations(1).field() == "operator.code");
  REQUIRE(bad.field_violations(1).description() == "wrong check digit");
  REQUIRE(bad.field_violations(1).localized_message().message() == "校验码不符");
  REQUIRE(bad.field_violations(1).reason() == "USCC_CHECK_DIGIT");
  const auto read = ViolationsOf(status);
  REQUIRE(read.size() == 2);
  REQUIRE(read[1].first == "operator.code");
  REQUIRE(read[1].second.zh == "校验码不符");
  REQUIRE(read[1].second.word == "USCC_CHECK_DIGIT");
}

TEST_CASE("details never exceed their limit and keep the reason") {
  Violations violations;
  for (int i = 0; i < 5000; ++i) violations.Add(std::string(i, 'f'), {std::string(i, 'e'), "误"});
  const absl::Status many = violations.ToStatus();
  const absl::Status large =
      Refuse(Reason::kPolicyInvalid,
             {{"problem", std::string(100000, 'x')}, {"a", std::string(9999, 'y')}},
             {std::string(9999, 'l'), std::string(9999, 'a')});
  for (const absl::Status& status : {many, large}) {
    const std::string bytes = StatusDetails(status, kChinese);
    REQUIRE(bytes.size() <= limits::kDetailsBytesMax);
    REQUIRE_FALSE(Find<google::rpc::ErrorInfo>(Decode(bytes))->reason().empty());
    REQUIRE(status.message().size() <= limits::kMessageBytesMax);
  }
  REQUIRE(Find<google::rpc::BadRequest>(Decode(StatusDetails(many, kChinese))).has_value());
}

TEST_CASE("bytes that are no text do not reach the wire") {
  const absl::Status status = NotFound("operators/\xff\xfe张");
  REQUIRE(IsValidUtf8(status.message()));
  Decode(StatusDetails(status, kChinese));
  REQUIRE(IsValidUtf8(InvalidField("\xff", {"\xfe", "\xfd"}).message()));
  REQUIRE(Cut("张三", 5) == "张");
  REQUIRE(Cut("张三", 2) == "");
}

TEST_CASE("values cannot smuggle further placeholders in") {
  const absl::Status status = NotFound("{name}{count}");
  REQUIRE(status.message() == "{name}{count} does not exist.");
  REQUIRE(Refuse(Reason::kNotFound).message() == "{name} does not exist.");
}

TEST_CASE("a status of another maker still gets reason and text") {
  const auto sent = Decode(StatusDetails(absl::InvalidArgumentError("no UTF-8"), kChinese));
  REQUIRE(Find<google::rpc::ErrorInfo>(sent)->reason() == "INVALID_ARGUMENT");
  REQUIRE(Find<google::rpc::LocalizedMessage>(sent)->message() == "请求有误。");
  REQUIRE(StatusDetails(absl::OkStatus(), kChinese).empty());
  REQUIRE_FALSE(ReasonOf(absl::NotFoundError("x")).has_value());
  REQUIRE_FALSE(BasisOf(absl::NotFoundError("x")).has_value());
}

TEST_CASE("a client reads back what the server sent") {
  const absl::Status sent = WithRetryDelay(Refuse(Reason::kShedInFlight), absl::Milliseconds(1500));
  const absl::Status got =
      FromStatusDetails(sent.code(), sent.message(), StatusDetails(sent, kChinese));
  REQUIRE(got.code() == sent.code());
  REQUIRE(got.message() == sent.message());
  REQUIRE(ReasonOf(got) == Reason::kShedInFlight);
  REQUIRE(RetryDelayOf(got) == absl::Milliseconds(1500));
  REQUIRE(LocalizedText(got, kChinese) == LocalizedText(sent, kChinese));
  REQUIRE(FromStatusDetails(sent.code(), "m", "\x01garbage").message() == "m");
  REQUIRE(FromStatusDetails(absl::StatusCode::kOk, "", "x").ok());
  REQUIRE(WithRetryDelay(absl::OkStatus(), absl::Seconds(1)).ok());
}

TEST_CASE("the language follows accept-language") {
  REQUIRE(ChooseLocale("") == "zh-CN");
  REQUIRE(ChooseLocale("en") == "en");
  REQUIRE(ChooseLocale("en-GB,zh;q=0.8") == "en");
  REQUIRE(ChooseLocale("zh-CN,zh;q=0.9,en;q=0.8") == "zh-CN");
  REQUIRE(ChooseLocale("zh;q=0.1, EN ;q=0.5") == "en");
  REQUIRE(ChooseLocale("fr") == "zh-CN");
  REQUIRE(ChooseLocale("english") == "zh-CN");
  REQUIRE(ChooseLocale(";;,,q=,en;q=x") == "zh-CN");
}

}  // namespace
}  // namespace shian::errors
