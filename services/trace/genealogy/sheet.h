// The records of a chain as a file (追溯记录): a table for people, or one document for systems.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/trace/capture/event.h"

namespace shian::trace {

// An event with what its JSON does not say.
struct SheetEvent {
  const Event& event;
  std::string name;  // "events/{event}"
  absl::Time recorded;
  std::string system;  // that brought it
};

// "operators/{operator}" at a place; empty when nobody registered it.
using OperatorFinder = std::function<absl::StatusOr<std::string>(const std::string& place)>;

// The headings, behind the mark by which spreadsheets know UTF-8.
std::string SheetHead();
// A line for each identifier of the event, or one when it names none. Long lists of parties and
// papers stand in the first one only.
absl::StatusOr<std::string> SheetLines(const SheetEvent& of, const OperatorFinder& operator_at);

// What stands before, between and after the events of a document.
std::string DocumentHead(absl::Time created);
inline constexpr char kDocumentSeparator[] = ",\n";
inline constexpr char kDocumentTail[] = "]}}\n";
// The event as it was captured. Events of one document came with contexts of their own: each brings
// its own along, before what it says itself, so it means what it meant.
std::string DocumentEvent(const Event& event);

}  // namespace shian::trace
