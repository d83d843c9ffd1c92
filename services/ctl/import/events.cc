// The import of one EPCIS 2.0 document, JSON-LD or XML: its context and its events, in chunks.
#include "services/ctl/import/events.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "services/ctl/import/run.h"
#include "services/ctl/import/stream.h"
#include "services/ctl/session/invoke.h"
#include "shian/trace/v1/capture_service.pb.h"

namespace shian::ctl {
namespace {

namespace pb = shian::trace::v1;

constexpr int kEventsPerChunk = 500;
constexpr size_t kChunkBytesMax = 700u << 10;  // below the 1 MiB a server receives

// Where an import stands, told on stderr now and then: large files take a while.
class Progress {
 public:
  Progress(const std::string& file, size_t all) : file_(file), all_(all) {}
  void At(size_t done) {
    constexpr absl::Duration kPause = absl::Seconds(2);
    if (absl::Now() - told_ < kPause) return;
    told_ = absl::Now();
    std::cerr << file_ << ": " << done << " of " << all_ << " events\n";
  }

 private:
  const std::string& file_;
  const size_t all_;
  absl::Time told_ = absl::Now();
};

pb::CaptureStreamRequest NewChunk(const EventFile& file, const ImportOptions& options,
                                  int64_t number) {
  pb::CaptureStreamRequest chunk;
  chunk.set_request_id(ChunkRequestId(absl::StrCat(options.run, " ", file.sha256), number));
  chunk.set_context_json(file.cut.context_json);
  chunk.set_on_error(options.rollback ? pb::ON_ERROR_ROLLBACK : pb::ON_ERROR_PROCEED);
  chunk.set_dry_run(options.dry_run);
  if (!options.origin.empty()) {
    auto* provenance = chunk.mutable_provenance();
    provenance->set_origin(options.origin);
    provenance->set_authority(options.authority);
    provenance->set_document_sha256(file.sha256);
    provenance->set_attested(true);
  }
  return chunk;
}

// The events that a row can carry, by their place; the others are refused here, since the server
// could not even receive them. With rollback nothing is sent beside one that is refused.
std::vector<size_t> Sendable(const EventFile& file, const ImportOptions& options,
                             ImportReport* report) {
  std::vector<size_t> fit;
  for (size_t i = 0; i < file.cut.events.size(); ++i) {
    if (file.cut.events[i].size() <= trace::limits::kEventBytesMax) {
      fit.push_back(i);
      continue;
    }
    const trace::Rule& rule = trace::rules::kRowSize;
    report->Add({file.LineOf(i), "json", rule.id, absl::StrCat(rule.zh, " (", rule.en, ")")});
  }
  if (options.rollback && fit.size() < file.cut.events.size()) {
    std::cerr << file.name << ": nothing sent, an event is too large\n";
    fit.clear();
  }
  return fit;
}

grpc::Status SendAll(Session& session, const google::protobuf::MethodDescriptor& method,
                     const EventFile& file, const ImportOptions& options, ImportReport* report) {
  const std::vector<size_t> events = Sendable(file, options, report);
  if (events.empty()) return grpc::Status::OK;
  ImportStream stream(session, method);
  Progress progress(file.name, events.size());
  int64_t number = 0;
  for (size_t at = 0; at < events.size();) {
    pb::CaptureStreamRequest chunk = NewChunk(file, options, ++number);
    size_t bytes = 0;
    do {
      auto* row = chunk.add_rows();
      row->set_json(file.cut.events[events[at]]);
      row->set_line(file.LineOf(events[at]));
      bytes += row->json().size();
    } while (++at < events.size() && chunk.rows_size() < kEventsPerChunk &&
             bytes + file.cut.events[events[at]].size() < kChunkBytesMax);
    pb::CaptureStreamResponse answer;
    if (!stream.Exchange(chunk, chunk.rows_size(), &answer)) break;
    report->AddAnswer(answer);
    progress.At(at);
  }
  return stream.Finish();
}

}  // namespace

absl::Status SendEvents(Session& session, const EventFile& file, const ImportOptions& options,
                        ImportReport* report, int* exit_code) {
  ASSIGN_OR_RETURN(const Protos* protos, session.protos());
  ASSIGN_OR_RETURN(const auto* method,
                   protos->Method("shian.trace.v1.CaptureService/CaptureStream"));
  const grpc::Status status = SendAll(session, *method, file, options, report);
  if (!status.ok()) *exit_code = ReportRefusal(status, session.json());
  return absl::OkStatus();
}

absl::StatusOr<ImportReport> ImportEvents(Session& session, const std::string& name,
                                          const ImportOptions& options, int* exit_code) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadWhole(name));
  ImportReport report(name);
  EventFile file{name, HexEncode(Sha256(bytes)), trace::Cut(bytes, trace::kFileBounds), {}};
  if (file.cut.broken != nullptr) {
    report.Add({0, file.cut.field, file.cut.broken->id,
                absl::StrCat(file.cut.broken->zh, " (", file.cut.broken->en, ")")});
    return report;
  }
  RETURN_IF_ERROR(SendEvents(session, file, options, &report, exit_code));
  return report;
}

}  // namespace shian::ctl
