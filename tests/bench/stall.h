// One write of the benchmarks: a fact row and the reply that makes the request repeatable. Both
// sides write these rows into these tables and indexes.
#pragma once

#include <string>

#include "libs/store/fact_table.h"
#include "libs/store/sqlite.h"

namespace shian::bench {

inline constexpr size_t kLabelBytes = 200;
inline constexpr char kOrigin[] = "shian.bench/410902";

inline store::Schema StallSchema() {
  return store::Schema(0x42454e43, {{"bench", 1, "0001_stall",
                                     "CREATE TABLE stall (\n"
                                     "  stall TEXT NOT NULL,\n"
                                     "  label TEXT NOT NULL,\n"
                                     "  digest BYTES NOT NULL,\n"
                                     "  PRIMARY KEY (stall)\n"
                                     ");\n"}});
}

inline const store::FactTable& Stalls() {
  static const auto* table = new store::FactTable("stall", {"stall", "label"}, 1);
  return *table;
}

}  // namespace shian::bench
