#include "libs/base/placeholder.h"

#include <catch2/catch.hpp>

namespace shian {
namespace {

TEST_CASE("a text is split into words and names") {
  const auto pieces = SplitPlaceholders("自{{document.date}}起{{clock.penalty.statement}}");
  REQUIRE(pieces.ok());
  REQUIRE(*pieces == std::vector<TextPiece>{{false, "自"},
                                            {true, "document.date"},
                                            {false, "起"},
                                            {true, "clock.penalty.statement"}});
  REQUIRE(SplitPlaceholders("")->empty());
  REQUIRE(SplitPlaceholders("{一}")->front().text == "{一}");
}

TEST_CASE("braces that hold no name are refused") {
  for (const char* text : {"{{", "}}", "a}}b", "{{a", "{{}}", "{{a b}}", "{{A}}", "{{a}}}}",
                           "{{{a}}", "{{a}}{{", "{{名}}"}) {
    INFO(text);
    REQUIRE_FALSE(SplitPlaceholders(text).ok());
  }
}

}  // namespace
}  // namespace shian
