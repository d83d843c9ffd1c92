// Who is listed, as the screening index takes it in and gives it out.
#pragma once

#include <string>
#include <vector>

#include "libs/errors/errors.h"
#include "services/sanction/listing/entry.h"
#include "services/sanction/party/party.h"

namespace shian::sanction {

// As much of an entry as an answer shows.
struct ListedEntry {
  EntryId id;
  std::string list;
  bool joint_effect = true;  // of its list: others are answered for only when they are asked for
  std::string ground_title;
  errors::Basis basis;
  EntryTimes times;
};

struct Listed {
  Party party;
  std::vector<std::string> names;  // former ones too
  std::vector<ListedEntry> entries;
};

}  // namespace shian::sanction
