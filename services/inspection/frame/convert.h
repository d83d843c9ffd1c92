// Requests to plain values, for all modules of this service: each value is checked where it is
// read, and all wrong fields of a request are told at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "libs/errors/errors.h"
#include "libs/rpc/call.h"
#include "services/inspection/frame/frame.h"
#include "shian/common/v1/date.pb.h"
#include "shian/common/v1/import.pb.h"
#include "shian/common/v1/legal.pb.h"
#include "shian/policy/v1/grades.pb.h"
#include "shian/registry/v1/laboratory.pb.h"
#include "shian/registry/v1/operator.pb.h"
#include "shian/registry/v1/people.pb.h"

namespace shian::inspection {

class FieldReader {
 public:
  // Normalised text; `required` refuses an empty one.
  std::string Text(absl::string_view field, absl::string_view value, size_t max_code_points,
                   bool required);
  std::string Paragraphs(absl::string_view field, absl::string_view value, size_t max_code_points,
                         bool required);
  // The id of "<collection>/<id>": printable ASCII without '/'.
  std::string Name(absl::string_view field, absl::string_view value, absl::string_view collection,
                   bool required);
  std::vector<std::string> Names(absl::string_view field,
                                 const google::protobuf::RepeatedPtrField<std::string>& values,
                                 absl::string_view collection, int max);
  std::string Region(absl::string_view field, absl::string_view value, bool required);
  std::string Sha256Hex(absl::string_view field, absl::string_view value, bool required);
  // 32 bytes.
  std::string Bytes32(absl::string_view field, const std::string& value);
  int64_t Number(absl::string_view field, int64_t value, int64_t min, int64_t max);
  // A time that the API can carry (years 1 to 9999); `otherwise` when the request states none.
  absl::Time Time(absl::string_view field, bool stated, const google::protobuf::Timestamp& time,
                  absl::Time otherwise);
  std::optional<Date> Day(absl::string_view field, const common::v1::Date* value, bool required);
  // A known, stated value of an enum.
  template <class Enum>
  Enum Stated(absl::string_view field, Enum value, bool (*valid)(int)) {
    if (value == 0 || !valid(value))
      Bad(field, "must state a known value", "须填写有效取值", "ENUM");
    return value;
  }
  // `word` is the stable name of the broken rule in the verdict of an imported row.
  void Bad(absl::string_view field, absl::string_view en, absl::string_view zh,
           absl::string_view word = "FORMAT");
  absl::Status Done() const;
  bool ok() const { return broken_.empty(); }
  // For the verdict of an imported row, without values.
  void AddTo(common::v1::RowVerdict* verdict) const;

 private:
  struct Broken {
    std::string field;
    errors::Rule rule;
  };
  std::vector<Broken> broken_;
};

// When an act was done: what the request says, at most now; now when it says nothing.
absl::StatusOr<absl::Time> ActTime(const rpc::Call& call, bool stated,
                                   const google::protobuf::Timestamp& time);

common::v1::Date ToProto(Date date);
void SetBasis(const std::string& statute, const std::string& article, common::v1::LegalBasis* out);

namespace frame {

// "CATERER" and back.
std::string KindWord(registry::v1::OperatorKind kind);
registry::v1::OperatorKind KindOf(const std::string& word);
std::string GradeWord(policy::v1::RiskGrade grade);
policy::v1::RiskGrade GradeOf(const std::string& word);

Unit ToUnit(const registry::v1::Operator& in);
Inspector ToInspector(const registry::v1::Inspector& in);
Laboratory ToLaboratory(const registry::v1::Laboratory& in);

}  // namespace frame
}  // namespace shian::inspection
