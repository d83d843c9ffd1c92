#include "services/sanction/ban/service.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/config/config.h"
#include "libs/rpc/host.h"
#include "services/sanction/ban/limits.h"
#include "services/sanction/ban/store.h"
#include "services/sanction/document/store.h"
#include "services/sanction/party/limits.h"
#include "services/sanction/party/store.h"
#include "services/sanction/party/store_attested.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using errors::Reason;
using errors::Refuse;
using policy::v1::ApprovalChain;
using policy::v1::BanRule;
using Need = Reader::Need;

codes::IdentityHasher HasherOrExit(const std::string& path) {
  const auto keys = config::ReadFile(path, limits::kIdentityKeyFileBytesMax);
  auto hasher = keys.ok() ? codes::IdentityHasher::Create(*keys) : keys.status();
  if (hasher.ok()) return *std::move(hasher);
  std::fprintf(stderr, "shian-sanction: %s\n", std::string(hasher.status().message()).c_str());
  std::exit(EXIT_FAILURE);
}

}  // namespace

BanModule::BanModule(rpc::Host& host)
    : service_(host.edge(), MatterOfIssued, HasherOrExit(host.config().identity_key)) {
  host.Serve(&service_);
  store::Store& store = host.edge().store();
  host.OnAdvance([&store](absl::Time now) { return TellBanExpiries(store, now); });
  host.OnAdvance(
      [&store, hasher = service_.hasher(), lifted = std::make_shared<bool>(false)](absl::Time now) {
        if (*lifted) return absl::OkStatus();
        const absl::Status status = LiftHashes(store, hasher, now);
        *lifted = status.ok();
        return status;
      });
}

absl::StatusOr<v1::Ban> BanService::Show(store::ReadTx& tx, const Ban& ban, Date on) const {
  return WithOrigin(tx, {ban.op, "bans/" + ban.id.value()},
                    convert::ToProto(ban, {tx.origin(), on}));
}

// ---- Acts -------------------------------------------------------------------------------------

absl::StatusOr<Ban> BanService::Open(store::ReadTx& tx, const rpc::Call& call,
                                     const convert::MatterName& name,
                                     absl::string_view etag) const {
  ASSIGN_OR_RETURN(std::optional<Ban> found, FindBan(tx, name.op, BanId(name.id)));
  if (!found) {
    return errors::NotFound(absl::StrCat("operators/", name.op.value(), "/bans/", name.id));
  }
  RETURN_IF_ERROR(call.RequireRegion(found->region));
  RETURN_IF_ERROR(convert::CheckEtag(etag, found->etag(), found->name()));
  return *std::move(found);
}

absl::StatusOr<policy::Revision<ApprovalChain>> BanService::CheckOfficer(store::ReadTx& tx,
                                                                         const rpc::Call& call,
                                                                         const Ban& ban,
                                                                         BanAct act) const {
  const Date proposed = ToDate(act == BanAct::kProposed ? call.now() : ban.events.front().time);
  ASSIGN_OR_RETURN(const auto rule,
                   edge_.policies().InForce<BanRule>(tx, convert::kBanRule, ToDate(call.now())));
  ASSIGN_OR_RETURN(auto chain, edge_.policies().InForce<ApprovalChain>(
                                   tx, rule.policy().approval_chain(), proposed));
  const std::vector<auth::ChainStep> done =
      act == BanAct::kProposed ? std::vector<auth::ChainStep>() : convert::StepsOf(ban);
  RETURN_IF_ERROR(
      auth::CheckStep(chain.policy(), convert::ChainAct(act), call.officer(), done, ban.region));
  return chain;
}

absl::Status BanService::Ground(store::ReadTx& tx, const rpc::Call& call,
                                const convert::Proposing& proposing, Ban* ban) const {
  ASSIGN_OR_RETURN(const std::optional<Party> party, FindParty(tx, ban->op));
  if (!party) return Refuse(Reason::kPartyUnknown, {{"operator", ban->op.value()}});
  std::optional<Case> c;
  if (ban->judgment) {
    RETURN_IF_ERROR(call.RequireRegion(ban->region));
    ban->organisation = call.officer().organisation;
    ban->from = ban->judgment->effective;
  } else {
    ASSIGN_OR_RETURN(c, acts_.Open(tx, call, proposing.case_name, ""));
    ban->case_id = c->id;
    ban->region = c->region;
    ban->organisation = c->organisation;
    const Event* decided = c->Last(Act::kPenaltyDecided);
    ban->from = ToDate(decided == nullptr ? call.now() : decided->time);
  }
  ASSIGN_OR_RETURN(const auto rule,
                   edge_.policies().InForce<BanRule>(tx, convert::kBanRule, ban->from));
  const auto ground = convert::ToBanGround(rule.policy(), ban->ground);
  if (!ground) {
    return errors::InvalidField("ground", {"is no ground of a ban", "不是从业禁止的情形"});
  }
  RETURN_IF_ERROR(CheckGround(*ground, c ? &*c : nullptr, ban->role, party->natural_person));
  ban->ground_title = ground->title;
  ban->basis = ground->basis;
  ban->bars = ground->bars;
  ban->until = LastDay(*ground, ban->from);
  ban->rule_revision = rule.revision;
  return absl::OkStatus();
}

absl::StatusOr<Ban> BanService::Propose(store::WriteTx& tx, const rpc::Call& call,
                                        const convert::Proposing& proposing) const {
  Ban ban = proposing.ban;
  ban.id = BanId(tx.NewId());
  RETURN_IF_ERROR(Ground(tx, call, proposing, &ban));
  ASSIGN_OR_RETURN(const auto chain, CheckOfficer(tx, call, ban, BanAct::kProposed));
  RETURN_IF_ERROR(GuardPerson(tx, ban.hashes.back()));
  ASSIGN_OR_RETURN(const std::vector<Ban> others, BansOn(tx, ban.hashes));
  for (const Ban& other : others) {
    if (other.Last(BanAct::kAnnulled) != nullptr || !other.SameBasis(ban)) continue;
    return Refuse(Reason::kBanExists, {}, ban.basis);
  }
  BanEvent& proposed = ban.events.front();
  proposed.sequence = 1;
  proposed.time = proposed.recorded = tx.now();
  proposed.actor = convert::ToActor(call.officer());
  proposed.chain_revision = chain.revision;
  RETURN_IF_ERROR(InsertBan(tx, ban));
  call.NoteResource(ban.name());
  return ban;
}

absl::StatusOr<Ban> BanService::Take(store::WriteTx& tx, const rpc::Call& call,
                                     const ActOrder& order) const {
  ASSIGN_OR_RETURN(Ban ban, Open(tx, call, order.name, order.etag));
  RETURN_IF_ERROR(CheckOurs(tx, {ban.op, "bans/" + ban.id.value()}));
  RETURN_IF_ERROR(acts_.CheckIssued(tx, ban.op, order.not_uploaded));
  RETURN_IF_ERROR(order.act == BanAct::kImposed ? CheckImposition(ban, ban.basis)
                                                : CheckAnnulment(ban, ban.basis));
  ASSIGN_OR_RETURN(const auto chain, CheckOfficer(tx, call, ban, order.act));
  BanEvent event = order.event;
  event.sequence = static_cast<int>(ban.events.size()) + 1;
  event.act = order.act;
  event.time = event.recorded = tx.now();
  event.actor = convert::ToActor(call.officer());
  event.chain_revision = chain.revision;
  const bool told = ban.Last(BanAct::kImposed) != nullptr;
  ban.events.push_back(std::move(event));
  RETURN_IF_ERROR(AppendBanEvent(tx, ban, ban.events.back()));
  if (order.act == BanAct::kImposed) RETURN_IF_ERROR(TellImposed(tx, ban));
  if (order.act == BanAct::kAnnulled && told) {
    RETURN_IF_ERROR(TellBanEnded(tx, ban, BanState::kAnnulled, tx.now()));
  }
  return ban;
}

BanService::Reactor* BanService::ProposeBan(Context* context, const v1::ProposeBanRequest* in,
                                            v1::ProposeBanResponse* out) {
  using Out = v1::ProposeBanResponse;
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        const convert::Proposing proposing =
            convert::ToProposing(request, hasher_, ToDate(call.now()), &reader);
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(const std::vector<Document> not_uploaded,
                         acts_.NotUploaded(proposing.ban.events.front().documents));
        return rpc::Body<Out>(
            [this, &call, proposing, not_uploaded](store::WriteTx& tx) -> absl::StatusOr<Out> {
              RETURN_IF_ERROR(acts_.CheckIssued(tx, proposing.ban.op, not_uploaded));
              ASSIGN_OR_RETURN(const Ban ban, Propose(tx, call, proposing));
              Out reply;
              ASSIGN_OR_RETURN(*reply.mutable_ban(), Show(tx, ban, ToDate(tx.now())));
              return reply;
            });
      });
}

template <class In, class Out>
BanService::Reactor* BanService::TakeAct(Context* context, const In* in, Out* out, BanAct act) {
  return edge_.Write(
      context, in, out,
      [this, act](const rpc::Call& call, const In& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        ActOrder order;
        order.act = act;
        order.name = reader.Matter("name", request.name(), "bans");
        order.etag = request.etag();
        order.event.text =
            reader.Text("text", request.text(), limits::kTextCodePointsMax,
                        act == BanAct::kAnnulled ? Need::kRequired : Need::kOptional);
        order.event.documents = reader.Documents(request.documents());
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(order.not_uploaded, acts_.NotUploaded(order.event.documents));
        return rpc::Body<Out>([this, &call, order](store::WriteTx& tx) -> absl::StatusOr<Out> {
          ASSIGN_OR_RETURN(const Ban ban, Take(tx, call, order));
          Out reply;
          ASSIGN_OR_RETURN(*reply.mutable_ban(), Show(tx, ban, ToDate(tx.now())));
          return reply;
        });
      });
}

BanService::Reactor* BanService::ImposeBan(Context* context, const v1::ImposeBanRequest* in,
                                           v1::ImposeBanResponse* out) {
  return TakeAct(context, in, out, BanAct::kImposed);
}

BanService::Reactor* BanService::AnnulBan(Context* context, const v1::AnnulBanRequest* in,
                                          v1::AnnulBanResponse* out) {
  return TakeAct(context, in, out, BanAct::kAnnulled);
}

}  // namespace shian::sanction
