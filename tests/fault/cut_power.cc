// fault_cut_power DATABASE KEEP SEED: makes of a database whose process was killed under
// SHIAN_FAULT_DISK=unsynced what a power cut would have left.
#include <cstdio>

#include "absl/strings/numbers.h"
#include "libs/faults/unsynced.h"

int main(int argc, char** argv) {
  double keep = 0;
  uint64_t seed = 0;
  if (argc != 4 || !absl::SimpleAtod(argv[2], &keep) || !absl::SimpleAtoi(argv[3], &seed)) return 2;
  const absl::Status cut = shian::faults::CutPower(argv[1], keep, seed);
  if (cut.ok()) return 0;
  std::fprintf(stderr, "%s\n", cut.ToString().c_str());
  return 1;
}
