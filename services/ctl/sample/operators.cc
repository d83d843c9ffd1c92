#include "services/ctl/sample/operators.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/codes/check_digits.h"
#include "services/ctl/sample/names.h"

namespace shian::ctl {
namespace {

// One of the ten kinds of supervised operators and how the sample makes them.
struct KindPlan {
  const char* kind;
  int count;
  uint32_t sole_trader_per_mille;
  const char* licence;  // prefix of the licence number; nothing where the law asks for none
  const char* suffixes[4];
  const char* scope;
};

constexpr KindPlan kPlans[] = {
    {"食品生产", 253, 150, "SC", {"食品", "粮油", "肉类加工", "豆制品"}, "食品生产"},
    {"食品销售",
     12298,
     800,
     "JY1",
     {"超市", "副食店", "粮油店", "食品批发"},
     "预包装食品、散装食品销售"},
    {"餐饮服务", 6742, 850, "JY2", {"饭店", "小吃店", "餐厅", "面馆"}, "热食类食品制售"},
    {"药品生产", 39, 0, "豫", {"制药", "药业", "中药饮片", "生物制药"}, "药品生产"},
    {"药品经营", 651, 300, "豫DB", {"大药房", "医药", "药店", "医药连锁"}, "药品零售"},
    {"药品使用", 3558, 700, "PDY", {"诊所", "卫生室", "门诊部", "医院"}, "医疗机构执业"},
    {"医疗器械生产",
     11,
     0,
     "豫食药监械生产许",
     {"医疗器械", "医用材料", "康复器材", "义齿"},
     "医疗器械生产"},
    {"医疗器械经营",
     896,
     300,
     "豫濮食药监械经营备",
     {"医疗器械", "眼镜", "医疗用品", "器械"},
     "医疗器械经营"},
    {"化妆品生产", 1, 0, "豫妆", {"化妆品", "日化", "日用品", "护肤品"}, "化妆品生产"},
    {"化妆品经营", 6538, 900, "", {"化妆品店", "美容院", "日化店", "美发店"}, "化妆品经营"},
};

constexpr const char* kMeatSuffix = "肉类加工";
constexpr const char* kOffices[] = {"城关市场监管所", "沅口市场监管所", "柳坡市场监管所",
                                    "石埠市场监管所", "榆畈市场监管所"};

// Five digits of the company prefix 690999 9: a site of the sample has a number of its own.
std::string Gln(int serial) {
  const std::string body = absl::StrFormat("6909999%05d", serial);
  return absl::StrCat(body, std::string(1, *codes::Gs1CheckDigit(body)));
}

// SC + category + region + serial, JY + form + region + serial: both with the check digit of
// GB/T 17710. Other licences have no checked form.
std::string LicenceNumber(const KindPlan& plan, const SampleOperator& op, int serial) {
  const absl::string_view prefix = plan.licence;
  if (prefix.empty()) return "";
  if (prefix == "SC") {
    const std::string body = absl::StrFormat("1%s%s%04d", op.food_category, kCountyRegion, serial);
    return absl::StrCat("SC", body, std::string(1, *codes::Mod1110CheckDigit(body)));
  }
  if (prefix.substr(0, 2) == "JY") {
    const char form = op.canteen ? '3' : prefix[2];
    const std::string body = absl::StrFormat("%c%s%06d", form, kCountyRegion, serial);
    return absl::StrCat("JY", body, std::string(1, *codes::Mod1110CheckDigit(body)));
  }
  return absl::StrFormat("%s%06d", plan.licence, 100000 + serial);
}

void FillSite(SampleRandom& random, int serial, SampleOperator* op) {
  const int town = static_cast<int>(random.Below(kTowns));
  op->town = TownName(town);
  op->address = StreetAddress(random, town);
  op->longitude = absl::StrFormat("115.%06d", random.Between(20000, 290000));
  op->latitude = absl::StrFormat("35.%06d", random.Between(650000, 890000));
  op->gln = Gln(serial);
  op->office = random.Pick(kOffices);
}

void FillScale(SampleRandom& random, SampleOperator* op) {
  op->floor_area =
      absl::StrCat(op->sole_trader ? random.Between(12, 180) : random.Between(80, 3600));
  op->diners = op->canteen              ? absl::StrCat(random.Between(120, 2400))
               : op->kind == "餐饮服务" ? absl::StrCat(random.Between(10, 260))
                                        : "";
}

void FillLicence(SampleRandom& random, const KindPlan& plan, int serial, SampleOperator* op) {
  op->licence_number = LicenceNumber(plan, *op, serial);
  if (op->licence_number.empty()) return;
  op->licence_scope = op->canteen ? "单位食堂热食类食品制售" : plan.scope;
  const int year = static_cast<int>(random.Between(2021, 2024));
  const int month = static_cast<int>(random.Between(1, 12));
  const int day = static_cast<int>(random.Between(2, 28));
  op->licence_from = absl::StrFormat("%04d-%02d-%02d", year, month, day);
  op->licence_to = absl::StrFormat("%04d-%02d-%02d", year + 5, month, day - 1);
}

std::string FirmName(SampleRandom& random, const KindPlan& plan, const SampleOperator& op,
                     const char* suffix) {
  const std::string brand = BrandName(random);
  if (op.canteen) return absl::StrCat(kCountyName, brand, "学校食堂");
  if (op.sole_trader) return absl::StrCat(kCountyName, op.town, brand, suffix);
  if (absl::string_view(plan.kind) == "药品使用") return absl::StrCat(kCountyName, brand, suffix);
  return absl::StrCat(kCountyName, brand, suffix, "有限公司");
}

SampleOperator MakeOne(SampleRandom& random, const KindPlan& plan, int index, int serial) {
  SampleOperator op;
  op.kind = plan.kind;
  const bool producer = op.kind == "食品生产";
  const bool in_chain =
      (producer && index < kMeatProducers) || (op.kind == "食品销售" && index < kMeatWholesalers);
  op.canteen = op.kind == "餐饮服务" && index < kSchoolCanteens;
  op.sole_trader = !in_chain && !op.canteen && random.Chance(plan.sole_trader_per_mille);
  op.nature = op.sole_trader ? "个体工商户" : op.canteen ? "事业单位" : "企业";
  op.food_category =
      producer ? (in_chain ? "04" : absl::StrFormat("%02d", random.Between(1, 26))) : "";
  FillSite(random, serial, &op);
  FillScale(random, &op);
  op.name =
      FirmName(random, plan, op, producer && in_chain ? kMeatSuffix : random.Pick(plan.suffixes));
  op.code = op.canteen ? SampleUscc(random, '1', '2')
                       : SampleUscc(random, '9', op.sole_trader ? '2' : '1');
  op.principal = PersonName(random);
  op.identity_number = SyntheticIdentityNumber(random);
  FillLicence(random, plan, index + 1, &op);
  op.status = in_chain || op.canteen || !random.Chance(15) ? "存续" : "歇业";
  op.source_id = absl::StrFormat("CY%06d", serial);
  return op;
}

// Two firms of one county may not share a name; a second one gets a number word.
void MakeNamesUnique(std::vector<SampleOperator>* operators) {
  std::set<std::string> seen;
  for (SampleOperator& op : *operators) {
    for (int n = 2; !seen.insert(op.name).second; ++n) {
      const size_t end =
          op.name.size() - (op.nature == "企业" ? std::string("有限公司").size() : 0);
      op.name.insert(end, absl::StrCat(n, "部"));
    }
  }
}

}  // namespace

std::string SampleUscc(SampleRandom& random, char department, char kind) {
  static constexpr char kSymbols[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  std::string organisation = "MA";
  for (int i = 0; i < 6; ++i) organisation.push_back(kSymbols[random.Below(31)]);
  organisation.push_back(*codes::OrganisationCheckDigit(organisation));
  const std::string body =
      absl::StrCat(std::string(1, department), std::string(1, kind), kCountyRegion, organisation);
  return absl::StrCat(body, std::string(1, *codes::UsccCheckDigit(body)));
}

std::vector<SampleOperator> MakeOperators(SampleRandom& random) {
  std::vector<SampleOperator> operators;
  for (const KindPlan& plan : kPlans) {
    for (int i = 0; i < plan.count; ++i) {
      operators.push_back(MakeOne(random, plan, i, static_cast<int>(operators.size()) + 1));
    }
  }
  MakeNamesUnique(&operators);
  return operators;
}

std::vector<SampleOperator> MakeFarms(SampleRandom& random) {
  constexpr int kFirstSerial = 40000;
  constexpr KindPlan kFarm = {
      "食用农产品生产", kFarms, 0, "", {"养殖", "牧业", "养殖", "牧业"}, ""};
  std::vector<SampleOperator> farms;
  for (int i = 0; i < kFarms; ++i) {
    SampleOperator farm = MakeOne(random, kFarm, i, kFirstSerial + i);
    farm.name = absl::StrCat(kCountyName, BrandName(random), "养殖专业合作社");
    farm.nature = "农民专业合作社";
    farm.code = SampleUscc(random, '9', '3');
    farms.push_back(std::move(farm));
  }
  return farms;
}

std::vector<std::string> OperatorHeader() {
  return {"来源编号", "主体名称",       "统一社会信用代码", "主体类别", "主体性质",
          "负责人",   "负责人身份证号", "许可证编号",       "许可项目", "发证日期",
          "有效期至", "经营地址",       "行政区划代码",     "所属乡镇", "经度",
          "纬度",     "场所GLN",        "经营面积",         "就餐人数", "食品类别",
          "经营状态", "监管机构"};
}

std::vector<std::string> OperatorCells(const SampleOperator& op) {
  return {op.source_id,
          op.name,
          op.code,
          op.kind,
          op.nature,
          op.principal,
          op.identity_number,
          op.licence_number,
          op.licence_scope,
          op.licence_from,
          op.licence_to,
          op.address,
          kCountyRegion,
          op.town,
          op.longitude,
          op.latitude,
          op.gln,
          op.floor_area,
          op.diners,
          op.food_category,
          op.status,
          op.office};
}

SampleOperator WrongOperator(SampleOperator op, int rule) {
  op.source_id = absl::StrCat("CW", op.source_id.substr(2));
  const auto next_digit = [](char c) { return c == '9' ? '0' : static_cast<char>(c + 1); };
  switch (rule) {
    case 0:  // the check digit of the code
      op.code[16] = op.code[16] == '1' ? '2' : '1';
      break;
    case 1:  // a letter that the alphabet leaves out
      op.code[10] = 'O';
      break;
    case 2:
      op.code.pop_back();
      break;
    case 3:
      op.name.clear();
      break;
    case 4:
      op.kind = "食品运输";
      break;
    case 5:  // 30 February
      op.identity_number.replace(10, 4, "0230");
      break;
    case 6:
      op.licence_number = "JY14109020000010";
      op.licence_number.back() = next_digit(*codes::Mod1110CheckDigit("1410902000001"));
      break;
    case 7:
      op.licence_to = "2020-01-01";
      op.licence_from = "2021-01-01";
      break;
    default:
      op.gln[12] = next_digit(op.gln[12]);
      break;
  }
  return op;
}

}  // namespace shian::ctl
