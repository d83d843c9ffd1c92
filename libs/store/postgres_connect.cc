// How a connection is made. libpq's own way (PQconnectdb) would hold its caller for connect_timeout
// times the number of addresses, whatever the deadline; its way without blocking (PQconnectPoll)
// knows no connect_timeout, and stays for ever with a host that takes the connection and says
// nothing. So each address is a try of its own here, in libpq's order: as long as connect_timeout
// says, and no longer than leaves the others their part of the caller's time, or a caller in a
// hurry would never come past a host that is silent. A name is waited for as long as the system's
// resolver does.
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/store/limits.h"
#include "libs/store/postgres_connection.h"
#include "libs/store/postgres_wait.h"

namespace shian::store {
namespace {

// Keyword to value.
using Settings = std::map<std::string, std::string>;

struct Target {
  std::string host;
  std::string address;  // in numbers; empty for a socket in a folder
  std::string port;
};

absl::StatusOr<Settings> Parse(const std::string& address) {
  char* error = nullptr;
  PQconninfoOption* const options = PQconninfoParse(address.c_str(), &error);
  absl::Cleanup free = [&] {
    PQconninfoFree(options);
    PQfreemem(error);
  };
  // libpq's own words would repeat the address.
  if (options == nullptr) return absl::InvalidArgumentError("the database's address is malformed");
  Settings settings;
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) settings[option->keyword] = option->val;
  }
  return settings;
}

std::vector<std::string> ListOf(const Settings& settings, const std::string& keyword) {
  const auto found = settings.find(keyword);
  if (found == settings.end() || found->second.empty()) return {};
  return absl::StrSplit(found->second, ',');
}

// The targets as the address names them. Where it names none, libpq knows by itself.
absl::StatusOr<std::vector<Target>> TargetsOf(const Settings& settings) {
  std::vector<std::string> hosts = ListOf(settings, "host");
  std::vector<std::string> addresses = ListOf(settings, "hostaddr");
  std::vector<std::string> ports = ListOf(settings, "port");
  const size_t count = std::max({hosts.size(), addresses.size(), size_t{1}});
  const auto fits = [&](const std::vector<std::string>& list) {
    return list.empty() || list.size() == count;
  };
  if (ports.size() == 1) ports.resize(count, ports[0]);
  if (!fits(hosts) || !fits(addresses) || !fits(ports)) {
    return absl::InvalidArgumentError(
        "the database's address names different numbers of hosts, addresses and ports");
  }
  hosts.resize(count);
  addresses.resize(count);
  ports.resize(count);
  std::vector<Target> targets;
  for (size_t i = 0; i < count; ++i) targets.push_back({hosts[i], addresses[i], ports[i]});
  return targets;
}

bool HasName(const Target& target) {
  return target.address.empty() && !target.host.empty() && target.host[0] != '/' &&
         target.host[0] != '@';
}

// A name may have several addresses, each of which is tried.
absl::StatusOr<std::vector<Target>> Resolved(const Target& target) {
  if (!HasName(target)) return std::vector<Target>{target};
  addrinfo wanted = {};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(target.host.c_str(), nullptr, &wanted, &found);
  if (failed != 0) {
    return absl::UnavailableError(absl::StrCat(target.host, ": ", gai_strerror(failed)));
  }
  absl::Cleanup free = [&] { freeaddrinfo(found); };
  std::vector<Target> targets;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    char text[NI_MAXHOST];
    if (getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) ==
        0) {
      targets.push_back({target.host, text, target.port});
    }
  }
  return targets;
}

absl::Duration TryMax(const Settings& settings) {
  int seconds = 0;
  const auto found = settings.find("connect_timeout");
  if (found != settings.end() && !absl::SimpleAtoi(found->second, &seconds)) return {};
  return seconds > 0 ? absl::Seconds(seconds) : absl::InfiniteDuration();
}

// Null when there is no memory left.
PGconn* Start(const Settings& settings) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : settings) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  constexpr int kAsTheyAre = 0;
  return PQconnectStartParams(names.data(), values.data(), kAsTheyAre);
}

// True when it stands; false when it failed, or came to nothing by `until`.
bool Finish(PGconn* connection, absl::Time until) {
  if (PQstatus(connection) == CONNECTION_BAD) return false;
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
    // Another socket each time when it took another address.
    const short events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    // One that says a byte now and then would be waited for without end.
    if (absl::Now() >= until || !WaitFor(PQsocket(connection), events, until)) return false;
    next = PQconnectPoll(connection);
  }
  return next == PGRES_POLLING_OK;
}

// Why a try came to nothing.
std::string WhyNot(PGconn* connection, const Target& target) {
  const bool silent = connection != nullptr && PQstatus(connection) != CONNECTION_BAD;
  if (silent) return absl::StrCat("no answer from ", target.host, " ", target.address);
  return std::string(absl::StripTrailingAsciiWhitespace(PQerrorMessage(connection)));
}

absl::Status NoneWillDo(const std::vector<std::string>& why) {
  return absl::UnavailableError(absl::StrCat("database: ", absl::StrJoin(why, "; ")));
}

// What stands in no address. A server of the other kind is passed over; one that vanished without a
// word is noticed in seconds.
Settings WithDefaults(Settings settings, Server wanted) {
  settings.emplace("fallback_application_name", "shian");
  settings.emplace("connect_timeout", limits::kPostgresConnectSeconds);
  settings.emplace("target_session_attrs", wanted == Server::kPrimary ? "read-write" : "standby");
  settings.emplace("keepalives_idle", limits::kPostgresIdleSeconds);
  settings.emplace("keepalives_interval", limits::kPostgresProbeSeconds);
  settings.emplace("tcp_user_timeout", limits::kPostgresSilentMillis);
  settings["client_encoding"] = "UTF8";
  return settings;
}

// One that prefers a standby asks all hosts for it first.
std::vector<std::string> RoundsOf(const Settings& settings) {
  const std::string& attributes = settings.at("target_session_attrs");
  if (attributes == "prefer-standby") return {"standby", "any"};
  return {attributes};
}

}  // namespace

absl::StatusOr<std::unique_ptr<PostgresConnection>> PostgresConnection::Open(
    const std::string& address, Server wanted, absl::Time deadline) {
  if (absl::Now() > deadline) return errors::Refuse(errors::Reason::kDeadlinePassed);
  ASSIGN_OR_RETURN(const Settings given, Parse(address));
  ASSIGN_OR_RETURN(const std::vector<Target> targets, TargetsOf(given));
  Settings settings = WithDefaults(given, wanted);
  const absl::Duration most = TryMax(settings);
  const std::vector<std::string> rounds = RoundsOf(settings);
  size_t left = rounds.size() * targets.size();  // tries, as far as they are known
  std::vector<std::string> why;
  for (const std::string& attributes : rounds) {
    settings["target_session_attrs"] = attributes;
    for (const Target& named : targets) {
      const absl::StatusOr<std::vector<Target>> resolved = Resolved(named);
      --left;
      if (!resolved.ok()) {
        why.emplace_back(resolved.status().message());
        continue;
      }
      left += resolved->size();
      for (const Target& target : *resolved) {
        settings["host"] = target.host;
        settings["hostaddr"] = target.address;
        settings["port"] = target.port;
        const absl::Time now = absl::Now();
        if (now > deadline) return NoneWillDo(why);
        const absl::Duration part =
            std::max((deadline - now) / static_cast<int64_t>(left--), limits::kPostgresTryMin);
        std::unique_ptr<PostgresConnection> made(new PostgresConnection(Start(settings), wanted));
        if (Finish(made->connection_, std::min(deadline, now + std::min(part, most)))) {
          made->Configure();
          return made;
        }
        why.push_back(WhyNot(made->connection_, target));
      }
    }
  }
  return NoneWillDo(why);
}

absl::Status PostgresConnection::CheckAddress(const std::string& address) {
  ASSIGN_OR_RETURN(const Settings settings, Parse(address));
  if (settings.contains("password")) {
    return absl::InvalidArgumentError(
        "the database's address carries a password; name a file with passfile instead");
  }
  if (settings.contains("service")) {
    return absl::InvalidArgumentError(
        "the database's address names a service file; name its hosts here, so that each is tried");
  }
  if (TryMax(settings) == absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        "connect_timeout in the database's address is no number of seconds");
  }
  return TargetsOf(settings).status();
}

}  // namespace shian::store
