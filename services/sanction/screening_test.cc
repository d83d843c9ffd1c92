// ScreenStream and what every answer of screening carries.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"
#include "libs/rpc/fields.h"
#include "libs/rpc/ongoing.h"
#include "services/sanction/party/store.h"
#include "services/sanction/saved/service_modules.h"
#include "services/sanction/screening/service.h"
#include "services/sanction/testing_world.h"

namespace shian::sanction {
namespace {

using testing::ReasonOf;
using testing::World;

v1::ScreenStreamRequest Question(int first, int count) {
  v1::ScreenStreamRequest in;
  in.set_purpose(v1::PURPOSE_LICENSING);
  for (int i = 0; i < count; ++i) {
    v1::ScreenSubject* subject = in.add_subjects();
    subject->set_client_ref(absl::StrCat(first + i));
    subject->set_code("914403001922038216");
  }
  return in;
}

struct Streamed {
  std::vector<v1::ScreenStreamResponse> answers;
  grpc::Status status;
};

// Sends the questions and, when `counted` is not negative, an end that says so many subjects.
Streamed Stream(World& world, const std::vector<v1::ScreenStreamRequest>& questions, int counted) {
  const auto stub = v1::ScreeningService::NewStub(world.ChannelAs("housing-fund"));
  const auto context = rpc::testing::Context();
  const auto stream = stub->ScreenStream(context.get());
  Streamed out;
  Sha256Stream digest;
  for (const v1::ScreenStreamRequest& question : questions) {
    digest.Update(rpc::DeterministicBytes(question));
    v1::ScreenStreamResponse answer;
    if (!stream->Write(question) || !stream->Read(&answer)) break;
    out.answers.push_back(std::move(answer));
  }
  if (counted >= 0) {
    v1::ScreenStreamRequest last;
    last.mutable_end()->set_count(counted);
    last.mutable_end()->set_sha256(digest.Finish());
    stream->Write(last);
  }
  stream->WritesDone();
  v1::ScreenStreamResponse more;
  REQUIRE_FALSE(stream->Read(&more));
  out.status = stream->Finish();
  return out;
}

TEST_CASE("a stream of subjects is answered message by message and says how much it was") {
  World world;
  const Streamed whole = Stream(world, {Question(0, 500), Question(500, 2)}, 502);
  REQUIRE(ReasonOf(whole.status) == testing::kAllowed);
  REQUIRE(whole.answers.size() == 2);
  CHECK(whole.answers[0].results_size() == 500);
  CHECK(whole.answers[1].results(1).client_ref() == "501");
  CHECK(whole.answers[1].matcher_version() == names::kMatcherVersion);
  const Streamed cut = Stream(world, {Question(0, 3)}, -1);
  CHECK(cut.answers.size() == 1);
  CHECK(ReasonOf(cut.status) == "STREAM_INCOMPLETE");
  CHECK(ReasonOf(Stream(world, {Question(0, 3)}, 4).status) == "STREAM_MISMATCH");
}

TEST_CASE("a message of a stream that is too long or empty ends it") {
  World world;
  CHECK(ReasonOf(Stream(world, {Question(0, 501)}, -1).status) == "FIELD_INVALID");
  CHECK(ReasonOf(Stream(world, {Question(0, 0)}, -1).status) == "FIELD_INVALID");
  v1::ScreenStreamRequest aimless = Question(0, 1);
  aimless.clear_purpose();
  CHECK_FALSE(Stream(world, {aimless}, -1).status.ok());
}

TEST_CASE("a process that stops answers no further message of a stream") {
  World world;
  const auto stub = v1::ScreeningService::NewStub(world.ChannelAs("housing-fund"));
  const auto context = rpc::testing::Context();
  const auto stream = stub->ScreenStream(context.get());
  v1::ScreenStreamResponse answer;
  REQUIRE(stream->Write(Question(0, 1)));
  REQUIRE(stream->Read(&answer));
  world.edge().state().draining = true;
  REQUIRE(stream->Write(Question(1, 1)));
  REQUIRE_FALSE(stream->Read(&answer));
  CHECK(ReasonOf(stream->Finish()) == "SERVER_STOPPING");
  world.edge().state().draining = false;
}

TEST_CASE("an answer carries a hash of what was asked and answered") {
  World world;
  v1::ScreenRequest in;
  in.set_purpose(v1::PURPOSE_LICENSING);
  in.add_subjects()->set_client_ref("1");
  in.mutable_subjects(0)->set_name(testing::kName);
  v1::ScreenResponse out;
  REQUIRE(world.Read(&v1::ScreeningService::Stub::Screen, in, &out, "housing-fund").ok());
  const std::string evidence = out.evidence_sha256();
  out.clear_evidence_sha256();
  out.clear_revision();
  CHECK(evidence ==
        Sha256(Sha256(rpc::DeterministicBytes(in)) + Sha256(rpc::DeterministicBytes(out))));
}

}  // namespace
}  // namespace shian::sanction
