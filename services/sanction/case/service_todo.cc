#include "services/sanction/case/service_todo.h"

#include <map>
#include <optional>
#include <string>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "services/sanction/case/clocks.h"
#include "services/sanction/case/convert.h"
#include "services/sanction/case/steps.h"
#include "services/sanction/case/store.h"
#include "services/sanction/party/service_todo.h"

namespace shian::sanction {
namespace {

constexpr rpc::TodoKind kDecide = {"sanction.case.decide", "作出处罚决定", "decide the penalty"};
constexpr rpc::TodoKind kStatement = {"sanction.case.statement", "陈述、申辩期间",
                                      "window for the party's statement"};
constexpr rpc::TodoKind kHearing = {"sanction.case.hearing_request", "要求听证期间",
                                    "window for asking for a hearing"};
constexpr rpc::TodoKind kServe = {"sanction.case.serve", "送达处罚决定书", "serve the decision"};
constexpr rpc::TodoKind kPublish = {"sanction.case.publish", "公示行政处罚信息",
                                    "publish the penalty"};

// An act as a next step, and the document that it needs.
struct ActRow {
  rpc::NextAct act;
  const char* document;
};

const std::map<Act, ActRow>& Rows() {
  static const auto& rows = *new std::map<Act, ActRow>{
      {Act::kLegalReviewed,
       {{"shian.sanction.v1.CaseService/RecordLegalReview", "法制审核", "legal review"}, ""}},
      {Act::kNoticeServed,
       {{"shian.sanction.v1.CaseService/ServeNotice", "送达行政处罚告知书", "serve the notice"},
        "penalty-notice"}},
      {Act::kStatementSubmitted,
       {{"shian.sanction.v1.CaseService/SubmitStatement", "记录陈述、申辩",
         "record the party's statement"},
        ""}},
      {Act::kHearingRequested,
       {{"shian.sanction.v1.CaseService/RequestHearing", "记录听证申请",
         "record the request for a hearing"},
        ""}},
      {Act::kHearingHeld,
       {{"shian.sanction.v1.CaseService/RecordHearing", "举行听证", "hold the hearing"}, ""}},
      {Act::kDiscussed,
       {{"shian.sanction.v1.CaseService/RecordCollectiveDiscussion", "集体讨论",
         "collective discussion"},
        ""}},
      {Act::kPenaltyDecided,
       {{"shian.sanction.v1.CaseService/DecidePenalty", "作出处罚决定", "decide the penalty"},
        "penalty-decision"}},
      {Act::kListingDecided,
       {{"shian.sanction.v1.ListingService/DecideListing", "作出列入决定", "decide the listing"},
        ""}},  // of an entry that is not there yet
      {Act::kConsentGiven,
       {{"shian.sanction.v1.CaseService/GiveConsent", "上级同意", "consent of the superior"}, ""}},
      {Act::kDecisionServed,
       {{"shian.sanction.v1.CaseService/ServeDecision", "送达处罚决定书", "serve the decision"},
        "service-receipt"}},
      {Act::kPenaltyPublished,
       {{"shian.sanction.v1.CaseService/PublishPenalty", "公示处罚信息", "publish the penalty"},
        ""}},
      {Act::kListingPublished,
       {{"shian.sanction.v1.ListingService/PublishListing", "公示列入信息", "publish the listing"},
        ""}},
  };
  return rows;
}

// Decided with the penalty or never: only where the notice announced it and the penalty bears it.
bool MayList(const Case& c) {
  return c.notice() != nullptr && c.notice()->listing_announced && c.penalty() != nullptr &&
         c.penalty()->heavier;
}

bool IsLawful(const Case& c, Act act, absl::Time now) {
  if (act == Act::kListingDecided && !MayList(c)) return false;
  return CheckAct(c, {act, now, {}}).ok();
}

// The document of the furthest act that may follow.
std::string DocumentOf(const Case& c, const std::vector<Act>& acts, absl::Time now) {
  std::string document;
  for (const Act act : acts) {
    if (IsLawful(c, act, now)) document = Rows().at(act).document;
  }
  return document;
}

// What a clock of the procedure asks for.
struct ClockRow {
  const char* key;
  const rpc::TodoKind* kind;
  bool right;
  std::vector<Act> acts;
};

const ClockRow* RowOf(const std::string& key) {
  static const auto& rows = *new std::vector<ClockRow>{
      {clocks::kDecide,
       &kDecide,
       false,
       {Act::kLegalReviewed, Act::kNoticeServed, Act::kHearingHeld, Act::kDiscussed,
        Act::kPenaltyDecided}},
      {clocks::kStatement, &kStatement, true, {Act::kStatementSubmitted}},
      {clocks::kHearing, &kHearing, true, {Act::kHearingRequested}},
      {clocks::kServe,
       &kServe,
       false,
       {Act::kListingDecided, Act::kConsentGiven, Act::kDecisionServed}},
      {clocks::kPublish,
       &kPublish,
       false,
       {Act::kConsentGiven, Act::kDecisionServed, Act::kPenaltyPublished}},
  };
  for (const ClockRow& row : rows) {
    if (key == row.key) return &row;
  }
  return nullptr;
}

// A window is over when it has closed, when a later notice opened it anew, and with the decision.
bool Runs(const Case& c, const Clock& clock, const ClockRow& row, absl::Time now) {
  if (clock.done != absl::InfiniteFuture()) return false;
  if (!row.right) return true;
  const bool closed = clock.due.known() && now > clock.due.due;
  return !closed && c.penalty() == nullptr && c.FindClock(clock.key) == &clock;
}

// A clock for publication starts with every decision; policy leaves some penalties unpublished.
absl::StatusOr<bool> IsPublic(store::ReadTx& tx, const rpc::Edge& edge, const Case& c) {
  const Date decided = ToDate(c.Last(Act::kPenaltyDecided)->time);
  ASSIGN_OR_RETURN(const auto policy, edge.policies().InForce<policy::v1::PublicityRule>(
                                          tx, convert::kPublicityRule, decided));
  const auto classes = convert::ToPublicityClasses(policy.policy());
  return CheckPublicity(ClassOf(classes, *c.penalty()), {}).ok();
}

absl::StatusOr<std::vector<rpc::Todo>> ReadCase(store::ReadTx& tx, const rpc::Edge& edge,
                                                const store::OpenMatter& matter, absl::Time now) {
  const convert::MatterName name = MatterOf(matter);
  std::vector<rpc::Todo> todos;
  ASSIGN_OR_RETURN(std::optional<Case> c, FindCase(tx, name.op, CaseId(name.id)));
  if (!c) return rpc::MatterLost(matter);
  if (c->Has(Act::kAnnulled)) return todos;
  RETURN_IF_ERROR(convert::FillClocks(tx, edge.policies(), &*c));
  for (const Clock& clock : c->clocks) {
    const ClockRow* row = RowOf(clock.key);
    if (row == nullptr || !Runs(*c, clock, *row, now)) continue;
    if (row->kind == &kPublish) {
      ASSIGN_OR_RETURN(const bool is_public, IsPublic(tx, edge, *c));
      if (!is_public) continue;
    }
    ASSIGN_OR_RETURN(rpc::Todo todo, ToTodo(tx, c->op, clock, *row->kind));
    todo.right = row->right;
    todo.acts = LawfulActs(*c, row->acts, now);
    todo.document = DocumentOf(*c, row->acts, now);
    todos.push_back(std::move(todo));
  }
  return todos;
}

}  // namespace

std::vector<const rpc::NextAct*> LawfulActs(const Case& c, const std::vector<Act>& acts,
                                            absl::Time now) {
  std::vector<const rpc::NextAct*> lawful;
  for (const Act act : acts) {
    if (IsLawful(c, act, now)) lawful.push_back(&Rows().at(act).act);
  }
  return lawful;
}

rpc::TodoSource CaseTodos(const rpc::Edge& edge) {
  const auto read = [&edge](store::ReadTx& tx, const store::OpenMatter& matter, absl::Time now) {
    return ReadCase(tx, edge, matter, now);
  };
  return {"cases", true, {&kDecide, &kStatement, &kHearing, &kServe, &kPublish}, read};
}

}  // namespace shian::sanction
