// The small schema that the tests of this library share.
#pragma once

#include <string>
#include <utility>

#include "libs/store/fact_table.h"
#include "libs/store/testing.h"

namespace shian::store {

inline Schema TestSchema() {
  return Schema(7, {{"test", 1, "0001_initial",
                     "CREATE TABLE stall (\n"
                     "  operator TEXT NOT NULL,\n"
                     "  number INT64 NOT NULL,  -- within the operator\n"
                     "  open BOOL NOT NULL,\n"
                     "  label TEXT,\n"
                     "  photo BYTES,\n"
                     "  digest BYTES NOT NULL,\n"
                     "  PRIMARY KEY (operator, number)\n"
                     ");\n"}});
}

inline const FactTable& Stalls() {
  static const auto* table =
      new FactTable("stall", {"operator", "number", "open", "label", "photo"}, 2);
  return *table;
}

inline std::vector<Value> Stall(const std::string& owner, int64_t number,
                                const std::string& label = "fish") {
  return Values(owner, number, true, label, Bytes{std::string("\0\xff", 2)});
}

inline WriteFn InsertStall(const std::string& owner, int64_t number) {
  return [=](WriteTx& tx) -> absl::StatusOr<std::string> {
    const absl::Status inserted = Stalls().Insert(tx, Stall(owner, number));
    if (!inserted.ok()) return inserted;
    return "stall " + std::to_string(number);
  };
}

inline int64_t CountStalls(Store& store) {
  int64_t count = -1;
  store
      .ReadNow([&](ReadTx& tx) -> absl::Status {
        const auto row = tx.QueryOne({"SELECT count(*) FROM stall"}, {});
        if (row.ok()) count = (*row)->Int(0);
        return row.status();
      })
      .IgnoreError();
  return count;
}

inline WriteContext Request(const std::string& id, const std::string& digest = "body") {
  WriteContext context;
  context.now = absl::FromUnixSeconds(1741000000);
  context.caller = "registry";
  context.request_id = id;
  context.body_digest = digest;
  return context;
}

}  // namespace shian::store
