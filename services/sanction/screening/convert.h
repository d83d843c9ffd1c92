// proto <-> domain for screening.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/sanction/match/convert.h"
#include "services/sanction/match/decision.h"
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
// One for each; a reference that stands twice is a problem of the second one.
std::vector<SubjectOrProblem> ToSubjects(
    const google::protobuf::RepeatedPtrField<v1::ScreenSubject>& in);

// In place: an answer of many is made in an arena.
void Fill(const Screened& screened, const Subject& subject, absl::string_view locale,
          v1::ScreenResult* out);

// The code decides then, and nobody needs to.
bool IsByCode(const Found& found);
// Shows it, and moves the hint when it is in force.
void AddDecision(const MatchDecision& decision, const Standing& standing, v1::Match* match);
// From the hints of the matches.
void SetHint(v1::ScreenResult* result);

}  // namespace shian::sanction::convert
