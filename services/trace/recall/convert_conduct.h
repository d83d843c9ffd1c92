// Between the proto of a recall's conduct, the policies and the domain.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "libs/calendar/rule.h"
#include "libs/policy/registry.h"
#include "libs/store/store.h"
#include "services/trace/recall/conduct.h"
#include "services/trace/recall/effect.h"
#include "shian/trace/v1/recall.pb.h"
#include "shian/trace/v1/recall_changes.pb.h"
#include "shian/trace/v1/recall_conduct_service.pb.h"

namespace shian::trace::recall {

// What officers did to the recall up to its version.
absl::Status AddSteps(store::ReadTx& tx, const Recall& recall, v1::Recall* out);
// Says in both languages how a period of `by_rule` units came to be `more` longer.
void ExplainExtension(int by_rule, int more, calendar::Unit unit, calendar::Due* due);

// What the rule in force on `on` says. A measure that it does not list is in no class.
absl::StatusOr<DisposalRule> RuleOfDisposal(store::ReadTx& tx, const policy::Policies& policies,
                                            const Recall& recall, DisposalMeasure measure, Date on);
// How much longer the clock of `rule` may be made.
absl::StatusOr<ExtensionLimit> LimitOf(store::ReadTx& tx, const policy::Policies& policies,
                                       const calendar::Rule& rule, Date on);
// The clock to close a completed recall, under the table in force when it was completed; an empty
// key: none.
absl::StatusOr<calendar::Rule> CloseRule(store::ReadTx& tx, const policy::Policies& policies,
                                         const Recall& recall);

v1::RecallPlan ToProto(const RecallPlan& plan);
v1::RecallDisposal ToProto(const Disposal& row);
v1::RecallEffect ToProto(const RecallEffect& effect);

// A plan as filed; number, officer and record are the caller's. `now` is what may not be passed.
absl::StatusOr<RecallPlan> ToPlan(const v1::FilePlanRequest& in, absl::Time now);

// "recalls/{recall}/plans/{plan}".
struct PlanOrder {
  std::string recall;
  int plan = 0;
  PlanAssessment assessment;
};
absl::StatusOr<PlanOrder> ToAssessment(const v1::AssessPlanRequest& in);

// An officer's act on a recall.
struct ActOrder {
  std::string recall;
  std::string etag;
  int count = 0;
  std::string reason;
};
absl::StatusOr<ActOrder> ToAct(const v1::ExtendRecallRequest& in);
absl::StatusOr<ActOrder> ToAct(const v1::OrderRecallRequest& in);

absl::StatusOr<Disposal> ToDisposal(const v1::ReportDisposalRequest& in, absl::Time now);

struct ClosingOrder {
  std::string recall;
  std::string etag;
  std::string summary;
  std::string no_disposal_reason;
  std::map<std::string, std::string> unanswered;  // reasons by a notice's id
};
absl::StatusOr<ClosingOrder> ToClosing(const v1::CloseRecallRequest& in);

}  // namespace shian::trace::recall
