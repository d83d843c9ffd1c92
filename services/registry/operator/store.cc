#include "services/registry/operator/store.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/encoding.h"
#include "libs/base/status_macros.h"
#include "libs/store/fact_table.h"
#include "services/registry/operator/lines.h"

namespace shian::registry {
namespace {

using store::Bytes;
using store::FactTable;
using store::Row;
using store::Value;
using store::Values;

const FactTable& Operators() {
  static const FactTable table("operator",
                               {"operator", "version", "region", "kind", "form", "status", "office",
                                "food_categories", "floor_area", "diners", "attributes", "origin",
                                "source_id", "authority", "document", "recorded", "created"},
                               1);
  return table;
}

const FactTable& Payloads() {
  static const FactTable table("operator_payload",
                               {"operator", "title", "code", "sites", "licences", "posts"}, 1);
  return table;
}

const FactTable& Sources() {
  static const FactTable table("operator_source", {"origin", "source_id", "operator", "content"},
                               2);
  return table;
}

const FactTable& Codes() {
  static const FactTable table("operator_code", {"code_key", "operator"}, 1);
  return table;
}

const FactTable& Erasures() {
  static const FactTable table(
      "operator_erasure",
      {"operator", "document_number", "authority", "document", "order_date", "statute", "article",
       "person", "organisation", "erased"},
      1);
  return table;
}

const FactTable& Restrictions() {
  static const FactTable table("operator_restriction",
                               {"operator", "listing", "valid_from", "valid_to", "cause"}, 2);
  return table;
}

// ---- Lists in text columns -------------------------------------------------------------------

std::string NumberCell(const std::optional<int32_t>& number) {
  return number ? absl::StrCat(*number) : "";
}

// What stands here was written by us and passed its digest: a cell that does not parse is a fault
// of the program.
template <class T>
std::optional<T> CellNumber(const std::string& cell) {
  if (cell.empty()) return std::nullopt;
  T number = 0;
  SHIAN_CHECK(absl::SimpleAtoi(cell, &number)) << "a number cell";
  return number;
}

std::string DateCell(const std::optional<Date>& date) { return date ? FormatDate(*date) : ""; }

std::optional<Date> CellDate(const std::string& cell) {
  if (cell.empty()) return std::nullopt;
  const absl::StatusOr<Date> date = ParseDate(cell);
  SHIAN_CHECK(date.ok()) << "a date cell";
  return *date;
}

std::string SitesText(const std::vector<Site>& sites) {
  std::vector<Cells> rows;
  for (const Site& site : sites) {
    rows.push_back({absl::StrCat(site.number), site.address, site.region, site.town,
                    NumberCell(site.longitude_microdegrees), NumberCell(site.latitude_microdegrees),
                    site.gln});
  }
  return JoinLines(rows);
}

std::vector<Site> ParseSites(const std::string& text) {
  std::vector<Site> sites;
  for (const Cells& row : SplitLines(text)) {
    CHECK_EQ(row.size(), 7u) << "cells of a site";
    sites.push_back({*CellNumber<int>(row[0]), row[1], row[2], row[3], CellNumber<int32_t>(row[4]),
                     CellNumber<int32_t>(row[5]), row[6]});
  }
  return sites;
}

std::string LicencesText(const std::vector<Licence>& licences) {
  std::vector<Cells> rows;
  for (const Licence& licence : licences) {
    rows.push_back({licence.number, licence.scope, DateCell(licence.from), DateCell(licence.to)});
  }
  return JoinLines(rows);
}

std::vector<Licence> ParseLicences(const std::string& text) {
  std::vector<Licence> licences;
  for (const Cells& row : SplitLines(text)) {
    CHECK_EQ(row.size(), 4u) << "cells of a licence";
    licences.push_back({row[0], row[1], CellDate(row[2]), CellDate(row[3])});
  }
  return licences;
}

std::string PostsText(const std::vector<PostHolder>& posts) {
  std::vector<Cells> rows;
  for (const PostHolder& holder : posts) {
    const KeyedHash identity = holder.identity.value_or(KeyedHash());
    rows.push_back({absl::StrCat(static_cast<int>(holder.post)), holder.name, identity.key_id,
                    HexEncode(identity.hash)});
  }
  return JoinLines(rows);
}

std::vector<PostHolder> ParsePosts(const std::string& text) {
  std::vector<PostHolder> posts;
  for (const Cells& row : SplitLines(text)) {
    CHECK_EQ(row.size(), 4u) << "cells of a post";
    PostHolder holder;
    holder.post = static_cast<Post>(*CellNumber<int>(row[0]));
    holder.name = row[1];
    if (!row[2].empty()) holder.identity = KeyedHash{row[2], HexDecode(row[3]).value_or("")};
    posts.push_back(std::move(holder));
  }
  return posts;
}

std::string AttributesText(const std::vector<Attribute>& attributes) {
  std::vector<Cells> rows;
  for (const Attribute& attribute : attributes) rows.push_back({attribute.key, attribute.value});
  return JoinLines(rows);
}

std::vector<Attribute> ParseAttributes(const std::string& text) {
  std::vector<Attribute> attributes;
  for (const Cells& row : SplitLines(text)) attributes.push_back({row[0], row[1]});
  return attributes;
}

// ---- Rows ------------------------------------------------------------------------------------

Value Optional(const std::optional<int64_t>& number) {
  return number ? Value(*number) : Value(std::monostate());
}

std::optional<int64_t> OptionalInt(const Row& row, int column) {
  return row.IsNull(column) ? std::nullopt : std::optional<int64_t>(row.Int(column));
}

constexpr int kFloorAreaColumn = 8;
constexpr int kDinersColumn = 9;

std::vector<Value> CoreValues(const Operator& op) {
  const Core& core = op.core;
  std::vector<Value> values =
      Values(op.id.value(), op.version, core.region, static_cast<int64_t>(core.kind),
             static_cast<int64_t>(core.form), static_cast<int64_t>(core.status), core.office,
             JoinItems(core.food_categories), std::monostate(), std::monostate(),
             AttributesText(core.attributes), op.provenance.origin, op.provenance.source_id,
             op.provenance.authority, op.provenance.document_sha256,
             ToMicros(op.provenance.recorded), ToMicros(op.created));
  values[kFloorAreaColumn] = Optional(core.floor_area_m2);
  values[kDinersColumn] = Optional(core.diners);
  return values;
}

std::vector<Value> PayloadValues(const Operator& op) {
  const Payload& payload = op.payload;
  return Values(op.id.value(), payload.title, payload.code, SitesText(payload.sites),
                LicencesText(payload.licences), PostsText(payload.posts));
}

Operator CoreOf(const Row& row) {
  Operator op;
  op.id = OperatorId(row.Text(0));
  op.version = row.Int(1);
  op.core.region = row.Text(2);
  op.core.kind = static_cast<Kind>(row.Int(3));
  op.core.form = static_cast<Form>(row.Int(4));
  op.core.status = static_cast<Status>(row.Int(5));
  op.core.office = row.Text(6);
  op.core.food_categories = SplitItems(row.Text(7));
  op.core.floor_area_m2 = OptionalInt(row, kFloorAreaColumn);
  op.core.diners = OptionalInt(row, kDinersColumn);
  op.core.attributes = ParseAttributes(row.Text(10));
  op.provenance = {row.Text(11), row.Text(12), row.Text(13), row.Text(14), FromMicros(row.Int(15))};
  op.created = FromMicros(row.Int(16));
  return op;
}

Payload PayloadOf(const Row& row) {
  return {row.Text(1), row.Text(2), ParseSites(row.Text(3)), ParseLicences(row.Text(4)),
          ParsePosts(row.Text(5))};
}

Restriction RestrictionOf(const Row& row) {
  return {row.Text(1), *CellDate(row.Text(2)), CellDate(row.Text(3)), row.Text(4)};
}

ErasureOrder ErasureOf(const Row& row) {
  return {row.Text(1), row.Text(2), row.Text(3), *CellDate(row.Text(4)), row.Text(5), row.Text(6)};
}

// Adds what stands in the other tables.
absl::Status Complete(store::ReadTx& tx, Operator* op) {
  ASSIGN_OR_RETURN(const std::optional<Row> payload, Payloads().Find(tx, Values(op->id.value())));
  if (payload) op->payload = PayloadOf(*payload);
  ASSIGN_OR_RETURN(
      const std::vector<Row> restrictions,
      Restrictions().Select(tx, {"WHERE operator = $1 ORDER BY listing"}, Values(op->id.value())));
  for (const Row& row : restrictions) op->restrictions.push_back(RestrictionOf(row));
  if (op->core.status != Status::kErased) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::optional<Row> erasure, Erasures().Find(tx, Values(op->id.value())));
  if (erasure) op->erasure = ErasureOf(*erasure);
  return absl::OkStatus();
}

absl::Status DropCodeKeys(store::WriteTx& tx, const OperatorId& id) {
  return tx.Execute({"DELETE FROM operator_code WHERE operator = $1"}, Values(id.value())).status();
}

absl::Status InsertCodeKey(store::WriteTx& tx, const OperatorId& id, absl::string_view code_key) {
  if (code_key.empty()) return absl::OkStatus();
  return Codes().Insert(tx, Values(Bytes{std::string(code_key)}, id.value()));
}

absl::Status PutSource(store::WriteTx& tx, const Operator& op, absl::string_view content) {
  return Sources().Put(tx, Values(op.provenance.origin, op.provenance.source_id, op.id.value(),
                                  Bytes{std::string(content)}));
}

}  // namespace

absl::StatusOr<std::optional<SourceEntry>> FindSource(store::ReadTx& tx, absl::string_view origin,
                                                      absl::string_view source_id) {
  ASSIGN_OR_RETURN(const std::optional<Row> row,
                   Sources().Find(tx, Values(std::string(origin), std::string(source_id))));
  if (!row) return std::optional<SourceEntry>();
  return std::optional<SourceEntry>(SourceEntry{OperatorId(row->Text(2)), row->Blob(3)});
}

absl::StatusOr<std::optional<Operator>> FindOperator(store::ReadTx& tx, const OperatorId& id) {
  ASSIGN_OR_RETURN(const std::optional<Row> row, Operators().Find(tx, Values(id.value())));
  if (!row) return std::optional<Operator>();
  Operator op = CoreOf(*row);
  RETURN_IF_ERROR(Complete(tx, &op));
  return std::optional<Operator>(std::move(op));
}

absl::StatusOr<bool> OperatorExists(store::ReadTx& tx, const OperatorId& id) {
  ASSIGN_OR_RETURN(const std::optional<Row> row,
                   tx.QueryOne({"SELECT 1 FROM operator WHERE operator = $1"}, Values(id.value())));
  return row.has_value();
}

absl::StatusOr<std::optional<OperatorId>> FindByCodeKey(store::ReadTx& tx,
                                                        absl::string_view code_key) {
  ASSIGN_OR_RETURN(const std::optional<Row> row,
                   Codes().Find(tx, Values(Bytes{std::string(code_key)})));
  if (!row) return std::optional<OperatorId>();
  return std::optional<OperatorId>(OperatorId(row->Text(1)));
}

absl::Status InsertOperator(store::WriteTx& tx, const Operator& op, absl::string_view content,
                            absl::string_view code_key) {
  RETURN_IF_ERROR(Operators().Insert(tx, CoreValues(op)));
  RETURN_IF_ERROR(Payloads().Insert(tx, PayloadValues(op)));
  RETURN_IF_ERROR(PutSource(tx, op, content));
  return InsertCodeKey(tx, op.id, code_key);
}

absl::Status UpdateOperator(store::WriteTx& tx, const Operator& op, absl::string_view content,
                            absl::string_view code_key) {
  RETURN_IF_ERROR(Operators().Put(tx, CoreValues(op)));
  RETURN_IF_ERROR(Payloads().Put(tx, PayloadValues(op)));
  RETURN_IF_ERROR(PutSource(tx, op, content));
  RETURN_IF_ERROR(DropCodeKeys(tx, op.id));
  return InsertCodeKey(tx, op.id, code_key);
}

absl::Status EraseOperatorRows(store::WriteTx& tx, const Operator& op, const ErasureOrder& order,
                               const ErasureActor& actor) {
  RETURN_IF_ERROR(Operators().Put(tx, CoreValues(op)));
  RETURN_IF_ERROR(Payloads().Delete(tx, Values(op.id.value())));
  RETURN_IF_ERROR(DropCodeKeys(tx, op.id));
  RETURN_IF_ERROR(PutSource(tx, op, ""));
  return Erasures().Insert(
      tx, Values(op.id.value(), order.document_number, order.authority, order.document_sha256,
                 FormatDate(order.order_date), order.statute, order.article, actor.person,
                 actor.organisation, ToMicros(tx.now())));
}

absl::Status PutRestriction(store::WriteTx& tx, const OperatorId& id,
                            const Restriction& restriction) {
  return Restrictions().Put(tx,
                            Values(id.value(), restriction.listing, FormatDate(restriction.from),
                                   DateCell(restriction.to), restriction.cause));
}

absl::StatusOr<std::optional<Restriction>> FindRestriction(store::ReadTx& tx, const OperatorId& id,
                                                           absl::string_view listing) {
  ASSIGN_OR_RETURN(const std::optional<Row> row,
                   Restrictions().Find(tx, Values(id.value(), std::string(listing))));
  if (!row) return std::optional<Restriction>();
  return std::optional<Restriction>(RestrictionOf(*row));
}

RegionRange RangeOf(absl::string_view region) {
  std::string first(region);
  std::string last(region);
  for (size_t i = last.size(); i >= 2 && last.substr(i - 2, 2) == "00"; i -= 2) {
    last.replace(i - 2, 2, "99");
  }
  return {std::move(first), std::move(last)};
}

absl::StatusOr<std::vector<Operator>> ListCores(store::ReadTx& tx, const OperatorQuery& query) {
  // Kinds as one text, ",2,3,": the statement stays a constant whatever was asked for.
  std::string kinds;
  for (const Kind kind : query.kinds) absl::StrAppend(&kinds, ",", static_cast<int>(kind), ",");
  const RegionRange range = RangeOf(query.region);
  std::vector<Operator> operators;
  RETURN_IF_ERROR(Operators().ForEach(
      tx,
      {"WHERE operator > $1 AND region >= $2 AND region <= $3 AND created <= $4 "
       "AND ($5 = '' OR $5 LIKE '%,' || kind || ',%') AND ($6 = 0 OR status = $6) "
       "ORDER BY operator LIMIT $7"},
      Values(query.after, range.first, range.last, ToMicros(query.known_at), kinds,
             static_cast<int64_t>(query.status), query.count),
      [&](const Row& row) {
        operators.push_back(CoreOf(row));
        return absl::OkStatus();
      }));
  return operators;
}

absl::StatusOr<std::vector<Operator>> ListOperators(store::ReadTx& tx, const OperatorQuery& query) {
  ASSIGN_OR_RETURN(std::vector<Operator> operators, ListCores(tx, query));
  for (Operator& op : operators) RETURN_IF_ERROR(Complete(tx, &op));
  return operators;
}

absl::StatusOr<std::vector<KindCount>> CountOperators(store::ReadTx& tx, absl::string_view region) {
  const RegionRange range = RangeOf(region);
  std::vector<KindCount> counts;
  RETURN_IF_ERROR(
      tx.ForEach({"SELECT kind, status, COUNT(*) FROM operator WHERE region >= $1 AND region <= $2 "
                  "GROUP BY kind, status ORDER BY kind, status"},
                 Values(range.first, range.last), [&](const Row& row) {
                   counts.push_back({static_cast<Kind>(row.Int(0)), static_cast<Status>(row.Int(1)),
                                     row.Int(2)});
                   return absl::OkStatus();
                 }));
  return counts;
}

}  // namespace shian::registry
