#include "tests/bench/firm_names.h"

#include <array>

#include "absl/strings/str_format.h"
#include "libs/base/check.h"
#include "libs/codes/codes.h"
#include "libs/names/name.h"

namespace shian::bench {
namespace {

using names::Text;

constexpr std::array kRegions = {U"河南省", U"河北省", U"山东省", U"江苏省", U"浙江省", U"福建省",
                                 U"广东省", U"四川省", U"湖北省", U"湖南省", U"安徽省", U"江西省",
                                 U"陕西省", U"云南省", U"北京市", U"上海市", U"天津市", U"重庆市",
                                 U"洛阳市", U"清丰县", U"濮阳县", U"榆社县", U"全椒县", U"海丰县",
                                 U"华龙区", U"南江县", U"高州市", U"内黄县"};
constexpr std::array kTrades = {
    U"食品", U"水产食品", U"保健食品", U"食品科技", U"农业科技", U"酒业", U"粮油",     U"茶叶",
    U"乳业", U"肉制品",   U"调味品",   U"饮料",     U"餐饮管理", U"商贸", U"生物科技", U"药业"};
constexpr std::array kForms = {U"有限公司", U"有限责任公司", U"股份有限公司"};
// Characters that brands are made of, those that are used more often first.
constexpr char32_t kCharacters[] =
    U"天海大金福华东丰源龙宝美家乐香味新鑫德兴盛康佳嘉瑞祥和泰安百万千利达顺通成永恒久长春夏秋冬明"
    U"光"
    U"亮星辰日月云山水江河湖川岭峰林森木树花草叶果实禾苗麦谷稻米粮豆菜园田农牧渔村乡城市都京南北西"
    U"中"
    U"正方圆平和谐悦欢喜笑爱心诚信义仁智勇忠孝善良优尚品质量精英雄豪杰鼎盛世纪元亨贞吉庆裕富贵荣耀"
    U"辉"
    U"煌腾飞翔鹏鹰凤凰麒麟狮虎豹马牛羊鹿鹤燕雀鱼虾蟹贝珍珠玉石翡翠钻银铜铁钢宇宙环球联合众创展拓奥"
    U"凯"
    U"迪克斯拉曼哈雅伊莎丽娜妮可儿宝贝童趣阳晨曦晓旭昊昌晟晶景致远航帆船舟桥路道驿站楼台亭阁轩斋堂"
    U"馆";

template <class Array>
Text Pick(const Array& array, std::mt19937_64* random) {
  return array[(*random)() % array.size()];
}

char32_t Character(std::mt19937_64* random) {
  constexpr size_t kCount = std::size(kCharacters) - 1;
  // The smaller of two draws: the first ones are met more often, as in names.
  return kCharacters[std::min((*random)() % kCount, (*random)() % kCount)];
}

Text Brand(std::mt19937_64* random) {
  const size_t length = 2 + (*random)() % 4;
  Text brand;
  for (size_t i = 0; i < length; ++i) brand.push_back(Character(random));
  return brand;
}

}  // namespace

std::vector<std::string> MakeNames(int count, std::mt19937_64* random) {
  std::vector<std::string> names;
  names.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    names.push_back(names::Encode(Pick(kRegions, random) + Brand(random) + Pick(kTrades, random) +
                                  Pick(kForms, random)));
  }
  return names;
}

std::string Mistyped(const std::string& name, std::mt19937_64* random) {
  Text text = names::Decode(name);
  // Regions here have three characters, and a brand at least two.
  constexpr size_t kBrandAt = 3;
  switch ((*random)() % 6) {
    case 0:
      std::swap(text[kBrandAt], text[kBrandAt + 1]);
      break;
    case 1:
      text[kBrandAt + (*random)() % 2] = Character(random);
      break;
    case 2:
      text.erase(kBrandAt + (*random)() % 2, 1);
      break;
    case 3:
      text.erase(text.find(U"公司"));
      break;
    case 4:
      text.erase(0, kBrandAt);
      break;
    default:
      break;
  }
  return names::Encode(text);
}

std::string CodeOf(int number) {
  const auto code = codes::MakeUscc(absl::StrFormat("91410902%09d", number));
  SHIAN_CHECK(code.ok()) << "a body of digits";
  return *code;
}

}  // namespace shian::bench
