// Parties, and the erasable texts and documents of every matter here.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/store/store.h"
#include "services/sanction/party/matter.h"
#include "services/sanction/party/party.h"

namespace shian::sanction {

// ---- Parties
// --------------------------------------------------------------------------------------

// Keeps what the registry says. A changed name or code is a further row. True when it changed.
absl::StatusOr<bool> PutParty(store::WriteTx& tx, const Party& party);
// Absent when nobody told of it; name and code are empty after erasure.
absl::StatusOr<std::optional<Party>> FindParty(store::ReadTx& tx, const OperatorId& op);
// The same; one of whom nobody told has an id and nothing else.
absl::StatusOr<Party> PartyOf(store::ReadTx& tx, const OperatorId& op);
// A party with all its names, former ones first.
struct NamedParty {
  Party party;
  std::vector<std::string> names;
  std::vector<std::string> codes;  // former ones too
};
absl::StatusOr<NamedParty> PartyWithNames(store::ReadTx& tx, const OperatorId& op);
// What people wrote about one matter.
absl::Status EraseTexts(store::WriteTx& tx, const Matter& matter);
// 依法删除: names, codes, texts and documents' titles of the operator in every matter.
absl::Status EraseParty(store::WriteTx& tx, const OperatorId& op);

// ---- Texts and documents of a matter ("cases/7")
// ---------------------------------------------------

absl::Status PutText(store::WriteTx& tx, const Matter& matter, int sequence, absl::string_view part,
                     absl::string_view text);
absl::Status PutDocuments(store::WriteTx& tx, const Matter& matter, int sequence,
                          const std::vector<Document>& documents);
struct Written {
  int sequence = 0;
  std::string part;
  std::string text;
};
absl::StatusOr<std::vector<Written>> TextsOf(store::ReadTx& tx, const Matter& matter);
struct Attached {
  int sequence = 0;
  Document document;
};
absl::StatusOr<std::vector<Attached>> DocumentsOf(store::ReadTx& tx, const Matter& matter);

std::string EncodeClocks(const std::vector<StartedClock>& clocks);
std::vector<StartedClock> DecodeClocks(absl::string_view text);

// $1 to $5 of a page's statement: region from, region to, id after, operator after, limit.
std::vector<store::Value> PageArgs(const PageQuery& query);

}  // namespace shian::sanction
