#ifndef SHIAN_SERVICES_CTL_SAMPLE_NAMES_H_
#define SHIAN_SERVICES_CTL_SAMPLE_NAMES_H_

#include <cstdint>
#include <string>

#include "services/ctl/sample/random.h"

namespace shian::ctl {

// The county of the sample does not exist, so no firm named after it can be a real one.
inline constexpr char kCountyName[] = "澄沅县";
inline constexpr char kCountyRegion[] = "410902";
inline constexpr int kTowns = 14;

// 字号: three characters seldom found together, so that no brand of a real firm comes out.
std::string BrandName(SampleRandom& random);
// A person's name of two or three characters.
std::string PersonName(SampleRandom& random);
// The n-th township of the county, n in [0, kTowns).
std::string TownName(int n);
// A street address in that township.
std::string StreetAddress(SampleRandom& random, int town);
// An identity number of a person born in 1880: valid by its check digit, held by nobody alive.
std::string SyntheticIdentityNumber(SampleRandom& random);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_SAMPLE_NAMES_H_
