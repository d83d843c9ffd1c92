#ifndef SHIAN_SERVICES_CTL_IMPORT_REPORT_H_
#define SHIAN_SERVICES_CTL_IMPORT_REPORT_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "services/ctl/import/rows.h"
#include "shian/common/v1/import.pb.h"

namespace shian::ctl {

// What became of the rows of one file: totals, and each wrong row with line, field, rule and value.
class ImportReport {
 public:
  explicit ImportReport(std::string file) : file_(std::move(file)) {}

  void Add(const LocalRefusal& refusal);
  // The verdicts of one answer, of whatever import method.
  void AddAnswer(const google::protobuf::Message& answer);

  int64_t invalid() const { return invalid_; }
  int64_t rows() const { return rows_; }
  // Totals on stdout, wrong rows as a table or JSON.
  void Print(bool json) const;

 private:
  void AddVerdict(const shian::common::v1::RowVerdict& verdict, const std::string& word);

  std::string file_;
  int64_t rows_ = 0, invalid_ = 0;
  std::map<std::string, int64_t> totals_;
  std::vector<shian::common::v1::RowVerdict> wrong_;
};

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_IMPORT_REPORT_H_
