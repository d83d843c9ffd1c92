// How a recall is carried out (召回监督): the operator's plan, more time to finish, an order to
// recall, what became of the goods, and the end. Rows are added and never changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/base/time.h"
#include "libs/calendar/rule.h"
#include "libs/errors/errors.h"
#include "services/trace/recall/recall.h"

namespace shian::trace {

struct PlannedProduct {
  std::string product;
  std::string brand;
  std::string specification;
  std::vector<Date> production_dates;
  std::vector<std::string> batches;
  std::string quantity;  // a decimal number above 0
  std::string uom;
};

// What the law wants a plan to say (食品召回管理办法第十五条).
struct PlanContent {
  std::string contact_name;
  std::string contact_details;
  std::vector<PlannedProduct> products;
  std::string sales_region;
  std::string reason;
  std::string harm;
  RecallClass recall_class = RecallClass::kTwo;
  std::string steps;
  std::string notice_text;
  std::string notice_channels;
  std::string duties_of_others;
  std::string disposal;
  std::string cost_bearing;
  std::string expected_effect;
};

struct PlanAssessment {
  bool accepted = false;
  std::string reasons;
  Officer by;
  absl::Time time;
};

struct RecallPlan {
  std::string recall;  // id
  int number = 1;
  PlanContent content;
  absl::Time received;
  Officer filed_by;
  absl::Time recorded;
  std::optional<PlanAssessment> assessment;

  std::string name() const { return "recalls/" + recall + "/plans/" + std::to_string(number); }
};

// A refusal of what follows names `basis`, the article of the act in its approval chain.
// Refused: RECALL_PLAN_NOT_TAKEN.
absl::Status CheckPlanTaken(const Recall& recall, const errors::Basis& basis);
// Refused: RECALL_PLAN_NOT_OPEN. `last` is the number of the last plan filed.
absl::Status Assess(const Recall& recall, int last, const errors::Basis& basis,
                    PlanAssessment assessment, RecallPlan* plan);

// What an officer did to a recall; each made the version `version` of it.
enum class RecallAct { kOrdered = 1, kExtended = 2, kCompleted = 3, kClosed = 4 };
struct RecallStep {
  RecallAct act = RecallAct::kOrdered;
  int64_t version = 0;
  Officer by;
  absl::Time time;
  int count = 0;          // of an extension
  std::string text = {};  // ground, reason or summary
  std::string more = {};  // of a closing: why nothing was disposed of
};

// How much more time may be given, as the policies say.
struct ExtensionLimit {
  int count_max = 0;
  int times_max = 0;
  std::string count_max_zh;  // "10个工作日"
  errors::Basis basis;
};
// Refused: RECALL_NOT_FROZEN; RECALL_NOT_EXTENSIBLE when `due` has passed at `now`, it was extended
// `times` times already, or by more than may be.
absl::Status Extend(const ExtensionLimit& limit, int times, const calendar::Due& due, int count,
                    absl::Time now, Recall* recall);

// Refused: RECALL_NOT_PROPOSED, RECALL_NOT_OVERDUE. `due` is the end of the clock to start.
absl::Status Order(const calendar::Due& due, const errors::Basis& basis, absl::Time now,
                   Recall* recall);

// 处置措施; 0 stands for a row that takes back another.
enum class DisposalMeasure { kNone = 0, kRemedy = 1, kHarmlessTreatment = 2, kDestruction = 3 };
struct DisposalRule {
  std::string title_zh;
  bool advance_report = false;
  bool in_class = false;  // may be taken in the recall's class
  errors::Basis basis;
};

struct Disposal {
  std::string recall;  // id
  int64_t number = 1;
  DisposalMeasure measure = DisposalMeasure::kNone;
  std::string quantity;
  std::string uom;
  std::string place;
  absl::Time time = absl::InfiniteFuture();
  std::string supervisor;
  absl::Time announced = absl::InfiniteFuture();
  int64_t takes_back = 0;  // number of the row; 0: none
  std::string remark;
  bool taken_back = false;  // a later row says so
  Officer by;
  absl::Time recorded;

  std::string name() const;
  bool stands() const { return takes_back == 0 && !taken_back; }
};
// Refused: RECALL_NOT_FROZEN.
absl::Status CheckDisposable(const Recall& recall, const errors::Basis& basis);
// Refused: RECALL_MEASURE_NOT_ALLOWED, RECALL_DISPOSAL_UNANNOUNCED.
absl::Status CheckDisposal(const Recall& recall, const DisposalRule& rule, const Disposal& row);
// Refused: RECALL_DISPOSAL_TAKEN_BACK.
absl::Status CheckTakeBack(const Disposal& earlier, const errors::Basis& basis);

// What a closing rests on.
struct ClosingState {
  bool plan_accepted = false;           // the last one
  std::vector<std::string> unanswered;  // ids of notices neither acknowledged nor explained
  bool disposed = false;                // a row that stands
  bool no_disposal_explained = false;
};
// Refused: RECALL_NOT_COMPLETED; RECALL_CLOSING_INCOMPLETE, which names each thing that is missing.
absl::Status Close(const ClosingState& state, const errors::Basis& basis, absl::Time now,
                   Recall* recall);

}  // namespace shian::trace
