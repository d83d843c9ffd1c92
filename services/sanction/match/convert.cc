#include "services/sanction/match/convert.h"

#include "libs/base/status_macros.h"
#include "services/sanction/match/code.h"
#include "services/sanction/match/limits.h"

namespace shian::sanction::convert {

bool TakeCode(const std::string& code, Subject* subject) {
  return sanction::TakeCode(code, subject);
}

Subject ToNamedSubject(const v1::MatchSubject& in, Reader* reader) {
  Subject subject;
  if (!in.code().empty() && !sanction::TakeCode(in.code(), &subject)) {
    reader->Wrong("subject.code",
                  {"is no unified social credit code, nor one that a part of it was",
                   "统一社会信用代码（或组织机构代码、纳税人识别号）有误"});
  }
  subject.name = reader->Line("subject.name", in.name(), limits::kSubjectNameCodePointsMax,
                              Reader::Need::kRequired);
  return subject;
}

absl::string_view PeriodOf(MatchVerdict verdict) {
  return verdict == MatchVerdict::kSameParty ? "screening.same_party" : "screening.not_same";
}

absl::Status FillPeriod(store::ReadTx& tx, const policy::Policies& policies,
                        MatchDecision* decision) {
  const DecisionEvent& decided = decision->Decided();
  ASSIGN_OR_RETURN(decision->period, ResolveClock(tx, policies, decided.period, decided.recorded));
  return absl::OkStatus();
}

v1::MatchDecision ToProto(const MatchDecision& decision, const Standing& standing) {
  const DecisionEvent& decided = decision.Decided();
  v1::MatchDecision out;
  out.set_name(decision.resource());
  out.set_etag(decision.etag());
  out.set_operator_("operators/" + decision.op.value());
  out.set_organisation(decision.organisation);
  out.mutable_subject()->set_code(decided.code);
  out.mutable_subject()->set_name(decided.name);
  out.set_verdict(static_cast<v1::MatchVerdict>(decided.verdict));
  out.set_reason(decided.reason);
  *out.mutable_decide_time() = ToProto(decided.recorded);
  if (decision.period.due.known()) {
    *out.mutable_expire_time() = ToProto(decision.period.due.due);
  }
  *out.mutable_expiry_basis() = ToProto(decision.period.rule.basis);
  out.set_state(static_cast<v1::MatchDecisionState>(standing.state));
  out.set_lapse(static_cast<v1::MatchLapse>(standing.lapse));
  if (!decided.officer.person.empty()) *out.mutable_officer() = ToProto(decided.officer);
  out.set_system(decided.system);
  out.set_user(decided.user);
  out.set_matcher_version(decided.sides.matcher);
  if (decision.withdrawn()) {
    *out.mutable_withdraw_time() = ToProto(decision.events.back().recorded);
    out.set_withdraw_reason(decision.events.back().reason);
  }
  return out;
}

}  // namespace shian::sanction::convert
