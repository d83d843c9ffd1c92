// The words that names of firms are made of.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/sanction/screening/name.h"

namespace shian::sanction {

std::u32string ToText(absl::string_view utf8);
std::string FromText(const std::u32string& text);

class Lexicon {
 public:
  // Made once, then only read.
  static const Lexicon& Get();

  // The longest place that `text` begins with, and how many characters it takes.
  std::optional<std::pair<Place, size_t>> PlaceAt(const std::u32string& text) const;
  struct Form {
    size_t begin = 0;
    size_t end = 0;
    std::string canonical;
  };
  // The first legal form in `text` that does not begin it.
  std::optional<Form> FormIn(const std::u32string& text) const;
  // Characters of the longest word that ends `text`; 0 when none does.
  size_t TradeAtEnd(const std::u32string& text) const;
  size_t BranchAtEnd(const std::u32string& text) const;
  bool EndsInBranch(const std::u32string& text) const { return BranchAtEnd(text) > 0; }
  bool Alike(char32_t a, char32_t b) const;

 private:
  Lexicon();
  void AddPlace(const std::u32string& form, const Place& place);
  void AddPlaces();

  std::map<std::u32string, Place> places_;
  size_t place_chars_max_ = 0;
  std::vector<std::pair<std::u32string, std::string>> forms_;
  std::set<std::u32string> trades_;
  size_t trade_chars_max_ = 0;
  std::set<std::u32string> branches_;
  size_t branch_chars_max_ = 0;
  std::set<std::pair<char32_t, char32_t>> alike_;
};

}  // namespace shian::sanction
