#include "services/ctl/screen/command.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/rpc/convert.h"
#include "nlohmann/json.hpp"
#include "services/ctl/import/run.h"
#include "services/ctl/import/stream.h"
#include "services/ctl/screen/offline.h"
#include "services/ctl/screen/table.h"
#include "services/ctl/session/invoke.h"
#include "services/ctl/text/encoding.h"
#include "shian/sanction/v1/screening_service.pb.h"

namespace shian::ctl {
namespace {

namespace pb = shian::sanction::v1;

constexpr char kMethod[] = "shian.sanction.v1.ScreeningService/ScreenStream";
constexpr char kByteOrderMark[] = "\xef\xbb\xbf";
// The service takes so many in one message.
constexpr size_t kSubjectsMax = 500;
constexpr size_t kProgressRows = 10'000;
constexpr int kAttemptsMax = 10;
constexpr absl::Duration kPause = absl::Milliseconds(500);

struct ScreenArguments {
  std::string file, purpose, reference, as_of, known_at, code_column, name_column, out;
  std::string offline, key;
};

// Answers one message.
using Ask = std::function<grpc::Status(const pb::ScreenStreamRequest&, pb::ScreenStreamResponse*)>;

absl::StatusOr<pb::ScreenStreamRequest> QuestionOf(const ScreenArguments& arguments) {
  pb::ScreenStreamRequest question;
  pb::Purpose purpose = pb::PURPOSE_UNSPECIFIED;
  pb::Purpose_Parse(absl::StrCat("PURPOSE_", absl::AsciiStrToUpper(arguments.purpose)), &purpose);
  question.set_purpose(purpose);
  question.set_reference(arguments.reference);
  if (!arguments.as_of.empty()) {
    ASSIGN_OR_RETURN(const absl::Time as_of, ParseTime(arguments.as_of));
    *question.mutable_as_of() = rpc::ToProto(as_of);
  }
  if (!arguments.known_at.empty()) {
    ASSIGN_OR_RETURN(const absl::Time known_at, ParseTime(arguments.known_at));
    *question.mutable_known_at() = rpc::ToProto(known_at);
  }
  return question;
}

// Asks message by message. What is read may be asked again: a stream that breaks, because a process
// stops or has too much to do, is followed by another one.
class Asker {
 public:
  Asker(Session& session, const google::protobuf::MethodDescriptor& method)
      : session_(session), method_(method) {}

  grpc::Status Ask(const pb::ScreenStreamRequest& question, pb::ScreenStreamResponse* answer) {
    grpc::Status status;
    for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
      if (stream_ == nullptr) stream_ = std::make_unique<ImportStream>(session_, method_);
      if (stream_->Exchange(question, question.subjects_size(), answer)) return grpc::Status::OK;
      status = stream_->Finish();
      stream_ = nullptr;
      const bool passing = status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                           status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
      if (!passing) break;
      absl::SleepFor(kPause * (attempt + 1));
    }
    return status;
  }

  grpc::Status Finish() { return stream_ == nullptr ? grpc::Status::OK : stream_->Finish(); }

 private:
  Session& session_;
  const google::protobuf::MethodDescriptor& method_;
  std::unique_ptr<ImportStream> stream_;
};

// Writes a row as soon as it is answered, so that what was answered stands.
class Writer {
 public:
  Writer(std::ostream& out, bool json, const CsvTable& table) : out_(out), json_(json) {
    if (json_) return;
    std::vector<std::string> header = table.header;
    header.insert(header.end(), ResultHeader().begin(), ResultHeader().end());
    columns_ = table.header.size();
    out_ << kByteOrderMark << CsvLine(header, true);
  }

  void Add(const CsvRow& row, const pb::ScreenResult& result,
           const pb::ScreenStreamResponse& answer) {
    if (json_) {
      auto json = nlohmann::ordered_json::parse(ToJson(result, false));
      json["list_revision"] = answer.list_revision();
      json["matcher_version"] = answer.matcher_version();
      json["evidence_sha256"] = ResultCells(result, answer).back();
      out_ << json.dump() << "\n";
      return;
    }
    std::vector<std::string> cells = row.cells;
    cells.resize(columns_);
    const std::vector<std::string> added = ResultCells(result, answer);
    cells.insert(cells.end(), added.begin(), added.end());
    out_ << CsvLine(cells, true);
  }

 private:
  std::ostream& out_;
  const bool json_;
  size_t columns_ = 0;
};

absl::StatusOr<CsvTable> ReadTable(const std::string& file) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadWhole(file));
  ASSIGN_OR_RETURN(const Decoded decoded, DecodeText(bytes));
  return ParseCsv(decoded.text);
}

grpc::Status ScreenRows(const Ask& ask, const CsvTable& table, const SubjectColumns& columns,
                        const pb::ScreenStreamRequest& question, Writer* writer,
                        ScreenTotals* totals) {
  for (size_t at = 0; at < table.rows.size(); at += kSubjectsMax) {
    const size_t end = std::min(at + kSubjectsMax, table.rows.size());
    pb::ScreenStreamRequest message = question;
    for (size_t i = at; i < end; ++i) *message.add_subjects() = ToSubject(table.rows[i], columns);
    pb::ScreenStreamResponse answer;
    if (const grpc::Status status = ask(message, &answer); !status.ok()) return status;
    for (int i = 0; i < answer.results_size(); ++i) {
      totals->Add(answer.results(i));
      writer->Add(table.rows[at + static_cast<size_t>(i)], answer.results(i), answer);
    }
    if (end / kProgressRows > at / kProgressRows) {
      std::cerr << "screened " << end << " of " << table.rows.size() << " rows\n";
    }
  }
  return grpc::Status::OK;
}

// What was answered is written row by row, so that it stands when the rest fails.
int ScreenFile(Session& session, const ScreenArguments& arguments, const Ask& ask) {
  const auto table = ReadTable(arguments.file);
  if (!table.ok()) return ReportUsage(table.status());
  const auto columns = FindColumns(*table, arguments.code_column, arguments.name_column);
  if (!columns.ok()) return ReportUsage(columns.status());
  const auto question = QuestionOf(arguments);
  if (!question.ok()) return ReportUsage(question.status());
  std::ofstream file;
  if (!arguments.out.empty()) {
    file.open(arguments.out, std::ios::binary);
    if (!file) return ReportUsage(absl::InvalidArgumentError("cannot write " + arguments.out));
  }
  Writer writer(arguments.out.empty() ? std::cout : file, session.json(), *table);
  ScreenTotals totals;
  const grpc::Status status = ScreenRows(ask, *table, *columns, *question, &writer, &totals);
  std::cerr << totals.ToText() << "\n";
  if (!status.ok()) return ReportRefusal(status, session.json());
  file.close();
  if (file.fail()) return ReportUsage(absl::DataLossError("cannot write " + arguments.out));
  return totals.unanswered() == 0 ? 0 : kExitWrong;
}

int ScreenByService(Session& session, const ScreenArguments& arguments) {
  const auto protos = session.protos();
  const auto method = protos.ok() ? (*protos)->Method(kMethod) : protos.status();
  if (!method.ok()) return ReportUsage(method.status());
  Asker asker(session, **method);
  const int exit_code = ScreenFile(
      session, arguments, [&asker](const auto& question, pb::ScreenStreamResponse* answer) {
        return asker.Ask(question, answer);
      });
  const grpc::Status finished = asker.Finish();
  if (exit_code > kExitWrong || finished.ok()) return exit_code;
  return ReportRefusal(finished, session.json());
}

int ScreenBySnapshot(Session& session, const ScreenArguments& arguments) {
  const absl::Time now = absl::Now();
  const auto snapshot = ReadSnapshot(arguments.offline);
  if (!snapshot.ok()) return ReportUsage(snapshot.status());
  const auto card = VerifySnapshot(*snapshot, arguments.key);
  const absl::Status good = card.ok() ? CheckSnapshotTime(*card, now) : card.status();
  if (!good.ok()) {
    std::cerr << arguments.offline << ": " << good.message() << "\n";
    return kExitWrong;
  }
  std::cerr << "snapshot " << card->snapshot() << " of "
            << FormatTime(rpc::FromProto(card->make_time())) << ", good until "
            << FormatTime(rpc::FromProto(card->expire_time())) << "; " << card->omitted_count()
            << " entries of natural persons are not in it\n";
  const OfflineLists lists(*snapshot);
  return ScreenFile(session, arguments,
                    [&](const auto& question, pb::ScreenStreamResponse* answer) {
                      *answer = lists.Answer(question, now);
                      answer->set_list_revision(card->list_revision());
                      return grpc::Status::OK;
                    });
}

int Screen(Session& session, const ScreenArguments& arguments) {
  if (!arguments.offline.empty()) return ScreenBySnapshot(session, arguments);
  if (!arguments.purpose.empty()) return ScreenByService(session, arguments);
  return ReportUsage(absl::InvalidArgumentError("say why with --purpose, or screen --offline"));
}

}  // namespace

void AddScreen(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<ScreenArguments>();
  CLI::App* screen =
      app->add_subcommand("screen", "who of a table is listed (名单核查), row by row");
  screen->footer(
      "Examples:\n"
      "  shian screen bidders.csv --purpose procurement > screened.csv\n"
      "  shian screen firms.csv --purpose court --reference （2026）豫09行初1号 --as-of "
      "2026-03-01T00:00:00+08:00 --out evidence.csv\n"
      "  shian --output json screen firms.csv --purpose licensing\n"
      "  shian screen firms.csv --offline lists.snapshot --key 'NAME+ID+KEY'\n"
      "The columns 统一社会信用代码 (code) and 名称 (name) are found by their headers. The answer "
      "is the\n"
      "table with what was found behind it, for a spreadsheet; with --output json one line of JSON "
      "a\n"
      "row, with every entry and what speaks for and against it. Exit 1 when a row could not be\n"
      "screened.");
  screen->add_option("FILE", arguments->file, "a CSV table, UTF-8 or GB18030")->required();
  screen->add_option("--purpose", arguments->purpose, "why: it decides what of the past is shown")
      ->check(CLI::IsMember({"licensing", "procurement", "funding", "honour", "supervision",
                             "public", "court", "audit", "review"}));
  screen->add_option("--reference", arguments->reference,
                     "the asking authority's document; needed for court, audit and review");
  screen->add_option("--as-of", arguments->as_of, "as the list was then, RFC 3339");
  screen->add_option("--known-at", arguments->known_at, "by what was recorded then, RFC 3339");
  screen->add_option("--code-column", arguments->code_column, "header of the column of codes");
  screen->add_option("--name-column", arguments->name_column, "header of the column of names");
  CLI::Option* offline =
      screen->add_option("--offline", arguments->offline,
                         "answer from this snapshot (shian snapshot), without a server");
  for (const char* name : {"--purpose", "--reference", "--as-of", "--known-at"}) {
    offline->excludes(screen->get_option(name));
  }
  screen->add_option("--key", arguments->key, "the snapshot's signer, as published elsewhere")
      ->needs(offline);
  screen->add_option("--out", arguments->out, "write to this file instead of standard output");
  screen->callback([=] { *exit_code = Screen(*session, *arguments); });
}

}  // namespace shian::ctl
