#include "services/inspection/frame/store.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/store/fact_table.h"

namespace shian::inspection::frame {
namespace {

using store::FactTable;
using store::Row;
using store::Sql;
using store::Value;
using store::Values;

const FactTable& Units() {
  static const auto& table = *new FactTable(
      "frame_unit",
      {"operator", "region", "kind", "title", "trading", "grade", "origin", "source_id"}, 1);
  return table;
}

const FactTable& Inspectors() {
  static const auto& table = *new FactTable("frame_inspector",
                                            {"inspector", "region", "organisation", "specialities",
                                             "conflicts", "active", "card_valid_to"},
                                            1);
  return table;
}

const FactTable& Laboratories() {
  static const auto& table =
      *new FactTable("frame_laboratory",
                     {"laboratory", "region", "system", "scopes", "affiliates", "valid_from",
                      "valid_to", "reinspection", "suspended"},
                     1);
  return table;
}

std::vector<std::string> Split(const std::string& joined) {
  return absl::StrSplit(joined, ',', absl::SkipEmpty());
}

Value FromDate(const std::optional<Date>& date) {
  return date ? Value(FormatDate(*date)) : Value(std::monostate());
}

std::optional<Date> ToDate(const Row& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  const auto date = ParseDate(row.Text(column));
  return date.ok() ? std::optional<Date>(*date) : std::nullopt;
}

Unit ToUnit(const Row& row) {
  return {row.Text(0), row.Text(1), row.Text(2), row.Text(3),
          row.Bool(4), row.Text(5), row.Text(6), row.Text(7)};
}

Inspector ToInspector(const Row& row) {
  return {row.Text(0),        row.Text(1), row.Text(2),   Split(row.Text(3)),
          Split(row.Text(4)), row.Bool(5), ToDate(row, 6)};
}

Laboratory ToLaboratory(const Row& row) {
  return {row.Text(0),    row.Text(1),    row.Text(2), Split(row.Text(3)), Split(row.Text(4)),
          ToDate(row, 5), ToDate(row, 6), row.Bool(7), row.Bool(8)};
}

absl::Status PutWhole(store::WriteTx& tx, const Unit& unit) {
  return Units().Put(tx, Values(unit.id, unit.region, unit.kind, unit.title, unit.trading,
                                unit.grade, unit.origin, unit.source_id));
}

}  // namespace

absl::Status PutUnit(store::WriteTx& tx, Unit unit) {
  ASSIGN_OR_RETURN(const auto known, FindUnit(tx, unit.id));
  if (known) unit.grade = known->grade;
  return PutWhole(tx, unit);
}

absl::Status SetGrade(store::WriteTx& tx, const std::string& operator_id,
                      const std::string& grade) {
  ASSIGN_OR_RETURN(auto unit, FindUnit(tx, operator_id));
  // Credit may know of an operator before the registry's fact got here: the grade waits for it.
  if (!unit) unit.emplace().id = operator_id;
  unit->grade = grade;
  return PutWhole(tx, *unit);
}

absl::Status EraseUnit(store::WriteTx& tx, const std::string& operator_id) {
  ASSIGN_OR_RETURN(auto unit, FindUnit(tx, operator_id));
  if (!unit) return absl::OkStatus();
  unit->title.clear();
  unit->source_id.clear();
  unit->trading = false;
  return PutWhole(tx, *unit);
}

absl::StatusOr<std::optional<Unit>> FindUnit(store::ReadTx& tx, const std::string& operator_id) {
  ASSIGN_OR_RETURN(const auto row, Units().Find(tx, Values(operator_id)));
  if (!row) return std::nullopt;
  return ToUnit(*row);
}

absl::StatusOr<std::optional<Unit>> FindUnitBySource(store::ReadTx& tx, const std::string& origin,
                                                     const std::string& source_id) {
  static constexpr Sql kTail{"WHERE origin = $1 AND source_id = $2 LIMIT 1"};
  ASSIGN_OR_RETURN(const auto rows, Units().Select(tx, kTail, Values(origin, source_id)));
  if (rows.empty()) return std::nullopt;
  return ToUnit(rows.front());
}

absl::Status ForEachTrading(store::ReadTx& tx, const std::string& region,
                            absl::FunctionRef<absl::Status(const Unit&)> visit) {
  static constexpr Sql kTail{
      "WHERE region >= $1 AND region <= $2 AND trading = $3 ORDER BY operator"};
  const auto [first, last] = RegionRange(region);
  return Units().ForEach(tx, kTail, Values(first, last, true),
                         [&](const Row& row) { return visit(ToUnit(row)); });
}

absl::StatusOr<std::vector<Count>> CountTrading(store::ReadTx& tx, const std::string& region) {
  static constexpr Sql kSql{
      "SELECT region, kind, grade, COUNT(*) FROM frame_unit WHERE region >= $1 AND region <= $2 "
      "AND trading = $3 GROUP BY region, kind, grade ORDER BY region, kind, grade"};
  const auto [first, last] = RegionRange(region);
  ASSIGN_OR_RETURN(const auto rows, tx.Query(kSql, Values(first, last, true)));
  std::vector<Count> counts;
  counts.reserve(rows.size());
  for (const Row& row : rows) {
    counts.push_back({row.Text(0), row.Text(1), row.Text(2), row.Int(3)});
  }
  return counts;
}

absl::Status PutInspector(store::WriteTx& tx, const Inspector& one) {
  return Inspectors().Put(tx, std::vector<Value>{one.id, one.region, one.organisation,
                                                 absl::StrJoin(one.specialities, ","),
                                                 absl::StrJoin(one.conflicts, ","), one.active,
                                                 FromDate(one.card_valid_to)});
}

absl::StatusOr<std::optional<Inspector>> FindInspector(store::ReadTx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(const auto row, Inspectors().Find(tx, Values(id)));
  if (!row) return std::nullopt;
  return ToInspector(*row);
}

absl::StatusOr<std::vector<Inspector>> InspectorsFor(store::ReadTx& tx, const std::string& region) {
  static constexpr Sql kTail{"WHERE region >= $1 AND region <= $2 ORDER BY inspector"};
  const auto [first, last] = RegionRange(region);
  ASSIGN_OR_RETURN(const auto rows, Inspectors().Select(tx, kTail, Values(first, last)));
  std::vector<Inspector> found;
  found.reserve(rows.size());
  for (const Row& row : rows) found.push_back(ToInspector(row));
  return found;
}

absl::Status PutLaboratory(store::WriteTx& tx, const Laboratory& one) {
  return Laboratories().Put(
      tx, std::vector<Value>{one.id, one.region, one.system, absl::StrJoin(one.scopes, ","),
                             absl::StrJoin(one.affiliates, ","), FromDate(one.valid_from),
                             FromDate(one.valid_to), one.reinspection, one.suspended});
}

absl::StatusOr<std::optional<Laboratory>> FindLaboratory(store::ReadTx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(const auto row, Laboratories().Find(tx, Values(id)));
  if (!row) return std::nullopt;
  return ToLaboratory(*row);
}

absl::StatusOr<std::vector<Laboratory>> AllLaboratories(store::ReadTx& tx) {
  static constexpr Sql kTail{"ORDER BY laboratory"};
  ASSIGN_OR_RETURN(const auto rows, Laboratories().Select(tx, kTail, {}));
  std::vector<Laboratory> found;
  found.reserve(rows.size());
  for (const Row& row : rows) found.push_back(ToLaboratory(row));
  return found;
}

}  // namespace shian::inspection::frame
