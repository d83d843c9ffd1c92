#ifndef SHIAN_SERVICES_CTL_VERIFY_FETCH_H_
#define SHIAN_SERVICES_CTL_VERIFY_FETCH_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "services/ctl/session/invoke.h"
#include "services/ctl/session/session.h"
#include "shian/ledger/v1/ledger_service.pb.h"
#include "shian/ledger/v1/proof.pb.h"
#include "shian/sanction/v1/listing_proof.pb.h"

namespace shian::ctl {

// One call of LedgerService.
template <class Response>
absl::StatusOr<Response> Ask(Session& session, const std::string& service, const char* method_name,
                             const google::protobuf::Message& request) {
  ASSIGN_OR_RETURN(const Protos* protos, session.protos());
  ASSIGN_OR_RETURN(const auto* method,
                   protos->Method(absl::StrCat("shian.ledger.v1.LedgerService/", method_name)));
  Response response;
  const grpc::Status status = InvokeUnary(session, service, *method, request, &response);
  if (!status.ok()) {
    return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  }
  return response;
}

// Of the public log.
absl::StatusOr<shian::ledger::v1::GetInclusionProofResponse> Inclusion(Session& session,
                                                                       const std::string& service,
                                                                       int64_t sequence,
                                                                       int64_t size);

// The bundle of one public entry, ready for `shian verify proof`.
absl::StatusOr<shian::ledger::v1::ProofBundle> FetchProof(Session& session,
                                                          const std::string& service,
                                                          int64_t sequence);

// Beyond so many later leaves a listing's bundle shows its end, if any, and proves no absence.
inline constexpr int64_t kLaterLeavesMax = 20'000;

// The bundle of a published entry of a list, ready for `shian verify listing`.
absl::StatusOr<shian::sanction::v1::ListingProof> FetchListingProof(Session& session,
                                                                    const std::string& entry);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_VERIFY_FETCH_H_
