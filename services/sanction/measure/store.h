// Reads and writes of joint measures.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/sanction/measure/measure.h"
#include "services/sanction/party/matter.h"

namespace shian::sanction {

// With its first event.
absl::Status InsertMeasure(store::WriteTx& tx, const Measure& measure);
absl::Status AppendMeasureEvent(store::WriteTx& tx, const Measure& measure,
                                const MeasureEvent& event);
// Without the end of its entry, which the listing module knows.
absl::StatusOr<std::optional<Measure>> FindMeasure(store::ReadTx& tx, const OperatorId& op,
                                                   const MeasureId& id);

struct MeasureQuery {
  PageQuery page;
  std::string system;  // of a department; empty: all
  EntryId entry;       // empty: all
};
absl::StatusOr<std::vector<Measure>> ListMeasures(store::ReadTx& tx, const MeasureQuery& query);

}  // namespace shian::sanction
