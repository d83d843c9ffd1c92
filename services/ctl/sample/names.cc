#include "services/ctl/sample/names.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/codes/check_digits.h"

namespace shian::ctl {
namespace {

constexpr const char* kBrandFirst[] = {"沅", "澄", "穗", "禾", "稷", "黍", "蓁", "筠", "岫", "溆",
                                       "峁", "垚", "淼", "樾", "翊", "昀", "晁", "璟", "琤", "瑭",
                                       "彧", "峤", "洹", "泺", "沭", "浥", "湉", "漪", "潞", "滢"};
constexpr const char* kBrandSecond[] = {"祺", "稔", "秾", "穰", "粟", "粲", "翎", "翾", "葳", "蕤",
                                        "蔚", "蘅", "觅", "谧", "赟", "跃", "邈", "郁", "醇", "釉",
                                        "钰", "铄", "锦", "阡", "陌", "霁", "霖", "韶", "颐", "馥"};
constexpr const char* kBrandThird[] = {"垄", "埠", "埭", "堰", "塬", "墅", "坞", "坪", "坡", "埂",
                                       "畈", "畴", "畦", "畹", "疃", "砚", "磐", "磊", "笠", "筑",
                                       "篁", "簏", "籽", "粼", "纾", "绥", "缦", "舫", "艾", "芃"};
constexpr const char* kSurnames[] = {"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴",
                                     "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗",
                                     "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧"};
constexpr const char* kGivenFirst[] = {"守", "明", "德", "文", "志", "秀", "桂", "玉", "春", "国",
                                       "建", "淑", "永", "兰", "凤", "世", "庆", "广", "瑞", "书"};
constexpr const char* kGivenSecond[] = {"诚", "田", "山", "英", "芳", "华", "林", "珍", "海", "云",
                                        "平", "霞", "成", "林", "军", "兰", "才", "玲", "河", "福"};
constexpr const char* kTownNames[kTowns] = {"城关镇", "沅口镇", "柳坡镇", "石埠镇", "黄堰镇",
                                            "白塬乡", "青坞乡", "榆畈镇", "杨疃镇", "清埭镇",
                                            "大坪乡", "双堰镇", "南畴乡", "北垄镇"};
constexpr const char* kStreets[] = {"穗丰路", "澄江路", "学府街",   "建设路",
                                    "新华街", "人民路", "沅水大道", "集贸街",
                                    "仓前街", "文昌路", "环城东路", "环城西路"};

}  // namespace

std::string BrandName(SampleRandom& random) {
  return absl::StrCat(random.Pick(kBrandFirst), random.Pick(kBrandSecond),
                      random.Pick(kBrandThird));
}

std::string PersonName(SampleRandom& random) {
  const char* surname = random.Pick(kSurnames);
  const char* first = random.Pick(kGivenFirst);
  if (random.Chance(200)) return absl::StrCat(surname, first);
  return absl::StrCat(surname, first, random.Pick(kGivenSecond));
}

std::string TownName(int n) { return kTownNames[n]; }

std::string StreetAddress(SampleRandom& random, int town) {
  return absl::StrCat(kCountyName, TownName(town), random.Pick(kStreets), random.Between(1, 398),
                      "号");
}

std::string SyntheticIdentityNumber(SampleRandom& random) {
  const std::string body =
      absl::StrFormat("%s1880%02d%02d%03d", kCountyRegion, random.Between(1, 12),
                      random.Between(1, 28), random.Between(1, 998));
  return absl::StrCat(body, std::string(1, *codes::CitizenIdCheckDigit(body)));
}

}  // namespace shian::ctl
