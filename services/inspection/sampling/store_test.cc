#include "services/inspection/sampling/store.h"

#include <catch2/catch.hpp>
#include <string>

#include "services/inspection/sampling/reactions.h"
#include "services/inspection/sampling/service_testing.h"

namespace shian::inspection::sampling {
namespace {

TEST_CASE("acts survive their rows, and later fields may be missing") {
  World world;
  world.BackupReceived_();
  for (const DatedAct& one : world.sample.acts) {
    const auto back = Decode(WordOf(one.act), Encode(one.act));
    REQUIRE(back.ok());
    CHECK(Encode(*back) == Encode(one.act));
  }
  CHECK(absl::IsDataLoss(Decode("unheard_of", "").status()));
  CHECK(absl::IsDataLoss(Decode("taken", "abc").status()));
  CHECK(Decode("taken", "").ok());
}

TEST_CASE("erasure empties free texts and leaves every act and the state") {
  store::Schema schema(1);
  schema.Add("inspection", kMigrations);
  store::TemporaryStore store{schema};
  World world;
  world.Requested_();
  const auto written =
      store.Write(kPlanned, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
        Stored stored;
        stored.sample.id = world.sample.id;
        for (const DatedAct& act : world.sample.acts) {
          RETURN_IF_ERROR(Record(tx, ShippedRules(), stored, act));
        }
        RETURN_IF_ERROR(EraseSampleTexts(tx, "91410902MA1FL00001"));
        return "";
      });
  REQUIRE(written.ok());
  const auto read = store.Read([&](store::ReadTx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const Stored stored, ReadSample(tx, world.sample.id));
    CHECK(stored.sample.reinspection->reason.empty());
    CHECK(stored.sample.acts.size() == world.sample.acts.size());
    CHECK(StateOf(stored.sample) == State::kReinspection);
    return absl::OkStatus();
  });
  REQUIRE(read.ok());
}

TEST_CASE("a sample is read as it was and as it was known") {
  store::Schema schema(1);
  schema.Add("inspection", kMigrations);
  store::TemporaryStore store{schema};
  World world;
  world.Notified_();
  const auto written = store.Write(
      kPlanned + absl::Hours(24 * 30), [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
        Stored stored;
        stored.sample.id = MakeSampleId("91410902MA1FL00001", 1);
        for (const DatedAct& act : world.sample.acts) {
          const absl::Status done = Record(tx, ShippedRules(), stored, act);
          if (!done.ok()) return done;
        }
        return "";
      });
  REQUIRE(written.ok());
  const auto read = store.Read([&](store::ReadTx& tx) -> absl::Status {
    const SampleId id = world.sample.id;
    CHECK(StateOf(ReadSample(tx, id)->sample) == State::kNotified);
    const auto then = ReadSample(tx, id, At("2025-03-06T00:00:00+08:00"));
    CHECK(StateOf(then->sample) == State::kReceived);
    const auto unknown = ReadSample(tx, id, absl::InfiniteFuture(), kPlanned);
    CHECK(absl::IsNotFound(unknown.status()));
    CHECK(absl::IsNotFound(ReadSample(tx, SampleId("91410902MA1FL00001-2")).status()));
    CHECK(absl::IsNotFound(ReadSample(tx, SampleId("nonsense")).status()));
    CHECK(ListSamples(tx, {.region = "410000", .limit = 5})->size() == 1);
    CHECK(ListSamples(tx, {.region = "420000", .limit = 5})->empty());
    CHECK(NotifiedSamples(tx)->size() == 1);
    CHECK(*NextNumber(tx, "91410902MA1FL00001") == 2);
    return absl::OkStatus();
  });
  REQUIRE(read.ok());
}

}  // namespace
}  // namespace shian::inspection::sampling
