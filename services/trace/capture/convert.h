// Between the proto of captured events and the domain.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/timestamp.pb.h"
#include "libs/errors/errors.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/store.h"
#include "services/trace/capture/verdict.h"
#include "services/trace/capture/vocabulary.h"
#include "shian/common/v1/provenance.pb.h"
#include "shian/trace/v1/capture_service.pb.h"
#include "shian/trace/v1/event.pb.h"

namespace shian::trace::capture {

// What one write takes in.
struct Batch {
  std::vector<ParsedEvent> events;
  Origin origin;
  OnError on_error = OnError::kProceed;
};
// `system` is the caller: the origin of what names none.
absl::StatusOr<Batch> ToBatch(const v1::ImportDocumentRequest& in, absl::string_view system);
absl::StatusOr<Batch> ToBatch(const v1::CaptureDocumentRequest& in, absl::string_view system);
absl::StatusOr<Batch> ToBatch(const v1::CaptureStreamRequest& in, absl::string_view system);
absl::StatusOr<Batch> ToBatch(const v1::ImportEventsRequest& in, absl::string_view system);

absl::StatusOr<EventFilter> ToFilter(const v1::ListEventsRequest& in);

v1::EventVerdict ToProto(const ParsedEvent& parsed, const Outcome& outcome);
v1::Event ToProto(const StoredEvent& stored);

v1::EpcKind ToProto(EpcKind kind);

// An identifier in a request, canonical; empty stays empty.
std::string ToEpc(absl::string_view text, absl::string_view field, errors::Violations* wrong);
// A word of the vocabulary in a request, as its web URI.
std::string ToWebUri(Vocabulary vocabulary, absl::string_view word, absl::string_view field,
                     errors::Violations* wrong);
// A time in a request; absent gives `otherwise`.
absl::Time ToTime(bool present, const google::protobuf::Timestamp& time, absl::Time otherwise,
                  absl::string_view field, errors::Violations* wrong);

}  // namespace shian::trace::capture
