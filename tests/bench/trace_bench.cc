// bench_trace MODE GRAPH STORE: traces in graphs made here, always the same; GRAPH is tiered or
// supply. walk: the same traces by the service's graph, by a plain compressed adjacency with a mark
// for each node, and by SQLite's recursive query with integer keys and covering indexes, in turn.
// edges: its edges as text. fill: puts the graph into a service's store, as it keeps it. rebuild:
// from the opened store to the graph that answers, and its size. stream ADDRESS PKI LOT DIRECTION:
// one trace from a running service, each lot received.
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "embedded/policy_schema.h"
#include "embedded/trace_schema.h"
#include "grpcpp/grpcpp.h"
#include "libs/base/check.h"
#include "libs/rpc/due_work.h"
#include "libs/store/sqlite.h"
#include "services/trace/capture/store.h"
#include "services/trace/genealogy/service_graph.h"
#include "services/trace/genealogy/store_kept.h"
#include "services/trace/genealogy/trace.h"
#include "shian/trace/v1/lineage_service.grpc.pb.h"
#include "tests/bench/lots.h"
#include "tests/bench/measure.h"
#include "tests/bench/raw.h"

namespace shian::bench {
namespace {

constexpr int32_t kApplicationId = 0x53411005;
constexpr int kRounds = 5;
constexpr size_t kRunEvents = 32'768;

MadeGraph Make(const std::string& name) { return name == "supply" ? SupplyGraph() : TieredGraph(); }

struct Question {
  trace::Direction direction = trace::Direction::kBack;
  std::vector<uint32_t> lots;
};

// The peer: nodes are lots and, where processes make several lots, processes after them.
class PlainGraph {
 public:
  PlainGraph(const MadeGraph& graph, bool forward) {
    const bool direct = graph.outputs() == graph.processes.size();
    const auto nodes = graph.lots + (direct ? 0 : graph.processes.size());
    offsets_.assign(nodes + 1, 0);
    const auto each = [&](const auto& edge) {
      for (size_t p = 0; p < graph.processes.size(); ++p) {
        const MadeProcess& process = graph.processes[p];
        const auto node = static_cast<uint32_t>(graph.lots + p);
        for (const uint32_t in : process.inputs) {
          const uint32_t to = direct ? process.outputs[0] : node;
          forward ? edge(in, to) : edge(to, in);
        }
        if (direct) continue;
        for (const uint32_t out : process.outputs) forward ? edge(node, out) : edge(out, node);
      }
    };
    each([&](uint32_t from, uint32_t) { ++offsets_[from + 1]; });
    for (size_t i = 1; i < offsets_.size(); ++i) offsets_[i] += offsets_[i - 1];
    edges_.resize(offsets_.back());
    std::vector<uint32_t> at = offsets_;
    each([&](uint32_t from, uint32_t to) { edges_[at[from]++] = to; });
    visited_.assign(nodes, 0);
  }

  // Nodes reached.
  size_t Walk(uint32_t start) {
    ++epoch_;
    queue_.clear();
    queue_.push_back(start);
    visited_[start] = epoch_;
    for (size_t next = 0; next < queue_.size(); ++next) {
      const uint32_t node = queue_[next];
      for (uint32_t i = offsets_[node]; i < offsets_[node + 1]; ++i) {
        if (visited_[edges_[i]] == epoch_) continue;
        visited_[edges_[i]] = epoch_;
        queue_.push_back(edges_[i]);
      }
    }
    return queue_.size();
  }

 private:
  std::vector<uint32_t> offsets_, edges_, visited_, queue_;
  uint32_t epoch_ = 0;
};

class RecursiveQuery {
 public:
  explicit RecursiveQuery(const MadeGraph& graph) : raw_(":memory:") {
    raw_.Execute("CREATE TABLE edge (src INTEGER, dst INTEGER)");
    sqlite3_stmt* insert = raw_.Prepared("INSERT INTO edge VALUES (?, ?)");
    raw_.Execute("BEGIN");
    for (const MadeProcess& process : graph.processes) {
      for (const uint32_t in : process.inputs) {
        for (const uint32_t out : process.outputs) {
          sqlite3_bind_int64(insert, 1, in);
          sqlite3_bind_int64(insert, 2, out);
          raw_.Step(insert);
        }
      }
    }
    raw_.Execute("COMMIT");
    raw_.Execute("CREATE INDEX edge_by_src ON edge (src, dst)");
    raw_.Execute("CREATE INDEX edge_by_dst ON edge (dst, src)");
  }

  size_t Walk(uint32_t start, bool forward) {
    sqlite3_stmt* query = raw_.Prepared(
        forward ? "WITH RECURSIVE r(n) AS (SELECT ? UNION SELECT e.dst FROM r JOIN edge e ON e.src "
                  "= r.n) SELECT COUNT(*) FROM r"
                : "WITH RECURSIVE r(n) AS (SELECT ? UNION SELECT e.src FROM r JOIN edge e ON e.dst "
                  "= r.n) SELECT COUNT(*) FROM r");
    sqlite3_bind_int64(query, 1, start);
    SHIAN_CHECK(sqlite3_step(query) == SQLITE_ROW) << "the recursive query failed";
    const auto count = static_cast<size_t>(sqlite3_column_int64(query, 0));
    sqlite3_reset(query);
    return count;
  }

 private:
  Raw raw_;
};

std::vector<Question> QuestionsIn(const MadeGraph& graph) {
  Question back, forward;
  forward.direction = trace::Direction::kForward;
  for (uint32_t i = 0; i < 10; ++i) back.lots.push_back(graph.lots - 1 - i * 9'973);
  forward.lots = {5};
  return {back, forward};
}

double Seconds(const std::function<void()>& work) {
  const Stopwatch watch;
  work();
  return watch.Seconds();
}

trace::Graph ToGraph(const MadeGraph& made) {
  trace::Graph graph;
  graph.Add(ToRecords(made, 0, made.processes.size()));
  return graph;
}

// Traces a second of each, round by round; CTE only where it was asked for.
void Walk(const std::string& name, bool cte) {
  const MadeGraph made = Make(name);
  const trace::Graph graph = ToGraph(made);
  std::unique_ptr<RecursiveQuery> query;
  if (cte) query = std::make_unique<RecursiveQuery>(made);
  std::map<std::string, double> figures;
  for (const Question& question : QuestionsIn(made)) {
    const bool forward = question.direction == trace::Direction::kForward;
    const std::string way = forward ? "forward" : "back";
    PlainGraph plain(made, forward);
    size_t reached = 0;
    const auto ours = [&](uint32_t lot) {
      reached += trace::Walk(graph, graph.Now(), {lot + 1}, question.direction, {1'000'000'000})
                     .lots.size();
    };
    const auto all = [&](const std::function<void(uint32_t)>& walk, int times) {
      const double seconds = Seconds([&] {
        for (int i = 0; i < times; ++i) {
          for (const uint32_t lot : question.lots) walk(lot);
        }
      });
      return times * question.lots.size() / seconds;
    };
    for (int round = 0; round < kRounds; ++round) {
      reached = 0;
      figures[absl::StrCat(way, "_ours_", round)] = all(ours, 10);
      figures[absl::StrCat(way, "_lots")] =
          static_cast<double>(reached) / (10.0 * question.lots.size());
      figures[absl::StrCat(way, "_csr_", round)] = all([&](uint32_t lot) { plain.Walk(lot); }, 10);
      if (query == nullptr) continue;
      figures[absl::StrCat(way, "_cte_", round)] =
          all([&](uint32_t lot) { query->Walk(lot, forward); }, 1);
    }
  }
  Print(figures);
}

std::unique_ptr<store::Store> OpenStore(const std::string& path) {
  store::SqliteOptions options;
  options.path = path;
  options.origin = "shian.trace/410902";
  options.schema = store::Schema(kApplicationId);
  options.schema.Add("trace", trace::kMigrations);
  options.schema.Add("policy", policy::kMigrations);
  options.schema.migrations.push_back(rpc::ClockMigration());
  auto store = store::OpenSqlite(std::move(options));
  SHIAN_CHECK(store.ok()) << store.status().ToString();
  return *std::move(store);
}

void Fill(const std::string& name, const std::string& path) {
  const MadeGraph made = Make(name);
  const auto store = OpenStore(path);
  for (size_t from = 0; from < made.processes.size(); from += kRunEvents) {
    const size_t to = std::min(made.processes.size(), from + kRunEvents);
    const auto run = std::make_shared<const trace::Records>(ToRecords(made, from, to));
    const absl::Status kept = trace::genealogy::KeepRun(*store, {run}, std::nullopt);
    SHIAN_CHECK(kept.ok()) << kept.ToString();
  }
  Print({{"inputs", static_cast<double>(made.inputs())},
         {"outputs", static_cast<double>(made.outputs())}});
}

// For a peer: source and target, a line each.
void Edges(const std::string& name) {
  for (const MadeProcess& process : Make(name).processes) {
    for (const uint32_t in : process.inputs) {
      for (const uint32_t out : process.outputs) std::printf("%u\t%u\n", in, out);
    }
  }
}

// Edges are those that go into processes and, apart, all: each is held in both directions.
void Rebuild(const std::string& path) {
  const auto store = OpenStore(path);
  trace::genealogy::LiveGraph live(trace::capture::ReadCaptured);
  std::shared_ptr<const trace::Graph> graph;
  const double seconds = Seconds([&] {
    const absl::Status read = store->ReadNow([&](store::ReadTx& tx) -> absl::Status {
      auto snapshot = live.Snapshot(tx);
      if (!snapshot.ok()) return snapshot.status();
      graph = *snapshot;
      return absl::OkStatus();
    });
    SHIAN_CHECK(read.ok()) << read.ToString();
  });
  const auto bytes = graph->bytes();
  const double inputs = static_cast<double>(graph->input_count());
  const double flows = static_cast<double>(graph->flow_count());
  Print({{"rate", inputs / seconds},
         {"flows_per_s", flows / seconds},
         {"seconds", seconds},
         {"bytes_per_edge", static_cast<double>(bytes.adjacency) / inputs},
         {"bytes_per_flow", static_cast<double>(bytes.adjacency) / flows},
         {"sightings_per_edge", static_cast<double>(bytes.sightings) / inputs},
         {"texts_per_edge", static_cast<double>(bytes.texts) / inputs}});
}

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void Stream(const std::string& address, const std::string& pki, const std::string& lot,
            const std::string& direction) {
  const grpc::SslCredentialsOptions tls = {ReadAll(pki + "/ca.crt"), ReadAll(pki + "/ctl.key"),
                                           ReadAll(pki + "/ctl.crt")};
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("trace.shian.internal");
  const auto stub = trace::v1::LineageService::NewStub(
      grpc::CreateCustomChannel(address, grpc::SslCredentials(tls), arguments));
  trace::v1::StreamTraceRequest in;
  in.add_seeds(lot);
  in.set_direction(direction == "back" ? trace::v1::TRACE_DIRECTION_BACK
                                       : trace::v1::TRACE_DIRECTION_FORWARD);
  std::vector<double> seconds;
  size_t lots = 0;
  for (int i = 0; i < 6; ++i) {  // the first one connects
    const Stopwatch watch;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    const auto reader = stub->StreamTrace(&context, in);
    trace::v1::StreamTraceResponse piece;
    lots = 0;
    while (reader->Read(&piece)) lots += piece.lots_size();
    const grpc::Status status = reader->Finish();
    SHIAN_CHECK(status.ok()) << status.error_message();
    if (i > 0) seconds.push_back(watch.Seconds());
  }
  Print({{"rate", 1 / Percentile(seconds, 0.5)}, {"lots", static_cast<double>(lots)}});
}

int Main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  SHIAN_CHECK(args.size() >= 2) << "bench_trace MODE GRAPH STORE";
  if (args[0] == "walk") {
    Walk(args[1], args[1] == "tiered");
  } else if (args[0] == "fill") {
    Fill(args[1], args.at(2));
  } else if (args[0] == "rebuild") {
    Rebuild(args.at(2));
  } else if (args[0] == "edges") {
    Edges(args[1]);
  } else if (args[0] == "stream") {
    Stream(args[1], args.at(2), args.at(3), args.at(4));
  }
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace shian::bench

int main(int argc, char** argv) { return shian::bench::Main(argc, argv); }
