#include "services/sanction/saved/saved.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace shian::sanction {
namespace {

auto EntryOf(const SavedHit& hit) { return std::tie(hit.op.value(), hit.entry.value()); }

bool InOrder(const SavedHit& a, const SavedHit& b) { return EntryOf(a) < EntryOf(b); }

// Neither a system nor a list has it in its name.
constexpr char kBetween = '\x1f';

std::string Joined(const SavedId& id) {
  return absl::StrCat(id.system, std::string(1, kBetween), id.list, std::string(1, kBetween),
                      id.ref);
}

SavedId Parted(const std::string& joined) {
  const std::vector<std::string> parts = absl::StrSplit(joined, absl::MaxSplits(kBetween, 2));
  return parts.size() == 3 ? SavedId{parts[0], parts[1], parts[2]} : SavedId();
}

// A code with its organisation code in its place, where only that is known.
std::string CodeToFind(const Subject& subject) {
  if (!subject.code.empty() || subject.organisation.empty()) return subject.code;
  return absl::StrCat("--------", subject.organisation, "-");
}

Listed AsListed(const SavedSubject& saved) {
  Listed listed;
  listed.party.op = OperatorId(Joined(saved.id));
  if (saved.removed) return listed;
  listed.party.code = CodeToFind(saved.subject);
  listed.party.name = saved.subject.name;
  if (!saved.subject.name.empty()) listed.names = {saved.subject.name};
  listed.entries.resize(1);  // what stands in an index has one
  listed.entries.front().times.until = Date(1970, 1, 1);
  return listed;
}

}  // namespace

std::vector<SavedHit> HitsOf(const Screened& screened) {
  std::vector<SavedHit> hits;
  for (const Found& found : screened.found) {
    if (found.likeness.band > Band::kReview) continue;
    hits.push_back(
        {found.party.op, found.entry.id, found.likeness.band, found.likeness.score_milli});
  }
  std::sort(hits.begin(), hits.end(), InOrder);
  return hits;
}

std::vector<SavedHit> WithOlder(std::vector<SavedHit> now, const std::vector<SavedHit>& before) {
  std::vector<SavedHit> older;
  std::set_difference(before.begin(), before.end(), now.begin(), now.end(),
                      std::back_inserter(older), InOrder);
  now.insert(now.end(), older.begin(), older.end());
  std::sort(now.begin(), now.end(), InOrder);
  return now;
}

std::vector<SubjectAlert> NewsOf(const SavedId& subject, const std::vector<SavedHit>& before,
                                 const std::vector<SavedHit>& now) {
  std::vector<SubjectAlert> news;
  const auto add = [&](AlertKind kind, const SavedHit& hit) {
    SubjectAlert alert;
    alert.kind = kind;
    alert.subject = subject;
    alert.hit = hit;
    news.push_back(std::move(alert));
  };
  auto old = before.begin();
  for (const SavedHit& hit : now) {
    for (; old != before.end() && InOrder(*old, hit); ++old) add(AlertKind::kCleared, *old);
    const bool known = old != before.end() && EntryOf(*old) == EntryOf(hit);
    if (!known) add(AlertKind::kHit, hit);
    if (known && old->band != hit.band) add(AlertKind::kChanged, hit);
    if (known) ++old;
  }
  for (; old != before.end(); ++old) add(AlertKind::kCleared, *old);
  return news;
}

void SavedIndex::Put(const std::vector<SavedSubject>& subjects) {
  if (subjects.empty()) return;
  std::vector<Listed> listed;
  listed.reserve(subjects.size());
  for (const SavedSubject& saved : subjects) listed.push_back(AsListed(saved));
  index_.Put(listed, subjects.back().sequence);
}

std::vector<SavedId> SavedIndex::Near(const std::string& code,
                                      const std::vector<std::string>& names) const {
  std::set<SavedId> near;
  std::vector<Subject> asked = {{code, "", ""}};
  for (const std::string& name : names) asked.push_back({"", name, ""});
  for (const Subject& one : asked) {
    for (const std::string& id : index_.SharingKeys(one)) near.insert(Parted(id));
  }
  return {near.begin(), near.end()};
}

}  // namespace shian::sanction
