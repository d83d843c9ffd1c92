#include "services/trace/capture/verdict.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"

namespace shian::trace {
namespace {

bool DecodeHash(absl::string_view hex, std::string* out) {
  if (hex.size() != 2 * kSha256Bytes) return false;
  auto bytes = HexDecode(hex);
  if (!bytes.ok()) return false;
  *out = *std::move(bytes);
  return true;
}

}  // namespace

Verdict BatchJudge::Judge(const ParsedEvent& parsed, Known known) {
  if (!parsed.findings.empty()) return Verdict::kInvalid;
  const Event& event = parsed.event;
  known.event |= events_.contains(event.hash);
  if (!event.event_id.empty()) {
    const auto earlier = hash_by_id_.find(event.event_id);
    if (earlier != hash_by_id_.end()) known.event_id_of_another |= earlier->second != event.hash;
  }
  if (event.declaration) {
    const std::string key = event.hash + event.declaration->digest;
    if (known.declaration || declarations_.contains(key)) return Verdict::kAlreadyCaptured;
    // A declaration repeats the event it is about; with other content it would be about nothing.
    if (known.event_id_of_another && !known.event) return Verdict::kConflict;
    declarations_.insert(key);
    return Verdict::kDeclaration;
  }
  if (known.event) return Verdict::kAlreadyCaptured;
  if (known.event_id_of_another) return Verdict::kConflict;
  events_.insert(event.hash);
  if (!event.event_id.empty()) hash_by_id_.emplace(event.event_id, event.hash);
  return Verdict::kCaptured;
}

void ApplyOnError(OnError on_error, std::vector<Verdict>* verdicts) {
  if (on_error != OnError::kRollback) return;
  if (std::none_of(verdicts->begin(), verdicts->end(), IsRefused)) return;
  for (Verdict& verdict : *verdicts) {
    if (IsStored(verdict)) verdict = Verdict::kRolledBack;
  }
}

std::string EventName(absl::string_view hash, absl::string_view declaration) {
  std::string name = absl::StrCat("events/", HexEncode(hash));
  if (!declaration.empty()) absl::StrAppend(&name, ".", HexEncode(declaration));
  return name;
}

bool ParseEventName(absl::string_view name, std::string* hash, std::string* declaration) {
  declaration->clear();
  if (!absl::ConsumePrefix(&name, "events/")) return false;
  const size_t point = name.find('.');
  if (!DecodeHash(name.substr(0, point), hash)) return false;
  return point == absl::string_view::npos || DecodeHash(name.substr(point + 1), declaration);
}

}  // namespace shian::trace
