#include "libs/store/testing.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "libs/base/check.h"

namespace shian::store {

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "shian-XXXXXX").string();
  SHIAN_CHECK(mkdtemp(name.data()) != nullptr) << name;
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

TemporaryStore::TemporaryStore(Schema schema, SqliteOptions options)
    : options_(std::move(options)) {
  options_.path = folder_.path() + "/store.db";
  options_.schema = std::move(schema);
  if (options_.origin.empty()) options_.origin = "shian.test/410902";
  options_.rehearse_writes = true;
  Reopen();
}

void TemporaryStore::Reopen() {
  store_.reset();
  absl::StatusOr<std::unique_ptr<Store>> opened = OpenSqlite(options_);
  CHECK_OK(opened.status());
  store_ = *std::move(opened);
}

absl::StatusOr<std::string> TemporaryStore::Write(absl::Time now, WriteFn fn) {
  WriteContext context;
  context.now = now;
  context.caller = "test";
  absl::StatusOr<Written> written = store_->WriteAndWait(std::move(context), std::move(fn));
  if (!written.ok()) return written.status();
  return std::move(written->reply);
}

}  // namespace shian::store
