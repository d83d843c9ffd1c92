// A recall that a failed sample proposed, and what officers do with it, over the wire.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "services/trace/service_testing.h"
#include "shian/common/v1/todo_service.grpc.pb.h"

namespace shian::trace::testing {

using Conduct = v1::RecallConductService::Stub;

class Story {
 public:
  Story() {
    world.Capture(MeatChain());
    world.React(RecallReactions(world.host->edge()), "shian.inspection.sample.notified",
                Notified(world.Now()).SerializeAsString());
    world.React(GenealogyReactions(), "shian.registry.operator.registered",
                CanteenRegistered().SerializeAsString());
    name = world.OnlyRecall().name();
  }

  // Sends a write as an officer in this post.
  template <class In, class Out>
  grpc::Status Do(grpc::Status (Conduct::*method)(grpc::ClientContext*, const In&, Out*), In in,
                  Out* out, const std::string& post = "handler", const std::string& person = "p1") {
    in.set_request_id(NewUuid7(absl::Now()));
    const auto context = Context(TokenFor(OfficerNamed(person, {post})));
    return (world.conduct.get()->*method)(context.get(), in, out);
  }
  template <class In, class Out>
  Reason Refused(grpc::Status (Conduct::*method)(grpc::ClientContext*, const In&, Out*), In in,
                 const std::string& post = "handler", const std::string& person = "p1") {
    Out out;
    const grpc::Status status = Do(method, std::move(in), &out, post, person);
    REQUIRE_FALSE(status.ok());
    INFO(status.error_message());
    const auto reason = errors::ReasonOf(rpc::FromGrpc(status));
    REQUIRE(reason);
    return *reason;
  }

  void Freeze() {
    v1::Recall frozen;
    REQUIRE(world.Freeze(name, TokenFor(OfficerNamed("p1", {"handler"})), &frozen).ok());
  }
  void Complete() {
    v1::CompleteRecallRequest in;
    in.set_request_id(NewUuid7(absl::Now()));
    in.set_name(name);
    v1::CompleteRecallResponse out;
    const auto context = Context(TokenFor(OfficerNamed("p1", {"handler"})));
    REQUIRE(world.recall->CompleteRecall(context.get(), in, &out).ok());
  }
  void Acknowledge(const std::string& notice, const std::string& quantity) {
    v1::AcknowledgeNoticeRequest in;
    in.set_request_id(NewUuid7(absl::Now()));
    in.set_name(notice);
    in.set_recovered_quantity(quantity);
    in.set_recovered_uom("KGM");
    v1::AcknowledgeNoticeResponse out;
    REQUIRE(world.recall->AcknowledgeNotice(Context().get(), in, &out).ok());
  }
  std::vector<v1::RecallNotice> Notices() {
    v1::ListRecallNoticesRequest in;
    in.set_parent(name);
    v1::ListRecallNoticesResponse out;
    REQUIRE(world.recall->ListRecallNotices(Context().get(), in, &out).ok());
    return {out.notices().begin(), out.notices().end()};
  }

  // The acts that may follow, by the kind of what is due.
  std::map<std::string, std::vector<std::string>> Due() {
    const auto stub =
        common::v1::TodoService::NewStub(rpc::testing::ChannelAs("ctl", world.folder));
    common::v1::ListTodosResponse out;
    REQUIRE(stub->ListTodos(Context().get(), {}, &out).ok());
    std::map<std::string, std::vector<std::string>> due;
    for (const auto& todo : out.todos()) {
      for (const auto& act : todo.next_acts()) {
        due[todo.kind()].push_back(act.method().substr(act.method().rfind('/') + 1));
      }
    }
    return due;
  }

  // What the public log says of recalls, in its order.
  std::vector<v1::RecallCard> Cards() {
    std::vector<v1::RecallCard> cards;
    REQUIRE(ledger::Place(world.host->edge().store()).ok());
    const auto read = [&](store::ReadTx& tx) -> absl::Status {
      for (int64_t at = 1;; ++at) {
        const auto entry = ledger::ReadEntry(tx, ledger::Log::kPublic, at);
        if (!entry.ok()) return entry.status();
        if (!*entry) return absl::OkStatus();
        if ((*entry)->leaf.type != "shian.public.recall") continue;
        REQUIRE(cards.emplace_back().ParseFromString((*entry)->payload));
      }
    };
    REQUIRE(world.host->edge().store().ReadNow(read).ok());
    return cards;
  }

  v1::FilePlanRequest Plan() const {
    v1::FilePlanRequest in;
    in.set_parent(name);
    v1::RecallPlanContent* content = in.mutable_content();
    content->set_contact_name("张三");
    content->set_contact_details("13800000000");
    v1::PlannedProduct* product = content->add_products();
    product->set_product("猪肉");
    product->add_batches("M1");
    product->mutable_production_dates()->Add()->set_year(2025);
    product->mutable_production_dates(0)->set_month(1);
    product->mutable_production_dates(0)->set_day(2);
    product->set_quantity("30.0");
    product->set_uom("KGM");
    content->set_recall_class(v1::RECALL_CLASS_TWO);
    for (const char* field :
         {"sales_region", "reason", "harm", "steps", "notice_text", "notice_channels",
          "duties_of_others", "disposal", "cost_bearing", "expected_effect"}) {
      const auto* known = content->GetDescriptor()->FindFieldByName(field);
      content->GetReflection()->SetString(content, known, field);
    }
    return in;
  }
  v1::ReportDisposalRequest Disposal(policy::v1::RecallDisposalMeasure measure) const {
    v1::ReportDisposalRequest in;
    in.set_parent(name);
    in.set_measure(measure);
    in.set_quantity("12.50");
    in.set_uom("KGM");
    in.set_place("县无害化处理场");
    in.set_supervisor("县市场监管局");
    *in.mutable_dispose_time() = rpc::ToProto(world.Now());
    return in;
  }
  v1::AssessPlanRequest Assessment(int plan, v1::PlanVerdict verdict) const {
    v1::AssessPlanRequest in;
    in.set_name(absl::StrCat(name, "/plans/", plan));
    in.set_verdict(verdict);
    in.set_reasons("意见");
    return in;
  }

  World world;
  std::string name;
};

}  // namespace shian::trace::testing
