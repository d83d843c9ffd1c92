#include "services/credit/archive/convert.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/protobuf/util/time_util.h"
#include "libs/errors/errors.h"
#include "services/credit/archive/limits.h"
#include "services/credit/archive/subject.h"

namespace shian::credit {
namespace {

using google::protobuf::util::TimeUtil;

constexpr int32_t kNanosPerSecond = 1'000'000'000;

static_assert(static_cast<int>(EvidenceKind::kTraceAlert) == v1::EVIDENCE_KIND_TRACE_ALERT);
static_assert(static_cast<int>(Level::kNational) == policy::v1::REGION_LEVEL_NATIONAL);
static_assert(static_cast<int>(Level::kTownship) == policy::v1::REGION_LEVEL_TOWNSHIP);

// "FOOD_PRODUCER" from "OPERATOR_KIND_FOOD_PRODUCER".
std::string Word(const std::string& enumerator, absl::string_view prefix) {
  return std::string(absl::StripPrefix(enumerator, prefix));
}

// At most `max` code points of a text from elsewhere, on one line.
std::string Clipped(absl::string_view text, size_t max) {
  std::string out;
  size_t points = 0;
  for (const char c : text) {
    const bool first_byte = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (first_byte && points++ == max) break;
    out.push_back(c == '\n' || c == '\t' || c == '\0' ? ' ' : c);
  }
  return out;
}

std::string ItemsText(const google::protobuf::RepeatedPtrField<inspection::v1::TestItem>& items) {
  std::string text;
  for (const inspection::v1::TestItem& item : items) {
    absl::StrAppend(&text, "，", item.item(), " ", item.value(), item.unit(), "（标准",
                    item.limit(), "）");
  }
  return text;
}

template <class Sample>
Evidence SampleEvidence(const Sample& sample, EvidenceKind kind, const char* title) {
  Evidence evidence;
  evidence.kind = kind;
  evidence.source = sample.sample();
  evidence.summary =
      Clipped(absl::StrCat(title, "：", sample.product_name(), ItemsText(sample.failed_items())),
              limits::kSummaryMax);
  evidence.tags = {
      Word(inspection::v1::FailureReason_Name(sample.failure_reason()), "FAILURE_REASON_"),
      Word(inspection::v1::HazardLevel_Name(sample.hazard()), "HAZARD_LEVEL_")};
  evidence.attested = sample.attested();
  return evidence;
}

Findings ToFindings(const inspection::v1::CheckRecorded& check) {
  const auto bounded = [](int32_t count) { return std::clamp(count, 0, limits::kFindingsMax); };
  const inspection::v1::CheckCounts& counts = check.counts();
  Findings findings;
  findings.key_items = bounded(counts.key_items());
  findings.key_failed = bounded(counts.key_failed());
  findings.general_items = bounded(counts.general_items());
  findings.general_failed = bounded(counts.general_failed());
  findings.slight_failed = std::min(bounded(counts.slight_failed()), findings.general_failed);
  findings.nonconforming = check.result() == inspection::v1::CHECK_RESULT_NONCONFORMING;
  findings.check_kind = Word(inspection::v1::CheckKind_Name(check.kind()), "CHECK_KIND_");
  return findings;
}

std::vector<std::string> PenaltyTags(const sanction::v1::PenaltyDecided& penalty) {
  std::vector<std::string> tags;
  for (const int kind : penalty.kinds()) {
    tags.push_back(
        Word(sanction::v1::PenaltyKind_Name(static_cast<sanction::v1::PenaltyKind>(kind)),
             "PENALTY_KIND_"));
  }
  if (penalty.heavier()) tags.push_back(kTagHeavierPenalty);
  if (tags.size() > limits::kTagsMax) tags.resize(limits::kTagsMax);
  return tags;
}

void FillFindings(const Findings& findings, v1::CheckFindings* out) {
  out->set_key_items(findings.key_items);
  out->set_key_failed(findings.key_failed);
  out->set_general_items(findings.general_items);
  out->set_general_failed(findings.general_failed);
  out->set_slight_failed(findings.slight_failed);
  out->set_nonconforming(findings.nonconforming);
  out->set_kind(findings.check_kind);
}

v1::EvidenceState StateOf(const Evidence& evidence, absl::Time as_of) {
  if (evidence.annulled) return v1::EVIDENCE_STATE_ANNULLED;
  return evidence.ended && evidence.ended->time <= as_of ? v1::EVIDENCE_STATE_ENDED
                                                         : v1::EVIDENCE_STATE_IN_FORCE;
}

bool IsPublic(const Evidence& evidence, absl::Time as_of) {
  const EvidenceKind kind = evidence.kind;
  if (!IsUsedAt(evidence, as_of)) return false;
  return kind == EvidenceKind::kCheck || kind == EvidenceKind::kSampleFailed ||
         kind == EvidenceKind::kPenalty || kind == EvidenceKind::kListing ||
         kind == EvidenceKind::kRecall;
}

}  // namespace

google::protobuf::Timestamp ToProto(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(ToMicros(time));
}

absl::Time FromProto(const google::protobuf::Timestamp& time) {
  return FromMicros(TimeUtil::TimestampToMicroseconds(time));
}

common::v1::Date ToProto(Date date) {
  common::v1::Date out;
  out.set_year(static_cast<int32_t>(date.year()));
  out.set_month(date.month());
  out.set_day(date.day());
  return out;
}

Date FromProto(const common::v1::Date& date) { return Date(date.year(), date.month(), date.day()); }

std::string EvidenceName(const OperatorId& id, int64_t number) {
  return absl::StrCat(OperatorName(id), "/evidence/", number);
}

v1::Evidence ToProto(const OperatorId& id, const Evidence& evidence, absl::Time as_of,
                     int64_t version) {
  Evidence seen = evidence;
  if (seen.ended && seen.ended->version > version) seen.ended.reset();
  if (seen.annulled && seen.annulled->version > version) seen.annulled.reset();
  v1::Evidence out;
  out.set_name(EvidenceName(id, seen.number));
  out.set_kind(static_cast<v1::EvidenceKind>(seen.kind));
  out.set_state(StateOf(seen, as_of));
  out.set_source(seen.source);
  out.set_cause(seen.cause);
  *out.mutable_time() = ToProto(seen.time);
  *out.mutable_record_time() = ToProto(seen.recorded);
  if (seen.ended) *out.mutable_end_time() = ToProto(seen.ended->time);
  if (seen.annulled) *out.mutable_annul_time() = ToProto(seen.annulled->time);
  out.set_summary(seen.summary);
  if (!seen.basis.statute.empty()) {
    out.mutable_legal_basis()->set_statute(seen.basis.statute);
    out.mutable_legal_basis()->set_article(seen.basis.article);
  }
  out.set_authority_level(static_cast<policy::v1::RegionLevel>(seen.level));
  for (const std::string& tag : seen.tags) out.add_tags(tag);
  if (seen.kind == EvidenceKind::kCheck) FillFindings(seen.findings, out.mutable_findings());
  out.set_fine_fen(seen.fine_fen);
  if (seen.until) *out.mutable_until_date() = ToProto(*seen.until);
  out.mutable_provenance()->set_origin(seen.origin);
  out.mutable_provenance()->set_source_id(seen.source);
  out.mutable_provenance()->set_attested(seen.attested);
  *out.mutable_provenance()->mutable_record_time() = ToProto(seen.recorded);
  out.set_public_(IsPublic(seen, as_of));
  return out;
}

Subject ToSubject(const registry::v1::Operator& op) {
  Described described;
  described.kind = Word(registry::v1::OperatorKind_Name(op.kind()), "OPERATOR_KIND_");
  described.person = op.form() == registry::v1::OPERATOR_FORM_SOLE_TRADER ||
                     op.form() == registry::v1::OPERATOR_FORM_PERSON;
  for (const registry::v1::Licence& licence : op.licences()) {
    described.licence_numbers.push_back(licence.number());
    if (licence.has_valid_from()) {
      described.licensed_from.push_back(FromProto(licence.valid_from()));
    }
  }
  for (const std::string& category : op.food_categories()) {
    described.food_categories.push_back(category);
  }
  if (op.has_floor_area_m2()) described.floor_area_m2 = op.floor_area_m2();
  if (op.has_diners()) described.diners = op.diners();
  for (const registry::v1::Attribute& attribute : op.attributes()) {
    described.attributes.emplace_back(attribute.key(), attribute.value());
  }
  return ToSubject(described);
}

Evidence ToEvidence(const inspection::v1::SampleNotified& sample) {
  Evidence evidence =
      SampleEvidence(sample, EvidenceKind::kSamplePending, "抽检初检不合格（尚可申请复检）");
  evidence.time = FromProto(sample.notice_time());
  return evidence;
}

Evidence ToEvidence(const inspection::v1::SampleFinalised& sample) {
  Evidence evidence = SampleEvidence(sample, EvidenceKind::kSampleFailed, "监督抽检不合格");
  evidence.time = FromProto(sample.final_time());
  evidence.level = static_cast<Level>(sample.authority_level());
  return evidence;
}

Evidence ToEvidence(const inspection::v1::CheckRecorded& check) {
  Evidence evidence;
  const bool obstructed = check.result() == inspection::v1::CHECK_RESULT_OBSTRUCTED;
  evidence.kind = obstructed ? EvidenceKind::kObstruction : EvidenceKind::kCheck;
  evidence.source = check.check();
  evidence.time = StartOfDay(FromProto(check.date()));
  evidence.findings = ToFindings(check);
  const Findings& f = evidence.findings;
  evidence.summary =
      obstructed ? std::string("拒绝、逃避或者阻挠监督检查")
                 : absl::StrCat("监督检查：重点项不合格", f.key_failed, "项，一般项不合格",
                                f.general_failed, "项", f.nonconforming ? "，结果不符合" : "");
  evidence.attested = check.attested();
  return evidence;
}

Evidence ToEvidence(const sanction::v1::PenaltyDecided& penalty) {
  Evidence evidence;
  evidence.kind = EvidenceKind::kPenalty;
  evidence.source = penalty.case_();
  evidence.time = FromProto(penalty.serve_time());
  evidence.fine_fen = penalty.fine_fen();
  evidence.tags = PenaltyTags(penalty);
  evidence.summary = Clipped(absl::StrCat("行政处罚", penalty.heavier() ? "（较重）" : "", "：",
                                          penalty.decision_number()),
                             limits::kSummaryMax);
  if (penalty.legal_bases_size() > 0) {
    evidence.basis = {penalty.legal_bases(0).statute(), penalty.legal_bases(0).article()};
  }
  return evidence;
}

Evidence ToEvidence(const sanction::v1::ListingPublished& listing) {
  Evidence evidence;
  evidence.kind = EvidenceKind::kListing;
  evidence.source = listing.entry();
  evidence.time = FromProto(listing.publish_time());
  if (listing.has_until_date()) evidence.until = FromProto(listing.until_date());
  evidence.tags = {listing.list(), listing.ground()};
  evidence.summary = Clipped(absl::StrCat("列入名单：", listing.list()), limits::kSummaryMax);
  if (listing.list() == kTagSeriousList) evidence.summary = "列入市场监督管理严重违法失信名单";
  evidence.basis = {listing.legal_basis().statute(), listing.legal_basis().article()};
  return evidence;
}

Evidence ToEvidence(const trace::v1::Recall& recall) {
  Evidence evidence;
  evidence.kind = EvidenceKind::kRecall;
  evidence.source = recall.name();
  evidence.time = FromProto(recall.propose_time());
  evidence.summary = Clipped(absl::StrCat("食品召回：", recall.product(), "，", recall.reason()),
                             limits::kSummaryMax);
  return evidence;
}

Evidence ToEvidence(const trace::v1::RecallBreached& breach) {
  Evidence evidence;
  evidence.kind = EvidenceKind::kRecallBreach;
  evidence.source = breach.recall();
  evidence.time = FromProto(breach.due_time());
  const bool start = breach.duty() == trace::v1::RECALL_DUTY_START;
  evidence.summary =
      Clipped(absl::StrCat(start ? "逾期未启动召回：" : "逾期未完成召回：", breach.product()),
              limits::kSummaryMax);
  evidence.tags = {Word(trace::v1::RecallDuty_Name(breach.duty()), "RECALL_DUTY_")};
  const common::v1::LegalBasis& basis = breach.deadline().legal_basis();
  evidence.basis = {basis.statute(), basis.article()};
  return evidence;
}

std::vector<OperatorId> Answerable(
    const std::string& sampled_unit,
    const google::protobuf::RepeatedPtrField<inspection::v1::ResponsibleParty>& parties) {
  std::vector<OperatorId> ids;
  std::vector<std::string> spared;
  const auto add = [&](const std::string& name) {
    const std::optional<OperatorId> id = OperatorIdOf(name);
    const bool is_spared = std::find(spared.begin(), spared.end(), name) != spared.end();
    if (id && !is_spared && std::find(ids.begin(), ids.end(), *id) == ids.end()) ids.push_back(*id);
  };
  for (const inspection::v1::ResponsibleParty& party : parties) {
    if (party.due_diligence().exempt()) spared.push_back(party.operator_());
  }
  add(sampled_unit);
  for (const inspection::v1::ResponsibleParty& party : parties) add(party.operator_());
  return ids;
}

bool HasLegalEffect(inspection::v1::SampleKind kind) {
  return kind == inspection::v1::SAMPLE_KIND_SUPERVISION ||
         kind == inspection::v1::SAMPLE_KIND_AGRICULTURAL ||
         kind == inspection::v1::SAMPLE_KIND_DRUG || kind == inspection::v1::SAMPLE_KIND_SPECIAL;
}

absl::StatusOr<OperatorId> ToOperatorId(absl::string_view name, absl::string_view field) {
  std::optional<OperatorId> id = OperatorIdOf(name);
  if (id) return *std::move(id);
  return errors::InvalidField(
      field, {"must be operators/{operator}", "应为operators/{operator}形式", "OPERATOR_NAME"});
}

absl::StatusOr<OperatorId> ToOperatorIdOf(absl::string_view name, absl::string_view part,
                                          absl::string_view field) {
  const std::string suffix = absl::StrCat("/", part);
  if (absl::ConsumeSuffix(&name, suffix)) {
    std::optional<OperatorId> id = OperatorIdOf(name);
    if (id) return *std::move(id);
  }
  return errors::InvalidField(
      field, {absl::StrCat("must be operators/{operator}", suffix),
              absl::StrCat("应为operators/{operator}", suffix, "形式"), "RESOURCE_NAME"});
}

absl::StatusOr<absl::Time> ToTime(bool present, const google::protobuf::Timestamp& time,
                                  absl::Time now, absl::string_view field) {
  if (!present) return now;
  const bool valid = time.seconds() >= TimeUtil::kTimestampMinSeconds &&
                     time.seconds() <= TimeUtil::kTimestampMaxSeconds && time.nanos() >= 0 &&
                     time.nanos() < kNanosPerSecond;
  if (!valid) {
    return errors::InvalidField(field, {"is no time", "不是有效时间", "TIME_INVALID"});
  }
  const absl::Time given = FromProto(time);
  if (given <= now) return given;
  return errors::InvalidField(field,
                              {"must not lie in the future", "不得晚于当前时间", "TIME_FUTURE"});
}

}  // namespace shian::credit
