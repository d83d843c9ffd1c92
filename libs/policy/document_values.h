// What the texts of a document template may speak of, and the acts that offer a document. The
// service that issues documents knows each of these; a template that names another is refused.
#pragma once

#include <set>
#include <string>

namespace shian::policy {

// Such as "party.name". Beside them stand "field.KEY" and "clock.KEY", which a template declares.
const std::set<std::string>& DocumentValues();

// The words for an act: those of the chain "approval.case", and those of an entry.
const std::set<std::string>& DocumentActs();

}  // namespace shian::policy
