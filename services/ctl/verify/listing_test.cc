#include "services/ctl/verify/listing.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "libs/base/random.h"
#include "libs/base/time.h"
#include "libs/ledger/leaf.h"
#include "libs/ledger/signer.h"
#include "libs/rpc/convert.h"
#include "services/ctl/verify/proof.h"

namespace shian::ctl {
namespace {

namespace pb = shian::ledger::v1;
using End = ListingFinding::End;
using sanction::v1::ListingProof;

constexpr char kName[] = "shian.sanction/410902/public/1";
constexpr char kOperator[] = "operators/914403001922038216";
constexpr char kEntry[] = "operators/914403001922038216/entries/e1";

std::string RootOf(const std::vector<std::string>& hashes, size_t begin, size_t end) {
  if (end - begin == 1) return hashes[begin];
  size_t left = 1;
  while (left * 2 < end - begin) left *= 2;
  return ledger::HashChildren(RootOf(hashes, begin, begin + left),
                              RootOf(hashes, begin + left, end));
}

// RFC 9162 2.1.3.1.
std::vector<std::string> PathOf(const std::vector<std::string>& hashes, size_t index, size_t begin,
                                size_t end) {
  if (end - begin == 1) return {};
  size_t left = 1;
  while (left * 2 < end - begin) left *= 2;
  const bool in_left = index - begin < left;
  std::vector<std::string> path = in_left ? PathOf(hashes, index, begin, begin + left)
                                          : PathOf(hashes, index, begin + left, end);
  path.push_back(in_left ? RootOf(hashes, begin + left, end) : RootOf(hashes, begin, begin + left));
  return path;
}

// A public log in memory.
struct PublicLog {
  std::unique_ptr<ledger::Signer> signer = ledger::Signer::Generate();
  std::vector<pb::Entry> entries;
  std::vector<std::string> hashes;

  void Add(const std::string& type, const std::string& subject, const std::string& payload) {
    pb::Entry entry;
    entry.set_sequence(static_cast<int64_t>(entries.size()) + 1);
    entry.set_salt(std::string(32, 's'));
    entry.set_payload(payload);
    pb::Leaf* leaf = entry.mutable_leaf();
    leaf->set_origin("shian.sanction/410902");
    leaf->set_log(pb::LOG_PUBLIC);
    leaf->set_epoch(1);
    leaf->set_type(type);
    leaf->set_subject(subject);
    leaf->set_region("410902");
    *leaf->mutable_time() = rpc::ToProto(StartOfDay(Date(2025, 3, 3)));
    leaf->set_commitment(ledger::Commit(entry.salt(), payload));
    hashes.push_back(LeafHashOf(*leaf));
    entries.push_back(std::move(entry));
  }
  void Publish(const std::string& entry = kEntry) {
    sanction::v1::ListingCard card;
    card.set_operator_(kOperator);
    card.set_entry(entry);
    Add(kListingPublishedType, kOperator, card.SerializeAsString());
  }
  void EndIt(const std::string& entry = kEntry,
             sanction::v1::EntryState how = sanction::v1::ENTRY_STATE_REPAIRED) {
    sanction::v1::ListingEndedCard card;
    card.set_operator_(kOperator);
    card.set_entry(entry);
    card.set_how(how);
    Add(kListingEndedType, kOperator, card.SerializeAsString());
  }
  void Others(int count) {
    for (int i = 0; i < count; ++i) {
      Add("shian.public.sanction.penalty.published", "operators/other", "x");
    }
  }

  std::string key() const { return signer->VerifierKey(kName); }
  pb::ProofBundle BundleOf(size_t index) const {
    pb::ProofBundle bundle;
    *bundle.mutable_entry() = entries[index];
    const auto size = static_cast<int64_t>(hashes.size());
    bundle.set_note(signer->SignNote(
        kName, ledger::CheckpointBody({kName, size, RootOf(hashes, 0, hashes.size())})));
    bundle.set_verifier_key(key());
    for (const std::string& hash : PathOf(hashes, index, 0, hashes.size())) {
      bundle.add_inclusion_hashes(hash);
    }
    return bundle;
  }
  ListingProof ProofOf(size_t index, bool whole = true) const {
    ListingProof proof;
    proof.set_entry(kEntry);
    *proof.mutable_published() = BundleOf(index);
    if (!whole) return proof;
    for (const std::string& hash : PathOf(hashes, index, 0, index + 1)) {
      proof.add_before_hashes(hash);
    }
    for (size_t i = index + 1; i < entries.size(); ++i) *proof.add_later() = entries[i];
    return proof;
  }
};

TEST_CASE("a listing is proved in every place of a log, with all that follows") {
  for (int before = 0; before < 9; ++before) {
    for (int after = 0; after < 9; ++after) {
      PublicLog log;
      log.Others(before);
      log.Publish();
      log.Others(after);
      const auto finding = VerifyListing(log.ProofOf(before), log.key());
      INFO(before << " " << after << " " << finding.status());
      REQUIRE(finding.ok());
      CHECK(finding->end == End::kNotEnded);
      CHECK(finding->card.entry() == kEntry);
      log.EndIt();
      log.Others(2);
      const auto ended = VerifyListing(log.ProofOf(before), log.key());
      REQUIRE(ended.ok());
      CHECK(ended->end == End::kEnded);
      CHECK(ended->ended.how() == sanction::v1::ENTRY_STATE_REPAIRED);
    }
  }
}

TEST_CASE("no later leaf can be left out, changed or moved") {
  PublicLog log;
  log.Others(5);
  log.Publish();
  log.Others(2);
  log.EndIt();
  log.Others(3);
  const ListingProof whole = log.ProofOf(5);
  ListingProof swapped = whole;
  *swapped.mutable_later(2) = whole.later(3);
  swapped.mutable_later(2)->set_sequence(whole.later(2).sequence());
  CHECK(absl::IsDataLoss(VerifyListing(swapped, log.key()).status()));
  ListingProof other_past = whole;
  other_past.mutable_before_hashes(0)->front() ^= 1;
  CHECK(absl::IsDataLoss(VerifyListing(other_past, log.key()).status()));
  // With one less it is no proof of absence any more, and says so.
  ListingProof cut = whole;
  cut.mutable_later()->DeleteSubrange(2, 1);
  const auto finding = VerifyListing(cut, log.key());
  REQUIRE(finding.ok());
  CHECK(finding->end == End::kNotProved);
}

TEST_CASE("another entry's end is none of this one's, and an erased one tells nothing") {
  PublicLog log;
  log.Publish();
  log.EndIt("operators/914403001922038216/entries/e2");
  CHECK(VerifyListing(log.ProofOf(0), log.key())->end == End::kNotEnded);
  ListingProof erased = log.ProofOf(0);
  erased.mutable_later(0)->clear_salt();
  erased.mutable_later(0)->clear_payload();
  CHECK(VerifyListing(erased, log.key())->end == End::kNotProved);
  ListingProof forged = log.ProofOf(0);
  sanction::v1::ListingEndedCard card;
  forged.mutable_later(0)->set_payload(card.SerializeAsString());
  CHECK(absl::IsDataLoss(VerifyListing(forged, log.key()).status()));
}

TEST_CASE("an end is proved by itself where the rest is too much") {
  PublicLog log;
  log.Publish();
  log.Others(3);
  log.EndIt(kEntry, sanction::v1::ENTRY_STATE_ANNULLED);
  ListingProof proof = log.ProofOf(0, false);
  CHECK(VerifyListing(proof, log.key())->end == End::kNotProved);
  *proof.add_ended() = log.BundleOf(4);
  const auto finding = VerifyListing(proof, log.key());
  REQUIRE(finding.ok());
  CHECK(finding->end == End::kEnded);
  CHECK(finding->ended.how() == sanction::v1::ENTRY_STATE_ANNULLED);
}

TEST_CASE("a card of another entry, another key and an erased card are refused") {
  PublicLog log;
  log.Publish("operators/914403001922038216/entries/e7");
  CHECK(absl::IsDataLoss(VerifyListing(log.ProofOf(0), log.key()).status()));
  PublicLog good;
  good.Publish();
  CHECK_FALSE(VerifyListing(good.ProofOf(0), log.key()).ok());
  ListingProof erased = good.ProofOf(0);
  erased.mutable_published()->mutable_entry()->clear_salt();
  erased.mutable_published()->mutable_entry()->clear_payload();
  CHECK(absl::IsFailedPrecondition(VerifyListing(erased, good.key()).status()));
  CHECK_FALSE(VerifyListing(ListingProof(), good.key()).ok());
}

}  // namespace
}  // namespace shian::ctl
