#include "services/sanction/case/convert.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/policy/convert.h"
#include "services/sanction/case/convert_detail.h"
#include "services/sanction/party/limits.h"

namespace shian::sanction::convert {
namespace {

using Need = Reader::Need;

std::set<PenaltyKind> ToKinds(absl::string_view field,
                              const google::protobuf::RepeatedField<int>& in, Reader* reader) {
  std::set<PenaltyKind> kinds;
  for (const int kind : in) {
    const bool known = kind != v1::PENALTY_KIND_UNSPECIFIED && v1::PenaltyKind_IsValid(kind);
    if (!known || !kinds.insert(static_cast<PenaltyKind>(kind)).second) {
      reader->Wrong(field, {"must name known kinds, each once", "应为已知的处罚种类且不重复"});
      return kinds;
    }
  }
  if (kinds.empty()) reader->Wrong(field, {"must name at least one kind", "至少应有一种处罚"});
  return kinds;
}

std::vector<errors::Basis> ToBases(
    const google::protobuf::RepeatedPtrField<common::v1::LegalBasis>& in, Reader* reader) {
  if (in.empty() || in.size() > limits::kBasesMax) {
    reader->Wrong("penalty.legal_bases", {absl::StrCat("must be 1 to ", limits::kBasesMax),
                                          absl::StrCat("应为1至", limits::kBasesMax, "项")});
    return {};
  }
  std::vector<errors::Basis> bases;
  for (const common::v1::LegalBasis& basis : in) {
    bases.push_back({reader->Line("penalty.legal_bases.statute", basis.statute(),
                                  limits::kTitleCodePointsMax, Need::kRequired),
                     reader->Line("penalty.legal_bases.article", basis.article(),
                                  limits::kNumberCodePointsMax, Need::kRequired)});
  }
  return bases;
}

// How much penalties of these kinds can say: an amount or a period without its kind would be a
// penalty that no procedure, level or class sees.
struct Measure {
  int64_t fine_fen = 0;
  int64_t confiscation_fen = 0;
  int64_t ban_months = 0;
};

Measure MostOf(const std::set<PenaltyKind>& kinds) {
  const bool period = kinds.contains(PenaltyKind::kOccupationBan) ||
                      kinds.contains(PenaltyKind::kActivityRestriction);
  return {kinds.contains(PenaltyKind::kFine) ? limits::kAmountFenMax : 0,
          kinds.contains(PenaltyKind::kConfiscation) ? limits::kAmountFenMax : 0,
          period ? limits::kBanMonthsMax : 0};
}

std::optional<PenaltyKind> KindOf(int heavier) {
  switch (heavier) {
    case policy::v1::HEAVIER_PENALTY_DOWNGRADE:
      return PenaltyKind::kLicenceDowngrade;
    case policy::v1::HEAVIER_PENALTY_REVOCATION:
      return PenaltyKind::kLicenceRevocation;
    case policy::v1::HEAVIER_PENALTY_RESTRICTION:
      return PenaltyKind::kActivityRestriction;
    case policy::v1::HEAVIER_PENALTY_SHUTDOWN:
      return PenaltyKind::kShutdown;
    case policy::v1::HEAVIER_PENALTY_CLOSURE:
      return PenaltyKind::kClosure;
    case policy::v1::HEAVIER_PENALTY_OCCUPATION_BAN:
      return PenaltyKind::kOccupationBan;
    default:
      return std::nullopt;
  }
}

v1::CaseEvent ToProto(const Event& event, const Case& c, absl::string_view locale) {
  v1::CaseEvent out;
  out.set_sequence(event.sequence);
  out.set_act(static_cast<v1::CaseAct>(event.act));
  *out.mutable_time() = convert::ToProto(event.time);
  *out.mutable_record_time() = convert::ToProto(event.recorded);
  *out.mutable_actor() = convert::ToProto(event.actor);
  out.set_text(event.text);
  for (const Document& document : event.documents) {
    *out.add_documents() = convert::ToProto(document);
  }
  out.set_policy_revision(event.chain_revision);
  FillDetail(event.detail, c.time_bar ? &*c.time_bar : nullptr, locale, &out);
  return out;
}

v1::Notice ToProto(const Notice& notice) {
  v1::Notice out;
  out.set_facts(notice.facts);
  out.set_grounds(notice.grounds);
  out.set_rights(notice.rights);
  for (const PenaltyKind kind : notice.proposal.kinds) {
    out.add_proposed_kinds(static_cast<v1::PenaltyKind>(kind));
  }
  out.set_proposed_fine_fen(notice.proposal.fine_fen);
  out.set_proposed_confiscation_fen(notice.proposal.confiscation_fen);
  out.set_proposed_ban_months(notice.proposal.ban_months);
  out.set_proposed_aggravated(notice.proposal.aggravated);
  out.set_listing_announced(notice.listing_announced);
  out.set_hearing_offered(notice.hearing_offered);
  out.set_service_method(notice.service_method);
  return out;
}

v1::Penalty ToPenaltyProto(const Event& decided) {
  const Penalty& penalty = *decided.penalty;
  v1::Penalty out;
  out.set_decision_number(penalty.decision_number);
  for (const PenaltyKind kind : penalty.kinds) out.add_kinds(static_cast<v1::PenaltyKind>(kind));
  out.set_fine_fen(penalty.fine_fen);
  out.set_confiscation_fen(penalty.confiscation_fen);
  out.set_aggravated(penalty.aggravated);
  out.set_ban_months(penalty.ban_months);
  for (const errors::Basis& basis : penalty.bases) {
    *out.add_legal_bases() = convert::ToProto(basis);
  }
  out.set_reasons(penalty.reasons);
  *out.mutable_decide_time() = convert::ToProto(decided.time);
  out.set_heavier(penalty.heavier);
  out.set_policy_revision(penalty.heavier_revision);
  if (penalty.discretion) *out.mutable_discretion() = convert::ToProto(*penalty.discretion);
  return out;
}

}  // namespace

const char* ChainAct(Act act) {
  static constexpr std::pair<Act, const char*> kActs[] = {
      {Act::kFiled, "filing"},
      {Act::kLegalReviewed, "legal_review"},
      {Act::kNoticeServed, "notice"},
      {Act::kStatementSubmitted, "statement"},
      {Act::kHearingRequested, "hearing_request"},
      {Act::kHearingHeld, "hearing"},
      {Act::kDiscussed, "collective_discussion"},
      {Act::kPenaltyDecided, "decision"},
      {Act::kListingDecided, "listing_decision"},
      {Act::kConsentGiven, "consent"},
      {Act::kDecisionServed, "service"},
      {Act::kPenaltyPublished, "publication"},
      {Act::kListingPublished, "listing_publication"},
      {Act::kAnnulled, "annulment"},
      {Act::kEvidenceGathered, "evidence"},
      {Act::kPreserved, "preservation"},
      {Act::kPreservedHandled, "preservation_handling"},
      {Act::kSeized, "seizure"},
      {Act::kSeizureExtended, "seizure_extension"},
      {Act::kSeizedReleased, "seizure_release"},
      {Act::kFactsStated, "facts"},
      {Act::kFindingAnswered, "finding_answer"},
      {Act::kTransferReported, "transfer_report"},
      {Act::kTransferDecided, "transfer_decision"},
      {Act::kTransferred, "transfer"},
      {Act::kPoliceAnswered, "police_answer"},
      {Act::kPoliceReviewRequested, "police_review"},
      {Act::kGoodsHandedOver, "goods_handover"},
      {Act::kSupervisionOpened, "supervision"},
      {Act::kProgressReported, "supervision_progress"},
      {Act::kSupervisionChecked, "supervision_check"},
      {Act::kExecuted, "execution"},
      {Act::kClosed, "closing"},
      {Act::kFileReviewed, "file_review"},
      {Act::kFileMended, "file_mending"},
      {Act::kPeriodExtended, "period_extension"},
      {Act::kPeriodContinued, "period_continuation"},
      {Act::kPeriodPaused, "period_pause"},
      {Act::kPeriodResumed, "period_resumption"},
      {Act::kHearingNotified, "hearing_notice"},
      {Act::kHearingEnded, "hearing_end"},
  };
  for (const auto& [one, name] : kActs) {
    if (one == act) return name;
  }
  return "";
}

std::vector<auth::ChainStep> StepsOf(const Case& c) {
  std::vector<auth::ChainStep> steps;
  for (const Event& event : c.events) {
    steps.push_back({ChainAct(event.act), event.actor.person, event.time});
  }
  return steps;
}

void ToFiling(const v1::FileCaseRequest& in, Reader* reader, Case* c, Party* stated) {
  c->op = reader->Operator("operator", in.operator_(), Need::kRequired);
  c->region = reader->Region("region", in.region(), Need::kRequired);
  c->number = reader->Line("number", in.number(), limits::kNumberCodePointsMax, Need::kRequired);
  c->cause = reader->Line("cause", in.cause(), limits::kCauseCodePointsMax, Need::kRequired);
  if (in.leads_size() > limits::kLeadsMax) {
    reader->Wrong("leads", {absl::StrCat("must be at most ", limits::kLeadsMax),
                            absl::StrCat("不能超过", limits::kLeadsMax, "条")});
  }
  for (const std::string& name : in.leads()) {
    const MatterName lead = reader->Matter("leads", name, "leads");
    if (lead.op == c->op) {
      c->leads.emplace_back(lead.id);
    } else {
      reader->Wrong("leads", {"must be leads about this operator", "应为该主体的线索"});
    }
  }
  sanction::Event filed;
  filed.text = reader->Text("text", in.text(), limits::kTextCodePointsMax, Need::kOptional);
  filed.documents = reader->Documents(in.documents());
  filed.detail.filing = ToFilingDetail(in.filing(), reader);
  c->events.push_back(std::move(filed));
  stated->op = c->op;
  stated->name =
      reader->Line("party.name", in.party().name(), limits::kTitleCodePointsMax, Need::kOptional);
  stated->code =
      reader->Line("party.code", in.party().code(), limits::kIdCharsMax, Need::kOptional);
  stated->natural_person = in.party().natural_person();
}

Notice ToNotice(const v1::Notice& in, Reader* reader) {
  Notice notice;
  notice.facts =
      reader->Text("notice.facts", in.facts(), limits::kTextCodePointsMax, Need::kRequired);
  notice.grounds =
      reader->Text("notice.grounds", in.grounds(), limits::kTextCodePointsMax, Need::kRequired);
  notice.rights =
      reader->Text("notice.rights", in.rights(), limits::kRightsCodePointsMax, Need::kRequired);
  notice.proposal.kinds = ToKinds("notice.proposed_kinds", in.proposed_kinds(), reader);
  const Measure max = MostOf(notice.proposal.kinds);
  notice.proposal.fine_fen =
      reader->Number("notice.proposed_fine_fen", in.proposed_fine_fen(), 0, max.fine_fen);
  notice.proposal.confiscation_fen = reader->Number(
      "notice.proposed_confiscation_fen", in.proposed_confiscation_fen(), 0, max.confiscation_fen);
  notice.proposal.ban_months = static_cast<int>(
      reader->Number("notice.proposed_ban_months", in.proposed_ban_months(), 0, max.ban_months));
  notice.proposal.aggravated = in.proposed_aggravated();
  notice.listing_announced = in.listing_announced();
  notice.hearing_offered = in.hearing_offered();
  notice.service_method = reader->Line("notice.service_method", in.service_method(),
                                       limits::kMethodCodePointsMax, Need::kRequired);
  return notice;
}

Penalty ToPenalty(const v1::Penalty& in, Reader* reader) {
  Penalty penalty;
  penalty.decision_number = reader->Line("penalty.decision_number", in.decision_number(),
                                         limits::kNumberCodePointsMax, Need::kOptional);
  penalty.kinds = ToKinds("penalty.kinds", in.kinds(), reader);
  const Measure max = MostOf(penalty.kinds);
  penalty.fine_fen =
      reader->Number("penalty.fine_fen", in.fine_fen(), max.fine_fen > 0 ? 1 : 0, max.fine_fen);
  penalty.confiscation_fen =
      reader->Number("penalty.confiscation_fen", in.confiscation_fen(), 0, max.confiscation_fen);
  penalty.aggravated = in.aggravated();
  penalty.ban_months =
      static_cast<int>(reader->Number("penalty.ban_months", in.ban_months(), 0, max.ban_months));
  penalty.bases = ToBases(in.legal_bases(), reader);
  if (in.has_discretion()) penalty.discretion = ToChosenRung(in.discretion(), reader);
  penalty.reasons =
      reader->Text("penalty.reasons", in.reasons(), limits::kTextCodePointsMax, Need::kRequired);
  return penalty;
}

HeavierRule ToHeavierRule(const policy::v1::ListRule& rule, const std::string& revision) {
  HeavierRule out;
  out.revision = revision;
  for (const int heavier : rule.heavier_penalties()) {
    if (heavier == policy::v1::HEAVIER_PENALTY_FINE_HEAVIER_END) out.aggravated_fine = true;
    if (const auto kind = KindOf(heavier)) out.kinds.insert(*kind);
  }
  return out;
}

std::vector<PublicityClass> ToPublicityClasses(const policy::v1::PublicityRule& rule) {
  std::vector<PublicityClass> classes;
  for (const policy::v1::PublicityClass& in : rule.classes()) {
    PublicityClass& out = classes.emplace_back();
    out.any_kinds = in.penalty_kinds().empty();
    for (const std::string& word : in.penalty_kinds()) {
      v1::PenaltyKind kind = v1::PENALTY_KIND_UNSPECIFIED;
      if (v1::PenaltyKind_Parse("PENALTY_KIND_" + word, &kind)) {
        out.kinds.insert(static_cast<PenaltyKind>(kind));
      }
    }
    out.fine_fen_max = in.fine_fen_max();
    out.clock = in.publicity_clock();
    out.from_decision = in.counted_from() == policy::v1::REPAIR_START_DECISION;
    out.basis = policy::ToBasis(in.legal_basis());
  }
  return classes;
}

v1::Case ToProto(const Case& c, const CaseView& view) {
  v1::Case out;
  out.set_name(c.name());
  out.set_etag(c.etag());
  *out.mutable_provenance() =
      ToProvenance({view.origin, c.id.value(), c.organisation, c.events.front().recorded});
  out.set_number(c.number);
  *out.mutable_party() = convert::ToProto(view.party, Shown::kMasked);
  out.set_region(c.region);
  out.set_organisation(c.organisation);
  out.set_cause(c.cause);
  for (const LeadId& lead : c.leads) {
    out.add_leads(absl::StrCat("operators/", c.op.value(), "/leads/", lead.value()));
  }
  out.set_state(static_cast<v1::CaseState>(StateOf(c, view.as_of)));
  for (const Event& event : c.events) *out.add_events() = ToProto(event, c, view.locale);
  if (c.notice() != nullptr) *out.mutable_notice() = ToProto(*c.notice());
  if (const Event* decided = c.Last(Act::kPenaltyDecided)) {
    *out.mutable_penalty() = ToPenaltyProto(*decided);
  }
  out.set_entry(c.entry());
  for (const Clock& clock : c.clocks) *out.add_deadlines() = convert::ToProto(clock, view.locale);
  const Event* published = c.Last(Act::kPenaltyPublished);
  if (published != nullptr) *out.mutable_public_until_date() = convert::ToProto(*published->until);
  return out;
}

v1::CaseFiled ToFiled(const Case& c, const std::vector<std::string>& evidence) {
  v1::CaseFiled out;
  out.set_operator_("operators/" + c.op.value());
  out.set_case_(c.name());
  out.set_region(c.region);
  *out.mutable_file_time() = convert::ToProto(c.events.front().time);
  for (const std::string& one : evidence) out.add_evidence(one);
  return out;
}

v1::PenaltyDecided ToDecided(const Case& c, const std::vector<std::string>& evidence) {
  const Penalty& penalty = *c.penalty();
  v1::PenaltyDecided out;
  out.set_operator_("operators/" + c.op.value());
  out.set_case_(c.name());
  out.set_region(c.region);
  out.set_decision_number(penalty.decision_number);
  for (const PenaltyKind kind : penalty.kinds) out.add_kinds(static_cast<v1::PenaltyKind>(kind));
  out.set_fine_fen(penalty.fine_fen);
  out.set_confiscation_fen(penalty.confiscation_fen);
  out.set_heavier(penalty.heavier);
  *out.mutable_decide_time() = convert::ToProto(c.Last(Act::kPenaltyDecided)->time);
  *out.mutable_serve_time() = convert::ToProto(c.Last(Act::kDecisionServed)->time);
  for (const errors::Basis& basis : penalty.bases) {
    *out.add_legal_bases() = convert::ToProto(basis);
  }
  for (const std::string& one : evidence) out.add_evidence(one);
  return out;
}

v1::PenaltyAnnulled ToAnnulled(const Case& c, absl::Time time) {
  v1::PenaltyAnnulled out;
  out.set_operator_("operators/" + c.op.value());
  out.set_case_(c.name());
  out.set_region(c.region);
  *out.mutable_annul_time() = convert::ToProto(time);
  return out;
}

v1::PenaltyCard ToCard(const Case& c, const Party& party) {
  const Penalty& penalty = *c.penalty();
  v1::PenaltyCard out;
  out.set_operator_("operators/" + c.op.value());
  if (!party.natural_person) {
    out.set_name(party.name);
    out.set_code(party.code);
  }
  out.set_decision_number(penalty.decision_number);
  out.set_authority(c.organisation);
  for (const PenaltyKind kind : penalty.kinds) out.add_kinds(static_cast<v1::PenaltyKind>(kind));
  out.set_fine_fen(penalty.fine_fen);
  for (const errors::Basis& basis : penalty.bases) {
    *out.add_legal_bases() = convert::ToProto(basis);
  }
  *out.mutable_decide_date() = convert::ToProto(ToDate(c.Last(Act::kPenaltyDecided)->time));
  *out.mutable_until_date() = convert::ToProto(*c.Last(Act::kPenaltyPublished)->until);
  return out;
}

}  // namespace shian::sanction::convert
