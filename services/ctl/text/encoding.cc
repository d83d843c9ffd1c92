#include "services/ctl/text/encoding.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>

#include <memory>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"

namespace shian::ctl {
namespace {

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

using Converter = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

// A converter that stops at the first bad byte or unmappable character.
absl::StatusOr<Converter> StrictConverter(const char* name) {
  UErrorCode error = U_ZERO_ERROR;
  Converter converter(ucnv_open(name, &error), &ucnv_close);
  if (U_SUCCESS(error)) {
    ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr,
                        &error);
  }
  if (U_SUCCESS(error)) {
    ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr,
                          &error);
  }
  if (U_FAILURE(error)) return absl::InternalError(absl::StrCat("no converter for ", name));
  return converter;
}

// Converts whole texts through UTF-16; `what` names the failure.
absl::StatusOr<std::string> Convert(absl::string_view bytes, const char* from, const char* to) {
  ASSIGN_OR_RETURN(auto source, StrictConverter(from));
  ASSIGN_OR_RETURN(auto target, StrictConverter(to));
  std::vector<UChar> units(bytes.size() + 1);
  UErrorCode error = U_ZERO_ERROR;
  UChar* unit = units.data();
  const char* next = bytes.data();
  ucnv_toUnicode(source.get(), &unit, units.data() + units.size(), &next,
                 bytes.data() + bytes.size(), nullptr, true, &error);
  if (U_FAILURE(error)) {
    return absl::InvalidArgumentError(
        absl::StrCat("not ", from, " near byte ", next - bytes.data()));
  }
  const size_t length = unit - units.data();
  std::string out(length * 4 + 4, '\0');
  char* end = out.data();
  const UChar* from_unit = units.data();
  ucnv_fromUnicode(target.get(), &end, out.data() + out.size(), &from_unit, units.data() + length,
                   nullptr, true, &error);
  if (U_FAILURE(error))
    return absl::InvalidArgumentError(absl::StrCat("cannot be written as ", to));
  out.resize(end - out.data());
  return out;
}

}  // namespace

const char* EncodingName(Encoding encoding) {
  switch (encoding) {
    case Encoding::kUtf8:
      return "UTF-8";
    case Encoding::kUtf8Bom:
      return "UTF-8 with BOM";
    case Encoding::kGb18030:
      return "GB18030";
  }
  return "unknown";
}

absl::StatusOr<Decoded> DecodeText(absl::string_view bytes) {
  if (absl::StartsWith(bytes, kByteOrderMark)) {
    const absl::string_view rest = bytes.substr(3);
    if (!IsValidUtf8(rest)) return absl::InvalidArgumentError("has a UTF-8 mark but is not UTF-8");
    return Decoded{std::string(rest), Encoding::kUtf8Bom};
  }
  if (IsValidUtf8(bytes)) return Decoded{std::string(bytes), Encoding::kUtf8};
  ASSIGN_OR_RETURN(std::string text, Convert(bytes, "gb18030", "UTF-8"));
  return Decoded{std::move(text), Encoding::kGb18030};
}

absl::StatusOr<std::string> EncodeText(absl::string_view utf8, Encoding encoding) {
  switch (encoding) {
    case Encoding::kUtf8:
      return std::string(utf8);
    case Encoding::kUtf8Bom:
      return absl::StrCat(kByteOrderMark, utf8);
    case Encoding::kGb18030:
      return Convert(utf8, "UTF-8", "gb18030");
  }
  return absl::InvalidArgumentError("unknown encoding");
}

}  // namespace shian::ctl
