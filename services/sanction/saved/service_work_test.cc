#include "services/sanction/saved/service_work.h"

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

#include "absl/strings/str_cat.h"
#include "embedded/sanction_schema.h"
#include "libs/base/property.h"
#include "libs/ledger/log_reader.h"
#include "libs/ledger/testing.h"
#include "libs/store/testing.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/listing/testing.h"
#include "services/sanction/party/store.h"
#include "services/sanction/screening/store.h"

namespace shian::sanction {
namespace {

const absl::Time kNow = StartOfDay(Date(2025, 6, 1));
// Four of them are near to one another.
const char* const kNames[] = {"河南省瑞丰源食品有限公司",   "河南省瑞丰原食品有限公司",
                              "河南瑞豐源食品有限責任公司", "河南省瑞丰元食品有限公司",
                              "河南省天涯海角餐饮有限公司", "北京云海科技有限公司"};
const char* const kCodes[] = {"914403001922038216", "91330100799655058B"};

// The list, saved subjects, and the work between them.
struct World {
  World() : store(store::Schema(0x53410004).Add("sanction", kMigrations)), follower(&index) {
    Restart();
  }

  void Restart() {
    work = std::make_unique<Rescreening>(
        *store,
        [this](store::ReadTx& tx, const std::vector<Subject>& asked,
               absl::Time now) -> absl::StatusOr<Index::Answer> {
          if (absl::Status status = follower.CatchUp(tx); !status.ok()) return status;
          View view;
          view.now = view.as_of = now;
          return index.Find(asked, view);
        });
  }
  template <class Fn>
  void Write(Fn fn) {
    const auto written = store.Write(kNow, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      const absl::Status status = fn(tx);
      if (!status.ok()) return status;
      return std::string();
    });
    if (!written.ok()) throw std::runtime_error(std::string(written.status().message()));
  }
  void Name(int op, const std::string& name, const std::string& code = "") {
    Write([&](store::WriteTx& tx) -> absl::Status {
      Party party;
      party.op = OperatorId(absl::StrCat("op-", op));
      party.name = name;
      party.code = code;
      if (const auto put = PutParty(tx, party); !put.ok()) return put.status();
      return NotePartyChange(tx, party.op);
    });
  }
  void List(int op) {
    Write([&](store::WriteTx& tx) -> absl::Status {
      Entry entry = testing::MakeEntry(true);
      entry.op = OperatorId(absl::StrCat("op-", op));
      entry.id = EntryId(absl::StrCat("e-", op, "-", ++entries));
      listed[op] = entry;
      return InsertEntry(tx, entry);
    });
  }
  void End(int op) {
    const auto found = listed.find(op);
    if (found == listed.end()) return;
    Entry entry = found->second;
    listed.erase(found);
    testing::Append(&entry, EntryAct::kRepairGranted, StartOfDay(Date(2025, 5, 1)));
    Write([&](store::WriteTx& tx) { return AppendEntryEvent(tx, entry, entry.events.back()); });
  }
  void Save(const SavedId& id, const Subject& subject) {
    Write([&](store::WriteTx& tx) { return PutSaved(tx, {{id, 0, subject, kNow, false}}); });
  }
  void Remove(const SavedId& id) {
    Write([&](store::WriteTx& tx) -> absl::Status {
      auto known = FindSaved(tx, id);
      if (!known.ok()) return known.status();
      return *known && !(*known)->removed ? RemoveSaved(tx, **known) : absl::OkStatus();
    });
  }
  int64_t Run() {
    const auto ran = work->Run(kNow);
    if (!ran.ok()) throw std::runtime_error(std::string(ran.status().message()));
    return *ran;
  }
  template <class T, class Fn>
  T Read(Fn fn) {
    T out;
    const absl::Status status = store.Read([&](store::ReadTx& tx) -> absl::Status {
      auto read = fn(tx);
      if (!read.ok()) return read.status();
      out = *std::move(read);
      return absl::OkStatus();
    });
    if (!status.ok()) throw std::runtime_error(std::string(status.message()));
    return out;
  }
  std::vector<SavedHit> Hits(const SavedId& id) {
    return Read<std::vector<SavedHit>>([&](store::ReadTx& tx) { return HitsOf(tx, id); });
  }
  std::vector<SubjectAlert> Alerts(const std::string& system) {
    return Read<std::vector<SubjectAlert>>(
        [&](store::ReadTx& tx) { return AlertsAfter(tx, system, 0, 10'000); });
  }

  store::TemporaryStore store;
  Index index;
  IndexFollower follower;
  std::unique_ptr<Rescreening> work;
  std::map<int, Entry> listed;
  int entries = 0;
};

const SavedId kFund = {"housing-fund", "borrowers", "1"};

TEST_CASE("a saved subject is told of what is listed, renamed and ended") {
  World world;
  world.Save(kFund, {"", kNames[0], ""});
  CHECK(world.Run() == 1);
  CHECK(world.Alerts("housing-fund").empty());
  world.Name(1, kNames[0]);
  world.List(1);
  CHECK(world.Run() == 1);
  REQUIRE(world.Alerts("housing-fund").size() == 1);
  CHECK(world.Alerts("housing-fund")[0].kind == AlertKind::kHit);
  CHECK(world.Hits(kFund)[0].band == Band::kSame);
  world.Name(1, kNames[1]);
  CHECK(world.Run() == 1);
  CHECK(world.Alerts("housing-fund").back().kind == AlertKind::kChanged);
  CHECK(world.Hits(kFund)[0].band == Band::kReview);
  world.End(1);
  CHECK(world.Run() == 1);
  REQUIRE(world.Alerts("housing-fund").size() == 3);
  CHECK(world.Alerts("housing-fund").back().kind == AlertKind::kCleared);
  CHECK(world.Hits(kFund).empty());
  CHECK(world.Alerts("finance-bureau").empty());
}

TEST_CASE("a change of the list costs what it concerns") {
  World world;
  for (int i = 0; i < 300; ++i) {
    world.Save({"a", "l", absl::StrCat(i)}, {"", absl::StrCat("河南省号", i, "食品有限公司"), ""});
  }
  world.Save(kFund, {"", kNames[0], ""});
  world.Run();
  world.Name(1, kNames[0]);
  world.List(1);
  CHECK(world.Run() == 1);
}

TEST_CASE("codes and organisation codes find the saved") {
  World world;
  world.Save({"a", "l", "code"}, {kCodes[0], "", ""});
  world.Save({"a", "l", "organisation"}, {"", "", "192203821"});
  world.Save({"a", "l", "other"}, {kCodes[1], "", ""});
  world.Run();
  world.Name(1, kNames[5], kCodes[0]);
  world.List(1);
  CHECK(world.Run() == 2);
  CHECK(world.Hits({"a", "l", "code"}).size() == 1);
  CHECK(world.Hits({"a", "l", "organisation"}).size() == 1);
  CHECK(world.Hits({"a", "l", "other"}).empty());
}

TEST_CASE("alerts are facts for the system that saved, and name nobody") {
  World world;
  world.Save(kFund, {"", kNames[0], ""});
  world.Name(1, kNames[0]);
  world.List(1);
  world.Run();
  REQUIRE(ledger::Place(*world.store).ok());
  const auto batch = world.Read<ledger::FeedBatch>([](store::ReadTx& tx) {
    return ledger::ReadFeed(tx, {.type_prefixes = {"shian.sanction.subject.housing-fund."}});
  });
  REQUIRE(batch.entries.size() == 1);
  CHECK(batch.entries[0].change.subject == "systems/housing-fund");
  CHECK(batch.entries[0].change.payload.find("瑞丰") == std::string::npos);
}

TEST_CASE("a removed subject leaves nothing, and an erased party is no subject") {
  World world;
  world.Name(1, kNames[0], kCodes[0]);
  world.List(1);
  world.Save(kFund, {"", kNames[0], ""});
  world.Save({"housing-fund", "borrowers", "2"}, {kCodes[0], kNames[0], ""});
  world.Save({"housing-fund", "borrowers", "3"}, {"", kNames[1], ""});
  world.Run();
  world.Remove(kFund);
  world.Write([](store::WriteTx& tx) { return EraseSavedAbout(tx, OperatorId("op-1")); });
  for (const SubjectAlert& alert : world.Alerts("housing-fund")) CHECK(alert.subject.ref == "3");
  CHECK(world.Alerts("housing-fund").size() == 1);
  world.Run();
  using Subjects = std::vector<SavedSubject>;
  CHECK(world.Read<Subjects>([](store::ReadTx& tx) { return SavedAfter(tx, 0, 10); }).size() == 1);
  // A new one with that reference is another one, and is seen.
  world.Save(kFund, {"", kNames[0], ""});
  CHECK(world.Run() == 1);
  CHECK(world.Hits(kFund).size() == 1);
}

// Alerts, one after the other, make the hits; and these are what a search finds.
void CheckAgree(World& world, const std::map<SavedId, Subject>& saved) {
  std::map<SavedId, std::map<std::string, Band>> told;
  for (const char* system : {"a", "b"}) {
    for (const SubjectAlert& alert : world.Alerts(system)) {
      std::map<std::string, Band>& hits = told[alert.subject];
      const std::string& entry = alert.hit.entry.value();
      if (alert.kind == AlertKind::kCleared) {
        RC_ASSERT(hits.erase(entry) == 1u);
        continue;
      }
      RC_ASSERT(hits.contains(entry) == (alert.kind == AlertKind::kChanged));
      hits[entry] = alert.hit.band;
    }
  }
  View view;
  view.now = view.as_of = kNow;
  for (const auto& [id, subject] : saved) {
    const std::vector<SavedHit> found = HitsOf(world.index.Find({subject}, view).results[0]);
    RC_ASSERT(world.Hits(id) == found);
    std::map<std::string, Band> now;
    for (const SavedHit& hit : found) now[hit.entry.value()] = hit.band;
    RC_ASSERT(told[id] == now);
  }
}

TEST_CASE("whatever is saved, listed, renamed, ended and stopped, alerts tell it") {
  const bool holds = shian::testing::PropertyHolds("alerts make the hits", [] {
    World world;
    std::map<SavedId, Subject> saved;
    const int steps = *rc::gen::inRange(5, 25);
    for (int i = 0; i < steps; ++i) {
      const SavedId id = {*rc::gen::element<std::string>("a", "b"), "l",
                          absl::StrCat(*rc::gen::inRange(0, 4))};
      const int op = *rc::gen::inRange(0, 4);
      const std::string name = kNames[*rc::gen::inRange(0, 6)];
      const std::string code = *rc::gen::element<std::string>("", kCodes[0], kCodes[1]);
      switch (*rc::gen::inRange(0, 7)) {
        case 0:
        case 1: {
          // A changed subject is the same one: its alerts go on.
          const Subject subject = {code, name, ""};
          world.Save(id, subject);
          saved[id] = subject;
          break;
        }
        case 2:
          world.Remove(id);
          saved.erase(id);
          break;
        case 3:
          world.Name(op, name, code);
          break;
        case 4:
          world.List(op);
          break;
        case 5:
          world.End(op);
          break;
        default:
          if (*rc::gen::element(true, false)) world.Restart();
          world.Run();
      }
    }
    world.Run();
    CheckAgree(world, saved);
    RC_ASSERT(world.Run() == 0);
  });
  CHECK(holds);
}

}  // namespace
}  // namespace shian::sanction
