#include "services/sanction/screening/store_image.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "embedded/sanction_schema.h"
#include "libs/store/testing.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/listing/testing.h"
#include "services/sanction/party/store.h"
#include "services/sanction/screening/store.h"

namespace shian::sanction {
namespace {

const absl::Time kNow = StartOfDay(Date(2025, 6, 1));
constexpr char kPerson[] = "0195a000-0000-7000-8000-000000000001";

struct World {
  World() : store(store::Schema(0x53410004).Add("sanction", kMigrations)) {}

  template <class Fn>
  void Write(absl::Time now, Fn fn) {
    const auto written = store.Write(now, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      const absl::Status status = fn(tx);
      if (!status.ok()) return status;
      return std::string();
    });
    INFO(written.status());
    REQUIRE(written.ok());
  }
  void List(const std::string& op, const std::string& name, absl::Time now = kNow) {
    Write(now, [&](store::WriteTx& tx) -> absl::Status {
      Party party;
      party.op = OperatorId(op);
      party.name = name;
      party.natural_person = op == kPerson;
      if (const auto put = PutParty(tx, party); !put.ok()) return put.status();
      Entry entry = testing::MakeEntry(true);
      entry.op = party.op;
      return InsertEntry(tx, entry);
    });
  }
  absl::Status Read(store::ReadFn fn) { return store.Read(std::move(fn)); }
  std::string path() const { return folder.path() + "/screening.index"; }

  store::TemporaryStore store;
  store::TemporaryFolder folder;
};

// An index with what keeps it.
struct Kept {
  explicit Kept(World& world)
      : world(world), image(world.path(), &index), follower(&index, &image) {}
  void Begin() {
    REQUIRE(world.Read([this](store::ReadTx& tx) { return image.Load(tx); }).ok());
    begun_at = index.revision();
    Follow();
  }
  void Follow() {
    REQUIRE(world.Read([this](store::ReadTx& tx) { return follower.CatchUp(tx); }).ok());
  }
  void Save() {
    REQUIRE(world.Read([this](store::ReadTx& tx) { return image.Save(tx); }).ok());
  }
  std::vector<std::string> Find(const std::string& name) {
    View view;
    view.now = view.as_of = kNow;
    std::vector<std::string> found;
    const Index::Answer answer = index.Find({{"", name, ""}}, view);
    for (const Found& one : answer.results[0].found) {
      found.push_back(one.party.op.value() + one.entry.ground_title + one.matched_name);
    }
    return found;
  }

  World& world;
  Index index;
  IndexImage image;
  IndexFollower follower;
  int64_t begun_at = 0;
};

std::string NameOf(int i) { return absl::StrCat("河南省瑞丰源", i, "食品有限公司"); }

void Fill(World& world) {
  for (int i = 0; i < 40; ++i) world.List(absl::StrCat("op-", i), NameOf(i));
  world.List(kPerson, "老王面馆");
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteAll(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST_CASE("a kept index answers as the one it was, and follows on") {
  World world;
  Fill(world);
  Kept first(world);
  first.Begin();
  CHECK(first.begun_at == 0);
  first.Save();
  world.List("op-late", NameOf(77));
  Kept second(world);
  second.Begin();
  CHECK(second.begun_at > 0);
  CHECK(second.index.size() == 42);
  first.Follow();
  CHECK(second.index.revision() == first.index.revision());
  for (int i : {0, 17, 39, 77}) {
    CHECK_FALSE(second.Find(NameOf(i)).empty());
    CHECK(second.Find(NameOf(i)) == first.Find(NameOf(i)));
  }
  CHECK(second.Find("老王面馆") == first.Find("老王面馆"));
  // What it takes in replaces what it was kept with.
  world.Write(kNow, [](store::WriteTx& tx) -> absl::Status {
    Party party;
    party.op = OperatorId("op-3");
    party.name = "河南省天涯海角食品有限公司";
    if (const auto put = PutParty(tx, party); !put.ok()) return put.status();
    return NoteListChange(tx, party.op);
  });
  second.Follow();
  CHECK(second.index.size() == 42);
  CHECK(second.Find("河南省天涯海角食品有限公司").size() == 1);
  struct stat found = {};
  REQUIRE(stat(world.path().c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
}

TEST_CASE("an index that was kept damaged, cut or otherwise is built anew") {
  World world;
  Fill(world);
  Kept first(world);
  first.Begin();
  first.Save();
  const std::string whole = ReadAll(world.path());
  std::vector<std::string> wrong = {"", "x", whole.substr(0, whole.size() / 2),
                                    whole.substr(0, whole.size() - 1), whole + "x"};
  for (size_t at = 0; at < whole.size(); at += whole.size() / 23) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    wrong.push_back(std::move(flipped));
  }
  for (const std::string& bytes : wrong) {
    WriteAll(world.path(), bytes);
    Kept again(world);
    again.Begin();
    CHECK(again.begun_at == 0);
    CHECK(again.index.size() == 41);
    CHECK(again.Find(NameOf(5)) == first.Find(NameOf(5)));
  }
}

TEST_CASE("an index of another past is not taken for this one's") {
  World restored;
  Fill(restored);
  World world;
  Fill(world);
  world.List("op-lost", NameOf(50), kNow + absl::Seconds(1));
  Kept lost(world);
  lost.Begin();
  lost.Save();
  // The other store goes on from before, and comes to the same number.
  restored.List("op-new", NameOf(51), kNow + absl::Seconds(2));
  WriteAll(restored.path(), ReadAll(world.path()));
  Kept now(restored);
  now.Begin();
  CHECK(now.begun_at == 0);
  for (const std::string& found : now.Find(NameOf(50))) {
    CHECK(found.find("op-lost") == std::string::npos);
  }
}

TEST_CASE("a name that is to be forgotten is not kept") {
  World world;
  Fill(world);
  Kept kept(world);
  kept.Begin();
  kept.Save();
  REQUIRE(ReadAll(world.path()).find("老王面馆") != std::string::npos);
  world.Write(kNow, [](store::WriteTx& tx) -> absl::Status {
    const absl::Status erased = EraseParty(tx, OperatorId(kPerson));
    return erased.ok() ? NoteListChange(tx, OperatorId(kPerson)) : erased;
  });
  kept.Follow();
  CHECK_FALSE(std::filesystem::exists(world.path()));
  kept.Save();
  CHECK(ReadAll(world.path()).find("老王面馆") == std::string::npos);
}

TEST_CASE("a folder that takes nothing keeps nothing, and says so") {
  World world;
  Fill(world);
  Index index;
  IndexImage image(world.folder.path() + "/none/screening.index", &index);
  IndexFollower follower(&index, &image);
  REQUIRE(world.Read([&](store::ReadTx& tx) { return follower.CatchUp(tx); }).ok());
  CHECK_FALSE(world.Read([&](store::ReadTx& tx) { return image.Save(tx); }).ok());
  CHECK(index.size() == 41);
}

}  // namespace
}  // namespace shian::sanction
