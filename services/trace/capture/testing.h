#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace shian::trace::testing {

// The folder of data that others made: SHIAN_DATA, or shared/data beside the source tree. Tests
// that need it are skipped where it is not.
inline std::string DataFolder() {
  if (const char* folder = std::getenv("SHIAN_DATA")) return folder;
  const char* source = std::getenv("SHIAN_SOURCE");
  return absl::StrCat(source == nullptr ? "." : source, "/../shared/data");
}

inline std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// A document around `events`, which is a JSON list's inside.
inline std::string Document(absl::string_view events) {
  return absl::StrCat(R"({"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",)",
                      R"({"ex":"https://ns.example.com/"}],"type":"EPCISDocument",)",
                      R"("schemaVersion":"2.0","creationDate":"2025-03-03T09:00:00+08:00",)",
                      R"("epcisBody":{"eventList":[)", events, "]}}");
}

// An event of `type` at `time` (of the day 2025-03-03) with `rest` as its other members.
inline std::string EventJson(absl::string_view type, absl::string_view time,
                             absl::string_view rest) {
  return absl::StrCat(R"({"type":")", type, R"(","eventTime":"2025-03-03T)", time,
                      R"(+08:00","eventTimeZoneOffset":"+08:00",)", rest, "}");
}

}  // namespace shian::trace::testing
