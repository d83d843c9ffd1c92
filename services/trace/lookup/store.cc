#include "services/trace/lookup/store.h"

#include "libs/base/status_macros.h"
#include "libs/store/fact_table.h"

namespace shian::trace::lookup {
namespace {

using store::Row;
using store::Sql;
using store::Values;

const store::FactTable kCodes("lookup_code",
                              {"epc", "operator", "code", "kind", "lot", "link", "region", "system",
                               "issued"},
                              2);
const store::FactTable kScans("lookup_scan", {"epc", "day", "count"}, 2);

Code ToCode(const Row& row) {
  return {row.Text(0),           row.Text(1), row.Text(2), static_cast<EpcKind>(row.Int(3)),
          row.Text(4),           row.Text(5), row.Text(6), row.Text(7),
          FromMicros(row.Int(8))};
}

std::vector<Code> ToCodes(const std::vector<Row>& rows) {
  std::vector<Code> codes;
  codes.reserve(rows.size());
  for (const Row& row : rows) codes.push_back(ToCode(row));
  return codes;
}

}  // namespace

absl::Status InsertCode(store::WriteTx& tx, const Code& code) {
  return kCodes.Insert(
      tx, Values(code.epc, code.operator_, code.id, static_cast<int>(code.kind), code.lot,
                 code.link, code.region, code.system, ToMicros(code.issued)));
}

absl::StatusOr<std::optional<Code>> FindCode(store::ReadTx& tx, const std::string& epc,
                                             const std::string& operator_name) {
  ASSIGN_OR_RETURN(const auto row, kCodes.Find(tx, Values(epc, operator_name)));
  return row ? std::optional<Code>(ToCode(*row)) : std::nullopt;
}

absl::StatusOr<std::optional<Code>> FindCodeById(store::ReadTx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(const auto rows, kCodes.Select(tx, Sql{"WHERE code = $1"}, Values(id)));
  return rows.empty() ? std::nullopt : std::optional<Code>(ToCode(rows.front()));
}

absl::StatusOr<std::vector<Code>> CodesOf(store::ReadTx& tx, const std::string& epc) {
  ASSIGN_OR_RETURN(const auto rows,
                   kCodes.Select(tx, Sql{"WHERE epc = $1 ORDER BY operator"}, Values(epc)));
  return ToCodes(rows);
}

absl::StatusOr<std::vector<Code>> ListCodes(store::ReadTx& tx, const CodeFilter& filter,
                                            const std::string& after, int limit) {
  // One text per way in: by the identifier, by the operator, by the division.
  static constexpr Sql kByEpc{
      "WHERE epc = $2 AND code > $1 AND ($3 = '' OR operator = $3) AND region >= $4 AND region <= "
      "$5 "
      "ORDER BY code LIMIT $6"};
  static constexpr Sql kByOperator{
      "WHERE operator = $3 AND code > $1 AND $2 = '' AND region >= $4 AND region <= $5 ORDER BY "
      "code "
      "LIMIT $6"};
  static constexpr Sql kByRegion{
      "WHERE code > $1 AND $2 = '' AND $3 = '' AND region >= $4 AND region <= $5 ORDER BY code "
      "LIMIT $6"};
  const Sql& sql = !filter.epc.empty()             ? kByEpc
                   : !filter.operator_name.empty() ? kByOperator
                                                   : kByRegion;
  ASSIGN_OR_RETURN(const auto rows,
                   kCodes.Select(tx, sql,
                                 Values(after, filter.epc, filter.operator_name,
                                        filter.region_first, filter.region_last, limit)));
  return ToCodes(rows);
}

absl::Status AddScans(store::WriteTx& tx, const ScanCounts& counts) {
  std::vector<std::vector<store::Value>> keys, rows;
  for (const auto& [key, count] : counts) keys.push_back(Values(key.first, key.second));
  ASSIGN_OR_RETURN(const auto known, kScans.FindAll(tx, keys));
  ScanCounts sums = counts;
  for (const Row& row : known) sums[{row.Text(0), row.Text(1)}] += row.Int(2);
  for (const auto& [key, count] : sums) rows.push_back(Values(key.first, key.second, count));
  return rows.empty() ? absl::OkStatus() : kScans.PutAll(tx, std::move(rows));
}

absl::StatusOr<std::vector<ScanRow>> ListScans(store::ReadTx& tx, const ScanFilter& filter,
                                               const ScanKey& after, int limit) {
  static constexpr Sql kOfOne{
      "WHERE epc = $1 AND day >= $2 AND day <= $3 AND day > $4 ORDER BY day LIMIT $5"};
  static constexpr Sql kOfCodes{
      "WHERE epc IN (SELECT c.epc FROM lookup_code c WHERE c.operator = $1 AND c.region >= $7 AND "
      "c.region <= $8) AND day >= $2 AND day <= $3 AND epc >= $4 AND (epc > $4 OR day > $5) ORDER "
      "BY epc, day LIMIT $6"};
  const std::string first = FormatDate(filter.first), last = FormatDate(filter.last);
  ASSIGN_OR_RETURN(
      const auto rows,
      filter.epc.empty()
          ? kScans.Select(tx, kOfCodes,
                          Values(filter.operator_name, first, last, after.first, after.second,
                                 limit, filter.codes_of.first, filter.codes_of.last))
          : kScans.Select(tx, kOfOne, Values(filter.epc, first, last, after.second, limit)));
  std::vector<ScanRow> scans;
  scans.reserve(rows.size());
  for (const Row& row : rows) scans.push_back({{row.Text(0), row.Text(1)}, row.Int(2)});
  return scans;
}

}  // namespace shian::trace::lookup
