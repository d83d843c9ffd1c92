// Names of firms by their grammar: 行政区划 + 字号 + 行业 + 组织形式. Two names are compared part
// by part and never as one string: firms of one region and trade share most of their characters.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace shian::sanction {

// A place that a name begins with, or holds in brackets.
struct Place {
  std::string name;                // without its suffix: "河南"
  int level = 0;                   // 1 province, 2 prefecture, 3 county
  std::vector<std::string> codes;  // digits; several counties share a name
};

struct Name {
  std::string normal;  // the whole, normalised
  std::vector<Place> places;
  std::string brand;   // 字号
  std::string trade;   // 行业
  std::string form;    // 组织形式, canonical: "有限"
  std::string branch;  // what follows the form of a branch: "岷县分公司"
  std::string pinyin;  // of the brand, without tones

  std::string region() const;
};

// One width, one case, simplified characters, no spaces and no punctuation but brackets.
std::string NormaliseName(absl::string_view name);

Name ParseName(absl::string_view name);

// Whether two brands differ in the order of two neighbours, in one character that sounds or looks
// the same, or in one of many.
bool NearlyEqual(const Name& a, const Name& b);

// Keys under which a brand is found by all that nearly equal it.
std::vector<std::string> BrandKeys(const Name& name);

}  // namespace shian::sanction
