#include "services/sanction/saved/service.h"

#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"
#include "libs/rpc/page.h"
#include "services/sanction/saved/limits.h"
#include "services/sanction/saved/store.h"
#include "services/sanction/screening/limits.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using convert::SubjectOrProblem;

// One subject as it was sent, and as it would be kept.
struct Given {
  std::string ref;
  SubjectOrProblem subject;
};

std::vector<Given> ToGiven(const v1::SaveSubjectsRequest& in) {
  std::vector<Given> given;
  const std::vector<SubjectOrProblem> subjects = convert::ToSubjects(in.subjects());
  for (int i = 0; i < in.subjects_size(); ++i) {
    given.push_back({in.subjects(i).client_ref(), subjects[static_cast<size_t>(i)]});
    // It is kept as it was sent, so it must be what it would be read as.
    Given& one = given.back();
    const auto line = NormaliseText(one.ref, limits::kClientRefCharsMax);
    if (!one.subject.problem.empty() || (line.ok() && *line == one.ref)) continue;
    one.subject.problem = "CLIENT_REF_INVALID";
    one.subject.en = "client_ref must be one line of text without spaces around it.";
    one.subject.zh = "client_ref应为首尾无空格的单行文本。";
  }
  return given;
}

v1::SaveVerdict VerdictOf(const std::optional<SavedSubject>& known, const Subject& subject) {
  if (!known || known->removed) return v1::SAVE_VERDICT_NEW;
  const bool same = known->subject.code == subject.code && known->subject.name == subject.name &&
                    known->subject.organisation == subject.organisation;
  return same ? v1::SAVE_VERDICT_UNCHANGED : v1::SAVE_VERDICT_CHANGED;
}

absl::StatusOr<v1::SaveSubjectsResponse> Save(store::WriteTx& tx, const rpc::Call& call,
                                              const std::string& list,
                                              const std::vector<Given>& given) {
  v1::SaveSubjectsResponse out;
  std::vector<SavedSubject> changed;
  int64_t added = 0;
  for (const Given& one : given) {
    v1::SavedResult* result = out.add_results();
    result->set_client_ref(one.ref);
    if (!one.subject.problem.empty()) {
      result->set_verdict(v1::SAVE_VERDICT_INVALID);
      result->set_problem(one.subject.problem);
      result->set_problem_message(call.locale() == "en" ? one.subject.en : one.subject.zh);
      continue;
    }
    const SavedId id = {call.system().id, list, one.ref};
    ASSIGN_OR_RETURN(const std::optional<SavedSubject> known, FindSaved(tx, id));
    result->set_verdict(VerdictOf(known, one.subject.subject));
    if (result->verdict() == v1::SAVE_VERDICT_UNCHANGED) continue;
    added += result->verdict() == v1::SAVE_VERDICT_NEW ? 1 : 0;
    changed.push_back({id, 0, one.subject.subject, tx.now(), false});
  }
  ASSIGN_OR_RETURN(const int64_t count, CountSaved(tx, call.system().id, added));
  if (count > limits::kSavedSubjectsMax) {
    return errors::InvalidField(
        "subjects", {absl::StrCat("would be more than ", limits::kSavedSubjectsMax, " in all"),
                     absl::StrCat("合计超过", limits::kSavedSubjectsMax, "个")});
  }
  RETURN_IF_ERROR(PutSaved(tx, std::move(changed)));
  return out;
}

errors::Rule CountRule() {
  return {absl::StrCat("must be 1 to ", limits::kSubjectsMax),
          absl::StrCat("应为1至", limits::kSubjectsMax, "个")};
}

}  // namespace

SavedSubjectService::Reactor* SavedSubjectService::SaveSubjects(Context* context,
                                                                const v1::SaveSubjectsRequest* in,
                                                                v1::SaveSubjectsResponse* out) {
  using Out = v1::SaveSubjectsResponse;
  return edge_.Write(
      context, in, out,
      [](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        const std::string list = convert::ToSavedList(request.list(), &reader);
        const bool bounded =
            request.subjects_size() >= 1 && request.subjects_size() <= limits::kSubjectsMax;
        if (!bounded) reader.Wrong("subjects", CountRule());
        RETURN_IF_ERROR(reader.ToStatus());
        const std::vector<Given> given = ToGiven(request);
        return rpc::Body<Out>([&call, list, given](store::WriteTx& tx) -> absl::StatusOr<Out> {
          return Save(tx, call, list, given);
        });
      });
}

SavedSubjectService::Reactor* SavedSubjectService::RemoveSubjects(
    Context* context, const v1::RemoveSubjectsRequest* in, v1::RemoveSubjectsResponse* out) {
  using Out = v1::RemoveSubjectsResponse;
  return edge_.Write(
      context, in, out,
      [](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        const std::string list = convert::ToSavedList(request.list(), &reader);
        const bool bounded =
            request.client_refs_size() >= 1 && request.client_refs_size() <= limits::kSubjectsMax;
        if (!bounded) reader.Wrong("client_refs", CountRule());
        std::vector<std::string> refs;
        for (int i = 0; i < request.client_refs_size() && bounded; ++i) {
          refs.push_back(reader.Line(absl::StrCat("client_refs[", i, "]"), request.client_refs(i),
                                     limits::kClientRefCharsMax, Reader::Need::kRequired));
        }
        RETURN_IF_ERROR(reader.ToStatus());
        return rpc::Body<Out>([&call, list, refs](store::WriteTx& tx) -> absl::StatusOr<Out> {
          Out reply;
          for (const std::string& ref : refs) {
            ASSIGN_OR_RETURN(std::optional<SavedSubject> known,
                             FindSaved(tx, {call.system().id, list, ref}));
            if (!known || known->removed) continue;
            RETURN_IF_ERROR(RemoveSaved(tx, *std::move(known)));
            reply.set_removed_count(reply.removed_count() + 1);
          }
          return reply;
        });
      });
}

SavedSubjectService::Reactor* SavedSubjectService::ListSavedSubjects(
    Context* context, const v1::ListSavedSubjectsRequest* in, v1::ListSavedSubjectsResponse* out) {
  return edge_.Read(
      context, in, out,
      [](const rpc::Call& call, const v1::ListSavedSubjectsRequest& in, store::ReadTx& tx,
         v1::ListSavedSubjectsResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(const auto page, rpc::OpenPage(in, call.now()));
        Reader reader;
        const std::string list = convert::ToSavedList(in.list(), &reader);
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(const Progress progress, ReadProgress(tx));
        ASSIGN_OR_RETURN(const std::vector<SavedSubject> subjects,
                         ListSaved(tx, call.system().id, list, page.after, page.size));
        for (const SavedSubject& saved : subjects) {
          ASSIGN_OR_RETURN(const std::vector<SavedHit> hits, HitsOf(tx, saved.id));
          *out->add_subjects() =
              convert::ToProto(saved, hits, saved.sequence <= progress.subject_sequence);
        }
        if (static_cast<int>(subjects.size()) < page.size) return absl::OkStatus();
        out->set_next_page_token(rpc::NextPage(page, subjects.back().id.ref, call.now()));
        return absl::OkStatus();
      });
}

SavedSubjectService::Reactor* SavedSubjectService::ListSubjectAlerts(
    Context* context, const v1::ListSubjectAlertsRequest* in, v1::ListSubjectAlertsResponse* out) {
  return edge_.Read(context, in, out,
                    [](const rpc::Call& call, const v1::ListSubjectAlertsRequest& in,
                       store::ReadTx& tx, v1::ListSubjectAlertsResponse* out) -> absl::Status {
                      Reader reader;
                      const int64_t after =
                          reader.Number("after_sequence", in.after_sequence(), 0, INT64_MAX - 1);
                      const auto size = static_cast<int>(
                          reader.Number("page_size", in.page_size(), 0, limits::kAlertsPageMax));
                      RETURN_IF_ERROR(reader.ToStatus());
                      ASSIGN_OR_RETURN(const std::vector<SubjectAlert> alerts,
                                       AlertsAfter(tx, call.system().id, after,
                                                   size == 0 ? limits::kAlertsPageDefault : size));
                      for (const SubjectAlert& alert : alerts)
                        *out->add_alerts() = convert::ToProto(alert);
                      return absl::OkStatus();
                    });
}

}  // namespace shian::sanction
