// Copies of a store's file: made while the service writes, judged by whoever keeps them, and
// changed by a restore alone.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/store/store.h"

namespace shian::store {

// Copies one state of the store at `path` into the new file `to`; writes go on meanwhile. `taken`
// runs once, when it is settled which state that is and before the long part. It reads only: a
// second connection that wrote or checkpointed could spoil the log. STORE_FULL, and nothing copied,
// when the copy would leave the disk too little room. A failure leaves no file.
absl::Status CopyFile(const std::string& path, const std::string& to,
                      const std::function<void()>& taken);

// A copy that no service has open, as a store of one thread. kRead changes nothing and leaves
// nothing beside the file. kChange is for a restore: writes go to the file one by one, and all of
// them are in it when the store is gone.
enum class CopyUse { kRead, kChange };
absl::StatusOr<std::unique_ptr<Store>> OpenCopy(const std::string& path, CopyUse use);

// SQLite's own check of the whole file and the digest of every row: DATA_LOSS names what is
// damaged.
absl::Status CheckCopy(Store& copy);

}  // namespace shian::store
