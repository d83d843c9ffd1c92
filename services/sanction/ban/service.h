// shian.sanction.v1.BanService.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libs/codes/identity.h"
#include "libs/rpc/edge.h"
#include "services/sanction/ban/ban.h"
#include "services/sanction/ban/convert.h"
#include "services/sanction/ban/reactions.h"
#include "services/sanction/case/service.h"
#include "shian/sanction/v1/ban_service.grpc.pb.h"

namespace shian::rpc {
class Host;
}

namespace shian::sanction {

class BanService final : public v1::BanService::CallbackService {
 public:
  BanService(rpc::Edge& edge, IssuedHook issued, codes::IdentityHasher hasher)
      : edge_(edge), acts_(edge, std::move(issued)), hasher_(std::move(hasher)) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* ProposeBan(Context* context, const v1::ProposeBanRequest* in,
                      v1::ProposeBanResponse* out) override;
  Reactor* ImposeBan(Context* context, const v1::ImposeBanRequest* in,
                     v1::ImposeBanResponse* out) override;
  Reactor* AnnulBan(Context* context, const v1::AnnulBanRequest* in,
                    v1::AnnulBanResponse* out) override;
  Reactor* GetBan(Context* context, const v1::GetBanRequest* in, v1::GetBanResponse* out) override;
  Reactor* ListBans(Context* context, const v1::ListBansRequest* in,
                    v1::ListBansResponse* out) override;
  Reactor* CheckBan(Context* context, const v1::CheckBanRequest* in,
                    v1::CheckBanResponse* out) override;

  const codes::IdentityHasher& hasher() const { return hasher_; }

 private:
  struct ActOrder {
    BanAct act = BanAct::kImposed;
    convert::MatterName name;
    std::string etag;
    BanEvent event;
    std::vector<Document> not_uploaded;
  };

  template <class In, class Out>
  Reactor* TakeAct(Context* context, const In* in, Out* out, BanAct act);
  // The chain of the day on which the ban was proposed; refuses an officer whom it does not let
  // act.
  absl::StatusOr<policy::Revision<policy::v1::ApprovalChain>> CheckOfficer(store::ReadTx& tx,
                                                                           const rpc::Call& call,
                                                                           const Ban& ban,
                                                                           BanAct act) const;
  absl::StatusOr<Ban> Open(store::ReadTx& tx, const rpc::Call& call,
                           const convert::MatterName& name, absl::string_view etag) const;
  // Fills in what follows from the case or judgment and from policy.
  absl::Status Ground(store::ReadTx& tx, const rpc::Call& call, const convert::Proposing& proposing,
                      Ban* ban) const;
  absl::StatusOr<Ban> Propose(store::WriteTx& tx, const rpc::Call& call,
                              const convert::Proposing& proposing) const;
  // As it stands on a day, with the authority that made it.
  absl::StatusOr<v1::Ban> Show(store::ReadTx& tx, const Ban& ban, Date on) const;
  absl::StatusOr<Ban> Take(store::WriteTx& tx, const rpc::Call& call, const ActOrder& order) const;

  rpc::Edge& edge_;
  const CaseActs acts_;
  const codes::IdentityHasher hasher_;
};

// BanService with the work that time brings, on a host: reads the key file that its configuration
// names, and ends the process when there is none.
class BanModule {
 public:
  explicit BanModule(rpc::Host& host);

  const codes::IdentityHasher& hasher() const { return service_.hasher(); }

 private:
  BanService service_;
};

}  // namespace shian::sanction
