// The screening index: who is listed, found by code and by name. A read model in memory, built from
// the store and following its changes; ended entries stay in it as intervals, so that it can answer
// for any day.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/sanction/screening/listed.h"
#include "services/sanction/screening/match.h"
#include "services/sanction/screening/packed.h"
#include "services/sanction/screening/postings.h"

namespace shian::sanction {

struct Subject {
  std::string code;  // 统一社会信用代码
  std::string name;
  std::string organisation;  // 组织机构代码, where only that is known: a part of the code
};

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
  // Takes the place of what was known about these parties.
  void Put(const std::vector<Listed>& parties, int64_t revision);

  struct Answer {
    std::vector<Screened> results;  // one per subject
    int64_t revision = 0;
  };
  // All subjects at one revision.
  Answer Find(const std::vector<Subject>& subjects, const View& view) const;
  // The same by looking at every party: what a search by keys is measured against.
  Answer FindByScan(const std::vector<Subject>& subjects, const View& view) const;

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
    uint64_t op = 0;
    PackedParty party;
    std::vector<uint32_t> keys;
  };

  Prepared Prepare(const Listed& listed);
  void Take(Prepared prepared) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
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
  GroundTexts grounds_;
  // A party keeps its slot. One that was taken out leaves it to another, to whom old keys then lead
  // as well: a key only says who is to be compared.
  std::vector<PackedParty> parties_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<uint64_t, uint32_t> slot_of_ ABSL_GUARDED_BY(mutex_);
  std::vector<uint32_t> free_ ABSL_GUARDED_BY(mutex_);
  Postings postings_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace shian::sanction
