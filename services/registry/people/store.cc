#include "services/registry/people/store.h"

#include <utility>

#include "libs/base/check.h"
#include "libs/base/status_macros.h"
#include "libs/store/fact_table.h"
#include "services/registry/operator/lines.h"
#include "services/registry/operator/store.h"
#include "services/registry/operator/store_versions.h"

namespace shian::registry {
namespace {

using store::Row;
using store::Sql;
using store::Values;

std::vector<const char*> Columns() {
  return {"inspector",     "version",      "organisation", "region",   "card",
          "card_valid_to", "specialities", "conflicts",    "status",   "origin",
          "source_id",     "authority",    "document",     "recorded", "content"};
}

const store::FactTable& Inspectors() {
  static const store::FactTable table("inspector", Columns(), 1);
  return table;
}

const store::FactTable& FormerInspectors() {
  static const store::FactTable table("inspector_version", Columns(), 2);
  return table;
}

VersionedTable Versions() { return {Inspectors(), FormerInspectors()}; }

constexpr int kContentColumn = 14;

std::optional<Date> DateOf(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const absl::StatusOr<Date> date = ParseDate(text);
  SHIAN_CHECK(date.ok()) << "a stored date";
  return *date;
}

Inspector InspectorOf(const Row& row) {
  Inspector inspector;
  inspector.id = InspectorId(row.Text(0));
  inspector.version = row.Int(1);
  inspector.roster = {row.Text(2),
                      row.Text(3),
                      row.Text(4),
                      DateOf(row.Text(5)),
                      SplitItems(row.Text(6)),
                      SplitItems(row.Text(7)),
                      static_cast<Duty>(row.Int(8))};
  inspector.provenance = {row.Text(9), row.Text(10), row.Text(11), row.Text(12),
                          FromMicros(row.Int(13))};
  return inspector;
}

constexpr Sql kPresent{
    "WHERE inspector > $1 AND region >= $2 AND region <= $3 "
    "AND ($4 = 0 OR status = $4) ORDER BY inspector LIMIT $5"};
// By the version recorded last by $6: the present one, or else the former one after which no other
// was recorded by then.
constexpr Sql kPresentRecordedBy{
    "WHERE inspector > $1 AND region >= $2 AND region <= $3 "
    "AND ($4 = 0 OR status = $4) AND recorded <= $6 ORDER BY inspector LIMIT $5"};
constexpr Sql kFormerRecordedBy{
    "WHERE inspector > $1 AND region >= $2 AND region <= $3 "
    "AND ($4 = 0 OR status = $4) AND recorded <= $6 AND inspector <= $7 "
    "AND NOT EXISTS (SELECT 1 FROM inspector_version n "
    "WHERE n.inspector = inspector_version.inspector "
    "AND n.version > inspector_version.version AND n.recorded <= $6) "
    "AND NOT EXISTS (SELECT 1 FROM inspector n "
    "WHERE n.inspector = inspector_version.inspector AND n.recorded <= $6) "
    "ORDER BY inspector LIMIT $5"};

}  // namespace

absl::StatusOr<std::optional<Inspector>> FindInspector(store::ReadTx& tx, const InspectorId& id,
                                                       const Past& past) {
  static constexpr Sql kTail{
      "WHERE inspector = $1 AND recorded <= $2 ORDER BY version DESC LIMIT 1"};
  ASSIGN_OR_RETURN(const std::optional<Row> row,
                   FindVersion(tx, Versions(), kTail, id.value(), past.recorded_by()));
  if (!row) return std::optional<Inspector>();
  return std::optional<Inspector>(InspectorOf(*row));
}

absl::StatusOr<std::optional<KnownInspector>> FindInspectorBySource(store::ReadTx& tx,
                                                                    absl::string_view origin,
                                                                    absl::string_view source_id) {
  ASSIGN_OR_RETURN(const std::vector<Row> rows,
                   Inspectors().Select(tx, {"WHERE origin = $1 AND source_id = $2"},
                                       Values(std::string(origin), std::string(source_id))));
  if (rows.empty()) return std::optional<KnownInspector>();
  return std::optional<KnownInspector>(
      KnownInspector{InspectorId(rows[0].Text(0)), rows[0].Int(1), rows[0].Blob(kContentColumn)});
}

absl::Status PutInspector(store::WriteTx& tx, const Inspector& inspector,
                          absl::string_view content) {
  RETURN_IF_ERROR(KeepVersion(tx, Versions(), inspector.id.value()).status());
  const Roster& r = inspector.roster;
  const Provenance& p = inspector.provenance;
  return Inspectors().Put(
      tx, Values(inspector.id.value(), inspector.version, r.organisation, r.region, r.card,
                 r.card_valid_to ? FormatDate(*r.card_valid_to) : std::string(),
                 JoinItems(r.specialities), JoinItems(r.conflicts), static_cast<int64_t>(r.duty),
                 p.origin, p.source_id, p.authority, p.document_sha256, ToMicros(p.recorded),
                 store::Bytes{std::string(content)}));
}

absl::StatusOr<std::vector<Inspector>> ListInspectors(store::ReadTx& tx,
                                                      const InspectorQuery& query) {
  const RegionRange range = RangeOf(query.region);
  std::vector<store::Value> args =
      Values(query.after, range.first, range.last, static_cast<int64_t>(query.duty), query.count);
  std::vector<Row> rows;
  if (query.past.asked()) {
    args.push_back(ToMicros(query.past.recorded_by()));
    ASSIGN_OR_RETURN(rows, ListVersions(tx, Versions(), kPresentRecordedBy, kFormerRecordedBy,
                                        std::move(args), query.count));
  } else {
    ASSIGN_OR_RETURN(rows, Inspectors().Select(tx, kPresent, std::move(args)));
  }
  std::vector<Inspector> inspectors;
  inspectors.reserve(rows.size());
  for (const Row& row : rows) inspectors.push_back(InspectorOf(row));
  return inspectors;
}

}  // namespace shian::registry
