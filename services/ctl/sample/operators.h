#ifndef SHIAN_SERVICES_CTL_SAMPLE_OPERATORS_H_
#define SHIAN_SERVICES_CTL_SAMPLE_OPERATORS_H_

#include <string>
#include <vector>

#include "services/ctl/sample/random.h"

namespace shian::ctl {

// One operator as the bureau's old system would export it. All cells are text already.
struct SampleOperator {
  std::string source_id, name, code, kind, nature, principal, identity_number;
  std::string licence_number, licence_scope, licence_from, licence_to;
  std::string address, town, longitude, latitude, gln;
  std::string floor_area, diners, food_category, status, office;
  bool sole_trader = false;
  bool canteen = false;  // 单位食堂 of a school
};

// The roles that the meat chain and the story give to operators, by their place in the list.
inline constexpr int kMeatProducers = 12;    // the first food producers
inline constexpr int kMeatWholesalers = 16;  // the first food sellers
inline constexpr int kSchoolCanteens = 80;   // the first caterers
inline constexpr int kFarms = 60;

// 30,987 operators in the ten kinds and counts of a county (domain: 监管对象), by kind in order.
std::vector<SampleOperator> MakeOperators(SampleRandom& random);
// Farms stand beside the ten kinds: they are the first link of the chain.
std::vector<SampleOperator> MakeFarms(SampleRandom& random);

std::vector<std::string> OperatorHeader();
std::vector<std::string> OperatorCells(const SampleOperator& op);

// A unified social credit code of the county with department and kind digits, valid by its check.
std::string SampleUscc(SampleRandom& random, char department, char kind);

// A wrong copy of a good row; `rule` in [0, kWrongRules) says which rule it breaks.
inline constexpr int kWrongRules = 9;
SampleOperator WrongOperator(SampleOperator op, int rule);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_SAMPLE_OPERATORS_H_
