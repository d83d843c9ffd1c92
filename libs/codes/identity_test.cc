#include "libs/codes/identity.h"

#include <catch2/catch.hpp>

#include "libs/base/hash.h"

namespace shian::codes {
namespace {

constexpr char kNumber[] = "410902188012310010";
const std::string kOld(64, 'k');
const std::string kNew(64, 'j');

TEST_CASE("the same person has the same hash under one key, and another under another") {
  const auto old = IdentityHasher::Create(kOld + "\n");
  const auto other = IdentityHasher::Create(kNew);
  REQUIRE(old->OfIdentityNumber(kNumber) == old->OfIdentityNumber(kNumber));
  REQUIRE(old->OfIdentityNumber(kNumber).hash.size() == kSha256Bytes);
  REQUIRE(old->OfIdentityNumber(kNumber).hash != other->OfIdentityNumber(kNumber).hash);
  REQUIRE(old->OfIdentityNumber(kNumber).key_id == old->key_id());
  REQUIRE(old->key_id() != other->key_id());
  REQUIRE(old->OfCode(kNumber) != old->OfIdentityNumber(kNumber).hash);
}

TEST_CASE("what was hashed under an old key is found after a rotation, without its number") {
  const auto old = IdentityHasher::Create(kOld);
  const auto rotated = IdentityHasher::Create(kOld + "\n" + kNew + "\n");
  const KeyedHash before = old->OfIdentityNumber(kNumber);
  const std::vector<KeyedHash> every = rotated->EveryHashOf(kNumber);
  REQUIRE(every.size() == 2);
  REQUIRE(every.front() == before);
  REQUIRE(every.back() == rotated->OfIdentityNumber(kNumber));
  REQUIRE(rotated->WithLater(before) == every);
  REQUIRE(rotated->WithLater(every.back()) == std::vector<KeyedHash>{every.back()});
  // The new key alone, of whoever never had the old one, gives other hashes.
  REQUIRE(IdentityHasher::Create(kNew)->OfIdentityNumber(kNumber).hash != every.back().hash);
  const KeyedHash foreign = {"0123456789abcdef", std::string(32, 'x')};
  REQUIRE(rotated->WithLater(foreign) == std::vector<KeyedHash>{foreign});
  REQUIRE(rotated->former_key_ids() == std::vector<std::string>{old->key_id()});
  REQUIRE(rotated->Knows(old->key_id()));
  REQUIRE_FALSE(rotated->Knows(foreign.key_id));
  // Records of sole traders are found as before.
  REQUIRE(rotated->OfCode("92") == old->OfCode("92"));
}

TEST_CASE("what is no key is refused") {
  for (const std::string& keys : {std::string(), std::string("short"), kOld + "\nshort",
                                  kOld + "\n" + kOld, std::string(5000, 'k')}) {
    REQUIRE_FALSE(IdentityHasher::Create(keys).ok());
  }
}

}  // namespace
}  // namespace shian::codes
