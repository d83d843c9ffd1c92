// How a blob lies on the disk, for this library alone.
//
//   header: "SHIANBL1", 4 bytes of key id, 32 random bytes
//   pieces: each at most limits::kPieceBytes, encrypted, followed by a tag of 16 bytes
//
// Each file has a key of its own, HMAC-SHA-256(master key, random bytes), so that the pieces may be
// numbered by plain nonces: 8 bytes of piece number and 4 bytes that say whether it is the last.
// A piece that is changed, moved, left out or cut off at the end does not open.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian::blob {

inline constexpr size_t kMasterKeyBytes = 32;
inline constexpr size_t kTagBytes = 16;
inline constexpr size_t kHeaderBytes = 8 + 4 + 32;

// A fresh header for one file, and the key that belongs to a header. DATA_LOSS when it is no
// header, FAILED_PRECONDITION when it was made with another master key.
std::string NewHeader(absl::string_view master_key);
absl::StatusOr<std::string> FileKey(absl::string_view master_key, absl::string_view header);

std::string SealPiece(absl::string_view file_key, uint64_t number, bool last,
                      absl::string_view plain);
// DATA_LOSS when the piece is not what was sealed.
absl::StatusOr<std::string> OpenPiece(absl::string_view file_key, uint64_t number, bool last,
                                      absl::string_view sealed);

// The plain size of a file of this size; negative when no file has it.
int64_t PlainSize(int64_t file_bytes);

}  // namespace shian::blob
