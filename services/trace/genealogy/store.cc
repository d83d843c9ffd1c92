#include "services/trace/genealogy/store.h"

#include "libs/base/status_macros.h"
#include "libs/store/fact_table.h"
#include "services/trace/capture/epc.h"

namespace shian::trace::genealogy {
namespace {

const store::FactTable kPlaces("genealogy_place", {"operator", "gln", "region", "title"}, 2);

// A column of the place or party `uri`; empty when nobody registered it.
absl::StatusOr<std::string> ColumnAt(store::ReadTx& tx, const std::string& uri, int column) {
  const std::string gln = GlnOf(uri);
  if (gln.empty()) return std::string();
  ASSIGN_OR_RETURN(const auto rows,
                   kPlaces.Select(tx, store::Sql{"WHERE gln = $1 ORDER BY operator LIMIT 1"},
                                  store::Values(gln)));
  // Rows of before have no title.
  const bool stated = !rows.empty() && !rows.front().IsNull(column);
  return stated ? rows.front().Text(column) : std::string();
}

}  // namespace

absl::Status PutPlaces(store::WriteTx& tx, const std::string& operator_name,
                       const std::vector<Place>& places) {
  RETURN_IF_ERROR(tx.Execute(store::Sql{"DELETE FROM genealogy_place WHERE operator = $1"},
                             store::Values(operator_name))
                      .status());
  for (const Place& place : places) {
    RETURN_IF_ERROR(
        kPlaces.Put(tx, store::Values(operator_name, place.gln, place.region, place.title)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Place>> PlacesOf(store::ReadTx& tx, const std::string& operator_name) {
  ASSIGN_OR_RETURN(const auto rows,
                   kPlaces.Select(tx, store::Sql{"WHERE operator = $1 ORDER BY gln"},
                                  store::Values(operator_name)));
  std::vector<Place> places;
  for (const auto& row : rows) places.push_back({row.Text(1), row.Text(2)});
  return places;
}

absl::StatusOr<std::string> OperatorAt(store::ReadTx& tx, const std::string& uri) {
  return ColumnAt(tx, uri, 0);
}

absl::StatusOr<std::string> TitleAt(store::ReadTx& tx, const std::string& uri) {
  return ColumnAt(tx, uri, 3);
}

absl::StatusOr<std::string> RegionAt(store::ReadTx& tx, const std::string& uri) {
  return ColumnAt(tx, uri, 2);
}

}  // namespace shian::trace::genealogy
