#include "libs/names/text.h"

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/check.h"

namespace shian::names {
namespace {

#include "libs/names/characters.inc"

// Traditional or variant forms that names bear as characters of their own (通用规范汉字表 has
// them): 乾隆, 昇.
constexpr char32_t kKept[] = U"乾昇邨堃喆犇龢甦陞淼";
constexpr char32_t kReplacement = 0xfffd;
// All planes with letters in use: Han characters end below.
constexpr char32_t kTableEnd = 0x34000;
// Marks in the table of forms, above every code point.
constexpr uint32_t kDropped = 0x80000000;
constexpr uint32_t kSeveral = 0x80000001;

const icu::Transliterator* Rules(const char* id) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Transliterator* made = icu::Transliterator::createInstance(id, UTRANS_FORWARD, error);
  SHIAN_CHECK(U_SUCCESS(error)) << id;
  return made;
}

icu::UnicodeString ToUnicode(TextView text) {
  icu::UnicodeString all;
  for (const char32_t c : text) all.append(static_cast<UChar32>(c));
  return all;
}

Text FromUnicode(const icu::UnicodeString& text) {
  Text out;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    out.push_back(static_cast<char32_t>(text.char32At(i)));
  }
  return out;
}

char32_t Bracket(char32_t c) {
  switch (u_charType(static_cast<UChar32>(c))) {
    case U_START_PUNCTUATION:
      return U'(';
    case U_END_PUNCTUATION:
      return U')';
    default:
      return 0;
  }
}

// Pairs "髙高": the first is written for the second.
char32_t UsualForm(char32_t c) {
  static const auto* const kUsual = new absl::flat_hash_map<char32_t, char32_t>([] {
    absl::flat_hash_map<char32_t, char32_t> made;
    for (absl::string_view pair : absl::StrSplit(kVariants, ' ', absl::SkipEmpty())) {
      const Text chars = Decode(pair);
      made.emplace(chars[0], chars[1]);
    }
    return made;
  }());
  const auto found = kUsual->find(c);
  return found == kUsual->end() ? c : found->second;
}

// What parts words, and is dropped from a Chinese name with its spaces.
bool Parts(char32_t c) {
  return u_isUWhiteSpace(static_cast<UChar32>(c)) || c == U',' || c == U'/' || c == U'&' ||
         c == U'_' || c == U'·' || u_charType(static_cast<UChar32>(c)) == U_DASH_PUNCTUATION;
}

// What tells names apart. Characters that ICU does not know yet, and those of private use that
// older editions of GB 18030 needed, may be anybody's name: none is dropped.
bool IsKept(char32_t c) {
  if (c == U'+' || c == U'%' || c == U'.' || IsHan(c)) return true;
  switch (u_charType(static_cast<UChar32>(c))) {
    case U_UNASSIGNED:
    case U_PRIVATE_USE_CHAR:
    case U_LETTER_NUMBER:
    case U_OTHER_NUMBER:
    case U_NON_SPACING_MARK:
    case U_COMBINING_SPACING_MARK:
      return true;
    default:
      return u_isalnum(static_cast<UChar32>(c));
  }
}

// Letters without their marks, as people type them; of Latin script alone.
icu::UnicodeString Plain(char32_t c) {
  constexpr char32_t kLatinEnd = 0x250;
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* rule = c < kLatinEnd ? icu::Normalizer2::getNFKDInstance(error)
                                               : icu::Normalizer2::getNFKCInstance(error);
  SHIAN_CHECK(U_SUCCESS(error)) << "NFKC";
  icu::UnicodeString text = rule->normalize(icu::UnicodeString(static_cast<UChar32>(c)), error);
  SHIAN_CHECK(U_SUCCESS(error)) << "NFKC of one character";
  // A Latin letter stands before its marks.
  const bool marked = c < kLatinEnd && text.length() > 1 && u_isalpha(text.char32At(0));
  if (marked && u_charType(text.char32At(1)) == U_NON_SPACING_MARK) text.truncate(1);
  return text.foldCase();
}

// Slow; asked once for each character.
Text FormsOf(char32_t c) {
  static const icu::Transliterator* const kSimplified = Rules("Traditional-Simplified");
  Text out;
  for (const char32_t before : FromUnicode(Plain(c))) {
    icu::UnicodeString one(static_cast<UChar32>(UsualForm(before)));
    if (TextView(kKept).find(before) == TextView::npos) kSimplified->transliterate(one);
    for (const char32_t after : FromUnicode(one)) {
      const char32_t bracket = Bracket(after);
      if (bracket != 0) {
        out.push_back(bracket);
      } else if (Parts(after)) {
        out.push_back(U' ');
      } else if (IsKept(after)) {
        out.push_back(after);
      }
    }
  }
  return out;
}

// The form of every character that was met, filled in as they come.
class FormTable {
 public:
  FormTable() : forms_(std::make_unique<std::atomic<uint32_t>[]>(kTableEnd)) {}

  void Append(char32_t c, Text* out) {
    if (c >= kTableEnd) return AppendFar(c, out);
    uint32_t form = forms_[c].load(std::memory_order_relaxed);
    if (form == 0) {
      const Text text = Look(c);
      form = text.empty() ? kDropped : text.size() == 1 ? text[0] : kSeveral;
      forms_[c].store(form, std::memory_order_relaxed);
    }
    if (form == kDropped) return;
    if (form == kSeveral) {
      out->append(Look(c));
    } else {
      out->push_back(form);
    }
  }

 private:
  // Behind the table: tags, which nobody sees, and what has no other form.
  static void AppendFar(char32_t c, Text* out) {
    constexpr char32_t kTags = 0xe0000, kTagsEnd = 0xe1000;
    if (c < kTags || c >= kTagsEnd) out->push_back(c);
  }

  Text Look(char32_t c) {
    absl::MutexLock lock(&mutex_);  // ICU's transliterators are used one at a time
    const auto [found, fresh] = looked_up_.try_emplace(c);
    if (fresh) found->second = FormsOf(c);
    return found->second;
  }

  absl::Mutex mutex_;
  absl::flat_hash_map<char32_t, Text> looked_up_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<std::atomic<uint32_t>[]> forms_;
};

bool HasMarks(TextView text) {
  return std::any_of(text.begin(), text.end(),
                     [](char32_t c) { return u_getCombiningClass(static_cast<UChar32>(c)) != 0; });
}

// What is written with marks apart is put together first; most names have none.
Text Composed(const Text& text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* rule = icu::Normalizer2::getNFCInstance(error);
  SHIAN_CHECK(U_SUCCESS(error)) << "NFC";
  const icu::UnicodeString composed = rule->normalize(ToUnicode(text), error);
  return U_SUCCESS(error) ? FromUnicode(composed) : text;
}

// The same number in every process, so that keys can be kept; each reading has one of its own.
uint16_t NumberOf(absl::string_view reading) {
  uint32_t hash = 2;
  for (const char c : reading) hash = (hash ^ static_cast<uint8_t>(c)) * 0x01000193;
  hash = (hash ^ (hash >> 15)) * 0x2c1b3c6d;
  return std::max<uint16_t>(static_cast<uint16_t>((hash ^ (hash >> 12)) >> 16), 1);
}

// Readings of all characters that were met.
class SoundTable {
 public:
  SoundTable() : sounds_(std::make_unique<std::atomic<uint64_t>[]>(kTableEnd)) {
    for (absl::string_view entry : absl::StrSplit(kReadings, ' ', absl::SkipEmpty())) {
      const std::vector<std::string> parts = absl::StrSplit(entry, ':');
      const std::vector<std::string> readings = absl::StrSplit(parts[1], ',');
      for (const char32_t c : Decode(parts[0])) more_[c] = readings;
    }
  }

  Sounds Of(char32_t c) {
    if (c >= kTableEnd || !IsHan(c)) return {};
    uint64_t packed = sounds_[c].load(std::memory_order_relaxed);
    if (packed == 0) {
      packed = Look(c);
      sounds_[c].store(packed, std::memory_order_relaxed);
    }
    return {static_cast<uint16_t>(packed), static_cast<uint16_t>(packed >> 16),
            static_cast<uint16_t>(packed >> 32)};
  }

 private:
  // Bit 63 says that the character was looked up.
  uint64_t Look(char32_t c) {
    static const icu::Transliterator* const kLatin = Rules("Han-Latin; Latin-ASCII; Lower");
    absl::MutexLock lock(&mutex_);
    icu::UnicodeString text(static_cast<UChar32>(c));
    kLatin->transliterate(text);
    std::string reading;
    text.toUTF8String(reading);
    std::vector<std::string> readings;
    if (reading.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos) {
      readings.push_back(reading);
    }
    const auto more = more_.find(c);
    for (const std::string& other :
         more == more_.end() ? std::vector<std::string>() : more->second) {
      if (other != reading && readings.size() < Sounds().size()) readings.push_back(other);
    }
    uint64_t packed = 0;
    for (size_t i = 0; i < readings.size(); ++i) {
      packed |= static_cast<uint64_t>(NumberOf(readings[i])) << (16 * i);
    }
    return packed | (1ull << 63);
  }

  absl::Mutex mutex_;  // ICU's transliterators are used one at a time
  absl::flat_hash_map<char32_t, std::vector<std::string>> more_;  // filled at first, then only read
  std::unique_ptr<std::atomic<uint64_t>[]> sounds_;
};

// Characters of one group, and of groups that share one, have one shape: the first one's.
absl::flat_hash_map<char32_t, char32_t> MakeShapes() {
  absl::flat_hash_map<char32_t, char32_t> shapes;
  for (absl::string_view group : absl::StrSplit(kLookalikes, ' ', absl::SkipEmpty())) {
    const Text chars = Decode(group);
    const auto first = shapes.emplace(chars[0], chars[0]).first->second;
    for (const char32_t c : chars) {
      const auto [found, fresh] = shapes.emplace(c, first);
      if (fresh || found->second == first) continue;
      const char32_t other = found->second;
      for (auto& [unused, shape] : shapes) {
        if (shape == other) shape = first;
      }
    }
  }
  return shapes;
}

}  // namespace

Text Decode(absl::string_view utf8) {
  Text out;
  out.reserve(utf8.size() / 2);
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t c = length == 1 ? lead : lead & (0xff >> (length + 1));
    bool whole = i + length <= utf8.size() && (lead < 0x80 || lead >= 0xc2);
    for (size_t k = 1; whole && k < length; ++k) {
      const auto next = static_cast<unsigned char>(utf8[i + k]);
      whole = (next & 0xc0) == 0x80;
      c = (c << 6) | (next & 0x3f);
    }
    whole = whole && c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
    out.push_back(whole ? c : kReplacement);
    i += whole ? length : 1;
  }
  return out;
}

std::string Encode(TextView text) {
  std::string out;
  for (const char32_t c : text) {
    if (c < 0x80) {
      out.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
      out.push_back(static_cast<char>(0xc0 | (c >> 6)));
      out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
      out.push_back(static_cast<char>(0xe0 | (c >> 12)));
      out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3f)));
      out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
    } else {
      out.push_back(static_cast<char>(0xf0 | (c >> 18)));
      out.push_back(static_cast<char>(0x80 | ((c >> 12) & 0x3f)));
      out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3f)));
      out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
    }
  }
  return out;
}

namespace {

bool IsDigit(char32_t c) { return c >= U'0' && c <= U'9'; }

// 餅乾 is 饼干, 乾隆 is not.
bool IsDry(TextView text, size_t at) {
  const char32_t before = at > 0 ? text[at - 1] : 0;
  const char32_t after = at + 1 < text.size() ? text[at + 1] : 0;
  return TextView(U"饼肉腐豆晒薯").find(before) != TextView::npos ||
         TextView(U"货果洗").find(after) != TextView::npos;
}

// Spaces one at a time, points between digits alone.
Text Joined(TextView mapped) {
  Text out;
  out.reserve(mapped.size());
  for (size_t i = 0; i < mapped.size(); ++i) {
    const char32_t c = mapped[i];
    const bool between =
        i > 0 && i + 1 < mapped.size() && IsDigit(mapped[i - 1]) && IsDigit(mapped[i + 1]);
    if (c == U'.' && !between) continue;
    if (c == U' ' && (out.empty() || out.back() == U' ')) continue;
    out.push_back(c == U'乾' && IsDry(mapped, i) ? U'干' : c);
  }
  if (!out.empty() && out.back() == U' ') out.pop_back();
  return out;
}

}  // namespace

Text Normalise(absl::string_view name) {
  static auto* const kForms = new FormTable();
  Text text = Decode(name);
  if (HasMarks(text)) text = Composed(text);
  Text mapped;
  mapped.reserve(text.size());
  for (const char32_t c : text) kForms->Append(c, &mapped);
  return Joined(mapped);
}

Text Latinise(const Text& normal) {
  static const icu::Transliterator* const kLatin = Rules("Any-Latin; Latin-ASCII; Lower");
  static auto* const kMutex = new absl::Mutex();
  icu::UnicodeString text = ToUnicode(normal);
  {
    absl::MutexLock lock(kMutex);
    kLatin->transliterate(text);
  }
  // What is made of a letter may be more than letters.
  std::string latin;
  text.toUTF8String(latin);
  return Normalise(latin);
}

bool IsHan(char32_t c) {
  return (c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
         (c >= 0x20000 && c <= 0x3ffff) || c == U'〇' || c == U'々';
}

bool HasHan(TextView text) { return std::any_of(text.begin(), text.end(), IsHan); }

Sounds SoundsOf(char32_t c) {
  static auto* const kSounds = new SoundTable();
  return kSounds->Of(c);
}

bool SoundAlike(char32_t a, char32_t b) {
  if (a == b) return true;
  const Sounds x = SoundsOf(a);
  const Sounds y = SoundsOf(b);
  for (const uint16_t one : x) {
    for (const uint16_t other : y) {
      if (one != 0 && one == other) return true;
    }
  }
  return false;
}

char32_t ShapeOf(char32_t c) {
  static const auto* const kShapes = new absl::flat_hash_map<char32_t, char32_t>(MakeShapes());
  const auto found = kShapes->find(c);
  return found == kShapes->end() ? c : found->second;
}

}  // namespace shian::names
