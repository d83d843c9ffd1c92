#ifndef SHIAN_SERVICES_CTL_SCREEN_TABLE_H_
#define SHIAN_SERVICES_CTL_SCREEN_TABLE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/ctl/text/csv.h"
#include "shian/sanction/v1/screening_service.pb.h"

namespace shian::ctl {

// Which columns of a table say whom to look for.
struct SubjectColumns {
  std::optional<size_t> code, name;
};

// By the given header, or, where that is empty, by the usual ones ("统一社会信用代码", "名称",
// "code", "name" …). Refused: a table that has not the named column, or neither of the two.
absl::StatusOr<SubjectColumns> FindColumns(const CsvTable& table, const std::string& code,
                                           const std::string& name);

// A row as the question; its line in the file is the reference.
shian::sanction::v1::ScreenSubject ToSubject(const CsvRow& row, const SubjectColumns& columns);

// What is added behind the columns of the file.
const std::vector<std::string>& ResultHeader();

// The cells of one answer: those of its nearest entry, and how many there were. `answer` is the
// message that it came in.
std::vector<std::string> ResultCells(const shian::sanction::v1::ScreenResult& result,
                                     const shian::sanction::v1::ScreenStreamResponse& answer);

// How many rows ended how.
class ScreenTotals {
 public:
  void Add(const shian::sanction::v1::ScreenResult& result);
  int64_t unanswered() const { return unanswered_; }
  // One line in English.
  std::string ToText() const;

 private:
  int64_t rows_ = 0, listed_ = 0, unanswered_ = 0;
  std::map<shian::sanction::v1::Band, int64_t> nearest_;
};

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_SCREEN_TABLE_H_
