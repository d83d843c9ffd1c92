#include "services/sanction/listing/service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "libs/rpc/page.h"
#include "services/sanction/case/store.h"
#include "services/sanction/listing/limits.h"
#include "services/sanction/listing/reactions.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/party/limits.h"
#include "services/sanction/party/store.h"
#include "services/sanction/party/store_attested.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using Need = Reader::Need;
using policy::v1::ApprovalChain;

// What the bureau's own records say against early removal.
absl::StatusOr<RepairRecord> RecordOf(store::ReadTx& tx, const Entry& entry, absl::Time now) {
  RepairRecord record;
  PageQuery all;
  all.region = "000000";
  all.op = entry.op;
  all.limit = limits::kCasesOfOperatorMax;
  ASSIGN_OR_RETURN(const std::vector<Case> cases, ListCases(tx, all));
  for (const Case& c : cases) {
    const Penalty* penalty = c.penalty();
    const Event* served = c.Last(Act::kDecisionServed);
    if (penalty == nullptr || served == nullptr || c.Has(Act::kAnnulled)) continue;
    if (c.id != entry.case_id && penalty->heavier && served->time > entry.events.front().time) {
      record.new_heavier_penalty = true;
    }
    if (c.id == entry.case_id) {
      const std::optional<Date> ban_end = BanEnd(c);
      record.ban_running = ban_end && *ban_end >= ToDate(now);
    }
  }
  return record;
}

errors::Rule ListForm() {
  return {"must name a kind of list, such as SAMR_SERIOUS", "应为名单种类，如SAMR_SERIOUS"};
}

std::string ToList(const std::string& list, Reader* reader) {
  const bool good = !list.empty() && list.size() <= limits::kIdCharsMax &&
                    std::all_of(list.begin(), list.end(),
                                [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
  if (!good) reader->Wrong("list", ListForm());
  return list;
}

}  // namespace

struct ListingService::Decision {
  convert::MatterName name;
  std::string etag;
  std::string list;
  std::string ground;
  std::string reasons;
  std::vector<Document> documents;
};

struct ListingService::RepairOrder {
  convert::MatterName name;
  std::string etag;
  RepairClaim claim;
  bool granted = false;
  std::string text;
  std::vector<Document> documents;
};

template <class In>
ListingService::RepairOrder ListingService::ToOrder(const In& request, Reader* reader) {
  RepairOrder order;
  order.name = reader->Matter("name", request.name(), "entries");
  order.etag = request.etag();
  order.text = reader->Text("text", request.text(), limits::kTextCodePointsMax, Need::kRequired);
  order.documents = reader->Documents(request.documents());
  return order;
}

absl::StatusOr<ListingRule> ListingService::RuleOf(store::ReadTx& tx, absl::string_view list,
                                                   absl::string_view region, absl::Time now) const {
  ASSIGN_OR_RETURN(const auto rule, edge_.policies().InForce<policy::v1::ListRule>(
                                        tx, convert::ListRuleId(list), ToDate(now)));
  return convert::ToListingRule(rule.policy(), rule.revision, region);
}

absl::StatusOr<Entry> ListingService::Open(store::ReadTx& tx, const rpc::Call& call,
                                           const convert::MatterName& name,
                                           absl::string_view etag) const {
  ASSIGN_OR_RETURN(std::optional<Entry> found, FindEntry(tx, name.op, EntryId(name.id)));
  if (!found) {
    return errors::NotFound(absl::StrCat("operators/", name.op.value(), "/entries/", name.id));
  }
  RETURN_IF_ERROR(call.RequireRegion(found->region));
  RETURN_IF_ERROR(convert::CheckEtag(etag, found->etag(), found->name()));
  return *std::move(found);
}

absl::Status ListingService::Append(store::WriteTx& tx, const rpc::Call& call, EntryEvent event,
                                    Entry* entry) const {
  RETURN_IF_ERROR(CheckOurs(tx, {entry->op, "entries/" + entry->id.value()}));
  event.sequence = static_cast<int>(entry->events.size()) + 1;
  event.time = tx.now();
  event.recorded = tx.now();
  event.actor = convert::ToActor(call.officer());
  entry->events.push_back(std::move(event));
  return AppendEntryEvent(tx, *entry, entry->events.back());
}

absl::StatusOr<v1::Entry> ListingService::Show(store::ReadTx& tx, const rpc::Call& call,
                                               Entry entry, absl::Time as_of) const {
  RETURN_IF_ERROR(convert::FillClocks(tx, edge_.policies(), &entry));
  ASSIGN_OR_RETURN(const ListingRule rule, RuleOf(tx, entry.list, entry.region, call.now()));
  ASSIGN_OR_RETURN(const auto calendar, edge_.policies().Calendar(tx));
  entry.repairable = RepairableOn(entry, rule, *calendar);
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, entry.op));
  return WithOrigin(
      tx, {entry.op, "entries/" + entry.id.value()},
      convert::ToProto(entry, {party, tx.origin(), std::string(call.locale()), as_of}));
}

// Reads the request, runs `act` in the transaction, and shows the entry it gives.
template <class In, class Out, class Read, class Act>
ListingService::Reactor* ListingService::Change(Context* context, const In* in, Out* out, Read read,
                                                Act act) {
  return edge_.Write(
      context, in, out,
      [this, read, act](const rpc::Call& call,
                        const In& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        const auto order = read(request, &reader);
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(const auto missing, acts_.NotUploaded(order.documents));
        return rpc::Body<Out>([=, this, &call](store::WriteTx& tx) -> absl::StatusOr<Out> {
          RETURN_IF_ERROR(acts_.CheckIssued(tx, order.name.op, missing));
          ASSIGN_OR_RETURN(Entry entry, (this->*act)(tx, call, order));
          Out reply;
          ASSIGN_OR_RETURN(*reply.mutable_entry(), Show(tx, call, std::move(entry), tx.now()));
          return reply;
        });
      });
}

// ---- Listing ----------------------------------------------------------------------------------

absl::StatusOr<Entry> ListingService::Decide(store::WriteTx& tx, const rpc::Call& call,
                                             const Decision& decision) const {
  ASSIGN_OR_RETURN(Case c, acts_.Open(tx, call, decision.name, decision.etag));
  ASSIGN_OR_RETURN(const ListingRule rule, RuleOf(tx, decision.list, c.region, tx.now()));
  ASSIGN_OR_RETURN(const Permit permit, acts_.PermitFor(tx, c, Act::kListingDecided, tx.now()));
  RETURN_IF_ERROR(CheckListingDecision(c, rule, permit.step));
  RETURN_IF_ERROR(acts_.CheckOfficer(permit, c, call));
  const Ground* ground = FindGround(rule, decision.ground);
  if (ground == nullptr) {
    return errors::InvalidField("ground", {"is no ground of this list", "不是该名单的列入情形"});
  }
  ASSIGN_OR_RETURN(const auto calendar, edge_.policies().Calendar(tx));
  Entry entry;
  entry.op = c.op;
  entry.id = EntryId(tx.NewId());
  entry.case_id = c.id;
  entry.region = c.region;
  entry.organisation = c.organisation;
  entry.list = rule.list;
  entry.ground = ground->key;
  entry.ground_title = ground->title;
  entry.basis = ground->basis;
  entry.rule_revision = rule.revision;
  entry.decision_number = c.penalty()->decision_number;
  entry.until = UntilOf(rule, *calendar, tx.now(), BanEnd(c));
  ASSIGN_OR_RETURN(const StartedClock publish,
                   convert::StartClock(tx, edge_.policies(), rule.publish_clock, ToDate(tx.now())));
  EntryEvent decided;
  decided.sequence = 1;
  decided.time = tx.now();
  decided.recorded = tx.now();
  decided.actor = convert::ToActor(call.officer());
  decided.text = decision.reasons;
  decided.documents = decision.documents;
  decided.chain_revision = permit.chain.revision;
  decided.clocks = {publish};
  entry.events.push_back(std::move(decided));
  RETURN_IF_ERROR(InsertEntry(tx, entry));
  Event event;
  event.time = tx.now();
  event.reference = entry.name();
  event.needs_consent = rule.consent_needed;
  RETURN_IF_ERROR(acts_.Record(tx, call, permit, std::move(event), &c));
  return entry;
}

ListingService::Reactor* ListingService::DecideListing(Context* context,
                                                       const v1::DecideListingRequest* in,
                                                       v1::DecideListingResponse* out) {
  const auto read = [](const v1::DecideListingRequest& request, Reader* reader) {
    Decision decision;
    decision.name = reader->Matter("case", request.case_(), "cases");
    decision.etag = request.etag();
    decision.list = ToList(request.list(), reader);
    decision.ground =
        reader->Line("ground", request.ground(), limits::kNumberCodePointsMax, Need::kRequired);
    decision.reasons =
        reader->Text("reasons", request.reasons(), limits::kTextCodePointsMax, Need::kRequired);
    decision.documents = reader->Documents(request.documents());
    return decision;
  };
  return Change(context, in, out, read, &ListingService::Decide);
}

absl::StatusOr<Entry> ListingService::Publish(store::WriteTx& tx, const rpc::Call& call,
                                              const convert::MatterName& name,
                                              absl::string_view etag) const {
  ASSIGN_OR_RETURN(Entry entry, Open(tx, call, name, etag));
  ASSIGN_OR_RETURN(Case c, acts_.Open(tx, call, {entry.op, entry.case_id.value()}, ""));
  ASSIGN_OR_RETURN(const Permit permit, acts_.PermitFor(tx, c, Act::kListingPublished, tx.now()));
  RETURN_IF_ERROR(CheckAct(c, permit.step));
  RETURN_IF_ERROR(acts_.CheckOfficer(permit, c, call));
  Event event;
  event.time = tx.now();
  event.reference = entry.name();
  RETURN_IF_ERROR(acts_.Record(tx, call, permit, std::move(event), &c));
  EntryEvent published;
  published.act = EntryAct::kPublished;
  published.chain_revision = permit.chain.revision;
  RETURN_IF_ERROR(Append(tx, call, std::move(published), &entry));
  RETURN_IF_ERROR(TellPublished(tx, entry));
  return entry;
}

ListingService::Reactor* ListingService::PublishListing(Context* context,
                                                        const v1::PublishListingRequest* in,
                                                        v1::PublishListingResponse* out) {
  using Out = v1::PublishListingResponse;
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        const convert::MatterName name = reader.Matter("name", request.name(), "entries");
        RETURN_IF_ERROR(reader.ToStatus());
        const std::string etag = request.etag();
        return rpc::Body<Out>([this, &call, name, etag](store::WriteTx& tx) -> absl::StatusOr<Out> {
          ASSIGN_OR_RETURN(Entry entry, Publish(tx, call, name, etag));
          ASSIGN_OR_RETURN(const std::vector<std::string> measures, published_(tx, entry));
          Out reply;
          for (const std::string& measure : measures) reply.add_measures(measure);
          ASSIGN_OR_RETURN(*reply.mutable_entry(), Show(tx, call, std::move(entry), tx.now()));
          return reply;
        });
      });
}

// ---- Repair -----------------------------------------------------------------------------------

absl::StatusOr<Entry> ListingService::AskRepair(store::WriteTx& tx, const rpc::Call& call,
                                                const RepairOrder& order) const {
  ASSIGN_OR_RETURN(Entry entry, Open(tx, call, order.name, order.etag));
  ASSIGN_OR_RETURN(const ListingRule rule, RuleOf(tx, entry.list, entry.region, tx.now()));
  ASSIGN_OR_RETURN(const auto calendar, edge_.policies().Calendar(tx));
  ASSIGN_OR_RETURN(const RepairRecord record, RecordOf(tx, entry, tx.now()));
  RETURN_IF_ERROR(CheckRepairRequest(entry, rule, RepairableOn(entry, rule, *calendar), order.claim,
                                     record, tx.now()));
  ASSIGN_OR_RETURN(const auto chain, edge_.policies().InForce<ApprovalChain>(tx, rule.repair_chain,
                                                                             ToDate(tx.now())));
  RETURN_IF_ERROR(auth::CheckStep(chain.policy(), "request", call.officer(), {}, entry.region));
  EntryEvent asked;
  asked.act = EntryAct::kRepairRequested;
  asked.text = order.text;
  asked.documents = order.documents;
  asked.chain_revision = chain.revision;
  for (const std::string& key : {rule.accept_clock, rule.decide_clock}) {
    ASSIGN_OR_RETURN(StartedClock started,
                     convert::StartClock(tx, edge_.policies(), key, ToDate(tx.now())));
    asked.clocks.push_back(std::move(started));
  }
  RETURN_IF_ERROR(Append(tx, call, std::move(asked), &entry));
  return entry;
}

absl::StatusOr<Entry> ListingService::AnswerRepair(store::WriteTx& tx, const rpc::Call& call,
                                                   const RepairOrder& order) const {
  ASSIGN_OR_RETURN(Entry entry, Open(tx, call, order.name, order.etag));
  ASSIGN_OR_RETURN(const ListingRule rule, RuleOf(tx, entry.list, entry.region, tx.now()));
  const EntryEvent* asked = PendingRepair(entry);
  ASSIGN_OR_RETURN(const auto chain,
                   edge_.policies().InForce<ApprovalChain>(
                       tx, rule.repair_chain, ToDate(asked == nullptr ? tx.now() : asked->time)));
  RETURN_IF_ERROR(
      CheckRepairDecision(entry, tx.now(), convert::BasisOf(chain.policy(), "decision")));
  RETURN_IF_ERROR(auth::CheckStep(chain.policy(), "decision", call.officer(),
                                  convert::RepairSteps(entry), entry.region));
  if (order.granted) {
    // The request stood only with its claims made; the record may have changed since.
    ASSIGN_OR_RETURN(const RepairRecord record, RecordOf(tx, entry, tx.now()));
    RETURN_IF_ERROR(CheckRepairConditions(rule, {true, true, true}, record));
  }
  EntryEvent answered;
  answered.act = order.granted ? EntryAct::kRepairGranted : EntryAct::kRepairRefused;
  answered.text = order.text;
  answered.documents = order.documents;
  answered.chain_revision = chain.revision;
  if (order.granted) {
    ASSIGN_OR_RETURN(StartedClock stop,
                     convert::StartClock(tx, edge_.policies(), rule.stop_clock, ToDate(tx.now())));
    answered.clocks.push_back(std::move(stop));
  }
  RETURN_IF_ERROR(Append(tx, call, std::move(answered), &entry));
  if (order.granted) RETURN_IF_ERROR(TellEnded(tx, entry, EntryState::kRepaired, tx.now()));
  return entry;
}

ListingService::Reactor* ListingService::RequestRepair(Context* context,
                                                       const v1::RequestRepairRequest* in,
                                                       v1::RequestRepairResponse* out) {
  const auto read = [](const v1::RequestRepairRequest& request, Reader* reader) {
    RepairOrder order = ToOrder(request, reader);
    order.claim = {request.duty_performed(), request.harm_removed(), request.promise_made()};
    return order;
  };
  return Change(context, in, out, read, &ListingService::AskRepair);
}

ListingService::Reactor* ListingService::DecideRepair(Context* context,
                                                      const v1::DecideRepairRequest* in,
                                                      v1::DecideRepairResponse* out) {
  const auto read = [](const v1::DecideRepairRequest& request, Reader* reader) {
    RepairOrder order = ToOrder(request, reader);
    order.granted = request.granted();
    return order;
  };
  return Change(context, in, out, read, &ListingService::AnswerRepair);
}

// ---- Reads ------------------------------------------------------------------------------------

ListingService::Reactor* ListingService::GetEntry(Context* context, const v1::GetEntryRequest* in,
                                                  v1::GetEntryResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::GetEntryRequest& in, store::ReadTx& tx,
             v1::GetEntryResponse* out) -> absl::Status {
        Reader reader;
        const convert::MatterName name = reader.Matter("name", in.name(), "entries");
        const Purpose purpose = convert::ToPurpose(in.purpose(), in.reference(), &reader);
        const absl::Time as_of = reader.Time("as_of", in.has_as_of(), in.as_of(), call.now());
        const absl::Time known_at =
            reader.Time("known_at", in.has_known_at(), in.known_at(), absl::InfiniteFuture());
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(Entry entry, Open(tx, call, name, ""));
        ASSIGN_OR_RETURN(const ListingRule rule, RuleOf(tx, entry.list, entry.region, call.now()));
        const bool visible = VisibleTo(entry, convert::ToViewer(purpose, rule), call.now());
        std::optional<Entry> then = AsOf(std::move(entry), as_of, known_at);
        if (!visible || !then) return errors::NotFound(in.name());
        ASSIGN_OR_RETURN(*out->mutable_entry(), Show(tx, call, *std::move(then), as_of));
        return absl::OkStatus();
      });
}

ListingService::Reactor* ListingService::ListEntries(Context* context,
                                                     const v1::ListEntriesRequest* in,
                                                     v1::ListEntriesResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListEntriesRequest& in, store::ReadTx& tx,
             v1::ListEntriesResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(const auto page, rpc::OpenPage(in, call.now()));
        Reader reader;
        const Purpose purpose = convert::ToPurpose(in.purpose(), in.reference(), &reader);
        const absl::Time as_of = reader.Time("as_of", in.has_as_of(), in.as_of(), call.now());
        const absl::Time known_at = convert::KnownAt(in, page, &reader);
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(const PageQuery query, convert::ToPageQuery(call, in, page));
        ASSIGN_OR_RETURN(const std::vector<Entry> entries, sanction::ListEntries(tx, query));
        for (const Entry& entry : entries) {
          ASSIGN_OR_RETURN(const ListingRule rule,
                           RuleOf(tx, entry.list, entry.region, call.now()));
          const Viewer viewer = convert::ToViewer(purpose, rule);
          std::optional<Entry> then = AsOf(entry, as_of, known_at);
          if (!then || !VisibleTo(entry, viewer, call.now())) continue;
          if (!viewer.sees_ended && StateAt(*then, as_of) != EntryState::kInForce) continue;
          call.NoteResource(entry.name());
          ASSIGN_OR_RETURN(*out->add_entries(), Show(tx, call, *std::move(then), as_of));
        }
        if (static_cast<int>(entries.size()) < page.size) return absl::OkStatus();
        out->set_next_page_token(
            rpc::NextPage(page, PageKey(entries.back().id.value(), entries.back().op), call.now()));
        return absl::OkStatus();
      });
}

}  // namespace shian::sanction
