// Names of firms by their grammar: 行政区划 + 字号 + 行业 + 组织形式 (企业名称登记管理规定). Two
// names are compared part by part and never as one string: firms of one region and trade share most
// of their characters. A name without Chinese characters is a row of words.
#ifndef SHIAN_LIBS_NAMES_NAME_H_
#define SHIAN_LIBS_NAMES_NAME_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/names/text.h"

namespace shian::names {

inline constexpr size_t kPlacesMax = 4;

// The parts, as they are compared. What they point to belongs to somebody else: to a Name, or to an
// index of many.
struct NameView {
  TextView brand;   // 字号; all words of a Latin name, with a space between
  TextView trade;   // 行业
  TextView branch;  // what follows the form of a branch: "岷县分公司"
  std::array<uint16_t, kPlacesMax>
      places{};  // numbers of Lexicon::place, as they stand in the name
  uint8_t place_count = 0;
  uint8_t leading = 0;  // how many of them begin the name; the rest stood in brackets
  uint8_t form = 0;     // number of Lexicon::form, 0 for none
  bool latin = false;
  uint64_t whole = 0;  // hash of the normalised text
};

struct Name {
  Text brand;
  Text trade;
  Text branch;
  NameView parts;  // its texts are not set: View() sets them

  NameView View() const;
};

// Never fails: what is not understood stays in the brand. Texts longer than a name may be are the
// caller's business.
Name Parse(absl::string_view name);

// For people: 行政区划 as it is compared, 组织形式 in its canonical form.
std::string RegionOf(const NameView& name);
std::string FormOf(const NameView& name);

// Numbers that two names have in common whenever Compare finds more than DIFFERENT between them;
// other names seldom share one. Sorted, without repetition.
std::vector<uint32_t> KeysOf(const NameView& name);

}  // namespace shian::names

#endif  // SHIAN_LIBS_NAMES_NAME_H_
