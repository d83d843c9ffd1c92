#include "libs/ledger/ledger.h"

#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "libs/errors/errors.h"
#include "libs/ledger/test_logs.h"
#include "libs/ledger/verify.h"

namespace shian::ledger {
namespace {

// Verifies every entry of a log against its checkpoint, as an outsider would.
void VerifyAll(store::TemporaryStore& store, const Ledger& ledger, Log log, int64_t count) {
  const auto note =
      Ask<std::string>(store, [&](store::ReadTx& tx) { return ReadCheckpoint(tx, log); });
  REQUIRE(note.ok());
  const auto checkpoint = VerifyNote(*note, ledger.VerifierKey(log));
  REQUIRE(checkpoint.ok());
  REQUIRE(checkpoint->size == count);
  const absl::Status read = store.Read([&](store::ReadTx& tx) {
    for (int64_t sequence = 1; sequence <= count; ++sequence) {
      const auto entry = ReadEntry(tx, log, sequence);
      const auto proof = ProveInclusion(tx, log, sequence - 1, count);
      REQUIRE(entry.ok());
      REQUIRE(proof.ok());
      REQUIRE(VerifyInclusion(sequence - 1, count, HashLeaf(LeafBytes((*entry)->leaf)),
                              proof->hashes, checkpoint->root)
                  .ok());
      if ((*entry)->erased) continue;
      REQUIRE(VerifyCommitment((*entry)->leaf.commitment, (*entry)->salt, (*entry)->payload).ok());
    }
    return absl::OkStatus();
  });
  REQUIRE(read.ok());
}

TEST_CASE("every entry is proved included in a signed checkpoint") {
  store::TemporaryStore store;
  std::string pem;
  const auto ledger = StartLedger(store, &pem);
  REQUIRE(ledger != nullptr);
  REQUIRE(AppendMany(store, Log::kPublic, 37).ok());
  REQUIRE(AppendMany(store, Log::kFacts, 5).ok());
  REQUIRE(ledger->Flush().ok());
  VerifyAll(store, *ledger, Log::kPublic, 37);
  VerifyAll(store, *ledger, Log::kFacts, 5);
}

TEST_CASE("checkpoints follow commits by themselves and are consistent") {
  store::TemporaryStore store;
  std::string pem;
  const auto ledger = StartLedger(store, &pem);
  REQUIRE(AppendMany(store, Log::kPublic, 3).ok());
  int64_t integrated = 0;
  for (int tries = 0; tries < 200 && integrated < 3; ++tries) {
    absl::SleepFor(absl::Milliseconds(10));
    integrated = Ask<LogState>(store, [](store::ReadTx& tx) {
                   return ReadState(tx, Log::kPublic);
                 })->integrated;
  }
  CHECK(integrated == 3);
  REQUIRE(AppendMany(store, Log::kPublic, 8).ok());
  REQUIRE(ledger->Flush().ok());
  const auto proof = Ask<ConsistencyProof>(
      store, [](store::ReadTx& tx) { return ProveConsistency(tx, Log::kPublic, 3, 11); });
  REQUIRE(proof.ok());
  const auto first = Ask<std::string>(
      store, [](store::ReadTx& tx) { return ReadCheckpoint(tx, Log::kPublic, 3); });
  const auto old_head = VerifyNote(*first, ledger->VerifierKey(Log::kPublic));
  REQUIRE(old_head.ok());
  CHECK(VerifyConsistency(3, 11, proof->hashes, old_head->root, proof->root2).ok());
}

TEST_CASE("what a crash left unintegrated is integrated at start, to the same tree") {
  store::TemporaryStore store;
  std::string pem;
  REQUIRE(AppendMany(store, Log::kFacts, 2500).ok());
  store.Reopen();
  {
    const auto ledger = StartLedger(store, &pem);
    REQUIRE(ledger != nullptr);
    REQUIRE(ledger->Flush().ok());
    const auto state =
        Ask<LogState>(store, [](store::ReadTx& tx) { return ReadState(tx, Log::kFacts); });
    CHECK(state->integrated == 2500);
  }
  store.Reopen();
  const auto ledger = StartLedger(store, &pem);
  REQUIRE(AppendMany(store, Log::kFacts, 1).ok());
  REQUIRE(ledger->Flush().ok());
  const auto proof = Ask<ConsistencyProof>(
      store, [](store::ReadTx& tx) { return ProveConsistency(tx, Log::kFacts, 2500, 2501); });
  CHECK(proof.ok());
}

TEST_CASE("erasure takes payload and salt, and every proof still verifies") {
  store::TemporaryStore store;
  std::string pem;
  const auto ledger = StartLedger(store, &pem);
  REQUIRE(AppendMany(store, Log::kPublic, 30).ok());
  REQUIRE(AppendTo(store, {SomeChange(Log::kFacts, "operators/7/licences/1", "secret"),
                           SomeChange(Log::kFacts, "operators/70", "kept")})
              .ok());
  REQUIRE(ledger->Flush().ok());
  const auto erased = store.Write(kNow, [](store::WriteTx& tx) -> absl::StatusOr<std::string> {
    const auto count = EraseEntries(tx, "operators/7");
    if (!count.ok()) return count.status();
    return absl::StrCat(*count);
  });
  REQUIRE(erased.ok());
  CHECK(*erased == "4");
  const absl::Status read = store.Read([&](store::ReadTx& tx) {
    const auto below = ReadEntry(tx, Log::kFacts, 1);
    CHECK((*below)->erased);
    CHECK((*below)->payload.empty());
    CHECK((*below)->salt.empty());
    CHECK_FALSE((*ReadEntry(tx, Log::kFacts, 2))->erased);
    return absl::OkStatus();
  });
  CHECK(read.ok());
  VerifyAll(store, *ledger, Log::kPublic, 30);
  VerifyAll(store, *ledger, Log::kFacts, 2);
}

TEST_CASE("what was erased is not on the disk any more", "[sqlite]") {
  store::TemporaryStore store;
  const std::string secret = "a payload that is nowhere else 4711";
  const auto on_disk = [&] {
    store.Reopen();  // closing moves the log into the file
    std::ifstream file(store.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)),
                            std::istreambuf_iterator<char>());
    return bytes.find(secret) != std::string::npos;
  };
  REQUIRE(AppendTo(store, {SomeChange(Log::kFacts, "operators/7", secret)}).ok());
  REQUIRE(AppendMany(store, Log::kFacts, 50).ok());
  CHECK(on_disk());
  REQUIRE(store
              .Write(kNow,
                     [](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                       const absl::Status erased = EraseSubject(tx, "operators/7");
                       if (!erased.ok()) return erased;
                       return "";
                     })
              .ok());
  CHECK_FALSE(on_disk());
}

TEST_CASE("positions without a proof are refused with the size there is") {
  store::TemporaryStore store;
  std::string pem;
  const auto ledger = StartLedger(store, &pem);
  REQUIRE(AppendMany(store, Log::kPublic, 4).ok());
  REQUIRE(ledger->Flush().ok());
  const absl::Status read = store.Read([](store::ReadTx& tx) {
    for (const auto& [index, size] : {std::pair{0, 0}, {-1, 4}, {4, 4}, {0, 5}}) {
      const auto proof = ProveInclusion(tx, Log::kPublic, index, size);
      CHECK(errors::ReasonOf(proof.status()) == errors::Reason::kProofOutOfRange);
    }
    for (const auto& [size1, size2] : {std::pair{0, 4}, {3, 2}, {1, 5}}) {
      CHECK(absl::IsOutOfRange(ProveConsistency(tx, Log::kPublic, size1, size2).status()));
    }
    CHECK(absl::IsNotFound(ReadCheckpoint(tx, Log::kPublic, 5).status()));
    CHECK(absl::IsNotFound(ReadCheckpoint(tx, Log::kAudit).status()));
    return absl::OkStatus();
  });
  CHECK(read.ok());
}

TEST_CASE("a changed entry or node is never proved", "[sqlite]") {
  store::TemporaryStore store;
  std::string pem;
  {
    const auto ledger = StartLedger(store, &pem);
    REQUIRE(AppendMany(store, Log::kPublic, 8).ok());
    REQUIRE(ledger->Flush().ok());
  }
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(store.path().c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db,
                       "UPDATE log_entry SET region = '410903' WHERE log = 1 AND sequence = 2;"
                       "UPDATE log_tile SET hashes = zeroblob(256) WHERE log = 1 AND level = 0",
                       nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
  store.Reopen();  // readers keep what they saw until the store itself commits
  const absl::Status read = store.Read([](store::ReadTx& tx) {
    CHECK(absl::IsDataLoss(ReadEntry(tx, Log::kPublic, 2).status()));
    CHECK(absl::IsDataLoss(ProveInclusion(tx, Log::kPublic, 0, 2).status()));
    CHECK(absl::IsDataLoss(ReadLeaves(tx, 0, 10).status()));
    return absl::OkStatus();
  });
  CHECK(read.ok());
}

TEST_CASE("known_at sees what was integrated by then") {
  store::TemporaryStore store;
  const auto signer = Signer::Generate();
  for (int hour = 1; hour <= 3; ++hour) {
    const absl::Time now = kNow + absl::Hours(hour);
    REQUIRE(AppendTo(store, {SomeChange(Log::kFacts, "operators/1", "x")}, now).ok());
    const auto integrated =
        store.Write(now, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
          const auto more = Integrate(tx, Log::kFacts, *signer);
          if (!more.ok()) return more.status();
          return "";
        });
    REQUIRE(integrated.ok());
  }
  const absl::Status read = store.Read([](store::ReadTx& tx) {
    CHECK(*SizeKnownAt(tx, Log::kFacts, kNow) == 0);
    CHECK(*SizeKnownAt(tx, Log::kFacts, kNow + absl::Hours(2)) == 2);
    CHECK(*SizeKnownAt(tx, Log::kFacts, kNow + absl::Hours(9)) == 3);
    return absl::OkStatus();
  });
  CHECK(read.ok());
}

TEST_CASE("audit entries are found by subject, type and time") {
  store::TemporaryStore store;
  REQUIRE(AppendTo(store, {SomeChange(Log::kAudit, "listings/1", "a", "shian.audit.read"),
                           SomeChange(Log::kAudit, "listings/2", "b", "shian.audit.read"),
                           SomeChange(Log::kAudit, "listings/1", "c", "shian.audit.write")})
              .ok());
  const auto found = [&](AuditQuery query) {
    query.count = 10;
    return Ask<std::vector<Entry>>(store, [&](store::ReadTx& tx) { return ReadAudit(tx, query); })
        ->size();
  };
  CHECK(found({}) == 3);
  CHECK(found({.subject = "listings/1"}) == 2);
  CHECK(found({.type_prefix = "shian.audit.r"}) == 2);
  CHECK(found({.after = 1, .type_prefix = "shian.audit.read"}) == 1);
  CHECK(found({.from = kNow}) == 0);
  CHECK(found({.until = kNow}) == 3);
  CHECK(found({.last = 2}) == 2);
}

TEST_CASE("ids of changes are read back") {
  const std::string text = "shian.sanction/410902/public/1/17";
  const auto id = ParseChangeId(text);
  REQUIRE(id.ok());
  CHECK(id->origin == "shian.sanction/410902");
  CHECK(id->log == Log::kPublic);
  CHECK(id->sequence == 17);
  CHECK(FormatChangeId(*id) == text);
  for (const char* wrong : {"", "a/b/c/1/1", "a/b/facts/0/1", "a/b/facts/1/x", "b/facts/1/1"}) {
    CHECK_FALSE(ParseChangeId(wrong).ok());
  }
}

}  // namespace
}  // namespace shian::ledger
