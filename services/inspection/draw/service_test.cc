#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "services/inspection/service_testing.h"

namespace shian::inspection {
namespace {

TEST_CASE("departments, a lock and a public string make a draw that keeps its secrets till then") {
  World world;
  using Draws = v1::DrawService;
  auto ctl = world.StubAs<Draws>("ctl");
  v1::CreateDrawRequest create;
  create.set_title("双随机抽查");
  create.set_region(kRegion);
  v1::Stratum* stratum = create.add_strata();
  stratum->set_key("410902|CATERER");
  stratum->add_kinds(registry::v1::OPERATOR_KIND_CATERER);
  stratum->set_take(5);
  v1::CreateDrawResponse created;
  create.set_inspectors_per_operator(1);
  CHECK(
      world.Call(*ctl, &Draws::Stub::CreateDraw, create, &created, "p1", "handler").error_code() ==
      grpc::StatusCode::INVALID_ARGUMENT);
  create.clear_inspectors_per_operator();
  CHECK(world.Call(*ctl, &Draws::Stub::CreateDraw, create, &created).error_code() ==
        grpc::StatusCode::UNAUTHENTICATED);
  CHECK(ReasonOf(world.Call(*ctl, &Draws::Stub::CreateDraw, create, &created, "p1", "clerk")) ==
        Reason::kStepNotAllowed);
  RequireOk(world.Call(*ctl, &Draws::Stub::CreateDraw, create, &created, "p1", "handler"));
  const std::string name = created.draw().name();
  CHECK(created.draw().inspectors_per_operator() == 2);
  CHECK(name.substr(0, 6) == "draws/");

  world.Advance(absl::Hours(1));
  const std::vector<std::string> departments = {"housing-fund", "finance-bureau",
                                                "education-bureau"};
  v1::LockDrawRequest lock;
  lock.set_name(name);
  lock.set_public_source("双色球第2025028期");
  *lock.mutable_public_time() = rpc::ToProto(world.Now() + absl::Hours(48));
  *lock.mutable_reveal_due_time() = lock.public_time();
  v1::LockDrawResponse locked;
  CHECK(ReasonOf(world.Call(*ctl, &Draws::Stub::LockDraw, lock, &locked, "p2", "head")) ==
        Reason::kDrawSharesTooFew);
  for (const std::string& department : departments) {
    v1::CommitShareRequest commit;
    commit.set_name(name);
    commit.set_commitment(Sha256(Sha256(department)));
    v1::CommitShareResponse out;
    RequireOk(
        world.Call(*world.StubAs<Draws>(department), &Draws::Stub::CommitShare, commit, &out));
  }
  CHECK(ReasonOf(world.Call(*ctl, &Draws::Stub::LockDraw, lock, &locked, "p1", "section-chief")) ==
        Reason::kStepsKeptApart);
  // Nobody may reveal once the public string can be known.
  lock.mutable_reveal_due_time()->set_seconds(lock.public_time().seconds() + 1);
  const grpc::Status late = world.Call(*ctl, &Draws::Stub::LockDraw, lock, &locked, "p2", "head");
  CHECK(late.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(late.error_message().find("reveal_due_time") != std::string::npos);
  *lock.mutable_reveal_due_time() = lock.public_time();
  lock.set_etag("v1");
  CHECK(ReasonOf(world.Call(*ctl, &Draws::Stub::LockDraw, lock, &locked, "p2", "head")) ==
        Reason::kEtagMismatch);
  lock.clear_etag();
  RequireOk(world.Call(*ctl, &Draws::Stub::LockDraw, lock, &locked, "p2", "head"));
  CHECK(locked.draw().frame_size() == 30);
  CHECK(locked.draw().state() == v1::DRAW_STATE_LOCKED);

  v1::RevealShareRequest reveal;
  reveal.set_name(name);
  reveal.set_secret(Sha256("another"));
  v1::RevealShareResponse revealed;
  CHECK(ReasonOf(world.Call(*world.StubAs<Draws>("housing-fund"), &Draws::Stub::RevealShare, reveal,
                            &revealed)) == Reason::kDrawShareWrong);
  v1::ExecuteDrawRequest execute;
  execute.set_name(name);
  execute.set_public_value("03 09 15");
  v1::ExecuteDrawResponse executed;
  CHECK(ReasonOf(world.Call(*ctl, &Draws::Stub::ExecuteDraw, execute, &executed, "p1",
                            "handler")) == Reason::kDrawRevealsMissing);
  v1::GetProofBundleRequest ask;
  ask.set_name(name);
  v1::GetProofBundleResponse proof;
  CHECK(ReasonOf(ctl->GetProofBundle(Context().get(), ask, &proof)) == Reason::kDrawNotExecuted);

  // Nobody reveals in time: the draw has failed and stays in the list.
  world.Advance(absl::Hours(49));
  CHECK(draw::ExpireDraws(world.host->edge(), world.Now()).ok());
  v1::ListDrawsRequest list;
  list.set_region(kRegion);
  v1::ListDrawsResponse listed;
  RequireOk(ctl->ListDraws(Context().get(), list, &listed));
  REQUIRE(listed.draws_size() == 1);
  CHECK(listed.draws(0).state() == v1::DRAW_STATE_EXPIRED);

  // It was locked until then, and open before the lock; before its plan there was nothing.
  v1::GetDrawRequest past;
  past.set_name(name);
  v1::GetDrawResponse then;
  *past.mutable_as_of() = locked.draw().lock_time();
  RequireOk(ctl->GetDraw(Context().get(), past, &then));
  CHECK(then.draw().state() == v1::DRAW_STATE_LOCKED);
  CHECK(then.draw().etag() == locked.draw().etag());
  *past.mutable_as_of() = created.draw().create_time();
  RequireOk(ctl->GetDraw(Context().get(), past, &then));
  CHECK(then.draw().state() == v1::DRAW_STATE_OPEN);
  CHECK(then.draw().shares().empty());
  past.mutable_as_of()->set_seconds(past.as_of().seconds() - 1);
  CHECK(ctl->GetDraw(Context().get(), past, &then).error_code() == grpc::StatusCode::NOT_FOUND);
  past.mutable_as_of()->set_seconds(int64_t{1} << 62);
  CHECK(ctl->GetDraw(Context().get(), past, &then).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
  list.set_state(v1::DRAW_STATE_LOCKED);
  RequireOk(ctl->ListDraws(Context().get(), list, &listed));
  CHECK(listed.draws().empty());
  *list.mutable_as_of() = locked.draw().lock_time();
  RequireOk(ctl->ListDraws(Context().get(), list, &listed));
  REQUIRE(listed.draws_size() == 1);
  CHECK(listed.draws(0).state() == v1::DRAW_STATE_LOCKED);
}

TEST_CASE("an erased operator leaves the frame and its name behind") {
  World world;
  registry::v1::OperatorErased erased;
  erased.set_name("operators/91410902MA1FL00101");
  world.React(frame::RegistryReactions(), "shian.registry.operator.erased", erased);
  auto ctl = world.StubAs<v1::DrawService>("ctl");
  v1::SummariseFrameRequest in;
  in.set_region(kRegion);
  v1::SummariseFrameResponse out;
  RequireOk(ctl->SummariseFrame(Context().get(), in, &out));
  REQUIRE(out.counts_size() == 1);
  CHECK(out.counts(0).count() == 29);
  CHECK(out.inspectors() == 4);
}

}  // namespace
}  // namespace shian::inspection
