#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "libs/faults/faults.h"

namespace shian::faults {
namespace {

// Starts this very test program again with SHIAN_FAULTS set; the hidden test below is its work.
int StatusWithFaults(const char* faults) {
  const pid_t child = fork();
  if (child == 0) {
    setenv("SHIAN_FAULTS", faults, 1);
    freopen("/dev/null", "w", stdout);
    freopen("/dev/null", "w", stderr);
    execl("/proc/self/exe", "faults_test", "[.passes]", nullptr);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

TEST_CASE("passes two points", "[.passes]") {
  FAILPOINT("before_commit");
  FAILPOINT("after_commit");
}

TEST_CASE("the environment arms a process at its first point") {
  REQUIRE(StatusWithFaults("") == 0);
  REQUIRE(StatusWithFaults("after_commit=sleep:1ms") == 0);
  const int killed = StatusWithFaults("after_commit=kill");
  REQUIRE(WIFSIGNALED(killed));
  REQUIRE(WTERMSIG(killed) == SIGKILL);
}

TEST_CASE("a wrong setting ends the process instead of proving nothing") {
  REQUIRE(StatusWithFaults("after_comit=kill") != 0);
}

}  // namespace
}  // namespace shian::faults
