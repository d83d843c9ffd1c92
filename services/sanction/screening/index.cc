#include "services/sanction/screening/index.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "services/sanction/screening/limits.h"

namespace shian::sanction {
namespace {

// Not the seeded hash of a table in memory: what is kept must be found by another process.
uint32_t HashKey(char kind, absl::string_view text) {
  uint64_t hash = 0xcbf29ce484222325 ^ static_cast<uint64_t>(kind);
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return static_cast<uint32_t>(((hash ^ (hash >> 32)) * 0xd6e8feb86659fd93) >> 32);
}

uint32_t CodeKey(absl::string_view organisation) { return HashKey('c', organisation); }

// A legal person is found by what is its code as well.
uint32_t OperatorKey(absl::string_view op) {
  const absl::string_view organisation = OrganisationOf(op);
  return organisation.empty() ? HashKey('n', op) : CodeKey(organisation);
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
  return parties_.size() - free_.size();
}

size_t Index::bytes() const {
  absl::ReaderMutexLock lock(&mutex_);
  constexpr size_t kAllocatorBytes = 16;
  size_t bytes = postings_.bytes() + parties_.capacity() * sizeof(PackedParty) +
                 free_.capacity() * sizeof(uint32_t);
  for (const PackedParty& party : parties_) {
    if (!party.empty()) bytes += party.bytes() + kAllocatorBytes;
  }
  return bytes;
}

bool Index::Put(const std::vector<Listed>& parties, int64_t revision) {
  // Names are taken apart before anybody has to wait.
  std::vector<Prepared> prepared;
  prepared.reserve(parties.size());
  for (const Listed& listed : parties) prepared.push_back(Prepare(listed));
  absl::MutexLock lock(&mutex_);
  bool forgot = false;
  for (Prepared& one : prepared) forgot |= Take(std::move(one));
  revision_ = revision;
  MergeIfNeeded();
  return forgot;
}

Index::Prepared Index::Prepare(const Listed& listed) {
  Prepared out;
  out.op = listed.party.op.value();
  if (listed.entries.empty()) return out;
  out.party = PackedParty(listed, grounds_.get());
  for (size_t i = 0; i < out.party.names(); ++i) {
    const Slots of_name = names::KeysOf(out.party.name(i));
    out.keys.insert(out.keys.end(), of_name.begin(), of_name.end());
  }
  const absl::string_view organisation = OrganisationOf(out.party.code());
  if (!organisation.empty()) out.keys.push_back(CodeKey(organisation));
  out.keys.push_back(OperatorKey(out.op));
  std::sort(out.keys.begin(), out.keys.end());
  out.keys.erase(std::unique(out.keys.begin(), out.keys.end()), out.keys.end());
  return out;
}

std::optional<uint32_t> Index::SlotOf(absl::string_view op) const {
  Slots slots;
  postings_.Find(OperatorKey(op), &slots);
  for (const uint32_t slot : slots) {
    if (!parties_[slot].empty() && parties_[slot].op() == op) return slot;
  }
  return std::nullopt;
}

bool Index::Take(Prepared prepared) {
  const std::optional<uint32_t> known = SlotOf(prepared.op);
  if (prepared.party.empty()) {
    if (!known) return false;
    parties_[*known] = PackedParty();
    free_.push_back(*known);
    return true;
  }
  const bool forgets = known && prepared.party.names() < parties_[*known].names();
  auto slot = static_cast<uint32_t>(parties_.size());
  if (known) {
    slot = *known;
  } else if (!free_.empty()) {
    slot = free_.back();
    free_.pop_back();
  } else {
    parties_.emplace_back();
  }
  parties_[slot] = std::move(prepared.party);
  for (const uint32_t key : prepared.keys) postings_.Add(key, slot);
  return forgets;
}

bool Index::Save(int64_t revision, ImageWriter* out) const {
  absl::ReaderMutexLock lock(&mutex_);
  if (revision_ != revision) return false;
  out->Number(static_cast<uint64_t>(revision_));
  grounds_->Save(out);
  out->Number(parties_.size());
  for (const PackedParty& party : parties_) out->Text(party.words());
  return postings_.Save(out);
}

bool Index::Load(ImageReader* in) {
  const auto revision = static_cast<int64_t>(in->Number());
  auto grounds = std::make_unique<GroundTexts>();
  std::vector<PackedParty> parties;
  std::vector<uint32_t> free;
  Postings postings;
  if (!grounds->Load(in)) return false;
  const uint64_t count = in->Number();
  parties.reserve(std::min(count, in->left() / sizeof(uint64_t)));
  for (uint64_t i = 0; i < count && in->good(); ++i) {
    const absl::string_view words = in->Bytes(in->Number());
    if (words.empty()) free.push_back(static_cast<uint32_t>(i));
    parties.push_back(words.empty() ? PackedParty() : PackedParty(words));
  }
  if (!postings.Load(in) || !in->at_end()) return false;
  absl::MutexLock lock(&mutex_);
  revision_ = revision;
  grounds_ = std::move(grounds);
  parties_ = std::move(parties);
  free_ = std::move(free);
  postings_ = std::move(postings);
  return true;
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
  if (!subject.name.empty()) {
    const NearestName nearest =
        NearestOf(name, party.names(), [&party](size_t i) { return party.name(i); });
    out.by_name = nearest.verdict;
    out.name = static_cast<uint32_t>(nearest.number);
  }
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
  found.entry = party.entry(entry, *grounds_);
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
    Found found = ToFound(candidate, entry, subject, name);
    found.disputed = IsDisputed(found.entry.times, question.view.as_of, question.view.known_at);
    out->found.push_back(std::move(found));
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
  const Question question = {view, grounds_->Of(view.lists)};
  for (size_t i = 0; i < subjects.size(); ++i) {
    Screened& result = answer.results[i];
    Judge(SlotsFor(subjects[i], result.asked.View()), subjects[i], question, &result);
  }
  return answer;
}

std::vector<std::string> Index::SharingKeys(const Subject& subject) const {
  names::Name name;
  if (!subject.name.empty()) name = names::Parse(subject.name);
  std::vector<std::string> ids;
  absl::ReaderMutexLock lock(&mutex_);
  for (const uint32_t slot : SlotsFor(subject, name.View())) {
    if (!parties_[slot].empty()) ids.emplace_back(parties_[slot].op());
  }
  return ids;
}

Index::Answer Index::FindByScan(const std::vector<Subject>& subjects, const View& view) const {
  Answer answer;
  absl::ReaderMutexLock lock(&mutex_);
  answer.revision = revision_;
  const Question question = {view, grounds_->Of(view.lists)};
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
