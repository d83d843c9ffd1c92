#include "services/sanction/screening/index.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/hash/hash.h"
#include "services/sanction/screening/limits.h"

namespace shian::sanction {
namespace {

uint64_t Numbered(absl::string_view op) { return absl::Hash<absl::string_view>()(op); }

// Nine characters of a unified social credit code are the organisation code of before (GB 32100).
constexpr size_t kCodeCharacters = 18, kOrganisationAt = 8, kOrganisationCharacters = 9;

absl::string_view OrganisationOf(absl::string_view code) {
  if (code.size() != kCodeCharacters) return "";
  return code.substr(kOrganisationAt, kOrganisationCharacters);
}

uint32_t CodeKey(absl::string_view organisation) {
  return static_cast<uint32_t>(absl::Hash<absl::string_view>()(organisation));
}

absl::string_view CodePartOf(const Subject& subject) {
  return subject.code.empty() ? subject.organisation : OrganisationOf(subject.code);
}

Comparison CompareCodes(const Subject& subject, absl::string_view listed) {
  if (listed.empty() || CodePartOf(subject).empty()) return Comparison::kMissing;
  const bool equal = subject.code.empty() ? subject.organisation == OrganisationOf(listed)
                                          : subject.code == listed;
  return equal ? Comparison::kAgrees : Comparison::kConflicts;
}

bool InView(const EntryTimes& entry, const View& view) {
  return StateAt(entry, view.as_of, view.known_at) == EntryState::kInForce &&
         VisibleTo(entry, view.viewer, view.now);
}

}  // namespace

int64_t Index::revision() const {
  absl::ReaderMutexLock lock(&mutex_);
  return revision_;
}

size_t Index::size() const {
  absl::ReaderMutexLock lock(&mutex_);
  return slot_of_.size();
}

size_t Index::bytes() const {
  absl::ReaderMutexLock lock(&mutex_);
  constexpr size_t kAllocatorBytes = 16;
  size_t bytes = postings_.bytes() + parties_.capacity() * sizeof(PackedParty) +
                 slot_of_.capacity() * (sizeof(std::pair<uint64_t, uint32_t>) + 1);
  for (const PackedParty& party : parties_) {
    if (!party.empty()) bytes += party.bytes() + kAllocatorBytes;
  }
  return bytes;
}

void Index::Put(const std::vector<Listed>& parties, int64_t revision) {
  // Names are taken apart before anybody has to wait.
  std::vector<Prepared> prepared;
  prepared.reserve(parties.size());
  for (const Listed& listed : parties) prepared.push_back(Prepare(listed));
  absl::MutexLock lock(&mutex_);
  for (Prepared& one : prepared) Take(std::move(one));
  revision_ = revision;
  MergeIfNeeded();
}

Index::Prepared Index::Prepare(const Listed& listed) {
  Prepared out;
  out.op = Numbered(listed.party.op.value());
  if (listed.entries.empty()) return out;
  out.party = PackedParty(listed, &grounds_);
  for (size_t i = 0; i < out.party.names(); ++i) {
    const Slots of_name = names::KeysOf(out.party.name(i));
    out.keys.insert(out.keys.end(), of_name.begin(), of_name.end());
  }
  const absl::string_view organisation = OrganisationOf(out.party.code());
  if (!organisation.empty()) out.keys.push_back(CodeKey(organisation));
  std::sort(out.keys.begin(), out.keys.end());
  out.keys.erase(std::unique(out.keys.begin(), out.keys.end()), out.keys.end());
  return out;
}

void Index::Take(Prepared prepared) {
  const auto known = slot_of_.find(prepared.op);
  if (prepared.party.empty()) {
    if (known == slot_of_.end()) return;
    parties_[known->second] = PackedParty();
    free_.push_back(known->second);
    slot_of_.erase(known);
    return;
  }
  auto slot = static_cast<uint32_t>(parties_.size());
  if (known != slot_of_.end()) {
    slot = known->second;
  } else if (!free_.empty()) {
    slot = free_.back();
    free_.pop_back();
  } else {
    parties_.emplace_back();
  }
  parties_[slot] = std::move(prepared.party);
  slot_of_[prepared.op] = slot;
  for (const uint32_t key : prepared.keys) postings_.Add(key, slot);
}

void Index::MergeIfNeeded() {
  if (!postings_.NeedsMerge()) return;
  std::vector<bool> alive(parties_.size());
  for (size_t i = 0; i < parties_.size(); ++i) alive[i] = !parties_[i].empty();
  postings_.Merge(alive);
}

Index::Slots Index::SlotsFor(const Subject& subject, const names::NameView& name) const {
  Slots slots;
  const absl::string_view organisation = CodePartOf(subject);
  if (!organisation.empty()) postings_.Find(CodeKey(organisation), &slots);
  if (!subject.name.empty()) {
    for (const uint32_t key : names::KeysOf(name)) postings_.Find(key, &slots);
  }
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  return slots;
}

Index::Candidate Index::Look(uint32_t slot, const Subject& subject,
                             const names::NameView& name) const {
  const PackedParty& party = parties_[slot];
  Candidate out;
  out.slot = slot;
  for (uint32_t i = 0; !subject.name.empty() && i < party.names(); ++i) {
    const names::Verdict verdict = names::Compare(name, party.name(i));
    const bool nearer = std::tuple(verdict.band, -verdict.score_milli) <
                        std::tuple(out.by_name.band, -out.by_name.score_milli);
    if (nearer || i == 0) {
      out.by_name = verdict;
      out.name = i;
    }
  }
  // A name that was given up may be another firm's by now.
  const bool former = out.name + 1 < party.names();
  if (former && out.by_name.band == Band::kSame) out.by_name.band = Band::kReview;
  out.codes = CompareCodes(subject, party.code());
  out.band = BandWithCodes(out.codes, out.by_name.band);
  out.score_milli = ScoreWithCodes(out.codes, out.by_name.score_milli);
  return out;
}

Found Index::ToFound(const Candidate& candidate, size_t entry, const Subject& subject,
                     const names::NameView& name) const {
  const PackedParty& party = parties_[candidate.slot];
  Found found;
  found.party = party.party();
  found.entry = party.entry(entry, grounds_);
  found.likeness.band = candidate.band;
  found.likeness.score_milli = candidate.score_milli;
  if (candidate.codes != Comparison::kMissing) {
    const std::string& asked = subject.code.empty() ? subject.organisation : subject.code;
    found.likeness.features.push_back({"code", candidate.codes, asked, found.party.code});
  }
  if (!subject.name.empty() && party.names() > 0) {
    found.matched_name = std::string(party.written(candidate.name));
    for (Feature& feature : names::Explain(name, party.name(candidate.name), candidate.by_name)) {
      found.likeness.features.push_back(std::move(feature));
    }
  }
  return found;
}

// The nearest entries in view. Only those that an answer has room for are taken out whole.
void Index::Judge(const Slots& slots, const Subject& subject, const Question& question,
                  Screened* out) const {
  const names::NameView name = out->asked.View();
  std::vector<std::pair<Candidate, size_t>> kept;
  for (const uint32_t slot : slots) {
    if (parties_[slot].empty()) continue;
    const Candidate candidate = Look(slot, subject, name);
    if (candidate.band == Band::kDifferent) continue;
    for (size_t i = 0; i < parties_[slot].entries(); ++i) {
      if (!question.grounds[parties_[slot].ground(i)]) continue;
      if (InView(parties_[slot].times(i), question.view)) kept.emplace_back(candidate, i);
    }
  }
  // Equals in an order that is the same in every process.
  const auto order = [this](const std::pair<Candidate, size_t>& one)
                         ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
                           return std::tuple(one.first.band, -one.first.score_milli,
                                             parties_[one.first.slot].op(), one.second);
                         };
  std::sort(kept.begin(), kept.end(),
            [&order](const auto& a, const auto& b)
                ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return order(a) < order(b); });
  out->truncated = kept.size() > limits::kMatchesMax;
  if (out->truncated) kept.resize(limits::kMatchesMax);
  for (const auto& [candidate, entry] : kept) {
    out->found.push_back(ToFound(candidate, entry, subject, name));
  }
}

Index::Answer Index::Find(const std::vector<Subject>& subjects, const View& view) const {
  Answer answer;
  answer.results.resize(subjects.size());
  for (size_t i = 0; i < subjects.size(); ++i) {
    if (!subjects[i].name.empty()) answer.results[i].asked = names::Parse(subjects[i].name);
  }
  absl::ReaderMutexLock lock(&mutex_);
  answer.revision = revision_;
  const Question question = {view, grounds_.Of(view.lists)};
  for (size_t i = 0; i < subjects.size(); ++i) {
    Screened& result = answer.results[i];
    Judge(SlotsFor(subjects[i], result.asked.View()), subjects[i], question, &result);
  }
  return answer;
}

Index::Answer Index::FindByScan(const std::vector<Subject>& subjects, const View& view) const {
  Answer answer;
  absl::ReaderMutexLock lock(&mutex_);
  answer.revision = revision_;
  const Question question = {view, grounds_.Of(view.lists)};
  Slots all(parties_.size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint32_t>(i);
  for (const Subject& subject : subjects) {
    Screened result;
    result.asked = names::Parse(subject.name);
    Judge(all, subject, question, &result);
    answer.results.push_back(std::move(result));
  }
  return answer;
}

}  // namespace shian::sanction
