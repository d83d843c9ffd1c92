#include "services/ctl/import/mapping.h"

#include <fstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "nlohmann/json.hpp"
#include "shian/common/v1/date.pb.h"

namespace shian::ctl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Json = nlohmann::json;

absl::StatusOr<ColumnRule> ToColumnRule(const Json& json) {
  ColumnRule rule;
  rule.column = json.at("column").get<std::string>();
  rule.field = json.at("field").get<std::string>();
  rule.date_format = json.value("date_format", "");
  rule.sum = json.value("sum", false);
  rule.otherwise = json.value("otherwise", "");
  const Json values = json.value("values", Json::object());  // items() refers to it
  for (const auto& [word, meaning] : values.items()) {
    rule.values[word] = meaning.get<std::string>();
  }
  return rule;
}

absl::StatusOr<Mapping> ToMapping(const Json& json) {
  Mapping mapping;
  mapping.method = json.at("method").get<std::string>();
  mapping.origin = json.value("origin", "");
  mapping.authority = json.value("authority", "");
  mapping.region = json.value("region", "");
  mapping.distinct = json.value("distinct", "");
  mapping.operator_origin = json.value("operator_origin", "");
  const Json constants = json.value("constants", Json::object());
  for (const auto& [field, text] : constants.items()) {
    mapping.constants[field] = text.get<std::string>();
  }
  for (const Json& column : json.value("columns", Json::array())) {
    ASSIGN_OR_RETURN(ColumnRule rule, ToColumnRule(column));
    mapping.columns.push_back(std::move(rule));
  }
  return mapping;
}

absl::Status Wrong(absl::string_view what, absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat(what, ": '", text, "'"));
}

absl::Status SetDate(absl::string_view text, Message* date) {
  ASSIGN_OR_RETURN(const Date parsed, ParseDate(text));
  const auto* descriptor = date->GetDescriptor();
  const auto* reflection = date->GetReflection();
  reflection->SetInt32(date, descriptor->FindFieldByName("year"), static_cast<int>(parsed.year()));
  reflection->SetInt32(date, descriptor->FindFieldByName("month"), parsed.month());
  reflection->SetInt32(date, descriptor->FindFieldByName("day"), parsed.day());
  return absl::OkStatus();
}

// "FOOD_SELLER" and "OPERATOR_KIND_FOOD_SELLER" name the same value.
absl::Status SetEnum(absl::string_view text, const FieldDescriptor* field, Message* row) {
  const auto* type = field->enum_type();
  for (int i = 0; i < type->value_count(); ++i) {
    const std::string& name = type->value(i)->name();
    if (name == text || absl::EndsWith(name, absl::StrCat("_", text))) {
      row->GetReflection()->SetEnum(row, field, type->value(i));
      return absl::OkStatus();
    }
  }
  return Wrong("is none of the known words", text);
}

absl::Status SetNumber(absl::string_view text, bool sum, const FieldDescriptor* field,
                       Message* row) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) return Wrong("is not a whole number", text);
  const auto* reflection = row->GetReflection();
  const bool narrow = field->cpp_type() == FieldDescriptor::CPPTYPE_INT32;
  const int64_t before = !sum     ? 0
                         : narrow ? reflection->GetInt32(*row, field)
                                  : reflection->GetInt64(*row, field);
  int64_t total = 0;
  if (__builtin_add_overflow(before, number, &total) ||
      (narrow && total != static_cast<int32_t>(total))) {
    return Wrong("is too large", text);
  }
  if (narrow) {
    reflection->SetInt32(row, field, static_cast<int32_t>(total));
  } else {
    reflection->SetInt64(row, field, total);
  }
  return absl::OkStatus();
}

absl::Status AddParts(absl::string_view text, const FieldDescriptor* field, Message* row) {
  std::string plain(text);
  for (const char* separator : {"、", ";", "；"}) {
    for (size_t at; (at = plain.find(separator)) != std::string::npos;) {
      plain.replace(at, std::string(separator).size(), "|");
    }
  }
  for (absl::string_view part : absl::StrSplit(plain, '|', absl::SkipWhitespace())) {
    row->GetReflection()->AddString(row, field, std::string(absl::StripAsciiWhitespace(part)));
  }
  return absl::OkStatus();
}

// The part that a path goes on in; of a list it is the first element.
Message* PartOf(const FieldDescriptor* field, Message* row) {
  const auto* reflection = row->GetReflection();
  if (!field->is_repeated()) return reflection->MutableMessage(row, field);
  if (reflection->FieldSize(*row, field) == 0) return reflection->AddMessage(row, field);
  return reflection->MutableRepeatedMessage(row, field, 0);
}

absl::Status SetOne(const FieldDescriptor* field, absl::string_view text, bool sum, Message* row) {
  const bool is_text = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  if (field->is_repeated() && is_text) return AddParts(text, field, row);
  if (field->is_repeated()) {
    return absl::InvalidArgumentError(absl::StrCat("a column cannot fill ", field->full_name()));
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      row->GetReflection()->SetString(row, field, std::string(text));
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return SetNumber(text, sum, field, row);
    case FieldDescriptor::CPPTYPE_ENUM:
      return SetEnum(text, field, row);
    case FieldDescriptor::CPPTYPE_BOOL:
      row->GetReflection()->SetBool(row, field, text == "是" || text == "true" || text == "1");
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (field->message_type()->full_name() == "shian.common.v1.Date") {
        return SetDate(text, row->GetReflection()->MutableMessage(row, field));
      }
      [[fallthrough]];
    default:
      return absl::InvalidArgumentError(absl::StrCat("a column cannot fill ", field->full_name()));
  }
}

}  // namespace

absl::StatusOr<Mapping> LoadMapping(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat("no mapping file ", path));
  try {
    return ToMapping(Json::parse(file));
  } catch (const Json::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", error.what()));
  }
}

absl::Status SetField(const std::string& path, absl::string_view text, bool sum, Message* row) {
  if (text.empty()) return absl::OkStatus();
  const std::vector<std::string> names = absl::StrSplit(path, '.');
  for (size_t i = 0; i < names.size(); ++i) {
    const FieldDescriptor* field = row->GetDescriptor()->FindFieldByName(names[i]);
    if (field == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat(row->GetDescriptor()->full_name(), " has no field ", names[i]));
    }
    if (i + 1 == names.size()) return SetOne(field, text, sum, row);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return absl::InvalidArgumentError(absl::StrCat(field->full_name(), " has no parts"));
    }
    row = PartOf(field, row);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> CellText(const ColumnRule& rule, absl::string_view cell) {
  const std::string text(absl::StripAsciiWhitespace(cell));
  const auto word = rule.values.find(text);
  if (word != rule.values.end()) return word->second;
  if (!rule.otherwise.empty()) return rule.otherwise;
  if (rule.date_format.empty() || text.empty()) return text;
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(rule.date_format, text, ChinaTime(), &time, &error)) {
    return absl::InvalidArgumentError(absl::StrCat("is not a date: '", text, "'"));
  }
  return FormatDate(ToDate(time));
}

}  // namespace shian::ctl
