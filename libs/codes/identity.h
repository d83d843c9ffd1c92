#ifndef SHIAN_LIBS_CODES_IDENTITY_H_
#define SHIAN_LIBS_CODES_IDENTITY_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Keyed hashes of identity numbers and of persons' codes (身份号码加密摘要). With the provincial
// key a ban follows its person across counties. Identity numbers are few enough to try them all:
// whoever has the hashes but not the key learns nothing, whoever has the key can find every number
// out. So the key guards against a stolen store, backup or feed, and not against those who hold it.
namespace shian::codes {

struct KeyedHash {
  std::string key_id;  // hex
  std::string hash;    // 32 bytes
  friend bool operator==(const KeyedHash&, const KeyedHash&) = default;
};

// Keys are rotated by double hashes: the hash under a key is the HMAC of the hash under the key
// before it. What is known by an old hash is so found by the new one, and nobody needs the number
// again; the old key alone, once it is out, opens nothing that only the new hash is kept of.
class IdentityHasher {
 public:
  // `keys` is what the key file holds: a key a line, the oldest first; the last one is in use.
  // Refused when one is too short or long to be a key, or stands twice.
  static absl::StatusOr<IdentityHasher> Create(absl::string_view keys);

  // `number` is the canonical form of 18 characters.
  KeyedHash OfIdentityNumber(absl::string_view number) const;
  // The same under every key, the oldest first.
  std::vector<KeyedHash> EveryHashOf(absl::string_view number) const;
  // `known` and what it is under each later key. One under a key that is not ours is alone.
  std::vector<KeyedHash> WithLater(const KeyedHash& known) const;
  // The code of a sole trader, by which its record is found. Another domain than identity numbers:
  // equal texts give other hashes. Under the oldest key for as long as that is kept.
  std::string OfCode(absl::string_view code) const;

  // Of the key in use.
  const std::string& key_id() const { return keys_.back().id; }
  // Of those before it, the oldest first.
  std::vector<std::string> former_key_ids() const;
  bool Knows(absl::string_view key_id) const;

 private:
  struct Key {
    std::string id;
    std::string bytes;
  };
  explicit IdentityHasher(std::vector<Key> keys) : keys_(std::move(keys)) {}

  std::vector<Key> keys_;  // never empty
};

}  // namespace shian::codes

#endif  // SHIAN_LIBS_CODES_IDENTITY_H_
