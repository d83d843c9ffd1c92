// What goes out: resources, clocks, facts, cards.
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/policy/convert.h"
#include "libs/rpc/convert.h"
#include "services/inspection/sampling/convert.h"

namespace shian::inspection::sampling {
namespace {

using google::protobuf::Timestamp;

template <class To, class From>
To Same(From from) {
  return static_cast<To>(static_cast<int>(from));
}

void SetTime(const std::optional<absl::Time>& time, Timestamp* (v1::Sample::*field)(),
             v1::Sample* out) {
  if (time) *(out->*field)() = rpc::ToProto(*time);
}

std::string Named(absl::string_view collection, const std::string& id) {
  return id.empty() ? "" : absl::StrCat(collection, "/", id);
}

void ToProto(const Document& in, common::v1::Attachment* out) {
  out->set_sha256(in.sha256);
  out->set_title(in.title);
  out->set_media_type(in.media_type);
  out->set_size_bytes(in.size_bytes);
}

void ToProto(const Product& in, v1::Product* out) {
  out->set_product_name(in.product_name);
  out->set_specification(in.specification);
  out->set_brand(in.brand);
  out->set_batch(in.batch);
  if (in.production_date)
    *out->mutable_production_date() = inspection::ToProto(*in.production_date);
  if (in.shelf_life_end) *out->mutable_shelf_life_end() = inspection::ToProto(*in.shelf_life_end);
  out->set_lot(in.lot);
  out->set_quantity(in.quantity);
  out->set_producer(Named("operators", in.producer));
  out->set_producer_name(in.producer_name);
  out->set_producer_address(in.producer_address);
  out->set_supplier(Named("operators", in.supplier));
}

void ToProto(const Taken& in, absl::Time time, v1::Taking* out) {
  *out->mutable_time() = rpc::ToProto(time);
  for (const std::string& one : in.samplers) out->add_samplers(Named("inspectors", one));
  out->set_notice_shown(in.notice_shown);
  out->set_price_fen(in.price_fen);
  out->set_test_seal(in.test_seal);
  out->set_backup_seal(in.backup_seal);
  out->set_online(in.online);
}

void ToProto(const TestItem& in, v1::TestItem* out) {
  out->set_item(in.item);
  out->set_value(in.value);
  out->set_limit(in.limit);
  out->set_unit(in.unit);
  out->set_standard(in.standard);
  out->set_failed(in.failed);
  out->set_reason(Same<v1::FailureReason>(in.reason));
}

void ToProto(const LabReport& in, const std::optional<absl::Time>& reported, v1::LabReport* out) {
  out->set_number(in.number);
  *out->mutable_conclusion_time() = rpc::ToProto(in.conclusion_time);
  if (reported) *out->mutable_report_time() = rpc::ToProto(*reported);
  out->set_passed(in.passed);
  for (const TestItem& item : in.items) ToProto(item, out->add_items());
  if (!in.document.sha256.empty()) ToProto(in.document, out->mutable_document());
  out->set_hazard(Same<v1::HazardLevel>(in.hazard));
  out->set_laboratory(Named("laboratories", in.laboratory));
}

void ToProto(const Hop& in, v1::CustodyHop* out) {
  *out->mutable_time() = rpc::ToProto(in.time);
  out->set_carrier(Same<v1::Carrier>(in.carrier));
  out->set_laboratory(Named("laboratories", in.laboratory));
  out->set_seal(in.seal);
  out->set_seal_intact(in.seal_intact);
  out->set_backup(in.backup);
}

void ToProto(const Party& in, v1::ResponsibleParty* out) {
  out->set_role(Same<v1::PartyRole>(in.role));
  out->set_operator_(Named("operators", in.operator_id));
  if (!in.diligence) return;
  v1::DueDiligence* diligence = out->mutable_due_diligence();
  diligence->set_incoming_check(in.diligence->incoming_check);
  diligence->set_did_not_know(in.diligence->did_not_know);
  diligence->set_source_stated(in.diligence->source_stated);
  for (const Document& one : in.diligence->evidence) ToProto(one, diligence->add_evidence());
  diligence->set_exempt(in.diligence->exempt());
  *diligence->mutable_time() = rpc::ToProto(in.diligence_time);
  SetBasis(in.diligence->basis.statute, in.diligence->basis.article,
           diligence->mutable_legal_basis());
}

void ToProto(const Reinspection& in, const Sample& sample, v1::Reinspection* out) {
  *out->mutable_request_time() = rpc::ToProto(in.request_time);
  out->set_applicant(Named("operators", in.applicant));
  out->set_reason(in.reason);
  if (in.decide_time) {
    *out->mutable_decide_time() = rpc::ToProto(*in.decide_time);
    out->set_accepted(in.accepted);
    out->set_reject_reason(Same<v1::RejectReason>(in.reject));
    SetBasis(in.basis.statute, in.basis.article, out->mutable_legal_basis());
  }
  if (in.draw_time) *out->mutable_draw_time() = rpc::ToProto(*in.draw_time);
  out->set_seed(in.seed);
  for (size_t i = 0; i < in.candidates.size(); ++i) {
    v1::LabCandidate* candidate = out->add_candidates();
    candidate->set_laboratory(Named("laboratories", in.candidates[i].laboratory));
    candidate->set_ticket(in.candidates[i].ticket);
    if (i < in.declines.size()) *candidate->mutable_decline_time() = rpc::ToProto(in.declines[i]);
  }
  out->set_laboratory(Named("laboratories", in.laboratory()));
  if (in.handover_time) *out->mutable_handover_time() = rpc::ToProto(*in.handover_time);
  if (in.receipt_time) *out->mutable_receipt_time() = rpc::ToProto(*in.receipt_time);
  if (in.report) ToProto(*in.report, in.report_time, out->mutable_report());
  if (in.served_time) *out->mutable_served_time() = rpc::ToProto(*in.served_time);
  out->set_cost_borne_by_regulator(in.report && sample.outcome == Outcome::kOverturned);
}

void ToProto(const Objection& in, int number, v1::Objection* out) {
  out->set_number(number);
  out->set_kind(Same<v1::ObjectionKind>(in.kind));
  out->set_applicant(Named("operators", in.applicant));
  out->set_grounds(in.grounds);
  *out->mutable_raise_time() = rpc::ToProto(in.raise_time);
  if (in.accept_time) *out->mutable_accept_time() = rpc::ToProto(*in.accept_time);
  out->set_accepted(in.accepted);
  if (in.decide_time) *out->mutable_decide_time() = rpc::ToProto(*in.decide_time);
  out->set_upheld(in.upheld);
  out->set_reasons(in.reasons);
}

void ToProto(const Disposal& in, v1::Disposal* out) {
  *out->mutable_start_time() = rpc::ToProto(in.start_time);
  out->set_extension_days(in.extension_days);
  if (in.finish_time) *out->mutable_finish_time() = rpc::ToProto(*in.finish_time);
  out->set_product_controlled(in.result.product_controlled);
  out->set_cause(in.result.cause);
  out->set_trace(in.result.trace);
  out->set_penalty_case(in.result.penalty_case);
  out->set_summary(in.result.summary);
}

void AddNotice(const Sample& s, v1::Sample* out) {
  v1::ResultNotice* notice = out->mutable_notice();
  *notice->mutable_time() = rpc::ToProto(*s.notice_time);
  notice->set_number(s.notice.number);
  for (const std::string& one : s.notice.also_served) {
    notice->add_also_served(Named("operators", one));
  }
  v1::RiskControl* control = out->mutable_risk_control();
  *control->mutable_order_time() = rpc::ToProto(*s.notice_time);
  control->add_measures(v1::CONTROL_MEASURE_STOP_SALE);
  control->add_measures(v1::CONTROL_MEASURE_SEAL_STOCK);
  control->add_measures(v1::CONTROL_MEASURE_RECALL);
  SetBasis(s.notice.risk_control.statute, s.notice.risk_control.article,
           control->mutable_legal_basis());
  if (s.control_time) *control->mutable_report_time() = rpc::ToProto(*s.control_time);
  control->set_report(s.control_report);
  if (s.posted_time) *control->mutable_posted_time() = rpc::ToProto(*s.posted_time);
}

void AddAct(const DatedAct& in, v1::SampleAct* out) {
  out->set_sequence(in.sequence);
  out->set_act(WordOf(in.act));
  *out->mutable_time() = rpc::ToProto(in.time);
  *out->mutable_record_time() = rpc::ToProto(in.recorded);
  out->set_system(in.by.system);
  if (in.by.person.empty()) return;
  out->mutable_actor()->set_person(in.by.person);
  out->mutable_actor()->set_organisation(in.by.organisation);
  out->mutable_actor()->set_card(in.by.card);
}

void AddSource(const Stored& stored, v1::Sample* out) {
  common::v1::Provenance* provenance = out->mutable_provenance();
  provenance->set_origin(stored.source.origin);
  provenance->set_source_id(stored.source.source_id);
  provenance->set_authority(stored.source.authority);
  provenance->set_document_sha256(stored.source.document_sha256);
  provenance->set_attested(stored.sample.attested);
  *provenance->mutable_record_time() = rpc::ToProto(stored.recorded);
}

template <class Message>
void AddFailure(const Sample& s, Message* out) {
  out->set_sample("samples/" + s.id.value());
  out->set_operator_(Named("operators", s.planned.operator_id));
  out->set_region(s.planned.region);
  for (const Party& party : s.parties) ToProto(party, out->add_responsible_parties());
  out->set_lot(s.product.lot);
  const std::vector<TestItem> failed = FailedItems(s);
  out->set_failure_reason(Same<v1::FailureReason>(GravestReason(failed)));
  out->set_hazard(Same<v1::HazardLevel>(s.report->hazard));
  for (const TestItem& item : failed) ToProto(item, out->add_failed_items());
  out->set_product_name(s.product.product_name);
  out->set_attested(s.attested);
}

}  // namespace

void ToProto(const Stored& stored, bool with_acts, v1::Sample* out) {
  const Sample& s = stored.sample;
  out->set_name("samples/" + s.id.value());
  out->set_etag(EtagOf(s));
  AddSource(stored, out);
  out->set_operator_(Named("operators", s.planned.operator_id));
  out->set_region(s.planned.region);
  out->set_kind(Same<v1::SampleKind>(s.planned.kind));
  out->set_authority_level(Same<policy::v1::RegionLevel>(s.planned.level));
  out->set_food_category(s.planned.food_category);
  out->set_plan(s.planned.plan);
  out->set_draw(Named("draws", s.planned.draw));
  out->set_state(Same<v1::SampleState>(StateOf(s)));
  out->set_outcome(Same<v1::SampleOutcome>(s.outcome));
  out->set_laboratory(Named("laboratories", s.planned.laboratory));
  if (s.take_time) {
    ToProto(s.product, out->mutable_product());
    ToProto(s.taken, *s.take_time, out->mutable_taking());
  }
  for (const Hop& hop : s.custody) ToProto(hop, out->add_custody());
  if (s.reception_time) {
    *out->mutable_reception()->mutable_time() = rpc::ToProto(*s.reception_time);
    out->mutable_reception()->set_accepted(s.accepted);
    out->mutable_reception()->set_reject_reason(s.reject_reason);
  }
  if (s.report) ToProto(*s.report, s.report_time, out->mutable_report());
  if (s.notice_time) AddNotice(s, out);
  if (s.report && !s.report->passed) {
    for (const Party& party : s.parties) ToProto(party, out->add_responsible_parties());
  }
  if (s.reinspection) ToProto(*s.reinspection, s, out->mutable_reinspection());
  for (size_t i = 0; i < s.objections.size(); ++i) {
    ToProto(s.objections[i], static_cast<int>(i) + 1, out->add_objections());
  }
  if (s.disposal) ToProto(*s.disposal, out->mutable_disposal());
  SetTime(s.final_time, &v1::Sample::mutable_final_time, out);
  SetTime(s.publish_time, &v1::Sample::mutable_publish_time, out);
  SetTime(s.close_time, &v1::Sample::mutable_close_time, out);
  if (!with_acts) return;
  for (const DatedAct& act : s.acts) AddAct(act, out->add_acts());
}

void ToProto(const Clock& clock, absl::Time at, absl::string_view locale, v1::SampleClock* out) {
  out->set_step(clock.step);
  out->set_title(clock.rule.title_zh);
  *out->mutable_deadline() = policy::ToProto(clock.rule, clock.start, clock.due, clock.suspensions,
                                             clock.done.value_or(absl::InfiniteFuture()), locale);
  out->mutable_deadline()->set_attested(clock.attested);
  out->set_overdue(clock.OverdueAt(at));
}

v1::SampleNotified ToNotified(const Sample& sample) {
  v1::SampleNotified out;
  AddFailure(sample, &out);
  out.set_batch(sample.product.batch);
  *out.mutable_notice_time() = rpc::ToProto(*sample.notice_time);
  *out.mutable_conclusion_time() = rpc::ToProto(sample.report->conclusion_time);
  return out;
}

v1::SampleFinalised ToFinalised(const Sample& sample) {
  v1::SampleFinalised out;
  AddFailure(sample, &out);
  out.set_outcome(Same<v1::SampleOutcome>(sample.outcome));
  out.set_kind(Same<v1::SampleKind>(sample.planned.kind));
  out.set_authority_level(Same<policy::v1::RegionLevel>(sample.planned.level));
  *out.mutable_first_result_time() = rpc::ToProto(sample.report->conclusion_time);
  *out.mutable_final_time() = rpc::ToProto(*sample.final_time);
  return out;
}

v1::SampleDisposed ToDisposed(const Sample& sample) {
  v1::SampleDisposed out;
  out.set_sample("samples/" + sample.id.value());
  out.set_operator_(Named("operators", sample.planned.operator_id));
  *out.mutable_finish_time() = rpc::ToProto(*sample.disposal->finish_time);
  out.set_product_controlled(sample.disposal->result.product_controlled);
  return out;
}

v1::SampleCard ToCard(const Sample& s, const std::string& title, const errors::Basis& basis) {
  v1::SampleCard out;
  out.set_sample("samples/" + s.id.value());
  out.set_operator_(Named("operators", s.planned.operator_id));
  if (frame::IsLegalPersonId(s.planned.operator_id)) out.set_operator_name(title);
  out.set_producer(Named("operators", s.product.producer));
  out.set_producer_name(s.product.producer_name);
  out.set_producer_address(s.product.producer_address);
  out.set_product_name(s.product.product_name);
  out.set_specification(s.product.specification);
  out.set_brand(s.product.brand);
  out.set_batch(s.product.batch);
  if (s.product.production_date) {
    *out.mutable_production_date() = inspection::ToProto(*s.product.production_date);
  }
  out.set_outcome(Same<v1::SampleOutcome>(s.outcome));
  for (const TestItem& item : FailedItems(s)) ToProto(item, out.add_failed_items());
  if (s.disposal && s.disposal->finish_time) out.set_disposal(s.disposal->result.summary);
  SetBasis(basis.statute, basis.article, out.mutable_legal_basis());
  return out;
}

absl::StatusOr<Rules> ReadRules(const policy::Policies& policies, store::ReadTx& tx, Date on) {
  static constexpr absl::string_view kSampling = "sampling.food";
  static constexpr absl::string_view kDeadlines = "deadline.sampling";
  ASSIGN_OR_RETURN(const auto rule, policies.InForce<policy::v1::SamplingRule>(tx, kSampling, on));
  ASSIGN_OR_RETURN(const auto table,
                   policies.InForce<policy::v1::DeadlineTable>(tx, kDeadlines, on));
  Rules rules;
  ASSIGN_OR_RETURN(rules.calendar, policies.Calendar(tx));
  for (const auto& one : table.policy().rules()) {
    ASSIGN_OR_RETURN(rules.clocks[one.key()],
                     policy::ToRule(table.policy(), one.key(), table.revision));
  }
  for (const auto& one : rule.policy().kinds()) {
    rules.kinds[one.key()] = {one.enforcement(), one.reinspection(), one.published()};
  }
  for (const auto& one : rule.policy().failure_reasons()) {
    if (one.reinspection_barred()) rules.barred.insert(one.key());
    if (one.severe()) rules.severe.insert(one.key());
  }
  for (const auto& one : rule.policy().reinspection_rejects()) {
    rules.rejects[one.key()] = policy::ToBasis(one.legal_basis());
  }
  for (const auto& one : rule.policy().duties()) {
    rules.duties[one.key()] = policy::ToBasis(one.legal_basis());
  }
  rules.samplers_min = rule.policy().samplers_min();
  rules.approval_chain = rule.policy().approval_chain();
  return rules;
}

}  // namespace shian::inspection::sampling
