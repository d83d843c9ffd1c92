#include "services/sanction/party/reactions.h"

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "embedded/sanction_schema.h"
#include "libs/ledger/change.h"
#include "libs/ledger/log_reader.h"
#include "libs/ledger/testing.h"
#include "libs/store/testing.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/party/store.h"
#include "shian/registry/v1/changes.pb.h"

namespace shian::sanction {
namespace {

const absl::Time kNow = StartOfDay(Date(2025, 3, 3));
const OperatorId kTrader("0195a000-0000-7000-8000-000000000001");

struct World {
  World() : store(store::Schema(0x53410004).Add("sanction", kMigrations)) {}

  void Receive(const std::string& type, const std::string& payload) {
    REQUIRE(React(type, payload).ok());
  }

  absl::Status React(const std::string& type, const std::string& payload) {
    ledger::ReceivedChange change;
    change.type = type;
    change.payload = payload;
    change.time = kNow;
    return store
        .Write(kNow,
               [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                 const absl::Status status = PartyReactions(NoteListChange).at(type)(tx, change);
                 if (!status.ok()) return status;
                 return std::string();
               })
        .status();
  }

  void Tell(const std::string& type, const std::string& name) {
    registry::v1::OperatorChanged message;
    message.mutable_operator_()->set_name("operators/" + kTrader.value());
    message.mutable_operator_()->set_title(name);
    message.mutable_operator_()->set_code("92330100799655058B");
    message.mutable_operator_()->set_form(registry::v1::OPERATOR_FORM_SOLE_TRADER);
    Receive(type, message.SerializeAsString());
  }

  Party Known() {
    Party party;
    REQUIRE(store
                .Read([&](store::ReadTx& tx) -> absl::Status {
                  auto found = PartyOf(tx, kTrader);
                  if (!found.ok()) return found.status();
                  party = *std::move(found);
                  return absl::OkStatus();
                })
                .ok());
    return party;
  }

  size_t Changes() {
    size_t count = 0;
    REQUIRE(store
                .Read([&](store::ReadTx& tx) -> absl::Status {
                  const auto changes = ListChangesAfter(tx, 0, 100);
                  if (!changes.ok()) return changes.status();
                  count = changes->size();
                  return absl::OkStatus();
                })
                .ok());
    return count;
  }

  store::TemporaryStore store;
};

TEST_CASE("the registry's word about a party is kept, once per change") {
  World world;
  world.Tell("shian.registry.operator.registered", "张三小吃店");
  world.Tell("shian.registry.operator.changed", "张三小吃店");
  REQUIRE(world.Changes() == 1);
  world.Tell("shian.registry.operator.changed", "张三面馆");
  REQUIRE(world.Changes() == 2);
  const Party party = world.Known();
  REQUIRE(party.name == "张三面馆");
  REQUIRE(party.natural_person);
  REQUIRE(ShownName(party) == "张**");
}

TEST_CASE("an erased party is gone from names, texts and logs; its id stays") {
  World world;
  world.Tell("shian.registry.operator.registered", "张三小吃店");
  const Matter matter = {kTrader, "cases/c1"};
  REQUIRE(
      world.store
          .Write(
              kNow,
              [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                absl::Status status = PutText(tx, matter, 1, "text", "张三承认");
                if (status.ok()) {
                  status = PutDocuments(tx, matter, 1, {{std::string(64, 'a'), "张三笔录", "", 1}});
                }
                if (status.ok()) {
                  status = ledger::Append(tx, {.log = ledger::Log::kFacts,
                                               .type = "shian.sanction.case.filed",
                                               .subject = "operators/" + kTrader.value(),
                                               .region = "410902",
                                               .time = kNow,
                                               .payload = "payload",
                                               .cause = ""});
                }
                if (!status.ok()) return status;
                return std::string();
              })
          .ok());
  registry::v1::OperatorErased erased;
  erased.set_name("operators/" + kTrader.value());
  world.Receive("shian.registry.operator.erased", erased.SerializeAsString());
  REQUIRE(ledger::Place(*world.store).ok());
  const Party party = world.Known();
  REQUIRE(party.name.empty());
  REQUIRE(party.code.empty());
  REQUIRE(party.natural_person);
  REQUIRE(world.store
              .Read([&](store::ReadTx& tx) -> absl::Status {
                CHECK(TextsOf(tx, matter)->empty());
                CHECK(DocumentsOf(tx, matter)->empty());
                CHECK(PartyWithNames(tx, kTrader)->names.empty());
                const auto entry = ledger::ReadEntry(tx, ledger::Log::kFacts, 1);
                REQUIRE(entry.ok());
                REQUIRE(entry->has_value());
                CHECK((*entry)->erased);
                return absl::OkStatus();
              })
              .ok());
}

TEST_CASE("a change that does not decode is not passed over") {
  World world;
  for (const char* type : {"shian.registry.operator.changed", "shian.registry.operator.erased"}) {
    REQUIRE(absl::IsDataLoss(world.React(type, "\xff\xff\xff")));
  }
  REQUIRE(world.Changes() == 0);
}

}  // namespace
}  // namespace shian::sanction
