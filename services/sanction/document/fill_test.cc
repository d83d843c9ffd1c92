#include "services/sanction/document/fill.h"

#include <catch2/catch.hpp>
#include <string>

#include "services/sanction/document/convert.h"
#include "services/sanction/document/page.h"
#include "services/sanction/document/words.h"

namespace shian::sanction {
namespace {

FormBlock Paragraph(std::string text, std::string when = "") {
  FormBlock block;
  block.text = std::move(text);
  block.when = std::move(when);
  return block;
}

Form OneOf(FormBlock block) {
  Form form;
  form.title = "通知书";
  form.blocks = {std::move(block)};
  return form;
}

TEST_CASE("periods, amounts and numbers read as official documents write them") {
  using calendar::Unit;
  REQUIRE(PeriodText({5, Unit::kWorkingDays, {}}) == "五个工作日");
  REQUIRE(PeriodText({60, Unit::kCalendarDays, {}}) == "六十日");
  REQUIRE(PeriodText({24, Unit::kHours, {}}) == "二十四小时");
  REQUIRE(PeriodText({6, Unit::kMonths, {}}) == "六个月");
  REQUIRE(PeriodText({3, Unit::kYears, {}}) == "三年");
  REQUIRE(CountText(0) == "零");
  REQUIRE(CountText(10) == "十");
  REQUIRE(CountText(15) == "十五");
  REQUIRE(CountText(105) == "一百零五");
  REQUIRE(CountText(110) == "一百一十");
  REQUIRE(CountText(2003) == "二千零三");
  REQUIRE(CountText(12000) == "12000");
  REQUIRE(AmountText(15'000'000) == "150000元");
  REQUIRE(AmountText(5) == "0.05元");
  REQUIRE(DateText(Date(2026, 3, 5)) == "2026年3月5日");
  REQUIRE(NumberText("澄沅", "市监罚告", 2026, 1) == "澄沅市监罚告〔2026〕1号");
}

TEST_CASE("what is not known is left blank and named, and what depends on it falls away") {
  std::set<std::string> missing;
  REQUIRE(FillText("自{{document.date}}起", {{"document.date", "今日"}}, &missing) == "自今日起");
  REQUIRE(missing.empty());
  REQUIRE(FillText("致{{party.name}}", {}, &missing) == "致＿＿＿＿");
  REQUIRE(missing == std::set<std::string>{"party.name"});

  REQUIRE(Fill(OneOf(Paragraph("{{a}}", "b")), {{"a", "x"}}).blocks.empty());
  REQUIRE(Fill(OneOf(Paragraph("{{a}}", "a")), {{"a", "x"}}).blocks.front().text == "x");

  FormBlock table;
  table.kind = BlockKind::kTable;
  table.rows = {{{{"案由", "{{case.cause}}"}}, 0}};
  const FilledForm filled = Fill(OneOf(table), {});
  REQUIRE(filled.missing.empty());
  REQUIRE(filled.blocks.front().rows.front().cells.front().value.empty());
}

TEST_CASE("a field that the officer must fill in is missing without a text that shows it") {
  Form form = OneOf(Paragraph("正文"));
  form.fields = {{"due", "期限", FieldType::kDate, false},
                 {"note", "备注", FieldType::kLine, true}};
  REQUIRE(Fill(form, {}).missing == std::set<std::string>{"field.due"});
}

TEST_CASE("a penalty without a value reads as its form says, or the document is incomplete") {
  Form form = OneOf(Paragraph("{{penalty.items}}"));
  form.penalty_items = {{PenaltyKind::kShutdown, {"停业{{penalty.ban_months}}个月", "停业"}},
                        {PenaltyKind::kFine, {"罚款{{penalty.fine}}", ""}}};
  form.remedy = "向{{organisation.court}}起诉";
  Penalty penalty;
  penalty.kinds = {PenaltyKind::kShutdown};
  DocumentValues values = {{"organisation.court", "某法院"}};
  REQUIRE(AddForm(form, &penalty, &values).empty());
  REQUIRE(Fill(form, values).blocks.front().text == "停业");
  values = {{"penalty.ban_months", "六"}};
  REQUIRE(AddForm(form, &penalty, &values) == std::set<std::string>{"organisation.court"});
  REQUIRE(values.at("penalty.items") == "停业六个月");
  penalty.kinds = {PenaltyKind::kFine};
  const auto missing = AddForm(form, &penalty, &values);
  REQUIRE(Fill(form, values, missing).missing ==
          std::set<std::string>{"organisation.court", "penalty.fine"});
}

TEST_CASE("nothing that people write is taken for markup") {
  const std::string evil = "<script>alert('x')</script>&\"";
  FilledForm form;
  form.title = evil;
  form.organisation = evil;
  form.number = evil;
  for (const BlockKind kind : {BlockKind::kHeading, BlockKind::kParagraph, BlockKind::kList,
                               BlockKind::kTable, BlockKind::kSeal}) {
    FormBlock block;
    block.kind = kind;
    block.text = block.date = evil;
    block.items = {evil};
    block.rows = {{{{evil, evil, true}, {evil, evil, false}}, 2}, {{{evil, evil, false}}, 0}};
    form.blocks.push_back(block);
  }
  const std::string page = RenderPage(form);
  REQUIRE(page.find("<script") == std::string::npos);
  REQUIRE(page.find("alert('") == std::string::npos);
  REQUIRE(page.find("&lt;script&gt;alert(&#39;x&#39;)") != std::string::npos);
  REQUIRE(page.find("src=") == std::string::npos);
  REQUIRE(page.find("http") == page.find("http-equiv"));
  // A placeholder in a value is a text like any other.
  REQUIRE(FillText("{{a}}", {{"a", "{{b}}"}, {"b", "x"}}, nullptr) == "{{b}}");
}

TEST_CASE("fields are judged by the form") {
  Form form;
  form.fields = {{"facts", "事实", FieldType::kText, false},
                 {"due", "期限", FieldType::kDate, false},
                 {"place", "地点", FieldType::kLine, true}};
  DocumentValues values;
  REQUIRE(
      convert::AddGivenFields(form, {{"facts", "一\n二"}, {"due", "2026-03-05"}}, &values).ok());
  REQUIRE(values.at("field.due") == "2026年3月5日");
  const auto wrong = [&](const char* key, const char* value) {
    const absl::Status status = convert::AddGivenFields(form, {{key, value}}, &values);
    const auto violations = errors::ViolationsOf(status);
    return violations.empty() ? std::string() : violations.front().first;
  };
  REQUIRE(wrong("other", "x") == "fields[0].key");
  REQUIRE(wrong("due", "5 March") == "fields[0].value");
  REQUIRE(wrong("place", "一\n二") == "fields[0].value");
  REQUIRE(wrong("place", "").empty());
  REQUIRE_FALSE(convert::AddGivenFields(form, {{"place", "x"}, {"place", "y"}}, &values).ok());
}

}  // namespace
}  // namespace shian::sanction
