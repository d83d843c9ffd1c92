#include "services/ctl/verify/command.h"

#include <google/protobuf/util/json_util.h>

#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "nlohmann/json.hpp"
#include "services/ctl/import/run.h"
#include "services/ctl/session/invoke.h"
#include "services/ctl/verify/fetch.h"
#include "services/ctl/verify/kept.h"
#include "services/ctl/verify/listing.h"
#include "services/ctl/verify/log.h"
#include "services/ctl/verify/proof.h"
#include "shian/inspection/v1/draw_service.pb.h"

namespace shian::ctl {
namespace {

struct VerifyArguments {
  VerifyOptions options;
  std::string service, file, listing;
  int64_t sequence = 0;
};

template <class Message>
absl::StatusOr<Message> ReadBundle(const std::string& file) {
  ASSIGN_OR_RETURN(const std::string json, ReadWhole(file));
  Message message;
  google::protobuf::util::JsonParseOptions options;
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, &message, options);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, " is not such a bundle: ", parsed.message().ToString()));
  }
  return message;
}

// A bundle saved from `shian call …/GetProofBundle` stands in the answer's field `bundle`.
absl::StatusOr<shian::inspection::v1::ProofBundle> ReadDraw(const std::string& file) {
  const auto answer = ReadBundle<shian::inspection::v1::GetProofBundleResponse>(file);
  if (answer.ok() && answer->has_bundle()) return answer->bundle();
  return ReadBundle<shian::inspection::v1::ProofBundle>(file);
}

int Report(const Session& session, const absl::Status& verified, nlohmann::ordered_json facts,
           const std::string& sentence) {
  facts["holds"] = verified.ok();
  if (!verified.ok()) facts["problem"] = std::string(verified.message());
  if (session.json()) {
    std::cout << facts.dump(1) << "\n";
  } else if (verified.ok()) {
    std::cout << sentence << "\n";
  } else {
    std::cout << "DOES NOT HOLD: " << verified.message() << "\n";
  }
  return verified.ok() ? 0 : kExitWrong;
}

int VerifyDrawFile(const Session& session, const std::string& file) {
  const auto bundle = ReadDraw(file);
  if (!bundle.ok()) return ReportUsage(bundle.status());
  return Report(session, VerifyDraw(*bundle),
                {{"draw", bundle->draw()}, {"selected", bundle->selections_size()}},
                absl::StrCat(bundle->draw(), ": the draw was re-run from the bundle; ",
                             bundle->selections_size(), " selections agree"));
}

int VerifyProofFile(const Session& session, const VerifyArguments& arguments) {
  const auto bundle = ReadBundle<shian::ledger::v1::ProofBundle>(arguments.file);
  if (!bundle.ok()) return ReportUsage(bundle.status());
  const auto checkpoint = VerifyProof(*bundle, arguments.options.key);
  const std::string sentence =
      checkpoint.ok() ? absl::StrCat(bundle->entry().id(), ": included in ", checkpoint->origin,
                                     " of size ", checkpoint->size,
                                     arguments.options.key.empty()
                                         ? " (key taken from the bundle: pin it with --key)"
                                         : "")
                      : "";
  return Report(session, checkpoint.status(), {{"entry", bundle->entry().id()}}, sentence);
}

std::string DateOf(const shian::common::v1::Date& date) {
  return FormatDate(Date(date.year(), date.month(), date.day()));
}

const char* WordOf(ListingFinding::End end) {
  if (end == ListingFinding::End::kEnded) return "ENDED";
  return end == ListingFinding::End::kNotEnded ? "NOT_ENDED" : "NOT_PROVED";
}

std::string SentenceOf(const ListingFinding& finding) {
  const auto& card = finding.card;
  const std::string who =
      card.name().empty() ? card.operator_() : absl::StrCat(card.name(), " (", card.code(), ")");
  const std::string until = DateOf(card.until_date());
  std::string sentence =
      absl::StrCat(card.entry(), ": ", who, " was published in ", card.list(), " on ",
                   DateOf(card.listed_date()), ", last day ", until, "; included in ",
                   finding.checkpoint.origin, " of size ", finding.checkpoint.size, "\n");
  switch (finding.end) {
    case ListingFinding::End::kEnded:
      return absl::StrCat(sentence, "ended on ", DateOf(finding.ended.end_date()), ": ",
                          shian::sanction::v1::EntryState_Name(finding.ended.how()));
    case ListingFinding::End::kNotEnded:
      return absl::StrCat(sentence, "not ended: all later entries are here, and no end is in them");
    case ListingFinding::End::kNotProved:
      break;
  }
  return absl::StrCat(sentence,
                      "whether it has ended is NOT PROVED: not all later entries are here");
}

int VerifyListingFile(const Session& session, const VerifyArguments& arguments) {
  const auto proof = ReadBundle<shian::sanction::v1::ListingProof>(arguments.file);
  if (!proof.ok()) return ReportUsage(proof.status());
  const auto finding = VerifyListing(*proof, arguments.options.key);
  if (!finding.ok()) return Report(session, finding.status(), {{"entry", proof->entry()}}, "");
  nlohmann::ordered_json facts = {{"entry", proof->entry()},
                                  {"name", finding->card.name()},
                                  {"code", finding->card.code()},
                                  {"list", finding->card.list()},
                                  {"listed_date", DateOf(finding->card.listed_date())},
                                  {"until_date", DateOf(finding->card.until_date())},
                                  {"origin", finding->checkpoint.origin},
                                  {"size", finding->checkpoint.size},
                                  {"end", WordOf(finding->end)}};
  if (finding->end == ListingFinding::End::kEnded) {
    facts["how"] = shian::sanction::v1::EntryState_Name(finding->ended.how());
    facts["end_date"] = DateOf(finding->ended.end_date());
  }
  const char* unpinned = " (key taken from the bundle: pin it with --key)";
  return Report(session, absl::OkStatus(), facts,
                absl::StrCat(SentenceOf(*finding), arguments.options.key.empty() ? unpinned : ""));
}

void Print(const LogFinding& finding) {
  std::cout << finding.service << "/" << finding.log << ": ";
  if (!finding.problem.empty()) {
    std::cout << "DOES NOT HOLD: " << finding.problem << "\n";
    return;
  }
  std::cout << "size " << finding.size << ", signature holds";
  if (finding.earlier_size > 0) std::cout << ", consistent with size " << finding.earlier_size;
  if (finding.log == "public") {
    std::cout << ", " << finding.proved << " entries proved";
    if (finding.erased > 0) std::cout << " (" << finding.erased << " erased)";
  }
  std::cout << "\n";
}

int VerifyOnline(Session& session, const VerifyArguments& arguments) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  bool holds = true;
  for (const std::string& service : kServices) {
    if (!arguments.service.empty() && service != arguments.service) continue;
    for (const char* log : {"public", "facts", "audit"}) {
      const LogFinding finding = VerifyLog(session, service, log, arguments.options);
      holds = holds && finding.problem.empty();
      list.push_back({{"service", service},
                      {"log", log},
                      {"size", finding.size},
                      {"proved", finding.proved},
                      {"erased", finding.erased},
                      {"earlier_size", finding.earlier_size},
                      {"holds", finding.problem.empty()},
                      {"problem", finding.problem}});
      if (!session.json()) Print(finding);
    }
  }
  if (session.json()) std::cout << list.dump(1) << "\n";
  return holds ? 0 : kExitWrong;
}

void AddFiles(CLI::App* verify, const std::shared_ptr<VerifyArguments>& arguments, Session* session,
              int* exit_code) {
  CLI::App* draw =
      verify->add_subcommand("draw", "re-run a draw from its bundle; no server needed");
  draw->add_option("FILE", arguments->file, "JSON of DrawService/GetProofBundle")->required();
  draw->callback([=] { *exit_code = VerifyDrawFile(*session, arguments->file); });
  CLI::App* proof = verify->add_subcommand("proof", "check a proof bundle; no server needed");
  proof->add_option("FILE", arguments->file, "JSON of `shian proof`")->required();
  proof->callback([=] { *exit_code = VerifyProofFile(*session, *arguments); });
  CLI::App* listing = verify->add_subcommand(
      "listing", "prove a published entry of a list, and whether it had ended; no server needed");
  listing->add_option("FILE", arguments->file, "JSON of `shian proof --listing`")->required();
  listing->callback([=] { *exit_code = VerifyListingFile(*session, *arguments); });
}

// The bundle that the arguments ask for, as JSON.
absl::StatusOr<std::string> FetchAsked(Session& session, const VerifyArguments& arguments) {
  if (!arguments.listing.empty()) {
    ASSIGN_OR_RETURN(const auto proof, FetchListingProof(session, arguments.listing));
    return ToJson(proof, true);
  }
  if (arguments.service.empty() || arguments.sequence < 1) {
    return absl::InvalidArgumentError("SERVICE and SEQUENCE, or --listing, are required");
  }
  ASSIGN_OR_RETURN(const auto bundle, FetchProof(session, arguments.service, arguments.sequence));
  return ToJson(bundle, true);
}

void AddProof(CLI::App* app, const std::shared_ptr<VerifyArguments>& arguments, Session* session,
              int* exit_code) {
  CLI::App* proof = app->add_subcommand("proof", "fetch the proof bundle of a public entry");
  proof->footer(
      "Examples:\n"
      "  shian proof sanction 12 > entry-12.json\n"
      "  shian proof --listing operators/91410902MA9N00001X/entries/E > listing.json");
  proof->add_option("SERVICE", arguments->service, "whose log")->check(CLI::IsMember(kServices));
  proof->add_option("SEQUENCE", arguments->sequence, "the entry's sequence");
  proof->add_option(
      "--listing", arguments->listing,
      "a published entry of a list, by its resource name: for `shian verify listing`");
  proof->callback([=] {
    const auto bundle = FetchAsked(*session, *arguments);
    if (!bundle.ok()) {
      *exit_code = ReportUsage(bundle.status());
      return;
    }
    std::cout << *bundle;
  });
}

}  // namespace

void AddVerify(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<VerifyArguments>();
  arguments->options.state = DefaultKeptFolder();
  CLI::App* verify = app->add_subcommand("verify", "prove the logs, or a bundle from a file");
  verify->require_subcommand(0, 1);
  verify->footer(
      "Examples:\n"
      "  shian verify                      every log: signature, consistency, inclusion\n"
      "  shian verify --service sanction --key 'NAME+ID+KEY'\n"
      "  shian verify draw bundle.json\n"
      "  shian verify proof entry-12.json --key 'NAME+ID+KEY'\n"
      "  shian verify listing listing.json --key 'NAME+ID+KEY'\n"
      "The last checkpoint seen of each log is kept; a log that does not grow from it is refused.");
  verify->add_option("--service", arguments->service, "only this service")
      ->check(CLI::IsMember(kServices));
  verify->add_option("--subject", arguments->options.subject, "only entries about this resource");
  verify->add_option("--key", arguments->options.key, "the signer's key as published elsewhere");
  verify->add_option("--seen,--state", arguments->options.state, "where seen checkpoints are kept")
      ->envname(kSeenVariable);
  AddFiles(verify, arguments, session, exit_code);
  verify->callback([=] {
    if (verify->get_subcommands().empty()) *exit_code = VerifyOnline(*session, *arguments);
  });
  AddProof(app, arguments, session, exit_code);
}

}  // namespace shian::ctl
