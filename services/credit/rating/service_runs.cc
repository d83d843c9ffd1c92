// Yearly determinations: proposed by one officer, approved by another, a batch a call.
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "services/credit/archive/store.h"
#include "services/credit/rating/reactions.h"
#include "services/credit/rating/service.h"
#include "services/credit/rating/store.h"
#include "shian/policy/v1/approval.pb.h"

namespace shian::credit {
namespace {

// Whether `officer` may take `act` of the yearly determination.
absl::Status CheckAct(const rpc::Edge& edge, store::ReadTx& tx, Date on, absl::string_view act,
                      const auth::Officer& officer, const std::vector<auth::ChainStep>& done) {
  ASSIGN_OR_RETURN(const auto chain,
                   edge.policies().InForce<policy::v1::ApprovalChain>(tx, kRatingChain, on));
  return auth::CheckStep(chain.policy(), act, officer, done);
}

// The run to go on with: a new one, the one in computing, or a proposed one from the beginning.
absl::StatusOr<Run> RunToCompute(store::WriteTx& tx, const Rules& rules, const RateRequest& in,
                                 const Approver& proposer) {
  ASSIGN_OR_RETURN(std::optional<Run> known, FindRun(tx, RunId(in.region, in.year)));
  if (known) RETURN_IF_ERROR(CheckComputable(*known));
  const bool goes_on =
      known && known->state == RunState::kComputing && known->policy_revision == rules.revision;
  if (goes_on) return *std::move(known);
  Run run = NewRun(in.region, in.year, rules, proposer);
  if (known) {
    run.version = known->version;
    RETURN_IF_ERROR(DeleteProposals(tx, run));
  }
  return run;
}

absl::Status Propose(store::WriteTx& tx, const Rules& rules, const Run& run,
                     const ArchiveHead& head) {
  ASSIGN_OR_RETURN(const std::optional<Archive> archive, FindArchive(tx, head.id));
  if (!archive || archive->erased) return absl::OkStatus();
  const Outcome outcome =
      Determine(rules, *archive, archive->version, tx.now(), YearBase(run.year, archive->version));
  return PutProposal(tx, run, {head.id, outcome.grade, archive->version}, false);
}

// Determines one approved proposal on the evidence it was proposed on, and on what happened since.
absl::Status DetermineProposal(store::WriteTx& tx, const Rules& rules, const Run& run,
                               const Proposal& proposal) {
  RETURN_IF_ERROR(PutProposal(tx, run, proposal, true));
  ASSIGN_OR_RETURN(const std::optional<Archive> archive, FindArchive(tx, proposal.id));
  if (!archive || archive->erased) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::optional<Determination> last,
                   LastDetermination(tx, proposal.id, tx.now(), tx.now()));
  std::optional<Determination> next =
      DetermineYear(rules, *archive, tx.now(), YearBase(run.year, proposal.archive_version), last);
  if (!next) return absl::OkStatus();
  next->run = run.id;
  next->approvers = {run.proposer, *run.approver};
  return Publish(tx, archive->region, &*next, Replay(rules, *archive, *next));
}

absl::StatusOr<v1::RatingRun> Answer(store::ReadTx& tx, const Run& run) {
  ASSIGN_OR_RETURN(const auto counts, CountProposals(tx, run));
  return ToProto(run, counts);
}

absl::Status CheckEtag(const Run& run, absl::string_view etag) {
  if (etag.empty() || etag == absl::StrCat(run.version)) return absl::OkStatus();
  return errors::Refuse(errors::Reason::kEtagMismatch, {{"name", RunName(run.id)}});
}

absl::StatusOr<Run> ReadRun(const rpc::Call& call, store::ReadTx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(std::optional<Run> run, FindRun(tx, id));
  if (!run) return errors::NotFound(RunName(id));
  RETURN_IF_ERROR(call.RequireRegion(run->region));
  return *std::move(run);
}

std::vector<auth::ChainStep> StepsOf(const Run& run) {
  std::vector<auth::ChainStep> steps = {{"proposal", run.proposer.person, absl::Time()}};
  return steps;
}

}  // namespace

absl::StatusOr<v1::RateOperatorsResponse> RateBatch(store::WriteTx& tx, const RulesSource& source,
                                                    const RateRequest& in,
                                                    const Approver& proposer) {
  ASSIGN_OR_RETURN(const auto rules, source.InForce(tx, kRatingPolicy, ToDate(tx.now())));
  ASSIGN_OR_RETURN(Run run, RunToCompute(tx, *rules, in, proposer));
  ASSIGN_OR_RETURN(const std::vector<ArchiveHead> heads,
                   ListHeads(tx, in.region, run.position, in.count));
  for (const ArchiveHead& head : heads) RETURN_IF_ERROR(Propose(tx, *rules, run, head));
  ++run.version;
  run.operators += static_cast<int64_t>(heads.size());
  if (!heads.empty()) run.position = heads.back().id.value();
  if (static_cast<int>(heads.size()) < in.count) run.state = RunState::kProposed;
  RETURN_IF_ERROR(PutRun(tx, run));
  v1::RateOperatorsResponse out;
  ASSIGN_OR_RETURN(*out.mutable_run(), Answer(tx, run));
  return out;
}

absl::StatusOr<v1::ApproveRatingsResponse> ApproveBatch(store::WriteTx& tx,
                                                        const RulesSource& source, Run run,
                                                        const Approver& approver, int count) {
  RETURN_IF_ERROR(CheckApprovable(run));
  if (!run.approver) run.approver = approver;
  run.state = RunState::kApproved;
  ASSIGN_OR_RETURN(const auto rules, source.OfRevision(tx, run.policy_revision));
  ASSIGN_OR_RETURN(const std::vector<Proposal> open, OpenProposals(tx, run, count));
  for (const Proposal& proposal : open) {
    RETURN_IF_ERROR(DetermineProposal(tx, *rules, run, proposal));
  }
  ++run.version;
  run.determined += static_cast<int64_t>(open.size());
  if (static_cast<int>(open.size()) < count) run.state = RunState::kDone;
  RETURN_IF_ERROR(PutRun(tx, run));
  v1::ApproveRatingsResponse out;
  ASSIGN_OR_RETURN(*out.mutable_run(), Answer(tx, run));
  return out;
}

grpc::ServerUnaryReactor* RatingService::RateOperators(grpc::CallbackServerContext* context,
                                                       const v1::RateOperatorsRequest* in,
                                                       v1::RateOperatorsResponse* out) {
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const v1::RateOperatorsRequest& in)
          -> absl::StatusOr<rpc::Body<v1::RateOperatorsResponse>> {
        ASSIGN_OR_RETURN(const RateRequest request, ToRateRequest(in, ToDate(call.now())));
        RETURN_IF_ERROR(call.RequireRegion(request.region));
        return rpc::Body<v1::RateOperatorsResponse>(
            [this, request, officer = call.officer()](
                store::WriteTx& tx) -> absl::StatusOr<v1::RateOperatorsResponse> {
              RETURN_IF_ERROR(CheckAct(edge_, tx, ToDate(tx.now()), "proposal", officer, {}));
              return RateBatch(tx, rules_, request, ToApprover(officer));
            });
      });
}

grpc::ServerUnaryReactor* RatingService::ApproveRatings(grpc::CallbackServerContext* context,
                                                        const v1::ApproveRatingsRequest* in,
                                                        v1::ApproveRatingsResponse* out) {
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const v1::ApproveRatingsRequest& in)
          -> absl::StatusOr<rpc::Body<v1::ApproveRatingsResponse>> {
        ASSIGN_OR_RETURN(const std::string id, ToRunId(in.name()));
        ASSIGN_OR_RETURN(const int count, ToBatchSize(in.page_size()));
        call.NoteResource(in.name());
        return rpc::Body<v1::ApproveRatingsResponse>(
            [this, &call, id, count,
             etag = in.etag()](store::WriteTx& tx) -> absl::StatusOr<v1::ApproveRatingsResponse> {
              ASSIGN_OR_RETURN(Run run, ReadRun(call, tx, id));
              RETURN_IF_ERROR(CheckEtag(run, etag));
              RETURN_IF_ERROR(
                  CheckAct(edge_, tx, ToDate(tx.now()), "approval", call.officer(), StepsOf(run)));
              return ApproveBatch(tx, rules_, std::move(run), ToApprover(call.officer()), count);
            });
      });
}

grpc::ServerUnaryReactor* RatingService::GetRatingRun(grpc::CallbackServerContext* context,
                                                      const v1::GetRatingRunRequest* in,
                                                      v1::GetRatingRunResponse* out) {
  return edge_.Read(context, in, out,
                    [](const rpc::Call& call, const v1::GetRatingRunRequest& in, store::ReadTx& tx,
                       v1::GetRatingRunResponse* out) -> absl::Status {
                      ASSIGN_OR_RETURN(const std::string id, ToRunId(in.name()));
                      ASSIGN_OR_RETURN(const Run run, ReadRun(call, tx, id));
                      ASSIGN_OR_RETURN(*out->mutable_run(), Answer(tx, run));
                      return absl::OkStatus();
                    });
}

}  // namespace shian::credit
