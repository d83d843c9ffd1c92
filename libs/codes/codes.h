#ifndef SHIAN_LIBS_CODES_CODES_H_
#define SHIAN_LIBS_CODES_CODES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Every identifier that food supervision meets, checked by one function.
namespace shian::codes {

enum class Kind {
  kUscc,               // 统一社会信用代码, GB 32100-2015
  kOrganisationCode,   // 组织机构代码, GB 11714-1997
  kProductionLicence,  // 食品生产许可证编号, SC and 14 digits
  kOperationLicence,   // 食品经营许可证编号, JY and 14 digits
  kPrepackagedFiling,  // 仅销售预包装食品备案编号, YB and 14 digits
  kRegion,             // 行政区划代码, GB/T 2260: 6, 9 or 12 digits
  kCitizenId,          // 公民身份号码, GB 11643-1999, and the old form of 15 digits
  kGtin,               // 全球贸易项目代码: 8, 12, 13 or 14 digits
  kGln,                // 全球位置码: 13 digits
  kSscc,               // 系列货运包装箱代码: 18 digits
  kEpcUrn,             // urn:epc:… of a lot, item, pallet, place, party or product class
  kDigitalLink,        // GS1 Digital Link (数字链接), the URI in a product's QR code
};

// "USCC", "ORG", "SC", "JY", "YB", "REGION", "CITIZEN_ID", "GTIN", "GLN", "SSCC", "EPC_URN",
// "DIGITAL_LINK".
absl::string_view KindWord(Kind kind);
// "统一社会信用代码"
absl::string_view KindChinese(Kind kind);
std::optional<Kind> KindFromWord(absl::string_view word);
const std::vector<Kind>& AllKinds();

// One meaningful piece of a code: {"check", "6", "校验码"}.
struct Part {
  std::string name;
  std::string value;
  std::string zh;
};

struct Parsed {
  Kind kind;
  // The one form to store and compare: 14 digits of a GTIN, 18 of an identity number, the hyphen
  // of an organisation code, the id.gs1.org form of a Digital Link.
  std::string canonical;
  std::vector<Part> parts;

  // The value of the part `name`, empty when there is none.
  std::string Get(absl::string_view name) const;
};

// The code's parts, or INVALID_ARGUMENT with the first rule it breaks (RuleOf in rules.h). `text`
// is taken as it stands; Tidy first what people typed.
absl::StatusOr<Parsed> Check(Kind kind, absl::string_view text);

// Finds the kind by form. Where forms overlap (18 digits), the kind whose rules all hold wins, in
// the order USCC, citizen id, SSCC; 13 digits are read as a GTIN, since a GLN looks the same.
absl::StatusOr<Parsed> Detect(absl::string_view text);
// The kind Detect judged by, also when the code is wrong; nothing when no kind has this form.
std::optional<Kind> KindByForm(absl::string_view text);

// Spaces and invisible characters gone, full-width forms to ASCII, letters to upper case. URNs and
// links keep their case.
std::string Tidy(absl::string_view text);

// `body` (the code without its check digit; SC, JY and YB without their letters too) completed:
// Make(Kind::kUscc, "91440300192203821") -> "914403001922038216". Fails when the result would
// break a rule.
absl::StatusOr<std::string> Make(Kind kind, absl::string_view body);
absl::StatusOr<std::string> MakeUscc(absl::string_view prefix17);

}  // namespace shian::codes

#endif  // SHIAN_LIBS_CODES_CODES_H_
