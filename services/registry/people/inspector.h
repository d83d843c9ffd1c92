// Who inspects (执法检查人员名录库). Known by the person id of the bureau's login, a pseudonym
// outside of it; no name and no identity number is kept here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/base/id.h"
#include "libs/base/time.h"
#include "services/registry/operator/operator.h"
#include "services/registry/operator/row.h"

namespace shian::registry {

using InspectorId = Id<struct InspectorTag>;

enum class Duty { kUnknown = 0, kActive = 1, kInactive = 2 };

struct Roster {  // what an import says of an inspector
  std::string organisation;
  std::string region;
  std::string card;
  std::optional<Date> card_valid_to;
  std::vector<std::string> specialities;  // words of Kind
  std::vector<std::string> conflicts;     // names of operators
  Duty duty = Duty::kUnknown;
};

struct Inspector {
  InspectorId id;
  int64_t version = 1;
  Provenance provenance;
  Roster roster;
};

// All cells as text.
struct RawInspector {
  int64_t line = 0;
  std::string source_id, person, organisation, region, card, card_valid_to;
  std::string specialities, conflicts, status;
};

struct JudgedInspector {
  int64_t line = 0;
  std::string source_id;
  InspectorId id;
  Roster roster;
  std::string content;  // digest of all of it
  std::vector<RowViolation> violations;

  bool valid() const { return violations.empty(); }
};

JudgedInspector JudgeInspector(const RawInspector& row, absl::string_view region);

// "inspectors/{id}" and back.
std::string InspectorName(const InspectorId& id);
std::optional<InspectorId> InspectorIdOf(absl::string_view name);

}  // namespace shian::registry
