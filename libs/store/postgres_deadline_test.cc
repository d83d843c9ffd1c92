// A caller's time: what takes longer is ended, on the server too, and others are served on. And how
// long a host may take that says nothing.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/synchronization/notification.h"
#include "libs/base/check.h"
#include "libs/errors/errors.h"
#include "libs/store/postgres.h"
#include "libs/store/postgres_connection.h"
#include "libs/store/postgres_pool.h"
#include "libs/store/test_schema.h"

namespace shian::store {
namespace {

using errors::Reason;

constexpr absl::Duration kSoon = absl::Milliseconds(300);
// Long after it, and long before the statement would end.
constexpr absl::Duration kLate = absl::Seconds(3);

absl::Status Sleep(ReadTx& tx) { return tx.Query({"SELECT 1 FROM pg_sleep(61)"}, {}).status(); }

absl::Status AskForEver(ReadTx& tx) {
  absl::Status asked;
  while (asked.ok()) asked = tx.QueryOne({"SELECT count(*) FROM stall"}, {}).status();
  return asked;
}

absl::Status ReadUntil(Store& store, absl::Time deadline, const ReadFn& fn) {
  absl::Notification told;
  absl::Status status;
  ReadTerms terms;
  terms.deadline = deadline;
  store.Read(fn, terms, [&](absl::Status read) {
    status = std::move(read);
    told.Notify();
  });
  told.WaitForNotification();
  return status;
}

int64_t SleepersOnServer(Store& store) {
  int64_t count = -1;
  const absl::Status read = store.ReadNow([&](ReadTx& tx) -> absl::Status {
    const auto row =
        tx.QueryOne({"SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND "
                     "pid <> pg_backend_pid() AND query LIKE '%pg_sleep(61)%'"},
                    {});
    if (row.ok()) count = (*row)->Int(0);
    return row.status();
  });
  CHECK(read.ok());
  return count;
}

TEST_CASE("a read that would never end is ended on the server, and others are served on",
          "[postgresql]") {
  TemporaryStore store(TestSchema());
  ReadFn endless;
  SECTION("in one statement") { endless = Sleep; }
  SECTION("in many statements") { endless = AskForEver; }
  const absl::Time begun = absl::Now();
  const absl::Status status = ReadUntil(*store, begun + kSoon, endless);
  const absl::Duration took = absl::Now() - begun;
  CHECK(errors::ReasonOf(status) == Reason::kDeadlinePassed);
  CHECK(took >= kSoon);
  CHECK(took < kLate);
  CHECK(SleepersOnServer(*store) == 0);
  CHECK(store->WriteAndWait(Request("r1"), InsertStall("operators/1", 1)).ok());
  CHECK(CountStalls(*store) == 1);
}

TEST_CASE("a connection whose statement was cancelled at its deadline serves on", "[postgresql]") {
  const auto opened = PostgresConnection::Open(TestDatabase(), Server::kPrimary);
  REQUIRE(opened.ok());
  PostgresConnection& connection = **opened;
  const auto pass_over = [](Row&&) { return absl::OkStatus(); };
  const absl::Time begun = absl::Now();
  connection.set_deadline(begun + kSoon);
  const auto slept = connection.Run("SELECT 1 FROM pg_sleep(61)", {}, pass_over);
  CHECK(errors::ReasonOf(slept.status()) == Reason::kDeadlinePassed);
  CHECK(absl::Now() - begun < kLate);
  CHECK(connection.CancelSent());
  CHECK(connection.Usable());
  // Its time is over: nothing is begun.
  const auto after = connection.Run("SELECT count(*) FROM pg_class", {}, pass_over);
  CHECK(errors::ReasonOf(after.status()) == Reason::kDeadlinePassed);
  connection.set_deadline(absl::InfiniteFuture());
  CHECK(connection.Run("SELECT count(*) FROM pg_class", {}, pass_over).ok());
}

TEST_CASE("a write that waits for another's row is ended at its deadline and leaves nothing",
          "[postgresql]") {
  TemporaryStore store(TestSchema());
  REQUIRE(store->WriteAndWait(Request("r0"), InsertStall("operators/1", 1)).ok());
  const auto relabel = [](WriteTx& tx, const std::string& label) {
    return tx.Execute({"UPDATE stall SET label = $1 WHERE operator = 'operators/1'"},
                      Values(label));
  };
  absl::Notification holds;
  absl::Notification go_on;
  std::thread holder([&] {
    const auto held =
        store->WriteAndWait(Request("r1"), [&](WriteTx& tx) -> absl::StatusOr<std::string> {
          const auto changed = relabel(tx, "held");
          if (!changed.ok()) return changed.status();
          if (!holds.HasBeenNotified()) holds.Notify();
          go_on.WaitForNotification();
          return "held";
        });
    CHECK(held.ok());
  });
  holds.WaitForNotification();
  const WriteFn insert_and_wait = [&](WriteTx& tx) -> absl::StatusOr<std::string> {
    const absl::Status inserted = Stalls().Insert(tx, Stall("operators/1", 2));
    if (!inserted.ok()) return inserted;
    const auto changed = relabel(tx, "waited");
    if (!changed.ok()) return changed.status();
    return "waited";
  };
  absl::Notification told;
  absl::Status status;
  const absl::Time begun = absl::Now();
  store->Write(Request("r2"), insert_and_wait, begun + kSoon, [&](absl::StatusOr<Written> written) {
    status = written.status();
    told.Notify();
  });
  told.WaitForNotification();
  CHECK(errors::ReasonOf(status) == Reason::kDeadlinePassed);
  CHECK(absl::Now() - begun < kLate);
  go_on.Notify();
  holder.join();
  CHECK(CountStalls(*store) == 1);
  const auto again = store->WriteAndWait(Request("r2"), insert_and_wait);
  REQUIRE(again.ok());
  CHECK_FALSE(again->replayed);
  CHECK(CountStalls(*store) == 2);
}

// A socket of this machine that takes connections and never says a word, or that nobody listens at.
class Port {
 public:
  explicit Port(bool listens) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    SHIAN_CHECK(bind(fd_, any, size) == 0 && getsockname(fd_, any, &size) == 0) << "no port";
    if (listens) SHIAN_CHECK(listen(fd_, 16) == 0) << "no listener";
    host_ = absl::StrCat("127.0.0.1:", ntohs(address.sin_port));
  }
  ~Port() { close(fd_); }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  const std::string& host() const { return host_; }

 private:
  const int fd_ = socket(AF_INET, SOCK_STREAM, 0);
  std::string host_;
};

// The address of the tests' database with other hosts; `own` stands for its own.
std::string AddressOf(absl::string_view hosts, absl::string_view settings = "") {
  const std::string address = TestDatabase();
  const size_t scheme = address.find("//") + 2;
  const size_t user = address.find('@');
  const size_t host = user == std::string::npos ? scheme : user + 1;
  const size_t end = address.find_first_of("/?", host);
  const std::string own = address.substr(host, end - host);
  std::string made = absl::StrCat(address.substr(0, host),
                                  absl::StrReplaceAll(hosts, {{"own", own}}), address.substr(end));
  if (!settings.empty()) absl::StrAppend(&made, absl::StrContains(made, "?") ? "&" : "?", settings);
  return made;
}

struct Opened {
  absl::Status status;
  absl::Duration took;
};
Opened Open(const std::string& address, absl::Duration time, Server wanted = Server::kPrimary) {
  const absl::Time begun = absl::Now();
  const auto connection = PostgresConnection::Open(address, wanted, begun + time);
  return {connection.status(), absl::Now() - begun};
}

TEST_CASE("of several hosts one that is silent costs its connect_timeout, one that refuses nothing",
          "[postgresql]") {
  const Port silent(true);
  const Port closed(false);
  const Opened late =
      Open(AddressOf(absl::StrCat(silent.host(), ",own"), "connect_timeout=1"), absl::Minutes(1));
  INFO(late.status);
  CHECK(late.status.ok());
  CHECK(late.took >= absl::Seconds(1));
  CHECK(late.took < absl::Seconds(4));
  const Opened soon = Open(AddressOf(absl::StrCat(closed.host(), ",own")), absl::Minutes(1));
  INFO(soon.status);
  CHECK(soon.status.ok());
  CHECK(soon.took < absl::Seconds(3));
}

TEST_CASE("a caller in a hurry comes past a host that is silent", "[postgresql]") {
  const Port silent(true);
  const Opened opened = Open(AddressOf(absl::StrCat(silent.host(), ",own")), absl::Seconds(3));
  INFO(opened.status);
  CHECK(opened.status.ok());
  CHECK(opened.took >= absl::Milliseconds(1500));
  CHECK(opened.took < absl::Seconds(3));
}

TEST_CASE("hosts that are silent are away at the caller's deadline, and hold no connection",
          "[postgresql]") {
  const Port silent(true);
  PostgresPool pool(AddressOf(absl::StrCat(silent.host(), ",", silent.host())), Server::kPrimary,
                    1);
  for (int i = 0; i < 2; ++i) {
    const absl::Time begun = absl::Now();
    const auto lease = pool.Take(begun + kSoon);
    const absl::Duration took = absl::Now() - begun;
    CHECK(absl::IsUnavailable(lease.status()));
    CHECK(absl::StrContains(lease.status().message(), "no answer from 127.0.0.1"));
    CHECK(took >= kSoon - absl::Milliseconds(10));
    CHECK(took < absl::Seconds(1));
    CHECK(pool.in_use() == 0);
  }
  CHECK(errors::ReasonOf(pool.Take(absl::Now() - kSoon).status()) == Reason::kDeadlinePassed);
}

TEST_CASE("a server of the other kind is passed over, unless it is only preferred",
          "[postgresql]") {
  const std::string here = AddressOf("own,own");
  CHECK(absl::IsUnavailable(Open(here, kLate, Server::kStandby).status));
  CHECK(Open(AddressOf("own", "target_session_attrs=prefer-standby"), kLate, Server::kStandby)
            .status.ok());
}

TEST_CASE("an address that cannot be meant is refused before it is tried") {
  for (const char* good : {"postgresql://a@h/d", "postgresql://a@h1,h2:5433/d",
                           "postgresql://a@h1:1,h2:2/d?connect_timeout=0",
                           "postgresql://a@/d?host=h1,h2&hostaddr=127.0.0.1,::1&port=5432"}) {
    INFO(good);
    CHECK(PostgresConnection::CheckAddress(good).ok());
  }
  for (const char* bad :
       {"postgresql://a:secret@h/d", "postgresql://a@h/d?connect_timeout=soon",
        "postgresql://a@h/d?colour=red", "postgresql://a@/d?host=h1,h2,h3&port=1,2",
        "postgresql://a@/d?host=h1,h2&hostaddr=127.0.0.1"}) {
    INFO(bad);
    const absl::Status refused = PostgresConnection::CheckAddress(bad);
    CHECK(absl::IsInvalidArgument(refused));
    CHECK_FALSE(absl::StrContains(refused.message(), "secret"));
  }
}

}  // namespace
}  // namespace shian::store
