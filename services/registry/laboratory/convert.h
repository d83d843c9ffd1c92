#pragma once

#include "absl/status/statusor.h"
#include "services/registry/laboratory/laboratory.h"
#include "services/registry/laboratory/store.h"
#include "shian/registry/v1/laboratory.pb.h"
#include "shian/registry/v1/laboratory_service.pb.h"

namespace shian::registry {

v1::Laboratory ToProto(const Laboratory& laboratory);
RawLaboratory ToRow(const v1::LaboratoryRow& row);
absl::StatusOr<LaboratoryId> ToLaboratoryId(absl::string_view name, absl::string_view field);
absl::StatusOr<LaboratoryQuery> ToQuery(const v1::ListLaboratoriesRequest& in);

}  // namespace shian::registry
