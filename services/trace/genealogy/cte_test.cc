// The graph's answers beside those of SQLite's recursive queries over the same records, with
// containment and with events that were declared wrong.
#include <sqlite3.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <random>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/testing.h"
#include "services/trace/genealogy/testing.h"
#include "services/trace/genealogy/trace.h"

namespace shian::trace {
namespace {

using testing::GraphMaker;

class Oracle {
 public:
  Oracle() {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(":memory:", &db) == SQLITE_OK);
    db_.reset(db);
    Run("CREATE TABLE flow (event, process, lot, input, time);"
        "CREATE TABLE act (event, action, child, parent, time);");
  }

  void Run(const std::string& sql) {
    char* error = nullptr;
    const int code = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, &error);
    INFO(sql << ": " << (error == nullptr ? "" : error));
    REQUIRE(code == SQLITE_OK);
  }

  std::set<std::string> Ask(const std::string& sql) {
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v2(db_.get(), sql.c_str(), -1, &raw, nullptr);
    INFO(sqlite3_errmsg(db_.get()));
    REQUIRE(code == SQLITE_OK);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
    std::set<std::string> rows;
    while (sqlite3_step(raw) == SQLITE_ROW) {
      rows.insert(reinterpret_cast<const char*>(sqlite3_column_text(raw, 0)));
    }
    return rows;
  }

  // What one was in the other, and when: from each packing to the first unpacking after it.
  void MakeStays() {
    Run("CREATE TABLE stay AS SELECT a.child, a.parent, a.time AS f, COALESCE((SELECT MIN(d.time) "
        "FROM act d WHERE d.action = 'DELETE' AND d.parent = a.parent AND (d.child = a.child OR "
        "d.child IS NULL) AND d.time > a.time), 1000000) AS t FROM act a WHERE a.action = 'ADD'");
  }

  std::set<std::string> Forward(const std::string& seed) {
    return Ask(absl::StrCat(
        "WITH RECURSIVE r(lot, f, t) AS (SELECT '", seed,
        "', -1, 1000000 UNION SELECT s.parent, MAX(r.f, s.f), MIN(r.t, s.t) FROM r JOIN stay s ON "
        "s.child = r.lot WHERE MAX(r.f, s.f) < MIN(r.t, s.t) UNION SELECT o.lot, -1, 1000000 FROM "
        "r JOIN flow i ON i.lot = r.lot AND i.input = 1 AND r.f <= i.time AND i.time < r.t JOIN "
        "flow o ON o.process = i.process AND o.input = 0) SELECT DISTINCT lot FROM r"));
  }

  // Rows with an interval ask for the contents then; those of a reached lot have none of their own.
  std::set<std::string> Back(const std::string& seed) {
    return Ask(absl::StrCat(
        "WITH RECURSIVE r(lot, f, t) AS (SELECT '", seed,
        "', -1, 1000000 UNION SELECT s.child, MAX(r.f, s.f), MIN(r.t, s.t) FROM r JOIN stay s ON "
        "s.parent = r.lot WHERE MAX(r.f, s.f) < MIN(r.t, s.t) UNION SELECT i.lot, i.time, "
        "i.time + 1 FROM r JOIN flow o ON o.lot = r.lot AND o.input = 0 JOIN flow i ON i.process = "
        "o.process AND i.input = 1) SELECT DISTINCT lot FROM r"));
  }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
  };
  std::unique_ptr<sqlite3, Close> db_;
};

// Tells both the same.
class Pair {
 public:
  void Process(int64_t time, const std::string& id, const std::vector<std::string>& from,
               const std::vector<std::string>& to) {
    maker.Process(time, id, from, to);
    const std::string process = id.empty() ? absl::StrCat("event", maker.last()) : id;
    for (const std::string& lot : from) Flow(process, lot, true, time);
    for (const std::string& lot : to) Flow(process, lot, false, time);
  }
  void Pack(int64_t time, const std::string& unit, const std::vector<std::string>& children) {
    maker.Pack(time, unit, children);
    for (const std::string& child : children) Act("ADD", absl::StrCat("'", child, "'"), unit, time);
  }
  void Unpack(int64_t time, const std::string& unit, const std::vector<std::string>& children) {
    maker.Unpack(time, unit, children);
    for (const std::string& child : children) {
      Act("DELETE", absl::StrCat("'", child, "'"), unit, time);
    }
    if (children.empty()) Act("DELETE", "NULL", unit, time);
  }
  void Declare(int64_t event) {
    maker.Declare(event);
    oracle.Run(absl::StrCat("DELETE FROM flow WHERE event = ", event,
                            "; DELETE FROM act WHERE event = ", event));
  }

  GraphMaker maker;
  Oracle oracle;

 private:
  void Flow(const std::string& process, const std::string& lot, bool input, int64_t time) {
    oracle.Run(absl::StrCat("INSERT INTO flow VALUES (", maker.last(), ", '", process, "', '", lot,
                            "', ", input ? 1 : 0, ", ", time, ")"));
  }
  void Act(const std::string& action, const std::string& child, const std::string& unit,
           int64_t time) {
    oracle.Run(absl::StrCat("INSERT INTO act VALUES (", maker.last(), ", '", action, "', ", child,
                            ", '", unit, "', ", time, ")"));
  }
};

void TellRandom(std::mt19937_64* random, Pair* pair) {
  std::mt19937_64& r = *random;
  const auto lot = [&] { return absl::StrCat("lot", r() % 12); };
  const auto unit = [&] { return absl::StrCat("unit", r() % 4); };
  for (int i = 0; i < 30; ++i) {
    const auto time = static_cast<int64_t>(r() % 50);
    switch (r() % 5) {
      case 0:
      case 1:
        pair->Process(time, r() % 3 == 0 ? absl::StrCat("p", r() % 5) : "",
                      {r() % 3 == 0 ? unit() : lot(), lot()}, {lot(), lot()});
        break;
      case 2:
      case 3:
        // Units in units of a greater number only: the query above does not bound its depth.
        pair->Pack(time, "unit3", {r() % 3 == 0 ? absl::StrCat("unit", r() % 3) : lot()});
        pair->Pack(time, unit(), {lot()});
        break;
      default:
        pair->Unpack(time, unit(),
                     r() % 2 == 0 ? std::vector<std::string>{} : std::vector<std::string>{lot()});
    }
    if (r() % 8 == 0) pair->Declare(1 + static_cast<int64_t>(r() % pair->maker.last()));
    if (r() % 8 == 0) pair->maker.graph();  // so that it is made of parts
  }
}

TEST_CASE("the graph says what SQLite's recursive queries say, with containment and masks") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 40; ++round) {
    Pair pair;
    TellRandom(&random, &pair);
    pair.oracle.MakeStays();
    const Graph& graph = pair.maker.graph();
    for (NodeId lot = 1; lot <= graph.lot_count(); ++lot) {
      for (const Direction direction : {Direction::kBack, Direction::kForward}) {
        std::set<std::string> ours;
        for (const ReachedLot& each :
             Walk(graph, graph.Now(), {lot}, direction, {1'000'000}).lots) {
          ours.insert(graph.NameOf(each.lot));
        }
        const std::string seed = graph.NameOf(lot);
        const auto theirs =
            direction == Direction::kBack ? pair.oracle.Back(seed) : pair.oracle.Forward(seed);
        INFO(seed << (direction == Direction::kBack ? " back" : " forward"));
        REQUIRE(ours == theirs);
      }
    }
  }
}

}  // namespace
}  // namespace shian::trace
