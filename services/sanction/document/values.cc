#include "services/sanction/document/values.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/sanction/document/fill.h"
#include "services/sanction/document/words.h"

namespace shian::sanction {
namespace {

void Add(const char* name, std::string value, DocumentValues* values) {
  if (!value.empty()) (*values)[name] = std::move(value);
}

std::string DayOf(absl::Time time) { return DateText(ToDate(time)); }

std::string CitationOf(const errors::Basis& basis) {
  return absl::StrCat("《", basis.statute, "》", basis.article);
}

void AddPenalty(const Event& decided, DocumentValues* values) {
  const Penalty& penalty = *decided.penalty;
  Add("penalty.number", penalty.decision_number, values);
  Add("penalty.date", DayOf(decided.time), values);
  Add("penalty.reasons", penalty.reasons, values);
  Add("penalty.bases",
      absl::StrJoin(penalty.bases, "、",
                    [](std::string* out, const errors::Basis& basis) {
                      absl::StrAppend(out, CitationOf(basis));
                    }),
      values);
  if (penalty.fine_fen > 0) Add("penalty.fine", AmountText(penalty.fine_fen), values);
  if (penalty.confiscation_fen > 0) {
    Add("penalty.confiscation", AmountText(penalty.confiscation_fen), values);
  }
  if (penalty.ban_months > 0) Add("penalty.ban_months", CountText(penalty.ban_months), values);
}

// Text and day of the last act of that kind.
void AddAct(const Case& c, Act act, const char* text, const char* day, DocumentValues* values) {
  const Event* event = c.Last(act);
  if (event == nullptr) return;
  if (text != nullptr) Add(text, event->text, values);
  if (day != nullptr) Add(day, DayOf(event->time), values);
}

// Of an entry or of a penalty's publicity.
template <class Act, class Of>
void AddRepair(const Of& of, DocumentValues* values) {
  const auto* asked = of.Last(Act::kRepairRequested);
  if (asked == nullptr) return;
  Add("repair.requested_date", DayOf(asked->time), values);
  Add("repair.request", asked->text, values);
  const std::pair<Act, const char*> answers[] = {{Act::kRepairGranted, "repair.granted"},
                                                 {Act::kRepairRefused, "repair.refused"}};
  for (const auto& [act, name] : answers) {
    const auto* answer = of.Last(act);
    // An answer to an earlier request says nothing of this one.
    if (answer == nullptr || answer->sequence < asked->sequence) continue;
    Add(name, DayOf(answer->time), values);
    Add("repair.reasons", answer->text, values);
  }
}

std::string FillItem(const PenaltyWords& words, const DocumentValues& values,
                     std::set<std::string>* missing) {
  std::set<std::string> unknown;
  const std::string text = FillText(words.text, values, &unknown);
  if (!unknown.empty() && !words.without.empty()) return FillText(words.without, values, missing);
  missing->merge(unknown);
  return text;
}

}  // namespace

void AddIssuer(const Issuer& issuer, DocumentValues* values) {
  Add("organisation.name", issuer.organisation, values);
  Add("organisation.superior", issuer.superior, values);
  Add("organisation.review_authority", issuer.review_authority, values);
  Add("organisation.court", issuer.court, values);
  Add("officer.card", issuer.card, values);
  Add("document.date", DateText(issuer.date), values);
}

void AddParty(const Party& party, DocumentValues* values) {
  Add("party.name", party.name, values);
  Add("party.code", party.code, values);
}

void AddCase(const Case& c, DocumentValues* values) {
  Add("case.number", c.number, values);
  Add("case.cause", c.cause, values);
  AddAct(c, Act::kFiled, "case.reasons", "case.filed_date", values);
  AddAct(c, Act::kLegalReviewed, "review.opinion", "review.date", values);
  AddAct(c, Act::kNoticeServed, nullptr, "notice.served_date", values);
  AddAct(c, Act::kStatementSubmitted, "statement.text", nullptr, values);
  AddAct(c, Act::kHearingHeld, "hearing.record", nullptr, values);
  AddAct(c, Act::kDiscussed, "discussion.record", nullptr, values);
  AddAct(c, Act::kDecisionServed, nullptr, "penalty.served_date", values);
  if (const Notice* notice = c.notice()) {
    Add("notice.facts", notice->facts, values);
    Add("notice.grounds", notice->grounds, values);
  }
  if (const Event* decided = c.Last(Act::kPenaltyDecided)) AddPenalty(*decided, values);
}

void AddEntry(const Entry& entry, DocumentValues* values) {
  const EntryEvent& decided = entry.events.front();
  Add("entry.ground", entry.ground_title, values);
  Add("entry.basis", CitationOf(entry.basis), values);
  Add("entry.reasons", decided.text, values);
  Add("entry.penalty_number", entry.decision_number, values);
  Add("entry.decided_date", DayOf(decided.time), values);
  Add("entry.until_date", DateText(entry.until), values);
  if (entry.repairable) Add("entry.repairable_date", DateText(*entry.repairable), values);
  if (const EntryEvent* published = entry.Last(EntryAct::kPublished)) {
    Add("entry.published_date", DayOf(published->time), values);
  }
  if (entry.edition) Add("entry.edition", DateText(*entry.edition), values);
  if (const EntryEvent* removed = entry.Last(EntryAct::kRemoved)) {
    Add("entry.removal_reasons", removed->text, values);
  }
  const std::pair<EntryAct, const char*> ends[] = {{EntryAct::kExpired, "entry.expired"},
                                                   {EntryAct::kRepairGranted, "entry.repaired"},
                                                   {EntryAct::kRemoved, "entry.removed"}};
  for (const auto& [act, name] : ends) {
    const EntryEvent* end = entry.Last(act);
    if (end == nullptr) continue;
    Add(name, DayOf(end->time), values);
    Add("entry.ended_date", DayOf(end->time), values);
  }
  AddRepair<EntryAct>(entry, values);
}

void AddNomination(const Nomination& nomination, const std::string& list, DocumentValues* values) {
  Add("list.title", list, values);
  Add("nomination.ground", nomination.ground_title, values);
  Add("nomination.basis", CitationOf(nomination.basis), values);
  Add("nomination.reasons", nomination.events.front().text, values);
  if (nomination.edition) Add("nomination.edition", DateText(*nomination.edition), values);
}

void AddPublicity(const Publicity& publicity, const RepairClass* one, DocumentValues* values) {
  if (const Event* published = publicity.c.Last(Act::kPenaltyPublished)) {
    Add("publicity.published_date", DayOf(published->time), values);
    Add("publicity.until_date", DateText(*published->until), values);
  }
  if (one != nullptr) {
    const std::string& article = one->basis.article;
    const bool numbered = absl::StartsWith(article, "第");
    Add("publicity.repair_class", one->title, values);
    Add("publicity.repair_basis",
        absl::StrCat("《", one->basis.statute, numbered ? "》" : "》（", article,
                     numbered ? "" : "）"),
        values);
  }
  AddRepair<PublicityAct>(publicity, values);
}

void AddLead(const Lead& lead, DocumentValues* values) {
  Add("lead.summary", lead.summary, values);
  Add("lead.evidence", lead.evidence, values);
  Add("lead.found_date", DayOf(lead.found), values);
}

std::set<std::string> AddForm(const Form& form, const Penalty* penalty, DocumentValues* values) {
  std::set<std::string> missing;
  Add("basis", form.basis, values);
  std::vector<std::string> items;
  for (const auto& [kind, words] : form.penalty_items) {
    if (penalty == nullptr || !penalty->kinds.contains(kind)) continue;
    items.push_back(FillItem(words, *values, &missing));
  }
  for (size_t i = 0; items.size() > 1 && i < items.size(); ++i) {
    items[i] = absl::StrCat(i + 1, "．", items[i]);
  }
  Add("penalty.items", absl::StrJoin(items, "；\n"), values);
  if (!form.remedy.empty()) Add("remedy", FillText(form.remedy, *values, &missing), values);
  return missing;
}

}  // namespace shian::sanction
