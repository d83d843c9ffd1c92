#include "services/sanction/document/store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {
namespace {

using store::FactTable;
using store::Row;
using store::Sql;
using store::Values;

constexpr size_t kSha256Chars = 64;
constexpr int kNoYear = 0;

const FactTable& DocumentTable() {
  static const auto* const kTable =
      new FactTable("document",
                    {"operator", "document", "matter", "kind", "title", "act", "number", "series",
                     "year", "ordinal", "region", "organisation", "issued", "person", "card",
                     "sha256", "size_bytes", "replaces", "template_revision"},
                    2);
  return *kTable;
}

const FactTable& CounterTable() {
  static const auto* const kTable =
      new FactTable("document_counter", {"organisation", "series", "year", "last"}, 3);
  return *kTable;
}

// The page lies with the other texts, so that it is erased with them.
Matter MatterOf(const IssuedDocument& document) {
  return {document.op, "documents/" + document.id.value()};
}
constexpr int kPageSequence = 1;
constexpr char kPagePart[] = "page";

IssuedDocument ToDocument(const Row& row) {
  IssuedDocument document;
  document.op = OperatorId(row.Text(0));
  document.id = DocumentId(row.Text(1));
  document.matter = row.Text(2);
  document.kind = row.Text(3);
  document.title = row.Text(4);
  document.act = row.Text(5);
  document.number = row.Text(6);
  document.series = row.Text(7);
  document.year = static_cast<int>(row.Int(8));
  document.serial = row.Int(9);
  document.region = row.Text(10);
  document.organisation = row.Text(11);
  document.issued = FromMicros(row.Int(12));
  document.actor = {row.Text(13), row.Text(11), row.Text(14)};
  document.sha256 = row.Text(15);
  document.size_bytes = row.Int(16);
  document.replaces = DocumentId(row.Text(17));
  document.template_revision = row.Text(18);
  return document;
}

absl::StatusOr<std::vector<IssuedDocument>> Select(store::ReadTx& tx, const Sql& tail,
                                                   std::vector<store::Value> args) {
  ASSIGN_OR_RETURN(const auto rows, DocumentTable().Select(tx, tail, std::move(args)));
  std::vector<IssuedDocument> documents;
  documents.reserve(rows.size());
  for (const Row& row : rows) documents.push_back(ToDocument(row));
  return documents;
}

}  // namespace

absl::StatusOr<int64_t> TakeDocumentNumber(store::WriteTx& tx, const std::string& organisation,
                                           const std::string& series, int year) {
  ASSIGN_OR_RETURN(const auto row, CounterTable().Find(tx, Values(organisation, series, year)));
  const int64_t number = (row ? row->Int(3) : 0) + 1;
  RETURN_IF_ERROR(CounterTable().Put(tx, Values(organisation, series, year, number)));
  return number;
}

absl::StatusOr<bool> TakeGivenNumber(store::WriteTx& tx, const IssuedDocument& document) {
  // No number word has a slash.
  const std::string series = absl::StrCat(document.kind, "/", document.number);
  ASSIGN_OR_RETURN(const int64_t taken,
                   TakeDocumentNumber(tx, document.organisation, series, kNoYear));
  return taken == 1;
}

absl::Status InsertDocument(store::WriteTx& tx, const IssuedDocument& document,
                            absl::string_view page) {
  RETURN_IF_ERROR(DocumentTable().Insert(
      tx, Values(document.op.value(), document.id.value(), document.matter, document.kind,
                 document.title, document.act, document.number, document.series, document.year,
                 document.serial, document.region, document.organisation, ToMicros(document.issued),
                 document.actor.person, document.actor.card, document.sha256, document.size_bytes,
                 document.replaces.value(), document.template_revision)));
  return PutText(tx, MatterOf(document), kPageSequence, kPagePart, page);
}

absl::StatusOr<std::optional<IssuedDocument>> FindDocument(store::ReadTx& tx, const OperatorId& op,
                                                           absl::string_view id_or_sha256) {
  const std::string id(id_or_sha256);
  if (id.size() != kSha256Chars) {
    ASSIGN_OR_RETURN(const auto row, DocumentTable().Find(tx, Values(op.value(), id)));
    if (!row) return std::nullopt;
    return ToDocument(*row);
  }
  ASSIGN_OR_RETURN(const auto found,
                   Select(tx, Sql{"WHERE operator = $1 AND sha256 = $2 ORDER BY document LIMIT 1"},
                          Values(op.value(), id)));
  if (found.empty()) return std::nullopt;
  return found.front();
}

absl::StatusOr<std::string> PageOf(store::ReadTx& tx, const IssuedDocument& document) {
  ASSIGN_OR_RETURN(const auto texts, TextsOf(tx, MatterOf(document)));
  return texts.empty() ? std::string() : texts.front().text;
}

absl::StatusOr<DocumentId> ReplacedBy(store::ReadTx& tx, const IssuedDocument& document) {
  ASSIGN_OR_RETURN(
      const auto found,
      Select(tx, Sql{"WHERE operator = $1 AND replaces = $2 ORDER BY document LIMIT 1"},
             Values(document.op.value(), document.id.value())));
  return found.empty() ? DocumentId() : found.front().id;
}

absl::StatusOr<std::string> MatterOfIssued(store::ReadTx& tx, const OperatorId& op,
                                           absl::string_view sha256) {
  ASSIGN_OR_RETURN(
      const auto row,
      tx.QueryOne(Sql{"SELECT matter FROM document WHERE operator = $1 AND sha256 = $2 LIMIT 1"},
                  Values(op.value(), std::string(sha256))));
  return row ? row->Text(0) : std::string();
}

absl::StatusOr<std::vector<IssuedDocument>> ListDocuments(store::ReadTx& tx,
                                                          const DocumentQuery& query) {
  const int64_t known_at = ToMicros(query.known_at);
  if (!query.op.empty()) {
    return Select(tx,
                  Sql{"WHERE operator = $1 AND matter = $2 AND document > $3 AND issued <= $4 "
                      "ORDER BY document LIMIT $5"},
                  Values(query.op.value(), query.matter, query.after, known_at, query.limit));
  }
  const RegionRange range = RangeOf(query.region);
  return Select(tx,
                Sql{"WHERE organisation = $1 AND year = $2 AND region >= $3 AND region < $4 AND "
                    "document > $5 AND issued <= $6 ORDER BY document LIMIT $7"},
                Values(query.organisation, query.year, range.from, range.to, query.after, known_at,
                       query.limit));
}

}  // namespace shian::sanction
