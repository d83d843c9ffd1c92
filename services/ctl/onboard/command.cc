#include "services/ctl/onboard/command.h"

#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/time.h"
#include "libs/policy/folder.h"
#include "services/ctl/onboard/pack.h"
#include "services/ctl/session/invoke.h"

namespace shian::ctl {
namespace {

// Ordered from any department that says it carries it out.
constexpr char kCommonMeasure[] = "convenience-limit";

struct OnboardArguments {
  Package package;
  std::string out, kit;
};

void FillDefaults(const Session& session, OnboardArguments* arguments) {
  Department& department = arguments->package.department;
  if (department.organisation.empty()) {
    department.organisation = absl::StrCat(department.region, "-", department.system);
  }
  if (department.organisation_title.empty()) department.organisation_title = department.title;
  if (department.from.empty()) department.from = FormatDate(ToDate(absl::Now()));
  arguments->package.sanction = session.AddressOf("sanction");
  if (arguments->out.empty()) arguments->out = department.system;
}

int Onboard(Session& session, OnboardArguments arguments) {
  FillDefaults(session, &arguments);
  const auto policies = policy::FindPolicyFolder(session.policies());
  if (!policies.ok()) return ReportUsage(policies.status());
  const auto protos = session.protos();
  if (!protos.ok()) return ReportUsage(protos.status());
  Kit kit = KitAround(*policies);
  if (!arguments.kit.empty()) kit.onboard = arguments.kit;
  const absl::Status packed = Pack(kit, arguments.package, **protos, arguments.out);
  if (!packed.ok()) return ReportUsage(packed);
  const std::string& system = arguments.package.department.system;
  const std::string& out = arguments.out;
  std::cout
      << "packed " << out << "\nnext:\n"
      << "  1. the bureau's CA signs " << out << "/pki/" << system
      << ".csr (in development: deploy/pki/sign-request)\n"
      << "  2. the bureau lays " << out
      << "/policies over its own, restarts the services, and two officers approve the drafts\n"
      << "  3. try it before: " << out << "/sandbox/sandbox start\n";
  return 0;
}

}  // namespace

void AddOnboard(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<OnboardArguments>();
  Department& department = arguments->package.department;
  arguments->package.measure = kCommonMeasure;
  CLI::App* onboard = app->add_subcommand(
      "onboard", "pack what a new department needs to carry out measures (新部门接入)");
  onboard->footer(
      "Examples:\n"
      "  shian onboard water-bureau --title 水务系统 --organisation-title 澄沅县水务局 \\\n"
      "    --region 410902 --out water-bureau\n"
      "  deploy/pki/sign-request CA_DIR water-bureau/pki/water-bureau.csr \\\n"
      "    water-bureau/pki/water-bureau.crt\n"
      "  water-bureau/sandbox/sandbox start\n\n"
      "Nothing is called and nothing of the bureau's is changed: key and request, drafts of the "
      "system table and of the catalogue, protos, clients in Python and Node, and a sandbox.");
  onboard->add_option("name", department.system, "id of its system, such as water-bureau")
      ->required();
  onboard->add_option("--title", department.title, "name of the system in Chinese")->required();
  onboard->add_option("--region", department.region, "division it acts in, 6 digits")->required();
  onboard->add_option("--organisation", department.organisation,
                      "code of the organisation; else REGION-NAME");
  onboard->add_option("--organisation-title", department.organisation_title,
                      "its name in Chinese; else the system's");
  onboard->add_option("--from", department.from, "first day, YYYY-MM-DD; else today");
  onboard->add_option("--measure", arguments->package.measure,
                      "measure of measure.joint that it is to carry out");
  onboard->add_option("--out", arguments->out, "folder to make; else NAME");
  onboard->add_option("--kit", arguments->kit, "clients and sandbox; else beside the policies");
  onboard->callback([=] { *exit_code = Onboard(*session, *arguments); });
}

}  // namespace shian::ctl
