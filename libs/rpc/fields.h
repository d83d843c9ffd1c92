// The standard fields of requests and responses, by reflection: every message that has a field of
// that name and type is treated alike, and no handler does it by hand.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class Message;
}

namespace shian::rpc {

using Message = google::protobuf::Message;

// The field's value; empty, 0 or false when the message has no such field of that type.
std::string TextField(const Message& message, const char* name);
bool BoolField(const Message& message, const char* name);
int64_t IntField(const Message& message, const char* name);
// A string field, or the name of an enum field's value.
std::string TextOrEnumField(const Message& message, const char* name);
bool HasField(const Message& message, const char* name);
// Sets a string field when there is one.
void SetTextField(Message* message, const char* name, absl::string_view value);
// Entries of a repeated field.
int RepeatedSize(const Message& message, const char* name);

// The same bytes for equal messages, whatever order maps and fields came in.
std::string DeterministicBytes(const Message& message);

// INVALID_ARGUMENT when the message carries more unknown bytes than a newer caller would send.
absl::Status CheckUnknownFields(const Message& message);

}  // namespace shian::rpc
