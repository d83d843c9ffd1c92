#include "services/credit/archive/evidence.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"
#include "services/credit/archive/limits.h"

namespace shian::credit {
namespace {

constexpr absl::string_view kCollection = "operators/";

bool IsIdCharacter(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.'; }

// Each field with its length before it, so that no two contents give the same bytes.
class Canonical {
 public:
  Canonical& Add(absl::string_view text) {
    absl::StrAppend(&bytes_, text.size(), ":", text);
    return *this;
  }
  Canonical& Add(int64_t number) { return Add(absl::StrCat(number)); }
  Canonical& Add(absl::Time time) { return Add(ToMicros(time)); }
  std::string Digest() const { return Sha256(bytes_); }

 private:
  std::string bytes_;
};

void AddEvidence(const Evidence& e, Canonical* out) {
  out->Add(e.number).Add(static_cast<int64_t>(e.kind)).Add(e.source).Add(e.cause).Add(e.time);
  out->Add(e.recorded).Add(e.summary).Add(e.basis.statute).Add(e.basis.article);
  out->Add(static_cast<int64_t>(e.level)).Add(static_cast<int64_t>(e.tags.size()));
  for (const std::string& tag : e.tags) out->Add(tag);
  const Findings& f = e.findings;
  for (const int64_t count :
       {f.key_items, f.key_failed, f.general_items, f.general_failed, f.slight_failed}) {
    out->Add(count);
  }
  out->Add(int64_t{f.nonconforming}).Add(f.check_kind).Add(e.fine_fen);
  out->Add(e.until ? FormatDate(*e.until) : "").Add(e.origin).Add(int64_t{e.attested});
  if (e.ended) out->Add("ended").Add(e.ended->time).Add(e.ended->version);
}

bool KnownAt(const std::optional<Closing>& closing, int64_t version) {
  return closing && closing->version <= version;
}

}  // namespace

std::string OperatorName(const OperatorId& id) { return absl::StrCat(kCollection, id.value()); }

std::optional<OperatorId> OperatorIdOf(absl::string_view name) {
  if (name.substr(0, kCollection.size()) != kCollection) return std::nullopt;
  const absl::string_view id = name.substr(kCollection.size());
  if (id.empty() || id.size() > limits::kOperatorIdBytesMax) return std::nullopt;
  if (!std::all_of(id.begin(), id.end(), IsIdCharacter)) return std::nullopt;
  return OperatorId(std::string(id));
}

bool HasTag(const Evidence& evidence, absl::string_view tag) {
  return std::any_of(evidence.tags.begin(), evidence.tags.end(),
                     [&](const std::string& one) { return one == tag; });
}

View ViewAt(const Archive& archive, int64_t version, absl::Time as_of) {
  View view;
  view.version = version;
  view.as_of = as_of;
  for (const SubjectVersion& subject : archive.subjects) {
    if (subject.version <= version) view.subject = subject.subject;
  }
  for (const Evidence& evidence : archive.evidence) {
    if (evidence.number > version || evidence.time > as_of) continue;
    if (KnownAt(evidence.annulled, version)) continue;
    if (evidence.kind == EvidenceKind::kTraceAlert) continue;
    view.evidence.push_back(evidence);
    Evidence& seen = view.evidence.back();
    seen.annulled.reset();
    if (!KnownAt(seen.ended, version)) seen.ended.reset();
  }
  return view;
}

int64_t VersionKnownAt(const Archive& archive, absl::Time known_at) {
  int64_t version = 0;
  const auto take = [&](absl::Time recorded, int64_t at) {
    if (recorded <= known_at) version = std::max(version, at);
  };
  for (const SubjectVersion& subject : archive.subjects) take(subject.recorded, subject.version);
  for (const Evidence& evidence : archive.evidence) {
    take(evidence.recorded, evidence.number);
    if (evidence.ended) take(evidence.ended->recorded, evidence.ended->version);
    if (evidence.annulled) take(evidence.annulled->recorded, evidence.annulled->version);
  }
  return version;
}

bool LastsAt(const Evidence& evidence, absl::Time time) {
  if (evidence.time > time) return false;
  if (evidence.ended && evidence.ended->time <= time) return false;
  return !evidence.until || time <= EndOfDay(*evidence.until);
}

bool IsUsedAt(const Evidence& evidence, absl::Time time) {
  return evidence.kind != EvidenceKind::kPenalty || !evidence.ended || evidence.ended->time > time;
}

std::string ViewDigest(const View& view) {
  Canonical out;
  if (view.subject) {
    const Subject& subject = *view.subject;
    out.Add(subject.kind).Add(int64_t{subject.person});
    out.Add(subject.licensed_from ? FormatDate(*subject.licensed_from) : "");
    for (const auto& [key, values] : subject.attributes) {
      out.Add(key).Add(static_cast<int64_t>(values.size()));
      for (const std::string& value : values) out.Add(value);
    }
  }
  for (const Evidence& evidence : view.evidence) AddEvidence(evidence, &out);
  return out.Digest();
}

}  // namespace shian::credit
