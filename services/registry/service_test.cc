// The registry on the wire: real mTLS, real store, the policies of the tree.
#include "services/registry/operator/service.h"

#include <catch2/catch.hpp>
#include <memory>

#include "absl/time/clock.h"
#include "embedded/registry_schema.h"
#include "libs/base/hash.h"
#include "libs/base/uuid.h"
#include "libs/codes/codes.h"
#include "libs/errors/errors.h"
#include "libs/policy/testing.h"
#include "libs/rpc/client.h"
#include "libs/rpc/testing.h"

namespace shian::registry {
namespace {

using errors::Reason;
using rpc::testing::Context;

constexpr char kSystems[] = R"(
systems { id: "ctl" region: "410902" services: "shian.registry.v1.OperatorService"
  services: "shian.common.v1.BackupService"
  services: "shian.common.v1.BlobService" services: "shian.common.v1.ClockService"
  services: "shian.common.v1.TodoService"
  services: "shian.ledger.v1.LedgerService" services: "shian.ledger.v1.FeedService"
  services: "shian.ledger.v1.AuditService" services: "shian.policy.v1.PolicyService" }
systems { id: "transport-bureau" region: "410901" services: "shian.registry.v1.OperatorService" }
)";

rpc::testing::HostOptions Options() {
  rpc::testing::HostOptions options;
  options.service = "registry";
  options.systems = kSystems;
  return options;
}

struct Process {
  rpc::testing::HostFolder folder{Options()};
  std::unique_ptr<rpc::Host> host =
      rpc::testing::MakeHost(folder, rpc::SchemaOf("registry", 7, kMigrations));
  OperatorService service{host->edge(), *IdentityHasher::Create(std::string(64, 'k'))};

  Process() {
    REQUIRE(policy::ActivateFolder(host->edge().store(), host->edge().clock().Now()).ok());
    host->Serve(&service);
    const absl::Status started = host->Start();
    INFO(started);
    REQUIRE(started.ok());
  }
  ~Process() { host.reset(); }
  std::unique_ptr<v1::OperatorService::Stub> As(const std::string& system) {
    return v1::OperatorService::NewStub(rpc::testing::ChannelAs(system, folder));
  }
};

std::optional<Reason> ReasonOf(const grpc::Status& status) {
  return errors::ReasonOf(rpc::FromGrpc(status));
}

v1::ImportOperatorsRequest Chunk(int rows, const std::string& request_id) {
  v1::ImportOperatorsRequest chunk;
  chunk.set_request_id(request_id);
  chunk.set_origin("bureau-ledger");
  chunk.set_authority("澄沅县市场监督管理局");
  chunk.set_region("410902");
  for (int i = 0; i < rows; ++i) {
    v1::OperatorRow* row = chunk.add_rows();
    row->set_line(i + 2);
    row->set_source_id("CY" + std::to_string(i));
    row->set_title("澄沅县李记小吃店");
    row->set_kind("餐饮服务");
    row->set_form("个体工商户");
    row->set_region("410902");
  }
  return chunk;
}

// Sends chunks and the end; gives the answers and how the stream finished.
grpc::Status Import(v1::OperatorService::Stub& stub,
                    const std::vector<v1::ImportOperatorsRequest>& chunks, bool with_end,
                    std::vector<v1::ImportOperatorsResponse>* answers) {
  const auto context = Context();
  const auto stream = stub.ImportOperators(context.get());
  Sha256Stream digest;
  int64_t count = 0;
  for (const v1::ImportOperatorsRequest& chunk : chunks) {
    digest.Update(chunk.SerializeAsString());
    count += chunk.rows_size();
    v1::ImportOperatorsResponse answer;
    if (!stream->Write(chunk) || !stream->Read(&answer)) break;
    answers->push_back(answer);
  }
  if (with_end) {
    v1::ImportOperatorsRequest end;
    end.mutable_end()->set_count(count);
    end.mutable_end()->set_sha256(digest.Finish());
    stream->Write(end);
  }
  stream->WritesDone();
  v1::ImportOperatorsResponse rest;
  while (stream->Read(&rest)) {
  }
  return stream->Finish();
}

TEST_CASE("an import over the wire repeats its answers, writes nothing dry, and needs its end") {
  Process process;
  const auto stub = process.As("ctl");
  std::vector<v1::ImportOperatorsResponse> answers;
  v1::ImportOperatorsRequest dry = Chunk(3, NewUuid7(absl::Now()));
  dry.set_dry_run(true);
  const v1::ImportOperatorsRequest chunk = Chunk(3, NewUuid7(absl::Now()));
  REQUIRE(Import(*stub, {dry, chunk, chunk}, true, &answers).ok());
  for (const auto& answer : answers) {
    REQUIRE(answer.verdicts(0).outcome() == common::v1::ROW_OUTCOME_NEW);
  }
  REQUIRE(answers[1].verdicts(0).name() == answers[2].verdicts(0).name());
  REQUIRE_FALSE(answers[1].revision().empty());
  REQUIRE(ReasonOf(Import(*stub, {Chunk(3, NewUuid7(absl::Now()))}, false, &answers)) ==
          Reason::kStreamIncomplete);
  REQUIRE(answers.back().verdicts(0).outcome() == common::v1::ROW_OUTCOME_UNCHANGED);
  // A caller of another division is refused before anything is judged.
  const auto other = process.As("transport-bureau");
  std::vector<v1::ImportOperatorsResponse> none;
  REQUIRE(Import(*other, {Chunk(1, NewUuid7(absl::Now()))}, true, &none).error_code() ==
          grpc::StatusCode::PERMISSION_DENIED);
  REQUIRE(none.empty());
}

TEST_CASE("operators are read, found and listed page by page") {
  Process process;
  const auto stub = process.As("ctl");
  std::vector<v1::ImportOperatorsResponse> answers;
  REQUIRE(Import(*stub, {Chunk(5, NewUuid7(absl::Now()))}, true, &answers).ok());

  v1::LookUpOperatorsRequest keys;
  keys.set_region("410902");
  for (const char* source_id : {"CY0", "none"}) {
    v1::OperatorKey* key = keys.add_keys();
    key->set_origin("bureau-ledger");
    key->set_source_id(source_id);
  }
  v1::LookUpOperatorsResponse names;
  REQUIRE(stub->LookUpOperators(Context().get(), keys, &names).ok());
  REQUIRE(names.names(0) == answers[0].verdicts(0).name());
  REQUIRE(names.names(1).empty());

  v1::GetOperatorRequest get;
  get.set_name(names.names(0));
  get.set_at_least_revision(answers[0].revision());
  v1::GetOperatorResponse got;
  REQUIRE(stub->GetOperator(Context().get(), get, &got).ok());
  REQUIRE(got.operator_().title() == "澄沅县李记小吃店");
  const auto recorded = got.operator_().provenance().record_time();
  get.mutable_as_of()->set_seconds(1);
  REQUIRE(ReasonOf(stub->GetOperator(Context().get(), get, &got)) == Reason::kNotFound);
  get.mutable_as_of()->set_nanos(-1);
  REQUIRE(ReasonOf(stub->GetOperator(Context().get(), get, &got)) == Reason::kFieldInvalid);
  get.clear_as_of();
  *get.mutable_known_at() = recorded;
  REQUIRE(stub->GetOperator(Context().get(), get, &got).ok());
  get.clear_known_at();
  get.set_name("operators/nobody");
  REQUIRE(ReasonOf(stub->GetOperator(Context().get(), get, &got)) == Reason::kNotFound);
  get.set_name("shops/1");
  REQUIRE(ReasonOf(stub->GetOperator(Context().get(), get, &got)) == Reason::kFieldInvalid);

  v1::ListFrameRequest list;
  list.set_region("410900");
  v1::ListFrameResponse frame;
  REQUIRE(stub->ListFrame(Context().get(), list, &frame).error_code() ==
          grpc::StatusCode::PERMISSION_DENIED);
  list.set_region("410902");
  list.set_page_size(2);
  std::set<std::string> seen;
  do {
    frame.Clear();
    REQUIRE(stub->ListFrame(Context().get(), list, &frame).ok());
    for (const auto& unit : frame.units()) REQUIRE(seen.insert(unit.operator_()).second);
    list.set_page_token(frame.next_page_token());
  } while (!list.page_token().empty());
  REQUIRE(seen.size() == 5);
  list.set_page_size(0);
  list.mutable_as_of()->set_seconds(1);
  REQUIRE(stub->ListFrame(Context().get(), list, &frame).ok());
  REQUIRE(frame.units().empty());
}

TEST_CASE("an erasure needs an officer of the right post and is final") {
  Process process;
  const auto stub = process.As("ctl");
  std::vector<v1::ImportOperatorsResponse> answers;
  REQUIRE(Import(*stub, {Chunk(1, NewUuid7(absl::Now()))}, true, &answers).ok());
  v1::EraseOperatorRequest in;
  in.set_request_id(NewUuid7(absl::Now()));
  in.set_name(answers[0].verdicts(0).name());
  v1::ErasureOrder* order = in.mutable_order();
  order->set_document_number("澄市监删字〔2025〕1号");
  order->set_authority("澄沅县市场监督管理局");
  order->set_document_sha256(std::string(64, 'a'));
  order->mutable_order_date()->set_year(2025);
  order->mutable_order_date()->set_month(3);
  order->mutable_order_date()->set_day(1);
  order->mutable_legal_basis()->set_statute("个人信息保护法");
  order->mutable_legal_basis()->set_article("第四十七条");
  v1::EraseOperatorResponse out;
  const auto erase = [&](const std::string& token) {
    return stub->EraseOperator(Context(token).get(), in, &out);
  };
  const auto officer = [](const char* post) {
    return rpc::testing::TokenFor(rpc::testing::OfficerNamed("p-1", {post}));
  };
  REQUIRE(erase("").error_code() == grpc::StatusCode::UNAUTHENTICATED);
  REQUIRE(ReasonOf(erase(officer("handler"))) == Reason::kStepNotAllowed);
  REQUIRE(erase(officer("head")).ok());
  REQUIRE(out.operator_().status() == v1::OPERATOR_STATUS_ERASED);
  REQUIRE(erase(officer("head")).ok());  // the same request: the first answer again
  in.set_request_id(NewUuid7(absl::Now()));
  REQUIRE(ReasonOf(erase(officer("head"))) == Reason::kOperatorErased);
  v1::GetOperatorRequest get;
  get.set_name(in.name());
  v1::GetOperatorResponse got;
  REQUIRE(stub->GetOperator(Context().get(), get, &got).ok());
  REQUIRE(got.operator_().title().empty());
  REQUIRE(got.SerializeAsString().find("李记") == std::string::npos);
}

}  // namespace
}  // namespace shian::registry
