// Between the proto of excursions that were found, and the domain.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/trace/judgement/alert.h"
#include "services/trace/judgement/store_alert.h"
#include "shian/trace/v1/cold_chain_service.pb.h"

namespace shian::trace::judgement {

absl::StatusOr<AlertFilter> ToFilter(const v1::ListExcursionsRequest& in);
// `event`: the name of the one that states the worst; `policy`: the id of the rule.
v1::FoundExcursion ToProto(const ColdAlert& alert, const std::string& event,
                           const std::string& policy);
// Of the change that tells of it: that it was found, or that it was withdrawn.
std::string PayloadOf(const v1::FoundExcursion& told, bool found);

std::string ToText(const AlertKey& key);
absl::StatusOr<AlertKey> ToAlertKey(const std::string& text);

}  // namespace shian::trace::judgement
