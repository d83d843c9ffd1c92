#include "services/trace/capture/json.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "libs/base/text.h"
#include "services/trace/capture/limits.h"
#include "services/trace/capture/utf8.h"

namespace shian::trace::json {
namespace {

class Reader {
 public:
  explicit Reader(absl::string_view text) : text_(text) {}

  const Rule* Document(Value* out) {
    out->unescaped = std::make_unique<std::deque<std::string>>();
    unescaped_ = out->unescaped.get();
    RunValue(0, out);
    Blank();
    if (!broken_ && at_ != text_.size()) broken_ = &rules::kJsonSyntax;
    return broken_;
  }

 private:
  bool Fail(const Rule& rule) {
    if (!broken_) broken_ = &rule;
    return false;
  }
  void Blank() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
      ++at_;
    }
  }
  bool Take(char wanted) {
    Blank();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool RunValue(int depth, Value* out) {
    if (depth > limits::kJsonDepthMax) return Fail(rules::kJsonTooDeep);
    Blank();
    const size_t begin = at_;
    const bool fine = Dispatch(depth, out);
    out->source = text_.substr(begin, at_ - begin);
    return fine;
  }

  bool Dispatch(int depth, Value* out) {
    switch (Peek()) {
      case '{':
        return Object(depth, out);
      case '[':
        return Array(depth, out);
      case '"':
        out->kind = Kind::kString;
        return String(&out->text);
      case 't':
        return Word("true", Kind::kBool, out);
      case 'f':
        return Word("false", Kind::kBool, out);
      case 'n':
        return Word("null", Kind::kNull, out);
      default:
        return Number(out);
    }
  }

  bool Word(absl::string_view word, Kind kind, Value* out) {
    if (text_.substr(at_, word.size()) != word) return Fail(rules::kJsonSyntax);
    at_ += word.size();
    out->kind = kind;
    out->text = text_.substr(at_ - word.size(), word.size());
    return true;
  }

  bool Digits() {
    const size_t begin = at_;
    while (absl::ascii_isdigit(static_cast<unsigned char>(Peek()))) ++at_;
    return at_ > begin;
  }

  bool Number(Value* out) {
    const size_t begin = at_;
    if (Peek() == '-') ++at_;
    const bool leading_zero = Peek() == '0';
    const size_t whole = at_;
    if (!Digits() || (leading_zero && at_ - whole > 1)) return Fail(rules::kJsonSyntax);
    if (Peek() == '.') {
      ++at_;
      if (!Digits()) return Fail(rules::kJsonSyntax);
    }
    if (Peek() == 'e' || Peek() == 'E') {
      ++at_;
      if (Peek() == '+' || Peek() == '-') ++at_;
      if (!Digits()) return Fail(rules::kJsonSyntax);
    }
    out->kind = Kind::kNumber;
    out->text = text_.substr(begin, at_ - begin);
    return true;
  }

  bool Hex4(uint32_t* unit) {
    if (at_ + 4 > text_.size()) return Fail(rules::kJsonSyntax);
    *unit = 0;
    for (int i = 0; i < 4; ++i) {
      const unsigned char c = static_cast<unsigned char>(text_[at_++]);
      if (!absl::ascii_isxdigit(c)) return Fail(rules::kJsonSyntax);
      const uint32_t digit = absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10;
      *unit = *unit * 16 + digit;
    }
    return true;
  }

  // A lone half of a surrogate pair and U+0000 are refused: no text can hold them.
  bool Escape(std::string* out) {
    static constexpr absl::string_view kNames = "\"\\/bfnrt";
    static constexpr absl::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char name = Peek();
    ++at_;
    if (const size_t found = kNames.find(name); found != absl::string_view::npos) {
      out->push_back(kMeanings[found]);
      return true;
    }
    uint32_t unit = 0;
    if (name != 'u' || !Hex4(&unit)) return Fail(rules::kJsonSyntax);
    if (unit >= 0xD800 && unit < 0xDC00) {
      uint32_t low = 0;
      if (text_.substr(at_, 2) != "\\u") return Fail(rules::kJsonEncoding);
      at_ += 2;
      if (!Hex4(&low)) return false;
      if (low < 0xDC00 || low > 0xDFFF) return Fail(rules::kJsonEncoding);
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    } else if (unit == 0 || (unit >= 0xDC00 && unit < 0xE000)) {
      return Fail(rules::kJsonEncoding);
    }
    AppendUtf8(unit, out);
    return true;
  }

  // The run up to the next quote or escape.
  absl::string_view Plain() {
    const size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
           static_cast<unsigned char>(text_[at_]) >= 0x20) {
      ++at_;
    }
    return text_.substr(begin, at_ - begin);
  }

  bool String(absl::string_view* out) {
    ++at_;
    *out = Plain();
    if (Peek() == '"') {
      ++at_;
      return true;
    }
    std::string text(*out);
    while (Peek() == '\\') {
      ++at_;
      if (!Escape(&text)) return false;
      const absl::string_view more = Plain();
      text.append(more.data(), more.size());
    }
    if (Peek() != '"') return Fail(rules::kJsonSyntax);
    ++at_;
    unescaped_->push_back(std::move(text));
    *out = unescaped_->back();
    return true;
  }

  bool Array(int depth, Value* out) {
    ++at_;
    out->kind = Kind::kArray;
    if (Take(']')) return true;
    do {
      out->items.emplace_back();
      if (!RunValue(depth + 1, &out->items.back())) return false;
    } while (Take(','));
    return Take(']') || Fail(rules::kJsonSyntax);
  }

  static bool IsTwice(absl::string_view key, const Value& object,
                      absl::flat_hash_set<absl::string_view>* seen) {
    constexpr size_t kFew = 32;
    if (object.keys.size() < kFew) return object.Find(key) != nullptr;
    if (seen->empty()) seen->insert(object.keys.begin(), object.keys.end());
    return !seen->insert(key).second;
  }

  bool Object(int depth, Value* out) {
    ++at_;
    out->kind = Kind::kObject;
    if (Take('}')) return true;
    constexpr size_t kUsual = 8;
    out->keys.reserve(kUsual);
    out->items.reserve(kUsual);
    absl::flat_hash_set<absl::string_view> seen;  // of the wide ones; the others are looked through
    do {
      if (out->keys.size() >= limits::kJsonMembersMax) return Fail(rules::kJsonTooLarge);
      Blank();
      absl::string_view key;
      if (Peek() != '"') return Fail(rules::kJsonSyntax);
      if (!String(&key)) return false;
      if (IsTwice(key, *out, &seen)) return Fail(rules::kJsonDuplicateKey);
      if (!Take(':')) return Fail(rules::kJsonSyntax);
      out->keys.push_back(key);
      out->items.emplace_back();
      if (!RunValue(depth + 1, &out->items.back())) return false;
    } while (Take(','));
    return Take('}') || Fail(rules::kJsonSyntax);
  }

  const absl::string_view text_;
  std::deque<std::string>* unescaped_ = nullptr;
  size_t at_ = 0;
  const Rule* broken_ = nullptr;
};

// Digits and the place of the point among them, exponent applied.
struct Decimal {
  bool negative = false;
  std::string digits;
  int64_t point = 0;
};

bool Split(absl::string_view text, Decimal* out) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    out->negative = text[0] == '-';
    text.remove_prefix(1);
  }
  int64_t exponent = 0;
  if (const size_t e = text.find_first_of("eE"); e != absl::string_view::npos) {
    absl::string_view power = text.substr(e + 1);
    if (!power.empty() && power[0] == '+') power.remove_prefix(1);
    // Far beyond what any caller takes; the sum below must not overflow.
    constexpr int64_t kExponentMax = 1'000'000'000;
    if (!absl::SimpleAtoi(power, &exponent)) return false;
    if (exponent > kExponentMax || exponent < -kExponentMax) return false;
    text = text.substr(0, e);
  }
  const size_t point = text.find('.');
  out->digits = std::string(text.substr(0, point));
  out->point = static_cast<int64_t>(out->digits.size()) + exponent;
  if (point != absl::string_view::npos) out->digits += std::string(text.substr(point + 1));
  return true;
}

}  // namespace

const Value* Value::Find(absl::string_view key) const {
  for (size_t i = 0; i < keys.size(); ++i) {
    if (key == keys[i]) return &items[i];
  }
  return nullptr;
}

const Rule* Parse(absl::string_view text, Value* out) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  if (!IsValidUtf8(text)) return &rules::kJsonEncoding;
  return Reader(text).Document(out);
}

std::string NormalNumber(absl::string_view text) {
  Decimal number;
  const int64_t most = static_cast<int64_t>(limits::kQuantityDigitsMax);
  if (!Split(text, &number) || number.point > most || number.point < -most) return "";
  std::string whole, fraction;
  for (int64_t i = std::min<int64_t>(0, number.point); i < number.point; ++i) {
    whole.push_back(i < static_cast<int64_t>(number.digits.size()) && i >= 0 ? number.digits[i]
                                                                             : '0');
  }
  for (int64_t i = number.point; i < static_cast<int64_t>(number.digits.size()); ++i) {
    fraction.push_back(i < 0 ? '0' : number.digits[i]);
  }
  whole.erase(0, whole.find_first_not_of('0'));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (whole.empty()) whole = "0";
  if (whole.size() + fraction.size() > limits::kQuantityDigitsMax) return "";
  const std::string magnitude = fraction.empty() ? whole : whole + "." + fraction;
  return number.negative && magnitude != "0" ? "-" + magnitude : magnitude;
}

}  // namespace shian::trace::json
