#include "services/sanction/screening/service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/rpc/fields.h"
#include "libs/rpc/query_stream.h"
#include "services/sanction/case/convert.h"
#include "services/sanction/listing/convert.h"
#include "services/sanction/screening/convert.h"
#include "services/sanction/screening/limits.h"
#include "shian/policy/v1/list.pb.h"

namespace shian::sanction {
namespace {

using convert::SubjectOrProblem;

template <class Request>
absl::Status CheckSubjects(const Request& in) {
  if (in.subjects_size() >= 1 && in.subjects_size() <= limits::kSubjectsMax) {
    return absl::OkStatus();
  }
  return errors::InvalidField("subjects", {absl::StrCat("must be 1 to ", limits::kSubjectsMax),
                                           absl::StrCat("应为1至", limits::kSubjectsMax, "个")});
}

template <class Request>
std::vector<SubjectOrProblem> ToSubjects(const Request& in) {
  std::vector<SubjectOrProblem> subjects;
  subjects.reserve(static_cast<size_t>(in.subjects_size()));
  absl::flat_hash_set<absl::string_view> refs;
  for (const v1::ScreenSubject& subject : in.subjects()) {
    subjects.push_back(convert::ToSubject(subject));
    const bool repeated = !refs.insert(subject.client_ref()).second;
    if (!repeated || !subjects.back().problem.empty()) continue;
    subjects.back().problem = "CLIENT_REF_REPEATED";
    subjects.back().en = "Another subject of the request has this client_ref.";
    subjects.back().zh = "同一请求中client_ref重复。";
  }
  return subjects;
}

// What a court file keeps of an answer.
template <class Request, class Response>
std::string EvidenceOf(const Request& in, const Response& out) {
  return Sha256(
      absl::StrCat(Sha256(rpc::DeterministicBytes(in)), Sha256(rpc::DeterministicBytes(out))));
}

v1::ScreenResult ToResult(const SubjectOrProblem& subject, const Screened& screened,
                          absl::string_view locale) {
  if (subject.problem.empty()) return convert::ToProto(screened, subject.subject, locale);
  v1::ScreenResult result;
  result.set_problem(subject.problem);
  result.set_problem_message(locale == "en" ? subject.en : subject.zh);
  return result;
}

}  // namespace

absl::Status ScreeningService::Warm() {
  return edge_.store().ReadNow([this](store::ReadTx& tx) { return follower_.CatchUp(tx); });
}

template <class Request>
absl::StatusOr<View> ScreeningService::ViewOf(store::ReadTx& tx, const rpc::Call& call,
                                              const Request& in) const {
  convert::Reader reader;
  View view;
  view.now = call.now();
  view.as_of = reader.Time("as_of", in.has_as_of(), in.as_of(), call.now());
  view.known_at = reader.Time("known_at", in.has_known_at(), in.known_at(), absl::InfiniteFuture());
  const Purpose purpose = convert::ToPurpose(in.purpose(), in.reference(), &reader);
  if (in.lists_size() > limits::kListsMax) {
    reader.Wrong("lists", {absl::StrCat("must be at most ", limits::kListsMax),
                           absl::StrCat("不能超过", limits::kListsMax, "种")});
  } else {
    for (const std::string& list : in.lists()) view.lists.insert(convert::ToList(list, &reader));
  }
  RETURN_IF_ERROR(reader.ToStatus());
  ASSIGN_OR_RETURN(const auto rule, edge_.policies().InForce<policy::v1::ListRule>(
                                        tx, convert::kSeriousList, ToDate(call.now())));
  view.viewer =
      convert::ToViewer(purpose, convert::ToListingRule(rule.policy(), rule.revision, ""));
  return view;
}

template <class Request, class Response>
absl::Status ScreeningService::Answer(const rpc::Call& call, const Request& in, store::ReadTx& tx,
                                      Response* out) {
  RETURN_IF_ERROR(CheckSubjects(in));
  ASSIGN_OR_RETURN(const View view, ViewOf(tx, call, in));
  RETURN_IF_ERROR(follower_.CatchUp(tx));
  const std::vector<SubjectOrProblem> subjects = ToSubjects(in);
  std::vector<Subject> asked;
  asked.reserve(subjects.size());
  for (const SubjectOrProblem& subject : subjects) asked.push_back(subject.subject);
  const Index::Answer answer = index_.Find(asked, view);
  for (size_t i = 0; i < subjects.size(); ++i) {
    v1::ScreenResult* result = out->add_results();
    *result = ToResult(subjects[i], answer.results[i], call.locale());
    result->set_client_ref(in.subjects(static_cast<int>(i)).client_ref());
  }
  out->set_list_revision(answer.revision);
  out->set_matcher_version(names::kMatcherVersion);
  *out->mutable_as_of() = convert::ToProto(view.as_of);
  out->set_evidence_sha256(EvidenceOf(in, *out));
  call.NoteResource(absl::StrCat("screenings/", HexEncode(out->evidence_sha256())));
  for (const v1::ScreenResult& result : out->results()) {
    for (const v1::Match& match : result.matches()) call.NoteResource(match.entry());
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* ScreeningService::Screen(grpc::CallbackServerContext* context,
                                                   const v1::ScreenRequest* in,
                                                   v1::ScreenResponse* out) {
  return edge_.Read(context, in, out,
                    [this](const rpc::Call& call, const v1::ScreenRequest& in, store::ReadTx& tx,
                           v1::ScreenResponse* out) { return Answer(call, in, tx, out); });
}

grpc::ServerBidiReactor<v1::ScreenStreamRequest, v1::ScreenStreamResponse>*
ScreeningService::ScreenStream(grpc::CallbackServerContext* context) {
  return rpc::Query<v1::ScreenStreamRequest, v1::ScreenStreamResponse>(
      edge_, context, "subjects",
      [this](const rpc::Call& call, const v1::ScreenStreamRequest& in, store::ReadTx& tx,
             v1::ScreenStreamResponse* out) { return Answer(call, in, tx, out); });
}

}  // namespace shian::sanction
