// The import of one EPCIS 2.0 JSON-LD document: its context and its events, in chunks.
#include <iostream>

#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "nlohmann/json.hpp"
#include "services/ctl/import/run.h"
#include "services/ctl/import/stream.h"
#include "services/ctl/session/invoke.h"
#include "shian/trace/v1/capture_service.pb.h"

namespace shian::ctl {
namespace {

namespace pb = shian::trace::v1;
using Json = nlohmann::ordered_json;

constexpr int kEventsPerChunk = 500;
constexpr size_t kChunkBytesMax = 700u << 10;  // below the 1 MiB a server receives

struct Document {
  std::string context_json;
  std::vector<std::string> events;
  std::string sha256;
};

// Takes a document apart; the server judges each event, this only finds them.
absl::StatusOr<Document> ParseDocument(const std::string& bytes) {
  const Json json = Json::parse(bytes, nullptr, false);
  if (json.is_discarded()) return absl::InvalidArgumentError("JSON_SYNTAX: the file is not JSON");
  Document document;
  document.sha256 = HexEncode(Sha256(bytes));
  if (json.contains("@context")) document.context_json = json["@context"].dump();
  const Json* body = json.contains("epcisBody") ? &json["epcisBody"] : nullptr;
  if (body != nullptr && body->is_object() && body->contains("eventList") &&
      (*body)["eventList"].is_array()) {
    for (const Json& event : (*body)["eventList"]) document.events.push_back(event.dump());
  } else if (json.is_object() && json.contains("eventTime")) {
    document.events.push_back(json.dump());  // one bare event, as capture interfaces take it
  } else {
    return absl::InvalidArgumentError("EVENT_LIST_MISSING: no epcisBody.eventList");
  }
  return document;
}

pb::ImportEventsRequest NewChunk(const Document& document, const ImportOptions& options,
                                 int64_t number) {
  pb::ImportEventsRequest chunk;
  chunk.set_request_id(ChunkRequestId(absl::StrCat(options.run, " ", document.sha256), number));
  chunk.set_context_json(document.context_json);
  chunk.set_on_error(options.rollback ? pb::ON_ERROR_ROLLBACK : pb::ON_ERROR_PROCEED);
  chunk.set_dry_run(options.dry_run);
  if (!options.origin.empty()) {
    auto* provenance = chunk.mutable_provenance();
    provenance->set_origin(options.origin);
    provenance->set_authority(options.authority);
    provenance->set_document_sha256(document.sha256);
    provenance->set_attested(true);
  }
  return chunk;
}

grpc::Status SendAll(Session& session, const google::protobuf::MethodDescriptor& method,
                     const Document& document, const ImportOptions& options, ImportReport* report) {
  ImportStream stream(session, method);
  int64_t number = 0;
  for (size_t at = 0; at < document.events.size();) {
    pb::ImportEventsRequest chunk = NewChunk(document, options, ++number);
    size_t bytes = 0;
    do {
      auto* row = chunk.add_rows();
      row->set_json(document.events[at]);
      bytes += document.events[at].size();
      row->set_line(static_cast<int64_t>(++at));
    } while (at < document.events.size() && chunk.rows_size() < kEventsPerChunk &&
             bytes + document.events[at].size() < kChunkBytesMax);
    pb::ImportEventsResponse answer;
    if (!stream.Exchange(chunk, chunk.rows_size(), &answer)) break;
    report->AddAnswer(answer);
  }
  return stream.Finish();
}

}  // namespace

absl::StatusOr<ImportReport> ImportEvents(Session& session, const std::string& file,
                                          const ImportOptions& options, int* exit_code) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadWhole(file));
  ImportReport report(file);
  const auto document = ParseDocument(bytes);
  if (!document.ok()) {
    report.Add({0, "document", "EPCIS_DOCUMENT", std::string(document.status().message())});
    return report;
  }
  ASSIGN_OR_RETURN(const Protos* protos, session.protos());
  ASSIGN_OR_RETURN(const auto* method,
                   protos->Method("shian.trace.v1.CaptureService/ImportEvents"));
  const grpc::Status status = SendAll(session, *method, *document, options, &report);
  if (!status.ok()) *exit_code = ReportRefusal(status, session.json());
  return report;
}

}  // namespace shian::ctl
