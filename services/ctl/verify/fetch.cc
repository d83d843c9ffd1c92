#include "services/ctl/verify/fetch.h"

#include <optional>
#include <utility>
#include <vector>

#include "libs/ledger/verify.h"
#include "services/ctl/verify/listing.h"

namespace shian::ctl {
namespace {

namespace pb = shian::ledger::v1;

constexpr int kPage = 500;
constexpr char kService[] = "sanction";

// A signed state of the public log, and its size.
struct Signed {
  pb::GetCheckpointResponse checkpoint;
  int64_t size = 0;
};

absl::StatusOr<Signed> LatestOf(Session& session, const std::string& service) {
  pb::GetCheckpointRequest wanted;
  wanted.set_log(pb::LOG_PUBLIC);
  Signed out;
  ASSIGN_OR_RETURN(out.checkpoint,
                   Ask<pb::GetCheckpointResponse>(session, service, "GetCheckpoint", wanted));
  ASSIGN_OR_RETURN(const auto claimed, ledger::ReadNoteUnverified(out.checkpoint.note()));
  out.size = claimed.size;
  return out;
}

absl::StatusOr<pb::ProofBundle> BundleOf(Session& session, const std::string& service,
                                         const pb::Entry& entry, const Signed& latest) {
  ASSIGN_OR_RETURN(const auto proof, Inclusion(session, service, entry.sequence(), latest.size));
  pb::ProofBundle bundle;
  *bundle.mutable_entry() = entry;
  bundle.set_note(latest.checkpoint.note());
  bundle.set_verifier_key(latest.checkpoint.verifier_key());
  *bundle.mutable_inclusion_hashes() = proof.hashes();
  return bundle;
}

// Public entries after `after` up to `size`, of one subject or of all.
absl::StatusOr<std::vector<pb::Entry>> EntriesAfter(Session& session, int64_t after, int64_t size,
                                                    const std::string& subject) {
  std::vector<pb::Entry> entries;
  while (after < size) {
    pb::ListLeavesRequest request;
    request.set_after_sequence(after);
    request.set_page_size(kPage);
    request.set_subject(subject);
    ASSIGN_OR_RETURN(auto page,
                     Ask<pb::ListLeavesResponse>(session, kService, "ListLeaves", request));
    if (page.entries().empty()) break;
    after = page.last_sequence();
    for (pb::Entry& entry : *page.mutable_entries()) {
      if (entry.sequence() <= size) entries.push_back(std::move(entry));
    }
  }
  return entries;
}

// A leaf is all that the proof needs of an entry that is no end of this operator's.
pb::Entry Bare(pb::Entry entry, const std::string& subject) {
  if (entry.leaf().type() == kListingEndedType && entry.leaf().subject() == subject) return entry;
  entry.clear_record_time();
  entry.clear_salt();
  entry.clear_payload();
  return entry;
}

absl::Status AddWhatFollows(Session& session, const Signed& latest, const std::string& subject,
                            const std::vector<pb::Entry>& of_subject,
                            sanction::v1::ListingProof* proof) {
  const int64_t sequence = proof->published().entry().sequence();
  if (latest.size - sequence > kLaterLeavesMax) {
    for (const pb::Entry& entry : of_subject) {
      const auto card = ListingEndIn(entry);
      if (!card || card->entry() != proof->entry()) continue;
      ASSIGN_OR_RETURN(*proof->add_ended(), BundleOf(session, kService, entry, latest));
    }
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const auto before, Inclusion(session, kService, sequence, sequence));
  *proof->mutable_before_hashes() = before.hashes();
  ASSIGN_OR_RETURN(std::vector<pb::Entry> later, EntriesAfter(session, sequence, latest.size, ""));
  for (pb::Entry& entry : later) *proof->add_later() = Bare(std::move(entry), subject);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<pb::GetInclusionProofResponse> Inclusion(Session& session,
                                                        const std::string& service,
                                                        int64_t sequence, int64_t size) {
  pb::GetInclusionProofRequest request;
  request.set_log(pb::LOG_PUBLIC);
  request.set_leaf_index(sequence - 1);
  request.set_tree_size(size);
  return Ask<pb::GetInclusionProofResponse>(session, service, "GetInclusionProof", request);
}

absl::StatusOr<pb::ProofBundle> FetchProof(Session& session, const std::string& service,
                                           int64_t sequence) {
  pb::ListLeavesRequest list;
  list.set_after_sequence(sequence - 1);
  list.set_page_size(1);
  ASSIGN_OR_RETURN(const auto page,
                   Ask<pb::ListLeavesResponse>(session, service, "ListLeaves", list));
  if (page.entries().empty() || page.entries(0).sequence() != sequence) {
    return absl::NotFoundError(absl::StrCat("no public entry ", sequence, " in ", service));
  }
  ASSIGN_OR_RETURN(const Signed latest, LatestOf(session, service));
  return BundleOf(session, service, page.entries(0), latest);
}

absl::StatusOr<sanction::v1::ListingProof> FetchListingProof(Session& session,
                                                             const std::string& entry) {
  const std::string subject = OperatorOfListing(entry);
  if (subject.empty()) {
    return absl::InvalidArgumentError("the form is operators/{operator}/entries/{entry}");
  }
  ASSIGN_OR_RETURN(const Signed latest, LatestOf(session, kService));
  ASSIGN_OR_RETURN(const auto entries, EntriesAfter(session, 0, latest.size, subject));
  sanction::v1::ListingProof proof;
  proof.set_entry(entry);
  for (const pb::Entry& one : entries) {
    const auto card = ListingCardIn(one);
    if (!card || card->entry() != entry) continue;
    ASSIGN_OR_RETURN(*proof.mutable_published(), BundleOf(session, kService, one, latest));
    break;
  }
  if (!proof.has_published()) {
    return absl::NotFoundError(
        absl::StrCat("the public log of size ", latest.size, " has no card of ", entry));
  }
  RETURN_IF_ERROR(AddWhatFollows(session, latest, subject, entries, &proof));
  return proof;
}

}  // namespace shian::ctl
