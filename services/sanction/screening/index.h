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
#include "services/sanction/listing/entry.h"
#include "services/sanction/party/party.h"
#include "services/sanction/screening/match.h"

namespace shian::sanction {

struct Listed {
  Party party;
  std::vector<std::string> names;  // former ones too
  std::vector<Entry> entries;
};

struct Subject {
  std::string code;
  std::string name;
};

// Whose eyes, and which day.
struct View {
  absl::Time as_of;
  absl::Time known_at = absl::InfiniteFuture();
  absl::Time now;
  Viewer viewer;
};

struct Found {
  Party party;
  Entry entry;
  Likeness likeness;
};

struct Screened {
  Name asked;                // the subject's name, taken apart
  std::vector<Found> found;  // nearest first, at most limits::kMatchesMax
  bool truncated = false;
};

// Safe for several threads.
class Index {
 public:
  // What stands in it is what the changes up to here made.
  int64_t revision() const;
  // Takes the place of what was known about these parties.
  void Put(std::vector<Listed> parties, int64_t revision);

  struct Answer {
    std::vector<Screened> results;  // one per subject
    int64_t revision = 0;
  };
  // All subjects at one revision.
  Answer Find(const std::vector<Subject>& subjects, const View& view) const;

 private:
  struct Known {
    Listed listed;
    std::vector<Name> names;
    std::set<std::string> keys;
  };

  void Remove(const OperatorId& op) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Add(Known known) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::set<OperatorId> Candidates(const Subject& subject, const Name& name) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  Screened FindOne(const Subject& subject, const Name& name, const View& view) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  int64_t revision_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<OperatorId, Known> known_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::set<OperatorId>> by_key_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace shian::sanction
