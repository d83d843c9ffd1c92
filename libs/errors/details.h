#ifndef SHIAN_LIBS_ERRORS_DETAILS_H_
#define SHIAN_LIBS_ERRORS_DETAILS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace google::rpc {
class Status;
}  // namespace google::rpc

namespace shian::errors {

// The languages of LocalizedMessage.
inline constexpr absl::string_view kChinese = "zh-CN";
inline constexpr absl::string_view kEnglish = "en";

// The better of the two for an "accept-language" value, Chinese when it names neither:
// "en-GB,zh;q=0.8" -> "en".
absl::string_view ChooseLocale(absl::string_view accept_language);

// The serialized google.rpc.Status of `status` for the trailer: ErrorInfo, BadRequest (each rule in
// both languages), PreconditionFailure, RetryInfo, and LocalizedMessage in `locale`. At most 2 KiB:
// wrong fields, then metadata, are left out until it fits. Empty for OK. A status that was not made
// by this library gets an ErrorInfo named after its code and a general text.
std::string StatusDetails(const absl::Status& status, absl::string_view locale);

// The way back, in a client: an error of code and message with the details that came with it.
// Details that do not decode are left out. `message` is English.
absl::Status FromStatusDetails(absl::StatusCode code, absl::string_view message,
                               absl::string_view details);

// The text for people in `locale`.
std::string LocalizedText(const absl::Status& status, absl::string_view locale);

// What the status carries, language by language; for those who print all of it.
google::rpc::Status DecodeDetails(const absl::Status& status);

}  // namespace shian::errors

#endif  // SHIAN_LIBS_ERRORS_DETAILS_H_
