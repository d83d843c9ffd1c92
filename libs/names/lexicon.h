// The words that names of firms are made of (名称用语): divisions, trades, legal forms, branches.
#ifndef SHIAN_LIBS_NAMES_LEXICON_H_
#define SHIAN_LIBS_NAMES_LEXICON_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "libs/names/text.h"

namespace shian::names {

// A division (行政区划) as names of firms begin with it, or hold it in brackets.
struct Place {
  Text name;                       // without the suffix that may be left out: "河南", "濮阳县"
  Text stem;                       // without any: "濮阳"; of a county only
  int level = 0;                   // 0 the country, 1 province, 2 prefecture, 3 county
  std::vector<std::string> codes;  // first digits; several counties share a name
};

// Whether one may lie in the other.
bool OneLiesInOther(const Place& a, const Place& b);

// Words by their first characters.
class Trie {
 public:
  struct Found {
    size_t length = 0;  // 0: nothing
    int value = 0;
  };
  void Add(TextView word, int value);
  // The longest word that `text` begins with.
  Found Longest(TextView text) const;
  const int* Find(TextView word) const;

 private:
  static uint64_t Edge(uint32_t node, char32_t c) { return (uint64_t{node} << 32) | c; }
  absl::flat_hash_map<uint64_t, uint32_t> next_;
  absl::flat_hash_map<uint32_t, int> values_;
  uint32_t nodes_ = 1;
};

class Lexicon {
 public:
  // Made once, then only read.
  static const Lexicon& Get();

  // The longest division that `text` begins with; `value` is its number.
  Trie::Found PlaceAt(TextView text) const { return places_trie_.Longest(text); }
  const Place& place(int number) const { return places_[number]; }
  int places() const { return static_cast<int>(places_.size()); }

  struct Form {
    size_t begin = 0;
    size_t end = 0;
    uint8_t number = 0;
  };
  // The first legal form in `text` at or behind `from`; number 0 when there is none.
  Form FormIn(TextView text, size_t from) const;
  // The number of a form that is the whole of `text` (what stands in brackets), or 0.
  uint8_t FormOf(TextView text) const;
  // As what a form is compared: "有限". Number 0 is no form.
  const std::string& form(uint8_t number) const { return forms_[number]; }

  // Characters of the longest word that ends `text`; 0 when none does.
  size_t TradeAtEnd(TextView text) const { return AtEnd(trades_, text); }
  size_t BranchAtEnd(TextView text) const { return AtEnd(branches_, text); }
  // 个体工商户字样: a name that ends so is whole without a legal form.
  bool EndsAsShop(TextView text) const { return AtEnd(shops_, text) > 0; }

  // The number of the Latin legal form that a word or two stand for, or 0.
  uint8_t LatinForm(TextView words) const;

 private:
  Lexicon();
  static size_t AtEnd(const Trie& reversed, TextView text);
  void AddPlace(const Text& written, const Place& place);
  void AddProvinces();
  void AddPlaces();
  void AddForms(const char* words, Trie* trie);

  Trie places_trie_;
  std::vector<Place> places_;
  Trie forms_trie_;
  Trie latin_forms_;
  std::vector<std::string> forms_ = {""};
  Trie trades_, branches_, shops_;  // from their ends
};

}  // namespace shian::names

#endif  // SHIAN_LIBS_NAMES_LEXICON_H_
