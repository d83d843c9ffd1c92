#include "services/trace/judgement/shelf_life.h"

#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/json.h"

namespace shian::trace {
namespace {

constexpr struct {
  absl::string_view name;
  ExpiryKind kind;
} kWords[] = {{"itemExpirationDate", ExpiryKind::kExpiration},
              {"bestBeforeDate", ExpiryKind::kBestBefore},
              {"sellByDate", ExpiryKind::kSellBy}};

std::optional<ExpiryKind> KindOf(absl::string_view name) {
  for (const auto& word : kWords) {
    if (name == absl::StrCat("{urn:epcglobal:cbv:mda:}", word.name)) return word.kind;
  }
  return std::nullopt;
}

// "2025-03-03", or a time, which ends the day that it falls on in China.
std::optional<Date> DayOf(const json::Value& value) {
  const json::Value* typed = value.Find("@value");
  const json::Value* text = typed != nullptr ? typed : value.Find("#text");
  if (text == nullptr) text = &value;
  if (!text->IsString()) return std::nullopt;
  if (const auto date = ParseDate(text->text); date.ok()) return *date;
  const auto time = ParseTime(text->text);
  return time.ok() ? std::optional(ToDate(*time)) : std::nullopt;
}

// Each once, however often it is named.
std::set<std::string> MadeBy(const Event& event) {
  std::set<std::string> made;
  for (const Link& link : event.links) {
    const bool object = event.type == EventType::kObject && link.role == Role::kObject;
    if (object || link.role == Role::kOutput) made.insert(link.epc);
  }
  return made;
}

}  // namespace

std::vector<Expiry> ExpiriesOf(const Event& event) {
  std::vector<Expiry> expiries;
  json::Value value;
  if (event.declaration || json::Parse(event.json, &value) != nullptr) return expiries;
  const json::Value* ilmd = value.Find("ilmd");
  if (ilmd == nullptr || !ilmd->IsObject()) return expiries;
  const ParsedContext context = ReadContext(event.context_json);
  for (size_t i = 0; i < ilmd->keys.size(); ++i) {
    const auto kind = KindOf(context.context.ExpandName(ilmd->keys[i]));
    const auto day = kind ? DayOf(ilmd->items[i]) : std::nullopt;
    if (!day) continue;
    for (const std::string& epc : MadeBy(event)) expiries.push_back({epc, *kind, *day});
  }
  return expiries;
}

Freshness FreshnessOf(const std::vector<NearRule>& rules, Date made, Date last, Date as_of) {
  Freshness out;
  out.shelf_life = last - made;
  out.left = last - as_of;
  for (const NearRule& rule : rules) {
    out.rule = rule;
    if (out.shelf_life >= rule.shelf_life_min) break;
  }
  if (out.left <= out.rule.near) out.state = ExpiryState::kNear;
  if (out.left < 0) out.state = ExpiryState::kExpired;
  return out;
}

}  // namespace shian::trace
