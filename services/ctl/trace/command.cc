#include "services/ctl/trace/command.h"

#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/time.h"
#include "services/ctl/session/invoke.h"
#include "services/ctl/trace/records.h"
#include "services/ctl/trace/show.h"
#include "shian/trace/v1/capture_service.pb.h"

namespace shian::ctl {
namespace {

namespace pb = shian::trace::v1;

constexpr char kStreamTrace[] = "shian.trace.v1.LineageService/StreamTrace";
constexpr char kGetEvent[] = "shian.trace.v1.CaptureService/GetEvent";

struct TraceArguments {
  std::vector<std::string> seeds;
  std::string direction = "back", detail = "lots", known_at, resume, format, records;
  bool in_time = false;
  int32_t beside_hours = 0;
  std::vector<std::string> kill_steps;
  int64_t max_edges = 0;
  int32_t budget_ms = 0;
};

const std::map<std::string, pb::TraceDirection> kDirections = {
    {"back", pb::TRACE_DIRECTION_BACK},
    {"forward", pb::TRACE_DIRECTION_FORWARD},
    {"both", pb::TRACE_DIRECTION_BOTH}};
const std::map<std::string, pb::TraceDetail> kDetails = {{"counts", pb::TRACE_DETAIL_COUNTS},
                                                         {"lots", pb::TRACE_DETAIL_LOTS},
                                                         {"edges", pb::TRACE_DETAIL_EDGES},
                                                         {"events", pb::TRACE_DETAIL_EVENTS},
                                                         {"paths", pb::TRACE_DETAIL_PATHS}};

absl::StatusOr<pb::StreamTraceRequest> RequestOf(const TraceArguments& arguments) {
  pb::StreamTraceRequest request;
  for (const std::string& seed : arguments.seeds) request.add_seeds(seed);
  request.set_direction(kDirections.at(arguments.direction));
  // A drawing is made of edges.
  const bool drawn = arguments.format == "dot";
  request.set_detail(drawn ? pb::TRACE_DETAIL_EDGES : kDetails.at(arguments.detail));
  request.set_time_respecting(arguments.in_time);
  if (arguments.beside_hours != 0 || !arguments.kill_steps.empty()) {
    request.mutable_cross_contamination()->set_window_hours(arguments.beside_hours);
    for (const std::string& step : arguments.kill_steps) {
      request.mutable_cross_contamination()->add_kill_steps(step);
    }
  }
  request.set_max_edges(arguments.max_edges);
  request.set_budget_ms(arguments.budget_ms);
  request.set_resume(arguments.resume);
  if (arguments.known_at.empty()) return request;
  const auto time = ParseTime(arguments.known_at);
  if (!time.ok()) return time.status();
  const int64_t micros = ToMicros(*time);
  request.mutable_known_at()->set_seconds(micros / 1'000'000);
  request.mutable_known_at()->set_nanos(static_cast<int32_t>(micros % 1'000'000 * 1'000));
  return request;
}

// The same chain, for its records.
absl::StatusOr<pb::ExportRecordsRequest> RecordsOf(const TraceArguments& arguments,
                                                   const pb::StreamTraceRequest& of) {
  if (arguments.in_time || of.has_cross_contamination() || !arguments.resume.empty() ||
      !arguments.format.empty()) {
    return absl::InvalidArgumentError(
        "--records goes with none of --in-time, --beside-hours, --kill-step, --resume, --format");
  }
  pb::ExportRecordsRequest request;
  const auto format = FormatOf(arguments.records);
  if (!format.ok()) return format.status();
  request.set_format(*format);
  *request.mutable_seeds() = of.seeds();
  request.set_direction(of.direction());
  if (of.has_known_at()) *request.mutable_known_at() = of.known_at();
  request.set_max_edges(of.max_edges());
  request.set_budget_ms(of.budget_ms());
  return request;
}

template <class List>
void Append(const List& list, std::vector<typename List::value_type>* out) {
  out->insert(out->end(), list.begin(), list.end());
}

grpc::Status Ask(Session& session, const Protos& protos, const pb::StreamTraceRequest& request,
                 Traced* traced) {
  traced->detail = request.detail();
  const auto method = protos.Method(kStreamTrace);
  const auto get = protos.Method(kGetEvent);
  if (!method.ok() || !get.ok()) {
    return {grpc::StatusCode::UNIMPLEMENTED, "the descriptor set knows no traces: is it older?"};
  }
  std::vector<std::string> events;
  grpc::Status status = InvokeServerStream(
      session, "trace", **method, request, [&](const google::protobuf::Message& message) {
        pb::StreamTraceResponse piece;
        // The answer is made from a descriptor; its bytes say the same.
        if (!piece.ParseFromString(message.SerializeAsString())) return false;
        Append(piece.lots(), &traced->lots);
        Append(piece.edges(), &traced->edges);
        Append(piece.events(), &events);
        if (piece.has_summary()) traced->summary = piece.summary();
        return true;
      });
  for (const std::string& name : events) {
    if (!status.ok()) break;
    pb::GetEventRequest in;
    in.set_name(name);
    pb::GetEventResponse out;
    status = InvokeUnary(session, "trace", **get, in, &out);
    traced->events.push_back(out.event());
  }
  return status;
}

std::string Shown(const std::string& format, const Traced& traced) {
  if (format == "csv") return TraceAsCsv(traced);
  if (format == "json") return TraceAsJson(traced);
  if (format == "dot") return TraceAsDot(traced);
  return TraceAsTable(traced);
}

int Trace(Session& session, const TraceArguments& arguments) {
  const auto request = RequestOf(arguments);
  if (!request.ok()) return ReportUsage(request.status());
  if (!arguments.records.empty()) {
    const auto records = RecordsOf(arguments, *request);
    return records.ok() ? WriteRecords(session, *records, arguments.records)
                        : ReportUsage(records.status());
  }
  const auto protos = session.protos();
  if (!protos.ok()) return ReportUsage(protos.status());
  Traced traced;
  const grpc::Status status = Ask(session, **protos, *request, &traced);
  if (!status.ok()) return ReportRefusal(status, session.json());
  const std::string format =
      arguments.format.empty() ? (session.json() ? "json" : "table") : arguments.format;
  std::cout << Shown(format, traced);
  if (traced.summary.complete()) return 0;
  std::cerr << "shian: the trace stopped by " << traced.summary.stopped_by();
  if (!traced.summary.resume().empty()) {
    std::cerr << "; it goes on with --resume " << traced.summary.resume();
  }
  std::cerr << "\n";
  return kExitWrong;
}

void AddOptions(CLI::App* trace, TraceArguments* arguments) {
  trace->add_option("ID", arguments->seeds, "lots, items or units, as URN or Digital Link")
      ->required()
      ->expected(1, 64);
  trace->add_option("--direction", arguments->direction, "back, forward or both")
      ->check(CLI::IsMember({"back", "forward", "both"}))
      ->capture_default_str();
  trace->add_option("--detail", arguments->detail, "counts, lots, edges, events or paths")
      ->check(CLI::IsMember({"counts", "lots", "edges", "events", "paths"}))
      ->capture_default_str();
  trace->add_option("--known-at", arguments->known_at,
                    "what was known then, such as 2025-03-03T08:00:00Z");
  trace->add_flag("--in-time", arguments->in_time, "leave out what cannot have been");
  trace->add_option("--beside-hours", arguments->beside_hours,
                    "follow contamination to processes at the same place within so many hours");
  trace
      ->add_option("--kill-step", arguments->kill_steps,
                   "a business step after which nothing is passed on, as its URI; may be repeated")
      ->allow_extra_args(false);
  trace->add_option("--max-edges", arguments->max_edges, "edges looked at before it stops");
  trace->add_option("--budget-ms", arguments->budget_ms, "milliseconds before it stops");
  trace->add_option("--resume", arguments->resume, "go on where an answer stopped");
  trace->add_option("--format", arguments->format, "table, json, csv or dot; else as --output says")
      ->check(CLI::IsMember({"table", "json", "csv", "dot"}));
  trace->add_option("--records", arguments->records,
                    "write all records of the chain to a file: .csv for people, .json for systems");
}

}  // namespace

void AddTrace(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<TraceArguments>();
  CLI::App* trace =
      app->add_subcommand("trace", "what lots were made of, or what was made of them (追溯)");
  trace->footer(
      "Examples:\n"
      "  shian trace urn:epc:class:lgtin:6901234.056789.M1\n"
      "  shian trace https://id.gs1.org/01/06901234567892/10/M1 --direction forward --detail "
      "counts\n"
      "  shian trace urn:epc:id:sscc:6901234.0000000001 --detail events --format csv > events.csv\n"
      "  shian trace urn:epc:class:lgtin:6901234.056789.M1 --format dot | dot -Tsvg > chain.svg\n"
      "  shian trace urn:epc:class:lgtin:6901234.056789.M1 --direction both --records chain.csv\n"
      "  shian trace urn:epc:class:lgtin:6901234.056789.M1 --direction forward --beside-hours "
      "48\n\n"
      "Exit code 1 says that the trace is not complete; how to go on stands on stderr.");
  AddOptions(trace, arguments.get());
  trace->callback([=] { *exit_code = Trace(*session, *arguments); });
}

}  // namespace shian::ctl
