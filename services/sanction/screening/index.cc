#include "services/sanction/screening/index.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "services/sanction/screening/limits.h"

namespace shian::sanction {
namespace {

std::string CodeKey(const std::string& code) { return "c" + code; }

bool InView(const Entry& entry, const View& view) {
  return StateAt(entry, view.as_of, view.known_at) == EntryState::kInForce &&
         VisibleTo(entry, view.viewer, view.now);
}

// The nearest of the party's names.
Likeness NearestName(const Name& asked, const std::vector<Name>& names) {
  Likeness best;
  for (const Name& name : names) {
    Likeness likeness = CompareNames(asked, name);
    const bool nearer =
        std::tuple(likeness.band, -likeness.score_milli) < std::tuple(best.band, -best.score_milli);
    if (nearer || best.features.empty()) best = std::move(likeness);
  }
  return best;
}

bool Nearer(const Found& a, const Found& b) {
  return std::tuple(a.likeness.band, -a.likeness.score_milli, a.entry.id) <
         std::tuple(b.likeness.band, -b.likeness.score_milli, b.entry.id);
}

}  // namespace

int64_t Index::revision() const {
  absl::ReaderMutexLock lock(&mutex_);
  return revision_;
}

void Index::Put(std::vector<Listed> parties, int64_t revision) {
  std::vector<Known> all;
  for (Listed& listed : parties) {
    Known known;
    for (const std::string& name : listed.names) {
      known.names.push_back(ParseName(name));
      for (std::string& key : BrandKeys(known.names.back())) known.keys.insert(std::move(key));
    }
    if (!listed.party.code.empty()) known.keys.insert(CodeKey(listed.party.code));
    known.listed = std::move(listed);
    all.push_back(std::move(known));
  }
  absl::MutexLock lock(&mutex_);
  for (Known& known : all) {
    Remove(known.listed.party.op);
    Add(std::move(known));
  }
  revision_ = revision;
}

void Index::Remove(const OperatorId& op) {
  const auto found = known_.find(op);
  if (found == known_.end()) return;
  for (const std::string& key : found->second.keys) {
    const auto bucket = by_key_.find(key);
    bucket->second.erase(op);
    if (bucket->second.empty()) by_key_.erase(bucket);
  }
  known_.erase(found);
}

void Index::Add(Known known) {
  const OperatorId op = known.listed.party.op;
  if (known.listed.entries.empty()) return;
  for (const std::string& key : known.keys) by_key_[key].insert(op);
  known_.emplace(op, std::move(known));
}

std::set<OperatorId> Index::Candidates(const Subject& subject, const Name& name) const {
  std::vector<std::string> keys;
  if (!subject.name.empty()) keys = BrandKeys(name);
  if (!subject.code.empty()) keys.push_back(CodeKey(subject.code));
  std::set<OperatorId> candidates;
  for (const std::string& key : keys) {
    const auto bucket = by_key_.find(key);
    if (bucket != by_key_.end()) candidates.insert(bucket->second.begin(), bucket->second.end());
  }
  return candidates;
}

Screened Index::FindOne(const Subject& subject, const Name& name, const View& view) const {
  Screened out;
  for (const OperatorId& op : Candidates(subject, name)) {
    const Known& known = known_.at(op);
    Likeness by_name;
    if (!subject.name.empty()) by_name = NearestName(name, known.names);
    const Likeness likeness =
        CompareCodes(subject.code, known.listed.party.code, std::move(by_name));
    if (likeness.band == Band::kDifferent) continue;
    for (const Entry& entry : known.listed.entries) {
      if (InView(entry, view)) out.found.push_back({known.listed.party, entry, likeness});
    }
  }
  std::sort(out.found.begin(), out.found.end(), Nearer);
  out.truncated = out.found.size() > limits::kMatchesMax;
  if (out.truncated) out.found.resize(limits::kMatchesMax);
  return out;
}

Index::Answer Index::Find(const std::vector<Subject>& subjects, const View& view) const {
  std::vector<Name> names;
  names.reserve(subjects.size());
  for (const Subject& subject : subjects) names.push_back(ParseName(subject.name));
  Answer answer;
  absl::ReaderMutexLock lock(&mutex_);
  answer.revision = revision_;
  for (size_t i = 0; i < subjects.size(); ++i) {
    answer.results.push_back(FindOne(subjects[i], names[i], view));
    answer.results.back().asked = std::move(names[i]);
  }
  return answer;
}

}  // namespace shian::sanction
