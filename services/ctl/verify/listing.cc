#include "services/ctl/verify/listing.h"

#include <bit>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "services/ctl/verify/proof.h"

namespace shian::ctl {
namespace {

namespace pb = shian::ledger::v1;
using sanction::v1::ListingProof;
using End = ListingFinding::End;

template <class Card>
std::optional<Card> CardIn(const pb::Entry& entry, const char* type) {
  Card card;
  const bool is = entry.leaf().type() == type && entry.leaf().log() == pb::LOG_PUBLIC &&
                  !entry.salt().empty() && card.ParseFromString(entry.payload());
  return is ? std::optional<Card>(std::move(card)) : std::nullopt;
}

// The root of a tree as its leaves come: perfect subtrees from the left, each larger than the next.
class Frontier {
 public:
  // `before` are the hashes of the perfect subtrees of `size` leaves, the smallest first.
  Frontier(int64_t size, const google::protobuf::RepeatedPtrField<std::string>& before)
      : size_(size), peaks_(before.rbegin(), before.rend()) {}

  void Add(std::string leaf_hash) {
    peaks_.push_back(std::move(leaf_hash));
    for (int64_t size = size_++; (size & 1) != 0; size >>= 1) Join();
  }

  std::string Root() const {
    std::string root = peaks_.back();
    for (size_t i = peaks_.size() - 1; i-- > 0;) root = ledger::HashChildren(peaks_[i], root);
    return root;
  }

 private:
  void Join() {
    const std::string right = std::move(peaks_.back());
    peaks_.pop_back();
    peaks_.back() = ledger::HashChildren(peaks_.back(), right);
  }

  int64_t size_;
  std::vector<std::string> peaks_;
};

// The leaves that follow are all that there are: with them the signed root comes out.
absl::Status ProveComplete(const ListingProof& proof, const ledger::Checkpoint& checkpoint) {
  const pb::Entry& card = proof.published().entry();
  const int64_t before = card.sequence() - 1;
  if (proof.before_hashes_size() != std::popcount(static_cast<uint64_t>(before))) {
    return absl::DataLossError("the hashes before the card are not those of its place");
  }
  Frontier tree(before, proof.before_hashes());
  tree.Add(LeafHashOf(card.leaf()));
  int64_t sequence = card.sequence();
  for (const pb::Entry& entry : proof.later()) {
    if (entry.sequence() != ++sequence) {
      return absl::DataLossError(absl::StrCat("leaf ", sequence, " is not among the later ones"));
    }
    tree.Add(LeafHashOf(entry.leaf()));
  }
  if (sequence != checkpoint.size || tree.Root() != checkpoint.root) {
    return absl::DataLossError("the later leaves are not those of the signed log");
  }
  return absl::OkStatus();
}

// An end of one of this operator's entries; whether of this one its payload tells.
absl::Status TakeEnd(const ListingProof& proof, const pb::Entry& entry, ListingFinding* finding) {
  if (entry.leaf().type() != kListingEndedType) return absl::OkStatus();
  if (entry.leaf().subject() != proof.published().entry().leaf().subject()) {
    return absl::OkStatus();
  }
  if (entry.salt().empty()) {
    // Erased, or left out: it may be this entry's.
    if (finding->end == End::kNotEnded) finding->end = End::kNotProved;
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(
      ledger::VerifyCommitment(entry.leaf().commitment(), entry.salt(), entry.payload()));
  const auto card = ListingEndIn(entry);
  if (!card) return absl::DataLossError("the card of an end does not decode");
  if (card->entry() != proof.entry()) return absl::OkStatus();
  finding->end = End::kEnded;
  finding->ended = *card;
  return absl::OkStatus();
}

absl::Status JudgeWhole(const ListingProof& proof, ListingFinding* finding) {
  RETURN_IF_ERROR(ProveComplete(proof, finding->checkpoint));
  finding->end = End::kNotEnded;
  for (const pb::Entry& entry : proof.later()) RETURN_IF_ERROR(TakeEnd(proof, entry, finding));
  return absl::OkStatus();
}

absl::Status JudgeShown(const ListingProof& proof, const std::string& key,
                        ListingFinding* finding) {
  for (const pb::ProofBundle& ended : proof.ended()) {
    ASSIGN_OR_RETURN(const ledger::Checkpoint under, VerifyProof(ended, key));
    if (under.root != finding->checkpoint.root || under.size != finding->checkpoint.size) {
      return absl::DataLossError("the end stands under another checkpoint than the card");
    }
    RETURN_IF_ERROR(TakeEnd(proof, ended.entry(), finding));
  }
  return absl::OkStatus();
}

}  // namespace

std::string OperatorOfListing(const std::string& entry) {
  const std::vector<std::string> parts = absl::StrSplit(entry, '/');
  const bool is = parts.size() == 4 && parts[0] == "operators" && parts[2] == "entries" &&
                  !parts[1].empty() && !parts[3].empty();
  return is ? absl::StrCat("operators/", parts[1]) : "";
}

std::optional<sanction::v1::ListingCard> ListingCardIn(const pb::Entry& entry) {
  return CardIn<sanction::v1::ListingCard>(entry, kListingPublishedType);
}

std::optional<sanction::v1::ListingEndedCard> ListingEndIn(const pb::Entry& entry) {
  return CardIn<sanction::v1::ListingEndedCard>(entry, kListingEndedType);
}

absl::StatusOr<ListingFinding> VerifyListing(const ListingProof& proof,
                                             const std::string& pinned_key) {
  const std::string key = pinned_key.empty() ? proof.published().verifier_key() : pinned_key;
  ListingFinding finding;
  ASSIGN_OR_RETURN(finding.checkpoint, VerifyProof(proof.published(), key));
  const pb::Entry& entry = proof.published().entry();
  if (entry.salt().empty()) {
    return absl::FailedPreconditionError(
        "the card was erased by law: it proves that it was published, and no more of whom");
  }
  const auto card = ListingCardIn(entry);
  if (!card || card->entry() != proof.entry() ||
      entry.leaf().subject() != OperatorOfListing(proof.entry())) {
    return absl::DataLossError(absl::StrCat("the public entry is no card of ", proof.entry()));
  }
  finding.card = *card;
  const bool whole = entry.sequence() + proof.later_size() == finding.checkpoint.size;
  RETURN_IF_ERROR(whole ? JudgeWhole(proof, &finding) : JudgeShown(proof, key, &finding));
  return finding;
}

}  // namespace shian::ctl
