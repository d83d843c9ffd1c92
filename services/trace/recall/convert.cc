#include "services/trace/recall/convert.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"
#include "libs/base/time.h"
#include "libs/base/uuid.h"
#include "libs/errors/errors.h"
#include "libs/policy/convert.h"
#include "libs/rpc/convert.h"
#include "services/trace/capture/convert.h"
#include "services/trace/capture/event_fields.h"
#include "services/trace/capture/json.h"
#include "services/trace/recall/convert_conduct.h"
#include "services/trace/recall/limits.h"
#include "shian/policy/v1/recall.pb.h"

namespace shian::trace::recall {
namespace {

constexpr absl::string_view kNoticePrefix = "/notices/";

common::v1::Deadline ToProto(const DueClock& clock, bool attested, absl::string_view locale) {
  common::v1::Deadline out =
      policy::ToProto(clock.rule, clock.clock.start, clock.due, {}, clock.clock.done, locale);
  out.set_attested(attested);
  return out;
}

void SetTime(absl::Time time, google::protobuf::Timestamp* (v1::Recall::*field)(),
             v1::Recall* out) {
  if (time != absl::InfiniteFuture()) *(out->*field)() = rpc::ToProto(time);
}

std::string ReasonOf(const inspection::v1::SampleNotified& notified) {
  std::vector<std::string> items;
  for (const auto& item : notified.failed_items()) {
    items.push_back(
        absl::StrCat(item.item(), "实测", item.value(), item.unit(), "，限值", item.limit()));
  }
  return items.empty() ? "抽样检验不合格" : "抽样检验不合格：" + absl::StrJoin(items, "；");
}

// The producer must recall (食品召回管理办法第十二条); where none is known, who sold it.
std::string WhoRecalls(const inspection::v1::SampleNotified& notified) {
  for (const auto& party : notified.responsible_parties()) {
    const bool producer = party.role() == inspection::v1::PARTY_ROLE_PRODUCER;
    if (producer && !party.operator_().empty()) return party.operator_();
  }
  return notified.operator_();
}

// Cuts to whole code points.
std::string Cut(std::string text, size_t most) {
  while (CountCodePoints(text) > most) {
    do {
      text.pop_back();
    } while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80);
  }
  return text;
}

}  // namespace

bool IsQuantity(const std::string& text) {
  json::Value value;
  return json::Parse(text, &value) == nullptr && value.IsNumber() && !absl::StartsWith(text, "-") &&
         !json::NormalNumber(text).empty();
}

absl::StatusOr<ClassRule> RuleOfClass(store::ReadTx& tx, const policy::Policies& policies,
                                      RecallClass recall_class, Date on) {
  ASSIGN_OR_RETURN(const auto rule, policies.InForce<policy::v1::RecallRule>(tx, kRecallRule, on));
  for (const policy::v1::RecallClassRule& each : rule.policy().classes()) {
    if (each.recall_class() != static_cast<int>(recall_class)) continue;
    ClassRule out;
    ASSIGN_OR_RETURN(out.start, policies.RuleInForce(tx, each.start_clock(), on));
    ASSIGN_OR_RETURN(out.finish, policies.RuleInForce(tx, each.finish_clock(), on));
    out.basis = policy::ToBasis(each.legal_basis());
    out.policy_revision = rule.revision;
    return out;
  }
  return errors::Refuse(errors::Reason::kPolicyNotInForce,
                        {{"policy", kRecallRule}, {"date", FormatDate(on)}});
}

absl::StatusOr<std::vector<DueClock>> DueClocksOf(store::ReadTx& tx,
                                                  const policy::Policies& policies,
                                                  const Recall& recall) {
  ASSIGN_OR_RETURN(const auto days, policies.Calendar(tx));
  std::vector<DueClock> clocks;
  for (const DutyClock& clock : ClocksOf(recall)) {
    ASSIGN_OR_RETURN(calendar::Rule rule,
                     policies.RuleOfRevision(tx, clock.rule, recall.deadline_revision));
    const int by_rule = rule.budget.count;
    rule.budget.count += clock.extension;
    calendar::Due due = calendar::DueOf(*days, clock.start, rule.budget, {});
    if (clock.extension > 0) ExplainExtension(by_rule, clock.extension, rule.budget.unit, &due);
    clocks.push_back({clock, std::move(rule), std::move(due)});
  }
  return clocks;
}

v1::RecallBreached BreachedChange(const Recall& recall, const DueClock& clock) {
  v1::RecallBreached out;
  out.set_recall(recall.name());
  out.set_operator_(recall.operator_);
  out.set_duty(static_cast<v1::RecallDuty>(clock.clock.duty));
  *out.mutable_due_time() = rpc::ToProto(clock.due.due);
  *out.mutable_deadline() = ToProto(clock, recall.attested, "zh-CN");
  out.set_policy_revision(recall.policy_revision);
  out.set_product(recall.product);
  return out;
}

Recall ToRecall(const inspection::v1::SampleNotified& notified, absl::Time changed) {
  Recall recall;
  recall.sample = notified.sample();
  recall.operator_ = WhoRecalls(notified);
  recall.region = notified.region();
  const Epc lot = ParseEpc(notified.lot());
  recall.lot = lot.uri.empty() ? notified.lot() : lot.uri;
  recall.product = Cut(notified.product_name(), limits::kTextCodePointsMax);
  recall.reason = Cut(ReasonOf(notified), limits::kTextCodePointsMax);
  recall.known_time = notified.has_notice_time() ? rpc::FromProto(notified.notice_time()) : changed;
  recall.attested = notified.attested();
  return recall;
}

Hazard ToHazard(const inspection::v1::SampleNotified& notified) {
  switch (notified.hazard()) {
    case inspection::v1::HAZARD_LEVEL_SEVERE:
      return Hazard::kSevere;
    case inspection::v1::HAZARD_LEVEL_GENERAL:
      return Hazard::kGeneral;
    case inspection::v1::HAZARD_LEVEL_LABEL:
      return Hazard::kLabel;
    default:
      return Hazard::kUnknown;
  }
}

absl::StatusOr<v1::Recall> ToProto(store::ReadTx& tx, const policy::Policies& policies,
                                   const Recall& recall, absl::string_view locale) {
  v1::Recall out;
  out.set_name(recall.name());
  out.set_etag(absl::StrCat(recall.version));
  out.set_state(static_cast<v1::RecallState>(recall.state));
  out.set_recall_class(static_cast<v1::RecallClass>(recall.recall_class));
  out.set_sample(recall.sample);
  out.set_operator_(recall.operator_);
  out.set_region(recall.region);
  out.set_lot(recall.lot);
  out.set_product(recall.product);
  out.set_reason(recall.reason);
  for (const std::string& seed : recall.seeds()) out.add_seeds(seed);
  SetTime(recall.propose_time, &v1::Recall::mutable_propose_time, &out);
  SetTime(recall.freeze_time, &v1::Recall::mutable_freeze_time, &out);
  SetTime(recall.withdraw_time, &v1::Recall::mutable_withdraw_time, &out);
  SetTime(recall.complete_time, &v1::Recall::mutable_complete_time, &out);
  if (recall.frozen()) *out.mutable_frozen_by() = ToProto(recall.frozen_by);
  RETURN_IF_ERROR(AddSteps(tx, recall, &out));
  out.set_scope_sequence(recall.scope_sequence);
  out.set_scope_complete(recall.frozen());
  out.set_lot_count(recall.lot_count);
  out.set_holder_count(recall.holder_count);
  out.set_acknowledged_count(recall.acknowledged_count);
  ASSIGN_OR_RETURN(const auto clocks, DueClocksOf(tx, policies, recall));
  for (const DueClock& clock : clocks) {
    *out.add_deadlines() = ToProto(clock, recall.attested, locale);
  }
  common::v1::LegalBasis* basis = out.add_legal_basis();
  basis->set_statute(recall.basis.statute);
  basis->set_article(recall.basis.article);
  out.set_policy_revision(recall.policy_revision);
  out.set_confirmed(recall.confirmed);
  out.set_withdraw_reason(recall.withdraw_reason);
  common::v1::Provenance* provenance = out.mutable_provenance();
  provenance->set_origin(tx.origin());
  provenance->set_source_id(recall.cause);
  provenance->set_attested(recall.attested);
  *provenance->mutable_record_time() = rpc::ToProto(recall.recorded);
  return out;
}

v1::RecallNotice ToProto(const Notice& notice) {
  v1::RecallNotice out;
  out.set_name(notice.name());
  out.set_etag(absl::StrCat(notice.version));
  out.set_state(static_cast<v1::NoticeState>(notice.state));
  out.set_place(notice.holder.place);
  out.set_operator_(notice.holder.operator_);
  for (const std::string& lot : notice.holder.lots) out.add_lots(lot);
  out.set_lot_count(notice.holder.lot_count);
  *out.mutable_first_time() = rpc::ToProto(notice.holder.first);
  *out.mutable_last_time() = rpc::ToProto(notice.holder.last);
  out.set_last_holder(notice.holder.last_holder);
  *out.mutable_issue_time() = rpc::ToProto(notice.issue_time);
  if (notice.state == NoticeState::kAcknowledged) {
    *out.mutable_acknowledge_time() = rpc::ToProto(notice.acknowledge_time);
  }
  out.set_recovered_quantity(notice.recovered_quantity);
  out.set_recovered_uom(notice.recovered_uom);
  out.set_remark(notice.remark);
  out.set_unanswered_reason(notice.unanswered_reason);
  return out;
}

v1::RecallLot ToProto(const ScopeLot& lot, bool late) {
  v1::RecallLot out;
  out.set_epc(lot.epc);
  out.set_kind(capture::ToProto(lot.kind));
  out.set_depth(lot.depth);
  out.set_late(late);
  return out;
}

v1::RecallFrozen FrozenChange(const v1::Recall& recall, const Scope& scope) {
  v1::RecallFrozen out;
  *out.mutable_recall() = recall;
  for (const ScopeLot& lot : scope.lots) {
    if (static_cast<size_t>(out.lots_size()) == limits::kListedInChangeMax) break;
    out.add_lots(lot.epc);
  }
  for (const ScopeHolder& holder : scope.holders) {
    if (static_cast<size_t>(out.holders_size()) == limits::kListedInChangeMax) break;
    v1::RecallHolder* to = out.add_holders();
    to->set_place(holder.place);
    to->set_operator_(holder.operator_);
    to->set_last_holder(holder.last_holder);
  }
  return out;
}

v1::RecallCard Card(const v1::Recall& shown, absl::Time time) {
  v1::RecallCard out;
  out.set_name(shown.name());
  out.set_recall_class(shown.recall_class());
  out.set_state(shown.state());
  out.set_product(shown.product());
  out.set_lot(shown.lot());
  out.set_reason(shown.reason());
  out.set_operator_(shown.operator_());
  out.set_lot_count(shown.lot_count());
  out.set_holder_count(shown.holder_count());
  *out.mutable_time() = rpc::ToProto(time);
  out.set_ordered(shown.has_order());
  int more = 0;
  for (const v1::RecallExtension& extension : shown.extensions()) more += extension.count();
  out.set_extension_count(more);
  // The second clock is the one to finish.
  if (shown.deadlines_size() > 1 && shown.deadlines(1).has_due_time()) {
    *out.mutable_finish_due_time() = shown.deadlines(1).due_time();
  }
  return out;
}

Officer ToOfficer(const auth::Officer& officer) {
  return {officer.person, officer.organisation, officer.card};
}

common::v1::Actor ToProto(const Officer& officer) {
  common::v1::Actor out;
  out.set_person(officer.person);
  out.set_organisation(officer.organisation);
  out.set_card(officer.card);
  return out;
}

absl::StatusOr<std::string> RecallId(absl::string_view name, absl::string_view field) {
  if (absl::ConsumePrefix(&name, "recalls/") && IsUuid(name)) return std::string(name);
  return errors::InvalidField(
      field, {"must be recalls/ and a recall's id", "应为recalls/加召回编号", "RECALL_NAME"});
}

absl::StatusOr<NoticeId> ToNoticeId(absl::string_view name) {
  const size_t split = name.find(kNoticePrefix);
  if (split != absl::string_view::npos) {
    const auto recall = RecallId(name.substr(0, split), "name");
    const absl::string_view notice = name.substr(split + kNoticePrefix.size());
    const bool digits = std::all_of(notice.begin(), notice.end(),
                                    [](unsigned char c) { return absl::ascii_isdigit(c); });
    if (recall.ok() && digits && notice.size() >= 6 && notice.size() <= 12) {
      return NoticeId{*recall, std::string(notice)};
    }
  }
  return errors::InvalidField("name",
                              {"must be a notice's name", "应为召回通知名称", "NOTICE_NAME"});
}

absl::StatusOr<FreezeOrder> ToOrder(const v1::FreezeScopeRequest& in) {
  errors::Violations wrong;
  FreezeOrder order;
  const auto id = RecallId(in.name(), "name");
  if (id.ok()) {
    order.recall = *id;
  } else {
    wrong.Add("name",
              {"must be recalls/ and a recall's id", "应为recalls/加召回编号", "RECALL_NAME"});
  }
  if (in.further_seeds_size() > limits::kFurtherSeedsMax) {
    wrong.Add("further_seeds", {"must be at most 63", "最多63个", "SEEDS_COUNT"});
  }
  for (int i = 0; i < std::min(in.further_seeds_size(), limits::kFurtherSeedsMax); ++i) {
    const std::string field = absl::StrCat("further_seeds[", i, "]");
    const std::string epc = capture::ToEpc(in.further_seeds(i), field, &wrong);
    if (in.further_seeds(i).empty()) wrong.Add(field, {"is required", "不能为空", "REQUIRED"});
    auto& seeds = order.further_seeds;
    if (std::find(seeds.begin(), seeds.end(), epc) == seeds.end()) seeds.push_back(epc);
  }
  if (!v1::RecallClass_IsValid(in.recall_class())) {
    wrong.Add("recall_class", {"must be a known class", "应为已定义的召回级别", "ENUM_UNKNOWN"});
  } else if (in.recall_class() != v1::RECALL_CLASS_UNSPECIFIED) {
    order.recall_class = static_cast<RecallClass>(in.recall_class());
    order.class_stated = true;
  }
  RETURN_IF_ERROR(wrong.ToStatus());
  return order;
}

absl::StatusOr<RecallFilter> ToFilter(const v1::ListRecallsRequest& in) {
  errors::Violations wrong;
  RecallFilter filter;
  if (!v1::RecallState_IsValid(in.state())) {
    wrong.Add("state", {"must be a known state", "应为已定义的状态", "ENUM_UNKNOWN"});
  }
  filter.state = in.state();
  if (!in.operator_().empty() && !absl::StartsWith(in.operator_(), "operators/")) {
    wrong.Add("operator", {"must be an operator's name", "应为经营者名称operators/…", "NAME"});
  }
  filter.operator_name = in.operator_();
  if (!in.sample().empty() && !absl::StartsWith(in.sample(), "samples/")) {
    wrong.Add("sample", {"must be a sample's name", "应为样品名称samples/…", "NAME"});
  }
  filter.sample = in.sample();
  const bool digits = std::all_of(in.region().begin(), in.region().end(),
                                  [](unsigned char c) { return absl::ascii_isdigit(c); });
  if (!in.region().empty() && (in.region().size() != 6 || !digits)) {
    wrong.Add("region", {"must be 6 digits", "应为6位行政区划代码", "REGION"});
  }
  filter.region = in.region();
  RETURN_IF_ERROR(wrong.ToStatus());
  return filter;
}

absl::StatusOr<absl::Time> TimeOr(bool stated, const google::protobuf::Timestamp& time,
                                  absl::string_view field, absl::Time otherwise) {
  if (!stated) return otherwise;
  const absl::Time at = rpc::FromProto(time);
  if (at >= StartOfDay(Date(1, 1, 1)) && at < StartOfDay(Date(10'000, 1, 1)) && time.nanos() >= 0) {
    return at;
  }
  return errors::InvalidField(field, {"must be a valid time", "应为有效时间", "TIME"});
}

absl::StatusOr<Acknowledgement> ToAcknowledgement(const v1::AcknowledgeNoticeRequest& in) {
  errors::Violations wrong;
  Acknowledgement answer;
  if (!in.recovered_quantity().empty() && !IsQuantity(in.recovered_quantity())) {
    wrong.Add("recovered_quantity", {"must be a decimal number of at least 0",
                                     "应为不小于0的十进制数", "QUANTITY_MALFORMED"});
  } else if (!in.recovered_quantity().empty()) {
    answer.recovered_quantity = json::NormalNumber(in.recovered_quantity());
  }
  if (in.recovered_quantity().empty() != in.recovered_uom().empty() ||
      (!in.recovered_uom().empty() && !IsUom(in.recovered_uom()))) {
    wrong.Add("recovered_uom", {"a quantity needs a UN/CEFACT unit, and a unit a quantity",
                                "数量与计量单位应同时填写，单位为UN/CEFACT代码", "UOM_MALFORMED"});
  }
  answer.recovered_uom = in.recovered_uom();
  auto remark = NormaliseParagraphs(in.remark(), limits::kTextCodePointsMax);
  if (remark.ok()) {
    answer.remark = *std::move(remark);
  } else {
    wrong.Add("remark", {"must be plain text of at most 1000 characters",
                         "应为不超过1000个字符的文本", "TEXT"});
  }
  RETURN_IF_ERROR(wrong.ToStatus());
  return answer;
}

}  // namespace shian::trace::recall
