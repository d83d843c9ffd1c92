#pragma once

#include <string>
#include <vector>

#include "libs/calendar/deadline.h"
#include "libs/errors/errors.h"

namespace shian::calendar {

// One period as the deadline table in force sets it (期限规则). libs/policy fills it, so that the
// domain can keep clocks without knowing policy files.
struct Rule {
  std::string key;          // "sampling.reinspection_request"
  std::string title_zh;     // "复检申请"
  std::string starts_from;  // "收到不合格检验结论"
  Budget budget;
  errors::Basis basis;
  std::string policy_revision;  // SHA-256 of the table, hex
  int extension_count = 0;      // units more for each extension; 0: the approver sets it
  int extensions_max = 0;       // 0: cannot be prolonged
  std::string extension_condition;
};

}  // namespace shian::calendar
