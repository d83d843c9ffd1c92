#include "libs/policy/testing.h"

#include <cstdlib>

#include "libs/base/status_macros.h"
#include "libs/policy/folder.h"
#include "libs/policy/revisions.h"

namespace shian::policy {
namespace {

std::string SourceFolder() {
  const char* source = std::getenv("SHIAN_SOURCE");
  return std::string(source == nullptr ? "." : source) + "/deploy/policies";
}

}  // namespace

absl::Status ActivateFolder(store::Store& store, absl::Time now, std::string folder) {
  ASSIGN_OR_RETURN(const Folder files, ReadFolder(folder.empty() ? SourceFolder() : folder));
  RETURN_IF_ERROR(files.ToStatus());
  store::WriteContext context;
  context.now = now;
  context.caller = "test";
  return store
      .WriteAndWait(
          context,
          [files](store::WriteTx& tx) -> absl::StatusOr<std::string> {
            RETURN_IF_ERROR(SeedDrafts(tx, files.files).status());
            for (const PolicyFile& file : files.files) {
              for (const char* person : {"test-officer-1", "test-officer-2"}) {
                RETURN_IF_ERROR(ApproveRevision(tx, file.revision, {person, "test"}).status());
              }
            }
            return std::string();
          })
      .status();
}

}  // namespace shian::policy
