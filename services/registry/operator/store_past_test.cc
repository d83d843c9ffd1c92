// Reads of the past: what an operator was, by when it was recorded.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/testing.h"
#include "services/registry/operator/testing.h"

namespace shian::registry {
namespace {

using testing::AddRow;
using testing::Chunk;
using testing::Order;
using testing::World;

Past AsOf(absl::Time time) { return {time, absl::InfiniteFuture()}; }
Past KnownAt(absl::Time time) { return {absl::InfiniteFuture(), time}; }

int64_t Rows(World& world, const store::Sql& count) {
  return world.Ask([&](store::ReadTx& tx) -> absl::StatusOr<int64_t> {
    const auto row = tx.QueryOne(count, {});
    if (!row.ok()) return row.status();
    return (*row)->Int(0);
  });
}

constexpr store::Sql kCountVersions{"SELECT COUNT(*) FROM operator_version"};
constexpr store::Sql kCountVersionPayloads{"SELECT COUNT(*) FROM operator_version_payload"};

TEST_CASE("a change keeps what was before, and a first version costs nothing more") {
  World world;
  const absl::Time first = world.now;
  v1::ImportOperatorsRequest chunk = Chunk();
  AddRow(&chunk, 1, false);
  const std::string name = world.Import(chunk).verdicts(0).name();
  world.Import(chunk);
  REQUIRE(Rows(world, kCountVersions) == 0);
  world.now += absl::Hours(24);
  chunk.mutable_rows(0)->set_title("澄沅县青禾食品股份有限公司");
  chunk.mutable_rows(0)->set_status("歇业");
  world.Import(chunk);
  REQUIRE(Rows(world, kCountVersions) == 1);

  REQUIRE(world.Get(name).version == 2);
  for (const Past& past : {AsOf(first), KnownAt(first), AsOf(world.now - absl::Microseconds(1)),
                           Past{world.now, first}, Past{first, world.now}}) {
    const std::optional<Operator> then = world.Find(name, past);
    REQUIRE(then->version == 1);
    REQUIRE(then->payload.title == "澄沅县青禾食品有限公司");
    REQUIRE(then->core.status == Status::kTrading);
    REQUIRE(then->provenance.recorded == first);
  }
  REQUIRE(world.Find(name, AsOf(world.now))->version == 2);
  REQUIRE_FALSE(world.Find(name, AsOf(first - absl::Microseconds(1))).has_value());
  REQUIRE_FALSE(world.Find(name, KnownAt(first - absl::Microseconds(1))).has_value());
}

TEST_CASE("what was erased is erased from every past") {
  World world;
  const absl::Time first = world.now;
  v1::ImportOperatorsRequest chunk = Chunk();
  v1::OperatorRow* row = AddRow(&chunk, 1, true);
  row->set_office("城关监管所");
  const std::string name = world.Import(chunk).verdicts(0).name();
  world.now += absl::Hours(1);
  row->set_title("澄沅县李记面馆");
  world.Import(chunk);
  REQUIRE(world.Find(name, AsOf(first))->payload.title == "澄沅县李记小吃店");
  world.now += absl::Hours(1);
  REQUIRE(world.Erase(Order(name)).ok());

  REQUIRE(Rows(world, kCountVersions) == 2);
  REQUIRE(Rows(world, kCountVersionPayloads) == 0);
  for (const absl::Time time : {first, first + absl::Hours(1), world.now}) {
    const std::optional<Operator> then = world.Find(name, AsOf(time));
    REQUIRE(then->payload == Payload());
    REQUIRE(then->core.office.empty());
    REQUIRE(then->erasure.has_value() == (time == world.now));
  }
  REQUIRE(world.Find(name, AsOf(first))->core.status == Status::kTrading);
}

// ---- Random histories against a model ---------------------------------------------------------

struct Said {
  absl::Time recorded;
  v1::OperatorRow row;
  bool erased = false;
};

struct Listed {
  std::string entry;
  Date from;
  absl::Time recorded;
  std::optional<Date> to = {};
  absl::Time end_recorded = absl::InfiniteFuture();
};

// All that was ever done to one operator.
struct History {
  std::string name;
  std::vector<Said> said;
  std::vector<Listed> listed;

  bool erased() const { return said.back().erased; }

  // How many of `said` had been said.
  size_t SaidBy(const Past& past) const {
    return std::count_if(said.begin(), said.end(), [&](const Said& one) {
      return one.recorded <= past.as_of && one.recorded <= past.known_at;
    });
  }
};

// What both an answer and the model are brought to.
struct Seen {
  std::string name, region, title, town, office, restrictions;
  int64_t version = 0;
  Kind kind = Kind::kUnknown;
  Status status = Status::kUnknown;
  friend bool operator==(const Seen&, const Seen&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Seen& seen) {
    return out << seen.name << " v" << seen.version << " " << seen.region << " " << seen.title
               << " " << static_cast<int>(seen.status) << " " << seen.restrictions;
  }
};

std::string Line(const std::string& entry, Date from, const std::optional<Date>& to) {
  return absl::StrCat(entry, " ", FormatDate(from), " ", to ? FormatDate(*to) : "lasts", "; ");
}

Seen ToSeen(const Operator& op) {
  Seen seen = {OperatorName(op.id), op.core.region, op.payload.title, "", op.core.office, ""};
  if (!op.payload.sites.empty()) seen.town = op.payload.sites[0].town;
  for (const Restriction& one : op.restrictions) {
    absl::StrAppend(&seen.restrictions, Line(one.listing, one.from, one.to));
  }
  seen.version = op.version;
  seen.kind = op.core.kind;
  seen.status = op.core.status;
  return seen;
}

std::string RestrictionsOf(const History& history, const Past& past) {
  std::string lines;
  for (const Listed& one : history.listed) {
    std::optional<Date> to = one.end_recorded <= past.known_at ? one.to : std::nullopt;
    if (past.as_of != absl::InfiniteFuture()) {
      const Date day = ToDate(past.as_of);
      if (day < one.from || (to && day > *to)) continue;
      if (to != day) to.reset();
    }
    if (one.recorded <= past.known_at) absl::StrAppend(&lines, Line(one.entry, one.from, to));
  }
  return lines;
}

std::optional<Seen> ToSeen(const History& history, const Past& past) {
  const size_t version = history.SaidBy(past);
  if (version == 0) return std::nullopt;
  const Said& said = history.said[version - 1];
  Seen seen = {history.name,    said.row.region(), said.row.title(),
               said.row.town(), said.row.office(), RestrictionsOf(history, past)};
  if (history.erased()) seen.title = seen.town = seen.office = "";
  seen.version = static_cast<int64_t>(version);
  seen.kind = KindFromText(said.row.kind());
  seen.status = said.erased ? Status::kErased : StatusFromText(said.row.status());
  return seen;
}

class Course {
 public:
  explicit Course(uint64_t seed) : random_(seed) {
    v1::ImportOperatorsRequest all = Chunk();
    for (int i = 0; i < kOperators; ++i) rows_.push_back(*AddRow(&all, i, Below(2) == 0));
  }

  void Run(int steps) {
    for (int step = 0; step < steps; ++step) {
      world_.now += kPauses[Below(std::size(kPauses))];
      times_.push_back(world_.now);
      const int what = Below(10);
      if (what < 6) Import();
      if (what == 6) Erase();
      if (what == 7 || what == 8) Publish();
      if (what == 9) End();
    }
  }

  // Compares everything that can be read of one past; the present is one of them.
  void Check() {
    const Past past = {Moment(), Moment()};
    INFO("as of " << past.as_of << ", known at " << past.known_at);
    for (const auto& [id, history] : histories_) {
      const std::optional<Operator> found = world_.Find(history.name, past);
      REQUIRE((found ? std::optional(ToSeen(*found)) : std::nullopt) == ToSeen(history, past));
    }
    CheckList(past);
    CheckCounts(past);
  }

 private:
  static constexpr int kOperators = 12;
  static constexpr absl::Duration kPauses[] = {absl::ZeroDuration(), absl::Microseconds(1),
                                               absl::Hours(5), absl::Hours(100)};
  static constexpr const char* kRegions[] = {"410902", "410922"};

  int Below(size_t limit) { return static_cast<int>(random_() % limit); }

  // Now, or the moment of a step, or one just beside it.
  absl::Time Moment() {
    if (Below(4) == 0) return absl::InfiniteFuture();
    return times_[Below(times_.size())] + absl::Microseconds(Below(3) - 1) * (Below(2) * 3600 + 1);
  }

  void Import() {
    v1::ImportOperatorsRequest chunk = Chunk();
    chunk.set_region("410900");
    std::shuffle(rows_.begin(), rows_.end(), random_);
    const int count = 1 + Below(4);
    for (int i = 0; i < count; ++i) {
      v1::OperatorRow& row = rows_[i];
      row.set_title(absl::StrCat("澄沅", Below(3), "号食品"));
      row.set_status(Below(3) == 0 ? "歇业" : "存续");
      row.set_kind(Below(3) == 0 ? "食品销售" : "餐饮服务");
      row.set_region(kRegions[Below(2)]);
      row.set_town(Below(2) == 0 ? "柳坡镇" : "城关镇");
      row.set_office(Below(2) == 0 ? "一所" : "二所");
      *chunk.add_rows() = row;
    }
    const v1::ImportOperatorsResponse out = world_.Import(chunk);
    for (int i = 0; i < count; ++i) {
      const common::v1::RowOutcome outcome = out.verdicts(i).outcome();
      if (outcome != common::v1::ROW_OUTCOME_NEW && outcome != common::v1::ROW_OUTCOME_CHANGED) {
        continue;
      }
      History& history = histories_[out.verdicts(i).name()];
      history.name = out.verdicts(i).name();
      history.said.push_back({world_.now, rows_[i]});
    }
  }

  History* Any() {
    if (histories_.empty()) return nullptr;
    return &std::next(histories_.begin(), Below(histories_.size()))->second;
  }

  void Erase() {
    History* history = Any();
    if (history == nullptr || !world_.Erase(Order(history->name)).ok()) return;
    history->said.push_back({world_.now, history->said.back().row, true});
  }

  absl::Time Lately() { return world_.now - absl::Hours(Below(200)); }

  void Publish() {
    History* history = Any();
    if (history == nullptr) return;
    const absl::Time time = Lately();
    const std::string entry = absl::StrFormat("listings/%04d", ++entries_);
    world_.Publish(history->name, entry, time);
    history->listed.push_back({entry, ToDate(time), world_.now});
  }

  void End() {
    History* history = Any();
    if (history == nullptr || history->listed.empty()) return;
    Listed& listed = history->listed[Below(history->listed.size())];
    if (listed.to) return;
    listed.to = std::max(listed.from, ToDate(Lately()));
    listed.end_recorded = world_.now;
    world_.End(history->name, listed.entry, StartOfDay(*listed.to));
  }

  void CheckList(const Past& past) {
    OperatorQuery query;
    query.region = Below(2) == 0 ? "410900" : kRegions[Below(2)];
    if (Below(2) == 0) query.kinds = {Kind::kCaterer, Kind::kFarm};
    query.status = static_cast<Status>(Below(3) * Below(3));  // any, trading, resting or revoked
    if (Below(4) == 0) query.status = Status::kErased;
    query.past = past;
    query.count = 1 + Below(5);
    std::vector<Seen> expected;
    for (const auto& [id, history] : histories_) {
      const std::optional<Seen> seen = ToSeen(history, past);
      const bool chosen = seen && (query.region == "410900" || query.region == seen->region) &&
                          (query.kinds.empty() || seen->kind == Kind::kCaterer) &&
                          (query.status == Status::kUnknown || query.status == seen->status);
      if (chosen) expected.push_back(*seen);
    }
    std::vector<Seen> found;
    std::vector<Operator> page;
    do {
      page = world_.List(query);
      for (const Operator& op : page) found.push_back(ToSeen(op));
      if (!page.empty()) query.after = page.back().id.value();
    } while (static_cast<int>(page.size()) == query.count);
    REQUIRE(found == expected);
  }

  void CheckCounts(const Past& past) {
    const std::string region = Below(2) == 0 ? "410900" : kRegions[Below(2)];
    std::map<std::pair<Kind, Status>, int64_t> expected, found;
    for (const auto& [id, history] : histories_) {
      const std::optional<Seen> seen = ToSeen(history, past);
      if (!seen || (region != "410900" && region != seen->region)) continue;
      ++expected[{seen->kind, seen->status}];
    }
    const auto counts =
        world_.Ask([&](store::ReadTx& tx) { return CountOperators(tx, region, past); });
    for (const KindCount& one : counts) found[{one.kind, one.status}] = one.count;
    REQUIRE(found == expected);
  }

  std::mt19937_64 random_;
  World world_;
  std::vector<v1::OperatorRow> rows_;
  std::map<std::string, History> histories_;  // by name, the order of lists
  std::vector<absl::Time> times_;
  int entries_ = 0;
};

TEST_CASE("every past of a random course of imports, listings and erasures is as it was") {
  for (int round = 0; round < 6; ++round) {
    Course course(shian::testing::Seed() + round);
    course.Run(60);
    for (int i = 0; i < 60; ++i) course.Check();
  }
}

}  // namespace
}  // namespace shian::registry
