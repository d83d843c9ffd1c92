#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"
#include "libs/blob/limits.h"
#include "libs/config/config.h"
#include "libs/rpc/backup_mark.h"
#include "libs/rpc/limits.h"
#include "libs/rpc/testing_world.h"
#include "libs/store/backup.h"
#include "shian/common/v1/backup_service.grpc.pb.h"
#include "shian/common/v1/blob_service.grpc.pb.h"

namespace shian::rpc {
namespace {

using common::v1::BackupService;
using common::v1::CopyBlobsResponse;
using common::v1::CopyStoreRequest;
using common::v1::CopyStoreResponse;

struct Outcome {
  grpc::Status status;
  std::string bytes;
  int held = 0;
  int64_t size = -1;
  bool ended = false;
};

// Sends the steps, each after the answer to the one before, and reads to the end.
Outcome Take(BackupService::Stub& stub, const std::vector<common::v1::BackupStep>& steps,
             absl::Duration pause = absl::ZeroDuration()) {
  const auto context = Context();
  context->set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
  auto stream = stub.CopyStore(context.get());
  Outcome outcome;
  CopyStoreResponse message;
  for (const common::v1::BackupStep step : steps) {
    CopyStoreRequest in;
    in.set_step(step);
    if (!stream->Write(in) || !stream->Read(&message)) break;
    outcome.held += message.held() ? 1 : 0;
    if (message.part_case() == CopyStoreResponse::kSizeBytes) outcome.size = message.size_bytes();
    if (message.held()) absl::SleepFor(pause);
  }
  stream->WritesDone();
  while (stream->Read(&message)) {
    outcome.bytes += message.data();
    if (!message.has_end()) continue;
    outcome.ended = message.end().count() == static_cast<int64_t>(outcome.bytes.size()) &&
                    message.end().sha256() == Sha256(outcome.bytes);
  }
  outcome.status = stream->Finish();
  return outcome;
}

std::string Upload(const HostFolder& folder, const std::string& content) {
  auto stub = StubAs<common::v1::BlobService>("ctl", folder);
  const auto context = Context(TokenFor(OfficerNamed("p", {})));
  common::v1::UploadBlobResponse out;
  auto writer = stub->UploadBlob(context.get(), &out);
  common::v1::UploadBlobRequest part;
  part.set_data(content);
  writer->Write(part);
  part.mutable_end()->set_count(static_cast<int64_t>(content.size()));
  part.mutable_end()->set_sha256(Sha256(content));
  writer->Write(part);
  writer->WritesDone();
  REQUIRE(writer->Finish().ok());
  return out.sha256();
}

std::string PathOf(const Running& running, const std::string& sha256) {
  return absl::StrCat(running.host->config().blobs, "/", sha256.substr(0, 2), "/", sha256);
}

// How a copy of all evidence ends, and what it named on its way.
std::pair<grpc::Status, std::vector<std::string>> Copied(BackupService::Stub& stub) {
  const auto context = Context();
  auto stream = stub.CopyBlobs(context.get(), common::v1::CopyBlobsRequest());
  std::vector<std::string> names;
  CopyBlobsResponse message;
  while (stream->Read(&message)) {
    if (message.part_case() == CopyBlobsResponse::kSha256) names.push_back(message.sha256());
  }
  return {stream->Finish(), names};
}

// The names that come after `after`, in order, and whether the end agrees.
std::pair<std::vector<std::string>, bool> Blobs(BackupService::Stub& stub,
                                                const std::string& after) {
  common::v1::CopyBlobsRequest in;
  in.set_after_sha256(after);
  const auto context = Context();
  auto stream = stub.CopyBlobs(context.get(), in);
  std::vector<std::string> names;
  std::string bytes;
  bool agrees = false;
  CopyBlobsResponse message;
  while (stream->Read(&message)) {
    if (message.part_case() == CopyBlobsResponse::kSha256) names.push_back(message.sha256());
    bytes += message.data();
    if (message.has_end()) {
      REQUIRE(message.end().sha256() == Sha256(bytes));
      bytes.clear();
    }
    if (message.part_case() == CopyBlobsResponse::kFiles) {
      agrees = message.files() == static_cast<int64_t>(names.size());
    }
  }
  REQUIRE(stream->Finish().ok());
  return {names, agrees};
}

}  // namespace

TEST_CASE("a copy of the store of a running process is whole", "[sqlite]") {
  Running registry(Registry());
  auto stub = StubAs<BackupService>("ctl", registry.folder);
  using common::v1::BACKUP_STEP_COPY;
  using common::v1::BACKUP_STEP_HOLD;
  for (const auto& steps :
       {std::vector{BACKUP_STEP_HOLD, BACKUP_STEP_COPY}, std::vector{BACKUP_STEP_COPY}}) {
    const Outcome taken = Take(*stub, steps);
    INFO(taken.status.error_message());
    REQUIRE(taken.status.ok());
    CHECK(taken.ended);
    CHECK(taken.held == static_cast<int>(steps.size()) - 1);
    CHECK(taken.size == static_cast<int64_t>(taken.bytes.size()));
    store::TemporaryFolder folder;
    const std::string path = folder.path() + "/copy";
    std::ofstream(path, std::ios::binary) << taken.bytes;
    const auto copy = store::OpenCopy(path, store::CopyUse::kRead);
    REQUIRE(copy.ok());
    CHECK(store::CheckCopy(**copy).ok());
  }
}

TEST_CASE("a database is backed up with its own tools, and says so", "[postgresql]") {
  Running registry(Registry());
  auto stub = StubAs<BackupService>("ctl", registry.folder);
  const auto taken = Take(*stub, {common::v1::BACKUP_STEP_COPY});
  CHECK(ReasonOf(taken.status) == Reason::kStoreNotAFile);
}

TEST_CASE("a stream that does not come to its copy is refused", "[sqlite]") {
  Running registry(Registry());
  auto stub = StubAs<BackupService>("ctl", registry.folder);
  using common::v1::BACKUP_STEP_HOLD;
  CHECK(ReasonOf(Take(*stub, {}).status) == Reason::kStreamIncomplete);
  CHECK(ReasonOf(Take(*stub, {BACKUP_STEP_HOLD}).status) == Reason::kStreamIncomplete);
  CHECK(ReasonOf(Take(*stub, {common::v1::BACKUP_STEP_UNSPECIFIED}).status) ==
        Reason::kFieldInvalid);
  CHECK(ReasonOf(Take(*stub, {BACKUP_STEP_HOLD, BACKUP_STEP_HOLD}).status) ==
        Reason::kFieldInvalid);
  const Outcome late = Take(*stub, {BACKUP_STEP_HOLD, common::v1::BACKUP_STEP_COPY},
                            limits::kFeedHoldMax + absl::Milliseconds(100));
  CHECK(ReasonOf(late.status) == Reason::kDeadlinePassed);
  auto stranger = StubAs<BackupService>("inspection", registry.folder);
  CHECK(Take(*stranger, {BACKUP_STEP_HOLD}).status.error_code() ==
        grpc::StatusCode::PERMISSION_DENIED);
}

TEST_CASE("evidence is sent in order, and from where it broke off") {
  Running registry(Registry());
  auto stub = StubAs<BackupService>("ctl", registry.folder);
  CHECK(Blobs(*stub, "") == std::pair(std::vector<std::string>(), true));
  std::set<std::string> uploaded;
  for (const char* content : {"one", "two", "three", "four"}) {
    uploaded.insert(Upload(registry.folder, content));
  }
  const std::vector<std::string> all(uploaded.begin(), uploaded.end());
  CHECK(Blobs(*stub, "") == std::pair(all, true));
  CHECK(Blobs(*stub, all[1]) == std::pair(std::vector(all.begin() + 2, all.end()), true));
  CHECK(Blobs(*stub, all[3]) == std::pair(std::vector<std::string>(), true));
  for (const std::string wrong : {std::string("x"), std::string(64, 'A'), "../" + all[0]}) {
    common::v1::CopyBlobsRequest in;
    in.set_after_sha256(wrong);
    const auto context = Context();
    auto stream = stub->CopyBlobs(context.get(), in);
    CopyBlobsResponse message;
    CHECK_FALSE(stream->Read(&message));
    CHECK(ReasonOf(stream->Finish()) == Reason::kFieldInvalid);
  }
}

TEST_CASE("evidence that is there and cannot be read ends a backup, and is named") {
  namespace fs = std::filesystem;
  Running registry(Registry());
  auto stub = StubAs<BackupService>("ctl", registry.folder);
  const std::string good = Upload(registry.folder, "good");
  const std::string bad = Upload(registry.folder, std::string(3 * blob::limits::kPieceBytes, 'b'));
  const std::string path = PathOf(registry, bad);
  REQUIRE(Copied(*stub).first.ok());
  SECTION("a link that leads to itself: no open, as with EACCES or EMFILE, and not even for root") {
    fs::remove(path);
    fs::create_symlink(path, path);
  }
  SECTION("a folder, which opens and reads as EISDIR") {
    fs::remove(path);
    fs::create_directory(path);
  }
  SECTION("one bit of its last piece has rotted; its own digest would fit what is sent") {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(-1, std::ios::end);
    file.put('\0');
  }
  SECTION("its end is missing") { fs::resize_file(path, fs::file_size(path) - 20); }
  const auto [status, names] = Copied(*stub);
  CHECK(ReasonOf(status) == Reason::kDataLoss);
  CHECK(absl::StrContains(status.error_message(), bad));
  CHECK(std::count(names.begin(), names.end(), bad) == 0);  // nothing of it was sent as good
  fs::remove_all(path);
  CHECK(Copied(*stub).second == std::vector{good});  // erased: absent, and no fault
}

TEST_CASE("a folder of evidence that cannot be opened ends a backup, not the process") {
  namespace fs = std::filesystem;
  Running registry(Registry());
  auto stub = StubAs<BackupService>("ctl", registry.folder);
  const std::string folder = fs::path(PathOf(registry, Upload(registry.folder, "x"))).parent_path();
  // Root opens everything, so this says something only for everybody else.
  fs::permissions(folder, fs::perms::none);
  std::error_code closed;
  fs::directory_iterator(folder, closed);
  CHECK(Copied(*stub).first.ok() == !closed);
  fs::permissions(folder, fs::perms::owner_all);
  CHECK(Copied(*stub).first.ok());
}

TEST_CASE("a service keeps the time at which it was told that a backup is whole", "[sqlite]") {
  Running registry(Registry());
  auto stub = StubAs<BackupService>("ctl", registry.folder);
  const std::string path = registry.host->config().store + ".backed-up";
  const absl::Time long_ago = absl::Now() - absl::Hours(40);
  std::ofstream(path) << absl::ToUnixSeconds(long_ago) << "\n";
  registry.Restart();
  const auto kept = [&] { return absl::Now() - BackupMark(path, absl::Now()).time(); };
  CHECK(kept() > absl::Hours(39));
  REQUIRE(Take(*stub, {common::v1::BACKUP_STEP_COPY}).status.ok());
  CHECK(kept() > absl::Hours(39));  // a copy alone may never have become a backup
  CHECK(Take(*stub, {common::v1::BACKUP_STEP_HOLD, common::v1::BACKUP_STEP_KEPT})
            .status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(kept() > absl::Hours(39));
  const Outcome told = Take(*stub, {common::v1::BACKUP_STEP_KEPT});
  CHECK(told.status.ok());
  CHECK(told.size == -1);
  CHECK(kept() < absl::Minutes(1));
}

TEST_CASE("a mark that says nothing, or a time to come, counts from now on") {
  store::TemporaryFolder folder;
  const std::string path = folder.path() + "/mark";
  const absl::Time now = absl::FromUnixSeconds(1'700'000'000);
  CHECK(BackupMark(path, now).time() == now);
  CHECK(BackupMark(path, now + absl::Hours(5)).time() == now);
  for (const char* wrong : {"", "soon", "-4", "1800000000"}) {
    std::ofstream(path) << wrong;
    CHECK(BackupMark(path, now).time() == now);
  }
}

}  // namespace shian::rpc
