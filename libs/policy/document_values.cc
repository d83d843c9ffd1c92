#include "libs/policy/document_values.h"

#include <iterator>

namespace shian::policy {

namespace {

constexpr const char* kValues[] = {
    // The document and who issues it.
    "document.date",
    "document.number",
    "document.replaces",
    "organisation.name",
    "organisation.superior",
    "organisation.review_authority",
    "organisation.court",
    "officer.card",
    // The template's own: what it rests on, and its remedies.
    "basis",
    "remedy",
    // The party.
    "party.name",
    "party.code",
    // The case, act by act.
    "case.number",
    "case.cause",
    "case.filed_date",
    "case.reasons",
    "review.opinion",
    "review.date",
    "notice.facts",
    "notice.grounds",
    "notice.served_date",
    "statement.text",
    "hearing.record",
    "discussion.record",
    "penalty.number",
    "penalty.date",
    "penalty.items",
    "penalty.bases",
    "penalty.reasons",
    "penalty.fine",
    "penalty.confiscation",
    "penalty.ban_months",
    "penalty.served_date",
    // The entry of a list. `entry.repaired` and `entry.expired` say how it ended: one of them is
    // the day, the other is empty.
    "entry.ground",
    "entry.basis",
    "entry.reasons",
    "entry.penalty_number",
    "entry.decided_date",
    "entry.published_date",
    "entry.until_date",
    "entry.repairable_date",
    "entry.ended_date",
    "entry.repaired",
    "entry.expired",
    // The last request for repair: `repair.granted` and `repair.refused` are the day, or empty.
    "repair.requested_date",
    "repair.request",
    "repair.granted",
    "repair.refused",
    "repair.reasons",
    // The publicity of a penalty, and the rule that its repair goes by.
    "publicity.published_date",
    "publicity.until_date",
    "publicity.repair_class",
    "publicity.repair_basis",
    // A list that needs no penalty, and what someone is nominated for.
    "list.title",
    "nomination.ground",
    "nomination.basis",
    "nomination.reasons",
    "nomination.edition",
    "entry.edition",
    "entry.removed",
    "entry.removal_reasons",
    // The lead.
    "lead.summary",
    "lead.evidence",
    "lead.found_date",
};

}  // namespace

const std::set<std::string>& DocumentValues() {
  static const auto& names = *new std::set<std::string>(std::begin(kValues), std::end(kValues));
  return names;
}

const std::set<std::string>& DocumentActs() {
  static const auto& acts = *new std::set<std::string>{
      "filing", "legal_review", "notice", "statement", "hearing_request", "hearing",
      "collective_discussion", "decision", "listing_decision", "consent", "service", "publication",
      "listing_publication", "annulment", "evidence", "preservation", "preservation_handling",
      "seizure", "seizure_extension", "seizure_release", "facts", "finding_answer",
      "transfer_report", "transfer_decision", "transfer", "police_answer", "police_review",
      "goods_handover", "supervision", "supervision_progress", "supervision_check", "execution",
      "closing", "file_review", "file_mending", "period_extension", "period_continuation",
      "period_pause", "period_resumption", "hearing_notice", "hearing_end",
      // Of an entry.
      "repair_request", "repair_decision", "removal",
      // Of a list that needs no penalty.
      "nomination", "list_decision", "list_removal",
      // Of a penalty's publicity.
      "penalty_repair_request", "penalty_repair_decision"};
  return acts;
}

}  // namespace shian::policy
