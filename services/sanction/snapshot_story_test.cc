// Snapshots through the API: whole, as a difference, and against the card in the public log.
#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "libs/ledger/testing.h"
#include "libs/ledger/verify.h"
#include "libs/rpc/fields.h"
#include "services/sanction/snapshot/snapshot.h"
#include "services/sanction/testing_world.h"
#include "shian/sanction/v1/snapshot_service.grpc.pb.h"

namespace shian::sanction {
namespace {

using testing::kAllowed;
using testing::ReasonOf;
using testing::World;

struct Fetched {
  v1::SnapshotHeader header;
  v1::SnapshotCard card;
  std::map<std::string, std::string> items;
  int added = 0, removed = 0;
  grpc::Status status;
};

// Applies what comes to `before`.
Fetched Fetch(World& world, int64_t base, Fetched before = {}) {
  REQUIRE(ledger::Place(world.edge().store()).ok());
  v1::FetchSnapshotRequest in;
  in.set_base(base);
  Fetched out;
  out.items = std::move(before.items);
  const auto stub = v1::SnapshotService::NewStub(world.ChannelAs("housing-fund"));
  const auto context = rpc::testing::Context();
  const auto stream = stub->FetchSnapshot(context.get(), in);
  v1::FetchSnapshotResponse part;
  while (stream->Read(&part)) {
    if (part.has_header()) {
      out.header = part.header();
      if (part.header().base() == 0) out.items.clear();
    }
    for (const std::string& entry : part.removed()) out.items.erase(entry);
    for (const v1::SnapshotItem& item : part.items()) {
      out.items[item.entry()] = rpc::DeterministicBytes(item);
    }
    out.added += part.items_size();
    out.removed += part.removed_size();
  }
  out.status = stream->Finish();
  out.card.ParseFromString(out.header.card().entry().payload());
  return out;
}

void Tomorrow(World& world) { world.AdvanceTo(world.edge().clock().Now() + absl::Hours(25)); }

TEST_CASE("a snapshot has what is in force, and its card is in the public log") {
  World world;
  CHECK(ReasonOf(Fetch(world, 0).status) == "NOT_FOUND");
  CHECK(ReasonOf(Fetch(world, -1).status) == "FIELD_INVALID");
  std::string entry;
  const std::string name = testing::DecideAll(world, &entry);
  Tomorrow(world);
  CHECK(ReasonOf(Fetch(world, 0).status) == "NOT_FOUND");
  testing::TakeEffect(world, name, entry);
  Tomorrow(world);
  const Fetched first = Fetch(world, 0);
  REQUIRE(ReasonOf(first.status) == kAllowed);
  CHECK(first.card.snapshot() == 1);
  CHECK(first.card.items_count() == 1);
  CHECK(first.card.items_sha256() == SnapshotDigest(first.items));
  CHECK(first.card.expire_time().seconds() > first.card.make_time().seconds());
  REQUIRE(first.items.contains(entry));
  v1::SnapshotItem item;
  item.ParseFromString(first.items.at(entry));
  CHECK(item.code() == "914403001922038216");
  CHECK(item.names(0) == testing::kName);
  const auto& bundle = first.header.card();
  const auto note = ledger::ReadNoteUnverified(bundle.note());
  REQUIRE(note.ok());
  CHECK(ledger::VerifyCommitment(bundle.entry().leaf().commitment(), bundle.entry().salt(),
                                 bundle.entry().payload())
            .ok());
  CHECK(note->size >= bundle.entry().sequence());

  // Nothing new makes an empty difference, under a new card.
  Tomorrow(world);
  const Fetched second = Fetch(world, 1, first);
  REQUIRE(second.card.snapshot() == 2);
  CHECK(second.header.base() == 1);
  CHECK(second.added + second.removed == 0);
  CHECK(second.card.items_sha256() == SnapshotDigest(second.items));

  v1::AnnulPenaltyResponse annulled;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &testing::Cases::AnnulPenalty,
                             testing::AnnulmentOf(name), &annulled)) == kAllowed);
  Tomorrow(world);
  const Fetched third = Fetch(world, 1, first);
  CHECK(third.card.snapshot() == 3);
  CHECK(third.removed == 1);
  CHECK(third.items.empty());
  CHECK(third.card.items_sha256() == SnapshotDigest(third.items));
  // One that is not known gets all of it.
  CHECK(Fetch(world, 77).header.base() == 0);
}

}  // namespace
}  // namespace shian::sanction
