// shian.sanction.v1.CaseService, and the taking of acts that the listing module shares.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/policy/registry.h"
#include "libs/rpc/edge.h"
#include "services/sanction/case/case.h"
#include "services/sanction/case/convert.h"
#include "services/sanction/case/steps.h"
#include "shian/policy/v1/approval.pb.h"
#include "shian/sanction/v1/case_service.grpc.pb.h"

namespace shian::sanction {

// What an RPC wants done to a case. The event holds what the request said.
struct ActOrder {
  Act act = Act::kFiled;
  convert::MatterName name;
  std::string etag;
  Event event;
  std::optional<absl::Time> served;    // when a document reached the party; absent means now
  std::vector<Document> not_uploaded;  // of its documents: they must be ones that were issued here
};

// The next number of the organisation's penalty decisions (处罚决定书文号).
using NumberHook =
    std::function<absl::StatusOr<std::string>(store::WriteTx&, const std::string& organisation)>;
// Whether an official document about the operator, with this SHA-256, was issued here.
using IssuedHook =
    std::function<absl::StatusOr<bool>(store::ReadTx&, const OperatorId&, absl::string_view)>;

// The approval chain of a case and the article behind one of its acts.
struct Permit {
  policy::Revision<policy::v1::ApprovalChain> chain;
  Step step;
};

// Acts on cases inside a transaction: the domain says whether an act may follow, the approval chain
// says who may take it.
class CaseActs {
 public:
  CaseActs(rpc::Edge& edge, IssuedHook issued) : edge_(edge), issued_(std::move(issued)) {}

  // The case with its clocks; NOT_FOUND, PERMISSION_DENIED for its region, ETAG_MISMATCH.
  absl::StatusOr<Case> Open(store::ReadTx& tx, const rpc::Call& call,
                            const convert::MatterName& name, absl::string_view etag) const;
  // The chain in force when the case was filed.
  absl::StatusOr<Permit> PermitFor(store::ReadTx& tx, const Case& c, Act act, absl::Time now) const;
  // Refuses an officer whom the chain does not let take the act.
  absl::Status CheckOfficer(const Permit& permit, const Case& c, const rpc::Call& call) const;
  // A document that an act names was uploaded here before (shian.common.v1.BlobService), or it is
  // an official one that was issued here. Gives those that were not uploaded, for CheckIssued.
  absl::StatusOr<std::vector<Document>> NotUploaded(const std::vector<Document>& documents) const;
  // DOCUMENT_MISSING.
  absl::Status CheckIssued(store::ReadTx& tx, const OperatorId& op,
                           const std::vector<Document>& documents) const;
  // Appends `event` as the next one, by the call's officer, and starts its clocks.
  absl::Status Record(store::WriteTx& tx, const rpc::Call& call, const Permit& permit, Event event,
                      Case* c) const;
  absl::StatusOr<v1::Case> Show(store::ReadTx& tx, const rpc::Call& call, const Case& c,
                                absl::Time as_of) const;
  // What the leads of the case rest on.
  absl::StatusOr<std::vector<std::string>> EvidenceOf(store::ReadTx& tx, const Case& c) const;

 private:
  rpc::Edge& edge_;
  const IssuedHook issued_;
};

// Runs in the transaction that serves a decision or sets a penalty aside, which is the case's last
// event: what follows from it follows with it.
using FollowHook = std::function<absl::Status(store::WriteTx&, const Case&)>;

class CaseService final : public v1::CaseService::CallbackService {
 public:
  CaseService(rpc::Edge& edge, FollowHook follow, IssuedHook issued, NumberHook number)
      : edge_(edge),
        acts_(edge, std::move(issued)),
        follow_(std::move(follow)),
        number_(std::move(number)) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* FileCase(Context* context, const v1::FileCaseRequest* in,
                    v1::FileCaseResponse* out) override;
  Reactor* RecordLegalReview(Context* context, const v1::RecordLegalReviewRequest* in,
                             v1::RecordLegalReviewResponse* out) override;
  Reactor* ServeNotice(Context* context, const v1::ServeNoticeRequest* in,
                       v1::ServeNoticeResponse* out) override;
  Reactor* SubmitStatement(Context* context, const v1::SubmitStatementRequest* in,
                           v1::SubmitStatementResponse* out) override;
  Reactor* RequestHearing(Context* context, const v1::RequestHearingRequest* in,
                          v1::RequestHearingResponse* out) override;
  Reactor* RecordHearing(Context* context, const v1::RecordHearingRequest* in,
                         v1::RecordHearingResponse* out) override;
  Reactor* RecordCollectiveDiscussion(Context* context,
                                      const v1::RecordCollectiveDiscussionRequest* in,
                                      v1::RecordCollectiveDiscussionResponse* out) override;
  Reactor* DecidePenalty(Context* context, const v1::DecidePenaltyRequest* in,
                         v1::DecidePenaltyResponse* out) override;
  Reactor* GiveConsent(Context* context, const v1::GiveConsentRequest* in,
                       v1::GiveConsentResponse* out) override;
  Reactor* ServeDecision(Context* context, const v1::ServeDecisionRequest* in,
                         v1::ServeDecisionResponse* out) override;
  Reactor* PublishPenalty(Context* context, const v1::PublishPenaltyRequest* in,
                          v1::PublishPenaltyResponse* out) override;
  Reactor* AnnulPenalty(Context* context, const v1::AnnulPenaltyRequest* in,
                        v1::AnnulPenaltyResponse* out) override;
  Reactor* GetCase(Context* context, const v1::GetCaseRequest* in,
                   v1::GetCaseResponse* out) override;
  Reactor* ListCases(Context* context, const v1::ListCasesRequest* in,
                     v1::ListCasesResponse* out) override;

 private:
  template <class In, class Out, class Fill>
  Reactor* TakeAct(Context* context, const In* in, Out* out, Act act, Fill fill);
  absl::StatusOr<Case> Take(store::WriteTx& tx, const rpc::Call& call, ActOrder order) const;
  absl::StatusOr<Case> File(store::WriteTx& tx, const rpc::Call& call, Case c,
                            const Party& stated) const;
  absl::Status Prepare(store::WriteTx& tx, const Case& c, const Permit& permit,
                       ActOrder* order) const;
  absl::StatusOr<Date> LastPublicDay(store::ReadTx& tx, const Case& c, const Permit& permit) const;
  absl::Status Tell(store::WriteTx& tx, const Case& c, Act act) const;

  rpc::Edge& edge_;
  const CaseActs acts_;
  const FollowHook follow_;
  const NumberHook number_;
};

}  // namespace shian::sanction
