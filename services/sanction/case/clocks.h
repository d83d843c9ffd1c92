// The statutory clocks of cases, by the keys of the deadline table. Their lengths and articles are
// policy; which act starts one and which ends it is the procedure itself.
#pragma once

namespace shian::sanction::clocks {

inline constexpr char kDecide[] = "penalty.decision";                 // 作出处罚决定
inline constexpr char kStatement[] = "penalty.statement";             // 陈述、申辩
inline constexpr char kHearing[] = "penalty.hearing_request";         // 要求听证
inline constexpr char kContinued[] = "penalty.decision_continued";    // 继续延期
inline constexpr char kHearingArrange[] = "penalty.hearing_arrange";  // 通知听证
inline constexpr char kHearingNotice[] = "penalty.hearing_notice";    // 听证前通知
inline constexpr char kServe[] = "penalty.service";                   // 送达
inline constexpr char kPublish[] = "penalty.publish";                 // 公示
inline constexpr char kPerform[] = "penalty.performance";             // 缴纳罚款
inline constexpr char kPreserve[] = "penalty.evidence_preservation";  // 先行登记保存
inline constexpr char kSeize[] = "penalty.seizure";                   // 查封、扣押
inline constexpr char kTransferDecide[] = "penalty.transfer_decide";  // 决定是否移送
inline constexpr char kTransfer[] = "penalty.transfer";               // 移送公安机关
inline constexpr char kPoliceAnswer[] = "penalty.transfer_answer";  // 公安机关决定是否立案
inline constexpr char kPoliceReview[] = "penalty.transfer_review";               // 提请复议
inline constexpr char kPoliceReviewAnswer[] = "penalty.transfer_review_answer";  // 复议决定
inline constexpr char kGoods[] = "penalty.transfer_goods";  // 移交涉案物品

// No period of the table: the day that the party was told of.
inline constexpr char kHearingDay[] = "penalty.hearing";  // 举行听证

// No period of the table: its superior sets the day. The rungs of the table count for it too.
inline constexpr char kSupervision[] = "penalty.supervision";  // 挂牌督办

// The words by which the deadline table excludes a time whose begin or end is an act of the case.
inline constexpr char kExcludedHearing[] = "听证";
inline constexpr char kExcludedAnnouncement[] = "公告";
inline constexpr char kExcludedTest[] = "检测、检验、检疫、鉴定";

}  // namespace shian::sanction::clocks
