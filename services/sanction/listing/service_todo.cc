#include "services/sanction/listing/service_todo.h"

#include <optional>
#include <vector>

#include "libs/base/status_macros.h"
#include "services/sanction/case/service_todo.h"
#include "services/sanction/case/store.h"
#include "services/sanction/listing/convert.h"
#include "services/sanction/listing/convert_nomination.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/listing/store_nomination.h"
#include "services/sanction/party/service_todo.h"

namespace shian::sanction {
namespace {

constexpr rpc::TodoKind kPublish = {"sanction.listing.publish", "公示列入信息",
                                    "publish the listing"};
constexpr rpc::TodoKind kAcceptRepair = {"sanction.listing.accept_repair",
                                         "受理提前移出（信用修复）申请",
                                         "take in the request for repair"};
constexpr rpc::TodoKind kDecideRepair = {"sanction.listing.decide_repair",
                                         "对提前移出（信用修复）申请作出决定",
                                         "decide the request for repair"};
constexpr rpc::TodoKind kObjection = {"sanction.nomination.objection", "拟列入异议期间",
                                      "window for objections to a nomination"};
constexpr rpc::NextAct kObject = {"shian.sanction.v1.NominationService/RecordObjection", "记录异议",
                                  "record the objection"};
constexpr rpc::NextAct kPublishAct = {"shian.sanction.v1.ListingService/PublishListing",
                                      "公示列入信息", "publish the listing"};
constexpr rpc::NextAct kPublishEdition = {"shian.sanction.v1.ListingService/PublishEdition",
                                          "期次公示", "publish the edition"};
constexpr rpc::NextAct kAccept = {"shian.sanction.v1.ListingService/AcceptRepair", "受理修复申请",
                                  "take in the request for repair"};
constexpr rpc::TodoKind kDispute = {"sanction.listing.dispute", "处理列入信息异议",
                                    "answer the dispute about the entry"};
constexpr rpc::NextAct kAnswer = {"shian.sanction.v1.ListingService/DecideDispute", "处理异议",
                                  "answer the dispute"};
constexpr rpc::NextAct kDecide = {"shian.sanction.v1.ListingService/DecideRepair", "作出修复决定",
                                  "decide the request for repair"};

absl::StatusOr<std::vector<const rpc::NextAct*>> ActsToPublish(store::ReadTx& tx,
                                                               const Entry& entry, absl::Time now) {
  if (!entry.nomination.empty()) {
    return std::vector{entry.edition ? &kPublishEdition : &kPublishAct};
  }
  ASSIGN_OR_RETURN(const std::optional<Case> c, FindCase(tx, entry.op, entry.case_id));
  if (!c) return std::vector<const rpc::NextAct*>();
  return LawfulActs(*c, {Act::kConsentGiven, Act::kDecisionServed, Act::kListingPublished}, now);
}

// A clock that `event` started, the `place`-th of its clocks; nothing when it asks for nothing
// more.
absl::StatusOr<std::optional<rpc::Todo>> ToTodo(store::ReadTx& tx, const Entry& entry,
                                                const EntryEvent& event, size_t place,
                                                const Clock& clock, absl::Time now) {
  const std::optional<EntryState> state = StateAt(entry, now);
  if (event.act == EntryAct::kDecided && state == EntryState::kDecided) {
    ASSIGN_OR_RETURN(rpc::Todo todo, sanction::ToTodo(tx, entry.op, clock, kPublish));
    ASSIGN_OR_RETURN(todo.acts, ActsToPublish(tx, entry, now));
    todo.document = entry.nomination.empty() ? "listing-decision" : "list-entry-decision";
    return todo;
  }
  if (event.act == EntryAct::kDisputed && state == EntryState::kInForce) {
    ASSIGN_OR_RETURN(rpc::Todo todo, sanction::ToTodo(tx, entry.op, clock, kDispute));
    todo.acts = {&kAnswer};
    return todo;
  }
  // What has ended meanwhile needs no answer.
  if (event.act != EntryAct::kRepairRequested || state != EntryState::kInForce) {
    return std::nullopt;
  }
  const bool accepting = place == 0;  // as RequestRepair starts them
  ASSIGN_OR_RETURN(rpc::Todo todo, sanction::ToTodo(tx, entry.op, clock,
                                                    accepting ? kAcceptRepair : kDecideRepair));
  todo.acts = {&kDecide};
  if (accepting) todo.acts.insert(todo.acts.begin(), &kAccept);
  todo.document = accepting ? "repair-acceptance" : "repair-decision";
  return todo;
}

absl::StatusOr<std::vector<rpc::Todo>> ReadEntry(store::ReadTx& tx, const rpc::Edge& edge,
                                                 const store::OpenMatter& matter, absl::Time now) {
  const convert::MatterName name = MatterOf(matter);
  std::vector<rpc::Todo> todos;
  ASSIGN_OR_RETURN(std::optional<Entry> entry, FindEntry(tx, name.op, EntryId(name.id)));
  if (!entry) return rpc::MatterLost(matter);
  RETURN_IF_ERROR(convert::FillClocks(tx, edge.policies(), &*entry));
  size_t next = 0;  // of the entry's clocks, which stand in the order of its events
  for (const EntryEvent& event : entry->events) {
    for (size_t place = 0; place < event.clocks.size(); ++place) {
      const Clock& clock = entry->clocks[next++];
      if (clock.done != absl::InfiniteFuture()) continue;
      ASSIGN_OR_RETURN(std::optional<rpc::Todo> todo, ToTodo(tx, *entry, event, place, clock, now));
      if (todo) todos.push_back(*std::move(todo));
    }
  }
  return todos;
}

absl::StatusOr<std::vector<rpc::Todo>> ReadNomination(store::ReadTx& tx, const rpc::Edge& edge,
                                                      const store::OpenMatter& matter,
                                                      absl::Time now) {
  const convert::MatterName name = MatterOf(matter);
  std::vector<rpc::Todo> todos;
  ASSIGN_OR_RETURN(auto nomination, FindNomination(tx, name.op, NominationId(name.id)));
  if (!nomination) return rpc::MatterLost(matter);
  if (!nomination->open()) return todos;
  RETURN_IF_ERROR(convert::FillClocks(tx, edge.policies(), &*nomination));
  for (const Clock& clock : nomination->clocks) {
    if (clock.due.known() && now > clock.due.due) continue;  // the window has closed
    ASSIGN_OR_RETURN(rpc::Todo todo, sanction::ToTodo(tx, nomination->op, clock, kObjection));
    todo.right = true;
    todo.acts = {&kObject};
    todo.document = "nomination-notice";
    todos.push_back(std::move(todo));
  }
  return todos;
}

}  // namespace

rpc::TodoSource NominationTodos(const rpc::Edge& edge) {
  const auto read = [&edge](store::ReadTx& tx, const store::OpenMatter& matter, absl::Time now) {
    return ReadNomination(tx, edge, matter, now);
  };
  return {"nominations", true, {&kObjection}, read};
}

rpc::TodoSource ListingTodos(const rpc::Edge& edge) {
  const auto read = [&edge](store::ReadTx& tx, const store::OpenMatter& matter, absl::Time now) {
    return ReadEntry(tx, edge, matter, now);
  };
  return {"entries", true, {&kPublish, &kAcceptRepair, &kDecideRepair, &kDispute}, read};
}

}  // namespace shian::sanction
