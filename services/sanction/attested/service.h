// shian.sanction.v1.AttestedService.
#pragma once

#include <utility>

#include "libs/codes/identity.h"
#include "libs/rpc/edge.h"
#include "services/sanction/attested/convert.h"
#include "services/sanction/ban/service.h"
#include "shian/sanction/v1/attested_service.grpc.pb.h"

namespace shian::sanction {

class AttestedService final : public v1::AttestedService::CallbackService {
 public:
  AttestedService(rpc::Edge& edge, codes::IdentityHasher hasher)
      : edge_(edge), hasher_(std::move(hasher)) {}

  using Context = grpc::CallbackServerContext;

  grpc::ServerBidiReactor<v1::ImportPenaltiesRequest, v1::ImportPenaltiesResponse>* ImportPenalties(
      Context* context) override;
  grpc::ServerBidiReactor<v1::ImportEntriesRequest, v1::ImportEntriesResponse>* ImportEntries(
      Context* context) override;
  grpc::ServerBidiReactor<v1::ImportBansRequest, v1::ImportBansResponse>* ImportBans(
      Context* context) override;

 private:
  rpc::Edge& edge_;
  const codes::IdentityHasher hasher_;
};

// Bans and attested imports on a host; both hash identity numbers with the key that it names.
class AttestedModule {
 public:
  explicit AttestedModule(rpc::Host& host);

 private:
  BanModule bans_;
  AttestedService service_;
};

}  // namespace shian::sanction
