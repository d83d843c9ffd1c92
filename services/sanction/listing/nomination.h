// A nomination (拟列入): the way onto a list that needs no penalty, as the sequence of what
// happened to it. It ends with the decision; what follows is the entry's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/sanction/listing/entry.h"
#include "services/sanction/listing/rule.h"

namespace shian::sanction {

// The numbers are stored and never change; they are those of the API.
enum class NominationAct {
  kProposed = 1,
  kReviewed = 2,
  kNotified = 3,
  kObjected = 4,
  kGranted = 5,
  kRefused = 6,
};

enum class NominationState { kProposed = 1, kNotified = 2, kGranted = 3, kRefused = 4 };

struct NominationEvent {
  int sequence = 0;
  NominationAct act = NominationAct::kProposed;
  absl::Time time;
  absl::Time recorded;
  Actor actor;
  std::string text;
  std::vector<Document> documents;
  std::string chain_revision;
  std::vector<StartedClock> clocks;
};

struct Nomination {
  OperatorId op;
  NominationId id;
  std::string region;
  std::string organisation;
  std::string list;
  std::string ground;
  std::string ground_title;
  errors::Basis basis;
  std::string rule_revision;  // holds for all its steps
  std::optional<Date> edition;
  std::vector<NominationEvent> events;
  std::vector<Clock> clocks;
  EntryId entry;  // that it became; read from the entries

  std::string name() const { return "operators/" + op.value() + "/nominations/" + id.value(); }
  std::string etag() const;
  const NominationEvent* Last(NominationAct act) const;
  bool Has(NominationAct act) const { return Last(act) != nullptr; }
  bool open() const { return !Has(NominationAct::kGranted) && !Has(NominationAct::kRefused); }
};

NominationState StateOf(const Nomination& nomination);

struct NominationStep {
  NominationAct act = NominationAct::kProposed;
  absl::Time now;
  errors::Basis basis;  // the article behind the act, from the approval chain
  const char* title = "";
};

// OK, or the refusal with its reason and article. Who may take the act is the approval chain's
// question.
absl::Status CheckNominationAct(const Nomination& nomination, const ListingRule& rule,
                                const NominationStep& step);

// The ground, the edition and the way in that the rule wants; `today` is the day of the proposal.
absl::Status CheckNominated(const ListingRule& rule, const std::string& ground,
                            std::optional<Date> edition, Date today);

// The last day of an entry decided at `decided`: of an edition all on one day.
Date LastDayOf(const ListingRule& rule, const calendar::Calendar& calendar,
               std::optional<Date> edition, absl::Time decided);

// Whether an entry of the list, and of that edition, stands in the party's way to it.
bool StandsAlready(const std::vector<Entry>& entries, const Nomination& nomination, absl::Time now);

// What must be true of an edition before it is published.
absl::Status CheckEdition(Date edition, const std::vector<Nomination>& nominations,
                          const std::vector<Entry>& entries, absl::Time now,
                          const errors::Basis& basis);

}  // namespace shian::sanction
