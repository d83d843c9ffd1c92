#include "services/credit/rating/decay.h"

#include <array>

namespace shian::credit {
namespace {

constexpr int kSteps = 64;      // per half-life
constexpr int kScaleBits = 32;  // the table's unit is 2^-32
constexpr int kHalvingsMax = 30;

// round(2^(32 - i / 64)): what is left after i / 64 of a half-life.
constexpr std::array<int64_t, kSteps> kLeft = {
    4294967296, 4248701965, 4202935003, 4157661043, 4112874773, 4068570940, 4024744348, 3981389855,
    3938502376, 3896076880, 3854108391, 3812591987, 3771522796, 3730896002, 3690706840, 3650950594,
    3611622603, 3572718252, 3534232978, 3496162267, 3458501653, 3421246719, 3384393094, 3347936457,
    3311872529, 3276197082, 3240905930, 3205994934, 3171459999, 3137297074, 3103502151, 3070071267,
    3037000500, 3004285971, 2971923842, 2939910317, 2908241642, 2876914102, 2845924021, 2815267765,
    2784941738, 2754942382, 2725266179, 2695909648, 2666869345, 2638141863, 2609723834, 2581611923,
    2553802834, 2526293303, 2499080105, 2472160047, 2445529972, 2419186755, 2393127307, 2367348571,
    2341847524, 2316621173, 2291666561, 2266980759, 2242560872, 2218404036, 2194507417, 2170868212,
};

}  // namespace

int64_t Decayed(int64_t points_milli, int64_t age_days, int64_t half_life_days) {
  if (half_life_days <= 0 || age_days <= 0) return points_milli;
  const int64_t halvings = age_days / half_life_days;
  if (halvings > kHalvingsMax) return 0;
  const int64_t left = kLeft[age_days % half_life_days * kSteps / half_life_days];
  const int shift = kScaleBits + static_cast<int>(halvings);
  const auto scaled = static_cast<unsigned __int128>(points_milli) * left;
  const auto half = static_cast<unsigned __int128>(1) << (shift - 1);
  return static_cast<int64_t>((scaled + half) >> shift);
}

}  // namespace shian::credit
