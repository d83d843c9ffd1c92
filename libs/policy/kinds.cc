#include "libs/policy/kinds.h"

#include "libs/base/check.h"
#include "libs/base/views.h"
#include "shian/policy/v1/approval.pb.h"
#include "shian/policy/v1/ban.pb.h"
#include "shian/policy/v1/calendar.pb.h"
#include "shian/policy/v1/case.pb.h"
#include "shian/policy/v1/deadline.pb.h"
#include "shian/policy/v1/discretion.pb.h"
#include "shian/policy/v1/document.pb.h"
#include "shian/policy/v1/draw.pb.h"
#include "shian/policy/v1/judgement.pb.h"
#include "shian/policy/v1/list.pb.h"
#include "shian/policy/v1/measure.pb.h"
#include "shian/policy/v1/publicity.pb.h"
#include "shian/policy/v1/rating.pb.h"
#include "shian/policy/v1/recall.pb.h"
#include "shian/policy/v1/sampling.pb.h"
#include "shian/policy/v1/system.pb.h"

namespace shian::policy {
namespace {

template <class Matches>
const Kind* FindKind(Matches matches) {
  for (const Kind& kind : Kinds()) {
    if (matches(kind)) return &kind;
  }
  return nullptr;
}

}  // namespace

const std::vector<Kind>& Kinds() {
  static const auto& kinds = *new std::vector<Kind>{
      {v1::POLICY_KIND_CALENDAR, "calendar", &v1::Calendar::default_instance()},
      {v1::POLICY_KIND_DEADLINE, "deadline", &v1::DeadlineTable::default_instance()},
      {v1::POLICY_KIND_APPROVAL, "approval", &v1::ApprovalChain::default_instance()},
      {v1::POLICY_KIND_RATING, "rating", &v1::RatingPolicy::default_instance()},
      {v1::POLICY_KIND_LIST, "list", &v1::ListRule::default_instance()},
      {v1::POLICY_KIND_MEASURE, "measure", &v1::MeasureCatalogue::default_instance()},
      {v1::POLICY_KIND_SAMPLING, "sampling", &v1::SamplingRule::default_instance()},
      {v1::POLICY_KIND_RECALL, "recall", &v1::RecallRule::default_instance()},
      {v1::POLICY_KIND_SYSTEMS, "systems", &v1::SystemTable::default_instance()},
      {v1::POLICY_KIND_DRAW, "draw", &v1::DrawRule::default_instance()},
      {v1::POLICY_KIND_PUBLICITY, "publicity", &v1::PublicityRule::default_instance()},
      {v1::POLICY_KIND_DOCUMENT, "document", &v1::DocumentTemplate::default_instance()},
      {v1::POLICY_KIND_CASE, "case", &v1::CaseRule::default_instance()},
      {v1::POLICY_KIND_DISCRETION, "discretion", &v1::DiscretionTable::default_instance()},
      {v1::POLICY_KIND_BAN, "ban", &v1::BanRule::default_instance()},
      {v1::POLICY_KIND_JUDGEMENT, "judgement", &v1::JudgementRule::default_instance()},
  };
  return kinds;
}

const Kind* KindOfFolder(absl::string_view folder) {
  return FindKind([&](const Kind& kind) { return folder == kind.folder; });
}

const Kind* KindOf(v1::PolicyKind kind) {
  return FindKind([&](const Kind& candidate) { return candidate.kind == kind; });
}

const Kind* KindOf(const google::protobuf::Descriptor& type) {
  return FindKind([&](const Kind& kind) { return kind.prototype->GetDescriptor() == &type; });
}

const v1::PolicyHeader& HeaderOf(const google::protobuf::Message& policy) {
  const auto* field = policy.GetDescriptor()->FindFieldByNumber(1);
  SHIAN_CHECK(field != nullptr && field->message_type() == v1::PolicyHeader::descriptor());
  return static_cast<const v1::PolicyHeader&>(policy.GetReflection()->GetMessage(policy, field));
}

}  // namespace shian::policy
