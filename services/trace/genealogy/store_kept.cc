#include "services/trace/genealogy/store_kept.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/store/fact_table.h"
#include "services/trace/genealogy/limits.h"

namespace shian::trace::genealogy {
namespace {

const store::FactTable kRuns("genealogy_run", {"first_event", "next_event", "records"}, 1);
enum RunColumn { kFirst, kNext, kRecords };

// The event that the next run begins with.
absl::StatusOr<int64_t> NextEvent(store::ReadTx& tx) {
  ASSIGN_OR_RETURN(
      const auto row,
      tx.QueryOne(
          store::Sql{"SELECT next_event FROM genealogy_run ORDER BY first_event DESC LIMIT 1"},
          {}));
  return row ? row->Int(0) : 1;
}

}  // namespace

absl::StatusOr<std::optional<int64_t>> LoadKept(store::ReadTx& tx, Graph* graph) {
  Records all;
  size_t bytes = 0;
  const absl::Status read =
      kRuns.ForEach(tx, store::Sql{"WHERE first_event > $1 ORDER BY first_event"}, store::Values(0),
                    [&](const store::Row& row) -> absl::Status {
                      const std::string& packed = row.Blob(kRecords);
                      ASSIGN_OR_RETURN(Records records, Unpack(packed));
                      if (!all.IsFollowedBy(records) || row.Int(kNext) != records.end) {
                        return absl::DataLossError(absl::StrCat(
                            "kept records of the graph do not follow event ", all.end));
                      }
                      if (bytes + packed.size() > limits::kPartTextsMax ||
                          all.size() + records.size() > limits::kPartRecordsMax) {
                        Records next = all.After();
                        graph->Add(std::move(all));
                        all = std::move(next);
                        bytes = 0;
                      }
                      bytes += packed.size();
                      all.Append(std::move(records));
                      return absl::OkStatus();
                    });
  // It can be made anew from the events, so the service goes on without it.
  if (!read.ok() && !absl::IsDataLoss(read)) return read;
  const int64_t next = all.end;
  graph->Add(std::move(all));
  return read.ok() ? std::nullopt : std::optional(next);
}

absl::Status KeepRun(store::Store& store, const std::vector<RecordsPtr>& run,
                     std::optional<int64_t> damaged) {
  Records all = *run.front();
  for (size_t i = 1; i < run.size(); ++i) all.Append(Records(*run[i]));
  const int64_t first = all.first, next = all.end;
  store::WriteContext context;
  context.now = absl::Now();
  return store
      .WriteAndWait(
          context,
          [first, next, damaged,
           bytes = Pack(all)](store::WriteTx& tx) -> absl::StatusOr<std::string> {
            if (damaged) {
              RETURN_IF_ERROR(
                  tx.Execute(store::Sql{"DELETE FROM genealogy_run WHERE first_event >= $1"},
                             store::Values(*damaged))
                      .status());
            }
            ASSIGN_OR_RETURN(const int64_t expected, NextEvent(tx));
            if (expected != first) return std::string();
            RETURN_IF_ERROR(kRuns.Insert(tx, store::Values(first, next, store::Bytes{bytes})));
            return std::string();
          })
      .status();
}

}  // namespace shian::trace::genealogy
