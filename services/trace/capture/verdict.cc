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

Judgement BatchJudge::Judge(const ParsedEvent& parsed, const Known& known) {
  if (!parsed.findings.empty()) return {Verdict::kInvalid};
  const Event& event = parsed.event;
  const bool in_batch = events_.contains(event.hash);
  bool taken = known.event_id_of_another;
  if (!event.event_id.empty()) {
    const auto earlier = hash_by_id_.find(event.event_id);
    taken |= earlier != hash_by_id_.end() && earlier->second != event.hash;
  }
  if (event.declaration) {
    const std::string key = event.hash + event.declaration->digest;
    if (known.declaration) return {Verdict::kAlreadyCaptured};
    if (declarations_.contains(key)) return {Verdict::kAlreadyCaptured, true};
    // A declaration repeats the event it is about; with other content it would be about nothing.
    if (taken && !known.event && !in_batch) return {Verdict::kConflict};
    declarations_.insert(key);
    return {Verdict::kDeclaration};
  }
  if (known.event) return {Verdict::kAlreadyCaptured};
  if (in_batch) return {Verdict::kAlreadyCaptured, true};
  if (taken) return {Verdict::kConflict};
  events_.insert(event.hash);
  if (!event.event_id.empty()) hash_by_id_.emplace(event.event_id, event.hash);
  return {Verdict::kCaptured};
}

void ApplyOnError(OnError on_error, std::vector<Judgement>* judgements) {
  if (on_error != OnError::kRollback) return;
  if (std::none_of(judgements->begin(), judgements->end(),
                   [](const Judgement& each) { return IsRefused(each.verdict); })) {
    return;
  }
  for (Judgement& each : *judgements) {
    if (IsStored(each.verdict) || each.of_batch) each = {Verdict::kRolledBack};
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
