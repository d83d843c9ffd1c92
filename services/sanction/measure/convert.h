// proto <-> domain for joint measures.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/policy/registry.h"
#include "services/sanction/measure/measure.h"
#include "services/sanction/party/convert.h"
#include "shian/policy/v1/measure.pb.h"
#include "shian/sanction/v1/changes.pb.h"
#include "shian/sanction/v1/measure.pb.h"
#include "shian/sanction/v1/measure_catalogue.pb.h"

namespace shian::sanction::convert {

// Against whom something is ordered, as far as the catalogue asks.
struct Occasion {
  std::string list;
  std::string region;
  bool joint_effect = false;  // of its list; without it nothing but incentives follows
  std::set<PenaltyKind> penalties;
};
// What the catalogue orders by itself on that occasion: one item per measure in use and department
// that has a system to receive it. Nothing beyond the basis: list, division, penalty.
std::vector<CatalogueItem> ToItems(const policy::v1::MeasureCatalogue& catalogue,
                                   const Occasion& occasion);

// Whether a measure may be ordered at all: its basis is confirmed.
bool IsActive(const policy::v1::MeasureRule& rule);
v1::MeasureItem ToProto(const policy::v1::MeasureRule& rule);

// The days that do not count for the report: while the bureau owes an answer to an objection.
std::vector<calendar::Suspension> SuspensionsOf(const Measure& measure);

absl::Status FillClocks(store::ReadTx& tx, const policy::Policies& policies, Measure* measure);

struct MeasureView {
  const Party& party;
  Shown shown;
  bool bureau;  // sees its own officers
  std::string origin;
  std::string locale;
  absl::Time as_of;
};
v1::Measure ToProto(const Measure& measure, const MeasureView& view);

v1::MeasureOrdered ToOrdered(const Measure& measure);
v1::MeasureLifted ToLifted(const Measure& measure);

}  // namespace shian::sanction::convert
