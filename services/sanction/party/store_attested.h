// Which matters here are records made elsewhere.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/store/store.h"
#include "services/sanction/party/attested.h"
#include "services/sanction/party/matter.h"
#include "shian/common/v1/provenance.pb.h"

namespace shian::sanction {

absl::Status InsertAttested(store::WriteTx& tx, const Matter& matter, const AttestedRecord& record);
// Absent for what was made here.
absl::StatusOr<std::optional<AttestedRecord>> FindAttested(store::ReadTx& tx, const Matter& matter);
// RECORD_ATTESTED when the matter was made elsewhere.
absl::Status CheckOurs(store::ReadTx& tx, const Matter& matter);
// Says so in the provenance of an answer.
absl::Status NameOrigin(store::ReadTx& tx, const Matter& matter,
                        common::v1::Provenance* provenance);

template <class Shown>
absl::StatusOr<Shown> WithOrigin(store::ReadTx& tx, const Matter& matter, Shown shown) {
  const absl::Status named = NameOrigin(tx, matter, shown.mutable_provenance());
  if (!named.ok()) return named;
  return shown;
}

// How far a foreign record has been taken in, by {kind, origin, source_id}.
struct AttestedSource {
  Matter matter;
  std::string content;  // SHA-256 of what was stated, without its end
  std::string end;      // as it was stated; empty while none was
};
absl::StatusOr<std::optional<AttestedSource>> FindAttestedSource(store::ReadTx& tx,
                                                                 absl::string_view kind,
                                                                 absl::string_view origin,
                                                                 absl::string_view source_id);
absl::Status PutAttestedSource(store::WriteTx& tx, absl::string_view kind, absl::string_view origin,
                               absl::string_view source_id, const AttestedSource& source);

}  // namespace shian::sanction
