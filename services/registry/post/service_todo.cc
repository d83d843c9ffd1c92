#include "services/registry/post/service_todo.h"

#include <utility>
#include <vector>

#include "libs/base/status_macros.h"
#include "libs/calendar/deadline.h"
#include "services/registry/operator/store.h"
#include "services/registry/post/convert.h"
#include "services/registry/post/reactions_employers.h"
#include "services/registry/post/store.h"

namespace shian::registry {
namespace {

constexpr rpc::TodoKind kEndEmployment = {"registry.post.end_employment",
                                          "督促停止聘用被禁止从业人员",
                                          "have the employment of a barred person ended"};
constexpr rpc::NextAct kEndPostAct = {"shian.registry.v1.PostService/EndPost", "登记任职结束",
                                      "end the post"};

absl::StatusOr<std::vector<rpc::Todo>> ReadPost(store::ReadTx& tx, const policy::Policies& policies,
                                                const IdentityHasher& hasher,
                                                const store::OpenMatter& matter, absl::Time now) {
  std::vector<rpc::Todo> todos;
  const OperatorId id(matter.operator_id);
  const std::string post = matter.matter.substr(matter.matter.find('/') + 1);
  ASSIGN_OR_RETURN(const auto breaches, BreachesOf(tx, id, post));
  ASSIGN_OR_RETURN(const auto op, FindOperator(tx, id));
  if (!op || breaches.empty()) return rpc::MatterLost(matter);
  const Date today = ToDate(now);
  ASSIGN_OR_RETURN(const Held held, HolderOf(tx, *op, post, today));
  if (!held.identity) return todos;
  ASSIGN_OR_RETURN(const auto bans, BansOn(tx, hasher.WithLater(*held.identity)));
  ASSIGN_OR_RETURN(const GateRule rule, convert::GateRuleInForce(tx, policies, today));
  if (ClosingFrom(bans, rule.BarsOf(held.kind), today) == nullptr) return todos;
  // One person in one post is one thing to be done, however many bans.
  const Breach& first = breaches.front();
  ASSIGN_OR_RETURN(const calendar::Rule clock,
                   policies.RuleOfRevision(tx, first.clock, first.clock_revision));
  ASSIGN_OR_RETURN(const auto calendar, policies.Calendar(tx));
  rpc::Todo todo;
  todo.kind = &kEndEmployment;
  todo.rule = clock;
  todo.start = first.found;
  todo.due = calendar::DueOf(*calendar, first.found, clock.budget, {});
  todo.party_name = convert::ShownTitle(*op);
  if (post != kImportedPost) todo.acts = {&kEndPostAct};
  todos.push_back(std::move(todo));
  return todos;
}

}  // namespace

rpc::TodoSource PostTodos(const policy::Policies& policies, IdentityHasher hasher) {
  const auto read = [&policies, hasher = std::move(hasher)](
                        store::ReadTx& tx, const store::OpenMatter& matter, absl::Time now) {
    return ReadPost(tx, policies, hasher, matter, now);
  };
  return {"posts", true, {&kEndEmployment}, read};
}

}  // namespace shian::registry
