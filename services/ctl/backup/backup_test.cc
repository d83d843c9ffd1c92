#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "libs/store/testing.h"
#include "services/ctl/backup/files.h"
#include "services/ctl/backup/folder.h"
#include "services/ctl/backup/judge.h"
#include "services/ctl/backup/manifest.h"
#include "services/ctl/backup/restore.h"
#include "services/ctl/verify/kept.h"
#include "services/ctl/verify/key.h"

namespace shian::ctl {
namespace {

namespace fs = std::filesystem;

Manifest Some(const std::string& service, int64_t head, std::map<std::string, int64_t> followed) {
  Manifest manifest;
  manifest.service = service;
  manifest.origin = "shian." + service + "/410902";
  manifest.taken = "2025-03-03T09:00:00+08:00";
  manifest.revision = "r";
  manifest.store = {kStoreFile, 3, std::string(64, 'a')};
  manifest.blobs = {{"blobs/ab/abc", 7, std::string(64, 'b')}};
  manifest.logs = {{"facts", manifest.origin + "/facts/1", 1, head, "note\n\n— x\n", "key"}};
  manifest.followed = std::move(followed);
  return manifest;
}

}  // namespace

TEST_CASE("a file stands under its name only when it is whole") {
  store::TemporaryFolder folder;
  const std::string path = folder.path() + "/deep/down/file";
  {
    auto file = NewFile::Make(path);
    REQUIRE(file.ok());
    REQUIRE((*file)->Write("half").ok());
  }
  CHECK(fs::is_empty(folder.path() + "/deep/down"));
  REQUIRE(WriteNewFile(path, "whole").ok());
  CHECK(absl::IsAlreadyExists(WriteNewFile(path, "again")));
  FileRecord record = *Look(path);
  record.path = "deep/down/file";
  CHECK(CheckFile(folder.path(), record).ok());
  CHECK(CopyChecked(path, record, folder.path() + "/copy").ok());
  std::ofstream(path) << "wholE";
  CHECK(absl::IsDataLoss(CheckFile(folder.path(), record)));
  CHECK(absl::IsDataLoss(CopyChecked(path, record, folder.path() + "/other")));
  CHECK_FALSE(fs::exists(folder.path() + "/other"));
  fs::remove(path);
  CHECK(absl::IsDataLoss(CheckFile(folder.path(), record)));
}

TEST_CASE("a set of manifests comes back as it was written, or not at all") {
  store::TemporaryFolder folder;
  for (const char* service : {"registry", "trace"}) {
    REQUIRE(WriteManifest(folder.path() + "/" + service, Some(service, 5, {{"o", 1}})).ok());
  }
  CHECK_FALSE(ReadSet(folder.path()).ok());
  REQUIRE(WriteSet(folder.path(), {"registry", "trace"}).ok());
  const auto set = ReadSet(folder.path());
  REQUIRE(set.ok());
  REQUIRE(set->size() == 2);
  const Manifest& read = set->at("trace");
  CHECK(read.origin == "shian.trace/410902");
  CHECK(read.logs.at(0).note == "note\n\n— x\n");
  CHECK(read.logs.at(0).last == 5);
  CHECK(read.blobs.at(0).path == "blobs/ab/abc");
  CHECK(read.followed.at("o") == 1);
  std::ofstream(folder.path() + "/trace/manifest.json", std::ios::app) << " ";
  const absl::Status changed = ReadSet(folder.path()).status();
  CHECK(absl::IsDataLoss(changed));
  CHECK(changed.message().find("trace/manifest.json") != std::string::npos);
}

TEST_CASE("a manifest leads nowhere out of its backup") {
  for (const char* path : {"../registry/store.db", "/etc/passwd", "blobs/../../x"}) {
    store::TemporaryFolder folder;
    Manifest manifest = Some("trace", 5, {});
    manifest.blobs[0].path = path;
    REQUIRE(WriteManifest(folder.path() + "/trace", manifest).ok());
    REQUIRE(WriteSet(folder.path(), {"trace"}).ok());
    CHECK(absl::IsDataLoss(ReadSet(folder.path()).status()));
  }
}

TEST_CASE("copies are of one backup when nobody is ahead of an origin") {
  std::map<std::string, Manifest> set;
  set["registry"] = Some("registry", 10, {{"shian.sanction/410902", 4}});
  set["sanction"] = Some("sanction", 4, {{"shian.registry/410902", 10}, {"elsewhere", 99}});
  CHECK(CheckTogether(set).ok());
  set["sanction"].followed["shian.registry/410902"] = 11;
  const absl::Status ahead = CheckTogether(set);
  CHECK(absl::IsDataLoss(ahead));
  CHECK(ahead.message().find("sanction has followed shian.registry/410902 to 11") !=
        std::string::npos);
}

TEST_CASE("what is no backup is refused, and nothing is written") {
  store::TemporaryFolder folder;
  RestoreOptions options;
  options.from = folder.path() + "/from";
  options.state = folder.path() + "/state";
  CHECK_FALSE(Restore(options).ok());
  REQUIRE(WriteManifest(options.from + "/trace", Some("trace", 5, {})).ok());
  REQUIRE(WriteSet(options.from, {"trace"}).ok());
  CHECK(absl::IsDataLoss(Restore(options)));  // its store is missing
  options.services = {"registry"};
  CHECK(absl::IsNotFound(Restore(options)));
  CHECK_FALSE(fs::exists(options.state));
}

TEST_CASE("the checkpoint of the latest earlier epoch is found") {
  store::TemporaryFolder folder;
  const std::string log = "shian.trace/410902/facts/";
  REQUIRE(WriteKept(KeptPath(folder.path(), log + "1"), {"key 1", "note 1"}).ok());
  REQUIRE(WriteKept(KeptPath(folder.path(), log + "3"), {"key 3", "note 3"}).ok());
  CHECK(ReadKeptBefore(folder.path(), log + "1").note.empty());
  CHECK(ReadKeptBefore(folder.path(), log + "3").note == "note 1");
  CHECK(ReadKeptBefore(folder.path(), log + "7").note == "note 3");
  CHECK(ReadKeptBefore(folder.path(), log + "9223372036854775807").note.empty());
  CHECK(ReadKeptBefore(folder.path(), "no number").note.empty());
}

TEST_CASE("a folder of backups keeps the last ones, and what is not of it") {
  store::TemporaryFolder folder;
  const auto make = [&](const std::string& name, bool whole) {
    fs::create_directories(folder.path() + "/" + name + "/trace");
    if (whole) std::ofstream(folder.path() + "/" + name + "/backup.json") << "{}";
  };
  const auto names = [&] {
    std::set<std::string> found;
    for (const auto& one : fs::directory_iterator(folder.path())) {
      found.insert(one.path().filename().string());
    }
    return found;
  };
  CHECK(absl::IsNotFound(LatestIn(folder.path()).status()));
  CHECK_FALSE(LatestIn(folder.path() + "/none").ok());
  const absl::Time now = absl::FromUnixSeconds(1'740'938'400);
  CHECK(BackupIn("/b", now) == "/b/20250303-020000");
  make("20250301-020000", true);
  make("20250302-020000", true);
  make("20250303-020000", true);
  make("20250304-020000", false);
  make("20250305-020000.partial", false);
  make("2025-03-06", true);
  make("lost+found", false);
  CHECK(*LatestIn(folder.path()) == folder.path() + "/20250303-020000");
  REQUIRE(ExpireIn(folder.path(), 2).ok());
  CHECK(names() == std::set<std::string>{"20250302-020000", "20250303-020000", "20250304-020000",
                                         "2025-03-06", "lost+found"});
  REQUIRE(ExpireIn(folder.path(), 0).ok());  // never the last one
  CHECK(*LatestIn(folder.path()) == folder.path() + "/20250303-020000");
}

TEST_CASE("a key is of all logs of its service, and of no other's") {
  const std::string key = "shian.trace/410902/public/1+00000000+AQ==";
  CHECK(IsKeyOf("shian.trace/410902", key));
  CHECK_FALSE(IsKeyOf("shian.trace/41090", key));
  CHECK_FALSE(IsKeyOf("shian.credit/410902", key));
  const std::string other = KeyUnder("shian.trace/410902/facts/2", key);
  CHECK(other.find("shian.trace/410902/facts/2+") == 0);
  CHECK(other.substr(other.size() - 5) == "+AQ==");
  CHECK(KeyUnder("a", "").empty());
  CHECK(KeyUnder("a", "no key").empty());
}

TEST_CASE("a key that pins nothing of a restore is refused") {
  store::TemporaryFolder folder;
  RestoreOptions options;
  options.from = folder.path() + "/from";
  options.state = folder.path() + "/state";
  REQUIRE(WriteManifest(options.from + "/trace", Some("trace", 5, {})).ok());
  REQUIRE(WriteSet(options.from, {"trace"}).ok());
  options.trust.keys = {"shian.credit/410902/facts/1+00000000+AQ=="};
  CHECK(absl::IsInvalidArgument(Restore(options)));
  options.trust.keys = {"shian.trace/410902/facts/1+00000000+AQ=="};
  CHECK(absl::IsDataLoss(Restore(options)));  // as before: its store is missing
}

}  // namespace shian::ctl
