// The identity of an event: the CBV 2.0 event hash. Two firms that report the same event in
// different words (URN or Digital Link, fields in another order, other zone notation) give the same
// hash, so a retry is recognised and a repeated delivery is counted once.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "services/trace/capture/context.h"
#include "services/trace/capture/json.h"

namespace shian::trace {

// The canonical string that is hashed: fields in canonical order as name=value without separators.
// Left out: recordTime, eventID, errorDeclaration, comments.
std::string PreHash(const json::Value& event, const Context& context);

// The same over one member with all it holds, such as an error declaration.
std::string PreHashOfMember(const json::Value& member, const Context& context);

// "ni:///sha-256;<hex>?ver=CBV2.0" of 32 bytes.
std::string NamedHash(absl::string_view hash);

}  // namespace shian::trace
