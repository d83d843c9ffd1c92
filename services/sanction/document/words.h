// How numbers, dates, amounts and periods are written in an official document.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/base/time.h"
#include "libs/calendar/deadline.h"

namespace shian::sanction {

// "澄沅市监罚告〔2026〕1号".
std::string NumberText(absl::string_view short_word, absl::string_view number_word, int year,
                       int64_t serial);
// "2026年3月5日".
std::string DateText(Date date);
// "150000元", "0.05元".
std::string AmountText(int64_t fen);
// "五个工作日", "六十日", "二十四小时", "六个月", "三年".
std::string PeriodText(const calendar::Budget& budget);
// "五", "十五", "一百零五"; 0 to 9999, above that in digits.
std::string CountText(int64_t count);

}  // namespace shian::sanction
