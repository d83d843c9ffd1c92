#include "services/registry/operator/store_versions.h"

#include <algorithm>
#include <utility>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"

namespace shian::registry {
namespace {

using store::Row;
using store::Values;

constexpr char kAfterEveryId[] = "~";  // no id has a character as great

}  // namespace

absl::StatusOr<int64_t> KeepVersion(store::WriteTx& tx, const VersionedTable& table,
                                    const std::string& id) {
  ASSIGN_OR_RETURN(const std::optional<Row> row, table.present.Find(tx, Values(id)));
  if (!row) return int64_t{0};
  RETURN_IF_ERROR(table.former.Insert(tx, row->values()));
  return row->Int(1);
}

absl::StatusOr<std::optional<Row>> FindVersion(store::ReadTx& tx, const VersionedTable& table,
                                               const store::Sql& tail, const std::string& id,
                                               absl::Time then) {
  for (const store::FactTable* one : {&table.present, &table.former}) {
    ASSIGN_OR_RETURN(std::vector<Row> rows, one->Select(tx, tail, Values(id, ToMicros(then))));
    if (!rows.empty()) return std::optional<Row>(std::move(rows.front()));
  }
  return std::optional<Row>();
}

absl::StatusOr<std::vector<Row>> ListVersions(store::ReadTx& tx, const VersionedTable& table,
                                              const store::Sql& present_tail,
                                              const store::Sql& former_tail,
                                              std::vector<store::Value> args, int count) {
  ASSIGN_OR_RETURN(std::vector<Row> rows, table.present.Select(tx, present_tail, args));
  const bool full = static_cast<int>(rows.size()) == count;
  args.push_back(full ? rows.back().Text(0) : std::string(kAfterEveryId));
  ASSIGN_OR_RETURN(const std::vector<Row> former,
                   table.former.Select(tx, former_tail, std::move(args)));
  rows.insert(rows.end(), former.begin(), former.end());
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return a.Text(0) < b.Text(0); });
  if (static_cast<int>(rows.size()) > count) rows.resize(count);
  return rows;
}

}  // namespace shian::registry
