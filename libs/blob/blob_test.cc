#include "libs/blob/blob.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/random.h"
#include "libs/base/testing.h"
#include "libs/errors/errors.h"

namespace shian::blob {
namespace {

namespace fs = std::filesystem;
using errors::Reason;

// Blobs in a folder that is gone afterwards.
struct World {
  World() {
    std::string name = (fs::temp_directory_path() / "shian-blob-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder = name;
    std::ofstream(folder + "/key") << std::string(32, 'k');
    blobs = Open();
    REQUIRE(blobs != nullptr);
  }
  ~World() { fs::remove_all(folder); }

  std::unique_ptr<Blobs> Open(int64_t bytes_max = limits::kBlobBytesMax, bool shared = false) {
    auto opened = Blobs::Open({folder + "/blobs", folder + "/key", bytes_max, shared});
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  std::string PathOf(const std::string& sha256) const {
    return folder + "/blobs/" + sha256.substr(0, 2) + "/" + sha256;
  }
  size_t Files() const {
    size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder + "/blobs")) {
      count += entry.is_regular_file() ? 1 : 0;
    }
    return count;
  }

  std::string folder;
  std::unique_ptr<Blobs> blobs;
};

std::string FileContent(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

TEST_CASE("content of any size comes back, also after a restart") {
  World world;
  for (const size_t size : {size_t{0}, size_t{1}, limits::kPieceBytes - 1, limits::kPieceBytes,
                            limits::kPieceBytes + 1, 3 * limits::kPieceBytes}) {
    INFO(size);
    const std::string content = RandomBytes(size);
    const auto info = world.blobs->Put(content);
    REQUIRE(info.ok());
    CHECK(info->sha256 == HexEncode(Sha256(content)));
    CHECK(info->size_bytes == static_cast<int64_t>(size));
    CHECK(world.blobs->Stat(info->sha256)->size_bytes == static_cast<int64_t>(size));
    CHECK(*world.Open()->Get(info->sha256) == content);
  }
}

TEST_CASE("pieces may come in any sizes") {
  std::mt19937_64 random(testing::Seed());
  World world;
  for (int round = 0; round < 10; ++round) {
    const auto writer = *world.blobs->NewWriter();
    std::string content;
    for (int piece = 0; piece < 8; ++piece) {
      const std::string bytes = RandomBytes(random() % 50000);
      REQUIRE(writer->Write(bytes).ok());
      content += bytes;
    }
    const auto info = writer->Finish(HexEncode(Sha256(content)));
    REQUIRE(info.ok());
    CHECK(*world.blobs->Get(info->sha256) == content);
  }
}

TEST_CASE("the same content is one blob, and the disk shows nothing of it") {
  World world;
  const std::string content = "残留兽药检验报告 laboratory report";
  const auto first = world.blobs->Put(content);
  const auto second = world.blobs->Put(content);
  CHECK(first->sha256 == second->sha256);
  CHECK(world.Files() == 1);
  const std::string file = FileContent(world.PathOf(first->sha256));
  CHECK(file.find("laboratory") == std::string::npos);
}

TEST_CASE("an upload without a good end leaves nothing") {
  World world;
  SECTION("abandoned") {
    const auto writer = *world.blobs->NewWriter();
    REQUIRE(writer->Write("half").ok());
  }
  SECTION("another content than stated") {
    const auto writer = *world.blobs->NewWriter();
    REQUIRE(writer->Write("half").ok());
    const auto finished = writer->Finish(HexEncode(Sha256("whole")));
    CHECK(errors::ReasonOf(finished.status()) == Reason::kBlobMismatch);
  }
  SECTION("too large") {
    const auto small = world.Open(100);
    const auto writer = *small->NewWriter();
    REQUIRE(writer->Write(std::string(100, 'x')).ok());
    CHECK(errors::ReasonOf(writer->Write("x")) == Reason::kBlobTooLarge);
  }
  SECTION("ended by a crash") {
    std::ofstream(world.folder + "/blobs/unfinished/left") << "half";
    world.blobs = world.Open();
  }
  CHECK(world.Files() == 0);
}

TEST_CASE("any changed byte is found") {
  std::mt19937_64 random(testing::Seed());
  World world;
  const std::string content = RandomBytes(100000);
  const std::string sha256 = world.blobs->Put(content)->sha256;
  const std::string good = FileContent(world.PathOf(sha256));
  for (int round = 0; round < 60; ++round) {
    std::string bad = good;
    if (round % 3 == 0) {
      bad.resize(random() % bad.size());
    } else if (round % 3 == 1) {
      bad += "x";
    } else {
      bad[random() % bad.size()] ^= static_cast<char>(1 << random() % 8);
    }
    std::ofstream(world.PathOf(sha256), std::ios::binary) << bad;
    INFO(round);
    CHECK_FALSE(world.blobs->Get(sha256).ok());
  }
  std::ofstream(world.PathOf(sha256), std::ios::binary) << good;
  CHECK(*world.blobs->Get(sha256) == content);
}

TEST_CASE("a blob under another's name is not served") {
  World world;
  const std::string one = world.blobs->Put("one")->sha256;
  const std::string two = world.blobs->Put("two")->sha256;
  fs::copy_file(world.PathOf(one), world.PathOf(two), fs::copy_options::overwrite_existing);
  CHECK(errors::ReasonOf(world.blobs->Get(two).status()) == Reason::kDataLoss);
}

TEST_CASE("another key opens nothing") {
  World world;
  const std::string sha256 = world.blobs->Put("one")->sha256;
  std::ofstream(world.folder + "/key") << std::string(64, 'a') << "\n";
  CHECK(absl::IsFailedPrecondition(world.Open()->Get(sha256).status()));
  std::ofstream(world.folder + "/key") << "short";
  CHECK(world.Open() == nullptr);
}

TEST_CASE("what is erased is gone") {
  World world;
  const std::string sha256 = world.blobs->Put("one")->sha256;
  REQUIRE(world.blobs->Erase(sha256).ok());
  CHECK(world.blobs->Erase(sha256).ok());
  CHECK(errors::ReasonOf(world.blobs->Get(sha256).status()) == Reason::kBlobNotFound);
  CHECK(errors::ReasonOf(world.blobs->Stat(sha256).status()) == Reason::kBlobNotFound);
  CHECK(world.Files() == 0);
}

TEST_CASE("what is no hash is refused before it becomes a path") {
  World world;
  for (const std::string wrong : {"", "../key", "AB", "zz"}) {
    CHECK(absl::IsInvalidArgument(world.blobs->Get(wrong).status()));
    CHECK(absl::IsInvalidArgument(world.blobs->Erase(wrong)));
  }
}

TEST_CASE("all blobs are listed") {
  World world;
  world.blobs->Put("one").IgnoreError();
  world.blobs->Put("two").IgnoreError();
  int count = 0;
  const absl::Status listed = world.blobs->ForEach([&](const std::string&) {
    ++count;
    return absl::OkStatus();
  });
  CHECK(listed.ok());
  CHECK(count == 2);
}

TEST_CASE("a process that starts leaves the uploads of others, and takes those nobody ends") {
  World world;
  const std::string folder = world.folder + "/blobs/unfinished/";
  std::ofstream(folder + "others") << "half";
  std::ofstream(folder + "nobodys") << "half";
  fs::last_write_time(
      folder + "nobodys",
      fs::file_time_type::clock::now() - limits::kUnfinishedKeptShared - std::chrono::hours(1));
  REQUIRE(world.Open(limits::kBlobBytesMax, true) != nullptr);
  CHECK(fs::exists(folder + "others"));
  CHECK_FALSE(fs::exists(folder + "nobodys"));
}

}  // namespace
}  // namespace shian::blob
