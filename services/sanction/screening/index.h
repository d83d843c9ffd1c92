// The screening index: who is listed, found by code and by name. A read model in memory, built from
// the store and following its changes; ended entries stay in it as intervals, so that it can answer
// for any day.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/sanction/match/subject.h"
#include "services/sanction/screening/listed.h"
#include "services/sanction/screening/match.h"
#include "services/sanction/screening/packed.h"
#include "services/sanction/screening/postings.h"

namespace shian::sanction {

// Whose eyes, and which day.
struct View {
  absl::Time as_of;
  absl::Time known_at = absl::InfiniteFuture();
  absl::Time now;
  Viewer viewer;
  std::set<std::string> lists;  // which answer; none: those with joint effect
};

struct Found {
  Party party;
  ListedEntry entry;
  Likeness likeness;
  std::string matched_name;  // which of the party's names is the nearest; empty when none was asked
  bool disputed = false;     // a dispute about the entry was open on that day
};

struct Screened {
  names::Name asked;         // the subject's name, taken apart
  std::vector<Found> found;  // nearest first, at most limits::kMatchesMax
  bool truncated = false;
};

// Safe for several threads.
class Index {
 public:
  // What stands in it is what the changes up to here made.
  int64_t revision() const;
  // Takes the place of what was known about these parties. True when a name of them is to be
  // forgotten: it is in no list of theirs any more.
  bool Put(const std::vector<Listed>& parties, int64_t revision);

  struct Answer {
    std::vector<Screened> results;  // one per subject
    int64_t revision = 0;
  };
  // All subjects at one revision.
  Answer Find(const std::vector<Subject>& subjects, const View& view) const;
  // The same by looking at every party: what a search by keys is measured against.
  Answer FindByScan(const std::vector<Subject>& subjects, const View& view) const;

  // The ids of all that share a key with the subject: all that Find may find, and some more.
  std::vector<std::string> SharingKeys(const Subject& subject) const;

  // All of it, for Load of another process. Nobody is put in meanwhile. False, and not whole, when
  // it does not stand at `revision` (any more) or cannot be taken.
  bool Save(int64_t revision, ImageWriter* out) const;
  // What Save wrote, into an empty index. False when it is something else: then it stays empty.
  bool Load(ImageReader* in);

  // Memory in use, and parties in it.
  size_t bytes() const;
  size_t size() const;

 private:
  // A party with the nearest of its names.
  struct Candidate {
    uint32_t slot = 0;
    uint32_t name = 0;
    Comparison codes = Comparison::kMissing;
    names::Verdict by_name;
    Band band = Band::kDifferent;
    int score_milli = 0;
  };
  using Slots = std::vector<uint32_t>;

  // What can be made of a party without looking at the others.
  struct Prepared {
    std::string op;
    PackedParty party;
    std::vector<uint32_t> keys;
  };

  Prepared Prepare(const Listed& listed);
  bool Take(Prepared prepared) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Where the party stands; absent when it does not.
  std::optional<uint32_t> SlotOf(absl::string_view op) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void MergeIfNeeded() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Slots SlotsFor(const Subject& subject, const names::NameView& name) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  Candidate Look(uint32_t slot, const Subject& subject, const names::NameView& name) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  Found ToFound(const Candidate& candidate, size_t entry, const Subject& subject,
                const names::NameView& name) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // What is asked of each subject alike. `grounds` says which ones count, by number.
  struct Question {
    const View& view;
    std::vector<bool> grounds;
  };
  void Judge(const Slots& slots, const Subject& subject, const Question& question,
             Screened* out) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  int64_t revision_ ABSL_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<GroundTexts> grounds_ = std::make_unique<GroundTexts>();
  // A party keeps its slot. One that was taken out leaves it to another, to whom old keys then lead
  // as well: a key only says who is to be compared.
  std::vector<PackedParty> parties_ ABSL_GUARDED_BY(mutex_);
  std::vector<uint32_t> free_ ABSL_GUARDED_BY(mutex_);
  Postings postings_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace shian::sanction
