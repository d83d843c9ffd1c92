// Samples as rows: one per act, and one per sample for lists.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/store/store.h"
#include "services/inspection/sampling/sample.h"

namespace shian::inspection::sampling {

// Where the record comes from; empty parts for records made here.
struct Source {
  std::string origin, source_id, authority, document_sha256;
};

struct Stored {
  Sample sample;
  Source source;
  absl::Time recorded;  // of the first act
};

// "9141…-0007": the operator leads, so that a sample lies where its operator lies.
SampleId MakeSampleId(const std::string& operator_id, int64_t number);
absl::StatusOr<int64_t> NextNumber(store::ReadTx& tx, const std::string& operator_id);

// Applies `act` and writes it as the sample's next version.
absl::Status AppendAct(store::WriteTx& tx, Stored& stored, DatedAct act);

// As it was at `as_of` and known at `known_at`; NOT_FOUND when there was nothing.
absl::StatusOr<Stored> ReadSample(store::ReadTx& tx, const SampleId& id,
                                  absl::Time as_of = absl::InfiniteFuture(),
                                  absl::Time known_at = absl::InfiniteFuture());

// Empties the free texts of the operator's samples; every act stays.
absl::Status EraseSampleTexts(store::WriteTx& tx, const std::string& operator_id);

struct SampleFilter {
  std::string region;       // empty: by operator
  std::string operator_id;  // empty: by region
  int state = 0;            // 0: all
  int outcome = 0;          // 0: all
  absl::Time known_at = absl::InfiniteFuture();
  std::string after;  // id of the last one before
  int limit = 0;
};
absl::StatusOr<std::vector<Stored>> ListSamples(store::ReadTx& tx, const SampleFilter& filter);
// Served failures that may have lapsed.
absl::StatusOr<std::vector<Stored>> NotifiedSamples(store::ReadTx& tx);

// What {origin, source_id} was imported as, and the hash of that content.
struct Imported {
  std::string operator_id;
  int64_t number = 0;
  std::string content;
};
absl::StatusOr<std::optional<Imported>> FindImported(store::ReadTx& tx, const std::string& origin,
                                                     const std::string& source_id);
absl::Status PutImported(store::WriteTx& tx, const Source& source, const Imported& imported);

}  // namespace shian::inspection::sampling
