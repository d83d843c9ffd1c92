#ifndef SHIAN_SERVICES_CTL_SAMPLE_SAMPLING_H_
#define SHIAN_SERVICES_CTL_SAMPLE_SAMPLING_H_

#include <string>
#include <vector>

#include "services/ctl/sample/operators.h"
#include "services/ctl/sample/random.h"

namespace shian::ctl {

inline constexpr int kSampleResults = 3600;
inline constexpr int kInspectors = 120;
inline constexpr int kLaboratories = 8;

// A year of supervision sampling (2024-03 to 2025-02) over the 34 categories: failure rates of the
// national table of the second half of 2019, reasons with the national shares of 2024.
std::vector<std::vector<std::string>> MakeSampleResults(
    SampleRandom& random, const std::vector<SampleOperator>& operators);
std::vector<std::string> SampleResultHeader();

// 执法检查人员名录库 and 检验机构名录.
std::vector<std::vector<std::string>> MakeInspectors(SampleRandom& random);
std::vector<std::string> InspectorHeader();
std::vector<std::vector<std::string>> MakeLaboratories(SampleRandom& random);
std::vector<std::string> LaboratoryHeader();

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_SAMPLE_SAMPLING_H_
