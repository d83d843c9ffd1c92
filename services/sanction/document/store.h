// Issued documents, their pages and the numbers they take.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/store/store.h"
#include "services/sanction/document/document.h"

namespace shian::sanction {

// The next number of a series: from 1, without gaps in the organisation and year, since a write
// that fails gives its number back.
absl::StatusOr<int64_t> TakeDocumentNumber(store::WriteTx& tx, const std::string& organisation,
                                           const std::string& series, int year);
// A number that an act was given before is a series of one: false when that one has been taken.
absl::StatusOr<bool> TakeGivenNumber(store::WriteTx& tx, const IssuedDocument& document);

// With its page, which is erased with the texts of its party.
absl::Status InsertDocument(store::WriteTx& tx, const IssuedDocument& document,
                            absl::string_view page);

// By its id, or by the SHA-256 of its page.
absl::StatusOr<std::optional<IssuedDocument>> FindDocument(store::ReadTx& tx, const OperatorId& op,
                                                           absl::string_view id_or_sha256);
// Empty after erasure.
absl::StatusOr<std::string> PageOf(store::ReadTx& tx, const IssuedDocument& document);
// The one that replaces it; empty while none does.
absl::StatusOr<DocumentId> ReplacedBy(store::ReadTx& tx, const IssuedDocument& document);
// The matter ("cases/…") of the document about this operator with this page; empty when none was
// issued here.
absl::StatusOr<std::string> MatterOfIssued(store::ReadTx& tx, const OperatorId& op,
                                           absl::string_view sha256);

// Those of a matter, or of an organisation and year in a region and everything below it.
struct DocumentQuery {
  OperatorId op;  // empty: by organisation
  std::string matter;
  std::string organisation;
  int year = 0;
  std::string region;
  absl::Time known_at;
  std::string after;  // id of the last one before
  int limit = 0;
};
absl::StatusOr<std::vector<IssuedDocument>> ListDocuments(store::ReadTx& tx,
                                                          const DocumentQuery& query);

}  // namespace shian::sanction
