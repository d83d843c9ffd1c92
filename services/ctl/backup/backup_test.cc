#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "libs/store/testing.h"
#include "services/ctl/backup/files.h"
#include "services/ctl/backup/judge.h"
#include "services/ctl/backup/manifest.h"
#include "services/ctl/backup/restore.h"
#include "services/ctl/verify/kept.h"

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

}  // namespace shian::ctl
