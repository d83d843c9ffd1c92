#include "services/ctl/import/command.h"

#include <filesystem>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/random.h"
#include "libs/base/uuid.h"
#include "services/ctl/import/files.h"
#include "services/ctl/import/run.h"
#include "services/ctl/session/invoke.h"

namespace shian::ctl {
namespace {

struct ImportArguments {
  std::string kind;
  std::vector<std::string> files;
  ImportOptions options;
};

// One of the kinds of record that are shipped, by its name alone.
std::string RecordMapPath(const Session& session, const std::string& map) {
  if (map.find('/') != std::string::npos || map.find('.') != std::string::npos) return map;
  const std::filesystem::path policies =
      session.policies().empty() ? "deploy/policies" : session.policies();
  return (policies / ".." / "maps" / "records" / (map + ".json")).lexically_normal().string();
}

absl::StatusOr<ImportReport> ImportOne(Session& session, const std::string& kind,
                                       const std::string& file, const ImportOptions& options,
                                       int* exit_code) {
  if (kind == "events") return ImportEvents(session, file, options, exit_code);
  if (kind == "records") return ImportRecords(session, file, options, exit_code);
  return ImportTable(session, file, options, exit_code);
}

std::string DefaultMap(const Session& session, const std::string& kind) {
  const std::filesystem::path policies =
      session.policies().empty() ? "deploy/policies" : session.policies();
  return (policies / ".." / "maps" / (kind + ".json")).lexically_normal().string();
}

int Import(Session& session, ImportArguments arguments) {
  ImportOptions& options = arguments.options;
  if (arguments.kind == "records") {
    if (options.map.empty()) {
      return ReportUsage(absl::InvalidArgumentError("records need --map KIND, such as incoming"));
    }
    options.map = RecordMapPath(session, options.map);
  }
  if (options.map.empty()) options.map = DefaultMap(session, arguments.kind);
  if (options.run.empty()) options.run = NewUuid7(absl::Now(), RandomBytes(10));
  const auto files =
      arguments.kind == "events" ? DocumentFiles(arguments.files) : Files(arguments.files);
  if (!files.ok()) return ReportUsage(files.status());
  std::cerr << "run " << options.run << " (repeat a broken run with --resume)\n";
  int exit_code = 0;
  for (const std::string& file : *files) {
    const auto report = ImportOne(session, arguments.kind, file, options, &exit_code);
    if (!report.ok())
      return ReportUsage(absl::Status(report.status().code(),
                                      absl::StrCat(file, ": ", report.status().message())));
    report->Print(session.json());
    if (exit_code > kExitRpcBase) return exit_code;
    if (report->invalid() > 0) exit_code = kExitWrong;
  }
  return exit_code;
}

}  // namespace

void AddImport(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<ImportArguments>();
  ImportOptions& options = arguments->options;
  CLI::App* import = app->add_subcommand("import", "bring in tables and events made elsewhere");
  import->footer(
      "Examples:\n"
      "  shian import operators operators.csv --dry-run\n"
      "  shian import inspections visits.csv --map visits-map.json\n"
      "  shian import events folder/                EPCIS 2.0, JSON-LD and XML\n"
      "  shian import records receipts.csv --map incoming\n"
      "Records the law asks for, by --map: incoming, outgoing, sale, storage, agricultural, "
      "import,\n"
      "promise, promise-reissue, promise-check (承诺达标合格证), inputs, farm-use, harvest.\n"
      "UTF-8 (with or without BOM) and GB18030 are told apart. Exit 1 when rows were refused.");
  import->add_option("KIND", arguments->kind, "what the files hold")
      ->required()
      ->check(CLI::IsMember({"operators", "inspectors", "laboratories", "samples", "inspections",
                             "penalties", "entries", "bans", "events", "records"}));
  import->add_option("FILE", arguments->files, "files or folders")->required();
  import->add_option("--map", options.map, "mapping file; default deploy/maps/KIND.json");
  import->add_option("--resume", options.run, "id of a run that broke: nothing is done twice");
  import->add_option("--origin", options.origin, "system of record, instead of the mapping's");
  import->add_option("--authority", options.authority, "authority that answers for the data");
  import->add_option("--region", options.region, "region code of the data");
  import->add_flag("--dry-run", options.dry_run, "judge every row, write nothing");
  import->add_flag("--rollback", options.rollback, "events: a wrong event undoes its chunk");
  import->callback([=] { *exit_code = Import(*session, *arguments);
});
}  // namespace shian::ctl

}  // namespace shian::ctl
