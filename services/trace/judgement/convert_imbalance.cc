#include "services/trace/judgement/convert_imbalance.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/rpc/convert.h"
#include "services/trace/judgement/convert.h"
#include "shian/trace/v1/balance_changes.pb.h"

namespace shian::trace::judgement {

absl::StatusOr<ImbalanceFilter> ToFilter(const v1::ListImbalancesRequest& in) {
  errors::Violations wrong;
  ImbalanceFilter filter;
  filter.region = in.region();
  CheckRegion(in.region(), &wrong);
  filter.operator_ = in.operator_();
  if (!in.operator_().empty()) CheckOperator(in.operator_(), "operator", &wrong);
  const Period period = ReadOpenPeriod(in, &wrong);
  filter.from = FromMicros(period.from);
  filter.to = FromMicros(period.to);
  filter.withdrawn = in.withdrawn();
  RETURN_IF_ERROR(wrong.ToStatus());
  return filter;
}

v1::FoundImbalance ToProto(const Imbalance& imbalance) {
  v1::FoundImbalance out;
  out.set_name(absl::StrCat("imbalances/", imbalance.id));
  if (imbalance.kind == Subject::kProcess) {
    out.set_process(imbalance.subject);
  } else {
    out.set_lot(imbalance.subject);
  }
  out.set_verdict(static_cast<v1::BalanceVerdict>(imbalance.verdict));
  for (const auto& [dimension, sums] : imbalance.sums) {
    *out.add_dimensions() = ToProto(dimension, sums);
  }
  *out.mutable_rule() = ToProto(imbalance.rule);
  out.mutable_rule()->set_policy(kPolicy);
  out.mutable_rule()->set_policy_revision(imbalance.policy_revision);
  out.set_operator_(imbalance.operator_);
  out.set_place(imbalance.place);
  out.set_region(imbalance.region);
  *out.mutable_event_time() = rpc::ToProto(FromMicros(imbalance.event_time));
  *out.mutable_find_time() = rpc::ToProto(imbalance.found);
  if (!imbalance.stands()) *out.mutable_withdraw_time() = rpc::ToProto(imbalance.withdrawn);
  return out;
}

std::string PayloadOf(const v1::FoundImbalance& told, bool found) {
  if (found) {
    v1::ImbalanceFound payload;
    *payload.mutable_imbalance() = told;
    return payload.SerializeAsString();
  }
  v1::ImbalanceWithdrawn payload;
  *payload.mutable_imbalance() = told;
  return payload.SerializeAsString();
}

std::string ToText(const ImbalanceKey& key) { return absl::StrCat(key.event_time, " ", key.id); }

absl::StatusOr<ImbalanceKey> ToImbalanceKey(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits(' ', 1));
  ImbalanceKey key;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &key.event_time)) {
    return errors::Refuse(errors::Reason::kPageTokenInvalid);
  }
  key.id = parts[1];
  return key;
}

}  // namespace shian::trace::judgement
