#ifndef SHIAN_LIBS_ERRORS_ERRORS_H_
#define SHIAN_LIBS_ERRORS_ERRORS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// One reason, one name, one place: inside the process an error is an absl::Status made here, on
// the wire it is google.rpc.Status (details.h), and reasons.def is the only table between them.
namespace shian::errors {

enum class Reason {
#define REASON(name, code, word, en, zh) name,
#include "libs/errors/reasons.def"
#undef REASON
};

// One row of reasons.def.
struct ReasonRow {
  Reason reason;
  const char* name;
  absl::StatusCode code;
  const char* word;
  const char* en;
  const char* zh;
};
const std::vector<ReasonRow>& ReasonTable();
const ReasonRow& RowOf(Reason reason);
// "ETAG_MISMATCH"
absl::string_view WordOf(Reason reason);

// 法律依据: the provision that stands in the way, such as {"食品安全法", "第八十八条"}.
struct Basis {
  std::string statute;
  std::string article;
  friend bool operator==(const Basis&, const Basis&) = default;
};

// The values of {names} in the reason's texts. They leave the process, also in logs: never a
// person's name, number or other secret.
using Args = std::vector<std::pair<std::string, std::string>>;

// A refusal with the code, the texts and the stable word of the table. With a basis it carries a
// PreconditionFailure that names law and article.
absl::Status Refuse(Reason reason, Args args = {}, Basis basis = {});

absl::Status NotFound(absl::string_view resource_name);

// `refusal` with the advice to wait at least `delay` before another try.
absl::Status WithRetryDelay(absl::Status refusal, absl::Duration delay);

// A rule that a field breaks, in both languages, without the value: {"must be a UUID", "应为UUID"}.
// `word` is a stable name of the rule where one exists: "USCC_CHECK_DIGIT".
struct Rule {
  std::string en;
  std::string zh;
  std::string word = {};
};

absl::Status InvalidField(absl::string_view field, Rule rule);

// Collects the wrong fields of a request, so that the caller learns of all of them at once.
class Violations {
 public:
  void Add(absl::string_view field, Rule rule);
  bool empty() const { return count_ == 0; }
  // OK when nothing was added.
  absl::Status ToStatus() const;

 private:
  std::vector<std::pair<std::string, Rule>> listed_;
  size_t count_ = 0;
};

// What a status made here, or read from a peer's details, says. Empty for any other status.
std::optional<Reason> ReasonOf(const absl::Status& status);
std::optional<Basis> BasisOf(const absl::Status& status);
std::optional<absl::Duration> RetryDelayOf(const absl::Status& status);
// The wrong fields, each with its rule.
std::vector<std::pair<std::string, Rule>> ViolationsOf(const absl::Status& status);

}  // namespace shian::errors

#endif  // SHIAN_LIBS_ERRORS_ERRORS_H_
