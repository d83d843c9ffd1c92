#include "services/sanction/case/service_todo_rows.h"

#include "libs/base/check.h"
#include "services/sanction/case/clocks.h"

namespace shian::sanction {
namespace {

constexpr rpc::TodoKind kDecide = {"sanction.case.decide", "作出处罚决定", "decide the penalty"};
constexpr rpc::TodoKind kStatement = {"sanction.case.statement", "陈述、申辩期间",
                                      "window for the party's statement"};
constexpr rpc::TodoKind kHearing = {"sanction.case.hearing_request", "要求听证期间",
                                    "window for asking for a hearing"};
constexpr rpc::TodoKind kHearingArrange = {"sanction.case.hearing_notice", "通知听证时间、地点",
                                           "tell the party of the hearing"};
constexpr rpc::TodoKind kHearingDay = {"sanction.case.hearing", "举行听证", "hold the hearing"};
constexpr rpc::TodoKind kServe = {"sanction.case.serve", "送达处罚决定书", "serve the decision"};
constexpr rpc::TodoKind kPublish = {"sanction.case.publish", "公示行政处罚信息",
                                    "publish the penalty"};
constexpr rpc::TodoKind kPerform = {"sanction.case.execute", "缴纳罚款、执行处罚决定",
                                    "payment of the fine"};
constexpr rpc::TodoKind kPreserve = {"sanction.case.preserved", "处理先行登记保存的物品",
                                     "handle the things kept"};
constexpr rpc::TodoKind kSeize = {"sanction.case.seized", "查封、扣押期限", "end of the seizure"};
constexpr rpc::TodoKind kTransferDecide = {"sanction.case.transfer_decide", "决定是否移送公安机关",
                                           "decide the transfer"};
constexpr rpc::TodoKind kTransfer = {"sanction.case.transfer", "移送公安机关",
                                     "transfer to the police"};
constexpr rpc::TodoKind kPoliceAnswer = {"sanction.case.police_answer", "公安机关决定是否立案",
                                         "answer of the police"};
constexpr rpc::TodoKind kPoliceReview = {"sanction.case.police_review", "提请公安机关复议期间",
                                         "window for asking the police for a review"};
constexpr rpc::TodoKind kPoliceReviewAnswer = {
    "sanction.case.police_review_answer", "公安机关作出复议决定", "the police's second answer"};
constexpr rpc::TodoKind kGoods = {"sanction.case.goods", "移交涉案物品", "hand the goods over"};
constexpr rpc::TodoKind kSupervision = {"sanction.case.supervision", "挂牌督办限期办结",
                                        "finish under supervision"};

// A listing's document is one of an entry that is not there yet.
constexpr ActRow kActRows[] = {
    {Act::kLegalReviewed,
     {"shian.sanction.v1.CaseService/RecordLegalReview", "法制审核", "legal review"},
     ""},
    {Act::kNoticeServed,
     {"shian.sanction.v1.CaseService/ServeNotice", "送达行政处罚告知书", "serve the notice"},
     "penalty-notice"},
    {Act::kStatementSubmitted,
     {"shian.sanction.v1.CaseService/SubmitStatement", "记录陈述、申辩",
      "record the party's statement"},
     ""},
    {Act::kHearingRequested,
     {"shian.sanction.v1.CaseService/RequestHearing", "记录听证申请",
      "record the request for a hearing"},
     ""},
    {Act::kHearingNotified,
     {"shian.sanction.v1.CaseService/NotifyHearing", "送达听证通知书",
      "tell the party of the hearing"},
     "hearing-summons"},
    {Act::kHearingEnded,
     {"shian.sanction.v1.CaseService/EndHearing", "终止听证", "end the hearing"},
     ""},
    {Act::kPeriodExtended,
     {"shian.sanction.v1.CaseService/ExtendPeriod", "延长办案期限", "prolong the period"},
     "period-extension"},
    {Act::kPeriodContinued,
     {"shian.sanction.v1.CaseService/ContinuePeriod", "集体讨论决定继续延期",
      "prolong the period once more"},
     ""},
    {Act::kPeriodResumed,
     {"shian.sanction.v1.CaseService/ResumePeriod", "恢复计算办案期限", "let the period run again"},
     ""},
    {Act::kHearingHeld,
     {"shian.sanction.v1.CaseService/RecordHearing", "举行听证", "hold the hearing"},
     ""},
    {Act::kDiscussed,
     {"shian.sanction.v1.CaseService/RecordCollectiveDiscussion", "集体讨论",
      "collective discussion"},
     ""},
    {Act::kPenaltyDecided,
     {"shian.sanction.v1.CaseService/DecidePenalty", "作出处罚决定", "decide the penalty"},
     "penalty-decision"},
    {Act::kListingDecided,
     {"shian.sanction.v1.ListingService/DecideListing", "作出列入决定", "decide the listing"},
     ""},
    {Act::kConsentGiven,
     {"shian.sanction.v1.CaseService/GiveConsent", "上级同意", "consent of the superior"},
     ""},
    {Act::kDecisionServed,
     {"shian.sanction.v1.CaseService/ServeDecision", "送达处罚决定书", "serve the decision"},
     "service-receipt"},
    {Act::kPenaltyPublished,
     {"shian.sanction.v1.CaseService/PublishPenalty", "公示处罚信息", "publish the penalty"},
     ""},
    {Act::kListingPublished,
     {"shian.sanction.v1.ListingService/PublishListing", "公示列入信息", "publish the listing"},
     ""},
    {Act::kPreservedHandled,
     {"shian.sanction.v1.CaseService/HandlePreserved", "处理先行登记保存的物品",
      "handle the things kept"},
     ""},
    {Act::kSeizureExtended,
     {"shian.sanction.v1.CaseService/ExtendSeizure", "延长查封、扣押期限", "prolong the seizure"},
     ""},
    {Act::kSeizedReleased,
     {"shian.sanction.v1.CaseService/ReleaseSeized", "解除查封、扣押或者作出处理",
      "end the seizure"},
     ""},
    {Act::kTransferDecided,
     {"shian.sanction.v1.CaseService/DecideTransfer", "决定是否移送", "decide the transfer"},
     ""},
    {Act::kTransferred,
     {"shian.sanction.v1.CaseService/TransferToPolice", "移送公安机关", "transfer to the police"},
     "transfer-letter"},
    {Act::kPoliceAnswered,
     {"shian.sanction.v1.CaseService/RecordPoliceAnswer", "登记公安机关答复",
      "record the answer of the police"},
     ""},
    {Act::kPoliceReviewRequested,
     {"shian.sanction.v1.CaseService/RequestPoliceReview", "提请公安机关复议",
      "ask the police for a review"},
     ""},
    {Act::kGoodsHandedOver,
     {"shian.sanction.v1.CaseService/HandOverGoods", "移交涉案物品", "hand the goods over"},
     ""},
    {Act::kProgressReported,
     {"shian.sanction.v1.CaseService/ReportProgress", "报告督办进展", "report progress"},
     ""},
    {Act::kSupervisionChecked,
     {"shian.sanction.v1.CaseService/CheckSupervision", "办结核查", "closing check"},
     ""},
    {Act::kExecuted,
     {"shian.sanction.v1.CaseService/RecordExecution", "登记执行完毕", "record the execution"},
     ""},
    {Act::kClosed, {"shian.sanction.v1.CaseService/CloseCase", "结案", "close the case"}, ""},
};

const std::vector<ClockRow>& ClockRows() {
  static const auto& rows = *new std::vector<ClockRow>{
      {clocks::kDecide,
       &kDecide,
       false,
       {Act::kLegalReviewed, Act::kNoticeServed, Act::kHearingNotified, Act::kHearingHeld,
        Act::kDiscussed, Act::kPenaltyDecided},
       {Act::kHearingEnded, Act::kPeriodResumed, Act::kPeriodExtended, Act::kPeriodContinued}},
      {clocks::kStatement, &kStatement, true, {Act::kStatementSubmitted}},
      {clocks::kHearing, &kHearing, true, {Act::kHearingRequested}},
      {clocks::kHearingArrange,
       &kHearingArrange,
       false,
       {Act::kHearingNotified},
       {Act::kHearingEnded}},
      {clocks::kHearingDay,
       &kHearingDay,
       false,
       {Act::kHearingHeld},
       {Act::kHearingNotified, Act::kHearingEnded}},
      {clocks::kServe,
       &kServe,
       false,
       {Act::kListingDecided, Act::kConsentGiven, Act::kDecisionServed}},
      {clocks::kPublish,
       &kPublish,
       false,
       {Act::kConsentGiven, Act::kDecisionServed, Act::kPenaltyPublished}},
      {clocks::kPerform, &kPerform, false, {Act::kExecuted}},
      {clocks::kPreserve, &kPreserve, false, {Act::kPreservedHandled}},
      {clocks::kSeize,
       &kSeize,
       false,
       {Act::kSeizureExtended, Act::kSeizedReleased},
       {Act::kPeriodResumed}},
      {clocks::kTransferDecide, &kTransferDecide, false, {Act::kTransferDecided}},
      {clocks::kTransfer, &kTransfer, false, {Act::kTransferred}},
      {clocks::kPoliceAnswer, &kPoliceAnswer, false, {Act::kPoliceAnswered}},
      {clocks::kPoliceReview, &kPoliceReview, true, {Act::kPoliceReviewRequested}},
      {clocks::kPoliceReviewAnswer, &kPoliceReviewAnswer, false, {Act::kPoliceAnswered}},
      {clocks::kGoods, &kGoods, false, {Act::kGoodsHandedOver}},
      {clocks::kSupervision,
       &kSupervision,
       false,
       {Act::kProgressReported, Act::kSupervisionChecked, Act::kClosed}},
  };
  return rows;
}

}  // namespace

const ActRow& RowOf(Act act) {
  for (const ActRow& row : kActRows) {
    if (row.which == act) return row;
  }
  SHIAN_CHECK(false) << "an act without a row";
  return kActRows[0];
}

const ClockRow* RowOf(const std::string& key) {
  for (const ClockRow& row : ClockRows()) {
    if (key == row.key) return &row;
  }
  return nullptr;
}

std::vector<const rpc::TodoKind*> TodoKinds() {
  std::vector<const rpc::TodoKind*> kinds;
  for (const ClockRow& row : ClockRows()) kinds.push_back(row.kind);
  return kinds;
}

}  // namespace shian::sanction
