#include "services/ctl/backup/take.h"

#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "services/ctl/backup/files.h"
#include "services/ctl/backup/judge.h"
#include "services/ctl/backup/manifest.h"
#include "services/ctl/backup/receive.h"
#include "services/ctl/backup/served.h"

namespace shian::ctl {
namespace {

namespace fs = std::filesystem;

// What the copies are compared with and described by.
absl::StatusOr<Manifest> Describe(Session& session, const std::string& service,
                                  const std::string& folder, const std::string& seen) {
  std::cerr << service << ": verifying the copy\n";
  ASSIGN_OR_RETURN(const JudgedStore judged,
                   JudgeStore(absl::StrCat(folder, "/", kStoreFile), seen));
  Manifest manifest;
  manifest.service = service;
  manifest.origin = judged.origin;
  manifest.revision = judged.revision;
  manifest.followed = judged.followed;
  for (const JudgedLog& log : judged.logs) {
    LogRecord record = log.record;
    ASSIGN_OR_RETURN(record.key, CheckServed(session, service, log));
    manifest.logs.push_back(std::move(record));
  }
  return manifest;
}

std::string Megabytes(int64_t bytes) { return absl::StrCat((bytes + (1 << 20) - 1) >> 20, " MiB"); }

// All are held before the first is copied: that is what makes the copies one backup.
absl::Status ReceiveStores(Session& session, const std::string& folder,
                           std::map<std::string, FileRecord>* stores) {
  std::vector<std::unique_ptr<StoreStream>> streams;
  for (const std::string& service : kServices) {
    ASSIGN_OR_RETURN(auto stream, StoreStream::Open(session, service));
    streams.push_back(std::move(stream));
  }
  for (const auto& stream : streams) RETURN_IF_ERROR(stream->Hold());
  for (const auto& stream : streams) RETURN_IF_ERROR(stream->Ask());
  for (const auto& stream : streams) {
    const std::string& service = stream->service();
    ASSIGN_OR_RETURN((*stores)[service],
                     stream->Receive(absl::StrCat(folder, "/", service, "/", kStoreFile)));
    (*stores)[service].path = kStoreFile;
    std::cerr << service << ": store, " << Megabytes((*stores)[service].size) << "\n";
  }
  return absl::OkStatus();
}

absl::Status TakeInto(Session& session, const std::string& folder, const std::string& seen) {
  const std::string taken = FormatTime(absl::Now());
  std::map<std::string, FileRecord> stores;
  RETURN_IF_ERROR(ReceiveStores(session, folder, &stores));
  std::map<std::string, Manifest> set;
  for (const std::string& service : kServices) {
    const std::string own = absl::StrCat(folder, "/", service);
    ASSIGN_OR_RETURN(const auto blobs, ReceiveBlobs(session, service, own));
    std::cerr << service << ": evidence, " << blobs.size() << " files\n";
    ASSIGN_OR_RETURN(set[service], Describe(session, service, own, seen));
    set[service].taken = taken;
    set[service].store = stores[service];
    set[service].blobs = blobs;
    RETURN_IF_ERROR(WriteManifest(own, set[service]));
  }
  RETURN_IF_ERROR(CheckTogether(set));
  return WriteSet(folder, kServices);
}

// The backup stands whatever comes of this; the services' metric of its age needs it.
void TellKept(Session& session) {
  for (const std::string& service : kServices) {
    const auto stream = StoreStream::Open(session, service);
    const absl::Status told = stream.ok() ? (*stream)->TellKept() : stream.status();
    if (told.ok()) continue;
    std::cerr << service << ": could not be told of the backup: " << told.message() << "\n";
  }
}

}  // namespace

absl::Status TakeBackup(Session& session, const std::string& to, const std::string& seen) {
  std::error_code failed;
  fs::path named = fs::path(to).lexically_normal();
  if (!named.has_filename()) named = named.parent_path();  // "backup/"
  const std::string folder = named.string();
  if (fs::exists(folder, failed)) {
    return absl::AlreadyExistsError(absl::StrCat(folder, " exists: a backup needs a new folder"));
  }
  const std::string partial = folder + kPartial;
  if (fs::exists(partial, failed)) {
    return absl::AlreadyExistsError(
        absl::StrCat(partial, " was left by a backup that did not end: remove it first"));
  }
  absl::Status taken = TakeInto(session, partial, seen);
  if (taken.ok()) taken = SyncFolder(partial);
  if (taken.ok() && (fs::rename(partial, folder, failed), failed)) {
    taken = absl::UnavailableError(absl::StrCat("cannot rename ", partial, ": ", failed.message()));
  }
  if (taken.ok()) {
    RETURN_IF_ERROR(SyncFolder(fs::path(folder).parent_path().string()));
    TellKept(session);
    return absl::OkStatus();
  }
  fs::remove_all(partial, failed);
  return taken;
}

}  // namespace shian::ctl
