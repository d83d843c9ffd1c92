// Inspection's own copy of what the registry knows (两库): operators that may be drawn or visited,
// inspectors that may visit them, laboratories that may test. It follows the registry's facts, so a
// draw needs nobody else to be up.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/base/time.h"

namespace shian::inspection::frame {

// An operator as far as drawing and visiting needs it (检查对象名录库).
struct Unit {
  std::string id;
  std::string region;
  std::string kind;   // word of OperatorKind without prefix, such as "CATERER"
  std::string title;  // for public cards; empty for a person and after erasure
  bool trading = false;
  std::string grade = "UNRATED";  // determined by credit: "A" to "D"
  std::string origin;             // {origin, source_id} of the registry's record, so that imports
  std::string source_id;          // may name an operator as its own system does
};

// An inspector of the roster (执法检查人员名录库).
struct Inspector {
  std::string id;
  std::string region;
  std::string organisation;
  std::vector<std::string> specialities;  // kinds; none means every kind
  std::vector<std::string> conflicts;     // operator ids
  bool active = false;
  std::optional<Date> card_valid_to;
};

// A testing laboratory (检验检测机构).
struct Laboratory {
  std::string id;
  std::string region;
  std::string system;                   // of its own computer system; may be empty
  std::vector<std::string> scopes;      // keys of failure reasons it may test
  std::vector<std::string> affiliates;  // ids of tied laboratories
  std::optional<Date> valid_from;
  std::optional<Date> valid_to;
  bool reinspection = false;
  bool suspended = false;
};

struct Count {
  std::string region;
  std::string kind;
  std::string grade;
  int64_t count = 0;
};

// May be drawn on `on`: on duty, with a card that is valid.
bool MayBeDrawn(const Inspector& inspector, Date on);

// First and last code of a division (行政区划): 410900 -> 410900 to 410999.
std::pair<std::string, std::string> RegionRange(absl::string_view region);

// Six digits.
bool IsRegion(absl::string_view text);

// A legal person is named by its unified social credit code; everyone else by a surrogate, and
// stays without name and address in what is published.
bool IsLegalPersonId(absl::string_view operator_id);

}  // namespace shian::inspection::frame
