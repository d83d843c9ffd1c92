// What is pointed out to the officer (自动认定提示): computed from the facts of the case and the
// party's earlier penalties. It imposes nothing; the officer answers it.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/sanction/case/case.h"
#include "services/sanction/case/steps.h"

namespace shian::sanction {

// The numbers are those of policy.
enum class FindingTest {
  kGoods = 1,
  kMonths = 2,
  kDeaths = 3,
  kIll = 4,
  kFalseInformation = 5,
  kEvasion = 6,
  kRepeat = 7,
  kPenalties = 8,
  kRevocation = 9,
  kSentence = 10,
};

struct FindingRule {
  std::string key;
  std::string title;
  FindingTest test = FindingTest::kGoods;
  int64_t threshold = 0;
  int window_months = 0;
  std::set<PenaltyKind> excluded;
  std::string statute;
  std::string consequence;
  errors::Basis basis;
};

// A penalty of the party in another case, served and not set aside.
struct EarlierPenalty {
  std::string case_name;
  absl::Time decided;
  std::set<PenaltyKind> kinds;
  std::vector<errors::Basis> bases;
  std::string violation;  // 违法行为性质; empty: not stated
};

struct Finding {
  std::string key;
  std::string title;
  std::string consequence;
  std::string explanation;
  errors::Basis basis;
  std::vector<std::string> cases;
  const Event* answer = nullptr;  // the act that answered it; null while open
};

struct Moments {
  absl::Time now;
  absl::Time found = absl::InfiniteFuture();  // by the earliest lead; without one the filing counts
};

// In the order of the rules. An answer counts until facts are stated or a notice is served anew.
std::vector<Finding> FindingsOf(const Case& c, const std::vector<FindingRule>& rules,
                                const std::vector<EarlierPenalty>& earlier, const Moments& moments);

// FINDING_NOT_FOUND unless `key` is pointed out.
absl::Status CheckAnswer(const std::vector<Finding>& findings, const std::string& key,
                         const Step& step);
// FINDING_OPEN while one is not answered.
absl::Status CheckAnswered(const std::vector<Finding>& findings);

}  // namespace shian::sanction
