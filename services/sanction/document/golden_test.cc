// Every shipped form filled in, byte for byte as golden/ has it. The files were looked at as
// pictures when they were made: `SHIAN_GOLDEN=write build/services/sanction_test "each document*"`
// makes them anew, and then they have to be looked at again.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/calendar/deadline.h"
#include "libs/policy/document_values.h"
#include "services/sanction/document/page.h"
#include "services/sanction/document/testing.h"
#include "services/sanction/document/words.h"

namespace shian::sanction {
namespace {

using testing::KnownCase;
using testing::KnownValues;
using testing::ShippedForms;

// What an officer would state, by the field's key.
std::string Stated(const FormField& field) {
  static const auto& kStated = *new std::map<std::string, std::string>{
      {"facts",
       "2025年12月9日，本机关对当事人经营的鲜鲈鱼进行监督抽样检验，恩诺沙星项目不合格。\n"
       "以上事实有检验报告、现场笔录、询问笔录、进货票据等证据证明。"},
      {"grounds", "违反了《中华人民共和国食品安全法》的规定，依据该法的规定应予处理。"},
      {"proposal", "1．罚款人民币150000元；\n2．没收违法所得862.50元。"},
      {"listing", "上述行为拟被处以较重行政处罚，本机关拟将你（单位）列入严重违法失信名单。"},
      {"contact", "李某，电话：0393-0000000"},
      {"source", "监督抽检"},
      {"address", "河南省澄沅县滨河路1号"},
      {"representative", "王某"},
      {"payment", "持本决定书到指定银行或者通过电子支付系统缴纳。"},
      {"materials", "1．信用修复申请书；\n2．缴纳罚款凭证；\n3．守信承诺书；\n4．整改报告。"},
      {"document", "《行政处罚决定书》澄沅市监罚〔2026〕18号"},
      {"method", "直接送达"},
      {"place", "当事人住所"},
      {"recipient", "澄沅县公安局"},
      {"crime", "生产、销售不符合安全标准的食品罪"},
      {"procuratorate", "澄沅县人民检察院"},
      {"demands", "1．停止销售同批次鲜鲈鱼；\n2．建立并执行进货查验记录制度。"},
      {"person", "法定代表人王某"},
      {"reasons", "连续两批次抽检不合格，未及时采取措施消除食品安全隐患。"},
      {"time", "上午9时30分"},
      {"presider", "张某（法制机构）"},
      {"form", "公开举行"},
      {"days", "三十日"}};
  if (field.type == FieldType::kDate) return "2026年3月20日";
  const auto found = kStated.find(field.key);
  return found == kStated.end() ? "" : found->second;
}

DocumentValues ValuesFor(const Form& form) {
  DocumentValues values = KnownValues(EntryAct::kRepairGranted);
  for (const FormField& field : form.fields) values["field." + field.key] = Stated(field);
  for (const std::string& clock : form.clocks) {
    values["clock." + clock] =
        PeriodText({15, calendar::Unit::kWorkingDays, calendar::LastDay::kExtend});
  }
  AddForm(form, KnownCase().penalty(), &values);
  return values;
}

std::string ReadGolden(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void Compare(const std::string& name, const std::string& page) {
  const std::string path =
      absl::StrCat(testing::SourceFolder(), "/services/sanction/document/golden/", name, ".html");
  const char* mode = std::getenv("SHIAN_GOLDEN");
  if (mode != nullptr && std::string(mode) == "write") {
    std::ofstream(path, std::ios::binary) << page;
  }
  INFO(path);
  REQUIRE(page == ReadGolden(path));
}

TEST_CASE("each document looks as it was reviewed") {
  const auto forms = ShippedForms();
  REQUIRE(forms.size() >= 12);
  for (const auto& [kind, form] : forms) {
    const FilledForm filled = Fill(form, ValuesFor(form));
    INFO(kind);
    REQUIRE(filled.missing.empty());
    Compare(kind, RenderPage(filled));
  }
}

TEST_CASE("a draft is marked, and says what is missing") {
  const Form form = ShippedForms().at("penalty-notice");
  DocumentValues values = ValuesFor(form);
  values.erase("document.number");
  values.erase("field.facts");
  const FilledForm filled = Fill(form, values);
  REQUIRE(filled.missing == std::set<std::string>{"field.facts"});
  const std::string page = RenderPage(filled);
  REQUIRE(page.find("草稿") != std::string::npos);
  Compare("draft", page);
}

TEST_CASE("every value that a template may speak of is one that is filled in") {
  std::set<std::string> filled = {"document.replaces"};
  for (const EntryAct end : {EntryAct::kRepairGranted, EntryAct::kRepairRefused, EntryAct::kExpired,
                             EntryAct::kRemoved}) {
    DocumentValues values = KnownValues(end);
    AddForm(ShippedForms().at("penalty-decision"), KnownCase().penalty(), &values);
    for (const auto& [name, value] : values) filled.insert(name);
  }
  REQUIRE(filled == policy::DocumentValues());
}

}  // namespace
}  // namespace shian::sanction
