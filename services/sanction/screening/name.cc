#include "services/sanction/screening/name.h"

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/check.h"
#include "services/sanction/screening/lexicon.h"

namespace shian::sanction {
namespace {

// A brand keeps at least this many characters whatever its trade.
constexpr size_t kBrandCharsMin = 2;
// From this length on one wrong character still leaves the brand recognisable.
constexpr size_t kOneOfManyCharsMin = 4;
constexpr int kPlacesMax = 3;
constexpr int kTradeWordsMax = 3;

using Text = std::u32string;

std::string Transliterate(const char* rules, absl::string_view text) {
  static const auto* const kMade = new std::map<std::string, const icu::Transliterator*>([] {
    std::map<std::string, const icu::Transliterator*> made;
    for (const char* id : {"NFKC; Traditional-Simplified; Lower", "Han-Latin; Latin-ASCII"}) {
      UErrorCode error = U_ZERO_ERROR;
      made[id] = icu::Transliterator::createInstance(id, UTRANS_FORWARD, error);
      SHIAN_CHECK(U_SUCCESS(error)) << id;
    }
    return made;
  }());
  icu::UnicodeString out = icu::UnicodeString::fromUTF8({text.data(), int32_t(text.size())});
  kMade->at(rules)->transliterate(out);
  std::string result;
  out.toUTF8String(result);
  return result;
}

// How each character sounds, looked up once: the transliterator costs more than all else here.
class Sounds {
 public:
  std::string Of(char32_t c) {
    {
      absl::ReaderMutexLock lock(&mutex_);
      const auto found = known_.find(c);
      if (found != known_.end()) return found->second;
    }
    std::string sound = Transliterate("Han-Latin; Latin-ASCII", FromText(Text(1, c)));
    absl::MutexLock lock(&mutex_);
    return known_.emplace(c, std::move(sound)).first->second;
  }

 private:
  absl::Mutex mutex_;
  // Bounded by the characters there are.
  absl::flat_hash_map<char32_t, std::string> known_ ABSL_GUARDED_BY(mutex_);
};

std::string Pinyin(const Text& brand) {
  static auto* const kSounds = new Sounds();
  std::string out;
  for (const char32_t c : brand) out += kSounds->Of(c);
  return out;
}

// Takes "(…)" out of the text and gives what stood in it.
std::string TakeBrackets(Text* text) {
  const size_t open = text->find(U'(');
  const size_t close = text->find(U')', open);
  if (open == Text::npos || close == Text::npos) return "";
  const Text inside = text->substr(open + 1, close - open - 1);
  text->erase(open, close - open + 1);
  return FromText(inside);
}

void TakePlaces(const Lexicon& lexicon, Text* text, Name* name) {
  while (static_cast<int>(name->places.size()) < kPlacesMax) {
    const auto found = lexicon.PlaceAt(*text);
    if (!found || text->size() - found->second < kBrandCharsMin) return;
    const bool coarser = !name->places.empty() && found->first.level <= name->places.back().level;
    if (coarser) return;
    name->places.push_back(found->first);
    text->erase(0, found->second);
  }
}

// What follows the form is the branch: "…有限公司" "岷县分公司".
void TakeForm(const Lexicon& lexicon, Text* text, Name* name) {
  const auto found = lexicon.FormIn(*text);
  if (!found) return;
  const Text rest = text->substr(found->end);
  if (!rest.empty() && lexicon.EndsInBranch(rest)) name->branch = FromText(rest);
  if (!rest.empty() && name->branch.empty()) return;
  name->form = found->canonical;
  text->erase(found->begin);
}

void TakeBranchWithoutForm(const Lexicon& lexicon, Text* text, Name* name) {
  if (!name->form.empty()) return;
  const size_t length = lexicon.BranchAtEnd(*text);
  if (length == 0 || text->size() - length < kBrandCharsMin) return;
  name->branch = FromText(text->substr(text->size() - length));
  text->erase(text->size() - length);
}

void TakeTrade(const Lexicon& lexicon, Text* text, Name* name) {
  for (int i = 0; i < kTradeWordsMax; ++i) {
    const size_t length = lexicon.TradeAtEnd(*text);
    if (length == 0 || text->size() < length + kBrandCharsMin) return;
    name->trade = FromText(text->substr(text->size() - length)) + name->trade;
    text->erase(text->size() - length);
  }
}

// Brands that differ in the order of neighbours have the same characters.
Text Sorted(Text text) {
  std::sort(text.begin(), text.end());
  return text;
}

bool LooksAlike(char32_t a, char32_t b) { return Lexicon::Get().Alike(a, b); }

}  // namespace

std::string Name::region() const {
  return absl::StrJoin(places, "",
                       [](std::string* out, const Place& place) { out->append(place.name); });
}

std::string NormaliseName(absl::string_view name) {
  Text out;
  for (const char32_t c : ToText(Transliterate("NFKC; Traditional-Simplified; Lower", name))) {
    const bool bracket = c == U'(' || c == U')';
    const bool letter = c > 0x7f ? u_isalnum(static_cast<UChar32>(c))
                                 : (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z');
    if (bracket || letter) out.push_back(c);
  }
  return FromText(out);
}

Name ParseName(absl::string_view text) {
  const Lexicon& lexicon = Lexicon::Get();
  Name name;
  name.normal = NormaliseName(text);
  Text rest = ToText(name.normal);
  const std::string inside = TakeBrackets(&rest);
  std::erase(rest, U'(');
  std::erase(rest, U')');
  TakePlaces(lexicon, &rest, &name);
  const auto bracketed = lexicon.PlaceAt(ToText(inside));
  if (bracketed && name.places.empty()) name.places.push_back(bracketed->first);
  TakeForm(lexicon, &rest, &name);
  TakeBranchWithoutForm(lexicon, &rest, &name);
  TakeTrade(lexicon, &rest, &name);
  name.brand = FromText(rest);
  name.pinyin = Pinyin(rest);
  return name;
}

bool NearlyEqual(const Name& a, const Name& b) {
  const Text x = ToText(a.brand);
  const Text y = ToText(b.brand);
  if (x == y || x.size() != y.size()) return false;
  if (a.pinyin == b.pinyin) return true;
  std::vector<size_t> differing;
  for (size_t i = 0; i < x.size(); ++i) {
    if (x[i] != y[i]) differing.push_back(i);
  }
  if (differing.size() == 1) {
    return x.size() >= kOneOfManyCharsMin || LooksAlike(x[differing[0]], y[differing[0]]);
  }
  return differing.size() == 2 && differing[1] == differing[0] + 1 && Sorted(x) == Sorted(y);
}

std::vector<std::string> BrandKeys(const Name& name) {
  const Text brand = ToText(name.brand);
  std::set<std::string> keys = {absl::StrCat("=", name.brand), absl::StrCat("p", name.pinyin),
                                absl::StrCat("s", FromText(Sorted(brand)))};
  for (size_t i = 0; i < brand.size(); ++i) {
    // The brand with one character left open: all that differ in that one share the key.
    Text open = brand;
    open[i] = U'?';
    keys.insert(absl::StrCat("o", FromText(open)));
  }
  return {keys.begin(), keys.end()};
}

}  // namespace shian::sanction
