#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/trace/judgement/shelf_life.h"

namespace shian::trace::judgement {

// The place in the order of capture up to which expiries are taken from the events.
absl::StatusOr<int64_t> IndexedTo(store::ReadTx& tx);
absl::Status SetIndexedTo(store::WriteTx& tx, int64_t sequence);

// An expiry and the event that states it.
struct StatedExpiry {
  Expiry expiry;
  int64_t sequence = 0;
};
absl::Status PutExpiries(store::WriteTx& tx, const std::vector<StatedExpiry>& stated);

// Where to go on in the list: after all that is stated of this.
struct ExpiryKey {
  std::string day;  // empty: at the beginning
  std::string epc;
  int kind = 0;
};
ExpiryKey KeyOf(const Expiry& expiry);
// By day, lot, kind and event; `first` and `last` are days of the list.
absl::StatusOr<std::vector<StatedExpiry>> ListExpiries(store::ReadTx& tx, Date first, Date last,
                                                       const ExpiryKey& after, int limit);

}  // namespace shian::trace::judgement
