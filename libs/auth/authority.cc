#include "libs/auth/authority.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"

namespace shian::auth {
namespace {

using errors::Reason;
using errors::Refuse;

// The transport's own services say nothing of anybody; every registered system may ask them.
bool IsOpenToSystems(absl::string_view service) {
  return service == "grpc.health.v1.Health" ||
         service == "grpc.reflection.v1alpha.ServerReflection";
}

absl::string_view ServiceOf(absl::string_view path) {
  absl::ConsumePrefix(&path, "/");
  return path.substr(0, path.find('/'));
}

absl::StatusOr<absl::string_view> BearerOf(absl::string_view authorization) {
  if (!absl::ConsumePrefix(&authorization, "Bearer ") &&
      !absl::ConsumePrefix(&authorization, "bearer ")) {
    return Refuse(Reason::kOfficerTokenInvalid, {{"why", "it is no bearer token"}});
  }
  return authorization;
}

}  // namespace

Authority::Authority(Options options) : options_(std::move(options)), tokens_(options_.tokens) {}

absl::Status Authority::Learn(std::vector<MethodAccess> methods) {
  for (MethodAccess& method : methods) {
    if (!IsOpenToSystems(method.service) && !options_.table.Names(method.service)) {
      return absl::FailedPreconditionError(
          absl::StrCat("the system table lets nobody call ", method.service));
    }
    std::string path = method.path;
    methods_.insert_or_assign(std::move(path), std::move(method));
  }
  return absl::OkStatus();
}

absl::StatusOr<const SystemRecord*> Authority::FindSystem(const Credentials& credentials) const {
  const Date today = ToDate(options_.clock->Now());
  for (absl::string_view uri : credentials.certificate_uris) {
    if (!absl::ConsumePrefix(&uri, kSystemUriPrefix)) continue;
    const SystemRecord* record = options_.table.Find(uri, today);
    if (record != nullptr) return record;
  }
  return Refuse(Reason::kSystemUnknown);
}

absl::Status Authority::CheckRegion(absl::string_view region) const {
  if (RegionCovers(region, options_.region) || RegionCovers(options_.region, region)) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kRegionNotAllowed, {{"region", options_.region}});
}

absl::StatusOr<Caller> Authority::Admit(const Credentials& credentials, absl::string_view path) {
  ASSIGN_OR_RETURN(const SystemRecord* record, FindSystem(credentials));
  const absl::string_view service = ServiceOf(path);
  if (!IsOpenToSystems(service) && !record->services.contains(service)) {
    return Refuse(Reason::kServiceNotAllowed,
                  {{"system", record->system.id}, {"service", std::string(service)}});
  }
  RETURN_IF_ERROR(CheckRegion(record->system.region));
  Caller caller{&record->system, nullptr};
  if (!credentials.authorization.empty()) {
    ASSIGN_OR_RETURN(const absl::string_view token, BearerOf(credentials.authorization));
    ASSIGN_OR_RETURN(caller.officer, tokens_.Verify(token));
    RETURN_IF_ERROR(CheckRegion(caller.officer->region));
  }
  const auto method = methods_.find(path);
  const bool required = method != methods_.end() && method->second.officer_required;
  if (required && caller.officer == nullptr) return Refuse(Reason::kOfficerTokenRequired);
  return caller;
}

}  // namespace shian::auth
