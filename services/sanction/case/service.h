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
#include "services/sanction/case/finding.h"
#include "services/sanction/case/steps.h"
#include "shian/policy/v1/approval.pb.h"
#include "shian/policy/v1/case.pb.h"
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
// The matter ("cases/…") of the official document about the operator with this SHA-256; empty when
// none was issued here.
using IssuedHook = std::function<absl::StatusOr<std::string>(store::ReadTx&, const OperatorId&,
                                                             absl::string_view)>;

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
  // The same for an act of a case: a document of another case proves nothing of it.
  absl::Status CheckIssued(store::ReadTx& tx, const Case& c,
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
  Reactor* NotifyHearing(Context* context, const v1::NotifyHearingRequest* in,
                         v1::NotifyHearingResponse* out) override;
  Reactor* RecordHearing(Context* context, const v1::RecordHearingRequest* in,
                         v1::RecordHearingResponse* out) override;
  Reactor* EndHearing(Context* context, const v1::EndHearingRequest* in,
                      v1::EndHearingResponse* out) override;
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
  Reactor* RecordEvidence(Context* context, const v1::RecordEvidenceRequest* in,
                          v1::RecordEvidenceResponse* out) override;
  Reactor* PreserveEvidence(Context* context, const v1::PreserveEvidenceRequest* in,
                            v1::PreserveEvidenceResponse* out) override;
  Reactor* HandlePreserved(Context* context, const v1::HandlePreservedRequest* in,
                           v1::HandlePreservedResponse* out) override;
  Reactor* SeizeGoods(Context* context, const v1::SeizeGoodsRequest* in,
                      v1::SeizeGoodsResponse* out) override;
  Reactor* ExtendSeizure(Context* context, const v1::ExtendSeizureRequest* in,
                         v1::ExtendSeizureResponse* out) override;
  Reactor* ReleaseSeized(Context* context, const v1::ReleaseSeizedRequest* in,
                         v1::ReleaseSeizedResponse* out) override;
  Reactor* ExtendPeriod(Context* context, const v1::ExtendPeriodRequest* in,
                        v1::ExtendPeriodResponse* out) override;
  Reactor* ContinuePeriod(Context* context, const v1::ContinuePeriodRequest* in,
                          v1::ContinuePeriodResponse* out) override;
  Reactor* PausePeriod(Context* context, const v1::PausePeriodRequest* in,
                       v1::PausePeriodResponse* out) override;
  Reactor* ResumePeriod(Context* context, const v1::ResumePeriodRequest* in,
                        v1::ResumePeriodResponse* out) override;
  Reactor* StateFacts(Context* context, const v1::StateFactsRequest* in,
                      v1::StateFactsResponse* out) override;
  Reactor* AnswerFinding(Context* context, const v1::AnswerFindingRequest* in,
                         v1::AnswerFindingResponse* out) override;
  Reactor* ReportTransfer(Context* context, const v1::ReportTransferRequest* in,
                          v1::ReportTransferResponse* out) override;
  Reactor* DecideTransfer(Context* context, const v1::DecideTransferRequest* in,
                          v1::DecideTransferResponse* out) override;
  Reactor* TransferToPolice(Context* context, const v1::TransferToPoliceRequest* in,
                            v1::TransferToPoliceResponse* out) override;
  Reactor* RecordPoliceAnswer(Context* context, const v1::RecordPoliceAnswerRequest* in,
                              v1::RecordPoliceAnswerResponse* out) override;
  Reactor* RequestPoliceReview(Context* context, const v1::RequestPoliceReviewRequest* in,
                               v1::RequestPoliceReviewResponse* out) override;
  Reactor* HandOverGoods(Context* context, const v1::HandOverGoodsRequest* in,
                         v1::HandOverGoodsResponse* out) override;
  Reactor* OpenSupervision(Context* context, const v1::OpenSupervisionRequest* in,
                           v1::OpenSupervisionResponse* out) override;
  Reactor* ReportProgress(Context* context, const v1::ReportProgressRequest* in,
                          v1::ReportProgressResponse* out) override;
  Reactor* CheckSupervision(Context* context, const v1::CheckSupervisionRequest* in,
                            v1::CheckSupervisionResponse* out) override;
  Reactor* RecordExecution(Context* context, const v1::RecordExecutionRequest* in,
                           v1::RecordExecutionResponse* out) override;
  Reactor* CloseCase(Context* context, const v1::CloseCaseRequest* in,
                     v1::CloseCaseResponse* out) override;
  Reactor* ReviewFile(Context* context, const v1::ReviewFileRequest* in,
                      v1::ReviewFileResponse* out) override;
  Reactor* MendFile(Context* context, const v1::MendFileRequest* in,
                    v1::MendFileResponse* out) override;
  Reactor* ListFindings(Context* context, const v1::ListFindingsRequest* in,
                        v1::ListFindingsResponse* out) override;
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
  absl::Status BarTime(store::ReadTx& tx, const Case& c, Filing* filing) const;
  absl::Status Prepare(store::WriteTx& tx, const rpc::Call& call, const Case& c,
                       const Permit& permit, ActOrder* order) const;
  absl::Status PreparePenalty(store::WriteTx& tx, const rpc::Call& call, const Case& c,
                              const Permit& permit, Penalty* penalty) const;
  absl::Status PrepareDetail(store::WriteTx& tx, const rpc::Call& call, const Case& c,
                             const Permit& permit, Event* event) const;
  absl::Status PreparePeriod(store::ReadTx& tx, const Case& c, const Permit& permit,
                             const PeriodStep& period) const;
  absl::Status PrepareHearing(store::ReadTx& tx, const rpc::Call& call, const Case& c,
                              const Permit& permit, const Event& event) const;
  absl::Status CheckRung(store::ReadTx& tx, const Case& c, const policy::v1::CaseRule& rule,
                         const Permit& permit, Penalty* penalty) const;
  absl::StatusOr<std::vector<Finding>> Findings(store::ReadTx& tx, const Case& c,
                                                const policy::v1::CaseRule& rule,
                                                absl::Time now) const;
  absl::StatusOr<Date> LastPublicDay(store::ReadTx& tx, const Case& c, const Permit& permit) const;
  absl::Status Tell(store::WriteTx& tx, const Case& c, Act act) const;

  rpc::Edge& edge_;
  const CaseActs acts_;
  const FollowHook follow_;
  const NumberHook number_;
};

}  // namespace shian::sanction
