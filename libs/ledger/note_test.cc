#include <catch2/catch.hpp>
#include <fstream>
#include <random>

#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"
#include "libs/base/testing.h"
#include "libs/ledger/signer.h"
#include "libs/ledger/verify.h"
#include "libs/store/testing.h"

namespace shian::ledger {
namespace {

constexpr char kName[] = "shian.sanction/410902/public/1";

Checkpoint SomeCheckpoint() { return {kName, 17, Sha256("root")}; }

TEST_CASE("a signed checkpoint is read back by who pins its key") {
  const auto signer = Signer::Generate();
  const std::string note = signer->SignNote(kName, CheckpointBody(SomeCheckpoint()));
  CHECK_THAT(note, Catch::StartsWith("shian.sanction/410902/public/1\n17\n"));
  const auto read = VerifyNote(note, signer->VerifierKey(kName));
  REQUIRE(read.ok());
  CHECK(read->size == 17);
  CHECK(read->root == Sha256("root"));
  CHECK(signer->SignNote(kName, CheckpointBody(SomeCheckpoint())) == note);
}

TEST_CASE("another key, another log or another text is refused") {
  const auto signer = Signer::Generate();
  const auto stranger = Signer::Generate();
  const std::string note = signer->SignNote(kName, CheckpointBody(SomeCheckpoint()));
  CHECK_FALSE(VerifyNote(note, stranger->VerifierKey(kName)).ok());
  CHECK_FALSE(VerifyNote(note, signer->VerifierKey("shian.sanction/410902/facts/1")).ok());
  Checkpoint larger = SomeCheckpoint();
  larger.size = 18;
  const std::string forged =
      CheckpointBody(larger) + note.substr(CheckpointBody(SomeCheckpoint()).size());
  CHECK(absl::IsDataLoss(VerifyNote(forged, signer->VerifierKey(kName)).status()));
}

TEST_CASE("signatures of witnesses are passed over") {
  const auto signer = Signer::Generate();
  const auto witness = Signer::Generate();
  const std::string body = CheckpointBody(SomeCheckpoint());
  const std::string cosigned = witness->SignNote("witness.example/1", body);
  const std::string note = cosigned + signer->SignNote(kName, body).substr(body.size() + 1);
  CHECK(VerifyNote(note, signer->VerifierKey(kName)).ok());
}

TEST_CASE("no change of one byte goes unnoticed, and none crashes") {
  std::mt19937_64 random(testing::Seed());
  const auto signer = Signer::Generate();
  const std::string note = signer->SignNote(kName, CheckpointBody(SomeCheckpoint()));
  for (size_t i = 0; i < note.size(); ++i) {
    std::string changed = note;
    changed[i] = static_cast<char>(changed[i] ^ (1 + random() % 255));
    INFO(i);
    const auto read = VerifyNote(changed, signer->VerifierKey(kName));
    // Unused bits at the end of base64 may read as the same signature; the content may not differ.
    if (read.ok()) CHECK(CheckpointBody(*read) == CheckpointBody(SomeCheckpoint()));
  }
  for (size_t i = 0; i < note.size(); ++i) {
    CHECK_FALSE(VerifyNote(note.substr(0, i), signer->VerifierKey(kName)).ok());
  }
}

TEST_CASE("a key that is none is refused") {
  const std::string key = Signer::Generate()->VerifierKey(kName);
  for (const std::string& wrong : {std::string(""), std::string("a+b"),
                                   std::string("a+00000000+AAAA"), key + "A", "x" + key}) {
    INFO(wrong);
    CHECK_FALSE(VerifyNote("a\n1\nb\n\n— a b\n", wrong).ok());
  }
}

TEST_CASE("a signing key comes from a PEM file") {
  store::TemporaryFolder folder;
  const std::string path = folder.path() + "/key.pem";
  const auto signer = Signer::Generate();
  std::ofstream(path) << signer->PrivatePem();
  const auto read = Signer::FromPemFile(path);
  REQUIRE(read.ok());
  CHECK((*read)->VerifierKey(kName) == signer->VerifierKey(kName));
  CHECK_FALSE(Signer::FromPemFile(folder.path() + "/none.pem").ok());
  std::ofstream(path) << "no key";
  CHECK_FALSE(Signer::FromPemFile(path).ok());
}

}  // namespace
}  // namespace shian::ledger
