// proto <-> domain for joint measures.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/policy/registry.h"
#include "services/sanction/measure/measure.h"
#include "services/sanction/party/convert.h"
#include "shian/policy/v1/measure.pb.h"
#include "shian/sanction/v1/changes.pb.h"
#include "shian/sanction/v1/measure.pb.h"

namespace shian::sanction::convert {

// What the catalogue orders by itself against an entry of `list`: one item per measure and
// department that has a system to receive it.
std::vector<CatalogueItem> ToItems(const policy::v1::MeasureCatalogue& catalogue,
                                   absl::string_view list);

absl::Status FillClocks(store::ReadTx& tx, const policy::Policies& policies, Measure* measure);

struct MeasureView {
  const Party& party;
  Shown shown;
  std::string origin;
  std::string locale;
  absl::Time as_of;
};
v1::Measure ToProto(const Measure& measure, const MeasureView& view);

v1::MeasureOrdered ToOrdered(const Measure& measure);

}  // namespace shian::sanction::convert
