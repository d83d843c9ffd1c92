// Subjects that a system saved (关注主体), the entries they may be, and what is new of them.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/sanction/listing/entry.h"
#include "services/sanction/match/subject.h"
#include "services/sanction/screening/index.h"

namespace shian::sanction {

struct SavedId {
  std::string system;
  std::string list;
  std::string ref;

  auto operator<=>(const SavedId&) const = default;
};

struct SavedSubject {
  SavedId id;
  int64_t sequence = 0;  // grows with every change of any of them
  Subject subject;
  absl::Time saved;
  bool removed = false;  // its words are gone
};

// An entry that a subject may be.
struct SavedHit {
  OperatorId op;
  EntryId entry;
  Band band = Band::kSame;
  int score_milli = 0;

  bool operator==(const SavedHit&) const = default;
};

// The numbers are stored and never change; they are those of the API.
enum class AlertKind { kHit = 1, kChanged = 2, kCleared = 3 };

struct SubjectAlert {
  int64_t sequence = 0;
  AlertKind kind = AlertKind::kHit;
  SavedId subject;
  SavedHit hit;
  absl::Time recorded;
};

// What of an answer is a hit: what may be the subject itself. In the order of entries.
std::vector<SavedHit> HitsOf(const Screened& screened);
// Those of `now` and those of before that are not among them, for an answer that shows the nearest
// only.
std::vector<SavedHit> WithOlder(std::vector<SavedHit> now, const std::vector<SavedHit>& before);
// What is new; another score alone is nothing new. Both in the order of entries.
std::vector<SubjectAlert> NewsOf(const SavedId& subject, const std::vector<SavedHit>& before,
                                 const std::vector<SavedHit>& now);

// The saved subjects the other way round: which of them share a key with a listed party. So a
// change of the list costs what it concerns, however many are saved. Safe for several threads.
class SavedIndex {
 public:
  // Takes in subjects in the order of their changes.
  void Put(const std::vector<SavedSubject>& subjects);
  // What stands in it is what the changes up to here made.
  int64_t sequence() const { return index_.revision(); }
  bool empty() const { return index_.size() == 0; }
  // Those that may be found by this code or one of these names.
  std::vector<SavedId> Near(const std::string& code, const std::vector<std::string>& names) const;

 private:
  Index index_;
};

}  // namespace shian::sanction
