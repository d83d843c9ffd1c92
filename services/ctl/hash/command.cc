#include "services/ctl/hash/command.h"

#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"
#include "nlohmann/json.hpp"
#include "services/ctl/convert/command.h"
#include "services/ctl/import/files.h"
#include "services/ctl/import/run.h"
#include "services/ctl/session/invoke.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/event_hash.h"
#include "services/trace/capture/read_event.h"

namespace shian::ctl {
namespace {

using Json = nlohmann::ordered_json;

struct HashArguments {
  std::vector<std::string> files;
  bool pre_hash = false;
};

std::string Told(const trace::Rule& rule, const std::string& field, const std::string& value) {
  return absl::StrCat(rule.id, field.empty() ? "" : " at ", field,
                      value.empty() ? "" : absl::StrCat(" (", value, ")"), ": ", rule.en, " ",
                      rule.zh);
}

HashedEvent HashEvent(const std::string& json, const trace::ParsedContext& context) {
  HashedEvent out;
  trace::json::Value value;
  if (const trace::Rule* broken = trace::json::Parse(json, &value)) {
    out.rules.push_back(Told(*broken, "", ""));
    return out;
  }
  trace::Context own = context.context;
  if (const auto* more = value.Find("@context")) own.Merge(*more);
  out.pre_hash = trace::PreHash(value, own);
  out.hash = trace::NamedHash(Sha256(out.pre_hash));
  const trace::ParsedEvent judged = trace::ReadEvent(0, value, context);
  for (const trace::Violation& each : judged.findings.violations()) {
    out.rules.push_back(Told(*each.rule, each.field, each.value));
    // Without a type there is no event to speak of.
    if (each.rule == &trace::rules::kEventShape || each.rule == &trace::rules::kEventType) {
      out.hash.clear();
    }
  }
  for (const trace::Violation& each : judged.warnings.violations()) {
    out.notes.push_back(Told(*each.rule, each.field, each.value));
  }
  return out;
}

// Keeps what is said about the files of one call, for people at once and for programs at the end.
class Teller {
 public:
  Teller(bool json, bool pre_hash) : json_(json), pre_hash_(pre_hash) {}

  void Tell(const std::string& file, const HashedDocument& document) {
    wrong_ |= !document.broken.empty();
    Json told = {{"file", file}, {"events", Json::array()}};
    if (!document.broken.empty()) {
      std::cerr << file << ": " << document.broken << "\n";
      told["broken"] = document.broken;
    }
    int number = 0;
    for (const HashedEvent& event : document.events) {
      TellEvent(absl::StrCat(file, " event ", ++number), event);
      Json each = {
          {"event", number}, {"hash", event.hash}, {"rules", event.rules}, {"notes", event.notes}};
      if (pre_hash_) each["prehash"] = event.pre_hash;
      told["events"].push_back(std::move(each));
    }
    if (json_) all_.push_back(std::move(told));
  }

  int Finish() {
    if (json_) {
      std::cout << all_.dump(1, ' ', false, Json::error_handler_t::replace) << "\n";
    }
    return wrong_ ? kExitWrong : 0;
  }

 private:
  void TellEvent(const std::string& where, const HashedEvent& event) {
    wrong_ |= !event.rules.empty();
    for (const std::string& rule : event.rules) std::cerr << where << ": " << rule << "\n";
    for (const std::string& note : event.notes) std::cerr << where << ": note: " << note << "\n";
    if (!json_ && !event.hash.empty()) {
      std::cout << (pre_hash_ ? event.pre_hash : event.hash) << "\n";
    }
  }

  const bool json_, pre_hash_;
  bool wrong_ = false;
  Json all_ = Json::array();
};

int Hash(const Session& session, const HashArguments& arguments) {
  Teller teller(session.json(), arguments.pre_hash);
  const auto files = DocumentFiles(arguments.files);
  if (!files.ok()) return ReportUsage(files.status());
  for (const std::string& file : *files) {
    const auto bytes = ReadWhole(file);
    if (!bytes.ok()) return ReportUsage(bytes.status());
    teller.Tell(file, HashDocument(*bytes));
  }
  return teller.Finish();
}

}  // namespace

HashedDocument HashDocument(const std::string& bytes) {
  HashedDocument out;
  const trace::CutDocument cut = trace::Cut(bytes, trace::kFileBounds);
  if (cut.broken != nullptr) {
    out.broken = Told(*cut.broken, cut.field, "");
    return out;
  }
  const trace::ParsedContext context = trace::ReadContext(cut.context_json);
  for (const std::string& event : cut.events) out.events.push_back(HashEvent(event, context));
  return out;
}

void AddHash(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<HashArguments>();
  CLI::App* hash = app->add_subcommand(
      "hash", "CBV 2.0 event hash of each event of EPCIS documents (事件哈希); no server");
  hash->footer(
      "Examples:\n"
      "  shian hash shipment.jsonld\n"
      "  shian hash --prehash shipment.xml      the canonical string that is hashed\n"
      "  shian hash documents/ --output json\n"
      "Takes EPCIS 2.0 JSON-LD and XML, EPCISDocument and EPCISQueryDocument, and one bare "
      "JSON-LD\n"
      "event; of a folder its .json, .jsonld and .xml files. Prints one line an event,\n"
      "ni:///sha-256;...?ver=CBV2.0. An event that breaks a rule of EPCIS is named on stderr with\n"
      "the rule; its hash is printed all the same where it has one.\n"
      "Exit codes: 0 all in order, 1 a document or event breaks a rule, 2 a file cannot be read.");
  hash->add_option("FILE", arguments->files, "files or folders")->required();
  hash->add_flag("--prehash", arguments->pre_hash, "print the string before hashing instead");
  hash->callback([=] { *exit_code = Hash(*session, *arguments); });
  AddConvert(app, exit_code);
}

}  // namespace shian::ctl
