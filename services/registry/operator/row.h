// One row of a bureau's export, judged (导入校验): either a profile or every rule it breaks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/time.h"
#include "libs/codes/identity.h"
#include "libs/errors/errors.h"
#include "services/registry/operator/operator.h"

namespace shian::registry {

using codes::IdentityHasher;

// All cells as text, the way they stand in the file.
struct RawRow {
  int64_t line = 0;
  std::string source_id, title, code, kind, form, status, region, office;
  std::string address, town, longitude, latitude, gln;
  std::string licence_number, licence_scope, licence_from, licence_to;
  std::string principal, principal_identity_number;
  std::string floor_area_m2, diners, food_categories;
  std::vector<Attribute> attributes;
};

struct RowViolation {
  std::string field;
  errors::Rule rule;
  std::string value;  // as it may be shown: masked where it is a person's
};

struct JudgedRow {
  int64_t line = 0;
  std::string source_id;
  Profile profile;
  std::string content;  // ContentDigest(profile)
  std::vector<RowViolation> violations;

  bool valid() const { return violations.empty(); }
};

// `region` is the division whose operators are imported; a row of another one is refused.
JudgedRow JudgeRow(const RawRow& row, absl::string_view region, const IdentityHasher& hasher);

// Reads cells and collects what is wrong with them. Shared by the imports of this service.
class CellReader {
 public:
  enum class Show { kPlain, kName, kCode };

  explicit CellReader(std::vector<RowViolation>* violations) : violations_(*violations) {}

  // A text of at most `max` code points, in NFC. `required`: not empty.
  std::string Text(absl::string_view field, absl::string_view cell, size_t max,
                   bool required = false, Show show = Show::kPlain);
  // Empty cells give nothing and break no rule.
  std::optional<Date> Day(absl::string_view field, absl::string_view cell);
  std::optional<int64_t> Whole(absl::string_view field, absl::string_view cell, int64_t max);
  std::optional<int32_t> Degrees(absl::string_view field, absl::string_view cell, int limit);
  // "是" or "否", "true" or "false".
  bool Flag(absl::string_view field, absl::string_view cell);
  // A list in one cell, separated by '|', ',', '、', '，', ';' or '；'.
  std::vector<std::string> List(absl::string_view field, absl::string_view cell, size_t count_max,
                                size_t bytes_max);
  void Wrong(absl::string_view field, errors::Rule rule, absl::string_view cell,
             Show show = Show::kPlain);

 private:
  std::vector<RowViolation>& violations_;
};

// Rules that several imports share.
errors::Rule RequiredRule();
errors::Rule RegionOutsideRule();
errors::Rule SourceIdRepeatedRule();
errors::Rule DateOrderRule();

}  // namespace shian::registry
