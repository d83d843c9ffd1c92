// The import of one table: decode, map, send in chunks, collect the verdicts.
#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/config/config.h"
#include "services/ctl/import/run.h"
#include "services/ctl/import/stream.h"
#include "services/ctl/session/invoke.h"
#include "services/ctl/text/encoding.h"

namespace shian::ctl {
namespace {

using google::protobuf::Message;

constexpr size_t kRowsPerChunk = 500;
constexpr size_t kFileBytesMax = 256u << 20;
constexpr int64_t kProgressRows = 5000;

// What is the same in every chunk of a file.
struct ChunkFrame {
  Mapping mapping;
  ImportOptions options;
  std::string document_sha256;
};

void FillChunk(const ChunkFrame& frame, const std::string& run, int64_t number, Message* chunk) {
  SetText("request_id", ChunkRequestId(run, number), chunk);
  SetText("origin", frame.mapping.origin, chunk);
  SetText("authority", frame.mapping.authority, chunk);
  SetText("region", frame.mapping.region, chunk);
  SetText("operator_origin", frame.mapping.operator_origin, chunk);
  SetText("document_sha256", frame.document_sha256, chunk);
  SetBool("dry_run", frame.options.dry_run, chunk);
}

grpc::Status SendAll(Session& session, const google::protobuf::MethodDescriptor& method,
                     const Protos& protos, const ChunkFrame& frame, MappedRows* mapped,
                     ImportReport* report) {
  ImportStream stream(session, method);
  const auto answer = protos.NewMessage(method.output_type());
  const auto* rows = method.input_type()->FindFieldByName("rows");
  // The run id and the file's digest together: the same file of the same run, the same request.
  const std::string run = absl::StrCat(frame.options.run, " ", frame.document_sha256);
  int64_t number = 0;
  for (size_t at = 0; at < mapped->rows.size(); at += kRowsPerChunk) {
    const auto chunk = protos.NewMessage(method.input_type());
    FillChunk(frame, run, ++number, chunk.get());
    const size_t end = std::min(at + kRowsPerChunk, mapped->rows.size());
    for (size_t i = at; i < end; ++i) {
      chunk->GetReflection()->AddAllocatedMessage(chunk.get(), rows, mapped->rows[i].release());
    }
    if (!stream.Exchange(*chunk, static_cast<int64_t>(end - at), answer.get())) break;
    report->AddAnswer(*answer);
    if (end / kProgressRows != at / kProgressRows) {
      std::cerr << "  " << end << " of " << mapped->rows.size() << " rows\n";
    }
  }
  return stream.Finish();
}

}  // namespace

void SetText(const std::string& field, const std::string& text, Message* message) {
  const auto* descriptor = message->GetDescriptor()->FindFieldByName(field);
  if (descriptor != nullptr && !text.empty()) {
    message->GetReflection()->SetString(message, descriptor, text);
  }
}

void SetBool(const std::string& field, bool value, Message* message) {
  const auto* descriptor = message->GetDescriptor()->FindFieldByName(field);
  if (descriptor != nullptr) message->GetReflection()->SetBool(message, descriptor, value);
}

absl::StatusOr<std::string> ReadWhole(const std::string& file) {
  return config::ReadFile(file, kFileBytesMax);
}

absl::StatusOr<ImportReport> ImportTable(Session& session, const std::string& file,
                                         const ImportOptions& options, int* exit_code) {
  ChunkFrame frame;
  frame.options = options;
  ASSIGN_OR_RETURN(frame.mapping, LoadMapping(options.map));
  if (!options.origin.empty()) frame.mapping.origin = options.origin;
  if (!options.authority.empty()) frame.mapping.authority = options.authority;
  if (!options.region.empty()) frame.mapping.region = options.region;
  ASSIGN_OR_RETURN(const std::string bytes, ReadWhole(file));
  frame.document_sha256 = HexEncode(Sha256(bytes));
  ASSIGN_OR_RETURN(const Decoded decoded, DecodeText(bytes));
  ASSIGN_OR_RETURN(const CsvTable table, ParseCsv(decoded.text));
  ASSIGN_OR_RETURN(const Protos* protos, session.protos());
  ASSIGN_OR_RETURN(const auto* method, protos->Method(frame.mapping.method));
  const auto* rows = method->input_type()->FindFieldByName("rows");
  const auto prototype = protos->NewMessage(rows->message_type());
  ASSIGN_OR_RETURN(MappedRows mapped, MapRows(table, frame.mapping, *prototype));
  std::cerr << file << ": " << EncodingName(decoded.encoding) << ", " << table.rows.size()
            << " rows" << (options.dry_run ? ", dry run" : "") << "\n";
  ImportReport report(file);
  for (const LocalRefusal& refusal : mapped.refused) report.Add(refusal);
  const grpc::Status status = SendAll(session, *method, *protos, frame, &mapped, &report);
  if (!status.ok()) *exit_code = ReportRefusal(status, session.json());
  return report;
}

}  // namespace shian::ctl
