#ifndef SHIAN_SERVICES_CTL_VERIFY_LISTING_H_
#define SHIAN_SERVICES_CTL_VERIFY_LISTING_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/ledger/verify.h"
#include "shian/sanction/v1/changes.pb.h"
#include "shian/sanction/v1/listing_proof.pb.h"

namespace shian::ctl {

inline constexpr char kListingPublishedType[] = "shian.public.sanction.listing.published";
inline constexpr char kListingEndedType[] = "shian.public.sanction.listing.ended";

// "operators/7/entries/1" -> "operators/7"; empty when it is no entry's name.
std::string OperatorOfListing(const std::string& entry);
// What a public entry says when it is such a card and was not erased. Nothing is proved by that.
std::optional<shian::sanction::v1::ListingCard> ListingCardIn(
    const shian::ledger::v1::Entry& entry);
std::optional<shian::sanction::v1::ListingEndedCard> ListingEndIn(
    const shian::ledger::v1::Entry& entry);

// What a bundle proves of an entry of a list at its checkpoint.
struct ListingFinding {
  enum class End {
    kEnded,      // its end is in the log
    kNotEnded,   // all of the log was there, and no end in it
    kNotProved,  // neither
  };
  ledger::Checkpoint checkpoint;
  shian::sanction::v1::ListingCard card;
  End end = End::kNotProved;
  shian::sanction::v1::ListingEndedCard ended;  // the last one
};

// A pure function over the bundle, as VerifyProof. An error says what does not hold.
absl::StatusOr<ListingFinding> VerifyListing(const shian::sanction::v1::ListingProof& proof,
                                             const std::string& pinned_key);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_VERIFY_LISTING_H_
