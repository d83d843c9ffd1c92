// fuzz_replay CORPUS: every file of every kept corpus through every target, so that what a fuzzer
// once found stays found. Prints how many ran; a broken promise aborts after the file's name.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

int Replay(const std::filesystem::path& corpus) {
  std::map<std::string, int> files;
  for (const Target& target : Targets()) files[target.name] = 0;
  int runs = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus)) {
    if (!entry.is_regular_file()) continue;
    ++files[entry.path().parent_path().filename().string()];
    const std::string bytes = ReadFile(entry.path());
    for (const Target& target : Targets()) {
      std::clog << "fuzz: " << entry.path().string() << " in " << target.name << std::endl;
      target.run(bytes);
      ++runs;
    }
  }
  for (const auto& [name, count] : files) {
    if (count == 0) std::cerr << "no corpus for " << name << "\n";
    if (count == 0) return 1;
  }
  std::cout << Targets().size() << " targets, " << runs << " runs\n";
  return 0;
}

}  // namespace
}  // namespace shian::fuzz

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: fuzz_replay CORPUS\n";
    return 2;
  }
  return shian::fuzz::Replay(arguments[1]);
}
