#include "services/registry/laboratory/store.h"

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
  return {"laboratory", "version",   "title",        "region",     "accreditation", "valid_from",
          "valid_to",   "scopes",    "reinspection", "affiliates", "system",        "suspended",
          "origin",     "source_id", "authority",    "document",   "recorded",      "content"};
}

const store::FactTable& Laboratories() {
  static const store::FactTable table("laboratory", Columns(), 1);
  return table;
}

const store::FactTable& FormerLaboratories() {
  static const store::FactTable table("laboratory_version", Columns(), 2);
  return table;
}

VersionedTable Versions() { return {Laboratories(), FormerLaboratories()}; }

constexpr int kContentColumn = 17;

Date DateOf(const std::string& text) {
  const absl::StatusOr<Date> date = ParseDate(text);
  SHIAN_CHECK(date.ok()) << "a stored date";
  return *date;
}

Laboratory LaboratoryOf(const Row& row) {
  Laboratory laboratory;
  laboratory.id = LaboratoryId(row.Text(0));
  laboratory.version = row.Int(1);
  laboratory.qualification = {row.Text(2),         row.Text(3),
                              row.Text(4),         DateOf(row.Text(5)),
                              DateOf(row.Text(6)), SplitItems(row.Text(7)),
                              row.Bool(8),         SplitItems(row.Text(9)),
                              row.Text(10),        row.Bool(11)};
  laboratory.provenance = {row.Text(12), row.Text(13), row.Text(14), row.Text(15),
                           FromMicros(row.Int(16))};
  return laboratory;
}

constexpr Sql kPresent{
    "WHERE laboratory > $1 AND region >= $2 AND region <= $3 "
    "AND (NOT $4 OR reinspection) ORDER BY laboratory LIMIT $5"};
// By the version recorded last by $6: the present one, or else the former one after which no other
// was recorded by then.
constexpr Sql kPresentRecordedBy{
    "WHERE laboratory > $1 AND region >= $2 AND region <= $3 "
    "AND (NOT $4 OR reinspection) AND recorded <= $6 ORDER BY laboratory LIMIT $5"};
constexpr Sql kFormerRecordedBy{
    "WHERE laboratory > $1 AND region >= $2 AND region <= $3 "
    "AND (NOT $4 OR reinspection) AND recorded <= $6 AND laboratory <= $7 "
    "AND NOT EXISTS (SELECT 1 FROM laboratory_version n "
    "WHERE n.laboratory = laboratory_version.laboratory "
    "AND n.version > laboratory_version.version AND n.recorded <= $6) "
    "AND NOT EXISTS (SELECT 1 FROM laboratory n "
    "WHERE n.laboratory = laboratory_version.laboratory AND n.recorded <= $6) "
    "ORDER BY laboratory LIMIT $5"};

}  // namespace

absl::StatusOr<std::optional<Laboratory>> FindLaboratory(store::ReadTx& tx, const LaboratoryId& id,
                                                         const Past& past) {
  static constexpr Sql kTail{
      "WHERE laboratory = $1 AND recorded <= $2 ORDER BY version DESC LIMIT 1"};
  ASSIGN_OR_RETURN(const std::optional<Row> row,
                   FindVersion(tx, Versions(), kTail, id.value(), past.recorded_by()));
  if (!row) return std::optional<Laboratory>();
  return std::optional<Laboratory>(LaboratoryOf(*row));
}

absl::StatusOr<std::optional<KnownLaboratory>> FindLaboratoryBySource(store::ReadTx& tx,
                                                                      absl::string_view origin,
                                                                      absl::string_view source_id) {
  ASSIGN_OR_RETURN(const std::vector<Row> rows,
                   Laboratories().Select(tx, {"WHERE origin = $1 AND source_id = $2"},
                                         Values(std::string(origin), std::string(source_id))));
  if (rows.empty()) return std::optional<KnownLaboratory>();
  return std::optional<KnownLaboratory>(
      KnownLaboratory{LaboratoryId(rows[0].Text(0)), rows[0].Int(1), rows[0].Blob(kContentColumn)});
}

absl::Status PutLaboratory(store::WriteTx& tx, const Laboratory& laboratory,
                           absl::string_view content) {
  RETURN_IF_ERROR(KeepVersion(tx, Versions(), laboratory.id.value()).status());
  const Qualification& q = laboratory.qualification;
  const Provenance& p = laboratory.provenance;
  return Laboratories().Put(
      tx,
      Values(laboratory.id.value(), laboratory.version, q.title, q.region, q.accreditation,
             FormatDate(q.valid_from), FormatDate(q.valid_to), JoinItems(q.scopes), q.reinspection,
             JoinItems(q.affiliates), q.system, q.suspended, p.origin, p.source_id, p.authority,
             p.document_sha256, ToMicros(p.recorded), store::Bytes{std::string(content)}));
}

absl::StatusOr<std::vector<Laboratory>> ListLaboratories(store::ReadTx& tx,
                                                         const LaboratoryQuery& query) {
  const RegionRange range =
      query.region.empty() ? RegionRange{"000000", "999999"} : RangeOf(query.region);
  std::vector<store::Value> args =
      Values(query.after, range.first, range.last, query.reinspection_only, query.count);
  std::vector<Row> rows;
  if (query.past.asked()) {
    args.push_back(ToMicros(query.past.recorded_by()));
    ASSIGN_OR_RETURN(rows, ListVersions(tx, Versions(), kPresentRecordedBy, kFormerRecordedBy,
                                        std::move(args), query.count));
  } else {
    ASSIGN_OR_RETURN(rows, Laboratories().Select(tx, kPresent, std::move(args)));
  }
  std::vector<Laboratory> laboratories;
  laboratories.reserve(rows.size());
  for (const Row& row : rows) laboratories.push_back(LaboratoryOf(row));
  return laboratories;
}

}  // namespace shian::registry
