#include "libs/names/lexicon.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/codes/regions.h"

namespace shian::names {
namespace {

#include "libs/names/places.inc"
#include "libs/names/words.inc"

constexpr int kCountry = 0, kProvince = 1, kPrefecture = 2, kCounty = 3;
constexpr size_t kProvinceDigits = 2;

// Suffixes of provinces, longer ones first. A county keeps its suffix in names of firms, as "东方"
// without one is a brand more often than a county.
constexpr const char* kProvinceSuffixes[] = {
    "维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市"};
constexpr const char32_t* kCountySuffixes[] = {U"自治县", U"自治旗", U"县", U"区", U"市", U"旗"};

std::vector<absl::string_view> Words(const char* text) {
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

Text Reversed(TextView text) { return {text.rbegin(), text.rend()}; }

void AddReversed(const char* words, Trie* trie) {
  for (absl::string_view word : Words(words)) trie->Add(Reversed(Decode(word)), 1);
}

absl::string_view WithoutSuffix(absl::string_view name) {
  for (const char* suffix : kProvinceSuffixes) {
    if (absl::ConsumeSuffix(&name, suffix)) break;
  }
  return name;
}

Text StemOf(const Text& county) {
  for (const char32_t* suffix : kCountySuffixes) {
    const TextView end(suffix);
    if (county.size() >= end.size() + 2 && TextView(county).ends_with(end)) {
      return county.substr(0, county.size() - end.size());
    }
  }
  return {};
}

}  // namespace

bool OneLiesInOther(const Place& a, const Place& b) {
  for (const std::string& x : a.codes) {
    for (const std::string& y : b.codes) {
      if (absl::StartsWith(x, y) || absl::StartsWith(y, x)) return true;
    }
  }
  return false;
}

void Trie::Add(TextView word, int value) {
  uint32_t node = 0;
  for (const char32_t c : word) {
    const auto [edge, fresh] = next_.emplace(Edge(node, c), nodes_);
    if (fresh) ++nodes_;
    node = edge->second;
  }
  values_.emplace(node, value);
}

Trie::Found Trie::Longest(TextView text) const {
  Found found;
  uint32_t node = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto edge = next_.find(Edge(node, text[i]));
    if (edge == next_.end()) break;
    node = edge->second;
    const auto value = values_.find(node);
    if (value != values_.end()) found = {i + 1, value->second};
  }
  return found;
}

const int* Trie::Find(TextView word) const {
  uint32_t node = 0;
  for (const char32_t c : word) {
    const auto edge = next_.find(Edge(node, c));
    if (edge == next_.end()) return nullptr;
    node = edge->second;
  }
  const auto value = values_.find(node);
  return value == values_.end() ? nullptr : &value->second;
}

const Lexicon& Lexicon::Get() {
  static const auto* const kLexicon = new Lexicon();
  return *kLexicon;
}

Lexicon::Lexicon() {
  AddPlace(U"中国", {U"中国", {}, kCountry, {""}});
  AddProvinces();
  AddPlaces();
  AddForms(kForms, &forms_trie_);
  AddForms(kLatinForms, &latin_forms_);
  AddReversed(kTrades, &trades_);
  AddReversed(kBranches, &branches_);
  AddReversed(kShops, &shops_);
}

void Lexicon::AddPlace(const Text& written, const Place& place) {
  const int* known = places_trie_.Find(written);
  if (known == nullptr) {
    // All ways of writing one division have one number.
    if (places_.empty() || places_.back().name != place.name ||
        places_.back().level != place.level || places_.back().codes != place.codes) {
      places_.push_back(place);
    }
    places_trie_.Add(written, static_cast<int>(places_.size()) - 1);
    return;
  }
  Place& other = places_[*known];
  // Counties of one name: any of their codes may be meant.
  if (other.level == place.level && other.name == place.name) {
    other.codes.insert(other.codes.end(), place.codes.begin(), place.codes.end());
  }
}

void Lexicon::AddProvinces() {
  for (const codes::Province& province : codes::Provinces()) {
    const Text full = Decode(province.zh);
    const Text name = Decode(WithoutSuffix(province.zh));
    const std::string digits(province.code.substr(0, kProvinceDigits));
    const Place place = {name, {}, kProvince, {digits}};
    AddPlace(full, place);
    AddPlace(name, place);
  }
}

void Lexicon::AddPlaces() {
  for (absl::string_view word : Words(kPlaces)) {
    const size_t digits = word.find_first_not_of("0123456789");
    const Text name = Decode(word.substr(digits));
    const std::string code(word.substr(0, digits));
    if (code.size() > kProvinceDigits) {
      AddPlace(name, {name, StemOf(name), kCounty, {code}});
      continue;
    }
    const Place place = {name, {}, kPrefecture, {code}};
    AddPlace(name, place);
    if (places_trie_.Find(name + U"市") == nullptr) AddPlace(name + U"市", place);
  }
}

// "有限责任公司=有限": what a form is written as, and as what it is compared. An underscore in a
// Latin form stands for a space.
void Lexicon::AddForms(const char* words, Trie* trie) {
  for (absl::string_view word : Words(words)) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(word, '=');
    auto known = std::find(forms_.begin() + 1, forms_.end(), parts.second);
    if (known == forms_.end()) known = forms_.insert(forms_.end(), parts.second);
    Text written = Decode(parts.first);
    std::replace(written.begin(), written.end(), U'_', U' ');
    trie->Add(written, static_cast<int>(known - forms_.begin()));
  }
}

Lexicon::Form Lexicon::FormIn(TextView text, size_t from) const {
  for (size_t begin = from; begin < text.size(); ++begin) {
    const Trie::Found found = forms_trie_.Longest(text.substr(begin));
    if (found.length > 0) {
      return {begin, begin + found.length, static_cast<uint8_t>(found.value)};
    }
  }
  return {};
}

uint8_t Lexicon::FormOf(TextView text) const {
  const int* found = forms_trie_.Find(text);
  return found == nullptr ? 0 : static_cast<uint8_t>(*found);
}

uint8_t Lexicon::LatinForm(TextView words) const {
  const int* found = latin_forms_.Find(words);
  return found == nullptr ? 0 : static_cast<uint8_t>(*found);
}

size_t Lexicon::AtEnd(const Trie& reversed, TextView text) {
  // Words of trades have at most a dozen characters.
  constexpr size_t kWordCharsMax = 16;
  const size_t take = std::min(text.size(), kWordCharsMax);
  const Text end = Reversed(text.substr(text.size() - take));
  return reversed.Longest(end).length;
}

}  // namespace shian::names
