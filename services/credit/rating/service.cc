#include "services/credit/rating/service.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/revision.h"
#include "libs/policy/revisions.h"
#include "libs/rpc/page.h"
#include "services/credit/archive/convert.h"
#include "services/credit/archive/service.h"
#include "services/credit/archive/store.h"
#include "services/credit/rating/limits.h"
#include "services/credit/rating/store.h"

namespace shian::credit {
namespace {

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

// The revision to try: the one asked for, or the newest one loaded, drafts included.
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

// Page by page, each in a read of its own: what is filed meanwhile may or may not count, which a
// back-test bears.
absl::Status Evaluate(store::Store& store, const RulesSource& source, const EvaluateRequest& in,
                      v1::EvaluatePolicyResponse* out) {
  std::shared_ptr<const Rules> rules;
  RETURN_IF_ERROR(store.ReadNow([&](store::ReadTx& tx) -> absl::Status {
    if (!in.at_least_revision.empty()) {
      RETURN_IF_ERROR(ledger::RequireRevision(tx, in.at_least_revision));
    }
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
