#include "services/ctl/backup/judge.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "libs/ledger/signer.h"
#include "libs/ledger/test_logs.h"
#include "libs/rpc/due_work.h"
#include "libs/store/backup.h"
#include "services/ctl/backup/restore.h"
#include "services/ctl/verify/kept.h"

namespace shian::ctl {
namespace {

using ledger::Log;

// As a service's store has: a restore reads the clock that it kept.
store::Schema WithClock() {
  store::Schema schema(1);
  schema.migrations.push_back(rpc::ClockMigration());
  return schema;
}

// A service's part of a backup, with a real store that has two logs.
struct World {
  World() {
    auto logs = ledger::StartLedger(store, &pem);
    REQUIRE(ledger::AppendMany(store, Log::kFacts, 7).ok());
    REQUIRE(ledger::AppendMany(store, Log::kPublic, 3).ok());
    REQUIRE(logs->Flush().ok());
    logs.reset();
    std::filesystem::create_directory(own);
    const std::string path = own + "/" + kStoreFile;
    REQUIRE(store::CopyFile(store.path(), path, [] {}).ok());
    manifest.store = *Look(path);
    manifest.store.path = kStoreFile;
    const auto judged = JudgeStore(path, "");
    REQUIRE(judged.ok());
    CHECK_FALSE(judged->key_unproved);  // no key was looked at
    manifest.service = "trace";
    manifest.origin = judged->origin;
    manifest.taken = "2025-03-03T09:00:00+08:00";
    for (const JudgedLog& log : judged->logs) {
      manifest.logs.push_back(log.record);
      manifest.logs.back().key = KeyOf(pem, log.record.name);
    }
  }
  static std::string KeyOf(const std::string& pem, const std::string& name) {
    return (*ledger::Signer::FromPem(pem))->VerifierKey(name);
  }
  absl::StatusOr<JudgedStore> Judge(const Trust& trust) {
    return JudgeBackup(own, manifest, trust);
  }

  store::TemporaryStore store{WithClock()};
  store::TemporaryFolder folder;
  const std::string own = folder.path() + "/trace";
  std::string pem;
  Manifest manifest;
};

}  // namespace

TEST_CASE("a backup that alone names its keys is taken, and it is said") {
  World world;
  const auto judged = world.Judge({});
  INFO(judged.status());
  REQUIRE(judged.ok());
  CHECK(judged->key_unproved);
}

TEST_CASE("one published key pins all logs of its service") {
  World world;
  const std::string& name = world.manifest.logs.at(0).name;
  const auto judged = world.Judge({"", {World::KeyOf(world.pem, name)}});
  INFO(judged.status());
  REQUIRE(judged.ok());
  CHECK_FALSE(judged->key_unproved);
  // Who changed the backup signed it with a key of his own, which the manifest names.
  const std::string other = ledger::Signer::Generate()->PrivatePem();
  CHECK(absl::IsDataLoss(world.Judge({"", {World::KeyOf(other, name)}}).status()));
  CHECK(absl::IsDataLoss(world.Judge({"", {name + "+no+key"}}).status()));
}

TEST_CASE("the key of a checkpoint seen before is known, of this epoch or an earlier one") {
  World world;
  store::TemporaryFolder seen;
  for (const LogRecord& log : world.manifest.logs) {
    if (log.note.empty()) continue;
    REQUIRE(WriteKept(KeptPath(seen.path(), log.name), {log.key, log.note}).ok());
  }
  const auto judged = world.Judge({seen.path(), {}});
  INFO(judged.status());
  REQUIRE(judged.ok());
  CHECK_FALSE(judged->key_unproved);
  // One log that nobody has seen is enough to say it.
  std::filesystem::remove(KeptPath(seen.path(), world.manifest.logs.at(0).name));
  CHECK(world.Judge({seen.path(), {}})->key_unproved);
}

TEST_CASE("what is in a state folder stands in the way, or is moved aside whole") {
  namespace fs = std::filesystem;
  World world;
  REQUIRE(WriteManifest(world.own, world.manifest).ok());
  REQUIRE(WriteSet(world.folder.path(), {"trace"}).ok());
  store::TemporaryFolder state;
  RestoreOptions options;
  options.from = world.folder.path();
  options.state = state.path();
  for (const char* file : {"/trace/trace.db", "/trace/trace.db-wal", "/trace/blobs/ab/abc"}) {
    REQUIRE(WriteNewFile(state.path() + file, "old").ok());
  }
  CHECK(absl::IsAlreadyExists(Restore(options)));
  options.aside = true;
  options.trust.keys = {
      World::KeyOf(ledger::Signer::Generate()->PrivatePem(), world.manifest.logs.at(0).name)};
  CHECK(absl::IsDataLoss(Restore(options)));
  CHECK(fs::file_size(state.path() + "/trace/trace.db") == 3);  // a refusal moves nothing
  options.trust.keys.clear();
  const absl::Status restored = Restore(options);
  INFO(restored);
  REQUIRE(restored.ok());
  CHECK(fs::file_size(state.path() + "/trace/trace.db") > 3);
  CHECK_FALSE(fs::exists(state.path() + "/trace/trace.db-wal"));
  int moved = 0;
  for (const auto& found : fs::recursive_directory_iterator(state.path() + "/trace")) {
    const bool aside = found.path().string().find(".before/") != std::string::npos;
    moved += aside && found.is_regular_file() ? 1 : 0;
  }
  CHECK(moved == 3);
}

}  // namespace shian::ctl
