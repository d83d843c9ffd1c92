// Between the proto of imbalances that were found, and the domain.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/trace/judgement/imbalance.h"
#include "services/trace/judgement/store_imbalance.h"
#include "shian/trace/v1/judgement_service.pb.h"

namespace shian::trace::judgement {

absl::StatusOr<ImbalanceFilter> ToFilter(const v1::ListImbalancesRequest& in);
v1::FoundImbalance ToProto(const Imbalance& imbalance);
// Of the change that tells of it: that it was found, or that it was withdrawn.
std::string PayloadOf(const v1::FoundImbalance& told, bool found);

std::string ToText(const ImbalanceKey& key);
absl::StatusOr<ImbalanceKey> ToImbalanceKey(const std::string& text);

}  // namespace shian::trace::judgement
