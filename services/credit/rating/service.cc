#include "services/credit/rating/service.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/revision.h"
#include "libs/policy/revisions.h"
#include "libs/rpc/page.h"
#include "services/credit/archive/convert.h"
#include "services/credit/archive/service.h"
#include "services/credit/archive/store.h"
#include "services/credit/rating/limits.h"
#include "services/credit/rating/reactions.h"
#include "services/credit/rating/store.h"
#include "shian/policy/v1/approval.pb.h"

namespace shian::credit {
namespace {

// Whether `officer` may take `act` of the yearly determination.
absl::Status CheckAct(const rpc::Edge& edge, store::ReadTx& tx, Date on, absl::string_view act,
                      const auth::Officer& officer, const std::vector<auth::ChainStep>& done) {
  ASSIGN_OR_RETURN(const auto chain,
                   edge.policies().InForce<policy::v1::ApprovalChain>(tx, kRatingChain, on));
  return auth::CheckStep(chain.policy, act, officer, done);
}

// ---- Reads -----------------------------------------------------------------------------------

void Explain(const Rules& rules, const Archive& archive, const Determination& determined,
             const Outcome& outcome, v1::ExplainRatingResponse* out) {
  const Explained explained = {rules, archive, determined.archive_version, determined.time,
                               determined.base};
  for (const WayBack& way : WaysBack(explained, outcome)) *out->add_ways_back() = ToProto(way);
  const Paragraph text = ExplainInWords(rules, outcome);
  out->set_text_zh(text.zh);
  out->set_text_en(text.en);
}

// The determined half of a rating.
absl::Status FillDetermined(store::ReadTx& tx, const RulesSource& source, const Archive& archive,
                            const Determination& determined, v1::Rating* out,
                            v1::ExplainRatingResponse* explanation) {
  if (explanation == nullptr) {
    *out->mutable_determined() = ToProto(determined, nullptr);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const auto rules, source.OfRevision(tx, determined.policy_revision));
  const Outcome outcome = Replay(*rules, archive, determined);
  *out->mutable_determined() = ToProto(determined, &outcome);
  Explain(*rules, archive, determined, outcome, explanation);
  return absl::OkStatus();
}

// Where nothing was determined the explanation is of the points alone.
void ExplainIndicative(const Rules& rules, const Assessment& assessment,
                       v1::ExplainRatingResponse* out) {
  Outcome outcome;
  outcome.grade = assessment.grade;
  outcome.base_grade = assessment.grade;
  outcome.points = assessment.points;
  outcome.at_once = assessment.adjustments;
  const Paragraph text = ExplainInWords(rules, outcome);
  out->set_text_zh(text.zh);
  out->set_text_en(text.en);
}

absl::Status Get(const rpc::Call& call, const RulesSource& source, const v1::GetRatingRequest& in,
                 store::ReadTx& tx, v1::GetRatingResponse* out) {
  ASSIGN_OR_RETURN(const OperatorId id, ToOperatorIdOf(in.name(), "rating", "name"));
  ASSIGN_OR_RETURN(const absl::Time as_of, ToTime(in.has_as_of(), in.as_of(), call.now(), "as_of"));
  ASSIGN_OR_RETURN(const absl::Time known_at,
                   ToTime(in.has_known_at(), in.known_at(), call.now(), "known_at"));
  ASSIGN_OR_RETURN(const Archive archive, ReadArchive(call, tx, id, false));
  return Rate(tx, source, archive, as_of, known_at, out->mutable_rating(), nullptr);
}

absl::Status ExplainOne(const rpc::Call& call, const RulesSource& source,
                        const v1::ExplainRatingRequest& in, store::ReadTx& tx,
                        v1::ExplainRatingResponse* out) {
  ASSIGN_OR_RETURN(const OperatorId id, ToOperatorIdOf(in.name(), "rating", "name"));
  ASSIGN_OR_RETURN(const absl::Time as_of, ToTime(in.has_as_of(), in.as_of(), call.now(), "as_of"));
  ASSIGN_OR_RETURN(const absl::Time known_at,
                   ToTime(in.has_known_at(), in.known_at(), call.now(), "known_at"));
  ASSIGN_OR_RETURN(const Archive archive, ReadArchive(call, tx, id, false));
  return Rate(tx, source, archive, as_of, known_at, out->mutable_rating(), out);
}

absl::Status List(const rpc::Call& call, const v1::ListDeterminationsRequest& in, store::ReadTx& tx,
                  v1::ListDeterminationsResponse* out) {
  ASSIGN_OR_RETURN(const OperatorId id, ToOperatorId(in.parent(), "parent"));
  ASSIGN_OR_RETURN(const absl::Time known_at,
                   ToTime(in.has_known_at(), in.known_at(), call.now(), "known_at"));
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  RETURN_IF_ERROR(ReadArchive(call, tx, id, false).status());
  int64_t after = 0;
  if (!page.after.empty() && !absl::SimpleAtoi(page.after, &after)) {
    return errors::Refuse(errors::Reason::kPageTokenInvalid, {{"hours", "24"}});
  }
  ASSIGN_OR_RETURN(const std::vector<Determination> determinations,
                   ListDeterminations(tx, id, known_at, after, page.size));
  for (const Determination& one : determinations) {
    *out->add_determinations() = ToProto(one, nullptr);
  }
  if (static_cast<int>(determinations.size()) == page.size) {
    out->set_next_page_token(
        rpc::NextPage(page, absl::StrCat(determinations.back().number), call.now()));
  }
  return absl::OkStatus();
}

// ---- Yearly runs -----------------------------------------------------------------------------

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

absl::Status Rate(store::ReadTx& tx, const RulesSource& source, const Archive& archive,
                  absl::Time as_of, absl::Time known_at, v1::Rating* out,
                  v1::ExplainRatingResponse* explanation) {
  out->set_name(absl::StrCat(OperatorName(archive.id), "/rating"));
  out->set_region(archive.region);
  ASSIGN_OR_RETURN(const std::optional<Determination> last,
                   LastDetermination(tx, archive.id, as_of, known_at));
  out->set_etag(absl::StrCat(archive.version, "-", last ? last->number : 0));
  ASSIGN_OR_RETURN(const auto rules, source.InForce(tx, kRatingPolicy, ToDate(as_of)));
  const View view = ViewAt(archive, VersionKnownAt(archive, known_at), as_of);
  const Assessment assessment = Assess(*rules, view);
  *out->mutable_indicative() =
      ToProto(archive.id, *rules, assessment, view, explanation != nullptr);
  if (last) return FillDetermined(tx, source, archive, *last, out, explanation);
  if (explanation != nullptr) ExplainIndicative(*rules, assessment, explanation);
  return absl::OkStatus();
}

absl::Status ReplayOne(store::ReadTx& tx, const RulesSource& source, const Archive& archive,
                       int64_t number, v1::ReplayRatingResponse* out) {
  ASSIGN_OR_RETURN(const std::optional<Determination> recorded,
                   FindDetermination(tx, archive.id, number));
  if (!recorded) {
    return errors::NotFound(absl::StrCat(OperatorName(archive.id), "/determinations/", number));
  }
  ASSIGN_OR_RETURN(const auto rules, source.OfRevision(tx, recorded->policy_revision));
  const Outcome outcome = Replay(*rules, archive, *recorded);
  *out->mutable_recorded() = ToProto(*recorded, nullptr);
  *out->mutable_replayed() = ToProto(Replayed(*recorded, outcome), &outcome);
  out->set_identical(outcome.Digest() == recorded->result_digest &&
                     outcome.evidence_digest == recorded->evidence_digest &&
                     outcome.grade == recorded->grade);
  return absl::OkStatus();
}

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

absl::StatusOr<std::shared_ptr<const Rules>> RulesFor(store::ReadTx& tx, const RulesSource& source,
                                                      const EvaluateRequest& in) {
  std::string revision = in.revision;
  if (revision.empty()) {
    ASSIGN_OR_RETURN(const auto loaded, policy::ListRevisions(tx, {.id = in.policy}, "", 1));
    if (loaded.empty()) return errors::NotFound(absl::StrCat("policies/", in.policy));
    revision = loaded[0].revision;
  }
  return source.OfRevision(tx, revision);
}

// Page by page, each in a read of its own: what is filed meanwhile may or may not count, which a
// back-test bears.
absl::Status Evaluate(store::Store& store, const RulesSource& source, const EvaluateRequest& in,
                      v1::EvaluatePolicyResponse* out) {
  std::shared_ptr<const Rules> rules;
  RETURN_IF_ERROR(store.ReadNow([&](store::ReadTx& tx) -> absl::Status {
    RETURN_IF_ERROR(ledger::RequireRevision(tx, in.at_least_revision));
    ASSIGN_OR_RETURN(rules, RulesFor(tx, source, in));
    ASSIGN_OR_RETURN(*out->mutable_revision(), ledger::Revision(tx));
    return absl::OkStatus();
  }));
  Evaluation evaluation(*rules, in.cut);
  int64_t visits = 0;
  CheckedPage page;
  page.more = true;
  while (page.more) {
    RETURN_IF_ERROR(store.ReadNow([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(page, ListChecked(tx, in.region, in.attested_only, std::string(page.last),
                                         limits::kEvaluatedPerRead));
      return absl::OkStatus();
    }));
    visits += page.checks;
    if (visits > limits::kEvaluatedChecksMax) {
      return errors::Refuse(errors::Reason::kEvaluationTooLarge,
                            {{"max", absl::StrCat(limits::kEvaluatedChecksMax)}});
    }
    for (const Archive& archive : page.archives) evaluation.Add(archive);
  }
  out->set_policy(rules->id);
  out->set_policy_revision(rules->revision);
  out->set_visits(visits);
  Fill(evaluation, out);
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* RatingService::GetRating(grpc::CallbackServerContext* context,
                                                   const v1::GetRatingRequest* in,
                                                   v1::GetRatingResponse* out) {
  return edge_.Read(context, in, out,
                    [this](const rpc::Call& call, const v1::GetRatingRequest& in, store::ReadTx& tx,
                           v1::GetRatingResponse* out) { return Get(call, rules_, in, tx, out); });
}

grpc::ServerUnaryReactor* RatingService::ExplainRating(grpc::CallbackServerContext* context,
                                                       const v1::ExplainRatingRequest* in,
                                                       v1::ExplainRatingResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ExplainRatingRequest& in, store::ReadTx& tx,
             v1::ExplainRatingResponse* out) { return ExplainOne(call, rules_, in, tx, out); });
}

grpc::ServerUnaryReactor* RatingService::ListDeterminations(grpc::CallbackServerContext* context,
                                                            const v1::ListDeterminationsRequest* in,
                                                            v1::ListDeterminationsResponse* out) {
  return edge_.Read(context, in, out, List);
}

grpc::ServerUnaryReactor* RatingService::ReplayRating(grpc::CallbackServerContext* context,
                                                      const v1::ReplayRatingRequest* in,
                                                      v1::ReplayRatingResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ReplayRatingRequest& in, store::ReadTx& tx,
             v1::ReplayRatingResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(const DeterminationName name, ToDeterminationName(in.name()));
        ASSIGN_OR_RETURN(const Archive archive, ReadArchive(call, tx, name.id, false));
        return ReplayOne(tx, rules_, archive, name.number, out);
      });
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

grpc::ServerUnaryReactor* RatingService::EvaluatePolicy(grpc::CallbackServerContext* context,
                                                        const v1::EvaluatePolicyRequest* in,
                                                        v1::EvaluatePolicyResponse* out) {
  return edge_.Work(context, in, out,
                    [this](const rpc::Call& call, const v1::EvaluatePolicyRequest& in,
                           v1::EvaluatePolicyResponse* out) -> absl::Status {
                      ASSIGN_OR_RETURN(const EvaluateRequest request, ToEvaluateRequest(in));
                      RETURN_IF_ERROR(call.RequireRegion(request.region));
                      return Evaluate(edge_.store(), rules_, request, out);
                    });
}

}  // namespace shian::credit
