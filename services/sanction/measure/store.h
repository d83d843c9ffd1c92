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

// ---- Measures whose end has not been told
// --------------------------------------------------------------------------------------

struct MeasureKey {
  OperatorId op;
  MeasureId id;
};
// The measure is looked at again at `next`.
absl::Status WatchEnd(store::WriteTx& tx, const Measure& measure, absl::Time next);
absl::Status WatchNoMore(store::WriteTx& tx, const Measure& measure);
// Those to be looked at by `now`, the earliest first.
absl::StatusOr<std::vector<MeasureKey>> MeasuresToEnd(store::ReadTx& tx, absl::Time now, int limit);

// ---- Reads
// --------------------------------------------------------------------------------------

// Without the end of its entry, which the listing module knows.
absl::StatusOr<std::optional<Measure>> FindMeasure(store::ReadTx& tx, const OperatorId& op,
                                                   const MeasureId& id);

struct MeasureQuery {
  PageQuery page;
  std::string system;  // of a department; empty: all
  EntryId entry;       // empty: all
};
absl::StatusOr<std::vector<Measure>> ListMeasures(store::ReadTx& tx, const MeasureQuery& query);

struct MeasureSpan {
  std::string region;
  std::string system;  // empty: all
  std::string before;  // an id: they are in the order of time
  absl::Time from;
  int limit = 0;
};
// Those of which something was recorded since `from` or that are still to end or to be confirmed:
// all that a span from there on can count. In the order in which they were given out, without texts
// and documents.
absl::StatusOr<std::vector<Measure>> MeasuresOrderedBefore(store::ReadTx& tx,
                                                           const MeasureSpan& span);

}  // namespace shian::sanction
