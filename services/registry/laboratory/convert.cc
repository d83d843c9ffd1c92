#include "services/registry/laboratory/convert.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "services/registry/operator/convert.h"

namespace shian::registry {

v1::Laboratory ToProto(const Laboratory& laboratory) {
  v1::Laboratory out;
  out.set_name(LaboratoryName(laboratory.id));
  out.set_etag(absl::StrCat(laboratory.version));
  *out.mutable_provenance() = ToProto(laboratory.provenance);
  const Qualification& q = laboratory.qualification;
  out.set_title(q.title);
  out.set_region(q.region);
  out.set_accreditation(q.accreditation);
  *out.mutable_valid_from() = ToProto(q.valid_from);
  *out.mutable_valid_to() = ToProto(q.valid_to);
  for (const std::string& scope : q.scopes) out.add_scopes(scope);
  out.set_reinspection(q.reinspection);
  for (const std::string& affiliate : q.affiliates) out.add_affiliates(affiliate);
  out.set_system(q.system);
  out.set_suspended(q.suspended);
  return out;
}

RawLaboratory ToRow(const v1::LaboratoryRow& row) {
  return {row.line(),          row.source_id(),  row.code(),     row.title(),  row.region(),
          row.accreditation(), row.valid_from(), row.valid_to(), row.scopes(), row.reinspection(),
          row.affiliates(),    row.system(),     row.suspended()};
}

absl::StatusOr<LaboratoryId> ToLaboratoryId(absl::string_view name, absl::string_view field) {
  std::optional<LaboratoryId> id = LaboratoryIdOf(name);
  if (id) return *std::move(id);
  return errors::InvalidField(
      field, {"must be laboratories/{code}", "应为laboratories/{代码}形式", "LABORATORY_NAME"});
}

absl::StatusOr<LaboratoryQuery> ToQuery(const v1::ListLaboratoriesRequest& in) {
  errors::Violations wrong;
  if (!in.region().empty()) RETURN_IF_ERROR(CheckRegion(in.region(), "region", &wrong));
  const Past past = ToPast(in, &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  return LaboratoryQuery{in.region(), in.reinspection_only(), "", 0, past};
}

}  // namespace shian::registry
