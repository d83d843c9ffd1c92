// One write of the benchmarks: a fact row and the reply that makes the request repeatable. Both
// sides write these rows into these tables and indexes.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
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

// A new store, or the one that stands there.
inline std::unique_ptr<store::Store> OpenStore(const std::string& folder) {
  store::SqliteOptions options;
  options.path = absl::StrCat(folder, "/store.db");
  options.schema = StallSchema();
  options.origin = kOrigin;
  auto store = store::OpenSqlite(std::move(options));
  CHECK_OK(store);
  return *std::move(store);
}

}  // namespace shian::bench
