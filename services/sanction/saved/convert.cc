#include "services/sanction/saved/convert.h"

#include "absl/strings/str_cat.h"
#include "services/sanction/saved/limits.h"

namespace shian::sanction::convert {

std::string ToSavedList(const std::string& list, Reader* reader) {
  return reader->Line("list", list, limits::kSavedListCharsMax, Reader::Need::kRequired);
}

v1::SavedHit ToProto(const SavedHit& hit) {
  v1::SavedHit out;
  out.set_entry(absl::StrCat("operators/", hit.op.value(), "/entries/", hit.entry.value()));
  out.set_band(static_cast<v1::Band>(hit.band));
  out.set_score_milli(hit.score_milli);
  return out;
}

v1::SavedSubject ToProto(const SavedSubject& saved, const std::vector<SavedHit>& hits,
                         bool screened) {
  v1::SavedSubject out;
  out.mutable_subject()->set_client_ref(saved.id.ref);
  out.mutable_subject()->set_code(saved.subject.code.empty() ? saved.subject.organisation
                                                             : saved.subject.code);
  out.mutable_subject()->set_name(saved.subject.name);
  *out.mutable_save_time() = ToProto(saved.saved);
  out.set_screened(screened);
  for (const SavedHit& hit : hits) *out.add_hits() = ToProto(hit);
  return out;
}

v1::SubjectAlert ToProto(const SubjectAlert& alert) {
  v1::SubjectAlert out;
  out.set_sequence(alert.sequence);
  out.set_kind(static_cast<v1::AlertKind>(alert.kind));
  out.set_list(alert.subject.list);
  out.set_client_ref(alert.subject.ref);
  *out.mutable_hit() = ToProto(alert.hit);
  *out.mutable_time() = ToProto(alert.recorded);
  return out;
}

ledger::Change AlertedChange(const std::string& system, const std::string& region, absl::Time time,
                             int64_t last, size_t count) {
  v1::SubjectsAlerted alerted;
  alerted.set_system(system);
  alerted.set_last_sequence(last);
  alerted.set_alerts_count(static_cast<int>(count));
  return {.log = ledger::Log::kFacts,
          .type = absl::StrCat("shian.sanction.subject.", system, ".alerted"),
          .subject = absl::StrCat("systems/", system),
          .region = region,
          .time = time,
          .payload = alerted.SerializeAsString(),
          .cause = ""};
}

}  // namespace shian::sanction::convert
