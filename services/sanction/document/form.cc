#include "services/sanction/document/form.h"

namespace shian::sanction {

std::vector<std::string> MissingActs(const Form& form, const std::set<std::string>& taken) {
  std::vector<std::string> missing;
  for (const std::string& act : form.after) {
    if (!taken.contains(act)) missing.push_back(act);
  }
  return missing;
}

}  // namespace shian::sanction
