#include "services/ctl/import/record_map.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status_macros.h"
#include "nlohmann/json.hpp"
#include "services/ctl/import/run.h"
#include "services/trace/capture/event_fields.h"
#include "services/trace/capture/vocabulary.h"

namespace shian::ctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::pair<const char*, RecordPart> kParts[] = {
    {"date", RecordPart::kDate},         {"place", RecordPart::kPlace},
    {"from", RecordPart::kFrom},         {"to", RecordPart::kTo},
    {"lot", RecordPart::kLot},           {"gtin", RecordPart::kGtin},
    {"subject", RecordPart::kSubject},   {"batch", RecordPart::kBatch},
    {"quantity", RecordPart::kQuantity}, {"unit", RecordPart::kUnit},
    {"voucher", RecordPart::kVoucher},   {"certificate", RecordPart::kCertificate},
    {"inputs", RecordPart::kInputs},     {"process", RecordPart::kProcess},
};

std::string TextOf(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool TakePart(absl::string_view word, RecordColumn* out) {
  if (absl::ConsumePrefix(&word, "note:")) {
    out->note = std::string(word);
    return !word.empty();
  }
  for (const auto& [name, part] : kParts) {
    if (word != name) continue;
    out->part = part;
    return true;
  }
  return false;
}

std::optional<RecordColumn> ToColumn(const Json& json) {
  RecordColumn column;
  if (!json.is_object() || !TakePart(TextOf(json, "as"), &column)) return std::nullopt;
  column.column = TextOf(json, "column");
  column.required = json.value("required", false);
  if (json.contains("values")) {
    for (const auto& [word, meaning] : json["values"].items()) {
      if (!meaning.is_string()) return std::nullopt;
      column.values.emplace(word, meaning.get<std::string>());
    }
  }
  return column.column.empty() ? std::nullopt : std::make_optional(std::move(column));
}

absl::Status Check(const RecordMap& map, const std::string& path) {
  const auto wrong = [&](const char* key) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", key));
  };
  const auto type = trace::EventTypeOf(map.type);
  if (!type || (*type != trace::EventType::kObject && *type != trace::EventType::kTransformation)) {
    return wrong("type must be ObjectEvent or TransformationEvent");
  }
  if (trace::WebUri(trace::Vocabulary::kBizStep, map.biz_step).empty()) return wrong("bizStep");
  if (!map.disposition.empty() &&
      trace::WebUri(trace::Vocabulary::kDisposition, map.disposition).empty()) {
    return wrong("disposition");
  }
  if (map.basis.empty() || map.title.empty()) return wrong("title and basis must be stated");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RecordMap> LoadRecordMap(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadWhole(path));
  const Json json = Json::parse(bytes, nullptr, false);
  if (!json.is_object()) return absl::InvalidArgumentError(absl::StrCat(path, ": is not JSON"));
  RecordMap map;
  map.title = TextOf(json, "title");
  map.basis = TextOf(json, "basis");
  map.mark = TextOf(json, "mark");
  map.keep = TextOf(json, "keep");
  map.type = TextOf(json, "type");
  map.action = TextOf(json, "action");
  map.biz_step = TextOf(json, "bizStep");
  map.disposition = TextOf(json, "disposition");
  map.scheme = json.contains("scheme") ? TextOf(json, "scheme") : "zsl";
  if (json.contains("columns")) {
    for (const Json& each : json["columns"]) {
      auto column = ToColumn(each);
      if (!column) {
        return absl::InvalidArgumentError(absl::StrCat(path, ": columns: ", each.dump()));
      }
      map.columns.push_back(*std::move(column));
    }
  }
  RETURN_IF_ERROR(Check(map, path));
  return map;
}

}  // namespace shian::ctl
