#include "services/ctl/sample/sampling.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "libs/base/time.h"
#include "services/ctl/sample/names.h"

namespace shian::ctl {
namespace {

// Category code, name, failures per 1,000 samples, and a typical product. Source: the published
// table of the second half of 2019 (2.4 of the domain notes); 29 had none.
struct Category {
  const char* code;
  const char* name;
  uint32_t failures_per_mille;
  const char* product;
};
constexpr Category kCategories[] = {
    {"01", "粮食加工品", 9, "小麦粉"},
    {"02", "食用油、油脂及其制品", 14, "大豆油"},
    {"03", "调味品", 8, "酿造酱油"},
    {"04", "肉制品", 14, "酱卤牛肉"},
    {"05", "乳制品", 3, "灭菌乳"},
    {"06", "饮料", 19, "包装饮用水"},
    {"07", "方便食品", 36, "方便面"},
    {"08", "饼干", 9, "酥性饼干"},
    {"09", "罐头", 5, "糖水橘子罐头"},
    {"10", "冷冻饮品", 28, "冰棍"},
    {"11", "速冻食品", 5, "速冻水饺"},
    {"12", "薯类和膨化食品", 12, "薯片"},
    {"13", "糖果制品", 8, "奶糖"},
    {"14", "茶叶及相关制品", 8, "绿茶"},
    {"15", "酒类", 25, "白酒"},
    {"16", "蔬菜制品", 45, "酱腌菜"},
    {"17", "水果制品", 31, "蜜饯"},
    {"18", "炒货食品及坚果制品", 31, "炒花生"},
    {"19", "蛋制品", 4, "皮蛋"},
    {"20", "可可及焙烤咖啡产品", 3, "焙炒咖啡豆"},
    {"21", "食糖", 13, "白砂糖"},
    {"22", "水产制品", 18, "干海带"},
    {"23", "淀粉及淀粉制品", 30, "粉条"},
    {"24", "糕点", 20, "面包"},
    {"25", "豆制品", 16, "豆腐干"},
    {"26", "蜂产品", 23, "蜂蜜"},
    {"27", "保健食品", 4, "维生素C片"},
    {"28", "特殊膳食食品", 7, "婴幼儿谷类辅助食品"},
    {"29", "特殊医学用途配方食品", 0, "全营养配方粉"},
    {"30", "婴幼儿配方食品", 2, "较大婴儿配方乳粉"},
    {"31", "餐饮食品", 59, "自制油条"},
    {"32", "食品添加剂", 2, "复配膨松剂"},
    {"33", "食用农产品", 19, "鲜猪肉"},
    {"34", "其他食品", 92, "自制豆浆粉"},
};

// Reason, its share per 10,000 of the failures of 2024, a typical item with result and limit.
struct Failure {
  const char* reason;
  uint32_t share;
  const char* item;
  const char* result;
  const char* limit;
};
constexpr Failure kFailures[] = {
    {"农药残留", 3956, "毒死蜱", "0.11 mg/kg", "≤0.02 mg/kg"},
    {"微生物", 1673, "菌落总数", "5.2×10^5 CFU/g", "≤10^5 CFU/g"},
    {"超范围超限量添加剂", 1503, "苯甲酸及其钠盐", "1.4 g/kg", "≤1.0 g/kg"},
    {"有机物污染", 1278, "过氧化值", "0.41 g/100g", "≤0.25 g/100g"},
    {"兽药残留", 657, "恩诺沙星", "238 μg/kg", "≤100 μg/kg"},
    {"重金属", 452, "镉", "0.31 mg/kg", "≤0.1 mg/kg"},
    {"质量指标", 383, "酸价", "4.6 mg/g", "≤3 mg/g"},
    {"其他", 98, "标签", "未标示生产日期", "应标示"},
};

const Failure& PickFailure(SampleRandom& random) {
  uint64_t at = random.Below(10000);
  for (const Failure& failure : kFailures) {
    if (at < failure.share) return failure;
    at -= failure.share;
  }
  return kFailures[0];
}

const char* Level(SampleRandom& random) {
  const uint64_t at = random.Below(100);
  return at < 4 ? "国家" : at < 18 ? "省" : at < 42 ? "市" : "县";
}

// Sellers answer for most samples, caterers for dishes, producers for their own line.
const SampleOperator& PickOperator(SampleRandom& random, const Category& category,
                                   const std::vector<SampleOperator>& operators) {
  constexpr size_t kProducers = 253, kSellers = 12298, kCaterers = 6742;
  if (category.code == std::string("31")) {
    return operators[kProducers + kSellers + random.Below(kCaterers)];
  }
  if (random.Chance(180)) return operators[random.Below(kProducers)];
  return operators[kProducers + random.Below(kSellers)];
}

std::vector<std::string> OneResult(SampleRandom& random, int serial, const Category& category,
                                   const std::vector<SampleOperator>& operators) {
  const SampleOperator& op = PickOperator(random, category, operators);
  const Date sampled = Date(2024, 3, 4) + random.Between(0, 350);
  const Date reported = sampled + random.Between(9, 26);
  const bool failed = random.Chance(category.failures_per_mille);
  const Failure& failure = PickFailure(random);
  const char* kind = random.Chance(870)   ? "监督抽检"
                     : random.Chance(600) ? "风险监测"
                                          : "评价性抽检";
  return {absl::StrFormat("XC%s%05d", FormatDate(sampled).substr(0, 4), serial),
          FormatDate(sampled),
          kind,
          Level(random),
          op.source_id,
          op.name,
          category.code,
          category.name,
          category.product,
          FormatDate(sampled - random.Between(3, 90)),
          absl::StrFormat("JY%02d", random.Between(1, kLaboratories)),
          FormatDate(reported),
          failed ? "不合格" : "合格",
          failed ? failure.reason : "",
          failed ? failure.item : "",
          failed ? failure.result : "",
          failed ? failure.limit : ""};
}

}  // namespace

std::vector<std::string> SampleResultHeader() {
  return {"抽样编号",       "抽样日期",     "抽样类型", "任务级别",   "被抽样单位编号",
          "被抽样单位名称", "食品大类代码", "食品大类", "样品名称",   "生产日期",
          "检验机构编号",   "报告日期",     "检验结论", "不合格类别", "不合格项目",
          "检验结果",       "标准限量"};
}

std::vector<std::vector<std::string>> MakeSampleResults(
    SampleRandom& random, const std::vector<SampleOperator>& operators) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(kSampleResults);
  for (int i = 0; i < kSampleResults; ++i) {
    rows.push_back(OneResult(random, i + 1, random.Pick(kCategories), operators));
  }
  return rows;
}

std::vector<std::string> InspectorHeader() {
  return {"来源编号", "人员编号",     "姓名",     "执法证号", "证件有效期至",
          "所属机构", "行政区划代码", "专业类别", "在岗状态"};
}

std::vector<std::vector<std::string>> MakeInspectors(SampleRandom& random) {
  static constexpr const char* kFields[] = {"", "", "食品销售|餐饮服务",
                                            "食品生产|食品销售|餐饮服务", "药品经营|药品使用"};
  std::vector<std::vector<std::string>> rows;
  for (int i = 1; i <= kInspectors; ++i) {
    const std::string person = absl::StrFormat("ZF%04d", i);
    rows.push_back({absl::StrCat("RY", i), person, PersonName(random),
                    absl::StrFormat("1610%s%03d", kCountyRegion, i), "2028-12-31",
                    absl::StrCat(kCountyName, "市场监督管理局"), kCountyRegion,
                    random.Pick(kFields), "在岗"});
  }
  return rows;
}

std::vector<std::string> LaboratoryHeader() {
  return {"来源编号", "统一社会信用代码", "机构名称", "行政区划代码", "资质认定编号", "发证日期",
          "有效期至", "检验能力",         "复检机构", "关联机构",     "系统编号",     "停止承检"};
}

// The third shares its owner with the first, so it may not re-inspect what the first has tested;
// the others report through a platform of their own.
std::vector<std::vector<std::string>> MakeLaboratories(SampleRandom& random) {
  static constexpr const char* kNames[kLaboratories] = {"澄沅县食品药品检验检测中心",
                                                        "沅东检验技术服务中心",
                                                        "垚淼食品检测所",
                                                        "洹泺产品质量检验院",
                                                        "溆浥粮油检测站",
                                                        "岫璟农产品检测中心",
                                                        "潞滢理化检测所",
                                                        "沭湉动物产品检测中心"};
  std::vector<std::vector<std::string>> rows;
  std::string first_code;
  for (int i = 0; i < kLaboratories; ++i) {
    const std::string code = SampleUscc(random, '1', '2');
    if (i == 0) first_code = code;
    rows.push_back({absl::StrFormat("JY%02d", i + 1), code, kNames[i], kCountyRegion,
                    absl::StrFormat("24160%07d", 110001 + i), "2023-07-01", "2029-06-30",
                    "PESTICIDE|MICROBE|ADDITIVE|ORGANIC|VETDRUG|HEAVYMETAL|QUALITY|OTHER",
                    i == 0 ? "否" : "是", i == 2 ? first_code : "",
                    i == 0 || i == 2 ? "laboratory-a" : "laboratory-b", "否"});
  }
  return rows;
}

}  // namespace shian::ctl
