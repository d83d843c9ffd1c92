#include "services/sanction/document/reactions.h"

#include "libs/base/status_macros.h"
#include "services/sanction/case/store.h"
#include "services/sanction/document/convert.h"
#include "services/sanction/document/store.h"
#include "services/sanction/document/words.h"

namespace shian::sanction {

NumberHook DecisionNumbers(const policy::Policies& policies) {
  return [&policies](store::WriteTx& tx,
                     const std::string& organisation) -> absl::StatusOr<std::string> {
    const Date today = ToDate(tx.now());
    ASSIGN_OR_RETURN(const auto form, policies.InForce<policy::v1::DocumentTemplate>(
                                          tx, convert::kDecisionForm, today));
    ASSIGN_OR_RETURN(const auto systems,
                     policies.InForce<policy::v1::SystemTable>(tx, convert::kSystemTable, today));
    const auto* entry = convert::FindOrganisation(systems.policy(), organisation, today);
    if (entry == nullptr || entry->short_zh().empty()) {
      return errors::Refuse(errors::Reason::kOrganisationWithoutWord,
                            {{"organisation", organisation}});
    }
    const std::string& word = form.policy().number_word();
    const int year = static_cast<int>(today.year());
    // A number that somebody chose by hand is passed over: it is taken, so it leaves no gap.
    while (true) {
      ASSIGN_OR_RETURN(const int64_t serial, TakeDocumentNumber(tx, organisation, word, year));
      std::string number = NumberText(entry->short_zh(), word, year, serial);
      ASSIGN_OR_RETURN(const bool taken, IsDecisionNumber(tx, organisation, number));
      if (!taken) return number;
    }
  };
}

}  // namespace shian::sanction
