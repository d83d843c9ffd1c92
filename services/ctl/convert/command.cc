#include "services/ctl/convert/command.h"

#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/status_macros.h"
#include "services/ctl/import/run.h"
#include "services/ctl/session/invoke.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/json_text.h"
#include "services/trace/capture/xml_writer.h"

namespace shian::ctl {
namespace {

struct ConvertArguments {
  std::string file, to;
};

absl::Status Refused(const trace::Rule& rule, const std::string& field) {
  return absl::InvalidArgumentError(
      absl::StrCat(rule.id, field.empty() ? "" : " at ", field, ": ", rule.en, " ", rule.zh));
}

int Convert(const ConvertArguments& arguments) {
  const auto bytes = ReadWhole(arguments.file);
  if (!bytes.ok()) return ReportUsage(bytes.status());
  const auto text = ConvertDocument(*bytes, arguments.to == "xml" ? Syntax::kXml : Syntax::kJsonLd);
  if (text.ok()) {
    std::cout << *text;
    return 0;
  }
  std::cerr << arguments.file << ": " << text.status().message() << "\n";
  return kExitWrong;
}

}  // namespace

absl::StatusOr<std::string> ConvertDocument(const std::string& bytes, Syntax to) {
  const trace::CutDocument cut = trace::Cut(bytes, trace::kFileBounds);
  if (cut.broken != nullptr) return Refused(*cut.broken, cut.field);
  const std::string created =
      cut.created.empty() ? "1970-01-01T00:00:00Z" : std::string(cut.created);
  if (to == Syntax::kXml) {
    const trace::ParsedContext context = trace::ReadContext(cut.context_json);
    const trace::WrittenXml written = trace::WriteDocumentXml(cut.events, context.context, created);
    if (written.broken != nullptr) return Refused(*written.broken, "");
    return written.text;
  }
  return absl::StrCat(R"({"@context":)", cut.context_json,
                      R"(,"type":"EPCISDocument","schemaVersion":"2.0","creationDate":)",
                      trace::json::Quoted(created), R"(,"epcisBody":{"eventList":[)", "\n",
                      absl::StrJoin(cut.events, ",\n"), "\n]}}\n");
}

void AddConvert(CLI::App* app, int* exit_code) {
  auto arguments = std::make_shared<ConvertArguments>();
  CLI::App* convert = app->add_subcommand(
      "convert", "an EPCIS document as XML or JSON-LD that says the same; no server");
  convert->footer(
      "Examples:\n"
      "  shian convert shipment.jsonld --to xml > shipment.xml\n"
      "  shian convert shipment.xml --to jsonld > shipment.jsonld\n"
      "Events in order keep every field, extension and hash; a document's header is left out.\n"
      "Exit codes: 0 done, 1 the document breaks a rule, which is named, 2 it cannot be read.");
  convert->add_option("FILE", arguments->file, "a document")->required();
  convert->add_option("--to", arguments->to, "xml or jsonld")
      ->required()
      ->check(CLI::IsMember({"xml", "jsonld"}));
  convert->callback([=] { *exit_code = Convert(*arguments); });
}

}  // namespace shian::ctl
