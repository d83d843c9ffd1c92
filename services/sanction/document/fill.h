// Fills a form in.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/sanction/document/form.h"
#include "services/sanction/document/values.h"

namespace shian::sanction {

// A form without placeholders, as it is printed.
struct FilledForm {
  std::string title;
  std::string organisation;
  std::string number;  // empty for a draft
  std::vector<FormBlock> blocks;
  std::set<std::string> missing;  // values that it must have and that are not known
};

// Values that a text needs and that are not known are left blank and noted in `missing` (may be
// null).
std::string FillText(absl::string_view text, const DocumentValues& values,
                     std::set<std::string>* missing);

// A block whose condition is not known falls away. In a table what is not known stays blank, to be
// written by hand, and is not missing. Fields that the officer may leave empty are never missing.
// `missing`: what AddForm found so.
FilledForm Fill(const Form& form, const DocumentValues& values, std::set<std::string> missing = {});

}  // namespace shian::sanction
