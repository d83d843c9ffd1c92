#include "libs/names/name.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "libs/names/lexicon.h"
#include "libs/names/near.h"

namespace shian::names {
namespace {

// A brand keeps at least this many characters whatever its trade.
constexpr size_t kBrandCharsMin = 2;
constexpr int kTradeWordsMax = 3;
constexpr int kPrefecture = 2;

uint64_t HashOf(TextView text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char32_t c : text) hash = (hash ^ c) * 0x100000001b3;
  return hash ^ (hash >> 29);
}

void AddPlace(int number, NameView* parts) {
  if (parts->place_count == kPlacesMax) return;
  parts->places[parts->place_count++] = static_cast<uint16_t>(number);
}

// Takes "(…)" out of the text and gives what stood in it.
std::optional<Text> TakeBrackets(Text* text) {
  const size_t open = text->find(U'(');
  if (open == Text::npos) return std::nullopt;
  const size_t close = text->find(U')', open);
  if (close == Text::npos) return std::nullopt;
  Text inside = text->substr(open + 1, close - open - 1);
  text->erase(open, close - open + 1);
  return inside;
}

// A division in brackets is the firm's seat, a form its form; anything else distinguishes it and
// stays at the end of the brand: "瑞丰源(二店)".
struct Bracketed {
  std::vector<int> places;
  uint8_t form = 0;
  Text branch;
  Text rest;
};

// Numbers of the divisions that make up the whole text; none when anything else stands in it.
std::vector<int> AllPlaces(const Lexicon& lexicon, TextView text) {
  std::vector<int> places;
  while (!text.empty()) {
    const Trie::Found found = lexicon.PlaceAt(text);
    if (found.length == 0) return {};
    places.push_back(found.value);
    text.remove_prefix(found.length);
  }
  return places;
}

Bracketed TakeAllBrackets(const Lexicon& lexicon, Text* text) {
  Bracketed out;
  while (const std::optional<Text> inside = TakeBrackets(text)) {
    const std::vector<int> places = AllPlaces(lexicon, *inside);
    if (!places.empty() && out.places.empty() && places.size() < kPlacesMax) {
      out.places = places;
    } else if (const uint8_t form = lexicon.FormOf(*inside); form != 0) {
      out.form = form;
    } else if (lexicon.BranchAtEnd(*inside) > 0 || inside->ends_with(U'店')) {
      out.branch += *inside;
    } else {
      out.rest += *inside;
    }
  }
  std::erase(*text, U'(');
  std::erase(*text, U')');
  return out;
}

// Whether the last one taken is a prefecture without its suffix.
bool TakePlaces(const Lexicon& lexicon, Text* text, NameView* parts) {
  int level = -1;
  bool bare = false;
  while (parts->place_count < kPlacesMax) {
    const Trie::Found found = lexicon.PlaceAt(*text);
    if (found.length == 0 || text->size() < found.length + kBrandCharsMin) return bare;
    const Place& place = lexicon.place(found.value);
    if (place.level <= level) return bare;
    // "河南安康": that city lies elsewhere, so it is a brand.
    const bool inside = parts->place_count == 0 ||
                        OneLiesInOther(lexicon.place(parts->places[parts->place_count - 1]), place);
    if (!inside) return bare;
    level = place.level;
    bare = place.level == kPrefecture && found.length == place.name.size();
    AddPlace(found.value, parts);
    text->erase(0, found.length);
  }
  return bare;
}

// Whether what follows a form names a branch. After "公司" anything does ("…有限公司紫荆山路店"),
// unless a form ends it: then the first one is a part of the brand ("瑞立集团公司茶叶有限公司").
bool IsBranch(const Lexicon& lexicon, TextView text, const Lexicon::Form& form, TextView rest) {
  if (lexicon.BranchAtEnd(rest) > 0) return true;
  if (!text.substr(0, form.end).ends_with(U"公司")) return false;
  Lexicon::Form last;
  for (Lexicon::Form next = lexicon.FormIn(rest, 0); next.number != 0;
       next = lexicon.FormIn(rest, next.end)) {
    last = next;
  }
  return last.number == 0 || last.end != rest.size();
}

// What follows the form is the branch: "…有限公司" "岷县分公司". A form that anything else follows
// is a part of the brand: "瑞立集团茶叶有限公司".
void TakeForm(const Lexicon& lexicon, Text* text, Name* name) {
  for (size_t from = 1;;) {
    const Lexicon::Form found = lexicon.FormIn(*text, from);
    if (found.number == 0) return;
    const TextView rest = TextView(*text).substr(found.end);
    from = found.end;
    if (!rest.empty() && !IsBranch(lexicon, *text, found, rest)) continue;
    name->branch = rest;
    name->parts.form = found.number;
    text->erase(found.begin);
    return;
  }
}

void TakeBranchWithoutForm(const Lexicon& lexicon, Text* text, Name* name) {
  if (name->parts.form != 0) return;
  const size_t length = lexicon.BranchAtEnd(*text);
  if (length == 0 || text->size() < length + kBrandCharsMin) return;
  name->branch = text->substr(text->size() - length);
  text->erase(text->size() - length);
}

void TakeTrade(const Lexicon& lexicon, Text* text, Name* name) {
  for (int i = 0; i < kTradeWordsMax; ++i) {
    const size_t length = lexicon.TradeAtEnd(*text);
    if (length == 0 || text->size() < length + kBrandCharsMin) return;
    name->trade.insert(0, *text, text->size() - length);
    text->erase(text->size() - length);
  }
}

// "洛阳红食品": 洛阳 without its suffix before a single character is rather a part of the brand.
void ReturnPlace(const Lexicon& lexicon, Text* text, Name* name) {
  if (!name->trade.empty() || text->empty()) return;
  if (lexicon.TradeAtEnd(*text) + 1 != text->size()) return;
  name->trade = text->substr(1);
  text->resize(1);
  const Place& place = lexicon.place(name->parts.places[--name->parts.place_count]);
  name->parts.leading = name->parts.place_count;
  text->insert(0, place.name);
}

// "X(集团)有限公司" and "X集团有限公司" have one form.
uint8_t Joined(const Lexicon& lexicon, uint8_t form, uint8_t bracketed) {
  if (bracketed == 0) return form;
  if (form == 0) return bracketed;
  const Text both = Decode(lexicon.form(bracketed) + lexicon.form(form));
  for (const char32_t* company : {U"公司", U""}) {
    const uint8_t joined = lexicon.FormOf(both + company);
    if (joined != 0) return joined;
  }
  return bracketed;
}

void ParseChinese(Text text, Name* name) {
  const Lexicon& lexicon = Lexicon::Get();
  std::erase(text, U' ');
  const Bracketed bracketed = TakeAllBrackets(lexicon, &text);
  const bool bare = TakePlaces(lexicon, &text, &name->parts);
  name->parts.leading = name->parts.place_count;
  for (const int place : bracketed.places) AddPlace(place, &name->parts);
  TakeForm(lexicon, &text, name);
  TakeBranchWithoutForm(lexicon, &text, name);
  name->branch += bracketed.branch;
  name->parts.form = Joined(lexicon, name->parts.form, bracketed.form);
  TakeTrade(lexicon, &text, name);
  if (bare && bracketed.places.empty()) ReturnPlace(lexicon, &text, name);
  name->brand = std::move(text) + bracketed.rest;
}

// What stands between spaces and brackets.
std::vector<Text> WordsOf(TextView text) {
  std::vector<Text> words(1);
  for (const char32_t c : text) {
    if (c == U' ' || c == U'(' || c == U')') {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back().push_back(c);
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool IsOfAnotherScript(char32_t c) {
  constexpr char32_t kLatinEnd = 0x250;
  return c >= kLatinEnd;
}

Text Join(const std::vector<Text>& words, size_t begin, size_t end) {
  Text out;
  for (size_t i = begin; i < end; ++i) {
    if (i > begin) out.push_back(U' ');
    out += words[i];
  }
  return out;
}

constexpr size_t kFormWordsMax = 4;

// The longest legal form that words begin (or end) with, and how many words it has.
std::pair<uint8_t, size_t> LatinFormAt(const std::vector<Text>& words, bool begin) {
  for (size_t take = std::min(kFormWordsMax, words.size()); take > 0; --take) {
    if (take == words.size()) continue;
    const size_t at = begin ? 0 : words.size() - take;
    const uint8_t form = Lexicon::Get().LatinForm(Join(words, at, at + take));
    if (form != 0) return {form, take};
  }
  return {0, 0};
}

// "Pacific Seafood Co., Ltd.", "OAO Gazprom": one form, at the end or else in front; what is left
// is the name proper.
void ParseLatin(TextView text, Name* name) {
  std::vector<Text> words = WordsOf(text);
  auto [form, take] = LatinFormAt(words, false);
  if (form != 0) {
    words.resize(words.size() - take);
  } else if (std::tie(form, take) = LatinFormAt(words, true); form != 0) {
    words.erase(words.begin(), words.begin() + static_cast<ptrdiff_t>(take));
  }
  name->parts.form = form;
  name->parts.latin = true;
  name->brand = Join(words, 0, words.size());
}

// A text that can be read in more ways has keys for these alone; see the README.
constexpr size_t kReadingsMax = 8;

// A hash that takes one character at a time: keys are made of texts that are nowhere written.
class Mix {
 public:
  explicit Mix(char kind) : hash_(0xcbf29ce484222325 ^ static_cast<uint64_t>(kind)) {}
  Mix& Add(char32_t c) {
    hash_ = (hash_ ^ c) * 0x100000001b3;
    return *this;
  }
  Mix& Add(TextView text) {
    for (const char32_t c : text) Add(c);
    return *this;
  }
  uint32_t Key() const {
    const uint64_t folded = (hash_ ^ (hash_ >> 32)) * 0xd6e8feb86659fd93;
    return static_cast<uint32_t>(folded >> 32);
  }

 private:
  uint64_t hash_;
};

using Characters = absl::InlinedVector<char32_t, 40>;

// One key for each way of reading the texts, as two names need one reading in common.
void AddSoundKeys(TextView first, TextView second, std::vector<uint32_t>* keys) {
  absl::InlinedVector<Mix, kReadingsMax> readings = {Mix('p')};
  for (const TextView text : {first, second}) {
    for (const char32_t c : text) {
      const Sounds sounds = SoundsOf(c);
      const size_t count = readings.size();
      for (size_t k = 1; k < sounds.size() && sounds[k] != 0; ++k) {
        for (size_t i = 0; i < count && readings.size() < kReadingsMax; ++i) {
          readings.push_back(Mix(readings[i]).Add(sounds[k]));
        }
      }
      for (size_t i = 0; i < count; ++i) readings[i].Add(sounds[0] != 0 ? sounds[0] : c);
    }
  }
  for (const Mix& reading : readings) keys->push_back(reading.Key());
}

void AddSortedKey(TextView first, TextView second, TextView third, std::vector<uint32_t>* keys) {
  Characters characters(first.begin(), first.end());
  characters.insert(characters.end(), second.begin(), second.end());
  characters.insert(characters.end(), third.begin(), third.end());
  std::sort(characters.begin(), characters.end());
  keys->push_back(Mix('s').Add(TextView(characters.data(), characters.size())).Key());
}

void AddBrandKeys(TextView brand, std::vector<uint32_t>* keys) {
  if (brand.size() < kOneOfManyCharsMin) {
    Mix shape('h');
    for (const char32_t c : brand) shape.Add(ShapeOf(c));
    keys->push_back(shape.Key());
    return;
  }
  // The brand with one character left open: all that differ in that one share the key. With one
  // left out: all from which it is missing.
  keys->push_back(Mix('d').Add(brand).Key());
  for (size_t i = 0; i < brand.size(); ++i) {
    const TextView before = brand.substr(0, i);
    const TextView after = brand.substr(i + 1);
    keys->push_back(Mix('o').Add(before).Add(U'?').Add(after).Key());
    if (brand.size() >= kMissingCharsMin) keys->push_back(Mix('d').Add(before).Add(after).Key());
  }
}

// Where division, brand and trade meet is a guess: see CompareChineseBrands.
void AddCoreKeys(const NameView& name, std::vector<uint32_t>* keys) {
  if (!name.trade.empty()) {
    AddSoundKeys(name.brand, name.trade, keys);
    AddSortedKey(name.brand, name.trade, {}, keys);
  }
  for (size_t i = 0; i < name.place_count; ++i) {
    const Place& place = Lexicon::Get().place(name.places[i]);
    AddSortedKey(place.name, name.brand, name.trade, keys);
    if (!place.stem.empty()) AddSortedKey(place.stem, name.brand, name.trade, keys);
  }
}

void AddWordKeys(TextView words, std::vector<uint32_t>* keys) {
  Mix joined('j');
  for (const char32_t c : words) {
    if (c != U' ') joined.Add(c);
  }
  keys->push_back(joined.Key());
  for (const Text& word : WordsOf(words)) {
    const TextView text = word;
    keys->push_back(Mix('w').Add(text).Key());
    if (text.size() < kMissingCharsMin) continue;
    for (size_t i = 0; i < text.size(); ++i) {
      keys->push_back(Mix('w').Add(text.substr(0, i)).Add(text.substr(i + 1)).Key());
    }
  }
}

}  // namespace

NameView Name::View() const {
  NameView view = parts;
  view.brand = brand;
  view.trade = trade;
  view.branch = branch;
  return view;
}

Name Parse(absl::string_view text) {
  Name name;
  const Text normal = Normalise(text);
  if (!HasHan(normal)) {
    const bool other = std::any_of(normal.begin(), normal.end(), IsOfAnotherScript);
    ParseLatin(other ? Latinise(normal) : normal, &name);
    name.parts.whole = HashOf(normal);
    return name;
  }
  Text packed = normal;
  std::erase(packed, U' ');
  name.parts.whole = HashOf(packed);
  ParseChinese(std::move(packed), &name);
  return name;
}

std::string RegionOf(const NameView& name) {
  Text out;
  for (size_t i = 0; i < name.place_count; ++i) out += Lexicon::Get().place(name.places[i]).name;
  return Encode(out);
}

std::string FormOf(const NameView& name) { return Lexicon::Get().form(name.form); }

std::vector<uint32_t> KeysOf(const NameView& name) {
  std::vector<uint32_t> keys;
  if (name.brand.empty()) return keys;
  if (name.latin) {
    AddWordKeys(name.brand, &keys);
  } else {
    AddSoundKeys(name.brand, {}, &keys);
    AddSortedKey(name.brand, {}, {}, &keys);
    AddBrandKeys(name.brand, &keys);
    AddCoreKeys(name, &keys);
    // "IBM（中国）有限公司" is asked for as "IBM".
    if (!HasHan(name.brand)) AddWordKeys(name.brand, &keys);
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace shian::names
