// The gate before posts and licences on the wire, fed by what sanction tells.
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "embedded/registry_schema.h"
#include "libs/base/uuid.h"
#include "libs/errors/errors.h"
#include "libs/policy/testing.h"
#include "libs/rpc/client.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/testing.h"
#include "services/registry/operator/testing.h"
#include "services/registry/post/reactions.h"
#include "services/registry/post/reactions_employers.h"
#include "services/registry/post/service.h"
#include "services/registry/post/service_todo.h"
#include "services/registry/post/store.h"
#include "shian/common/v1/todo_service.grpc.pb.h"
#include "shian/sanction/v1/ban_changes.pb.h"

namespace shian::registry {
namespace {

using errors::Reason;

constexpr char kSystems[] = R"(
systems { id: "ctl" region: "410900" services: "shian.registry.v1.OperatorService"
  services: "shian.registry.v1.PostService" services: "shian.common.v1.TodoService"
  services: "shian.common.v1.BackupService" services: "shian.common.v1.BlobService"
  services: "shian.common.v1.ClockService" services: "shian.ledger.v1.LedgerService"
  services: "shian.ledger.v1.FeedService" services: "shian.ledger.v1.AuditService"
  services: "shian.policy.v1.PolicyService" }
systems { id: "transport-bureau" region: "410901" services: "shian.registry.v1.PostService" }
)";
constexpr char kNumber[] = "410902188012310010";  // as testing::AddRow names it
constexpr char kOther[] = "410902188002030015";
constexpr char kBan[] = "operators/914403001922038216/bans/1";

rpc::testing::HostOptions Options() {
  rpc::testing::HostOptions options;
  options.service = "registry";
  options.systems = kSystems;
  return options;
}

IdentityHasher Hasher() { return *IdentityHasher::Create(std::string(64, 'k')); }

std::optional<Reason> ReasonOf(const grpc::Status& status) {
  INFO(status.error_message());
  return status.ok() ? std::nullopt : errors::ReasonOf(rpc::FromGrpc(status));
}

struct World {
  rpc::testing::HostFolder folder{Options()};
  std::unique_ptr<rpc::Host> host =
      rpc::testing::MakeHost(folder, rpc::SchemaOf("registry", 7, kMigrations));
  IdentityHasher hasher = Hasher();
  bool hears = false;
  PostService posts{host->edge(), hasher, [this] { return hears; }};

  World() {
    REQUIRE(policy::ActivateFolder(host->edge().store(), now()).ok());
    host->Serve(&posts);
    host->Remind({PostTodos(host->edge().policies(), hasher)});
    const absl::Status started = host->Start();
    INFO(started);
    REQUIRE(started.ok());
    Heard(now());
  }
  ~World() { host.reset(); }

  absl::Time now() const { return host->edge().clock().Now(); }
  store::Store& store() { return host->edge().store(); }
  Date Day(int offset) const { return ToDate(now()) + offset; }

  template <class Fn>
  void Write(Fn fn) {
    const auto written = store().WriteAndWait(
        {.now = now(), .caller = "", .request_id = "", .body_digest = "", .seed = ""},
        [fn](store::WriteTx& tx) -> absl::StatusOr<std::string> {
          const absl::Status status = fn(tx);
          if (!status.ok()) return status;
          return std::string();
        });
    INFO(written.status());
    REQUIRE(written.ok());
  }
  void Heard(absl::Time time) {
    Write([time](store::WriteTx& tx) { return PutBansHeard(tx, time); });
  }

  // Operators with kNumber as their principal, in the city.
  std::vector<std::string> Import(int count, const std::string& region) {
    v1::ImportOperatorsRequest chunk = testing::Chunk();
    chunk.set_region(region);
    for (int i = 0; i < count; ++i) {
      testing::AddRow(&chunk, ++imported_, false)->set_region(region);
    }
    const auto body = PlanImport(hasher, chunk, WatchPosts(host->edge().policies(), hasher));
    REQUIRE(body.ok());
    std::vector<std::string> names;
    Write([&](store::WriteTx& tx) -> absl::Status {
      names.clear();
      const auto out = (*body)(tx);
      if (!out.ok()) return out.status();
      for (const auto& verdict : out->verdicts()) names.push_back(verdict.name());
      return absl::OkStatus();
    });
    REQUIRE(names.size() == static_cast<size_t>(count));
    return names;
  }

  void React(const char* type, const google::protobuf::MessageLite& payload) {
    ledger::ReceivedChange change;
    change.id = "shian.sanction/410903/facts/1/9";
    change.payload = payload.SerializeAsString();
    const ledger::Reactions reactions = BanReactions(hasher);
    Write([&](store::WriteTx& tx) { return reactions.at(type)(tx, change); });
    REQUIRE(SearchEmployers(store(), host->edge().policies(), hasher, now()).ok());
  }

  // A ban that another county's sanction told, for five years or for life.
  void Impose(const char* number, std::optional<Date> until) {
    sanction::v1::BanImposed told;
    told.set_ban(kBan);
    const KeyedHash hash = hasher.OfIdentityNumber(number);
    told.add_hashes()->set_key_id(hash.key_id);
    told.mutable_hashes(0)->set_hash(hash.hash);
    for (const auto bar : {policy::v1::BAN_BAR_LICENCE, policy::v1::BAN_BAR_MANAGEMENT,
                           policy::v1::BAN_BAR_SAFETY}) {
      told.add_bars(bar);
    }
    *told.mutable_from_date() = ToProto(Day(-10));
    if (until) *told.mutable_until_date() = ToProto(*until);
    told.mutable_legal_basis()->set_statute("食品安全法");
    told.mutable_legal_basis()->set_article("第一百三十五条第一款");
    React("shian.sanction.ban.imposed", told);
  }
  void Annul() {
    sanction::v1::BanEnded told;
    told.set_ban(kBan);
    told.set_how(sanction::v1::BAN_STATE_ANNULLED);
    React("shian.sanction.ban.ended", told);
  }

  template <class In, class Out>
  grpc::Status Call(grpc::Status (v1::PostService::Stub::*method)(grpc::ClientContext*, const In&,
                                                                  Out*),
                    const In& in, Out* out) {
    v1::PostService::Stub stub(rpc::testing::ChannelAs("ctl", folder));
    auth::Officer officer = rpc::testing::OfficerNamed("p1", {"clerk"});
    officer.region = "410900";
    const auto context = rpc::testing::Context(rpc::testing::TokenFor(officer));
    return (stub.*method)(context.get(), in, out);
  }

  grpc::Status Register(const std::string& op, v1::PostKind kind, const char* number,
                        v1::Post* post = nullptr, std::optional<Date> from = std::nullopt) {
    v1::RegisterPostRequest in;
    in.set_request_id(NewUuid7(absl::Now()));
    in.set_operator_(op);
    in.set_kind(kind);
    in.set_person_name("张三丰");
    in.set_identity_number(number);
    if (from) *in.mutable_from_date() = ToProto(*from);
    v1::RegisterPostResponse out;
    const grpc::Status status = Call(&v1::PostService::Stub::RegisterPost, in, &out);
    if (post != nullptr) *post = out.post();
    return status;
  }

  std::vector<v1::Post> List(const std::string& op) {
    v1::ListPostsRequest in;
    in.set_operator_(op);
    v1::ListPostsResponse out;
    REQUIRE(Call(&v1::PostService::Stub::ListPosts, in, &out).ok());
    return {out.posts().begin(), out.posts().end()};
  }

  // Matters of which something is due.
  std::vector<std::string> Due() {
    common::v1::ListTodosRequest in;
    in.set_region("410900");
    common::v1::ListTodosResponse out;
    common::v1::TodoService::Stub stub(rpc::testing::ChannelAs("ctl", folder));
    auth::Officer officer = rpc::testing::OfficerNamed("p1", {"handler"});
    officer.region = "410900";
    const auto context = rpc::testing::Context(rpc::testing::TokenFor(officer));
    const grpc::Status status = stub.ListTodos(context.get(), in, &out);
    INFO(status.error_message());
    REQUIRE(status.ok());
    std::vector<std::string> matters;
    for (const auto& todo : out.todos()) matters.push_back(todo.matter());
    return matters;
  }

 private:
  int imported_ = 0;
};

v1::CheckApplicationRequest Application(const char* number, bool applicant, v1::PostKind kind) {
  v1::CheckApplicationRequest in;
  in.set_region("410903");
  in.set_reference("许可申请〔2026〕1号");
  in.add_people()->set_identity_number(kOther);
  in.mutable_people(0)->set_applicant(true);
  v1::ApplicationPerson* person = in.add_people();
  person->set_identity_number(number);
  person->set_applicant(applicant);
  person->set_kind(kind);
  return in;
}

TEST_CASE("a person barred in one county gets into no post and no licence of another") {
  World world;
  const std::string op = world.Import(1, "410903").front();
  const Date until = world.Day(30);
  world.Impose(kNumber, until);
  for (const auto kind : {v1::POST_KIND_PRINCIPAL, v1::POST_KIND_MANAGER,
                          v1::POST_KIND_SAFETY_DIRECTOR, v1::POST_KIND_SAFETY_OFFICER}) {
    const grpc::Status refused = world.Register(op, kind, kNumber);
    REQUIRE(ReasonOf(refused) == Reason::kPersonBanned);
    REQUIRE(errors::BasisOf(rpc::FromGrpc(refused))->article == "第一百三十五条第一款");
    REQUIRE(refused.error_message().find(FormatDate(until)) != std::string::npos);
    REQUIRE(refused.error_details().find(kBan) == std::string::npos);
    REQUIRE(refused.error_details().find(kNumber) == std::string::npos);
  }
  REQUIRE(world.Register(op, v1::POST_KIND_PHARMACIST, kNumber).ok());
  REQUIRE(world.Register(op, v1::POST_KIND_MANAGER, kOther).ok());
  // For the day after its end an appointment can be registered now.
  REQUIRE(ReasonOf(world.Register(op, v1::POST_KIND_MANAGER, kNumber, nullptr, until)) ==
          Reason::kPersonBanned);
  REQUIRE(world.Register(op, v1::POST_KIND_MANAGER, kNumber, nullptr, until + 1).ok());

  v1::CheckApplicationResponse out;
  const auto check = [&](bool applicant, v1::PostKind kind) {
    return ReasonOf(world.Call(&v1::PostService::Stub::CheckApplication,
                               Application(kNumber, applicant, kind), &out));
  };
  REQUIRE(check(true, v1::POST_KIND_UNSPECIFIED) == Reason::kPersonBanned);
  REQUIRE(check(false, v1::POST_KIND_SAFETY_OFFICER) == Reason::kPersonBanned);
  REQUIRE(check(false, v1::POST_KIND_PHARMACIST) == std::nullopt);
  REQUIRE(check(false, v1::POST_KIND_UNSPECIFIED) == Reason::kFieldInvalid);
  world.Annul();
  REQUIRE(check(true, v1::POST_KIND_PRINCIPAL) == std::nullopt);
  REQUIRE(world.Register(op, v1::POST_KIND_MANAGER, kNumber).ok());
}

TEST_CASE("when nothing was heard of bans for too long nobody gets in") {
  World world;
  const std::string op = world.Import(1, "410902").front();
  world.Heard(world.now() - absl::Hours(23));
  REQUIRE(world.Register(op, v1::POST_KIND_MANAGER, kNumber).ok());
  world.Heard(world.now() - absl::Hours(25));
  const grpc::Status refused = world.Register(op, v1::POST_KIND_MANAGER, kNumber);
  REQUIRE(ReasonOf(refused) == Reason::kBansUnknown);
  REQUIRE(refused.error_code() == grpc::StatusCode::UNAVAILABLE);
  world.hears = true;
  REQUIRE(world.Register(op, v1::POST_KIND_MANAGER, kNumber).ok());
}

TEST_CASE("who employs a barred person is asked to end it, until it is ended") {
  World world;
  const std::vector<std::string> ops = world.Import(3, "410903");
  v1::Post post;
  REQUIRE(world.Register(ops[0], v1::POST_KIND_SAFETY_OFFICER, kOther, &post).ok());
  REQUIRE(world.Due().empty());
  world.Impose(kOther, std::nullopt);
  REQUIRE(world.Due() == std::vector<std::string>{post.name()});
  REQUIRE(world.List(ops[0])[0].has_barred());
  REQUIRE_FALSE(world.List(ops[0])[0].barred().has_until_date());

  v1::EndPostRequest end;
  end.set_request_id(NewUuid7(absl::Now()));
  end.set_name(post.name());
  *end.mutable_to_date() = ToProto(world.Day(-1));
  v1::EndPostResponse ended;
  REQUIRE(ReasonOf(world.Call(&v1::PostService::Stub::EndPost, end, &ended)) ==
          Reason::kFieldInvalid);  // before its first day
  end.clear_to_date();
  end.set_etag("9");
  REQUIRE(ReasonOf(world.Call(&v1::PostService::Stub::EndPost, end, &ended)) ==
          Reason::kEtagMismatch);
  end.set_etag(post.etag());
  REQUIRE(world.Call(&v1::PostService::Stub::EndPost, end, &ended).ok());
  // It is held to the end of its last day.
  REQUIRE(world.Due() == std::vector<std::string>{post.name()});
  end.set_request_id(NewUuid7(absl::Now()));
  end.clear_etag();
  REQUIRE(ReasonOf(world.Call(&v1::PostService::Stub::EndPost, end, &ended)) == Reason::kPostEnded);
}

TEST_CASE("imported principals are found, those that come later too, and an annulment ends it") {
  World world;
  const std::vector<std::string> ops = world.Import(2, "410903");
  world.Impose(kNumber, std::nullopt);
  REQUIRE(world.Due().size() == 2);
  const std::string later = world.Import(1, "410902").front();
  REQUIRE(world.Due().size() == 3);
  REQUIRE(world.Due().front() == later + "/posts/principal");
  world.Annul();
  REQUIRE(world.Due().empty());
}

TEST_CASE("a new legal representative ends the post of the one before") {
  World world;
  const std::string op = world.Import(1, "410902").front();
  v1::Post first, second;
  REQUIRE(world.Register(op, v1::POST_KIND_PRINCIPAL, kNumber, &first, world.Day(-9)).ok());
  REQUIRE(world.Register(op, v1::POST_KIND_PRINCIPAL, kOther, &second).ok());
  const std::vector<v1::Post> posts = world.List(op);
  REQUIRE(posts.size() == 2);
  for (const v1::Post& post : posts) {
    REQUIRE(post.has_to_date() == (post.name() == first.name()));
    REQUIRE(post.masked_person_name() == "张**");
  }
  v1::RegisterPostRequest wrong;
  wrong.set_request_id(NewUuid7(absl::Now()));
  wrong.set_identity_number("410902188012310011");
  v1::RegisterPostResponse out;
  const grpc::Status refused = world.Call(&v1::PostService::Stub::RegisterPost, wrong, &out);
  REQUIRE(ReasonOf(refused) == Reason::kFieldInvalid);
  REQUIRE(refused.error_details().find("410902188012310011") == std::string::npos);
}

TEST_CASE("of legal representatives registered at once only one stays") {
  World world;
  for (int round = 0; round < 5; ++round) {
    const std::string op = world.Import(1, "410902").front();
    std::vector<grpc::Status> answers(4);
    std::vector<std::thread> threads;
    for (size_t i = 0; i < answers.size(); ++i) {
      threads.emplace_back([&, i] {
        answers[i] = world.Register(op, v1::POST_KIND_PRINCIPAL, i % 2 == 0 ? kNumber : kOther);
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const grpc::Status& answer : answers) {
      INFO(answer.error_message());
      REQUIRE(answer.ok());
    }
    const std::vector<v1::Post> posts = world.List(op);
    REQUIRE(posts.size() == answers.size());
    REQUIRE(absl::c_count_if(posts, [](const v1::Post& post) { return !post.has_to_date(); }) == 1);
  }
}

}  // namespace
}  // namespace shian::registry
