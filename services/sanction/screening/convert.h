// proto <-> domain for screening.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/sanction/party/convert.h"
#include "services/sanction/screening/index.h"
#include "shian/sanction/v1/screening_service.pb.h"

namespace shian::sanction::convert {

// One subject, or why it cannot be screened.
struct SubjectOrProblem {
  Subject subject;
  std::string problem;  // "CODE_INVALID"; empty when it can
  std::string en;
  std::string zh;
};
SubjectOrProblem ToSubject(const v1::ScreenSubject& in);

v1::ScreenResult ToProto(const Screened& screened, const Subject& subject,
                         absl::string_view locale);

}  // namespace shian::sanction::convert
