#include "services/sanction/document/words.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace shian::sanction {
namespace {

constexpr std::array<const char*, 10> kDigits = {"零", "一", "二", "三", "四",
                                                 "五", "六", "七", "八", "九"};
struct Place {
  int64_t value;
  const char* word;
};
constexpr std::array<Place, 4> kPlaces = {{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}}};
constexpr int64_t kCountTextMax = 9999;

}  // namespace

std::string NumberText(absl::string_view short_word, absl::string_view number_word, int year,
                       int64_t serial) {
  return absl::StrCat(short_word, number_word, "〔", year, "〕", serial, "号");
}

std::string DateText(Date date) {
  return absl::StrCat(date.year(), "年", date.month(), "月", date.day(), "日");
}

std::string AmountText(int64_t fen) {
  if (fen % 100 == 0) return absl::StrCat(fen / 100, "元");
  return absl::StrFormat("%d.%02d元", fen / 100, fen % 100);
}

std::string CountText(int64_t count) {
  if (count < 0 || count > kCountTextMax) return absl::StrCat(count);
  if (count == 0) return kDigits[0];
  std::string text;
  bool gap = false;
  for (const Place& place : kPlaces) {
    const int64_t digit = count / place.value % 10;
    if (digit == 0) {
      gap = gap || !text.empty();
      continue;
    }
    if (gap) text += kDigits[0];
    gap = false;
    // 十五, not 一十五.
    if (!(place.value == 10 && digit == 1 && text.empty())) text += kDigits.at(digit);
    text += place.word;
  }
  return text;
}

std::string PeriodText(const calendar::Budget& budget) {
  const std::string count = CountText(budget.count);
  switch (budget.unit) {
    case calendar::Unit::kWorkingDays:
      return count + "个工作日";
    case calendar::Unit::kCalendarDays:
      return count + "日";
    case calendar::Unit::kHours:
      return count + "小时";
    case calendar::Unit::kMonths:
      return count + "个月";
    case calendar::Unit::kYears:
      return count + "年";
  }
  return count;
}

}  // namespace shian::sanction
