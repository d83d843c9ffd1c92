// Everything that can happen to a sample. A sample is the fold of its dated acts (sample.h).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "services/inspection/sampling/parts.h"

namespace shian::inspection::sampling {

struct Planned {
  std::string operator_id, region;
  Kind kind = Kind::kNone;
  Level level = Level::kNone;
  std::string food_category, plan, draw, laboratory;
  template <class A>
  void Fields(A& a) {
    a(operator_id)(region)(kind)(level)(food_category)(plan)(draw)(laboratory);
  }
};
struct Taken {
  Product product;
  std::vector<std::string> samplers;
  bool notice_shown = false;
  int64_t price_fen = 0;
  std::string test_seal, backup_seal;
  bool online = false;
  template <class A>
  void Fields(A& a) {
    a(product)(samplers)(notice_shown)(price_fen)(test_seal)(backup_seal)(online);
  }
};
struct Delivered {
  Carrier carrier = Carrier::kNone;
  std::string seal;
  bool seal_intact = false;
  template <class A>
  void Fields(A& a) {
    a(carrier)(seal)(seal_intact);
  }
};
struct Received {
  bool accepted = false;
  std::string reject_reason;
  template <class A>
  void Fields(A& a) {
    a(accepted)(reject_reason);
  }
};
struct Reported {
  LabReport report;
  template <class A>
  void Fields(A& a) {
    a(report);
  }
};
struct Notified {
  std::string number;
  std::vector<std::string> also_served;
  Basis risk_control;  // why stop-sale, sealing and recall are owed from now on
  template <class A>
  void Fields(A& a) {
    a(number)(also_served)(risk_control);
  }
};
struct DiligenceExamined {
  Role role = Role::kNone;
  DueDiligence diligence;
  template <class A>
  void Fields(A& a) {
    a(role)(diligence);
  }
};
struct RiskControlled {
  std::string report;
  bool posted = false;
  template <class A>
  void Fields(A& a) {
    a(report)(posted);
  }
};
struct ReinspectionRequested {
  std::string applicant, reason;
  template <class A>
  void Fields(A& a) {
    a(applicant)(reason);
  }
};
struct ReinspectionDecided {
  bool accepted = false;
  Reject reject = Reject::kNone;
  Basis basis;
  template <class A>
  void Fields(A& a) {
    a(accepted)(reject)(basis);
  }
};
struct Candidate {
  std::string laboratory, ticket;
  template <class A>
  void Fields(A& a) {
    a(laboratory)(ticket);
  }
};
// Candidates in the order of their tickets: the first is drawn, the next follows when it declines.
struct LaboratoryDrawn {
  std::string seed;
  std::vector<Candidate> candidates;
  template <class A>
  void Fields(A& a) {
    a(seed)(candidates);
  }
};
struct LaboratoryDeclined {
  std::string reason;
  template <class A>
  void Fields(A& a) {
    a(reason);
  }
};
struct BackupHandedOver {
  Carrier carrier = Carrier::kNone;
  std::string seal;
  bool seal_intact = false;
  template <class A>
  void Fields(A& a) {
    a(carrier)(seal)(seal_intact);
  }
};
struct BackupReceived {
  bool seal_intact = false;
  template <class A>
  void Fields(A& a) {
    a(seal_intact);
  }
};
struct Reinspected {
  LabReport report;
  template <class A>
  void Fields(A& a) {
    a(report);
  }
};
struct ReinspectionServed {
  std::string number;
  template <class A>
  void Fields(A& a) {
    a(number);
  }
};
struct ObjectionRaised {
  ObjectionKind kind = ObjectionKind::kNone;
  std::string applicant, grounds;
  template <class A>
  void Fields(A& a) {
    a(kind)(applicant)(grounds);
  }
};
struct ObjectionAccepted {
  int number = 0;
  bool accepted = false;
  std::string reasons;
  template <class A>
  void Fields(A& a) {
    a(number)(accepted)(reasons);
  }
};
struct ObjectionDecided {
  int number = 0;
  bool upheld = false;
  std::string reasons;
  template <class A>
  void Fields(A& a) {
    a(number)(upheld)(reasons);
  }
};
struct DisposalStarted {
  template <class A>
  void Fields(A&) {}
};
struct DisposalExtended {
  int days = 0;
  std::string reason;
  template <class A>
  void Fields(A& a) {
    a(days)(reason);
  }
};
struct DisposalFinished {
  bool product_controlled = false;
  std::string cause, trace, penalty_case, summary;
  template <class A>
  void Fields(A& a) {
    a(product_controlled)(cause)(trace)(penalty_case)(summary);
  }
};
// Every right lapsed unused: time made the failure final.
struct Lapsed {
  template <class A>
  void Fields(A&) {}
};
struct Published {
  template <class A>
  void Fields(A&) {}
};
struct Closed {
  template <class A>
  void Fields(A&) {}
};
// A record made elsewhere (补录): it enters at its own state, and its clocks were not ours.
struct Attested {
  Planned planned;
  Product product;
  Date sampled_date;
  Outcome outcome = Outcome::kNone;
  std::vector<TestItem> failed_items;
  Hazard hazard = Hazard::kNone;
  std::string report_number;
  std::optional<Date> final_date;
  std::optional<Date> publish_date;
  template <class A>
  void Fields(A& a) {
    a(planned)(product)(sampled_date)(outcome)(failed_items)(hazard)(report_number)(final_date);
    a(publish_date);
  }
};

using Act = std::variant<Planned, Taken, Delivered, Received, Reported, Notified, DiligenceExamined,
                         RiskControlled, ReinspectionRequested, ReinspectionDecided,
                         LaboratoryDrawn, LaboratoryDeclined, BackupHandedOver, BackupReceived,
                         Reinspected, ReinspectionServed, ObjectionRaised, ObjectionAccepted,
                         ObjectionDecided, DisposalStarted, DisposalExtended, DisposalFinished,
                         Lapsed, Published, Closed, Attested>;

// Empties what people wrote freely: it may name the operator or its people (依法删除). Findings,
// dates and decisions stay.
void EraseTexts(Act& act);

// "notified": what rows, audit and answers call the act.
std::string WordOf(const Act& act);
std::string Encode(const Act& act);
// DATA_LOSS for a word or bytes that no version wrote.
absl::StatusOr<Act> Decode(absl::string_view word, absl::string_view bytes);

}  // namespace shian::inspection::sampling
