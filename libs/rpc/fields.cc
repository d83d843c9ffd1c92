#include "libs/rpc/fields.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

#include <vector>

#include "libs/errors/errors.h"
#include "libs/rpc/limits.h"

namespace shian::rpc {
namespace {

using google::protobuf::FieldDescriptor;

const FieldDescriptor* Single(const Message& message, const char* name,
                              FieldDescriptor::CppType type) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->is_repeated() || field->cpp_type() != type) return nullptr;
  return field;
}

void AddUnknownBytes(const Message& message, size_t* bytes);

void AddUnknownBytesOf(const Message& message, const FieldDescriptor& field, size_t* bytes) {
  const auto* reflection = message.GetReflection();
  if (!field.is_repeated()) {
    AddUnknownBytes(reflection->GetMessage(message, &field), bytes);
    return;
  }
  for (int i = 0; i < reflection->FieldSize(message, &field); ++i) {
    AddUnknownBytes(reflection->GetRepeatedMessage(message, &field, i), bytes);
  }
}

void AddUnknownBytes(const Message& message, size_t* bytes) {
  const auto* reflection = message.GetReflection();
  *bytes += reflection->GetUnknownFields(message).SpaceUsedExcludingSelfLong();
  std::vector<const FieldDescriptor*> present;
  reflection->ListFields(message, &present);
  for (const FieldDescriptor* field : present) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      AddUnknownBytesOf(message, *field, bytes);
    }
  }
}

}  // namespace

std::string TextField(const Message& message, const char* name) {
  const FieldDescriptor* field = Single(message, name, FieldDescriptor::CPPTYPE_STRING);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

bool BoolField(const Message& message, const char* name) {
  const FieldDescriptor* field = Single(message, name, FieldDescriptor::CPPTYPE_BOOL);
  return field != nullptr && message.GetReflection()->GetBool(message, field);
}

int64_t IntField(const Message& message, const char* name) {
  if (const auto* field = Single(message, name, FieldDescriptor::CPPTYPE_INT32)) {
    return message.GetReflection()->GetInt32(message, field);
  }
  const FieldDescriptor* field = Single(message, name, FieldDescriptor::CPPTYPE_INT64);
  return field == nullptr ? 0 : message.GetReflection()->GetInt64(message, field);
}

std::string TextOrEnumField(const Message& message, const char* name) {
  const FieldDescriptor* field = Single(message, name, FieldDescriptor::CPPTYPE_ENUM);
  if (field == nullptr) return TextField(message, name);
  const int number = message.GetReflection()->GetEnumValue(message, field);
  const auto* value = field->enum_type()->FindValueByNumber(number);
  return value == nullptr || number == 0 ? "" : value->name();
}

bool HasField(const Message& message, const char* name) {
  return message.GetDescriptor()->FindFieldByName(name) != nullptr;
}

void SetTextField(Message* message, const char* name, absl::string_view value) {
  const FieldDescriptor* field = Single(*message, name, FieldDescriptor::CPPTYPE_STRING);
  if (field != nullptr) message->GetReflection()->SetString(message, field, std::string(value));
}

int RepeatedSize(const Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || !field->is_repeated()) return 0;
  return message.GetReflection()->FieldSize(message, field);
}

std::string DeterministicBytes(const Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&out);
  }
  return bytes;
}

absl::Status CheckUnknownFields(const Message& message) {
  size_t bytes = 0;
  AddUnknownBytes(message, &bytes);
  if (bytes <= limits::kUnknownBytesMax) return absl::OkStatus();
  return errors::InvalidField("", {"too many fields that this version does not know",
                                   "含有过多本版本未定义的字段", "UNKNOWN_FIELDS"});
}

}  // namespace shian::rpc
