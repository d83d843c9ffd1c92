// Who tests (检验检测机构), named by its unified social credit code.
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

using LaboratoryId = Id<struct LaboratoryTag>;

struct Qualification {  // what an import says of a laboratory
  std::string title;
  std::string region;
  std::string accreditation;
  Date valid_from;
  Date valid_to;
  std::vector<std::string> scopes;
  bool reinspection = false;
  std::vector<std::string> affiliates;  // names of laboratories
  std::string system;
  bool suspended = false;
};

struct Laboratory {
  LaboratoryId id;
  int64_t version = 1;
  Provenance provenance;
  Qualification qualification;
};

// All cells as text.
struct RawLaboratory {
  int64_t line = 0;
  std::string source_id, code, title, region, accreditation, valid_from, valid_to;
  std::string scopes, reinspection, affiliates, system, suspended;
};

struct JudgedLaboratory {
  int64_t line = 0;
  std::string source_id;
  LaboratoryId id;
  Qualification qualification;
  std::string content;
  std::vector<RowViolation> violations;

  bool valid() const { return violations.empty(); }
};

// A laboratory may have its seat anywhere.
JudgedLaboratory JudgeLaboratory(const RawLaboratory& row);

// "laboratories/{id}" and back.
std::string LaboratoryName(const LaboratoryId& id);
std::optional<LaboratoryId> LaboratoryIdOf(absl::string_view name);

}  // namespace shian::registry
