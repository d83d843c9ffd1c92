#include "services/sanction/listing/convert_terms.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/policy/convert.h"
#include "services/sanction/case/convert.h"
#include "shian/policy/v1/publicity.pb.h"

namespace shian::sanction::convert {
namespace {

// A kind that this service does not know takes no penalty in.
template <class Words>
std::set<PenaltyKind> ToKinds(const Words& words) {
  std::set<PenaltyKind> kinds;
  for (const std::string& word : words) {
    v1::PenaltyKind kind = v1::PENALTY_KIND_UNSPECIFIED;
    if (v1::PenaltyKind_Parse("PENALTY_KIND_" + word, &kind)) {
      kinds.insert(static_cast<PenaltyKind>(kind));
    }
  }
  return kinds;
}

template <class Rows>
void AddConditions(const Rows& rows, std::vector<Condition>* out) {
  for (const policy::v1::ListCondition& one : rows) {
    out->push_back({one.key(), one.title_zh(), policy::ToBasis(one.legal_basis())});
  }
}

RepairClass ToClass(const policy::v1::RepairClass& in) {
  RepairClass out;
  out.title = in.title_zh();
  out.any_kinds = in.penalty_kinds().empty();
  out.kinds = ToKinds(in.penalty_kinds());
  out.fields = {in.fields().begin(), in.fields().end()};
  out.basis = policy::ToBasis(in.legal_basis());
  if (in.has_repairable_after()) {
    const policy::v1::ListPeriod& after = in.repairable_after();
    out.after =
        calendar::Budget{after.count(), policy::ToUnit(after.unit()), calendar::LastDay::kNone};
    out.after_basis = policy::ToBasis(after.legal_basis());
  }
  out.from_publication = in.counted_from() == policy::v1::REPAIR_START_PUBLICATION;
  AddConditions(in.conditions(), &out.conditions);
  out.barred = ToKinds(in.barred_penalty_kinds());
  return out;
}

void Prefer(const std::string& word, std::string* out) {
  if (!word.empty()) *out = word;
}

// What is said later takes the place of what was said before; conditions add up.
void AddTerms(const policy::v1::RepairTerms& in, RepairTerms* out) {
  AddConditions(in.conditions(), &out->conditions);
  Prefer(in.accept_clock(), &out->accept_clock);
  Prefer(in.decide_clock(), &out->decide_clock);
  Prefer(in.stop_clock(), &out->stop_clock);
  Prefer(in.dispute_clock(), &out->dispute_clock);
  Prefer(in.dispute_source_clock(), &out->dispute_source_clock);
  Prefer(in.approval_chain(), &out->repair_chain);
  Prefer(in.publicity_chain(), &out->publicity_chain);
  if (!in.has_reorganisation()) return;
  const policy::v1::ReorganisationPath& path = in.reorganisation();
  out->reorganisation =
      Reorganisation{{path.waived_conditions().begin(), path.waived_conditions().end()},
                     path.waives_period(),
                     policy::ToBasis(path.legal_basis())};
}

}  // namespace

absl::StatusOr<RepairTerms> TermsInForce(store::ReadTx& tx, const policy::Policies& policies,
                                         const std::string& region, Date on) {
  RepairTerms terms;
  ASSIGN_OR_RETURN(const auto national,
                   policies.InForce<policy::v1::PublicityRule>(tx, kPublicityRule, on));
  terms.revision = national.revision;
  for (const policy::v1::RepairClass& one : national.policy().repair_classes()) {
    terms.classes.push_back(ToClass(one));
  }
  AddTerms(national.policy().repair(), &terms);
  const auto provincial = policies.InForce<policy::v1::PublicityRule>(
      tx, absl::StrCat(kPublicityRule, "-", region.substr(0, 2)), on);
  if (errors::ReasonOf(provincial.status()) == errors::Reason::kPolicyNotInForce) return terms;
  RETURN_IF_ERROR(provincial.status());
  terms.provincial_revision = provincial->revision;
  AddTerms(provincial->policy().repair(), &terms);
  return terms;
}

}  // namespace shian::sanction::convert
