#include "services/sanction/screening/service.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/rpc/fields.h"
#include "libs/rpc/query_stream.h"
#include "libs/telemetry/log.h"
#include "services/sanction/case/convert.h"
#include "services/sanction/listing/convert.h"
#include "services/sanction/match/store.h"
#include "services/sanction/party/store.h"
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

// What a court file keeps of an answer.
template <class Request, class Response>
std::string EvidenceOf(const Request& in, const Response& out) {
  return Sha256(
      absl::StrCat(Sha256(rpc::DeterministicBytes(in)), Sha256(rpc::DeterministicBytes(out))));
}

void Fill(const SubjectOrProblem& subject, const Screened& screened, absl::string_view locale,
          v1::ScreenResult* out) {
  if (subject.problem.empty()) return convert::Fill(screened, subject.subject, locale, out);
  out->set_problem(subject.problem);
  out->set_problem_message(locale == "en" ? subject.en : subject.zh);
}

// The next start takes longer; nothing else is lost.
void NoteUnkept(const absl::Status& kept) {
  if (kept.ok()) return;
  telemetry::Log(telemetry::Severity::kWarning, "index_not_kept",
                 {{"problem", std::string(kept.message())}});
}

// A match that a decision may be about: one by name.
struct Open {
  size_t result;
  int match;
  Pair pair;
};

std::vector<Open> OpenMatches(const std::vector<Subject>& asked, const Index::Answer& answer,
                              const std::string& organisation) {
  std::vector<Open> open;
  for (size_t i = 0; i < asked.size(); ++i) {
    std::string key;
    const std::vector<Found>& found = answer.results[i].found;
    for (size_t k = 0; k < found.size(); ++k) {
      if (convert::IsByCode(found[k])) continue;
      if (key.empty()) key = KeyOf(asked[i]);
      open.push_back({i, static_cast<int>(k), {found[k].party.op, organisation, key}});
    }
  }
  return open;
}

}  // namespace

ScreeningService::~ScreeningService() {
  const absl::Status kept = edge_.store().ReadNow([this](store::ReadTx& tx) -> absl::Status {
    RETURN_IF_ERROR(follower_.CatchUp(tx));
    return image_.Save(tx);
  });
  NoteUnkept(kept);
}

absl::Status ScreeningService::Warm() {
  return edge_.store().ReadNow([this](store::ReadTx& tx) -> absl::Status {
    RETURN_IF_ERROR(image_.Load(tx));
    RETURN_IF_ERROR(follower_.CatchUp(tx));
    if (image_.IsDue()) NoteUnkept(image_.Save(tx));
    return absl::OkStatus();
  });
}

absl::Status ScreeningService::Follow() {
  return edge_.store().ReadNow([this](store::ReadTx& tx) -> absl::Status {
    if (!tx.latest()) return absl::OkStatus();
    RETURN_IF_ERROR(follower_.CatchUp(tx));
    if (image_.IsDue()) NoteUnkept(image_.Save(tx));
    return absl::OkStatus();
  });
}

absl::StatusOr<Index::Answer> ScreeningService::Find(store::ReadTx& tx,
                                                     const std::vector<Subject>& subjects,
                                                     absl::Time now) {
  RETURN_IF_ERROR(follower_.CatchUp(tx));
  View view;
  view.as_of = view.now = now;
  view.viewer.purpose = Purpose::kSupervision;
  return index_.Find(subjects, view);
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

template <class Response>
absl::Status ScreeningService::AddDecisions(const rpc::Call& call, store::ReadTx& tx,
                                            const View& view, const std::vector<Subject>& asked,
                                            const Index::Answer& answer, Response* out) const {
  const std::vector<Open> open = OpenMatches(asked, answer, call.system().organisation);
  if (open.empty()) return absl::OkStatus();
  std::vector<Pair> pairs;
  for (const Open& one : open) pairs.push_back(one.pair);
  ASSIGN_OR_RETURN(const std::vector<MatchDecision> decisions, FindDecisions(tx, pairs));
  for (const MatchDecision& decision : decisions) {
    std::optional<MatchDecision> then = AsOf(decision, std::min(view.as_of, view.known_at));
    if (!then) continue;
    RETURN_IF_ERROR(convert::FillPeriod(tx, edge_.policies(), &*then));
    ASSIGN_OR_RETURN(const NamedParty party, PartyWithNames(tx, decision.op));
    const std::string listed = MaterialOf(party.party.code, party.names);
    for (const Open& one : open) {
      if (one.pair.op != then->op || one.pair.subject_key != then->subject_key) continue;
      const Sides now = {MaterialOf(asked[one.result]), listed, names::kMatcherVersion};
      v1::ScreenResult* result = out->mutable_results(static_cast<int>(one.result));
      convert::AddDecision(*then, StandingOf(*then, now, view.as_of),
                           result->mutable_matches(one.match));
      convert::SetHint(result);
    }
  }
  return absl::OkStatus();
}

template <class Request, class Response>
absl::Status ScreeningService::Answer(const rpc::Call& call, const Request& in, store::ReadTx& tx,
                                      Response* out) {
  RETURN_IF_ERROR(CheckSubjects(in));
  ASSIGN_OR_RETURN(const View view, ViewOf(tx, call, in));
  RETURN_IF_ERROR(follower_.CatchUp(tx));
  const std::vector<SubjectOrProblem> subjects = convert::ToSubjects(in.subjects());
  std::vector<Subject> asked;
  asked.reserve(subjects.size());
  for (const SubjectOrProblem& subject : subjects) asked.push_back(subject.subject);
  const Index::Answer answer = index_.Find(asked, view);
  for (size_t i = 0; i < subjects.size(); ++i) {
    v1::ScreenResult* result = out->add_results();
    Fill(subjects[i], answer.results[i], call.locale(), result);
    result->set_client_ref(in.subjects(static_cast<int>(i)).client_ref());
  }
  RETURN_IF_ERROR(AddDecisions(call, tx, view, asked, answer, out));
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
