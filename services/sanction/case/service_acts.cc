// Acts inside a transaction, as cases and listings share them.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/blob/blob.h"
#include "services/sanction/case/clocks.h"
#include "services/sanction/case/convert_rules.h"
#include "services/sanction/case/service.h"
#include "services/sanction/case/store.h"
#include "services/sanction/lead/store.h"
#include "services/sanction/party/store.h"
#include "services/sanction/party/store_attested.h"

namespace shian::sanction {

absl::StatusOr<std::vector<Document>> CaseActs::NotUploaded(
    const std::vector<Document>& documents) const {
  std::vector<Document> missing;
  for (const Document& document : documents) {
    const absl::Status found = edge_.blobs().Stat(document.sha256).status();
    if (absl::IsNotFound(found)) {
      missing.push_back(document);
    } else {
      RETURN_IF_ERROR(found);
    }
  }
  return missing;
}

namespace {

absl::Status Missing(const Document& document) {
  return errors::Refuse(errors::Reason::kDocumentMissing, {{"sha256", document.sha256}});
}

// Its own documents, those of its publicity, those of the entry decided in it, and those of the
// leads it rests on.
bool IsOfCase(const Case& c, const std::string& matter) {
  if (matter == "cases/" + c.id.value()) return true;
  if (matter == "publicities/" + c.id.value()) return true;
  if (!c.entry().empty() && absl::EndsWith(c.entry(), "/" + matter)) return true;
  return std::any_of(c.leads.begin(), c.leads.end(),
                     [&](const LeadId& lead) { return matter == "leads/" + lead.value(); });
}

}  // namespace

absl::Status CaseActs::CheckIssued(store::ReadTx& tx, const OperatorId& op,
                                   const std::vector<Document>& documents) const {
  for (const Document& document : documents) {
    ASSIGN_OR_RETURN(const std::string matter, issued_(tx, op, document.sha256));
    if (matter.empty()) return Missing(document);
  }
  return absl::OkStatus();
}

absl::Status CaseActs::CheckIssued(store::ReadTx& tx, const Case& c,
                                   const std::vector<Document>& documents) const {
  for (const Document& document : documents) {
    ASSIGN_OR_RETURN(const std::string matter, issued_(tx, c.op, document.sha256));
    if (matter.empty() || !IsOfCase(c, matter)) return Missing(document);
  }
  return absl::OkStatus();
}

absl::StatusOr<Case> CaseActs::Open(store::ReadTx& tx, const rpc::Call& call,
                                    const convert::MatterName& name, absl::string_view etag) const {
  ASSIGN_OR_RETURN(std::optional<Case> found, FindCase(tx, name.op, CaseId(name.id)));
  if (!found) {
    return errors::NotFound(absl::StrCat("operators/", name.op.value(), "/cases/", name.id));
  }
  RETURN_IF_ERROR(call.RequireRegion(found->region));
  RETURN_IF_ERROR(convert::CheckEtag(etag, found->etag(), found->name()));
  RETURN_IF_ERROR(convert::FillClocks(tx, edge_.policies(), &*found));
  return *std::move(found);
}

absl::StatusOr<Permit> CaseActs::PermitFor(store::ReadTx& tx, const Case& c, Act act,
                                           absl::Time now) const {
  Permit permit;
  ASSIGN_OR_RETURN(permit.chain, convert::ChainOf(tx, edge_.policies(), c, now));
  permit.step = {act, now, convert::BasisOf(permit.chain.policy(), convert::ChainAct(act))};
  return permit;
}

absl::Status CaseActs::CheckOfficer(const Permit& permit, const Case& c,
                                    const rpc::Call& call) const {
  return auth::CheckStep(permit.chain.policy(), convert::ChainAct(permit.step.act), call.officer(),
                         convert::StepsOf(c), c.region);
}

absl::Status CaseActs::Record(store::WriteTx& tx, const rpc::Call& call, const Permit& permit,
                              Event event, Case* c) const {
  RETURN_IF_ERROR(CheckOurs(tx, {c->op, "cases/" + c->id.value()}));
  const bool first = c->events.empty();
  if (!first) {
    ASSIGN_OR_RETURN(const v1::Case shown, Show(tx, call, *c, tx.now()));
    RETURN_IF_ERROR(CheckRoom(*c, shown.ByteSizeLong(), permit.step));
  }
  event.sequence = static_cast<int>(c->events.size()) + 1;
  event.act = permit.step.act;
  event.recorded = tx.now();
  event.actor = convert::ToActor(call.officer());
  event.chain_revision = permit.chain.revision;
  for (const char* key : ClocksStartedBy(*c, event)) {
    auto started = convert::StartClock(tx, edge_.policies(), key, ToDate(event.time));
    // The party's right to be heard does not hang on our clock for arranging it.
    if (absl::string_view(key) == clocks::kHearingArrange && convert::HasNoRule(started.status()))
      continue;
    if (!started.ok()) return started.status();
    event.clocks.push_back(*std::move(started));
  }
  c->events.push_back(std::move(event));
  RETURN_IF_ERROR(first ? InsertCase(tx, *c) : AppendEvent(tx, *c, c->events.back()));
  return convert::FillClocks(tx, edge_.policies(), c);
}

absl::StatusOr<v1::Case> CaseActs::Show(store::ReadTx& tx, const rpc::Call& call, const Case& c,
                                        absl::Time as_of) const {
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, c.op));
  return WithOrigin(tx, {c.op, "cases/" + c.id.value()},
                    convert::ToProto(c, {party, tx.origin(), std::string(call.locale()), as_of}));
}

absl::StatusOr<std::vector<std::string>> CaseActs::EvidenceOf(store::ReadTx& tx,
                                                              const Case& c) const {
  std::vector<std::string> evidence;
  for (const LeadId& id : c.leads) {
    ASSIGN_OR_RETURN(const auto lead, FindLead(tx, c.op, id));
    if (lead) evidence.push_back(lead->evidence);
  }
  return evidence;
}

}  // namespace shian::sanction
