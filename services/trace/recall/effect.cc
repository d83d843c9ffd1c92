#include "services/trace/recall/effect.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"

namespace shian::trace {
namespace {

struct Parts {
  std::string whole;
  std::string fraction;
};

Parts Split(absl::string_view number) {
  const size_t point = number.find('.');
  if (point == number.npos) return {std::string(number), ""};
  return {std::string(number.substr(0, point)), std::string(number.substr(point + 1))};
}

// Digits of equal length, added; may be one digit longer.
std::string AddDigits(const std::string& a, const std::string& b) {
  std::string sum(a.size() + 1, '0');
  int carry = 0;
  for (size_t i = a.size(); i-- > 0;) {
    const int digit = (a[i] - '0') + (b[i] - '0') + carry;
    sum[i + 1] = static_cast<char>('0' + digit % 10);
    carry = digit / 10;
  }
  sum[0] = static_cast<char>('0' + carry);
  return sum;
}

std::string Led(const std::string& digits, size_t size) {
  return std::string(size - digits.size(), '0') + digits;
}

}  // namespace

std::string AddAmounts(absl::string_view a, absl::string_view b) {
  Parts x = Split(a), y = Split(b);
  const size_t fraction = std::max(x.fraction.size(), y.fraction.size());
  x.fraction.resize(fraction, '0');
  y.fraction.resize(fraction, '0');
  const size_t whole = std::max(x.whole.size(), y.whole.size());
  const std::string sum =
      AddDigits(Led(x.whole, whole) + x.fraction, Led(y.whole, whole) + y.fraction);
  std::string left = sum.substr(0, whole + 1), right = sum.substr(whole + 1);
  left.erase(0, left.find_first_not_of('0'));
  right.erase(right.find_last_not_of('0') + 1);
  if (left.empty()) left = "0";
  return right.empty() ? left : absl::StrCat(left, ".", right);
}

RecallEffect EffectOf(const std::vector<Notice>& notices, const std::vector<Disposal>& disposals) {
  RecallEffect effect;
  std::map<std::string, UnitAmounts> by_unit;
  std::vector<absl::Duration> waits;
  for (const Notice& notice : notices) {
    ++effect.issued;
    if (notice.state != NoticeState::kAcknowledged) continue;
    waits.push_back(notice.acknowledge_time - notice.issue_time);
    if (notice.recovered_quantity.empty()) continue;
    UnitAmounts& amounts = by_unit[notice.recovered_uom];
    amounts.recovered = AddAmounts(amounts.recovered, notice.recovered_quantity);
  }
  for (const Disposal& row : disposals) {
    if (!row.stands()) continue;
    UnitAmounts& amounts = by_unit[row.uom];
    amounts.disposed = AddAmounts(amounts.disposed, row.quantity);
  }
  effect.acknowledged = static_cast<int64_t>(waits.size());
  std::sort(waits.begin(), waits.end());
  if (!waits.empty()) {
    effect.first = waits.front();
    effect.median = waits[waits.size() / 2];
    effect.last = waits.back();
  }
  for (auto& [uom, amounts] : by_unit) {
    amounts.uom = uom;
    effect.amounts.push_back(std::move(amounts));
  }
  return effect;
}

}  // namespace shian::trace
