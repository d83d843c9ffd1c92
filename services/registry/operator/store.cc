#include "services/registry/operator/store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/store/fact_table.h"
#include "services/registry/operator/rules.h"
#include "services/registry/operator/store_rows.h"
#include "services/registry/operator/store_versions.h"

namespace shian::registry {
namespace {

using store::Bytes;
using store::FactTable;
using store::Row;
using store::Sql;
using store::Value;
using store::Values;

std::vector<const char*> CoreColumns() {
  return {"operator",  "version",         "region",     "kind",     "form",       "status",
          "office",    "food_categories", "floor_area", "diners",   "attributes", "origin",
          "source_id", "authority",       "document",   "recorded", "created"};
}

const FactTable& Operators() {
  static const FactTable table("operator", CoreColumns(), 1);
  return table;
}

const FactTable& FormerOperators() {
  static const FactTable table("operator_version", CoreColumns(), 2);
  return table;
}

VersionedTable Versions() { return {Operators(), FormerOperators()}; }

const FactTable& Payloads() {
  static const FactTable table("operator_payload",
                               {"operator", "title", "code", "sites", "licences", "posts"}, 1);
  return table;
}

const FactTable& FormerPayloads() {
  static const FactTable table(
      "operator_version_payload",
      {"operator", "version", "title", "code", "sites", "licences", "posts"}, 2);
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
                               {"operator", "listing", "valid_from", "valid_to", "cause",
                                "recorded", "end_recorded", "effect"},
                               2);
  return table;
}

// The payload of the version that `op` is. The present version has no row among the former ones.
absl::StatusOr<Payload> FindPayload(store::ReadTx& tx, const Operator& op, const Past& past) {
  if (past.asked()) {
    ASSIGN_OR_RETURN(const std::optional<Row> former,
                     FormerPayloads().Find(tx, Values(op.id.value(), op.version)));
    if (former) return PayloadOf(*former, 2);
  }
  ASSIGN_OR_RETURN(const std::optional<Row> payload, Payloads().Find(tx, Values(op.id.value())));
  return payload ? PayloadOf(*payload, 1) : Payload();
}

constexpr Sql kOfOperator{"WHERE operator = $1 ORDER BY listing"};

// That a present operator is going to be completed.
void ExpectComplete(store::ReadTx& tx, const std::string& id) {
  Payloads().ExpectFind(tx, Values(id));
  Restrictions().ExpectSelect(tx, kOfOperator, Values(id));
}

// Adds what stands in the other tables.
absl::Status Complete(store::ReadTx& tx, const Past& past, Operator* op) {
  ASSIGN_OR_RETURN(op->payload, FindPayload(tx, *op, past));
  ASSIGN_OR_RETURN(const std::vector<Row> restrictions,
                   Restrictions().Select(tx, kOfOperator, Values(op->id.value())));
  for (const Row& row : restrictions) {
    if (auto seen = SeenFrom(past, RestrictionOf(row))) {
      op->restrictions.push_back(*std::move(seen));
    }
  }
  if (op->core.status != Status::kErased) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::optional<Row> erasure, Erasures().Find(tx, Values(op->id.value())));
  if (erasure) op->erasure = ErasureOf(*erasure);
  return absl::OkStatus();
}

// Before the rows of `id` are replaced.
absl::Status KeepFormer(store::WriteTx& tx, const OperatorId& id) {
  ASSIGN_OR_RETURN(const int64_t version, KeepVersion(tx, Versions(), id.value()));
  ASSIGN_OR_RETURN(const std::optional<Row> payload, Payloads().Find(tx, Values(id.value())));
  if (!payload) return absl::OkStatus();
  std::vector<Value> values = payload->values();
  values.insert(values.begin() + 1, Value(version));
  return FormerPayloads().Insert(tx, std::move(values));
}

// What erasure leaves of the former versions: that they were, and what names nobody.
absl::Status EraseFormer(store::WriteTx& tx, const OperatorId& id) {
  ASSIGN_OR_RETURN(const std::vector<Row> rows,
                   FormerOperators().Select(tx, {"WHERE operator = $1"}, Values(id.value())));
  for (const Row& row : rows) {
    Operator former = CoreOf(row);
    former.core = WithoutContent(former.core);
    RETURN_IF_ERROR(FormerOperators().Put(tx, CoreValues(former)));
  }
  return tx
      .Execute({"DELETE FROM operator_version_payload WHERE operator = $1"}, Values(id.value()))
      .status();
}

absl::Status DropCodeKeys(store::WriteTx& tx, const OperatorId& id) {
  return tx.Execute({"DELETE FROM operator_code WHERE operator = $1"}, Values(id.value())).status();
}

absl::Status InsertCodeKey(store::WriteTx& tx, const OperatorId& id, absl::string_view code_key) {
  if (code_key.empty()) return absl::OkStatus();
  return Codes().Add(tx, Values(Bytes{std::string(code_key)}, id.value()));
}

std::vector<Value> SourceValues(const Operator& op, absl::string_view content) {
  return Values(op.provenance.origin, op.provenance.source_id, op.id.value(),
                Bytes{std::string(content)});
}

absl::Status PutSource(store::WriteTx& tx, const Operator& op, absl::string_view content) {
  return Sources().Put(tx, SourceValues(op, content));
}

// ---- Lists and counts --------------------------------------------------------------------------

constexpr Sql kCreatedBy{
    "WHERE operator > $1 AND region >= $2 AND region <= $3 AND created <= $4 "
    "AND ($5 = '' OR $5 LIKE '%,' || kind || ',%') AND ($6 = 0 OR status = $6) "
    "ORDER BY operator LIMIT $7"};

// A record is shown by its version recorded last by $4: the present one, or else the former one
// after which no other was recorded by then. The filters apply to the version shown.
constexpr Sql kPresentRecordedBy{
    "WHERE operator > $1 AND region >= $2 AND region <= $3 AND recorded <= $4 "
    "AND ($5 = '' OR $5 LIKE '%,' || kind || ',%') AND ($6 = 0 OR status = $6) "
    "ORDER BY operator LIMIT $7"};
constexpr Sql kFormerRecordedBy{
    "WHERE operator > $1 AND region >= $2 AND region <= $3 AND recorded <= $4 "
    "AND ($5 = '' OR $5 LIKE '%,' || kind || ',%') AND ($6 = 0 OR status = $6) "
    "AND operator <= $8 "
    "AND NOT EXISTS (SELECT 1 FROM operator_version n "
    "WHERE n.operator = operator_version.operator "
    "AND n.version > operator_version.version AND n.recorded <= $4) "
    "AND NOT EXISTS (SELECT 1 FROM operator n "
    "WHERE n.operator = operator_version.operator AND n.recorded <= $4) "
    "ORDER BY operator LIMIT $7"};

constexpr Sql kCountPresent{
    "SELECT kind, status, COUNT(*) FROM operator WHERE region >= $1 AND region <= $2 "
    "GROUP BY kind, status ORDER BY kind, status"};
constexpr Sql kCountRecordedBy{
    "SELECT kind, status, COUNT(*) FROM ("
    "SELECT kind, status FROM operator WHERE region >= $1 AND region <= $2 AND recorded <= $3 "
    "UNION ALL SELECT v.kind, v.status FROM operator_version v "
    "WHERE v.region >= $1 AND v.region <= $2 AND v.recorded <= $3 "
    "AND NOT EXISTS (SELECT 1 FROM operator_version n WHERE n.operator = v.operator "
    "AND n.version > v.version AND n.recorded <= $3) "
    "AND NOT EXISTS (SELECT 1 FROM operator n WHERE n.operator = v.operator "
    "AND n.recorded <= $3)) AS seen GROUP BY kind, status ORDER BY kind, status"};

}  // namespace

absl::StatusOr<std::optional<SourceEntry>> FindSource(store::ReadTx& tx, absl::string_view origin,
                                                      absl::string_view source_id) {
  ASSIGN_OR_RETURN(const std::optional<Row> row,
                   Sources().Find(tx, Values(std::string(origin), std::string(source_id))));
  if (!row) return std::optional<SourceEntry>();
  return std::optional<SourceEntry>(SourceEntry{OperatorId(row->Text(2)), row->Blob(3)});
}

absl::StatusOr<std::optional<Operator>> FindOperator(store::ReadTx& tx, const OperatorId& id,
                                                     const Past& past) {
  static constexpr Sql kTail{
      "WHERE operator = $1 AND recorded <= $2 ORDER BY version DESC LIMIT 1"};
  if (!past.asked()) ExpectComplete(tx, id.value());
  ASSIGN_OR_RETURN(const std::optional<Row> row,
                   past.asked() ? FindVersion(tx, Versions(), kTail, id.value(), past.recorded_by())
                                : Operators().Find(tx, Values(id.value())));
  if (!row) return std::optional<Operator>();
  Operator op = CoreOf(*row);
  RETURN_IF_ERROR(Complete(tx, past, &op));
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

absl::StatusOr<std::map<std::string, SourceEntry>> FindSources(
    store::ReadTx& tx, absl::string_view origin, const std::vector<std::string>& source_ids) {
  std::vector<std::vector<Value>> keys;
  keys.reserve(source_ids.size());
  for (const std::string& id : source_ids) keys.push_back(Values(origin, id));
  ASSIGN_OR_RETURN(const std::vector<Row> rows, Sources().FindAll(tx, keys));
  std::map<std::string, SourceEntry> entries;
  for (const Row& row : rows) {
    entries.emplace(row.Text(1), SourceEntry{OperatorId(row.Text(2)), row.Blob(3)});
  }
  return entries;
}

absl::StatusOr<std::set<std::string>> ExistingOperators(store::ReadTx& tx,
                                                        const std::vector<std::string>& ids) {
  std::vector<std::vector<Value>> keys;
  keys.reserve(ids.size());
  for (const std::string& id : ids) keys.push_back(Values(id));
  ASSIGN_OR_RETURN(const std::vector<Row> rows, Operators().FindAll(tx, keys));
  std::set<std::string> found;
  for (const Row& row : rows) found.insert(row.Text(0));
  return found;
}

absl::StatusOr<std::set<std::string>> HeldCodeKeys(store::ReadTx& tx,
                                                   const std::vector<std::string>& code_keys) {
  std::vector<std::vector<Value>> keys;
  keys.reserve(code_keys.size());
  for (const std::string& key : code_keys) keys.push_back(Values(Bytes{key}));
  ASSIGN_OR_RETURN(const std::vector<Row> rows, Codes().FindAll(tx, keys));
  std::set<std::string> held;
  for (const Row& row : rows) held.insert(row.Blob(0));
  return held;
}

absl::Status InsertOperators(store::WriteTx& tx, const std::vector<NewOperator>& operators) {
  std::vector<std::vector<Value>> cores, payloads, sources, codes;
  for (const NewOperator& fresh : operators) {
    const Operator& op = fresh.op;
    cores.push_back(CoreValues(op));
    payloads.push_back(PayloadValues(op));
    sources.push_back(SourceValues(op, fresh.content));
    if (!fresh.code_key.empty()) codes.push_back(Values(Bytes{fresh.code_key}, op.id.value()));
  }
  RETURN_IF_ERROR(Operators().AddAll(tx, std::move(cores)));
  RETURN_IF_ERROR(Payloads().AddAll(tx, std::move(payloads)));
  RETURN_IF_ERROR(Sources().AddAll(tx, std::move(sources)));
  return Codes().AddAll(tx, std::move(codes));
}

absl::Status UpdateOperator(store::WriteTx& tx, const Operator& op, absl::string_view content,
                            absl::string_view code_key) {
  RETURN_IF_ERROR(KeepFormer(tx, op.id));
  RETURN_IF_ERROR(Operators().Put(tx, CoreValues(op)));
  RETURN_IF_ERROR(Payloads().Put(tx, PayloadValues(op)));
  RETURN_IF_ERROR(PutSource(tx, op, content));
  RETURN_IF_ERROR(DropCodeKeys(tx, op.id));
  return InsertCodeKey(tx, op.id, code_key);
}

absl::Status EraseOperatorRows(store::WriteTx& tx, const Operator& op, const ErasureOrder& order,
                               const ErasureActor& actor) {
  RETURN_IF_ERROR(KeepVersion(tx, Versions(), op.id.value()).status());
  RETURN_IF_ERROR(EraseFormer(tx, op.id));
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
  return Restrictions().Put(tx, RestrictionValues(id, restriction));
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
  const Past& past = query.past;
  std::vector<Value> args = Values(query.after, range.first, range.last,
                                   ToMicros(past.asked() ? past.recorded_by() : query.known_at),
                                   kinds, static_cast<int64_t>(query.status), query.count);
  std::vector<Operator> operators;
  if (!past.asked()) {
    RETURN_IF_ERROR(Operators().ForEach(tx, kCreatedBy, std::move(args), [&](const Row& row) {
      operators.push_back(CoreOf(row));
      return absl::OkStatus();
    }));
    return operators;
  }
  ASSIGN_OR_RETURN(const std::vector<Row> rows,
                   ListVersions(tx, Versions(), kPresentRecordedBy, kFormerRecordedBy,
                                std::move(args), query.count));
  for (const Row& row : rows) operators.push_back(CoreOf(row));
  return operators;
}

absl::StatusOr<std::vector<Operator>> ListOperators(store::ReadTx& tx, const OperatorQuery& query) {
  ASSIGN_OR_RETURN(std::vector<Operator> operators, ListCores(tx, query));
  if (!query.past.asked()) {
    for (const Operator& op : operators) ExpectComplete(tx, op.id.value());
  }
  for (Operator& op : operators) RETURN_IF_ERROR(Complete(tx, query.past, &op));
  return operators;
}

absl::StatusOr<std::vector<KindCount>> CountOperators(store::ReadTx& tx, absl::string_view region,
                                                      const Past& past) {
  const RegionRange range = RangeOf(region);
  std::vector<Value> args = Values(range.first, range.last);
  if (past.asked()) args.push_back(ToMicros(past.recorded_by()));
  std::vector<KindCount> counts;
  RETURN_IF_ERROR(tx.ForEach(
      past.asked() ? kCountRecordedBy : kCountPresent, std::move(args), [&](const Row& row) {
        counts.push_back(
            {static_cast<Kind>(row.Int(0)), static_cast<Status>(row.Int(1)), row.Int(2)});
        return absl::OkStatus();
      }));
  return counts;
}

}  // namespace shian::registry
