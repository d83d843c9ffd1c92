#include "services/sanction/publicity/service.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "services/sanction/case/limits.h"
#include "services/sanction/case/store.h"
#include "services/sanction/listing/convert.h"
#include "services/sanction/listing/convert_public.h"
#include "services/sanction/listing/convert_terms.h"
#include "services/sanction/listing/papers.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/party/limits.h"
#include "services/sanction/party/store.h"
#include "services/sanction/party/store_attested.h"
#include "services/sanction/publicity/field.h"
#include "services/sanction/publicity/reactions.h"
#include "services/sanction/publicity/standing.h"
#include "services/sanction/publicity/store.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using errors::Reason;
using errors::Refuse;
using policy::v1::ApprovalChain;
using Need = Reader::Need;

constexpr char kCoPublishClock[] = "penalty.publish_other_province";
// What most penalties here are about, for who looks before any request.
constexpr char kUsualField[] = "FOOD";

std::string ToField(const std::string& field, Reader* reader) {
  if (IsField(field)) return field;
  reader->Wrong("field", {"must be FOOD, DRUG, SPECIAL_EQUIPMENT or OTHER",
                          "应为FOOD、DRUG、SPECIAL_EQUIPMENT或OTHER"});
  return "";
}

// The terms by the day of the request or of the dispute for what answers it, else by today.
Date DayOfTerms(const Publicity& publicity, PublicityAct act, absl::Time now) {
  const PublicityEvent* asked = nullptr;
  if (convert::IsRepair(act) && act != PublicityAct::kRepairRequested) {
    asked = publicity.pending_repair();
  }
  const bool answers =
      act == PublicityAct::kDisputeUpheld || act == PublicityAct::kDisputeDismissed;
  if (answers && HasOpenDispute(publicity)) asked = publicity.Last(PublicityAct::kDisputed);
  return ToDate(asked == nullptr ? now : asked->time);
}

// By which field the rule is shown: the one that was stated in a request or in the case.
std::string FieldOf(const Publicity& publicity) {
  const PublicityEvent* asked = publicity.Last(PublicityAct::kRepairRequested);
  if (asked != nullptr) return asked->field;
  const std::string stated = StatedField(publicity.c);
  return stated.empty() ? kUsualField : stated;
}

// The penalty's own matter, whose record it is.
Matter MatterOf(const Case& c) { return {c.op, "cases/" + c.id.value()}; }

// The clocks that an act starts.
std::vector<std::string> ClocksOf(PublicityAct act, bool from_source, const RepairTerms& terms) {
  switch (act) {
    case PublicityAct::kRepairRequested:
      return {terms.accept_clock, terms.decide_clock};
    case PublicityAct::kRepairGranted:
      return {terms.stop_clock};
    case PublicityAct::kDisputed:
      return {from_source ? terms.dispute_source_clock : terms.dispute_clock};
    case PublicityAct::kPushed:
      return {kCoPublishClock};
    default:
      return {};
  }
}

}  // namespace

struct PublicityService::Order {
  PublicityAct act = PublicityAct::kRepairRequested;
  convert::MatterName name;
  std::string etag;
  std::string text;
  std::vector<Document> documents;
  std::vector<Document> missing;  // of them: must be ones that were issued here
  RepairClaim claim;
  std::string field;
  bool from_source = false;
};

absl::StatusOr<Publicity> PublicityService::Open(store::ReadTx& tx, const rpc::Call& call,
                                                 const convert::MatterName& name,
                                                 absl::string_view etag) const {
  const std::string full = absl::StrCat("operators/", name.op.value(), "/publicities/", name.id);
  ASSIGN_OR_RETURN(std::optional<Publicity> found, FindPublicity(tx, name.op, CaseId(name.id)));
  if (!found) return errors::NotFound(full);
  RETURN_IF_ERROR(call.RequireRegion(found->c.region));
  // Before its service there is nothing that could be public.
  if (!found->c.Has(Act::kDecisionServed)) return errors::NotFound(full);
  RETURN_IF_ERROR(convert::CheckEtag(etag, found->etag(), full));
  return *std::move(found);
}

absl::StatusOr<v1::Publicity> PublicityService::Show(store::ReadTx& tx, const rpc::Call& call,
                                                     Publicity publicity, absl::Time as_of) const {
  RETURN_IF_ERROR(convert::FillClocks(tx, edge_.policies(), &publicity));
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, publicity.c.op));
  ASSIGN_OR_RETURN(
      const RepairTerms terms,
      convert::TermsInForce(tx, edge_.policies(), publicity.c.region, ToDate(call.now())));
  convert::PublicityView view = {party,   tx.origin(), std::string(call.locale()), as_of, terms,
                                 nullptr, {}};
  view.one = ClassOf(terms.classes, *publicity.c.penalty(), FieldOf(publicity));
  if (view.one != nullptr && StateAt(publicity, as_of) == PublicityState::kPublic) {
    ASSIGN_OR_RETURN(const auto calendar, edge_.policies().Calendar(tx));
    view.repairable = RepairableOn(publicity, *view.one, *calendar);
  }
  return WithOrigin(tx, MatterOf(publicity.c), convert::ToProto(publicity, view));
}

// ---- Acts
// -------------------------------------------------------------------------------------------

// What the bureau's own records say against the early end.
absl::StatusOr<RepairRecord> PublicityService::RecordOf(store::ReadTx& tx,
                                                        const Publicity& publicity,
                                                        absl::Time now) const {
  const Case& own = publicity.c;
  RepairRecord record;
  const std::optional<Date> ban_end = BanEnd(own);
  record.ban_running = ban_end && *ban_end >= ToDate(now);
  ASSIGN_OR_RETURN(const std::vector<Case> others,
                   PunishedCases(tx, own.op, own.id, limits::kEarlierPenaltiesMax));
  for (const Case& c : others) {
    const Event* served = c.Last(Act::kDecisionServed);
    const bool later = served != nullptr && served->time > own.Last(Act::kDecisionServed)->time;
    if (!later || c.Has(Act::kAnnulled)) continue;
    record.new_heavier_penalty |= c.penalty()->heavier;
    record.same_kind_again |= IsSameKind(own, c);
  }
  ASSIGN_OR_RETURN(const std::vector<Entry> entries, BareEntriesOf(tx, own.op));
  record.on_serious_list = std::any_of(entries.begin(), entries.end(), [now](const Entry& entry) {
    return entry.joint_effect && sanction::StateAt(entry, now) == EntryState::kInForce;
  });
  return record;
}

absl::Status PublicityService::CheckRepair(store::ReadTx& tx, const Publicity& publicity,
                                           const RepairTerms& terms, const Order& order,
                                           absl::Time now) const {
  const bool asks = order.act == PublicityAct::kRepairRequested;
  const PublicityEvent* asked = publicity.pending_repair();
  const std::string& field = asks ? order.field : asked->field;
  if (asks) RETURN_IF_ERROR(CheckField(publicity, field));
  const RepairClass* one = ClassOf(terms.classes, *publicity.c.penalty(), field);
  if (one == nullptr) return Refuse(Reason::kRepairConditionsUnmet, {{"conditions", "未分类"}});
  RepairCheck check = {terms, *one, order.claim, {}, now};
  // The request stood only with its claims made; the record may have changed since.
  if (!asks) check.claim = {true, true, true, asked->reorganisation, true};
  ASSIGN_OR_RETURN(check.record, RecordOf(tx, publicity, now));
  if (!asks) return CheckRepairGrant(publicity, check);
  ASSIGN_OR_RETURN(const auto calendar, edge_.policies().Calendar(tx));
  return CheckRepairRequest(publicity, check, *calendar);
}

absl::StatusOr<Publicity> PublicityService::Take(store::WriteTx& tx, const rpc::Call& call,
                                                 const Order& order) const {
  ASSIGN_OR_RETURN(Publicity publicity, Open(tx, call, order.name, order.etag));
  RETURN_IF_ERROR(CheckOurs(tx, MatterOf(publicity.c)));
  RETURN_IF_ERROR(acts_.CheckIssued(tx, publicity.c, order.missing));
  const Date day = DayOfTerms(publicity, order.act, tx.now());
  ASSIGN_OR_RETURN(const RepairTerms terms,
                   convert::TermsInForce(tx, edge_.policies(), publicity.c.region, day));
  const bool repair = convert::IsRepair(order.act);
  ASSIGN_OR_RETURN(const auto chain,
                   edge_.policies().InForce<ApprovalChain>(
                       tx, repair ? terms.repair_chain : terms.publicity_chain, day));
  const char* act = convert::ChainAct(order.act);
  RETURN_IF_ERROR(CheckAct(publicity, order.act, tx.now(), convert::BasisOf(chain.policy(), act)));
  RETURN_IF_ERROR(auth::CheckStep(chain.policy(), act, call.officer(), convert::StepsOf(publicity),
                                  publicity.c.region));
  if (order.act == PublicityAct::kRepairRequested || order.act == PublicityAct::kRepairGranted) {
    RETURN_IF_ERROR(CheckRepair(tx, publicity, terms, order, tx.now()));
  }
  PublicityEvent event;
  event.act = order.act;
  event.time = tx.now();
  event.actor = convert::ToActor(call.officer());
  event.text = order.text;
  event.documents = order.documents;
  event.chain_revision = chain.revision;
  event.field = order.field;
  event.reorganisation = order.claim.reorganisation;
  for (const std::string& key : ClocksOf(order.act, order.from_source, terms)) {
    ASSIGN_OR_RETURN(StartedClock started,
                     convert::StartClock(tx, edge_.policies(), key, ToDate(tx.now())));
    event.clocks.push_back(std::move(started));
  }
  RETURN_IF_ERROR(AppendPublicityEvent(tx, std::move(event), &publicity));
  if (order.act == PublicityAct::kRepairGranted) {
    RETURN_IF_ERROR(FollowGrant(tx, edge_.policies(), terms.stop_clock, &publicity));
  }
  return publicity;
}

template <class In, class Out, class Fill>
PublicityService::Reactor* PublicityService::TakeAct(Context* context, const In* in, Out* out,
                                                     PublicityAct act, Fill fill) {
  return edge_.Write(
      context, in, out,
      [this, act, fill](const rpc::Call& call,
                        const In& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        Order order;
        order.act = act;
        order.name = reader.Matter("name", request.name(), "publicities");
        order.etag = request.etag();
        order.text =
            reader.Text("text", request.text(), limits::kTextCodePointsMax, Need::kRequired);
        order.documents = reader.Documents(request.documents());
        fill(request, &reader, &order);
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(order.missing, acts_.NotUploaded(order.documents));
        return rpc::Body<Out>([this, &call, order](store::WriteTx& tx) -> absl::StatusOr<Out> {
          ASSIGN_OR_RETURN(Publicity publicity, Take(tx, call, order));
          Out reply;
          ASSIGN_OR_RETURN(*reply.mutable_publicity(),
                           Show(tx, call, std::move(publicity), tx.now()));
          return reply;
        });
      });
}

PublicityService::Reactor* PublicityService::RequestPenaltyRepair(
    Context* context, const v1::RequestPenaltyRepairRequest* in,
    v1::RequestPenaltyRepairResponse* out) {
  return TakeAct(context, in, out, PublicityAct::kRepairRequested,
                 [](const v1::RequestPenaltyRepairRequest& request, Reader* reader, Order* order) {
                   order->field = ToField(request.field(), reader);
                   order->claim = {request.duty_performed(), request.harm_removed(),
                                   request.promise_made(), request.reorganisation(), false};
                   order->claim.documented = IsDocumented(order->claim, order->documents);
                 });
}

PublicityService::Reactor* PublicityService::AcceptPenaltyRepair(
    Context* context, const v1::AcceptPenaltyRepairRequest* in,
    v1::AcceptPenaltyRepairResponse* out) {
  return TakeAct(context, in, out, PublicityAct::kRepairAccepted,
                 [](const v1::AcceptPenaltyRepairRequest&, Reader*, Order*) {});
}

PublicityService::Reactor* PublicityService::DecidePenaltyRepair(
    Context* context, const v1::DecidePenaltyRepairRequest* in,
    v1::DecidePenaltyRepairResponse* out) {
  return TakeAct(context, in, out, PublicityAct::kRepairGranted,
                 [](const v1::DecidePenaltyRepairRequest& request, Reader*, Order* order) {
                   if (!request.granted()) order->act = PublicityAct::kRepairRefused;
                 });
}

PublicityService::Reactor* PublicityService::FilePenaltyDispute(
    Context* context, const v1::FilePenaltyDisputeRequest* in,
    v1::FilePenaltyDisputeResponse* out) {
  return TakeAct(context, in, out, PublicityAct::kDisputed,
                 [](const v1::FilePenaltyDisputeRequest& request, Reader*, Order* order) {
                   order->from_source = request.from_source();
                 });
}

PublicityService::Reactor* PublicityService::DecidePenaltyDispute(
    Context* context, const v1::DecidePenaltyDisputeRequest* in,
    v1::DecidePenaltyDisputeResponse* out) {
  return TakeAct(context, in, out, PublicityAct::kDisputeUpheld,
                 [](const v1::DecidePenaltyDisputeRequest& request, Reader*, Order* order) {
                   if (!request.upheld()) order->act = PublicityAct::kDisputeDismissed;
                 });
}

PublicityService::Reactor* PublicityService::RecordPush(Context* context,
                                                        const v1::RecordPushRequest* in,
                                                        v1::RecordPushResponse* out) {
  return TakeAct(context, in, out, PublicityAct::kPushed,
                 [](const v1::RecordPushRequest&, Reader*, Order*) {});
}

PublicityService::Reactor* PublicityService::RecordCoPublication(
    Context* context, const v1::RecordCoPublicationRequest* in,
    v1::RecordCoPublicationResponse* out) {
  return TakeAct(context, in, out, PublicityAct::kCoPublished,
                 [](const v1::RecordCoPublicationRequest&, Reader*, Order*) {});
}

PublicityService::Reactor* PublicityService::RecordWithdrawal(Context* context,
                                                              const v1::RecordWithdrawalRequest* in,
                                                              v1::RecordWithdrawalResponse* out) {
  return TakeAct(context, in, out, PublicityAct::kWithdrawn,
                 [](const v1::RecordWithdrawalRequest&, Reader*, Order*) {});
}

// ---- Reads
// ------------------------------------------------------------------------------------------

PublicityService::Reactor* PublicityService::GetPublicity(Context* context,
                                                          const v1::GetPublicityRequest* in,
                                                          v1::GetPublicityResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::GetPublicityRequest& in, store::ReadTx& tx,
             v1::GetPublicityResponse* out) -> absl::Status {
        Reader reader;
        const convert::MatterName name = reader.Matter("name", in.name(), "publicities");
        const Purpose purpose = convert::ToPurpose(in.purpose(), in.reference(), &reader);
        const absl::Time as_of = reader.Time("as_of", in.has_as_of(), in.as_of(), call.now());
        const absl::Time known_at =
            reader.Time("known_at", in.has_known_at(), in.known_at(), absl::InfiniteFuture());
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(Publicity publicity, Open(tx, call, name, ""));
        const Viewer viewer = {purpose, ReadsThePast(purpose)};
        const bool visible = VisibleTo(publicity, viewer, call.now());
        std::optional<Publicity> then = AsOf(std::move(publicity), as_of, known_at);
        if (!visible || !then) return errors::NotFound(in.name());
        call.NoteResource(in.name());
        ASSIGN_OR_RETURN(*out->mutable_publicity(), Show(tx, call, *std::move(then), as_of));
        if (purpose == Purpose::kPublic) {
          convert::HideWork(out->mutable_publicity()->mutable_events());
        }
        return absl::OkStatus();
      });
}

}  // namespace shian::sanction
