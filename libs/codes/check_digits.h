#ifndef SHIAN_LIBS_CODES_CHECK_DIGITS_H_
#define SHIAN_LIBS_CODES_CHECK_DIGITS_H_

#include <optional>

#include "absl/strings/string_view.h"

// The check-digit algorithms of the national and GS1 codes. Each takes the code without its check
// character; nothing when the length or a character is not of that code.
namespace shian::codes {

inline constexpr absl::string_view kUsccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

// GB 32100-2015, 17 characters, weights 3^i modulo 31. Finds every single wrong character.
std::optional<char> UsccCheckDigit(absl::string_view body);
// Whether all rules of a whole one hold, as Check would say; for those who have many.
bool IsUscc(absl::string_view text);

// GB 11714-1997, 8 characters, modulo 11. A letter can pass for a digit 11 or 22 apart, which is
// the standard's own weakness; among digits every single error is found.
std::optional<char> OrganisationCheckDigit(absl::string_view body);

// GB/T 17710 (ISO 7064) MOD 11,10 over any number of digits: food licences. Finds every single
// wrong digit.
std::optional<char> Mod1110CheckDigit(absl::string_view digits);

// GB 11643-1999 (ISO 7064 MOD 11-2), 17 digits. Finds every single wrong digit.
std::optional<char> CitizenIdCheckDigit(absl::string_view body);

// GS1 modulo 10, weights 3 and 1 from the right. Finds every single wrong digit.
std::optional<char> Gs1CheckDigit(absl::string_view digits);

bool IsDigits(absl::string_view text);

}  // namespace shian::codes

#endif  // SHIAN_LIBS_CODES_CHECK_DIGITS_H_
