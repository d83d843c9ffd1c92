#include "libs/faults/faults.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <functional>
#include <string>

#include "absl/time/clock.h"

namespace shian::faults {
namespace {

struct Disarmed {
  Disarmed() { Arm("").IgnoreError(); }
  ~Disarmed() { Arm("").IgnoreError(); }
};

// How a child that runs `body` ends: its signal, or its exit code when it ends by itself.
struct Ending {
  int signal = 0;
  int code = 0;
};
Ending RunInChild(const std::function<void()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    freopen("/dev/null", "w", stderr);
    signal(SIGABRT, SIG_DFL);
    body();
    _exit(7);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return {WTERMSIG(status), 0};
  return {0, WEXITSTATUS(status)};
}

TEST_CASE("points do nothing unless armed") {
  Disarmed off;
  FAILPOINT("after_commit");
  REQUIRE(Hit("after_commit").ok());
  REQUIRE(PassesOf("after_commit") == 0);
}

TEST_CASE("an error comes at the passes ordered") {
  Disarmed off;
  REQUIRE(Arm("before_commit=error@2").ok());
  REQUIRE(Hit("before_commit").ok());
  REQUIRE(Hit("before_commit").code() == absl::StatusCode::kUnavailable);
  REQUIRE(Hit("before_commit").ok());
  REQUIRE(Hit("after_commit").ok());
  REQUIRE(PassesOf("before_commit") == 3);

  REQUIRE(Arm("before_commit=error:RESOURCE_EXHAUSTED@2+").ok());
  REQUIRE(Hit("before_commit").ok());
  REQUIRE(Hit("before_commit").code() == absl::StatusCode::kResourceExhausted);
  REQUIRE(Hit("before_commit").code() == absl::StatusCode::kResourceExhausted);

  REQUIRE(Arm("before_commit=error@3*").ok());
  for (int pass = 1; pass <= 9; ++pass) REQUIRE(Hit("before_commit").ok() == (pass % 3 != 0));
}

absl::Status Work(int* done) {
  FAILPOINT_STATUS("after_effect");
  ++*done;
  return absl::OkStatus();
}

TEST_CASE("FAILPOINT_STATUS leaves the function with the error") {
  Disarmed off;
  int done = 0;
  REQUIRE(Work(&done).ok());
  REQUIRE(Arm("after_effect=error").ok());
  REQUIRE_FALSE(Work(&done).ok());
  REQUIRE(done == 1);
}

TEST_CASE("a sleep takes its time") {
  Disarmed off;
  REQUIRE(Arm("before_reply=sleep:30ms").ok());
  const absl::Time begun = absl::Now();
  FAILPOINT("before_reply");
  REQUIRE(absl::Now() - begun >= absl::Milliseconds(30));
}

TEST_CASE("a kill ends the process at the pass ordered") {
  const Ending ending = RunInChild([] {
    Arm("after_commit=kill@3").IgnoreError();
    FAILPOINT("after_commit");
    FAILPOINT("after_commit");
    if (PassesOf("after_commit") == 2) FAILPOINT("after_commit");
  });
  REQUIRE(ending.signal == SIGKILL);
}

TEST_CASE("an error where none can be returned ends the process") {
  const Ending ending = RunInChild([] {
    Arm("after_commit=error").IgnoreError();
    FAILPOINT("after_commit");
  });
  REQUIRE(ending.signal == SIGABRT);
}

TEST_CASE("a setting that cannot be read is refused whole") {
  Disarmed off;
  REQUIRE(Arm("after_commit=error").ok());
  for (const char* wrong :
       {"after_commit", "after_commit=", "no_such_point=kill", "after_commit=kill@0",
        "after_commit=kill@x", "after_commit=kill@", "after_commit=sleep", "after_commit=sleep:1h",
        "after_commit=sleep:-1s", "after_commit=error:OK", "after_commit=error:WHAT", "=kill",
        "after_commit=kill,after_commit=kill", "after_commit=killed"}) {
    INFO(wrong);
    REQUIRE_FALSE(Arm(wrong).ok());
  }
  REQUIRE_FALSE(Arm(std::string(1 << 20, 'a')).ok());
  REQUIRE_FALSE(Hit("after_commit").ok());
}

TEST_CASE("every point can be armed") {
  Disarmed off;
  for (const absl::string_view point : Points()) {
    INFO(point);
    REQUIRE(Arm(std::string(point) + "=error@1").ok());
    REQUIRE_FALSE(Hit(std::string(point).c_str()).ok());
  }
}

}  // namespace
}  // namespace shian::faults
