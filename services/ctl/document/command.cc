#include "services/ctl/document/command.h"

#include <fstream>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/base/uuid.h"
#include "services/ctl/document/pdf.h"
#include "services/ctl/session/invoke.h"
#include "shian/sanction/v1/document_service.pb.h"

namespace shian::ctl {
namespace {

namespace v1 = shian::sanction::v1;

struct DocumentArguments {
  std::string name, matter, kind, replaces, organisation, html, pdf;
  std::vector<std::string> fields;
  int year = 0;
};

template <class In, class Out>
grpc::Status Ask(Session& session, const char* method, const In& in, Out* out) {
  const auto* service = In::descriptor()->file()->FindServiceByName("DocumentService");
  return InvokeUnary(session, "sanction", *service->FindMethodByName(method), in, out);
}

// Where the page goes: the files that were asked for, else the terminal.
int Deliver(const DocumentArguments& arguments, const std::string& page) {
  if (arguments.html.empty() && arguments.pdf.empty()) {
    std::cout << page;
    return 0;
  }
  if (!arguments.html.empty() && !(std::ofstream(arguments.html, std::ios::binary) << page)) {
    return ReportUsage(absl::InvalidArgumentError("cannot write " + arguments.html));
  }
  if (arguments.pdf.empty()) return 0;
  const absl::Status written = WritePdf(page, arguments.pdf);
  if (written.ok()) return 0;
  std::cerr << "shian: " << written.message() << "\n";
  return kExitWrong;
}

// "key=value"; "key=@file" takes the value from a file.
template <class In>
absl::Status AddFields(const DocumentArguments& arguments, In* in) {
  for (const std::string& field : arguments.fields) {
    const size_t equals = field.find('=');
    if (equals == std::string::npos) {
      return absl::InvalidArgumentError(absl::StrCat("--field is KEY=VALUE, not ", field));
    }
    std::string value = field.substr(equals + 1);
    if (value.starts_with('@')) {
      std::ifstream file(value.substr(1), std::ios::binary);
      if (!file) return absl::NotFoundError("cannot read " + value.substr(1));
      value.assign(std::istreambuf_iterator<char>(file), {});
    }
    v1::DocumentFieldValue* one = in->add_fields();
    one->set_key(field.substr(0, equals));
    one->set_value(value);
  }
  return absl::OkStatus();
}

void PrintLine(const v1::Document& document) {
  std::cout << document.number() << "  " << document.title() << "  " << document.name();
  if (!document.replaced_by().empty()) std::cout << "  -> " << document.replaced_by();
  std::cout << "\n";
}

int Kinds(Session& session, const DocumentArguments& arguments) {
  v1::ListDocumentKindsRequest in;
  in.set_matter(arguments.matter);
  v1::ListDocumentKindsResponse out;
  const grpc::Status status = Ask(session, "ListDocumentKinds", in, &out);
  if (!status.ok()) return ReportRefusal(status, session.json());
  if (session.json()) std::cout << ToJson(out, true) << "\n";
  for (const v1::DocumentKind& kind : out.kinds()) {
    if (session.json()) break;
    std::cout << (kind.offered() ? "* " : "  ") << kind.kind() << "  " << kind.title();
    for (const auto& field : kind.fields()) {
      std::cout << "  " << field.key() << (field.optional() ? "?" : "") << "=" << field.title_zh();
    }
    std::cout << "\n";
  }
  return 0;
}

int Preview(Session& session, const DocumentArguments& arguments) {
  v1::PreviewDocumentRequest in;
  in.set_matter(arguments.matter);
  in.set_kind(arguments.kind);
  if (const absl::Status status = AddFields(arguments, &in); !status.ok()) {
    return ReportUsage(status);
  }
  v1::PreviewDocumentResponse out;
  const grpc::Status status = Ask(session, "PreviewDocument", in, &out);
  if (!status.ok()) return ReportRefusal(status, session.json());
  for (const std::string& missing : out.missing()) std::cerr << "missing: " << missing << "\n";
  return Deliver(arguments, out.html());
}

int Issue(Session& session, const DocumentArguments& arguments) {
  v1::IssueDocumentRequest in;
  in.set_request_id(NewUuid7(absl::Now()));
  in.set_matter(arguments.matter);
  in.set_kind(arguments.kind);
  in.set_replaces(arguments.replaces);
  if (const absl::Status status = AddFields(arguments, &in); !status.ok()) {
    return ReportUsage(status);
  }
  v1::IssueDocumentResponse out;
  const grpc::Status status = Ask(session, "IssueDocument", in, &out);
  if (!status.ok()) return ReportRefusal(status, session.json());
  if (session.json()) {
    std::cout << ToJson(out.document(), true) << "\n";
  } else {
    PrintLine(out.document());
  }
  return 0;
}

int Get(Session& session, const DocumentArguments& arguments) {
  v1::GetDocumentRequest in;
  in.set_name(arguments.name);
  v1::GetDocumentResponse out;
  const grpc::Status status = Ask(session, "GetDocument", in, &out);
  if (!status.ok()) return ReportRefusal(status, session.json());
  if (out.html().empty()) {
    std::cerr << "shian: the page was erased with its party; its hash is "
              << out.document().attachment().sha256() << "\n";
    return kExitWrong;
  }
  if (HexEncode(Sha256(out.html())) != out.document().attachment().sha256()) {
    std::cerr << "shian: DOES NOT HOLD: the page is not the one that was issued\n";
    return kExitWrong;
  }
  return Deliver(arguments, out.html());
}

int List(Session& session, const DocumentArguments& arguments) {
  v1::ListDocumentsRequest in;
  in.set_matter(arguments.matter);
  in.set_organisation(arguments.organisation);
  in.set_year(arguments.year);
  in.set_page_size(500);
  do {
    v1::ListDocumentsResponse out;
    const grpc::Status status = Ask(session, "ListDocuments", in, &out);
    if (!status.ok()) return ReportRefusal(status, session.json());
    for (const v1::Document& document : out.documents()) {
      if (session.json()) {
        std::cout << ToJson(document, false) << "\n";
      } else {
        PrintLine(document);
      }
    }
    in.set_page_token(out.next_page_token());
  } while (!in.page_token().empty());
  return 0;
}

using Arguments = std::shared_ptr<DocumentArguments>;

void AddFilling(CLI::App* command, const Arguments& arguments) {
  command->add_option("matter", arguments->matter, "case, entry or lead: operators/…/cases/…")
      ->required();
  command->add_option("kind", arguments->kind, "kind, such as penalty-notice")->required();
  command->add_option("--field", arguments->fields, "KEY=VALUE or KEY=@FILE, once for each");
}

void AddFiles(CLI::App* command, const Arguments& arguments) {
  command->add_option("--html", arguments->html, "write the page to this file");
  command->add_option("--pdf", arguments->pdf,
                      "print it to this file, by chromium, weasyprint or wkhtmltopdf");
}

}  // namespace

void AddDocument(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<DocumentArguments>();
  CLI::App* document = app->add_subcommand("document", "official documents (执法文书) of a case");
  document->require_subcommand(1);
  document->footer(
      "Examples:\n"
      "  shian document kinds operators/914403001922038216/cases/CASE\n"
      "  shian document preview operators/914403001922038216/cases/CASE penalty-notice \\\n"
      "    --field facts=@facts.txt --field grounds=@grounds.txt --field proposal=罚款5000元 \\\n"
      "    --html draft.html\n"
      "  shian document issue operators/914403001922038216/cases/CASE penalty-decision\n"
      "  shian document get operators/914403001922038216/documents/DOCUMENT --pdf decision.pdf\n"
      "  shian document list --organisation 410902 --year 2026\n"
      "Without --html or --pdf the page goes to the terminal. `get` checks it against its hash.");
  CLI::App* kinds = document->add_subcommand("kinds", "which documents a matter offers (* now)");
  kinds->add_option("matter", arguments->matter, "case, entry or lead")->required();
  kinds->callback([=] { *exit_code = Kinds(*session, *arguments); });
  CLI::App* preview = document->add_subcommand("preview", "fill a document in; nothing is issued");
  AddFilling(preview, arguments);
  AddFiles(preview, arguments);
  preview->callback([=] { *exit_code = Preview(*session, *arguments); });
  CLI::App* issue = document->add_subcommand("issue", "issue a document under the next number");
  AddFilling(issue, arguments);
  issue->add_option("--replaces", arguments->replaces, "the document that it replaces");
  issue->callback([=] { *exit_code = Issue(*session, *arguments); });
  CLI::App* get = document->add_subcommand("get", "the page of an issued document, checked");
  get->add_option("name", arguments->name, "operators/…/documents/… or its hash")->required();
  AddFiles(get, arguments);
  get->callback([=] { *exit_code = Get(*session, *arguments); });
  CLI::App* list =
      document->add_subcommand("list", "issued documents, by id (about the time of issue)");
  list->add_option("--matter", arguments->matter, "of this case, entry or lead");
  list->add_option("--organisation", arguments->organisation, "or of this organisation");
  list->add_option("--year", arguments->year, "in this year");
  list->callback([=] { *exit_code = List(*session, *arguments); });
}

}  // namespace shian::ctl
