// One file, one fuzz target: FUZZ_TARGET(name) { what to do with `input`, any bytes at all } inside
// namespace shian::fuzz. A target aborts (CHECK) when a promise is broken. Built by clang it is a
// libFuzzer program of its own; built by the ordinary compiler it is one function of fuzz_replay,
// which runs the kept corpora in every `./dev test`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/base/check.h"

namespace shian::fuzz {

struct Target {
  const char* name;
  void (*run)(absl::string_view input);
};

// Every target of this program, in no order.
inline std::vector<Target>& Targets() {
  static auto& targets = *new std::vector<Target>;
  return targets;
}

inline bool Register(const char* name, void (*run)(absl::string_view)) {
  Targets().push_back({name, run});
  return true;
}

}  // namespace shian::fuzz

#ifdef SHIAN_LIBFUZZER
#define SHIAN_FUZZ_ENTRY(name)                                              \
  extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) { \
    Run_##name({reinterpret_cast<const char*>(data), size});                \
    return 0;                                                               \
  }
#else
#define SHIAN_FUZZ_ENTRY(name) \
  [[maybe_unused]] static const bool registered_##name = Register(#name, Run_##name);
#endif

#define FUZZ_TARGET(name)                          \
  static void Run_##name(absl::string_view input); \
  SHIAN_FUZZ_ENTRY(name)                           \
  static void Run_##name(absl::string_view input)
