#include "libs/base/text.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "libs/base/testing.h"

namespace shian {
namespace {

constexpr int kFuzzRounds = 20000;

TEST_CASE("text is composed, trimmed and counted in characters") {
  REQUIRE(*NormaliseText("  cafe\u0301 ", 10) == "caf\u00e9");
  REQUIRE(*NormaliseText("\u3000张三\u00a0", 2) == "张三");
  REQUIRE(*NormaliseText("", 0) == "");
  REQUIRE(*NormaliseText(" ", 1) == "");
  REQUIRE(NormaliseText("张三丰", 3).ok());
  REQUIRE_FALSE(NormaliseText("张三丰", 2).ok());
  // U+1D160 is longer when composed; the limit holds for what is kept.
  REQUIRE_FALSE(NormaliseText("\U0001D160", 1).ok());
}

TEST_CASE("what misleads or breaks readers is refused") {
  const std::string nul("a\0b", 3);
  for (const std::string& wrong :
       {nul, std::string("a\nb"), std::string("a\x07"), std::string("\xff"), std::string("\xc3"),
        std::string("\xed\xa0\x80"), std::string("a\u202eb"), std::string("a\u2066b"),
        std::string("a\u200bb"), std::string("\ufeffa"), std::string("a\u2028"),
        std::string("a\u0085b"), std::string("\uffff"), std::string("\U000E0041")}) {
    INFO(wrong);
    const auto status = NormaliseText(wrong, 100).status();
    REQUIRE(status.code() == absl::StatusCode::kInvalidArgument);
    REQUIRE(IsValidUtf8(status.message()));
  }
  REQUIRE_FALSE(NormaliseText(std::string(64 << 20, 'a'), 100).ok());
  REQUIRE_FALSE(NormaliseText(std::string(64 << 20, ' '), SIZE_MAX).ok());
}

TEST_CASE("paragraphs keep their lines") {
  REQUIRE(*NormaliseParagraphs("第一行\r\n第二行\t完\r\n", 100) == "第一行\n第二行\t完");
  REQUIRE_FALSE(NormaliseParagraphs("a\rb", 100).ok());
  REQUIRE_FALSE(NormaliseParagraphs("a\u2028b", 100).ok());
}

TEST_CASE("a masked name shows one character at most") {
  REQUIRE(MaskName("张三丰") == "张**");
  REQUIRE(MaskName("张三") == "张**");
  REQUIRE(MaskName(" 欧阳修") == "欧**");
  REQUIRE(MaskName("John Smith") == "J**");
  REQUIRE(MaskName("𠮷野") == "𠮷**");
  REQUIRE(MaskName("张") == "**");
  REQUIRE(MaskName("张 \u3000") == "**");
  REQUIRE(MaskName("\xff张三") == "**");
  REQUIRE(MaskName("") == "");
}

TEST_CASE("a masked code hides characters 11 to 14") {
  REQUIRE(MaskCode("11010519491231002X") == "1101051949****002X");
  REQUIRE(MaskCode("914403001922038216") == "9144030019****8216");
  REQUIRE(MaskCode("110105491231002") == "1101054912****2");
  REQUIRE(MaskCode("13812345678") == "13****");
  REQUIRE(MaskCode("abc") == "****");
  REQUIRE(MaskCode("张三") == "****");
  REQUIRE(MaskCode(std::string(1000, '1')) == "****");
  REQUIRE(MaskCode("") == "");
}

TEST_CASE("code points are counted whatever the bytes are") {
  REQUIRE(CountCodePoints("a张𠮷") == 3);
  REQUIRE(CountCodePoints("\xff\xfe") == 2);
  REQUIRE(IsValidUtf8("食安"));
  REQUIRE_FALSE(IsValidUtf8("\xe9\xa3"));
}

// Half random bytes, half pieces of text that have been trouble somewhere.
std::string RandomText(std::mt19937_64& random) {
  static const std::vector<std::string> pieces = {
      "张",         "a",        " ", "\u3000", "\u0301", "\u1112\u1161\u11ab",
      "\U0001D160", "\xf0\x9f", "1", "\u0f73", "\u202e"};
  std::string text;
  for (size_t n = random() % 24; n > 0; --n) {
    if (random() % 8 == 0) {
      text.push_back(static_cast<char>(random()));
    } else {
      text += pieces[random() % pieces.size()];
    }
  }
  return text;
}

TEST_CASE("any bytes give clean text or a clean refusal") {
  std::mt19937_64 random(testing::Seed());
  for (int i = 0; i < kFuzzRounds; ++i) {
    const std::string text = RandomText(random);
    const size_t max = random() % 20;
    const auto clean = NormaliseText(text, max);
    if (!clean.ok()) continue;
    REQUIRE(IsValidUtf8(text));
    REQUIRE(CountCodePoints(*clean) <= max);
    REQUIRE(*NormaliseText(*clean, max) == *clean);
  }
}

TEST_CASE("masks of any bytes are valid text and short") {
  std::mt19937_64 random(testing::Seed() + 1);
  for (int i = 0; i < kFuzzRounds; ++i) {
    const std::string text = RandomText(random);
    const std::string name = MaskName(text);
    REQUIRE(IsValidUtf8(name));
    REQUIRE(CountCodePoints(name) <= 3);
    const std::string code = MaskCode(text);
    REQUIRE(IsValidUtf8(code));
    REQUIRE((code.empty() || code.find("****") != std::string::npos));
  }
}

}  // namespace
}  // namespace shian
