#include "services/ctl/ban/command.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/time.h"
#include "libs/base/uuid.h"
#include "services/ctl/session/invoke.h"
#include "shian/sanction/v1/ban_service.pb.h"

namespace shian::ctl {
namespace {

namespace v1 = shian::sanction::v1;

// What one CheckBan takes.
constexpr size_t kPeoplePerCall = 500;

struct BanArguments {
  std::string name, case_name, operator_name, region, ground, role, person_name, person, text;
  std::string judgment, court, effective, purpose = "SUPERVISION", reference;
  std::vector<std::string> documents;
};

template <class In, class Out>
grpc::Status Ask(Session& session, const char* method, const In& in, Out* out) {
  const auto* service = In::descriptor()->file()->FindServiceByName("BanService");
  return InvokeUnary(session, "sanction", *service->FindMethodByName(method), in, out);
}

std::string DayOf(const common::v1::Date& date) {
  return FormatDate(Date(date.year(), date.month(), date.day()));
}

void PrintLine(const v1::Ban& ban) {
  std::cout << ban.name() << "  " << v1::BanState_Name(ban.state()).substr(10) << "  "
            << DayOf(ban.from_date()) << "  "
            << (ban.has_until_date() ? DayOf(ban.until_date()) : std::string("终身")) << "  "
            << ban.masked_person_name() << "  " << ban.legal_basis().statute()
            << ban.legal_basis().article() << "\n";
}

int Print(const Session& session, const v1::Ban& ban) {
  if (session.json()) {
    std::cout << ToJson(ban, true) << "\n";
  } else {
    PrintLine(ban);
  }
  return 0;
}

template <class In>
void AddDocuments(const BanArguments& arguments, In* in) {
  for (const std::string& sha256 : arguments.documents) in->add_documents()->set_sha256(sha256);
}

absl::Status FillJudgment(const BanArguments& arguments, v1::ProposeBanRequest* in) {
  if (arguments.judgment.empty()) return absl::OkStatus();
  const absl::StatusOr<Date> effective = ParseDate(arguments.effective);
  if (!effective.ok()) return absl::InvalidArgumentError("--effective is a date, YYYY-MM-DD");
  v1::Judgment* judgment = in->mutable_judgment();
  judgment->set_number(arguments.judgment);
  judgment->set_court(arguments.court);
  judgment->mutable_effective_date()->set_year(static_cast<int>(effective->year()));
  judgment->mutable_effective_date()->set_month(effective->month());
  judgment->mutable_effective_date()->set_day(effective->day());
  return absl::OkStatus();
}

absl::Status FillProposal(const BanArguments& arguments, v1::ProposeBanRequest* in) {
  const absl::StatusOr<std::vector<std::string>> numbers = ReadNumbers(arguments.person);
  if (!numbers.ok()) return numbers.status();
  if (numbers->size() != 1) return absl::InvalidArgumentError("--person holds one number");
  policy::v1::BanRole role = policy::v1::BAN_ROLE_UNSPECIFIED;
  if (!policy::v1::BanRole_Parse("BAN_ROLE_" + arguments.role, &role)) {
    return absl::InvalidArgumentError(
        "--role is OPERATOR, LEGAL_REPRESENTATIVE, SUPERVISOR or RESPONSIBLE");
  }
  in->set_request_id(NewUuid7(absl::Now()));
  in->set_case_(arguments.case_name);
  in->set_operator_(arguments.operator_name);
  in->set_region(arguments.region);
  in->set_ground(arguments.ground.empty() ? (arguments.judgment.empty() ? "revocation" : "judgment")
                                          : arguments.ground);
  in->set_role(role);
  in->set_person_name(arguments.person_name);
  in->mutable_person()->set_identity_number(numbers->front());
  in->set_text(arguments.text);
  AddDocuments(arguments, in);
  return FillJudgment(arguments, in);
}

int Propose(Session& session, const BanArguments& arguments) {
  v1::ProposeBanRequest in;
  if (const absl::Status status = FillProposal(arguments, &in); !status.ok()) {
    return ReportUsage(status);
  }
  v1::ProposeBanResponse out;
  const grpc::Status status = Ask(session, "ProposeBan", in, &out);
  return status.ok() ? Print(session, out.ban()) : ReportRefusal(status, session.json());
}

template <class In, class Out>
int Take(Session& session, const BanArguments& arguments, const char* method) {
  In in;
  in.set_request_id(NewUuid7(absl::Now()));
  in.set_name(arguments.name);
  in.set_text(arguments.text);
  AddDocuments(arguments, &in);
  Out out;
  const grpc::Status status = Ask(session, method, in, &out);
  return status.ok() ? Print(session, out.ban()) : ReportRefusal(status, session.json());
}

int Get(Session& session, const BanArguments& arguments) {
  v1::GetBanRequest in;
  in.set_name(arguments.name);
  v1::GetBanResponse out;
  const grpc::Status status = Ask(session, "GetBan", in, &out);
  return status.ok() ? Print(session, out.ban()) : ReportRefusal(status, session.json());
}

int List(Session& session, const BanArguments& arguments) {
  v1::ListBansRequest in;
  in.set_operator_(arguments.operator_name);
  in.set_region(arguments.region);
  in.set_page_size(500);
  do {
    v1::ListBansResponse out;
    const grpc::Status status = Ask(session, "ListBans", in, &out);
    if (!status.ok()) return ReportRefusal(status, session.json());
    for (const v1::Ban& ban : out.bans()) {
      if (session.json()) {
        std::cout << ToJson(ban, false) << "\n";
      } else {
        PrintLine(ban);
      }
    }
    in.set_page_token(out.next_page_token());
  } while (!in.page_token().empty());
  return 0;
}

void PrintCheck(const v1::BanCheck& check) {
  std::cout << check.client_ref() << "  ";
  if (!check.banned()) {
    std::cout << "-\n";
    return;
  }
  std::cout << (check.for_life() ? std::string("终身") : "至" + DayOf(check.until_date())) << "  "
            << check.legal_basis().statute() << check.legal_basis().article();
  for (const int bar : check.bars()) {
    std::cout << "  " << policy::v1::BanBar_Name(static_cast<policy::v1::BanBar>(bar)).substr(8);
  }
  std::cout << "\n";
}

// Who is named by the number of the line, so that no identity number is shown again.
int Check(Session& session, const BanArguments& arguments) {
  const absl::StatusOr<std::vector<std::string>> numbers = ReadNumbers(arguments.person);
  if (!numbers.ok()) return ReportUsage(numbers.status());
  v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED;
  if (!v1::Purpose_Parse("PURPOSE_" + arguments.purpose, &purpose)) {
    return ReportUsage(absl::InvalidArgumentError("--purpose is LICENSING, SUPERVISION, …"));
  }
  bool any = false;
  for (size_t begin = 0; begin < numbers->size(); begin += kPeoplePerCall) {
    v1::CheckBanRequest in;
    in.set_purpose(purpose);
    in.set_reference(arguments.reference);
    const size_t end = std::min(numbers->size(), begin + kPeoplePerCall);
    for (size_t i = begin; i < end; ++i) {
      v1::PersonToCheck* one = in.add_people();
      one->set_client_ref(absl::StrCat(i + 1));
      one->mutable_person()->set_identity_number((*numbers)[i]);
    }
    v1::CheckBanResponse out;
    const grpc::Status status = Ask(session, "CheckBan", in, &out);
    if (!status.ok()) return ReportRefusal(status, session.json());
    for (const v1::BanCheck& check : out.checks()) {
      any |= check.banned();
      if (session.json()) {
        std::cout << ToJson(check, false) << "\n";
      } else {
        PrintCheck(check);
      }
    }
  }
  return any ? kExitWrong : 0;
}

using Arguments = std::shared_ptr<BanArguments>;

void AddProposal(CLI::App* propose, const Arguments& arguments) {
  propose->add_option("--case", arguments->case_name, "the case whose penalty bars the person");
  propose->add_option("--operator", arguments->operator_name, "with a judgment: operators/…");
  propose->add_option("--region", arguments->region, "with a judgment: division code");
  propose->add_option("--judgment", arguments->judgment, "number of the judgment (案号)");
  propose->add_option("--court", arguments->court, "court that gave it");
  propose->add_option("--effective", arguments->effective, "day on which it took effect");
  propose->add_option("--ground", arguments->ground, "ground of the policy");
  propose
      ->add_option("--role", arguments->role,
                   "OPERATOR, LEGAL_REPRESENTATIVE, SUPERVISOR or RESPONSIBLE")
      ->required();
  propose->add_option("--name", arguments->person_name, "the person's name")->required();
  propose->add_option("--person", arguments->person, "file with the identity number, - for stdin")
      ->required();
  propose->add_option("--text", arguments->text, "findings (责任认定)")->required();
}

void AddAct(CLI::App* act, const Arguments& arguments, bool reasons_needed) {
  act->add_option("name", arguments->name, "operators/…/bans/…")->required();
  act->add_option("--text", arguments->text, "reasons")->required(reasons_needed);
}

void AddDocumentOption(CLI::App* command, const Arguments& arguments) {
  command->add_option("--document", arguments->documents,
                      "SHA-256 of a document that was uploaded, once for each");
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ReadNumbers(const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return absl::NotFoundError("cannot read " + path);
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::vector<std::string> numbers;
  for (std::string line; std::getline(in, line);) {
    const std::string number(absl::StripAsciiWhitespace(line));
    if (!number.empty()) numbers.push_back(number);
  }
  return numbers;
}

void AddBan(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<BanArguments>();
  CLI::App* ban = app->add_subcommand("ban", "bans on people (处罚到人、行业禁入)");
  ban->require_subcommand(1);
  ban->footer(
      "Examples:\n"
      "  shian ban propose --case operators/914403001922038216/cases/CASE --name 张三 \\\n"
      "    --role LEGAL_REPRESENTATIVE --person number.txt --text 时任法定代表人\n"
      "  shian ban impose operators/914403001922038216/bans/BAN\n"
      "  shian ban list --region 410902\n"
      "  shian ban check --person numbers.txt --purpose LICENSING   (1 when one is barred)\n"
      "Identity numbers stand in files, one a line; no command takes or shows one.");
  CLI::App* propose = ban->add_subcommand("propose", "propose to bar a person");
  AddProposal(propose, arguments);
  AddDocumentOption(propose, arguments);
  propose->callback([=] { *exit_code = Propose(*session, *arguments); });
  CLI::App* impose = ban->add_subcommand("impose", "impose what another officer proposed");
  AddAct(impose, arguments, false);
  AddDocumentOption(impose, arguments);
  impose->callback([=] {
    *exit_code =
        Take<v1::ImposeBanRequest, v1::ImposeBanResponse>(*session, *arguments, "ImposeBan");
  });
  CLI::App* annul = ban->add_subcommand("annul", "annul one whose judgment fell, or a proposal");
  AddAct(annul, arguments, true);
  AddDocumentOption(annul, arguments);
  annul->callback([=] {
    *exit_code = Take<v1::AnnulBanRequest, v1::AnnulBanResponse>(*session, *arguments, "AnnulBan");
  });
  CLI::App* get = ban->add_subcommand("get", "one ban");
  get->add_option("name", arguments->name, "operators/…/bans/…")->required();
  get->callback([=] { *exit_code = Get(*session, *arguments); });
  CLI::App* list = ban->add_subcommand("list", "bans of an operator or division");
  list->add_option("--operator", arguments->operator_name, "only against this operator");
  list->add_option("--region", arguments->region, "division code");
  list->callback([=] { *exit_code = List(*session, *arguments); });
  CLI::App* check = ban->add_subcommand("check", "whether people are barred");
  check->add_option("--person", arguments->person, "file of identity numbers, - for stdin")
      ->required();
  check->add_option("--purpose", arguments->purpose, "LICENSING, SUPERVISION, COURT, …");
  check->add_option("--reference", arguments->reference, "the matter it is for");
  check->callback([=] { *exit_code = Check(*session, *arguments); });
}

}  // namespace shian::ctl
