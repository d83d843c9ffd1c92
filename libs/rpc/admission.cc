#include "libs/rpc/admission.h"

#include <grpc/grpc_security_constants.h>

#include "absl/strings/str_cat.h"
#include "libs/errors/errors.h"

namespace shian::rpc {
namespace {

std::string Value(const grpc::AuthMetadataProcessor::InputMetadata& metadata, const char* name) {
  const auto found = metadata.find(name);
  if (found == metadata.end()) return "";
  return std::string(found->second.data(), found->second.size());
}

}  // namespace

grpc::Status Admission::Process(const InputMetadata& metadata, grpc::AuthContext* context,
                                OutputMetadata*, OutputMetadata*) {
  auth::Credentials credentials;
  for (const grpc::string_ref& uri : context->FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME)) {
    credentials.certificate_uris.emplace_back(uri.data(), uri.size());
  }
  credentials.authorization = Value(metadata, "authorization");
  const auto caller = authority_.Admit(credentials, Value(metadata, ":path"));
  if (caller.ok()) return grpc::Status::OK;
  const auto reason = errors::ReasonOf(caller.status());
  return grpc::Status(
      static_cast<grpc::StatusCode>(caller.status().code()),
      absl::StrCat(reason ? errors::WordOf(*reason) : "REFUSED", ": ", caller.status().message()));
}

}  // namespace shian::rpc
