#include "services/registry/people/convert.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "services/registry/operator/convert.h"

namespace shian::registry {

static_assert(static_cast<int>(Duty::kInactive) == v1::INSPECTOR_STATUS_INACTIVE);

v1::Inspector ToProto(const Inspector& inspector) {
  v1::Inspector out;
  out.set_name(InspectorName(inspector.id));
  out.set_etag(absl::StrCat(inspector.version));
  *out.mutable_provenance() = ToProto(inspector.provenance);
  const Roster& roster = inspector.roster;
  out.set_organisation(roster.organisation);
  out.set_region(roster.region);
  out.set_card(roster.card);
  if (roster.card_valid_to) *out.mutable_card_valid_to() = ToProto(*roster.card_valid_to);
  for (const std::string& item : roster.specialities) out.add_specialities(item);
  for (const std::string& item : roster.conflicts) out.add_conflicts(item);
  out.set_status(static_cast<v1::InspectorStatus>(roster.duty));
  return out;
}

RawInspector ToRow(const v1::InspectorRow& row) {
  return {row.line(), row.source_id(),     row.person(),       row.organisation(), row.region(),
          row.card(), row.card_valid_to(), row.specialities(), row.conflicts(),    row.status()};
}

absl::StatusOr<InspectorId> ToInspectorId(absl::string_view name, absl::string_view field) {
  std::optional<InspectorId> id = InspectorIdOf(name);
  if (id) return *std::move(id);
  return errors::InvalidField(field, {"must be inspectors/{inspector}",
                                      "应为inspectors/{inspector}形式", "INSPECTOR_NAME"});
}

absl::StatusOr<InspectorQuery> ToQuery(const v1::ListInspectorsRequest& in) {
  errors::Violations wrong;
  CheckRegion(in.region(), "region", &wrong).IgnoreError();
  if (!v1::InspectorStatus_IsValid(in.status())) {
    wrong.Add("status", {"is no known status", "未知的状态", "ENUM_UNKNOWN"});
  }
  const Past past = ToPast(in, &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  return InspectorQuery{in.region(), static_cast<Duty>(in.status()), "", 0, past};
}

}  // namespace shian::registry
