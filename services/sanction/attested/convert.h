// Rows of attested imports <-> domain.
#pragma once

#include "absl/status/statusor.h"
#include "libs/codes/identity.h"
#include "services/sanction/attested/attested.h"
#include "services/sanction/party/convert.h"
#include "shian/common/v1/import.pb.h"
#include "shian/sanction/v1/attested_service.pb.h"

namespace shian::sanction::convert {

// The head of any of the three chunks, and that it has 1 to 500 rows.
template <class Chunk>
absl::StatusOr<AttestedHead> ToHead(const Chunk& chunk, const Actor& actor);

AttestedPenalty ToAttested(const v1::PenaltyRow& row, Date today);
AttestedEntry ToAttested(const v1::EntryRow& row, Date today);
AttestedBan ToAttested(const v1::BanRow& row, Date today, const codes::IdentityHasher& hasher);

common::v1::RowVerdict ToVerdict(int64_t line, common::v1::RowOutcome outcome, std::string name);
// What is wrong with a row, by `wrong`'s fields; values are left out, for they may be a person's.
common::v1::RowVerdict ToVerdict(int64_t line, const absl::Status& wrong);

// ---- implementation ----------------------------------------------------------------------------

absl::StatusOr<AttestedHead> HeadOf(const std::string& origin, const std::string& authority,
                                    const std::string& region, int rows, const Actor& actor);

template <class Chunk>
absl::StatusOr<AttestedHead> ToHead(const Chunk& chunk, const Actor& actor) {
  return HeadOf(chunk.origin(), chunk.authority(), chunk.region(), chunk.rows_size(), actor);
}

}  // namespace shian::sanction::convert
