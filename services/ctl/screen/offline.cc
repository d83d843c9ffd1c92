#include "services/ctl/screen/offline.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/text.h"
#include "libs/base/time.h"
#include "libs/names/compare.h"
#include "libs/rpc/convert.h"
#include "services/sanction/match/code.h"

namespace shian::ctl {
namespace {

namespace pb = shian::sanction::v1;

constexpr size_t kNameCodePointsMax = 200;

sanction::Listed ToListed(const pb::SnapshotItem& item) {
  const std::vector<std::string> parts = absl::StrSplit(item.entry(), '/');
  sanction::Listed listed;
  if (parts.size() != 4) return listed;
  listed.party.op = sanction::OperatorId(parts[1]);
  listed.party.code = item.code();
  listed.names = {item.names().begin(), item.names().end()};
  if (!listed.names.empty()) listed.party.name = listed.names.back();
  sanction::ListedEntry entry;
  entry.id = sanction::EntryId(parts[3]);
  entry.list = item.list();
  entry.ground_title = item.ground();
  entry.basis = {item.legal_basis().statute(), item.legal_basis().article()};
  entry.times.until =
      Date(item.until_date().year(), item.until_date().month(), item.until_date().day());
  const absl::Time published = rpc::FromProto(item.publish_time());
  entry.times.moments = {{sanction::EntryAct::kDecided, published, published},
                         {sanction::EntryAct::kPublished, published, published}};
  if (item.disputed()) {
    entry.times.moments.push_back({sanction::EntryAct::kDisputed, published, published});
  }
  listed.entries = {std::move(entry)};
  return listed;
}

// Why the subject cannot be looked for; empty when it can.
std::string ToSubject(const pb::ScreenSubject& asked, sanction::Subject* subject) {
  if (asked.code().empty() && asked.name().empty()) return "SUBJECT_EMPTY";
  if (!asked.code().empty() && !sanction::TakeCode(asked.code(), subject)) return "CODE_INVALID";
  const auto name = NormaliseText(asked.name(), kNameCodePointsMax);
  if (!name.ok()) return "NAME_INVALID";
  subject->name = *name;
  return "";
}

void AddMatch(const sanction::Found& found, pb::ScreenResult* result) {
  pb::Match* match = result->add_matches();
  match->set_operator_(absl::StrCat("operators/", found.party.op.value()));
  match->set_entry(absl::StrCat(match->operator_(), "/entries/", found.entry.id.value()));
  match->set_band(static_cast<pb::Band>(found.likeness.band));
  match->set_score_milli(found.likeness.score_milli);
  match->set_listed_name(found.party.name);
  match->set_list(found.entry.list);
  match->set_ground(found.entry.ground_title);
  match->mutable_legal_basis()->set_statute(found.entry.basis.statute);
  match->mutable_legal_basis()->set_article(found.entry.basis.article);
  match->set_state(pb::ENTRY_STATE_IN_FORCE);
  match->set_disputed(found.disputed);
  const Date until = found.entry.times.until;
  match->mutable_until_date()->set_year(static_cast<int>(until.year()));
  match->mutable_until_date()->set_month(until.month());
  match->mutable_until_date()->set_day(until.day());
  if (match->band() == pb::BAND_SAME) result->set_listed(true);
}

}  // namespace

OfflineLists::OfflineLists(const SnapshotFile& snapshot) {
  // An operator stands in an index once, with all of its entries; the file has them side by side.
  std::vector<sanction::Listed> all;
  for (const auto& [name, item] : snapshot.items) {
    sanction::Listed listed = ToListed(item);
    if (listed.entries.empty()) continue;
    if (!all.empty() && all.back().party.op == listed.party.op) {
      all.back().entries.push_back(std::move(listed.entries.front()));
    } else {
      all.push_back(std::move(listed));
    }
  }
  index_.Put(all, 1);
}

pb::ScreenStreamResponse OfflineLists::Answer(const pb::ScreenStreamRequest& question,
                                              absl::Time now) const {
  sanction::View view;
  view.now = view.as_of = now;
  pb::ScreenStreamResponse answer;
  answer.set_matcher_version(names::kMatcherVersion);
  for (const pb::ScreenSubject& asked : question.subjects()) {
    pb::ScreenResult* result = answer.add_results();
    result->set_client_ref(asked.client_ref());
    sanction::Subject subject;
    result->set_problem(ToSubject(asked, &subject));
    if (!result->problem().empty()) continue;
    const sanction::Index::Answer found = index_.Find({subject}, view);
    for (const sanction::Found& one : found.results[0].found) AddMatch(one, result);
    result->set_truncated(found.results[0].truncated);
  }
  return answer;
}

}  // namespace shian::ctl
