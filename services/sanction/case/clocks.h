// The statutory clocks of cases, by the keys of the deadline table. Their lengths and articles are
// policy; which act starts one and which ends it is the procedure itself.
#pragma once

namespace shian::sanction::clocks {

inline constexpr char kDecide[] = "penalty.decision";          // 作出处罚决定
inline constexpr char kStatement[] = "penalty.statement";      // 陈述、申辩
inline constexpr char kHearing[] = "penalty.hearing_request";  // 要求听证
inline constexpr char kServe[] = "penalty.service";            // 送达
inline constexpr char kPublish[] = "penalty.publish";          // 公示

}  // namespace shian::sanction::clocks
