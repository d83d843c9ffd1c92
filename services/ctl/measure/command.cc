#include "services/ctl/measure/command.h"

#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/uuid.h"
#include "services/ctl/measure/show.h"
#include "services/ctl/session/invoke.h"
#include "shian/ledger/v1/ledger_service.pb.h"
#include "shian/sanction/v1/measure_service.pb.h"

namespace shian::ctl {
namespace {

namespace v1 = shian::sanction::v1;

constexpr int kPageSize = 500;

struct MeasureArguments {
  std::string catalogue = "measure.joint", region, system, entry, state, name, text, month, out;
  bool upheld = false, dismissed = false;
};

template <class In, class Out>
grpc::Status Ask(Session& session, const char* method, const In& in, Out* out) {
  const auto* service =
      v1::ListMeasuresRequest::descriptor()->file()->FindServiceByName("MeasureService");
  return InvokeUnary(session, "sanction", *service->FindMethodByName(method), in, out);
}

int Catalogue(Session& session, const MeasureArguments& arguments) {
  v1::ListMeasureItemsRequest in;
  in.set_catalogue(arguments.catalogue);
  v1::ListMeasureItemsResponse out;
  const grpc::Status status = Ask(session, "ListMeasureItems", in, &out);
  if (!status.ok()) return ReportRefusal(status, session.json());
  std::cout << (session.json() ? ToJson(out, true) + "\n"
                               : CatalogueAsText({out.items().begin(), out.items().end()}));
  return 0;
}

int List(Session& session, const MeasureArguments& arguments) {
  v1::ListMeasuresRequest in;
  in.set_region(arguments.region);
  in.set_system(arguments.system);
  in.set_entry(arguments.entry);
  in.set_page_size(kPageSize);
  if (!arguments.state.empty()) {
    v1::MeasureState state;
    if (!v1::MeasureState_Parse("MEASURE_STATE_" + arguments.state, &state)) {
      return ReportUsage(absl::InvalidArgumentError("--state is a state, such as ORDERED"));
    }
    in.set_state(state);
  }
  do {
    v1::ListMeasuresResponse out;
    const grpc::Status status = Ask(session, "ListMeasures", in, &out);
    if (!status.ok()) return ReportRefusal(status, session.json());
    for (const v1::Measure& measure : out.measures()) {
      std::cout << (session.json() ? ToJson(measure, false) + "\n" : MeasureLine(measure));
    }
    in.set_page_token(out.next_page_token());
  } while (!in.page_token().empty());
  return 0;
}

int Answer(Session& session, const MeasureArguments& arguments) {
  if (arguments.upheld == arguments.dismissed) {
    return ReportUsage(absl::InvalidArgumentError("say either --upheld or --dismissed"));
  }
  v1::DecideMeasureObjectionRequest in;
  in.set_name(arguments.name);
  in.set_request_id(NewUuid7(absl::Now()));
  in.set_upheld(arguments.upheld);
  in.set_text(arguments.text);
  v1::DecideMeasureObjectionResponse out;
  const grpc::Status status = Ask(session, "DecideMeasureObjection", in, &out);
  if (!status.ok()) return ReportRefusal(status, session.json());
  std::cout << (session.json() ? ToJson(out.measure(), true) + "\n" : MeasureLine(out.measure()));
  return 0;
}

void SetDate(Date date, common::v1::Date* out) {
  out->set_year(static_cast<int>(date.year()));
  out->set_month(date.month());
  out->set_day(date.day());
}

// The file's hash and the signed state of the facts after it was counted. Orders and liftings stand
// in them; what departments report stands in the service's own rows.
int WriteProof(Session& session, const std::string& path, const std::string& csv) {
  ledger::v1::GetCheckpointRequest in;
  in.set_log(ledger::v1::LOG_FACTS);
  ledger::v1::GetCheckpointResponse out;
  const auto* service = in.GetDescriptor()->file()->FindServiceByName("LedgerService");
  const grpc::Status status =
      InvokeUnary(session, "sanction", *service->FindMethodByName("GetCheckpoint"), in, &out);
  if (!status.ok()) return ReportRefusal(status, session.json());
  const std::string file = path.substr(path.find_last_of('/') + 1);
  std::ofstream proof(path + ".proof", std::ios::binary);
  proof << HexEncode(Sha256(csv)) << "  " << file << "\n\n" << out.note();
  if (proof.flush()) return 0;
  return ReportUsage(absl::InvalidArgumentError("cannot write " + path + ".proof"));
}

int Reconcile(Session& session, const MeasureArguments& arguments) {
  const auto month = ParseMonth(arguments.month);
  if (!month.ok()) return ReportUsage(month.status());
  v1::GetMeasureStatisticsRequest in;
  in.set_region(arguments.region);
  in.set_system(arguments.system);
  SetDate(month->first, in.mutable_from());
  SetDate(month->last, in.mutable_to());
  v1::GetMeasureStatisticsResponse out;
  const grpc::Status status = Ask(session, "GetMeasureStatistics", in, &out);
  if (!status.ok()) return ReportRefusal(status, session.json());
  if (arguments.out.empty() && session.json()) {
    std::cout << ToJson(out, true) << "\n";
    return 0;
  }
  const std::string csv =
      ReconciliationAsCsv(arguments.month, {out.rows().begin(), out.rows().end()});
  if (arguments.out.empty()) {
    std::cout << csv;
    return 0;
  }
  std::ofstream file(arguments.out, std::ios::binary);
  file << csv;
  if (!file.flush()) {
    return ReportUsage(absl::InvalidArgumentError("cannot write " + arguments.out));
  }
  return WriteProof(session, arguments.out, csv);
}

using Arguments = std::shared_ptr<MeasureArguments>;

void AddScope(CLI::App* command, const Arguments& arguments) {
  command->add_option("--region", arguments->region, "division and everything inside it");
  command->add_option("--system", arguments->system, "of the department with this system");
}

void AddAnswer(CLI::App* measure, const Arguments& arguments, Session* session, int* exit_code) {
  CLI::App* answer = measure->add_subcommand("answer", "answer a department's objection");
  answer->add_option("name", arguments->name, "operators/…/measures/…")->required();
  answer->add_flag("--upheld", arguments->upheld, "the order is withdrawn");
  answer->add_flag("--dismissed", arguments->dismissed, "the order stands");
  answer->add_option("--text", arguments->text, "reasons")->required();
  answer->callback([=] { *exit_code = Answer(*session, *arguments); });
}

void AddReconcile(CLI::App* measure, const Arguments& arguments, Session* session, int* exit_code) {
  CLI::App* reconcile =
      measure->add_subcommand("reconcile", "a month's counts and times by department (对账)");
  reconcile->add_option("--month", arguments->month, "YYYY-MM")->required();
  reconcile->add_option("--out", arguments->out,
                        "write the CSV here, and its hash with the signed checkpoint of the facts "
                        "beside it (FILE.proof)");
  AddScope(reconcile, arguments);
  reconcile->callback([=] { *exit_code = Reconcile(*session, *arguments); });
}

}  // namespace

void AddMeasure(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<MeasureArguments>();
  CLI::App* measure =
      app->add_subcommand("measure", "joint measures and incentives (联合惩戒、守信激励)");
  measure->require_subcommand(1);
  measure->footer(
      "Examples:\n"
      "  shian measure catalogue\n"
      "  shian measure catalogue measure.incentive\n"
      "  shian measure list --system finance-bureau --state LIFTING\n"
      "  shian measure answer operators/914403001922038216/measures/MEASURE --dismissed \\\n"
      "    --text 依据充分，应予执行\n"
      "  shian measure reconcile --month 2026-10 --out 2026-10.csv\n"
      "What is marked - in the catalogue is not in use; a revision of the bureau's own confirms "
      "its "
      "basis.");
  CLI::App* catalogue = measure->add_subcommand("catalogue", "what may be ordered (* in use)");
  catalogue->add_option("id", arguments->catalogue, "measure.joint or measure.incentive");
  catalogue->callback([=] { *exit_code = Catalogue(*session, *arguments); });
  CLI::App* list = measure->add_subcommand("list", "measures that were ordered");
  AddScope(list, arguments);
  list->add_option("--entry", arguments->entry, "of this entry: operators/…/entries/…");
  list->add_option("--state", arguments->state, "ORDERED, ACKNOWLEDGED, OBJECTED, LIFTING, …");
  list->callback([=] { *exit_code = List(*session, *arguments); });
  AddAnswer(measure, arguments, session, exit_code);
  AddReconcile(measure, arguments, session, exit_code);
}

}  // namespace shian::ctl
