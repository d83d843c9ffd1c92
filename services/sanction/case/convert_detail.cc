#include "services/sanction/case/convert_detail.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/sanction/case/limits.h"
#include "services/sanction/party/limits.h"

namespace shian::sanction::convert {
namespace {

using Need = Reader::Need;

const errors::Rule& Known() {
  static const auto* const kRule = new errors::Rule{"must be a known value", "应为已知的取值"};
  return *kRule;
}

const errors::Rule& Required() {
  static const auto* const kRule = new errors::Rule{"is required", "不能为空"};
  return *kRule;
}

// The domain's value of an enum that has the same numbers; its first one when it is wrong.
template <class Domain>
Domain ToEnum(absl::string_view field, int value, bool (*is_valid)(int), Reader* reader) {
  if (value != 0 && is_valid(value)) return static_cast<Domain>(value);
  reader->Wrong(field, Known());
  return static_cast<Domain>(1);
}

std::vector<CaseOfficer> ToOfficers(absl::string_view field,
                                    const google::protobuf::RepeatedPtrField<v1::CaseOfficer>& in,
                                    Reader* reader) {
  if (in.size() > limits::kOfficersMax) {
    reader->Wrong(field, {absl::StrCat("must be at most ", limits::kOfficersMax),
                          absl::StrCat("不能超过", limits::kOfficersMax, "人")});
    return {};
  }
  std::vector<CaseOfficer> officers;
  for (const v1::CaseOfficer& officer : in) {
    officers.push_back({reader->Line(absl::StrCat(field, ".person"), officer.person(),
                                     limits::kIdCharsMax, Need::kRequired),
                        reader->Line(absl::StrCat(field, ".card"), officer.card(),
                                     limits::kIdCharsMax, Need::kRequired)});
  }
  return officers;
}

int TakenOf(const v1::Custody& in, Reader* reader) {
  return static_cast<int>(
      reader->Number("custody.taken_sequence", in.taken_sequence(), 1, limits::kEventsMax));
}

v1::CaseOfficer ToProto(const CaseOfficer& officer) {
  v1::CaseOfficer out;
  out.set_person(officer.person);
  out.set_card(officer.card);
  return out;
}

v1::CaseFiling ToProto(const Filing& filing, const Clock* time_bar, absl::string_view locale) {
  v1::CaseFiling out;
  out.set_procedure(static_cast<v1::CaseProcedure>(filing.procedure));
  out.set_harm(filing.harm);
  if (filing.violation_end) {
    *out.mutable_violation_end_date() = convert::ToProto(*filing.violation_end);
  }
  if (time_bar != nullptr) *out.mutable_time_bar() = convert::ToProto(*time_bar, locale);
  return out;
}

v1::Evidence ToProto(const Evidence& evidence) {
  v1::Evidence out;
  out.set_kind(static_cast<v1::EvidenceKind>(evidence.kind));
  for (const CaseOfficer& officer : evidence.officers) *out.add_officers() = ToProto(officer);
  *out.mutable_gather_time() = convert::ToProto(evidence.gathered);
  out.set_place(evidence.place);
  out.set_proves(evidence.proves);
  return out;
}

v1::Custody ToProto(const Custody& custody) {
  v1::Custody out;
  out.set_items(custody.items);
  out.set_place(custody.place);
  out.set_taken_sequence(custody.taken);
  if (custody.outcome) out.set_outcome(static_cast<v1::CustodyOutcome>(*custody.outcome));
  out.set_extension_days(custody.extension_days);
  return out;
}

v1::CaseFacts ToProto(const Facts& facts) {
  v1::CaseFacts out;
  out.set_violation(facts.violation);
  out.set_goods_fen(facts.goods_fen);
  out.set_months(facts.months);
  out.set_deaths(facts.deaths);
  out.set_ill(facts.ill);
  out.set_false_information(facts.false_information);
  out.set_evasion(facts.evasion);
  out.set_sentenced(facts.sentenced);
  return out;
}

v1::CaseTransfer ToProto(const Transfer& transfer) {
  v1::CaseTransfer out;
  for (const CaseOfficer& officer : transfer.officers) *out.add_officers() = ToProto(officer);
  out.set_official_involved(transfer.official_involved);
  out.set_authority(transfer.authority);
  for (const auto& [key, sha256] : transfer.packet) {
    v1::TransferItem* item = out.add_packet();
    item->set_key(key);
    item->set_sha256(sha256);
  }
  out.set_copied_to_procuratorate(transfer.copied_to_procuratorate);
  out.set_copied_to_supervision(transfer.copied_to_supervision);
  if (transfer.answer) out.set_answer(static_cast<v1::PoliceAnswer>(*transfer.answer));
  return out;
}

v1::FileReview ToProto(const FileReview& review) {
  v1::FileReview out;
  for (const auto& [key, points] : review.scores) {
    v1::ReviewScore* score = out.add_scores();
    score->set_key(key);
    score->set_points(points);
  }
  out.set_mending_required(review.mending_required);
  out.set_points(review.points);
  out.set_points_max(review.points_max);
  return out;
}

}  // namespace

std::optional<Date> ToDay(absl::string_view field, bool present, const common::v1::Date& in,
                          Reader* reader) {
  if (!present) return std::nullopt;
  const bool in_range = in.year() >= limits::kYearMin && in.year() <= limits::kYearMax &&
                        in.month() >= 1 && in.month() <= 12 && in.day() >= 1 && in.day() <= 31;
  const Date day = in_range ? Date(in.year(), in.month(), in.day()) : Date();
  const bool valid = in_range && day.month() == in.month();
  if (valid) return day;
  reader->Wrong(field, {"must be a day of the calendar", "应为存在的日期"});
  return std::nullopt;
}

Filing ToFilingDetail(const v1::CaseFiling& in, Reader* reader) {
  Filing filing;
  if (in.procedure() != v1::CASE_PROCEDURE_UNSPECIFIED) {
    filing.procedure =
        ToEnum<Procedure>("filing.procedure", in.procedure(), v1::CaseProcedure_IsValid, reader);
  }
  filing.violation_end = ToDay("filing.violation_end_date", in.has_violation_end_date(),
                               in.violation_end_date(), reader);
  filing.harm = in.harm();
  return filing;
}

Evidence ToEvidence(const v1::Evidence& in, Reader* reader) {
  Evidence evidence;
  evidence.kind =
      ToEnum<EvidenceKind>("evidence.kind", in.kind(), v1::EvidenceKind_IsValid, reader);
  evidence.officers = ToOfficers("evidence.officers", in.officers(), reader);
  evidence.gathered = reader->Time("evidence.gather_time", in.has_gather_time(), in.gather_time(),
                                   absl::InfiniteFuture());
  evidence.place =
      reader->Line("evidence.place", in.place(), limits::kTitleCodePointsMax, Need::kOptional);
  evidence.proves =
      reader->Text("evidence.proves", in.proves(), limits::kNoteCodePointsMax, Need::kRequired);
  return evidence;
}

Custody ToTaken(const v1::Custody& in, Reader* reader) {
  Custody custody;
  custody.items =
      reader->Text("custody.items", in.items(), limits::kTextCodePointsMax, Need::kRequired);
  custody.place =
      reader->Line("custody.place", in.place(), limits::kTitleCodePointsMax, Need::kOptional);
  return custody;
}

Custody ToExtension(const v1::Custody& in, Reader* reader) {
  Custody custody;
  custody.taken = TakenOf(in, reader);
  custody.extension_days = static_cast<int>(
      reader->Number("custody.extension_days", in.extension_days(), 1, limits::kExtensionDaysMax));
  return custody;
}

Custody ToHandled(const v1::Custody& in, Reader* reader) {
  Custody custody;
  custody.taken = TakenOf(in, reader);
  custody.outcome =
      ToEnum<CustodyOutcome>("custody.outcome", in.outcome(), v1::CustodyOutcome_IsValid, reader);
  return custody;
}

Facts ToFacts(const v1::CaseFacts& in, Reader* reader) {
  Facts facts;
  facts.violation =
      reader->Line("facts.violation", in.violation(), limits::kIdCharsMax, Need::kRequired);
  facts.goods_fen = reader->Number("facts.goods_fen", in.goods_fen(), 0, limits::kAmountFenMax);
  const auto count = [&](const char* field, int value, int max) {
    return static_cast<int>(reader->Number(field, value, 0, max));
  };
  facts.months = count("facts.months", in.months(), limits::kBanMonthsMax);
  facts.deaths = count("facts.deaths", in.deaths(), limits::kPeopleMax);
  facts.ill = count("facts.ill", in.ill(), limits::kPeopleMax);
  facts.false_information = in.false_information();
  facts.evasion = in.evasion();
  facts.sentenced = in.sentenced();
  return facts;
}

FindingAnswer ToAnswer(const v1::FindingAnswer& in, Reader* reader) {
  return {reader->Line("answer.key", in.key(), limits::kTableIdCharsMax, Need::kRequired),
          in.accepted()};
}

Transfer ToTransferReport(const v1::CaseTransfer& in, Reader* reader) {
  Transfer transfer;
  transfer.officers = ToOfficers("transfer.officers", in.officers(), reader);
  transfer.official_involved = in.official_involved();
  return transfer;
}

Transfer ToTransferDecision(const v1::CaseTransfer& in, Reader* reader) {
  Transfer transfer;
  // What is not said decides nothing.
  if (!in.has_approved()) reader->Wrong("transfer.approved", Required());
  transfer.approved = in.approved();
  return transfer;
}

Transfer ToTransferred(const v1::CaseTransfer& in, Reader* reader) {
  Transfer transfer;
  transfer.authority = reader->Line("transfer.authority", in.authority(),
                                    limits::kTitleCodePointsMax, Need::kRequired);
  if (in.packet_size() > limits::kDocumentsMax) {
    reader->Wrong("transfer.packet", {absl::StrCat("must be at most ", limits::kDocumentsMax),
                                      absl::StrCat("不能超过", limits::kDocumentsMax, "项")});
    return transfer;
  }
  for (const v1::TransferItem& item : in.packet()) {
    const std::string key =
        reader->Line("transfer.packet.key", item.key(), limits::kIdCharsMax, Need::kRequired);
    transfer.packet[key] =
        reader->Line("transfer.packet.sha256", item.sha256(), limits::kIdCharsMax, Need::kRequired);
  }
  transfer.copied_to_procuratorate = in.copied_to_procuratorate();
  transfer.copied_to_supervision = in.copied_to_supervision();
  return transfer;
}

Transfer ToPoliceAnswer(const v1::CaseTransfer& in, Reader* reader) {
  Transfer transfer;
  transfer.answer =
      ToEnum<PoliceAnswer>("transfer.answer", in.answer(), v1::PoliceAnswer_IsValid, reader);
  return transfer;
}

Supervision ToSupervision(const v1::CaseSupervision& in, Reader* reader) {
  Supervision supervision;
  supervision.due = ToDay("supervision.due_date", in.has_due_date(), in.due_date(), reader);
  if (!in.has_due_date()) reader->Wrong("supervision.due_date", Required());
  return supervision;
}

Supervision ToSupervisionCheck(const v1::CaseSupervision& in, Reader* reader) {
  if (!in.has_passed()) reader->Wrong("supervision.passed", Required());
  return {std::nullopt, in.passed()};
}

CaseOutcome ToOutcome(v1::CaseOutcome in, Reader* reader) {
  return ToEnum<CaseOutcome>("outcome", in, v1::CaseOutcome_IsValid, reader);
}

FileReview ToReview(const v1::FileReview& in, Reader* reader) {
  FileReview review;
  if (in.scores_size() > limits::kReviewItemsMax) {
    reader->Wrong("review.scores", {absl::StrCat("must be at most ", limits::kReviewItemsMax),
                                    absl::StrCat("不能超过", limits::kReviewItemsMax, "项")});
    return review;
  }
  for (const v1::ReviewScore& score : in.scores()) {
    const std::string key =
        reader->Line("review.scores.key", score.key(), limits::kTableIdCharsMax, Need::kRequired);
    review.scores[key] = static_cast<int>(
        reader->Number("review.scores.points", score.points(), 0, limits::kPointsMax));
  }
  review.mending_required = in.mending_required();
  return review;
}

ChosenRung ToChosenRung(const v1::Discretion& in, Reader* reader) {
  ChosenRung rung;
  rung.table = reader->Line("penalty.discretion.table", in.table(), limits::kTableIdCharsMax,
                            Need::kRequired);
  rung.violation = reader->Line("penalty.discretion.violation", in.violation(), limits::kIdCharsMax,
                                Need::kRequired);
  rung.level = ToEnum<int>("penalty.discretion.level", in.level(),
                           policy::v1::DiscretionLevel_IsValid, reader);
  rung.departure_reason = reader->Text("penalty.discretion.departure_reason", in.departure_reason(),
                                       limits::kNoteCodePointsMax, Need::kOptional);
  return rung;
}

void FillDetail(const Detail& detail, const Clock* time_bar, absl::string_view locale,
                v1::CaseEvent* out) {
  if (detail.filing) *out->mutable_filing() = ToProto(*detail.filing, time_bar, locale);
  if (detail.evidence) *out->mutable_evidence() = ToProto(*detail.evidence);
  if (detail.custody) *out->mutable_custody() = ToProto(*detail.custody);
  if (detail.facts) *out->mutable_facts() = ToProto(*detail.facts);
  if (detail.answer) {
    out->mutable_answer()->set_key(detail.answer->key);
    out->mutable_answer()->set_accepted(detail.answer->accepted);
  }
  if (detail.transfer) *out->mutable_transfer() = ToProto(*detail.transfer);
  if (out->act() == v1::CASE_ACT_TRANSFER_DECIDED) {
    out->mutable_transfer()->set_approved(detail.transfer->approved);
  }
  if (detail.supervision) {
    v1::CaseSupervision* supervision = out->mutable_supervision();
    if (detail.supervision->due) {
      *supervision->mutable_due_date() = convert::ToProto(*detail.supervision->due);
    }
    if (!detail.supervision->due) supervision->set_passed(detail.supervision->passed);
  }
  if (detail.outcome) out->set_outcome(static_cast<v1::CaseOutcome>(*detail.outcome));
  if (detail.review) *out->mutable_review() = ToProto(*detail.review);
  if (detail.period) *out->mutable_period() = ToProto(*detail.period);
  if (detail.hearing) *out->mutable_hearing() = ToProto(*detail.hearing);
}

v1::Discretion ToProto(const ChosenRung& rung) {
  v1::Discretion out;
  out.set_table(rung.table);
  out.set_violation(rung.violation);
  out.set_level(static_cast<policy::v1::DiscretionLevel>(rung.level));
  out.set_departure_reason(rung.departure_reason);
  out.set_policy_revision(rung.revision);
  return out;
}

v1::Finding ToProto(const Finding& finding, const std::string& revision) {
  v1::Finding out;
  out.set_key(finding.key);
  out.set_title_zh(finding.title);
  out.set_consequence_zh(finding.consequence);
  out.set_explanation_zh(finding.explanation);
  *out.mutable_legal_basis() = convert::ToProto(finding.basis);
  for (const std::string& name : finding.cases) out.add_cases(name);
  if (finding.answer != nullptr) {
    out.set_answer_sequence(finding.answer->sequence);
    out.set_accepted(finding.answer->detail.answer->accepted);
  }
  out.set_policy_revision(revision);
  return out;
}

}  // namespace shian::sanction::convert
