#include "services/trace/lookup/card.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/text.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/json.h"
#include "services/trace/capture/vocabulary.h"
#include "services/trace/lookup/limits.h"

namespace shian::trace {
namespace {

// RECALLED from the CBV's trade item data and the GS1 web vocabulary; the first in this order that
// is stated is shown.
constexpr absl::string_view kNames[] = {
    "{urn:epcglobal:cbv:mda:}descriptionShort",     "{https://gs1.org/voc/}productName",
    "{urn:epcglobal:cbv:mda:}tradeItemDescription", "{https://gs1.org/voc/}productDescription",
    "{urn:epcglobal:cbv:mda:}regulatedProductName", "{urn:epcglobal:cbv:mda:}functionalName",
};
constexpr absl::string_view kProduced[] = {"{urn:epcglobal:cbv:mda:}productionDate",
                                           "{https://gs1.org/voc/}productionDate"};
constexpr absl::string_view kStepUri = "https://ref.gs1.org/cbv/BizStep-";
constexpr size_t kRegionDigits = 6;

// A text, or the text of a value with a type or a language.
std::string TextOf(const json::Value& value) {
  const json::Value* inner = value.Find("@value");
  if (inner == nullptr) inner = value.Find("#text");
  if (inner == nullptr) inner = &value;
  return inner->IsString() ? std::string(inner->text) : "";
}

// Of several languages Chinese, else the first.
std::string NameOf(const json::Value& value) {
  if (!value.IsArray()) return TextOf(value);
  for (const json::Value& item : value.items) {
    const json::Value* language = item.Find("@language");
    if (language != nullptr && absl::StartsWith(language->text, "zh")) return TextOf(item);
  }
  return value.items.empty() ? "" : TextOf(value.items.front());
}

// What cannot be shown is not stated.
std::string Shown(const std::string& name) {
  const auto normal = NormaliseText(name, limits::kNameCodePointsShown);
  return normal.ok() ? *normal : "";
}

std::optional<Date> DayOf(const std::string& text) {
  if (const auto date = ParseDate(text); date.ok()) return *date;
  const auto time = ParseTime(text);
  return time.ok() ? std::optional(ToDate(*time)) : std::nullopt;
}

// The members of an event's ILMD, by their whole names.
void ReadIlmd(const Event& event, Statement* statement) {
  json::Value value;
  if (json::Parse(event.json, &value) != nullptr) return;
  const json::Value* ilmd = value.Find("ilmd");
  if (ilmd == nullptr || !ilmd->IsObject()) return;
  const ParsedContext context = ReadContext(event.context_json);
  std::string names[std::size(kNames)];
  for (size_t i = 0; i < ilmd->keys.size(); ++i) {
    const std::string key = context.context.ExpandName(ilmd->keys[i]);
    const auto* name = std::find(std::begin(kNames), std::end(kNames), key);
    if (name != std::end(kNames)) names[name - std::begin(kNames)] = Shown(NameOf(ilmd->items[i]));
    const bool day =
        std::find(std::begin(kProduced), std::end(kProduced), key) != std::end(kProduced);
    if (day && !statement->produced) statement->produced = DayOf(TextOf(ilmd->items[i]));
  }
  for (const std::string& name : names) {
    if (statement->product_name.empty()) statement->product_name = name;
  }
}

bool Makes(const Event& event, const std::vector<std::string>& epcs) {
  return std::any_of(event.links.begin(), event.links.end(), [&](const Link& link) {
    const bool made = link.role == Role::kOutput ||
                      (event.type == EventType::kObject && link.role == Role::kObject);
    return made && std::find(epcs.begin(), epcs.end(), link.epc) != epcs.end();
  });
}

}  // namespace

void AddStatement(const Event& event, const std::vector<std::string>& epcs, Statement* statement) {
  if (event.declaration || !Makes(event, epcs)) return;
  ReadIlmd(event, statement);
  for (const Expiry& expiry : ExpiriesOf(event)) {
    // How long a shop may sell is not how long goods are good.
    if (expiry.kind == ExpiryKind::kSellBy) continue;
    if (std::find(epcs.begin(), epcs.end(), expiry.epc) == epcs.end()) continue;
    if (!statement->last || expiry.day < statement->last->day) statement->last = expiry;
  }
}

std::string PublicStep(const std::string& biz_step) {
  absl::string_view word = biz_step;
  if (!absl::ConsumePrefix(&word, kStepUri)) return "";
  return WebUri(Vocabulary::kBizStep, word) == biz_step ? std::string(word) : "";
}

std::string PublicRegion(const std::string& region) { return region.substr(0, kRegionDigits); }

bool Steps::AddBefore(Step step) {
  if (step.biz_step.empty() && step.region.empty()) return true;  // says nothing
  if (!newest_first_.empty()) {
    const Step& next = newest_first_.back();
    if (std::tie(step.biz_step, step.day, step.region) ==
        std::tie(next.biz_step, next.day, next.region)) {
      return true;
    }
  }
  if (newest_first_.size() == limits::kStepsShownMax) return false;
  newest_first_.push_back(std::move(step));
  return true;
}

std::vector<Step> Steps::Take() {
  std::reverse(newest_first_.begin(), newest_first_.end());
  return std::move(newest_first_);
}

std::vector<Warning> WarningsOf(const CardState& state, Date today) {
  std::vector<Warning> warnings;
  if (state.recalled) warnings.push_back(Warning::kRecalled);
  if (state.lots_recalled) warnings.push_back(Warning::kLotsRecalled);
  if (state.last_day && today > *state.last_day) warnings.push_back(Warning::kExpired);
  if (state.corrected) warnings.push_back(Warning::kCorrected);
  if (!state.recorded) warnings.push_back(Warning::kNotRecorded);
  return warnings;
}

absl::Time PublishTimeOf(const Recall& recall) {
  return std::min(recall.freeze_time, recall.order_time);
}

void SortForCard(std::vector<Recall>* recalls) {
  std::sort(recalls->begin(), recalls->end(), [](const Recall& a, const Recall& b) {
    const bool a_fell = a.state == RecallState::kWithdrawn;
    const bool b_fell = b.state == RecallState::kWithdrawn;
    if (a_fell != b_fell) return b_fell;
    return std::make_pair(PublishTimeOf(b), b.id) < std::make_pair(PublishTimeOf(a), a.id);
  });
}

}  // namespace shian::trace
