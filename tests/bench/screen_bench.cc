// bench_screen MODE ENTRIES SUBJECTS STORE: the screening index, with names made here, always the
// same. build: time and memory of an index, in memory alone. fuzzy: names with a typing error, one
// thread, explanations on. batch: codes, as a message of them is answered. recall: what a search by
// keys finds of what a scan finds. names: the listed and asked names, for peers. list: puts the
// entries into a service's store. ready: an index of them, from what keep kept of it where that was
// run. save: puts saved subjects into a store. rescreen: screens them all. visible: from the begin
// of a change to the first search that sees it, 500 a second.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "embedded/policy_schema.h"
#include "embedded/sanction_schema.h"
#include "google/protobuf/arena.h"
#include "libs/base/check.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/rpc/due_work.h"
#include "libs/rpc/fields.h"
#include "libs/store/sqlite.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/party/store.h"
#include "services/sanction/saved/service_work.h"
#include "services/sanction/saved/store.h"
#include "services/sanction/screening/convert.h"
#include "services/sanction/screening/index.h"
#include "services/sanction/screening/store.h"
#include "tests/bench/firm_names.h"
#include "tests/bench/measure.h"

namespace shian::bench {
namespace {

using sanction::Index;

sanction::Listed MakeListed(int number, const std::string& name) {
  sanction::Listed listed;
  listed.party.code = CodeOf(number);
  listed.party.op = sanction::OperatorId(listed.party.code);  // a legal person's
  listed.party.name = name;
  listed.names = {name};
  sanction::ListedEntry entry;
  entry.id = sanction::EntryId(absl::StrCat("entry-", number));
  entry.list = "SAMR_SERIOUS";
  entry.ground_title = "兽药残留超过限量";
  entry.basis = {"市场监督管理严重违法失信名单管理办法", "第五条"};
  entry.times.until = Date(2028, 3, 3);
  const absl::Time decided = StartOfDay(Date(2025, 3, 3));
  entry.times.moments = {{sanction::EntryAct::kDecided, decided, decided},
                         {sanction::EntryAct::kPublished, decided, decided}};
  listed.entries = {entry};
  return listed;
}

sanction::View Now() {
  sanction::View view;
  view.now = view.as_of = StartOfDay(Date(2025, 6, 1));
  return view;
}

// As the follower does, a thousand changes at a time.
void Fill(const std::vector<std::string>& names, Index* index) {
  std::vector<sanction::Listed> chunk;
  for (size_t i = 0; i < names.size(); ++i) {
    chunk.push_back(MakeListed(static_cast<int>(i), names[i]));
    if (chunk.size() < 1000 && i + 1 < names.size()) continue;
    index->Put(chunk, static_cast<int64_t>(i) + 1);
    chunk.clear();
  }
}

void Build(const std::vector<std::string>& names) {
  Index index;
  const Stopwatch watch;
  Fill(names, &index);
  Print({{"seconds", watch.Seconds()},
         {"bytes_per_entry", static_cast<double>(index.bytes()) / names.size()}});
}

std::vector<sanction::Subject> ToSubjects(const std::vector<std::string>& names) {
  std::vector<sanction::Subject> subjects;
  for (const std::string& name : names) subjects.push_back({"", name, ""});
  return subjects;
}

void Fuzzy(const Index& index, const std::vector<std::string>& asked) {
  std::vector<double> micros;
  size_t found = 0;
  const Stopwatch watch;
  for (const std::string& name : asked) {
    const Stopwatch one;
    found += index.Find({{"", name, ""}}, Now()).results[0].found.size();
    micros.push_back(one.Seconds() * 1e6);
  }
  Print({{"rate", static_cast<double>(asked.size()) / watch.Seconds()},
         {"p99_us", Percentile(micros, 0.99)},
         {"found", static_cast<double>(found)}});
}

// Of the entries that a scan finds SAME or REVIEW, those that the search finds.
void Recall(const Index& index, const std::vector<std::string>& asked) {
  const std::vector<sanction::Subject> subjects = ToSubjects(asked);
  const Index::Answer by_keys = index.Find(subjects, Now());
  const Index::Answer by_scan = index.FindByScan(subjects, Now());
  double all = 0, hit = 0;
  for (size_t i = 0; i < subjects.size(); ++i) {
    std::set<std::string> found;
    for (const sanction::Found& one : by_keys.results[i].found) found.insert(one.entry.id.value());
    for (const sanction::Found& one : by_scan.results[i].found) {
      ++all;
      hit += found.contains(one.entry.id.value()) ? 1 : 0;
    }
  }
  Print({{"recall", all == 0 ? 0 : hit / all}, {"found", all}});
}

// What a batch of codes costs inside the service, but for the store and the wire: a thread's time.
void Batch(const Index& index, int entries) {
  constexpr int kMessages = 400, kCodes = 500;
  sanction::v1::ScreenRequest request;
  request.set_purpose(sanction::v1::PURPOSE_LICENSING);
  for (int i = 0; i < kCodes; ++i) {
    request.add_subjects()->set_client_ref(absl::StrCat(i));
    request.mutable_subjects(i)->set_code(CodeOf((i * 7919) % (2 * entries)));
  }
  const std::string sent = request.SerializeAsString();
  const std::clock_t begun = std::clock();
  size_t bytes = 0;
  for (int i = 0; i < kMessages; ++i) {
    google::protobuf::Arena arena;
    auto* in = google::protobuf::Arena::CreateMessage<sanction::v1::ScreenRequest>(&arena);
    auto* out = google::protobuf::Arena::CreateMessage<sanction::v1::ScreenResponse>(&arena);
    SHIAN_CHECK(in->ParseFromString(sent));
    const auto subjects = sanction::convert::ToSubjects(in->subjects());
    std::vector<sanction::Subject> asked;
    for (const auto& subject : subjects) asked.push_back(subject.subject);
    const Index::Answer answer = index.Find(asked, Now());
    for (size_t k = 0; k < asked.size(); ++k) {
      sanction::convert::Fill(answer.results[k], asked[k], "zh-CN", out->add_results());
    }
    bytes += Sha256(rpc::DeterministicBytes(*out)).size() + out->SerializeAsString().size();
  }
  const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  Print({{"rate", kMessages * kCodes / seconds}, {"bytes", static_cast<double>(bytes)}});
}

// ---- with a store
// --------------------------------------------------------------------------------

std::unique_ptr<store::Store> OpenStore(const std::string& path) {
  constexpr int32_t kApplicationId = 0x53410004;  // shian-sanction's
  store::SqliteOptions options;
  options.path = path;
  options.schema = store::Schema(kApplicationId);
  options.schema.Add("sanction", sanction::kMigrations);
  options.schema.Add("policy", policy::kMigrations);
  options.schema.migrations.push_back(rpc::ClockMigration());
  options.origin = "shian.sanction/410902";
  auto store = store::OpenSqlite(std::move(options));
  SHIAN_CHECK(store.ok()) << store.status();
  return *std::move(store);
}

sanction::Entry EntryOf(const sanction::Listed& listed) {
  sanction::Entry entry;
  entry.op = listed.party.op;
  entry.id = listed.entries[0].id;
  entry.case_id = sanction::CaseId("case");
  entry.region = "410902";
  entry.organisation = "410902-market";
  entry.list = listed.entries[0].list;
  entry.ground = "food.over_limit";
  entry.ground_title = listed.entries[0].ground_title;
  entry.basis = listed.entries[0].basis;
  entry.until = listed.entries[0].times.until;
  for (const sanction::EntryMoment& moment : listed.entries[0].times.moments) {
    sanction::EntryEvent event;
    event.sequence = static_cast<int>(entry.events.size()) + 1;
    event.act = moment.act;
    event.time = moment.time;
    event.recorded = moment.recorded;
    entry.events.push_back(std::move(event));
  }
  return entry;
}

absl::Status PutListed(store::WriteTx& tx, const sanction::Listed& listed) {
  RETURN_IF_ERROR(sanction::PutParty(tx, listed.party).status());
  return sanction::InsertEntry(tx, EntryOf(listed));
}

void PutAll(store::Store& store, std::vector<sanction::Listed> parties) {
  const auto written = store.WriteAndWait(
      {.now = absl::Now()},
      [parties = std::move(parties)](store::WriteTx& tx) -> absl::StatusOr<std::string> {
        for (const sanction::Listed& listed : parties) {
          RETURN_IF_ERROR(PutListed(tx, listed));
        }
        return "";
      });
  SHIAN_CHECK(written.ok()) << written.status();
}

void List(const std::vector<std::string>& names, const std::string& path) {
  const auto store = OpenStore(path);
  std::vector<sanction::Listed> chunk;
  for (size_t i = 0; i < names.size(); ++i) {
    chunk.push_back(MakeListed(static_cast<int>(i), names[i]));
    if (chunk.size() < 1000 && i + 1 < names.size()) continue;
    PutAll(*store, std::exchange(chunk, {}));
  }
}

void CatchUp(store::Store& store, sanction::IndexFollower* follower) {
  const absl::Status caught =
      store.ReadNow([follower](store::ReadTx& tx) { return follower->CatchUp(tx); });
  SHIAN_CHECK(caught.ok()) << caught;
}

// As the service begins; `keep`: as it ends.
void Ready(const std::string& path, bool keep) {
  const auto store = OpenStore(path);
  Index index;
  sanction::IndexImage image(path + ".index", &index);
  sanction::IndexFollower follower(&index, &image);
  const Stopwatch watch;
  const absl::Status ready = store->ReadNow([&](store::ReadTx& tx) -> absl::Status {
    RETURN_IF_ERROR(image.Load(tx));
    RETURN_IF_ERROR(follower.CatchUp(tx));
    return keep ? image.Save(tx) : absl::OkStatus();
  });
  SHIAN_CHECK(ready.ok()) << ready;
  Print({{"seconds", watch.Seconds()}, {"entries", static_cast<double>(index.size())}});
}

// The first ones have the names of what is listed.
void Save(const std::vector<std::string>& names, const std::string& path) {
  const auto store = OpenStore(path);
  std::vector<sanction::SavedSubject> chunk;
  for (size_t i = 0; i < names.size(); ++i) {
    chunk.push_back({{"housing-fund", "all", absl::StrCat(i)}, 0, {"", names[i], ""}, absl::Now()});
    if (chunk.size() < 1000 && i + 1 < names.size()) continue;
    const auto written = store->WriteAndWait(
        {.now = absl::Now()},
        [subjects = std::exchange(chunk, {})](store::WriteTx& tx) -> absl::StatusOr<std::string> {
          RETURN_IF_ERROR(sanction::PutSaved(tx, subjects));
          return "";
        });
    SHIAN_CHECK(written.ok()) << written.status();
  }
}

// The index of the list stands already, as in a service that runs.
void Rescreen(const std::string& path) {
  const auto store = OpenStore(path);
  Index index;
  sanction::IndexFollower follower(&index);
  CatchUp(*store, &follower);
  sanction::Rescreening work(*store,
                             [&](store::ReadTx& tx, const std::vector<sanction::Subject>& subjects,
                                 absl::Time) -> absl::StatusOr<Index::Answer> {
                               RETURN_IF_ERROR(follower.CatchUp(tx));
                               return index.Find(subjects, Now());
                             });
  const Stopwatch watch;
  const auto screened = work.Run(absl::Now());
  SHIAN_CHECK(screened.ok()) << screened.status();
  Print({{"seconds", watch.Seconds()}, {"subjects", static_cast<double>(*screened)}});
}

// Each change is begun on time whether or not the one before was seen; one thread writes, one
// looks.
void Visible(const std::string& path, int first, int changes) {
  constexpr absl::Duration kPause = absl::Milliseconds(2);
  const auto store = OpenStore(path);
  Index index;
  sanction::IndexFollower follower(&index);
  CatchUp(*store, &follower);
  const absl::Time begun = absl::Now();
  std::thread writer([&] {
    for (int i = 0; i < changes; ++i) {
      absl::SleepFor(begun + i * kPause - absl::Now());
      store->Write(
          {.now = absl::Now()},
          [listed = MakeListed(first + i, "河南省瑞丰源食品有限公司")](
              store::WriteTx& tx) -> absl::StatusOr<std::string> {
            RETURN_IF_ERROR(PutListed(tx, listed));
            return "";
          },
          absl::InfiniteFuture(),
          [](const absl::StatusOr<store::Written>& written) {
            SHIAN_CHECK(written.ok()) << written.status();
          });
    }
  });
  std::vector<double> millis;
  for (int seen = 0; seen < changes;) {
    CatchUp(*store, &follower);
    // In the order in which they were begun.
    while (seen < changes &&
           !index.Find({{CodeOf(first + seen), "", ""}}, Now()).results[0].found.empty()) {
      const absl::Time due = begun + seen++ * kPause;
      millis.push_back(absl::ToDoubleMilliseconds(absl::Now() - due));
    }
    absl::SleepFor(absl::Milliseconds(1));
  }
  writer.join();
  Print({{"p99_ms", Percentile(millis, 0.99)},
         {"rate", changes / absl::ToDoubleSeconds(absl::Now() - begun)}});
}

int Main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(
        stderr,
        "bench_screen build|fuzzy|recall|batch|names|list|keep|ready|save|rescreen|visible "
        "ENTRIES SUBJECTS [STORE]\n");
    return 2;
  }
  const std::string mode = argv[1];
  const int entries = std::atoi(argv[2]);
  const int subjects = std::atoi(argv[3]);
  const std::string store = argc > 4 ? argv[4] : "";
  std::mt19937_64 random(1);
  const std::vector<std::string> listed = MakeNames(entries, &random);
  std::vector<std::string> asked, meant;
  for (int i = 0; i < subjects; ++i) {
    meant.push_back(listed[random() % listed.size()]);
    asked.push_back(Mistyped(meant.back(), &random));
  }
  if (mode == "names") {
    for (const std::string& name : listed) std::printf("L\t%s\n", name.c_str());
    for (int i = 0; i < subjects; ++i) {
      std::printf("A\t%s\t%s\n", asked[i].c_str(), meant[i].c_str());
    }
  }
  if (mode == "build") Build(listed);
  if (mode == "list") List(listed, store);
  if (mode == "keep" || mode == "ready") Ready(store, mode == "keep");
  if (mode == "save") Save(listed, store);
  if (mode == "rescreen") Rescreen(store);
  if (mode == "visible") Visible(store, entries, subjects);
  if (mode != "fuzzy" && mode != "recall" && mode != "batch") return 0;
  Index index;
  Fill(listed, &index);
  if (mode == "fuzzy") Fuzzy(index, asked);
  if (mode == "recall") Recall(index, asked);
  if (mode == "batch") Batch(index, entries);
  return 0;
}

}  // namespace
}  // namespace shian::bench

int main(int argc, char** argv) { return shian::bench::Main(argc, argv); }
