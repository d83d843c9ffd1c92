#include "services/sanction/saved/service_work.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "libs/names/rules.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/party/store.h"
#include "services/sanction/saved/convert.h"
#include "services/sanction/saved/limits.h"

namespace shian::sanction {
namespace {

// Who writes here: "shian.sanction/410902".
std::string RegionOf(const std::string& origin) {
  return std::vector<std::string>(absl::StrSplit(origin, '/')).back();
}

// Those whom the changes of the list concern: by what a party is called now, and by what it was a
// hit for before.
absl::Status AddConcerned(store::ReadTx& tx, const SavedIndex& index, Progress* progress,
                          absl::Time* now, std::set<SavedId>* ids) {
  if (index.empty()) {
    // Nobody is concerned, however long the list.
    ASSIGN_OR_RETURN(progress->list_revision, LastListChange(tx));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::vector<ListChange> changes,
                   ListChangesAfter(tx, progress->list_revision, limits::kListChangesPerRoundMax));
  std::set<OperatorId> parties;
  for (const ListChange& change : changes) {
    parties.insert(change.op);
    // It may be younger than the work's own time: what it brought must be seen.
    *now = std::max(*now, change.recorded);
  }
  for (const OperatorId& op : parties) {
    ASSIGN_OR_RETURN(const NamedParty party, PartyWithNames(tx, op));
    for (SavedId& id : index.Near(party.party.code, party.names)) ids->insert(std::move(id));
    ASSIGN_OR_RETURN(std::vector<SavedId> hit, HitBy(tx, op));
    for (SavedId& id : hit) ids->insert(std::move(id));
  }
  if (!changes.empty()) progress->list_revision = changes.back().sequence;
  return absl::OkStatus();
}

absl::Status Tell(store::WriteTx& tx, const std::string& system,
                  const std::vector<SubjectAlert>& alerts) {
  ASSIGN_OR_RETURN(const int64_t last, AppendAlerts(tx, system, alerts));
  return ledger::Append(
      tx, convert::AlertedChange(system, RegionOf(tx.origin()), tx.now(), last, alerts.size()));
}

}  // namespace

std::vector<SavedHit> Rescreening::NowOf(const Checked& one, const std::vector<SavedHit>& before) {
  return one.truncated ? WithOlder(one.hits, before) : one.hits;
}

absl::Status Rescreening::Follow(store::ReadTx& tx) {
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<SavedSubject> subjects,
                     SavedAfter(tx, index_.sequence(), limits::kSavedPerReadMax));
    if (subjects.empty()) return absl::OkStatus();
    index_.Put(subjects);
  }
}

absl::StatusOr<std::vector<SavedSubject>> Rescreening::Concerned(store::ReadTx& tx,
                                                                 Progress* progress,
                                                                 absl::Time* now) const {
  std::set<SavedId> ids;
  RETURN_IF_ERROR(AddConcerned(tx, index_, progress, now, &ids));
  ASSIGN_OR_RETURN(std::vector<SavedSubject> subjects,
                   SavedAfter(tx, progress->subject_sequence, limits::kRescreenedPerWriteMax));
  if (!subjects.empty()) progress->subject_sequence = subjects.back().sequence;
  for (const SavedSubject& saved : subjects) ids.erase(saved.id);
  for (const SavedId& id : ids) {
    ASSIGN_OR_RETURN(std::optional<SavedSubject> saved, FindSaved(tx, id));
    if (saved && !saved->removed) subjects.push_back(*std::move(saved));
  }
  return subjects;
}

absl::StatusOr<Rescreening::Round> Rescreening::Look(store::ReadTx& tx, absl::Time* now) {
  RETURN_IF_ERROR(Follow(tx));
  Round round;
  ASSIGN_OR_RETURN(round.before, ReadProgress(tx));
  round.after = round.before;
  // By other rules each may be found otherwise; by the list as it is, so nothing of it is left to
  // take.
  const std::string rules = names::RulesHash();
  if (round.after.rules != rules) {
    ASSIGN_OR_RETURN(const int64_t last, LastListChange(tx));
    ASSIGN_OR_RETURN(const std::vector<ListChange> latest, ListChangesAfter(tx, last - 1, 1));
    if (!latest.empty()) *now = std::max(*now, latest.front().recorded);
    round.after = {last, 0, rules};
  }
  ASSIGN_OR_RETURN(std::vector<SavedSubject> subjects, Concerned(tx, &round.after, now));
  if (subjects.empty()) return round;
  std::vector<Subject> asked;
  for (const SavedSubject& saved : subjects) asked.push_back(saved.subject);
  ASSIGN_OR_RETURN(const Index::Answer answer, screen_(tx, asked, *now));
  round.screened = static_cast<int64_t>(subjects.size());
  for (size_t i = 0; i < subjects.size(); ++i) {
    Checked one = {std::move(subjects[i]), HitsOf(answer.results[i]), answer.results[i].truncated};
    ASSIGN_OR_RETURN(const std::vector<SavedHit> before, HitsOf(tx, one.saved.id));
    // Most are found as before and need no write.
    if (one.saved.removed || NowOf(one, before) != before) round.checked.push_back(std::move(one));
  }
  return round;
}

// `progress` is that of the last part of a round. It goes with the places of removed subjects.
absl::Status Rescreening::Write(absl::Time now, std::vector<Checked> checked,
                                const Progress* progress) {
  const std::optional<Progress> reached =
      progress == nullptr ? std::nullopt : std::optional<Progress>(*progress);
  return store_
      .WriteAndWait({.now = now},
                    [checked = std::move(checked),
                     reached](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                      std::map<std::string, std::vector<SubjectAlert>> news;
                      for (const Checked& one : checked) {
                        const SavedId& id = one.saved.id;
                        ASSIGN_OR_RETURN(const auto known, FindSaved(tx, id));
                        // Changed since: a later round has it.
                        if (!known || known->sequence != one.saved.sequence) continue;
                        if (known->removed) {
                          RETURN_IF_ERROR(DropSaved(tx, id));
                          continue;
                        }
                        ASSIGN_OR_RETURN(const std::vector<SavedHit> before, HitsOf(tx, id));
                        const std::vector<SavedHit> now = NowOf(one, before);
                        RETURN_IF_ERROR(ReplaceHits(tx, id, before, now));
                        std::vector<SubjectAlert>& of_system = news[id.system];
                        for (SubjectAlert& alert : NewsOf(id, before, now)) {
                          of_system.push_back(std::move(alert));
                        }
                      }
                      for (const auto& [system, alerts] : news) {
                        if (!alerts.empty()) RETURN_IF_ERROR(Tell(tx, system, alerts));
                      }
                      if (reached) RETURN_IF_ERROR(PutProgress(tx, *reached));
                      return std::string();
                    })
      .status();
}

absl::StatusOr<int64_t> Rescreening::Run(absl::Time now) {
  absl::MutexLock lock(&mutex_);
  int64_t screened = 0;
  while (true) {
    Round round;
    bool latest = true;
    RETURN_IF_ERROR(
        store_.ReadNow([&](store::ReadTx& tx) ABSL_NO_THREAD_SAFETY_ANALYSIS -> absl::Status {
          latest = tx.latest();
          if (!latest) return absl::OkStatus();
          ASSIGN_OR_RETURN(round, Look(tx, &now));
          return absl::OkStatus();
        }));
    if (!latest || round.after == round.before) return screened;
    screened += round.screened;
    while (round.checked.size() > limits::kRescreenedPerWriteMax) {
      const auto from = round.checked.end() - limits::kRescreenedPerWriteMax;
      std::vector<Checked> part(std::make_move_iterator(from),
                                std::make_move_iterator(round.checked.end()));
      round.checked.erase(from, round.checked.end());
      RETURN_IF_ERROR(Write(now, std::move(part), nullptr));
    }
    RETURN_IF_ERROR(Write(now, std::move(round.checked), &round.after));
  }
}

}  // namespace shian::sanction
