#include "services/sanction/screening/lexicon.h"

#include <unicode/unistr.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/codes/regions.h"

namespace shian::sanction {
namespace {

#include "services/sanction/screening/places.inc"
#include "services/sanction/screening/words.inc"

// Suffixes of divisions, longer ones first. A county keeps its suffix in names of firms, as "东方"
// without one is a brand more often than a county.
constexpr const char* kProvinceSuffixes[] = {
    "维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市"};

std::vector<std::string> Words(const char* text) {
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

void Fill(const char* words, std::set<std::u32string>* out, size_t* longest) {
  for (const std::string& word : Words(words)) {
    const std::u32string text = ToText(word);
    *longest = std::max(*longest, text.size());
    out->insert(text);
  }
}

size_t LongestAtEnd(const std::set<std::u32string>& words, size_t longest,
                    const std::u32string& text) {
  for (size_t length = std::min(longest, text.size()); length > 0; --length) {
    if (words.contains(text.substr(text.size() - length))) return length;
  }
  return 0;
}

std::string WithoutSuffix(absl::string_view name) {
  for (const char* suffix : kProvinceSuffixes) {
    if (absl::ConsumeSuffix(&name, suffix)) break;
  }
  return std::string(name);
}

}  // namespace

std::u32string ToText(absl::string_view utf8) {
  const icu::UnicodeString text =
      icu::UnicodeString::fromUTF8({utf8.data(), static_cast<int32_t>(utf8.size())});
  std::u32string out;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    out.push_back(static_cast<char32_t>(text.char32At(i)));
  }
  return out;
}

std::string FromText(const std::u32string& text) {
  icu::UnicodeString all;
  for (const char32_t c : text) all.append(static_cast<UChar32>(c));
  std::string out;
  all.toUTF8String(out);
  return out;
}

const Lexicon& Lexicon::Get() {
  static const auto* const kLexicon = new Lexicon();
  return *kLexicon;
}

Lexicon::Lexicon() {
  AddPlaces();
  for (const std::string& word : Words(kForms)) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(word, '=');
    forms_.emplace_back(ToText(parts.first), parts.second);
  }
  Fill(kTrades, &trades_, &trade_chars_max_);
  Fill(kBranches, &branches_, &branch_chars_max_);
  for (const std::string& group : Words(kLookalikes)) {
    const std::u32string chars = ToText(group);
    for (const char32_t a : chars) {
      for (const char32_t b : chars) alike_.emplace(a, b);
    }
  }
}

void Lexicon::AddPlace(const std::u32string& form, const Place& place) {
  const auto [found, fresh] = places_.emplace(form, place);
  // Counties of one name: any of their codes may be meant.
  if (!fresh && found->second.level == place.level) {
    found->second.codes.insert(found->second.codes.end(), place.codes.begin(), place.codes.end());
  }
  place_chars_max_ = std::max(place_chars_max_, form.size());
}

void Lexicon::AddPlaces() {
  for (const codes::Province& province : codes::Provinces()) {
    const std::string full(province.zh);
    const Place place = {WithoutSuffix(full), 1, {std::string(province.code.substr(0, 2))}};
    for (const std::string& form : {full, place.name, place.name + "省", place.name + "市"}) {
      AddPlace(ToText(form), place);
    }
  }
  for (const std::string& word : Words(kPlaces)) {
    const size_t digits = word.find_first_not_of("0123456789");
    const std::string name = word.substr(digits);
    const std::string code = word.substr(0, digits);
    if (code.size() > 2) {
      AddPlace(ToText(name), {name, 3, {code}});
      continue;
    }
    const Place place = {name, 2, {code}};
    AddPlace(ToText(name), place);
    AddPlace(ToText(name + "市"), place);
  }
}

std::optional<std::pair<Place, size_t>> Lexicon::PlaceAt(const std::u32string& text) const {
  for (size_t length = std::min(place_chars_max_, text.size()); length > 1; --length) {
    const auto found = places_.find(text.substr(0, length));
    if (found != places_.end()) return std::pair(found->second, length);
  }
  return std::nullopt;
}

std::optional<Lexicon::Form> Lexicon::FormIn(const std::u32string& text) const {
  std::optional<Form> best;
  for (const auto& [form, canonical] : forms_) {
    const size_t begin = text.find(form, 1);
    if (begin == std::u32string::npos) continue;
    // Longer forms come first, so an equal start is a part of a longer one.
    if (!best || begin < best->begin) best = Form{begin, begin + form.size(), canonical};
  }
  return best;
}

size_t Lexicon::TradeAtEnd(const std::u32string& text) const {
  return LongestAtEnd(trades_, trade_chars_max_, text);
}

size_t Lexicon::BranchAtEnd(const std::u32string& text) const {
  return LongestAtEnd(branches_, branch_chars_max_, text);
}

bool Lexicon::Alike(char32_t a, char32_t b) const { return alike_.contains({a, b}); }

}  // namespace shian::sanction
