#ifndef SHIAN_SERVICES_CTL_SAMPLE_MAKE_H_
#define SHIAN_SERVICES_CTL_SAMPLE_MAKE_H_

#include <string>

#include "absl/status/status.h"

namespace shian::ctl {

inline constexpr uint64_t kSampleSeed = 20250303;

// Writes the sample county into `directory`, which is made if need be: tables as a bureau exports
// them (three encodings, Chinese headers, some rows wrong on purpose), EPCIS documents, and last
// MANIFEST.json with counts, hashes and the parts of the story. The same seed gives the same bytes.
absl::Status MakeSampleCounty(const std::string& directory, uint64_t seed = kSampleSeed);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_SAMPLE_MAKE_H_
