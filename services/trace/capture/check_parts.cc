#include "services/trace/capture/check_parts.h"

#include <algorithm>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "libs/base/time.h"

namespace shian::trace {
namespace {

using json::Kind;
using json::Value;

enum class Form { kText, kTime, kNumber, kBool, kTexts, kObject, kObjects };
struct Member {
  absl::string_view name;
  Form form = Form::kText;
};
using Members = absl::Span<const Member>;

constexpr Member kPlace[] = {{"id"}};
constexpr Member kPersistent[] = {{"set", Form::kTexts}, {"unset", Form::kTexts}};
constexpr Member kQuantity[] = {{"epcClass"}, {"quantity", Form::kNumber}, {"uom"}};
constexpr Member kTransaction[] = {{"type"}, {"bizTransaction"}};
constexpr Member kSource[] = {{"type"}, {"source"}};
constexpr Member kDestination[] = {{"type"}, {"destination"}};
constexpr Member kDeclaration[] = {
    {"declarationTime", Form::kTime}, {"reason"}, {"correctiveEventIDs", Form::kTexts}};
constexpr Member kElement[] = {{"sensorMetadata", Form::kObject}, {"sensorReport", Form::kObjects}};
constexpr Member kMetadata[] = {{"time", Form::kTime},    {"startTime", Form::kTime},
                                {"endTime", Form::kTime}, {"deviceID"},
                                {"deviceMetadata"},       {"rawData"},
                                {"dataProcessingMethod"}, {"bizRules"}};
constexpr Member kReport[] = {{"type"},
                              {"exception"},
                              {"deviceID"},
                              {"deviceMetadata"},
                              {"rawData"},
                              {"dataProcessingMethod"},
                              {"bizRules"},  // not in the standard, but in much that is sent
                              {"time", Form::kTime},
                              {"microorganism"},
                              {"chemicalSubstance"},
                              {"value", Form::kNumber},
                              {"component"},
                              {"stringValue"},
                              {"booleanValue", Form::kBool},
                              {"hexBinaryValue"},
                              {"uriValue"},
                              {"minValue", Form::kNumber},
                              {"maxValue", Form::kNumber},
                              {"meanValue", Form::kNumber},
                              {"sDev", Form::kNumber},
                              {"percRank", Form::kNumber},
                              {"percValue", Form::kNumber},
                              {"uom"},
                              {"coordinateReferenceSystem"}};

// A member of an event that holds one object, or a list of them.
struct Part {
  absl::string_view name;
  Members members;
};
const Part kParts[] = {
    {"readPoint", kPlace},
    {"bizLocation", kPlace},
    {"persistentDisposition", kPersistent},
    {"quantityList", kQuantity},
    {"childQuantityList", kQuantity},
    {"inputQuantityList", kQuantity},
    {"outputQuantityList", kQuantity},
    {"bizTransactionList", kTransaction},
    {"sourceList", kSource},
    {"destinationList", kDestination},
    {"errorDeclaration", kDeclaration},
    {"sensorElementList", kElement},
};
constexpr absl::string_view kPlainLists[] = {"epcList", "childEPCs", "inputEPCList",
                                             "outputEPCList"};

bool AllOf(const Value& list, Kind kind) {
  return list.IsArray() && std::all_of(list.items.begin(), list.items.end(),
                                       [kind](const Value& item) { return item.kind == kind; });
}

// Where something stands, made text only when it is wrong.
struct Path {
  const Path* parent = nullptr;
  absl::string_view name;
  int64_t index = -1;

  std::string Text() const {
    std::string text = parent == nullptr ? "" : parent->Text();
    if (index >= 0) return absl::StrCat(text, "[", index, "]");
    return text.empty() ? std::string(name) : absl::StrCat(text, ".", name);
  }
};

class Checker {
 public:
  Checker(const Context& context, Findings* findings) : context_(context), findings_(*findings) {}

  void Check(const Value& event) {
    for (const Part& part : kParts) {
      const Value* value = event.Find(part.name);
      if (value == nullptr) continue;
      const Path path{nullptr, part.name};
      if (value->IsObject()) Object(*value, part.members, path);
      if (value->IsArray()) List(*value, part.members, path);
    }
    for (absl::string_view name : kPlainLists) Distinct(event, name);
    Persistent(event);
  }

 private:
  void List(const Value& list, Members members, const Path& path) {
    for (size_t i = 0; i < list.items.size(); ++i) {
      const Path at{&path, "", static_cast<int64_t>(i)};
      const Value& item = list.items[i];
      if (!item.IsObject()) {
        findings_.Add(rules::kFieldType, at.Text());
        continue;
      }
      Object(item, members, at);
      if (members.data() == kElement) Sensor(item, at);
    }
  }

  void Object(const Value& object, Members members, const Path& path) {
    for (size_t i = 0; i < object.keys.size(); ++i) {
      const absl::string_view key = object.keys[i];
      const Path at{&path, key};
      const auto member = std::find_if(members.begin(), members.end(),
                                       [key](const Member& each) { return each.name == key; });
      if (member == members.end()) {
        CheckExtension(key, object.items[i], at.Text(), context_, &findings_);
      } else {
        OneValue(object.items[i], member->form, at);
      }
    }
  }

  void OneValue(const Value& value, Form form, const Path& path) {
    bool fine = false;
    switch (form) {
      case Form::kText:
        fine = value.IsString();
        break;
      case Form::kTime:
        fine = value.IsString();
        if (fine && !ParseTime(value.text).ok()) {
          findings_.Add(rules::kTimeMalformed, path.Text(), value.text);
        }
        break;
      case Form::kNumber:
        fine = value.IsNumber();
        break;
      case Form::kBool:
        fine = value.kind == Kind::kBool;
        break;
      case Form::kTexts:
        fine = AllOf(value, Kind::kString);
        break;
      case Form::kObject:
        fine = value.IsObject();
        break;
      case Form::kObjects:
        fine = AllOf(value, Kind::kObject);
        break;
    }
    if (!fine) findings_.Add(rules::kFieldType, path.Text());
  }

  void Sensor(const Value& element, const Path& path) {
    if (const Value* metadata = element.Find("sensorMetadata")) {
      Object(*metadata, kMetadata, Path{&path, "sensorMetadata"});
    }
    const Value* reports = element.Find("sensorReport");
    if (reports == nullptr || !reports->IsArray() || reports->items.empty()) {
      return findings_.Add(rules::kSensorReports, path.Text());
    }
    const Path list{&path, "sensorReport"};
    for (size_t i = 0; i < reports->items.size(); ++i) {
      const Path at{&list, "", static_cast<int64_t>(i)};
      Object(reports->items[i], kReport, at);
      const bool says = reports->items[i].Find("type") != nullptr ||
                        reports->items[i].Find("exception") != nullptr;
      if (!says) findings_.Add(rules::kEntryMissing, at.Text() + ".type");
    }
  }

  // The same identifier in the same words twice; two forms of one key are no such thing.
  void Distinct(const Value& event, absl::string_view name) {
    const Value* list = event.Find(name);
    if (list == nullptr || !list->IsArray() || list->items.size() < 2) return;
    absl::flat_hash_set<absl::string_view> seen;
    for (size_t i = 0; i < list->items.size(); ++i) {
      if (seen.insert(list->items[i].text).second) continue;
      findings_.Add(rules::kEpcTwice, absl::StrCat(name, "[", i, "]"), list->items[i].text);
    }
  }

  void Persistent(const Value& event) {
    const Value* both = event.Find("persistentDisposition");
    if (both == nullptr || !both->IsObject()) return;
    if (both->Find("set") == nullptr && both->Find("unset") == nullptr) {
      findings_.Add(rules::kEntryMissing, "persistentDisposition.set");
    }
  }

  const Context& context_;
  Findings& findings_;
};

void CheckInside(const Value& value, const std::string& path, const Context& context,
                 Findings* findings) {
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (!value.IsObject()) {
      CheckInside(value.items[i], path, context, findings);
      continue;
    }
    const std::string at = absl::StrCat(path, ".", value.keys[i]);
    const bool prefixed = absl::StrContains(value.keys[i], ':');
    if (prefixed && context.ExpandName(value.keys[i]).empty()) {
      findings->Add(rules::kPrefixUnknown, at);
    } else {
      CheckInside(value.items[i], at, context, findings);
    }
  }
}

void WarnOfSensor(const Value& element, const std::string& path, absl::Time event_time,
                  Findings* warnings) {
  const Value* metadata = element.Find("sensorMetadata");
  const auto late = [&](const Value& of, const std::string& at) {
    const Value* text = of.Find("time");
    const auto time = text == nullptr ? absl::InfinitePast() : ParseTime(text->text);
    if (time.ok() && *time > event_time) warnings->Add(rules::kSensorLate, at, text->text);
  };
  if (metadata != nullptr) late(*metadata, path + ".sensorMetadata.time");
  const Value* reports = element.Find("sensorReport");
  for (size_t i = 0; reports != nullptr && i < reports->items.size(); ++i) {
    const Value& report = reports->items[i];
    const std::string at = absl::StrCat(path, ".sensorReport[", i, "]");
    late(report, at + ".time");
    for (const Member& member : kMetadata) {
      if (metadata != nullptr && metadata->Find(member.name) != nullptr &&
          report.Find(member.name) != nullptr) {
        warnings->Add(rules::kSensorTwice, absl::StrCat(at, ".", member.name));
      }
    }
  }
}

// FSMA 204 (21 CFR 1.1320) says it of its lot codes; it holds for batches everywhere.
bool MakesLotsInTransit(const Event& event) {
  static constexpr absl::string_view kMoving[] = {
      "https://ref.gs1.org/cbv/BizStep-shipping",     "https://ref.gs1.org/cbv/BizStep-departing",
      "https://ref.gs1.org/cbv/BizStep-transporting", "https://ref.gs1.org/cbv/BizStep-arriving",
      "https://ref.gs1.org/cbv/BizStep-loading",      "https://ref.gs1.org/cbv/BizStep-unloading"};
  return event.type == EventType::kObject && event.action == Action::kAdd &&
         std::find(std::begin(kMoving), std::end(kMoving), event.biz_step) != std::end(kMoving) &&
         std::any_of(event.links.begin(), event.links.end(),
                     [](const Link& link) { return link.kind == EpcKind::kLot; });
}

}  // namespace

void CheckParts(const Value& event, const Context& context, Findings* findings) {
  Checker(context, findings).Check(event);
}

void CheckExtension(absl::string_view key, const Value& value, const std::string& path,
                    const Context& context, Findings* findings) {
  if (context.ExpandName(key).empty()) {
    const bool prefixed = absl::StrContains(key, ':');
    return findings->Add(prefixed ? rules::kPrefixUnknown : rules::kFieldUnknown, path);
  }
  CheckInside(value, path, context, findings);
}

void WarnOfParts(const Value& event, const Event& read, Findings* warnings) {
  const Value* list = event.Find("sensorElementList");
  for (size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
    WarnOfSensor(list->items[i], absl::StrCat("sensorElementList[", i, "]"), read.time, warnings);
  }
  if (MakesLotsInTransit(read)) warnings->Add(rules::kNewLotMoving, "bizStep", read.biz_step);
}

}  // namespace shian::trace
