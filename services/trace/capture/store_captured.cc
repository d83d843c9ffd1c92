// What the graph takes in: captured events in their order, with the numbers of their identifiers.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "services/trace/capture/limits.h"
#include "services/trace/capture/store.h"
#include "services/trace/capture/store_tables.h"

namespace shian::trace::capture {
namespace {

using store::Row;
using store::Sql;
using store::Values;

// The batch ends sooner where its events name much: it is read in the time of one question.
absl::Status ReadLinks(store::ReadTx& tx, int64_t after, int64_t links_max, CapturedBatch* batch) {
  absl::flat_hash_map<int64_t, CapturedEvent*> at;
  for (CapturedEvent& event : batch->events) at.emplace(event.sequence, &event);
  int64_t links = 0, current = after, last = batch->last;
  const absl::Status read = tx.ForEach(
      Sql{"SELECT sequence, role, epc, quantity FROM capture_link WHERE sequence > $1 AND "
          "sequence <= $2 ORDER BY sequence, position"},
      Values(after, batch->last), [&](const Row& row) -> absl::Status {
        const auto event = at.find(row.Int(0));
        if (event == at.end() || row.Int(2) < 1) {
          return absl::DataLossError("capture_link names an event or identifier that there is not");
        }
        if (links++ >= links_max && row.Int(0) != current) {
          last = row.Int(0) - 1;
          return absl::CancelledError();
        }
        current = row.Int(0);
        event->second->links.push_back({static_cast<Role>(row.Int(1)),
                                        static_cast<uint32_t>(row.Int(2)),
                                        row.IsNull(3) ? -1 : row.Int(3)});
        return absl::OkStatus();
      });
  if (last == batch->last) return read;
  batch->CutAfter(last);
  return absl::OkStatus();
}

// The identifiers from `after` up to the highest number that the batch names: numbers are given in
// the order of capture, so a batch has the same ones whenever it is read.
absl::Status ReadEpcs(store::ReadTx& tx, int64_t after, CapturedBatch* batch) {
  int64_t named = after;
  for (const CapturedEvent& event : batch->events) {
    for (const CapturedLink& link : event.links) named = std::max<int64_t>(named, link.epc);
  }
  RETURN_IF_ERROR(tx.ForEach(
      Sql{"SELECT number, epc, kind FROM capture_epc WHERE number > $1 AND number <= $2 ORDER BY "
          "number"},
      Values(after, named), [&](const Row& row) {
        batch->epcs.push_back(
            {static_cast<uint32_t>(row.Int(0)), row.Text(1), static_cast<EpcKind>(row.Int(2))});
        return absl::OkStatus();
      }));
  const bool whole = static_cast<int64_t>(batch->epcs.size()) == named - after;
  return whole ? absl::OkStatus() : absl::DataLossError("capture_epc has a gap in its numbers");
}

CapturedEvent CapturedFrom(const Row& row) {
  CapturedEvent event;
  event.sequence = row.Int(kSequence);
  event.type = static_cast<EventType>(row.Int(kType));
  event.action = static_cast<Action>(row.Int(kAction));
  event.time = FromMicros(row.Int(kEventTime));
  event.recorded = FromMicros(row.Int(kRecorded));
  event.process = row.Text(kTransformation);
  event.biz_step = row.Text(kBizStep);
  event.place = row.Text(kBizLocation).empty() ? row.Text(kReadPoint) : row.Text(kBizLocation);
  event.source = row.Text(kSource);
  event.destination = row.Text(kDestination);
  return event;
}

}  // namespace

absl::StatusOr<CapturedBatch> ReadCaptured(store::ReadTx& tx, int64_t after, int64_t epc,
                                           int limit) {
  return ReadCapturedUpTo(tx, after, epc, limit, limits::kLinksPerReadMax);
}

absl::StatusOr<CapturedBatch> ReadCapturedUpTo(store::ReadTx& tx, int64_t after, int64_t epc,
                                               int limit, int64_t links_max) {
  CapturedBatch batch;
  batch.last = after;
  RETURN_IF_ERROR(kEvents.ForEach(
      tx, Sql{"WHERE sequence > $1 ORDER BY sequence LIMIT $2"}, Values(after, limit),
      [&](const Row& row) {
        batch.last = row.Int(kSequence);
        if (!row.Blob(kDeclarationColumn).empty()) {
          batch.declarations.push_back({batch.last, FromMicros(row.Int(kRecorded))});
          return absl::OkStatus();
        }
        batch.events.push_back(CapturedFrom(row));
        return absl::OkStatus();
      }));
  if (batch.last == after) return batch;
  RETURN_IF_ERROR(ReadLinks(tx, after, links_max, &batch));
  RETURN_IF_ERROR(ReadEpcs(tx, epc, &batch));
  RETURN_IF_ERROR(
      kMasks.ForEach(tx, Sql{"WHERE masked_from > $1 AND masked_from <= $2 ORDER BY masked_from"},
                     Values(after, batch.last), [&](const Row& row) {
                       batch.masks.push_back({row.Int(0), row.Int(1)});
                       return absl::OkStatus();
                     }));
  return batch;
}

}  // namespace shian::trace::capture
