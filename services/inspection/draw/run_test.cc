#include "services/inspection/draw/run.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "absl/strings/str_format.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/testing.h"
#include "services/inspection/draw/canonical.h"
#include "services/inspection/draw/verify.h"

namespace shian::inspection::draw {
namespace {

std::vector<std::string> Ids(absl::string_view prefix, int count) {
  std::vector<std::string> ids;
  for (int i = 1; i <= count; ++i) ids.push_back(absl::StrFormat("%s%05d", prefix, i));
  return ids;
}

Lock MakeTestLock() {
  Lock lock;
  lock.draw = "draws/410902-2025-0001";
  lock.title = "餐饮服务双随机抽查";
  lock.region = "410902";
  lock.lock_time_us = 1740963600000000;
  lock.public_source = "双色球第2025028期";
  lock.public_time_us = 1741050000000000;
  lock.inspectors_per_operator = 2;
  lock.inspector_capacity = 6;
  lock.strata = {{"410902|CATERER", 12, Ids("C", 300)}, {"410902|SELLER", 8, Ids("S", 700)}};
  lock.inspectors = Ids("I", 9);
  lock.recusals = {{"C00007", "I00001"}, {"C00007", "I00002"}, {"S00001", "I00009"}};
  for (const char* department : {"education", "finance", "transport"}) {
    const std::string secret = Sha256(department);
    lock.shares.push_back({department, Sha256(secret), secret});
  }
  return lock;
}

Bundle MakeBundle(const Lock& lock, const std::vector<std::string>& replaced = {}) {
  Bundle bundle;
  bundle.lock = lock;
  for (const FrameStratum& one : lock.strata) bundle.stratum_roots.push_back(StratumRoot(one));
  bundle.frame_root = FrameRoot(lock.strata);
  bundle.lock_hash = LockHash(lock);
  bundle.public_value = "03 09 15 21 27 33 + 08";
  bundle.seed = Seed(bundle.lock_hash, lock.shares, bundle.public_value);
  std::vector<Picked> picked = Run(lock, bundle.seed);
  for (const std::string& id : replaced) {
    auto found = std::find_if(picked.begin(), picked.end(),
                              [&](const Picked& one) { return one.operator_id == id; });
    found->replaced = true;
    picked.push_back(Next(lock, bundle.seed, found->stratum, picked));
    bundle.replacements.push_back(id);
  }
  for (const Picked& one : picked) {
    bundle.selections.push_back({one.operator_id, one.stratum, one.rank, one.inspectors});
  }
  return bundle;
}

TEST_CASE("SHA256_SORT_V1 gives the published vector") {
  const std::string seed = Sha256("SFCREDIT-DRAW-TEST-1");
  REQUIRE(HexEncode(seed) == "130fbf1f197037dd3b33fb23566f7a2ad89a8df7a8226b886947f535215022c0");
  FrameStratum stratum{"310115|D", 4, {}};
  for (int i = 1; i <= 9; ++i) stratum.ids.push_back(absl::StrFormat("91310000MA1FL%05d", i));
  stratum.ids.push_back("91110000000000010X");
  const auto first = FirstOf(seed, stratum, 4);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"0a36cc3a", "91310000MA1FL00001"},
      {"4f09b7a2", "91310000MA1FL00006"},
      {"59b66405", "91310000MA1FL00004"},
      {"78592e4a", "91110000000000010X"}};
  for (size_t i = 0; i < 4; ++i) {
    CHECK(first[i].second == expected[i].second);
    CHECK(HexEncode(first[i].first).substr(0, 8) == expected[i].first);
  }

  SECTION("one operator more changes only the place it takes") {
    stratum.ids.push_back("91310000MA1FL00099");
    const auto again = FirstOf(seed, stratum, 4);
    for (size_t i = 0; i < 3; ++i) CHECK(again[i] == first[i]);
    CHECK(again[3].second == "91310000MA1FL00099");
    CHECK(HexEncode(again[3].first).substr(0, 8) == "63e4a240");
  }
}

TEST_CASE("a Merkle root follows RFC 9162") {
  CHECK(MerkleRoot({}) == Sha256(""));
  const auto leaf = [](const std::string& text) { return Sha256(std::string(1, '\0') + text); };
  const auto node = [](const std::string& a, const std::string& b) {
    return Sha256("\x01" + a + b);
  };
  CHECK(MerkleRoot({"a"}) == leaf("a"));
  CHECK(MerkleRoot({"a", "b", "c"}) == node(node(leaf("a"), leaf("b")), leaf("c")));
  CHECK(MerkleRoot({"a", "b", "c", "d", "e"}) ==
        node(node(node(leaf("a"), leaf("b")), node(leaf("c"), leaf("d"))), leaf("e")));
}

TEST_CASE("an outsider's run of the bundle gives what the server drew") {
  const Bundle bundle = MakeBundle(MakeTestLock());
  CHECK(Verify(bundle).ok());
  CHECK(bundle.selections.size() == 20);

  const std::string replaced = bundle.selections[3].operator_id;
  const Bundle with = MakeBundle(MakeTestLock(), {replaced, bundle.selections[15].operator_id});
  CHECK(Verify(with).ok());
  CHECK(with.selections.size() == 22);
}

TEST_CASE("whatever is changed in a bundle is found") {
  Bundle bundle = MakeBundle(MakeTestLock());
  SECTION("an operator is swapped") { bundle.selections[0].operator_id = "C00299x"; }
  SECTION("an inspector is swapped") {
    std::swap(bundle.selections[0].inspectors[0], bundle.selections[0].inspectors[1]);
  }
  SECTION("an operator is left out of the frame") { bundle.lock.strata[0].ids.pop_back(); }
  SECTION("a secret is another") { bundle.lock.shares[1].secret = Sha256("other"); }
  SECTION("a commitment follows another secret") {
    bundle.lock.shares[1].secret = Sha256("other");
    bundle.lock.shares[1].commitment = Sha256(bundle.lock.shares[1].secret);
  }
  SECTION("a department is left out") { bundle.lock.shares.pop_back(); }
  SECTION("the public string is another") { bundle.public_value += "!"; }
  SECTION("the seed is another") { bundle.seed = Sha256("seed"); }
  SECTION("the lock is of another time") { ++bundle.lock.lock_time_us; }
  SECTION("a recusal is added later") { bundle.lock.recusals.push_back({"S00002", "I00001"}); }
  SECTION("an inspector joins later") { bundle.lock.inspectors.push_back("I00010"); }
  SECTION("more is drawn than planned") { bundle.lock.strata[0].take = 13; }
  SECTION("a replacement never happened") { bundle.replacements.push_back("C00001x"); }
  SECTION("a selection is missing") { bundle.selections.pop_back(); }
  SECTION("one department stands for two") { bundle.lock.shares[2] = bundle.lock.shares[1]; }
  CHECK(absl::IsDataLoss(Verify(bundle)));
}

TEST_CASE("a bundle that is none is refused as such") {
  Bundle bundle;
  CHECK(absl::IsInvalidArgument(Verify(bundle)));
}

TEST_CASE("nobody recused and nobody beyond capacity is ever assigned") {
  std::mt19937_64 random(testing::Seed());
  for (int round = 0; round < 60; ++round) {
    Lock lock = MakeTestLock();
    lock.inspector_capacity = 5 + static_cast<int>(random() % 4);
    for (int i = 0; i < 400; ++i) {
      lock.recusals.push_back(
          {lock.strata[0].ids[random() % 300], lock.inspectors[random() % lock.inspectors.size()]});
    }
    std::sort(lock.recusals.begin(), lock.recusals.end());
    lock.recusals.erase(std::unique(lock.recusals.begin(), lock.recusals.end()),
                        lock.recusals.end());
    const std::string seed = Sha256(absl::StrFormat("%d", random()));
    std::map<std::string, int> load;
    for (const Picked& one : Run(lock, seed)) {
      CHECK(one.inspectors.size() <= 2);
      CHECK(one.short_of_inspectors == (one.inspectors.size() < 2));
      for (const std::string& inspector : one.inspectors) {
        CHECK(++load[inspector] <= lock.inspector_capacity);
        CHECK_FALSE(std::binary_search(lock.recusals.begin(), lock.recusals.end(),
                                       Recusal{one.operator_id, inspector}));
      }
    }
  }
}

TEST_CASE("the order of the frame and firms outside of a stratum do not matter") {
  std::mt19937_64 random(testing::Seed());
  for (int round = 0; round < 40; ++round) {
    const std::string seed = Sha256(absl::StrFormat("%d", random()));
    FrameStratum stratum{"410902|A", 7, Ids("F", 50 + static_cast<int>(random() % 200))};
    const auto expected = FirstOf(seed, stratum, 7);
    std::shuffle(stratum.ids.begin(), stratum.ids.end(), random);
    CHECK(FirstOf(seed, stratum, 7) == expected);

    Lock lock = MakeTestLock();
    const auto before = Run(lock, seed);
    lock.strata[1].ids.push_back("T99999");
    const auto after = Run(lock, seed);
    for (size_t i = 0; i < 12; ++i) CHECK(after[i].operator_id == before[i].operator_id);
  }
}

}  // namespace
}  // namespace shian::inspection::draw
