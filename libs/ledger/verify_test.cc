#include "libs/ledger/verify.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/ledger/leaf.h"

namespace shian::ledger {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path Vectors() {
  const char* shared = std::getenv("SHIAN_SHARED");
  if (shared != nullptr) return fs::path(shared) / "data/merkle";
  const char* source = std::getenv("SHIAN_SOURCE");
  return fs::path(source != nullptr ? source : ".") / "../shared/data/merkle";
}

std::vector<json> VectorsIn(const std::string& folder) {
  std::vector<json> vectors;
  const fs::path path = Vectors() / folder;
  if (!fs::exists(path)) return vectors;
  for (const auto& file : fs::recursive_directory_iterator(path)) {
    if (file.path().extension() != ".json") continue;
    vectors.push_back(json::parse(std::ifstream(file.path())));
    vectors.back()["file"] = file.path().string();
  }
  return vectors;
}

std::string Decoded(const json& text) {
  return text.is_null() ? "" : Base64Decode(text.get<std::string>()).value_or("?");
}

std::vector<std::string> DecodedAll(const json& texts) {
  std::vector<std::string> out;
  if (texts.is_array()) {
    for (const json& text : texts) out.push_back(Decoded(text));
  }
  return out;
}

TEST_CASE("every published inclusion vector is judged right") {
  const std::vector<json> vectors = VectorsIn("inclusion");
  if (vectors.empty()) WARN("skipped: no vectors at " << Vectors());
  for (const json& v : vectors) {
    INFO(v["file"]);
    const absl::Status status = VerifyInclusion(v["leafIdx"], v["treeSize"], Decoded(v["leafHash"]),
                                                DecodedAll(v["proof"]), Decoded(v["root"]));
    CHECK(status.ok() != v["wantErr"].get<bool>());
  }
}

TEST_CASE("every published consistency vector is judged right") {
  const std::vector<json> vectors = VectorsIn("consistency");
  if (vectors.empty()) WARN("skipped: no vectors at " << Vectors());
  for (const json& v : vectors) {
    INFO(v["file"]);
    const absl::Status status = VerifyConsistency(v["size1"], v["size2"], DecodedAll(v["proof"]),
                                                  Decoded(v["root1"]), Decoded(v["root2"]));
    CHECK(status.ok() != v["wantErr"].get<bool>());
  }
}

TEST_CASE("hashes of RFC 9162") {
  // The hash of the empty leaf, as RFC 6962 implementations publish it.
  CHECK(HexEncode(HashLeaf("")) ==
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  CHECK(HashChildren("a", "b") == Sha256(std::string("\x01"
                                                     "ab")));
}

TEST_CASE("size 0 proves nothing") {
  const std::string hash = Sha256("");
  CHECK(absl::IsInvalidArgument(VerifyInclusion(0, 0, hash, {}, hash)));
  CHECK(absl::IsInvalidArgument(VerifyConsistency(0, 0, {}, hash, hash)));
  CHECK(absl::IsInvalidArgument(VerifyConsistency(0, 1, {}, hash, hash)));
}

TEST_CASE("a commitment holds for its salt and payload only") {
  const std::string commitment = Commit("salt", "payload");
  CHECK(VerifyCommitment(commitment, "salt", "payload").ok());
  CHECK(absl::IsDataLoss(VerifyCommitment(commitment, "salt", "payloae")));
  CHECK(absl::IsDataLoss(VerifyCommitment(commitment, "salu", "payload")));
  CHECK(absl::IsInvalidArgument(VerifyCommitment("short", "salt", "payload")));
}

}  // namespace
}  // namespace shian::ledger
