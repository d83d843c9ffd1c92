// Visits and frequencies as rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/store/store.h"
#include "services/inspection/check/visit.h"

namespace shian::inspection::check {

absl::StatusOr<int64_t> NextNumber(store::ReadTx& tx, const std::string& operator_id);
// Writes the visit as its next version; who made it goes to a table of its own.
absl::Status PutVisit(store::WriteTx& tx, Visit& visit);
// With the inspectors only when asked for: they go to officers, never into facts.
absl::StatusOr<std::optional<Visit>> FindVisit(store::ReadTx& tx, const std::string& operator_id,
                                               int64_t number, bool with_inspectors);

// Empties the remarks on the operator's visits (依法删除).
absl::Status EraseRemarks(store::WriteTx& tx, const std::string& operator_id);

struct VisitFilter {
  std::string region;
  std::string operator_id;  // empty: all of the region
  std::optional<Date> from, to;
  absl::Time known_at = absl::InfiniteFuture();
  std::string after_operator;
  int64_t after_number = 0;
  int limit = 0;
};
absl::StatusOr<std::vector<Visit>> ListVisits(store::ReadTx& tx, const VisitFilter& filter);
// Day of the last routine or random visit at `as_of`.
absl::StatusOr<std::optional<Date>> LastVisit(store::ReadTx& tx, const std::string& operator_id,
                                              absl::Time as_of);

// What {origin, source_id} was imported as, and the hash of that content.
struct Imported {
  std::string operator_id;
  int64_t number = 0;
  std::string content;
};
absl::StatusOr<std::optional<Imported>> FindImported(store::ReadTx& tx, const std::string& origin,
                                                     const std::string& source_id);
absl::Status PutImported(store::WriteTx& tx, const std::string& origin,
                         const std::string& source_id, const Imported& imported);

absl::Status PutFrequency(store::WriteTx& tx, const DatedFrequency& frequency);
absl::StatusOr<std::optional<DatedFrequency>> FindFrequency(store::ReadTx& tx,
                                                            const std::string& operator_id,
                                                            absl::Time as_of);

absl::Status PutFlag(store::WriteTx& tx, const VisitFlag& flag);
absl::StatusOr<std::optional<VisitFlag>> FindFlag(store::ReadTx& tx, const std::string& operator_id,
                                                  const std::string& measure);
// Those that hold at `as_of`.
absl::StatusOr<std::vector<VisitFlag>> FlagsOf(store::ReadTx& tx, const std::string& operator_id,
                                               absl::Time as_of);

}  // namespace shian::inspection::check
