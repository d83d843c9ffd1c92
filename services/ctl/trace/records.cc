#include "services/ctl/trace/records.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "services/ctl/session/invoke.h"

namespace shian::ctl {
namespace {

namespace pb = shian::trace::v1;

constexpr char kExportRecords[] = "shian.trace.v1.LineageService/ExportRecords";

// The file until it came whole, under a name of its own beside it; gone when it did not.
class Unfinished {
 public:
  explicit Unfinished(const std::string& path) : path_(path), beside_(path + ".XXXXXX") {
    const int made = mkstemp(beside_.data());
    if (made < 0) {
      beside_.clear();
      return;
    }
    fchmod(made, kReadable);
    close(made);
    out_.open(beside_, std::ios::binary | std::ios::trunc);
  }
  ~Unfinished() {
    if (!beside_.empty()) std::remove(beside_.c_str());
  }

  bool Write(const std::string& data) {
    digest_.Update(data);
    out_.write(data.data(), static_cast<std::streamsize>(data.size()));
    return out_.is_open() && out_.good();
  }
  absl::Status Finish(const std::string& sha256) {
    out_.close();
    if (digest_.Finish() != sha256) {
      return absl::DataLossError("what came is not what was sent: the digests differ");
    }
    if (!out_.good() || std::rename(beside_.c_str(), path_.c_str()) != 0) {
      return absl::UnavailableError(absl::StrCat(path_, ": cannot be written"));
    }
    beside_.clear();
    return absl::OkStatus();
  }

 private:
  static constexpr mode_t kReadable = 0644;
  const std::string path_;
  std::string beside_;
  std::ofstream out_;
  Sha256Stream digest_;
};

}  // namespace

absl::StatusOr<pb::ExportFormat> FormatOf(const std::string& path) {
  if (absl::EndsWithIgnoreCase(path, ".csv")) return pb::EXPORT_FORMAT_CSV;
  if (absl::EndsWithIgnoreCase(path, ".json") || absl::EndsWithIgnoreCase(path, ".jsonld")) {
    return pb::EXPORT_FORMAT_JSON_LD;
  }
  return absl::InvalidArgumentError("--records wants a name that ends in .csv, .json or .jsonld");
}

int WriteRecords(Session& session, const pb::ExportRecordsRequest& request,
                 const std::string& path) {
  const auto protos = session.protos();
  if (!protos.ok()) return ReportUsage(protos.status());
  const auto method = (*protos)->Method(kExportRecords);
  if (!method.ok()) return ReportUsage(method.status());
  Unfinished file(path);
  pb::ExportSummary summary;
  bool written = true;
  const grpc::Status status = InvokeServerStream(
      session, "trace", **method, request, [&](const google::protobuf::Message& message) {
        pb::ExportRecordsResponse piece;
        // The answer is made from a descriptor; its bytes say the same.
        written = piece.ParseFromString(message.SerializeAsString()) && file.Write(piece.data());
        if (piece.has_summary()) summary = piece.summary();
        return written;
      });
  if (!written)
    return ReportUsage(absl::UnavailableError(absl::StrCat(path, ": cannot be written")));
  if (!status.ok()) return ReportRefusal(status, session.json());
  if (const absl::Status finished = file.Finish(summary.sha256()); !finished.ok()) {
    return ReportUsage(finished);
  }
  std::cerr << path << ": " << summary.events() << " events of " << summary.lots()
            << " lots, SHA-256 " << HexEncode(summary.sha256()) << "\n";
  for (const std::string& seed : summary.unknown_seeds()) {
    std::cerr << "shian: never captured, so the file has nothing of it: " << seed << "\n";
  }
  if (!summary.complete()) {
    std::cerr << "shian: the file is not complete; it stopped by " << summary.stopped_by() << "\n";
  }
  if (summary.complete() && summary.unknown_seeds().empty()) return 0;
  return kExitWrong;
}

}  // namespace shian::ctl
