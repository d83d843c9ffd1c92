// Stores in child processes that die, for the fault tests of this library.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>

#include "libs/base/testing.h"
#include "libs/store/test_schema.h"

namespace shian::store {

using testing::Rounds;

inline std::unique_ptr<Store> OpenAt(const std::string& folder,
                                     Synchronous synchronous = Synchronous::kFull) {
  SqliteOptions options;
  options.path = folder + "/store.db";
  options.schema = TestSchema();
  options.origin = "shian.test/410902";
  options.synchronous = synchronous;
  auto store = OpenSqlite(std::move(options));
  if (!store.ok()) {
    fprintf(stderr, "%s\n", store.status().ToString().c_str());
    return nullptr;
  }
  return *std::move(store);
}

// Runs `body` in a child; gives its pid.
inline pid_t Fork(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  return child;
}

inline int Wait(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

// Writes stalls from `first` on until killed and tells of each acknowledged one, and before them
// that it is about to begin.
inline int WriteForEver(Store* store, int64_t first, int out) {
  if (store == nullptr) return 1;
  const int64_t none = first - 1;
  if (write(out, &none, sizeof(none)) != sizeof(none)) return 3;
  for (int64_t i = first;; ++i) {
    const auto written =
        store->WriteAndWait(Request("r" + std::to_string(i)), InsertStall("operators/1", i));
    if (!written.ok()) return 2;
    if (write(out, &i, sizeof(i)) != sizeof(i)) return 3;
  }
}

// The last number told, or `last` when there was none.
inline int64_t LastAcknowledged(int in, int64_t last) {
  int64_t number = 0;
  while (read(in, &number, sizeof(number)) == sizeof(number)) last = number;
  return last;
}

// Runs a child that writes until it is killed after `micros`; gives the last number acknowledged.
// The time counts from when it can write: on a busy machine a child may need as long to open.
inline int64_t WriteAndKill(const std::function<std::unique_ptr<Store>()>& open, int64_t first,
                            int64_t micros) {
  int ends[2];
  if (pipe(ends) != 0) abort();
  const pid_t child = Fork([&] { return WriteForEver(open().get(), first, ends[1]); });
  close(ends[1]);
  int64_t none = 0;
  if (read(ends[0], &none, sizeof(none)) == sizeof(none)) usleep(micros);
  kill(child, SIGKILL);
  Wait(child);
  const int64_t last = LastAcknowledged(ends[0], first - 1);
  close(ends[0]);
  return last;
}

}  // namespace shian::store
