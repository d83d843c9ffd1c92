#include "services/inspection/check/convert.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/rpc/convert.h"
#include "services/inspection/check/limits.h"
#include "services/inspection/frame/archive.h"

namespace shian::inspection::check {
namespace {

Counts ToCounts(const v1::CheckCounts& in, FieldReader& read) {
  const auto count = [&](const char* field, int value) {
    return static_cast<int>(read.Number(field, value, 0, limits::kItemsMax));
  };
  Counts out;
  out.key_failed = count("counts.key_failed", in.key_failed());
  out.general_failed = count("counts.general_failed", in.general_failed());
  out.slight_failed = count("counts.slight_failed", in.slight_failed());
  // A checklist that does not say how many items applied had at least those that failed.
  out.key_items = std::max(count("counts.key_items", in.key_items()), out.key_failed);
  out.general_items =
      std::max(count("counts.general_items", in.general_items()), out.general_failed);
  if (out.slight_failed > out.general_failed) {
    read.Bad("counts.slight_failed", "must not exceed general_failed", "不得多于一般项不符合数",
             "RANGE");
  }
  return out;
}

std::vector<std::string> ToCodes(const google::protobuf::RepeatedPtrField<std::string>& in,
                                 FieldReader& read) {
  std::vector<std::string> codes;
  read.Number("violation_codes", in.size(), 0, limits::kCodesMax);
  for (int i = 0; i < std::min(in.size(), limits::kCodesMax); ++i) {
    codes.push_back(
        read.Text(absl::StrCat("violation_codes[", i, "]"), in[i], limits::kCodeBytesMax, true));
  }
  return codes;
}

Kind ToKind(v1::CheckKind in, FieldReader& read) {
  return static_cast<Kind>(static_cast<int>(read.Stated("kind", in, v1::CheckKind_IsValid)));
}

Result ToResult(v1::CheckResult in, const Counts& counts, FieldReader& read) {
  if (in == v1::CHECK_RESULT_UNSPECIFIED) return ResultOf(counts);
  return static_cast<Result>(static_cast<int>(read.Stated("result", in, v1::CheckResult_IsValid)));
}

void ToProto(const Counts& in, v1::CheckCounts* out) {
  out->set_key_items(in.key_items);
  out->set_key_failed(in.key_failed);
  out->set_general_items(in.general_items);
  out->set_general_failed(in.general_failed);
  out->set_slight_failed(in.slight_failed);
}

}  // namespace

absl::StatusOr<Visit> ToVisit(const rpc::Call& call, const v1::Check& in) {
  FieldReader read;
  Visit visit;
  visit.operator_id = read.Name("check.operator", in.operator_(), "operators", true);
  visit.date =
      read.Day("check.date", in.has_date() ? &in.date() : nullptr, true).value_or(visit.date);
  if (visit.date > ToDate(call.now())) {
    read.Bad("check.date", "must not lie in the future", "不得晚于今日", "RANGE");
  }
  visit.kind = ToKind(in.kind(), read);
  visit.findings.counts = ToCounts(in.counts(), read);
  visit.result = ToResult(in.result(), visit.findings.counts, read);
  visit.findings.violation_codes = ToCodes(in.violation_codes(), read);
  visit.findings.draw = read.Name("check.draw", in.draw(), "draws", false);
  visit.findings.rectify_by =
      read.Day("check.rectify_by", in.has_rectify_by() ? &in.rectify_by() : nullptr, false);
  visit.findings.remark =
      read.Paragraphs("check.remark", in.remark(), limits::kRemarkCodePointsMax, false);
  visit.inspectors =
      read.Names("check.inspectors", in.inspectors(), "inspectors", limits::kInspectorsMax);
  visit.alerts = read.Names("check.trace_alerts", in.trace_alerts(), "alerts", limits::kAlertsMax);
  RETURN_IF_ERROR(read.Done());
  return visit;
}

Visit ToVisit(const v1::CheckRow& in, FieldReader& read) {
  Visit visit;
  visit.source_id = read.Text("source_id", in.source_id(), limits::kSourceIdBytesMax, true);
  visit.date = read.Day("date", in.has_date() ? &in.date() : nullptr, true).value_or(visit.date);
  visit.kind = ToKind(in.kind(), read);
  visit.findings.counts = ToCounts(in.counts(), read);
  visit.result = ToResult(in.result(), visit.findings.counts, read);
  visit.findings.violation_codes = ToCodes(in.violation_codes(), read);
  const std::string inspector =
      read.Text("inspector", in.inspector(), limits::kShortCodePointsMax, false);
  if (!inspector.empty()) visit.inspectors.push_back(inspector);
  visit.attested = true;
  return visit;
}

absl::StatusOr<VisitKey> ToKey(absl::string_view name, absl::string_view collection) {
  FieldReader read;
  const std::string id = read.Name("name", name, collection, true);
  RETURN_IF_ERROR(read.Done());
  const size_t dash = id.rfind('-');
  VisitKey key;
  if (dash == std::string::npos || !absl::SimpleAtoi(id.substr(dash + 1), &key.number)) {
    return errors::NotFound(name);
  }
  key.operator_id = id.substr(0, dash);
  return key;
}

std::string NameOf(const Visit& visit) {
  return absl::StrFormat("checks/%s-%04d", visit.operator_id, visit.number);
}

std::string CursorOf(const Visit& visit) {
  return absl::StrCat(visit.operator_id, "/", visit.number);
}

VisitKey FromCursor(const std::string& cursor) {
  const size_t slash = cursor.find('/');
  VisitKey key;
  if (slash == std::string::npos) return key;
  key.operator_id = cursor.substr(0, slash);
  if (!absl::SimpleAtoi(cursor.substr(slash + 1), &key.number)) key.number = 0;
  return key;
}

void ToProto(const Visit& visit, v1::Check* out) {
  out->set_name(NameOf(visit));
  out->set_etag(absl::StrCat("v", visit.version));
  common::v1::Provenance* provenance = out->mutable_provenance();
  provenance->set_origin(visit.origin);
  provenance->set_source_id(visit.source_id);
  provenance->set_authority(visit.authority);
  provenance->set_document_sha256(visit.document_sha256);
  provenance->set_attested(visit.attested);
  *provenance->mutable_record_time() = rpc::ToProto(visit.recorded);
  out->set_operator_("operators/" + visit.operator_id);
  out->set_region(visit.region);
  *out->mutable_date() = inspection::ToProto(visit.date);
  out->set_kind(static_cast<v1::CheckKind>(visit.kind));
  out->set_result(static_cast<v1::CheckResult>(visit.result));
  ToProto(visit.findings.counts, out->mutable_counts());
  for (const std::string& code : visit.findings.violation_codes) out->add_violation_codes(code);
  if (!visit.findings.draw.empty()) out->set_draw("draws/" + visit.findings.draw);
  for (const std::string& one : visit.inspectors) {
    out->add_inspectors(visit.attested ? one : "inspectors/" + one);
  }
  if (visit.findings.rectify_by) {
    *out->mutable_rectify_by() = inspection::ToProto(*visit.findings.rectify_by);
  }
  out->set_remark(visit.findings.remark);
  for (const std::string& one : visit.alerts) out->add_trace_alerts("alerts/" + one);
}

v1::CheckRecorded ToRecorded(const Visit& visit) {
  v1::CheckRecorded out;
  out.set_check(NameOf(visit));
  out.set_operator_("operators/" + visit.operator_id);
  out.set_region(visit.region);
  *out.mutable_date() = inspection::ToProto(visit.date);
  out.set_kind(static_cast<v1::CheckKind>(visit.kind));
  out.set_result(static_cast<v1::CheckResult>(visit.result));
  ToProto(visit.findings.counts, out.mutable_counts());
  for (const std::string& code : visit.findings.violation_codes) out.add_violation_codes(code);
  out.set_attested(visit.attested);
  return out;
}

void ToProto(const Frequency& in, v1::VisitFrequency* out) {
  out->set_visits_min(in.visits_min);
  out->set_visits_max(in.visits_max);
  out->set_per_months(in.per_months);
}

void ToProto(const FrequencyNow& in, const std::optional<Date>& last, v1::OperatorFrequency* out) {
  const DatedFrequency& graded = in.graded;
  out->set_operator_("operators/" + graded.operator_id);
  out->set_grade(frame::GradeOf(graded.grade));
  ToProto(in.frequency, out->mutable_frequency());
  ToProto(graded.frequency, out->mutable_graded_frequency());
  absl::Time since = graded.since;
  for (const VisitFlag& flag : in.flags) {
    v1::VisitFlag* shown = out->add_flags();
    shown->set_measure(flag.measure);
    shown->set_item(flag.item);
    shown->set_percent(flag.percent);
    *shown->mutable_since_time() = rpc::ToProto(flag.since);
    since = std::max(since, flag.since);
  }
  *out->mutable_since() = rpc::ToProto(since);
  out->set_policy_revision(graded.policy_revision);
  out->set_cause(graded.cause);
  if (last) *out->mutable_last_visit() = inspection::ToProto(*last);
  *out->mutable_next_visit_due() =
      inspection::ToProto(NextVisitDue(in.frequency, ToDate(since), last));
}

std::optional<Frequency> FrequencyOf(const policy::v1::RatingPolicy& rating,
                                     policy::v1::RiskGrade grade) {
  const auto plain = [](const policy::v1::VisitFrequency& in) {
    return Frequency{in.visits_min(), in.visits_max(), in.per_months()};
  };
  for (const auto& band : rating.bands()) {
    if (band.grade() == grade) return plain(band.frequency());
  }
  if (rating.unrated().has_frequency()) return plain(rating.unrated().frequency());
  return std::nullopt;
}

std::string ContentOf(const Visit& visit) {
  Writer writer;
  writer(visit.operator_id)(visit.date)(visit.kind)(visit.result)(visit.findings)(visit.inspectors);
  return Sha256(writer.Take());
}

}  // namespace shian::inspection::check
