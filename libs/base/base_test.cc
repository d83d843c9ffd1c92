#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <unordered_set>

#include "absl/container/flat_hash_set.h"
#include "libs/base/check.h"
#include "libs/base/clock.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/id.h"
#include "libs/base/random.h"
#include "libs/base/status_macros.h"
#include "libs/base/uuid.h"
#include "libs/base/views.h"

namespace shian {
namespace {

using OperatorId = Id<struct OperatorTag>;
using SampleId = Id<struct SampleTag>;
static_assert(!std::is_convertible_v<OperatorId, SampleId>);
static_assert(!std::is_convertible_v<std::string, OperatorId>);

TEST_CASE("ids of one kind compare and hash by their text") {
  const OperatorId a("a"), b("b");
  REQUIRE(a == OperatorId("a"));
  REQUIRE(a < b);
  REQUIRE(OperatorId().empty());
  REQUIRE(absl::flat_hash_set<OperatorId>{a, b, a}.size() == 2);
  REQUIRE(std::unordered_set<OperatorId>{a, b, a}.size() == 2);
}

TEST_CASE("digests are those of the standards") {
  REQUIRE(HexEncode(Sha256("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, test case 2.
  REQUIRE(HexEncode(HmacSha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  REQUIRE(HexEncode(HmacSha256("", "")) ==
          "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("a digest over pieces equals the digest of the whole") {
  Sha256Stream stream;
  stream.Update("a");
  stream.Update("");
  stream.Update("bc");
  REQUIRE(stream.Finish() == Sha256("abc"));
  REQUIRE(EqualInConstantTime("abc", "abc"));
  REQUIRE_FALSE(EqualInConstantTime("abc", "abd"));
  REQUIRE_FALSE(EqualInConstantTime("abc", "ab"));
}

TEST_CASE("encodings go both ways and take one text per value") {
  const std::string bytes("\x00\xff\x10\x80", 4);
  REQUIRE(HexEncode(bytes) == "00ff1080");
  REQUIRE(*HexDecode("00FF1080") == bytes);
  REQUIRE(*Base64Decode(Base64Encode(bytes)) == bytes);
  REQUIRE(*Base64UrlDecode(Base64UrlEncode(bytes)) == bytes);
  REQUIRE_FALSE(HexDecode("0").ok());
  REQUIRE_FALSE(HexDecode("0g").ok());
  REQUIRE_FALSE(Base64Decode("A P8=").ok());
  REQUIRE_FALSE(Base64Decode("YQ").ok());
  REQUIRE_FALSE(Base64UrlDecode("YQ==").ok());
}

TEST_CASE("a UUID of version 7 depends on time and entropy only and sorts by time") {
  const std::string entropy = "0123456789";
  const absl::Time time = absl::FromUnixMillis(0x0195A1B2C3D4);
  const std::string id = NewUuid7(time, entropy);
  REQUIRE(id == "0195a1b2-c3d4-7031-b233-343536373839");
  REQUIRE(id == NewUuid7(time, entropy));
  REQUIRE(id < NewUuid7(time + absl::Milliseconds(1), entropy));
  REQUIRE(NewUuid7(time) != NewUuid7(time));
  REQUIRE(IsUuid(id));
  REQUIRE(IsUuid(NewUuid7(absl::InfiniteFuture())));
  REQUIRE_FALSE(IsUuid("0195a1b2-c3d4-7031-b233-34353637383"));
  REQUIRE_FALSE(IsUuid("0195a1b2xc3d4-7031-b233-343536373839"));
}

TEST_CASE("a simulated clock never goes back") {
  const absl::Time start = absl::FromUnixSeconds(1000);
  SimulatedClock clock(start);
  REQUIRE(clock.Now() == start);
  REQUIRE(clock.AdvanceTo(start + absl::Hours(1)));
  REQUIRE_FALSE(clock.AdvanceTo(start));
  REQUIRE(clock.Now() == start + absl::Hours(1));
}

TEST_CASE("the system clock counts in the microseconds that are stored") {
  const absl::Time now = SystemClock().Now();
  REQUIRE(absl::FromUnixMicros(absl::ToUnixMicros(now)) == now);
}

absl::StatusOr<int> Half(int n) {
  if (n % 2 != 0) return absl::InvalidArgumentError("odd");
  return n / 2;
}

absl::StatusOr<int> Quarter(int n) {
  ASSIGN_OR_RETURN(const int half, Half(n));
  ASSIGN_OR_RETURN(const int quarter, Half(half));
  return quarter;
}

absl::Status CheckQuarter(int n) {
  RETURN_IF_ERROR(Quarter(n).status());
  return absl::OkStatus();
}

TEST_CASE("the status macros leave with the first error") {
  REQUIRE(*Quarter(8) == 2);
  REQUIRE(Quarter(6).status().message() == "odd");
  REQUIRE(CheckQuarter(8).ok());
  REQUIRE_FALSE(CheckQuarter(7).ok());
}

TEST_CASE("checks that hold do nothing and evaluate once") {
  int evaluated = 0;
  CHECK_EQ(++evaluated, 1) << "evaluated once";
  CHECK_LT(-1, size_t{1});
  CHECK_GE(std::string("b"), std::string("a"));
  CHECK_OK(absl::OkStatus());
  SHIAN_CHECK(evaluated == 1);
  REQUIRE(evaluated == 1);
  REQUIRE(internal::CheckOp(-1, size_t{1}, "a == b", internal::CompareEq()) == "a == b (-1 vs. 1)");
}

TEST_CASE("a check that fails ends the process and says why") {
  int out[2];
  REQUIRE(pipe(out) == 0);
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGABRT, SIG_DFL);
    dup2(out[1], STDERR_FILENO);
    CHECK_EQ(1 + 1, 3) << "sums are off";
    _exit(0);
  }
  close(out[1]);
  std::string said(4096, '\0');
  said.resize(static_cast<size_t>(std::max<ssize_t>(0, read(out[0], said.data(), said.size()))));
  close(out[0]);
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(WTERMSIG(status) == SIGABRT);
  REQUIRE(said.find("1 + 1 == 3 (2 vs. 3) sums are off") != std::string::npos);
}

TEST_CASE("views convert without a copy") {
  const std::string text = "食安";
  REQUIRE(ToStd(ToAbsl(text)).data() == text.data());
  REQUIRE(RandomBytes(16).size() == 16);
  REQUIRE(RandomBytes(16) != RandomBytes(16));
}

}  // namespace
}  // namespace shian
