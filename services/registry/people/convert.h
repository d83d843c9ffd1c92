#pragma once

#include "absl/status/statusor.h"
#include "services/registry/people/inspector.h"
#include "services/registry/people/store.h"
#include "shian/registry/v1/people.pb.h"
#include "shian/registry/v1/people_service.pb.h"

namespace shian::registry {

v1::Inspector ToProto(const Inspector& inspector);
RawInspector ToRow(const v1::InspectorRow& row);
absl::StatusOr<InspectorId> ToInspectorId(absl::string_view name, absl::string_view field);
absl::StatusOr<InspectorQuery> ToQuery(const v1::ListInspectorsRequest& in);

}  // namespace shian::registry
