#include "libs/store/open_matters.h"

#include "libs/base/status_macros.h"

namespace shian::store {
namespace {

// Written also where nothing changes, so that a removal at the same time is a conflict.
constexpr Sql kNote{
    "INSERT INTO open_matter (operator, matter, region, organisation, officer) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (operator, matter) DO UPDATE SET region = "
    "excluded.region, organisation = excluded.organisation, officer = excluded.officer"};
constexpr Sql kDrop{"DELETE FROM open_matter WHERE operator = $1 AND matter = $2"};
// The row values are what the index is entered by: a page begins where the one before ended.
constexpr Sql kOfRegion{
    "SELECT operator, matter, region, organisation, officer FROM open_matter "
    "WHERE (region, operator, matter) >= ($1, $2, $3) AND region < $4 "
    "AND ($5 = '' OR organisation = $5 OR (organisation = '' AND region = $6)) "
    "ORDER BY region, operator, matter LIMIT $7"};
constexpr Sql kOfOfficer{
    "SELECT operator, matter, region, organisation, officer FROM open_matter "
    "WHERE officer = $8 AND (region, operator, matter) >= ($1, $2, $3) AND region < $4 "
    "AND ($5 = '' OR organisation = $5 OR (organisation = '' AND region = $6)) "
    "ORDER BY region, operator, matter LIMIT $7"};

}  // namespace

absl::Status NoteOpen(WriteTx& tx, const OpenMatter& matter) {
  return tx.Post(kNote, Values(matter.operator_id, matter.matter, matter.region,
                               matter.organisation, matter.officer));
}

absl::Status DropOpen(WriteTx& tx, const std::string& operator_id, const std::string& matter) {
  return tx.Post(kDrop, Values(operator_id, matter));
}

absl::StatusOr<std::vector<OpenMatter>> ListOpen(ReadTx& tx, const OpenQuery& query) {
  const bool inside = query.from.region >= query.region_from;
  const OpenMatter first = inside ? query.from : OpenMatter{"", "", query.region_from, "", ""};
  std::vector<Value> args = Values(first.region, first.operator_id, first.matter, query.region_to,
                                   query.organisation, query.home, query.limit);
  if (!query.officer.empty()) args.push_back(ToValue(query.officer));
  ASSIGN_OR_RETURN(const auto rows,
                   tx.Query(query.officer.empty() ? kOfRegion : kOfOfficer, std::move(args)));
  std::vector<OpenMatter> matters;
  matters.reserve(rows.size());
  for (const Row& row : rows) {
    matters.push_back({row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4)});
  }
  return matters;
}

}  // namespace shian::store
