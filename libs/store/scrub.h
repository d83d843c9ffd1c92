// Reads every fact row and checks its digest, as bit rot is invisible until someone looks
// (坏块巡检): SQLite's own check sees few flipped bits.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"

namespace shian::store {

struct ScrubPage {
  int64_t rows = 0;  // read and judged
  std::vector<std::string>
      damaged;  // "listing operators/7, 12", or "listing" when it cannot be read
  bool more = false;
};

// One pass over a store, a page at a time, so that nobody waits for it. Rows written meanwhile may
// or may not be seen.
class Scrub {
 public:
  explicit Scrub(store::Store& store) : store_(store) {}

  // Gives the next page; the error is that the list of tables cannot be read, or (UNAVAILABLE) that
  // this page cannot be read now.
  absl::StatusOr<ScrubPage> Next();

 private:
  struct Table {
    std::string name;
    std::vector<std::string> columns;  // without the digest
    std::vector<int> key;              // places in `columns`
  };
  absl::Status ReadTables(ReadTx& tx);
  absl::Status ReadPage(ReadTx& tx, const Table& table, ScrubPage* page);

  store::Store& store_;
  bool begun_ = false;
  std::vector<Table> tables_;  // those still to come; the last one first
  std::vector<Value> after_;   // the key of the last row seen of the table at hand
};

}  // namespace shian::store
