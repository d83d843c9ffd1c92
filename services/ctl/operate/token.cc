#include "services/ctl/operate/token.h"

#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/auth/token.h"
#include "libs/base/status_macros.h"
#include "libs/config/config.h"
#include "services/ctl/session/invoke.h"

namespace shian::ctl {
namespace {

constexpr size_t kKeyBytesMax = 16384;
constexpr char kDevelopmentIssuer[] = "shian-development-issuer";

struct TokenArguments {
  auth::Officer officer;
  std::string key;
  std::string issuer = kDevelopmentIssuer;
  int64_t valid_minutes = 60;
};

absl::StatusOr<std::string> Issue(const Session& session, TokenArguments arguments) {
  if (arguments.key.empty()) arguments.key = absl::StrCat(session.pki(), "/issuer.key");
  ASSIGN_OR_RETURN(const std::string key, config::ReadFile(arguments.key, kKeyBytesMax));
  const absl::Time now = absl::Now();
  arguments.officer.expiry = now + absl::Minutes(arguments.valid_minutes);
  // A token that is expired already (for tests) was issued before it expired.
  const absl::Time issued = std::min(now, arguments.officer.expiry - absl::Minutes(1));
  return auth::IssueToken(key, arguments.issuer, arguments.officer, issued);
}

}  // namespace

void AddToken(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<TokenArguments>();
  CLI::App* token = app->add_subcommand("token", "officer tokens of the development issuer");
  token->require_subcommand(1);
  CLI::App* issue = token->add_subcommand("issue", "sign a token and print it");
  issue->footer(
      "Example:\n  shian token issue --person ZF0001 --organisation 410902 --region 410902 \\\n"
      "    --card 1610410902001 --post handler --pki build/pki\n"
      "For development only: a bureau's login issues the tokens of its officers.");
  auth::Officer& officer = arguments->officer;
  issue->add_option("--person", officer.person, "stable person id")->required();
  issue->add_option("--name", officer.name, "name shown to people");
  issue->add_option("--organisation", officer.organisation, "organisation code")->required();
  issue->add_option("--region", officer.region, "region code, six digits")->required();
  issue->add_option("--card", officer.card, "enforcement card number (执法证号)")->required();
  issue->add_option("--post", officer.posts, "post, once for each")->required();
  issue->add_option("--valid-minutes", arguments->valid_minutes, "0 or less: already expired");
  issue->add_option("--key", arguments->key, "issuer's private key; default <pki>/issuer.key");
  issue->add_option("--issuer", arguments->issuer, "issuer's name");
  issue->callback([=] {
    const auto signed_token = Issue(*session, *arguments);
    if (!signed_token.ok()) {
      *exit_code = ReportUsage(signed_token.status());
      return;
    }
    std::cout << *signed_token << "\n";
  });
}

}  // namespace shian::ctl
