#include "services/sanction/party/reactions.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/strip.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "services/sanction/party/store.h"
#include "shian/registry/v1/changes.pb.h"

namespace shian::sanction {
namespace {

OperatorId OperatorOf(absl::string_view name) {
  absl::ConsumePrefix(&name, "operators/");
  return OperatorId(std::string(name));
}

bool IsNaturalPerson(registry::v1::OperatorForm form) {
  return form == registry::v1::OPERATOR_FORM_SOLE_TRADER ||
         form == registry::v1::OPERATOR_FORM_PERSON;
}

absl::Status TakeOver(store::WriteTx& tx, const ledger::ReceivedChange& change,
                      const PartyHook& hook) {
  registry::v1::OperatorChanged message;
  if (!message.ParseFromString(change.payload)) {
    return absl::DataLossError("an operator's change does not decode: " + change.id);
  }
  const registry::v1::Operator& op = message.operator_();
  if (op.status() == registry::v1::OPERATOR_STATUS_ERASED) return absl::OkStatus();
  Party party;
  party.op = OperatorOf(op.name());
  party.name = op.title();
  party.code = op.code();
  party.natural_person = IsNaturalPerson(op.form());
  ASSIGN_OR_RETURN(const bool changed, PutParty(tx, party));
  return changed ? hook(tx, party.op) : absl::OkStatus();
}

absl::Status Forget(store::WriteTx& tx, const ledger::ReceivedChange& change, const PartyHook& hook,
                    const PartyHook& forgetting) {
  registry::v1::OperatorErased message;
  if (!message.ParseFromString(change.payload)) {
    return absl::DataLossError("an operator's erasure does not decode: " + change.id);
  }
  const OperatorId op = OperatorOf(message.name());
  if (forgetting) RETURN_IF_ERROR(forgetting(tx, op));
  RETURN_IF_ERROR(EraseParty(tx, op));
  RETURN_IF_ERROR(ledger::EraseSubject(tx, "operators/" + op.value()));
  return hook(tx, op);
}

}  // namespace

ledger::Reactions PartyReactions(PartyHook changed, PartyHook forgetting) {
  const auto take_over = [changed](store::WriteTx& tx, const ledger::ReceivedChange& change) {
    return TakeOver(tx, change, changed);
  };
  const auto forget = [changed, forgetting](store::WriteTx& tx,
                                            const ledger::ReceivedChange& change) {
    return Forget(tx, change, changed, forgetting);
  };
  return {{"shian.registry.operator.registered", take_over},
          {"shian.registry.operator.changed", take_over},
          {"shian.registry.operator.erased", forget}};
}

}  // namespace shian::sanction
