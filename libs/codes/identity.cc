#include "libs/codes/identity.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"

namespace shian::codes {
namespace {

constexpr size_t kKeyBytesMin = 32;
constexpr size_t kKeyBytesMax = 4096;
constexpr size_t kKeysMax = 8;
constexpr size_t kKeyIdHexChars = 16;

// Tells keys apart and tells nothing about them.
std::string IdOf(absl::string_view key) {
  return HexEncode(HmacSha256(key, "shian key id")).substr(0, kKeyIdHexChars);
}

}  // namespace

absl::StatusOr<IdentityHasher> IdentityHasher::Create(absl::string_view keys) {
  std::vector<Key> read;
  for (absl::string_view line : absl::StrSplit(absl::StripAsciiWhitespace(keys), '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (line.size() < kKeyBytesMin || line.size() > kKeyBytesMax) {
      return absl::InvalidArgumentError(absl::StrCat("an identity key has ", kKeyBytesMin, " to ",
                                                     kKeyBytesMax, " bytes, one key a line"));
    }
    read.push_back({IdOf(line), std::string(line)});
    const auto twice = [&](const Key& key) { return key.id == read.back().id; };
    if (std::count_if(read.begin(), read.end(), twice) > 1 || read.size() > kKeysMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("at most ", kKeysMax, " identity keys, each once"));
    }
  }
  return IdentityHasher(std::move(read));
}

std::vector<KeyedHash> IdentityHasher::WithLater(const KeyedHash& known) const {
  std::vector<KeyedHash> hashes = {known};
  auto key = std::find_if(keys_.begin(), keys_.end(),
                          [&](const Key& one) { return one.id == known.key_id; });
  if (key == keys_.end()) return hashes;
  for (++key; key != keys_.end(); ++key) {
    const KeyedHash& last = hashes.back();
    std::string hash =
        HmacSha256(key->bytes, absl::StrCat("keyed hash\n", last.key_id, "\n", last.hash));
    hashes.push_back({key->id, std::move(hash)});
  }
  return hashes;
}

std::vector<KeyedHash> IdentityHasher::EveryHashOf(absl::string_view number) const {
  const Key& oldest = keys_.front();
  return WithLater(
      {oldest.id, HmacSha256(oldest.bytes, absl::StrCat("identity number\n", number))});
}

std::vector<std::string> IdentityHasher::former_key_ids() const {
  std::vector<std::string> ids;
  for (size_t i = 0; i + 1 < keys_.size(); ++i) ids.push_back(keys_[i].id);
  return ids;
}

bool IdentityHasher::Knows(absl::string_view key_id) const {
  return std::any_of(keys_.begin(), keys_.end(),
                     [&](const Key& key) { return absl::string_view(key.id) == key_id; });
}

KeyedHash IdentityHasher::OfIdentityNumber(absl::string_view number) const {
  return EveryHashOf(number).back();
}

std::string IdentityHasher::OfCode(absl::string_view code) const {
  return HmacSha256(keys_.front().bytes, absl::StrCat("operator code\n", code));
}

}  // namespace shian::codes
