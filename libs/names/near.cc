#include "libs/names/near.h"

#include <algorithm>
#include <array>

namespace shian::names {
namespace {

// The rest is not looked at, and then two names are never the same.
constexpr size_t kWordsMax = 24;

struct Differences {
  size_t count = 0;
  size_t first = 0;
  size_t last = 0;
  bool all_sound = true;
  bool all_shape = true;
};

Differences DifferencesOf(TextView a, TextView b) {
  Differences out;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i]) continue;
    if (out.count++ == 0) out.first = i;
    out.last = i;
    out.all_sound = out.all_sound && SoundAlike(a[i], b[i]);
    out.all_shape = out.all_shape && ShapeOf(a[i]) == ShapeOf(b[i]);
    // Beyond a swap only texts that sound or look alike all through are near.
    if (out.count > 2 && !out.all_sound && !out.all_shape) break;
  }
  return out;
}

bool IsSwap(const Differences& differing, TextView a, TextView b) {
  return differing.count == 2 && differing.last == differing.first + 1 &&
         a[differing.first] == b[differing.last] && a[differing.last] == b[differing.first];
}

// `shorter` is `longer` with one character left out.
bool LacksOne(TextView shorter, TextView longer) {
  size_t i = 0;
  while (i < shorter.size() && shorter[i] == longer[i]) ++i;
  return shorter.substr(i) == longer.substr(i + 1);
}

struct Words {
  std::array<TextView, kWordsMax> at;
  size_t count = 0;
  bool cut = false;  // there are more
};

Words Split(TextView text) {
  Words words;
  while (!text.empty() && words.count < kWordsMax) {
    const size_t end = std::min(text.find(U' '), text.size());
    words.at[words.count++] = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  words.cut = !text.empty();
  return words;
}

// One letter wrong, missing or swapped with its neighbour, in a word long enough.
bool WordsNear(TextView a, TextView b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() < kMissingCharsMin || b.size() - a.size() > 1) return false;
  if (a.size() < b.size()) return LacksOne(a, b);
  const Differences differing = DifferencesOf(a, b);
  return differing.count == 1 || IsSwap(differing, a, b);
}

bool IsInitial(TextView a, TextView b) {
  return std::min(a.size(), b.size()) == 1 && a.front() == b.front();
}

// The most pairs of one of `m` and one of `n` that `may` be one, each in one pair only. Taking the
// first that fits would find fewer, and other numbers when the sides change places.
template <class May>
class Pairs {
 public:
  Pairs(size_t m, size_t n, const May& may) : n_(n), may_(may) {
    partner_.fill(kNobody);
    for (size_t i = 0; i < m; ++i) {
      asked_.fill(false);
      if (Place(i)) ++count_;
    }
  }
  size_t count() const { return count_; }

 private:
  static constexpr size_t kNobody = kWordsMax;

  // Whoever has the wanted partner already moves to another one if there is one.
  bool Place(size_t i) {
    for (size_t k = 0; k < n_; ++k) {
      if (asked_[k] || !may_(i, k)) continue;
      asked_[k] = true;
      if (partner_[k] != kNobody && !Place(partner_[k])) continue;
      partner_[k] = i;
      return true;
    }
    return false;
  }

  const size_t n_;
  const May& may_;
  std::array<size_t, kWordsMax> partner_;
  std::array<bool, kWordsMax> asked_{};
  size_t count_ = 0;
};

// How many words of `a` have a partner in `b`, exact ones first.
struct Pairing {
  size_t exact = 0;
  size_t near = 0;
  size_t initials = 0;
  bool in_order = true;
};

Pairing Pair(const Words& a, const Words& b) {
  Pairing out;
  std::array<bool, kWordsMax> used{}, paired{};
  for (size_t i = 0; i < a.count; ++i) {
    for (size_t k = 0; k < b.count; ++k) {
      if (used[k] || a.at[i] != b.at[k]) continue;
      used[k] = paired[i] = true;
      ++out.exact;
      out.in_order = out.in_order && i == k;
      break;
    }
  }
  const auto near = [&](size_t i, size_t k) {
    return !paired[i] && !used[k] && WordsNear(a.at[i], b.at[k]);
  };
  const auto any = [&](size_t i, size_t k) {
    return near(i, k) || (!paired[i] && !used[k] && IsInitial(a.at[i], b.at[k]));
  };
  if (out.exact == a.count || out.exact == b.count) return out;
  out.near = Pairs(a.count, b.count, near).count();
  out.initials = Pairs(a.count, b.count, any).count() - out.near;
  return out;
}

// The same letters, with other spaces.
bool JoinedEqual(TextView a, TextView b) {
  size_t i = 0, k = 0;
  for (;;) {
    while (i < a.size() && a[i] == U' ') ++i;
    while (k < b.size() && b[k] == U' ') ++k;
    if (i == a.size() || k == b.size()) return i == a.size() && k == b.size();
    if (a[i++] != b[k++]) return false;
  }
}

}  // namespace

Nearness NearnessOf(TextView a, TextView b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (a.empty() || a == b || b.size() - a.size() > 1) return Nearness::kNone;
  if (a.size() < b.size()) {
    return b.size() >= kMissingCharsMin && LacksOne(a, b) ? Nearness::kMissing : Nearness::kNone;
  }
  const Differences differing = DifferencesOf(a, b);
  if (differing.all_sound) return Nearness::kSound;
  const bool few = differing.count == 1 || a.size() < kOneOfManyCharsMin;
  if (differing.all_shape && few) return Nearness::kShape;
  if (IsSwap(differing, a, b)) return Nearness::kOrder;
  const bool one = differing.count == 1 && a.size() >= kOneOfManyCharsMin;
  return one ? Nearness::kOneChar : Nearness::kNone;
}

Nearness SoundOrOrder(TextView a, TextView b) {
  if (a.empty() || a.size() != b.size() || a == b) return Nearness::kNone;
  const Differences differing = DifferencesOf(a, b);
  if (differing.all_sound) return Nearness::kSound;
  return IsSwap(differing, a, b) ? Nearness::kOrder : Nearness::kNone;
}

WordsVerdict CompareWords(TextView a, TextView b) {
  const Words x = Split(a);
  const Words y = Split(b);
  const Pairing pairing = Pair(x, y);
  const size_t spelled = pairing.exact + pairing.near;
  const size_t fewer = std::min(x.count, y.count);
  if (fewer == 0) return {};
  if (spelled == 0 || spelled + pairing.initials < fewer) {
    if (JoinedEqual(a, b)) return {Comparison::kNear, Nearness::kMissing};
    return {};
  }
  if (x.count == y.count) {
    if (pairing.initials > 0) return {Comparison::kNear, Nearness::kMissing};
    if (pairing.near > 0) return {Comparison::kNear, Nearness::kOneChar};
    if (!pairing.in_order) return {Comparison::kNear, Nearness::kOrder};
    return {x.cut || y.cut ? Comparison::kNear : Comparison::kAgrees, Nearness::kNone};
  }
  // One word alone is too little to know somebody by.
  if (fewer < 2) return {};
  return {Comparison::kNear, Nearness::kMissing};
}

}  // namespace shian::names
