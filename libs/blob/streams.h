// The two directions of blob.h, for this library alone.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "libs/blob/blob.h"

namespace shian::blob {

struct WriterParts {
  std::string master_key;
  std::string unfinished_path;  // must not exist
  int64_t bytes_max = 0;
  std::function<std::string(absl::string_view sha256)> path_of;
};
absl::StatusOr<std::unique_ptr<Writer>> OpenWriter(WriterParts parts);

absl::StatusOr<std::unique_ptr<Reader>> OpenReader(const std::string& path,
                                                   absl::string_view master_key,
                                                   absl::string_view sha256);

}  // namespace shian::blob
