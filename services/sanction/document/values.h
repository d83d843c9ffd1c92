// What is known of a matter, by the names that the texts of a form may speak of. A value that is
// not known is absent.
#pragma once

#include <map>
#include <set>
#include <string>

#include "services/sanction/case/case.h"
#include "services/sanction/document/form.h"
#include "services/sanction/lead/lead.h"
#include "services/sanction/listing/entry.h"
#include "services/sanction/listing/nomination.h"
#include "services/sanction/party/party.h"
#include "services/sanction/publicity/publicity.h"

namespace shian::sanction {

using DocumentValues = std::map<std::string, std::string>;

// Who issues a document, and when.
struct Issuer {
  std::string organisation;
  std::string superior;
  std::string review_authority;
  std::string court;
  std::string card;
  Date date;
};

void AddIssuer(const Issuer& issuer, DocumentValues* values);
// A document is addressed to its party, so it names a person whole.
void AddParty(const Party& party, DocumentValues* values);
void AddCase(const Case& c, DocumentValues* values);
void AddEntry(const Entry& entry, DocumentValues* values);
// Who is nominated for `list`, by its title.
void AddNomination(const Nomination& nomination, const std::string& list, DocumentValues* values);
// `one`: the class of repair by the day of the request; null without a request.
void AddPublicity(const Publicity& publicity, const RepairClass* one, DocumentValues* values);
void AddLead(const Lead& lead, DocumentValues* values);
// What the form itself says: basis, items of the penalty, remedy. After all others, since its texts
// hold placeholders. Returns the values that they need and that are not known.
std::set<std::string> AddForm(const Form& form, const Penalty* penalty, DocumentValues* values);

}  // namespace shian::sanction
