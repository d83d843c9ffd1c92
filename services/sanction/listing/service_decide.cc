// From the decision of an entry to its publication.
#include <utility>

#include "services/sanction/case/convert_detail.h"
#include "services/sanction/case/store.h"
#include "services/sanction/listing/reactions.h"
#include "services/sanction/listing/service_change.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/listing/store_nomination.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using Need = Reader::Need;

}  // namespace

struct ListingService::Decision {
  convert::MatterName name;
  std::string etag;
  std::string list;
  std::string ground;
  std::string reasons;
  std::vector<Document> documents;
};

absl::StatusOr<Entry> ListingService::Decide(store::WriteTx& tx, const rpc::Call& call,
                                             const Decision& decision) const {
  ASSIGN_OR_RETURN(Case c, acts_.Open(tx, call, decision.name, decision.etag));
  ASSIGN_OR_RETURN(const ListingRule rule, RuleOf(tx, decision.list, c.region, tx.now()));
  ASSIGN_OR_RETURN(const Permit permit, acts_.PermitFor(tx, c, Act::kListingDecided, tx.now()));
  if (!rule.needs_penalty) {
    return errors::InvalidField("list", {"begins with a nomination", "该名单应先提出拟列入"});
  }
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
  entry.joint_effect = rule.joint_effect;
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
    decision.list = convert::ToList(request.list(), reader);
    decision.ground =
        reader->Line("ground", request.ground(), limits::kNumberCodePointsMax, Need::kRequired);
    decision.reasons =
        reader->Text("reasons", request.reasons(), limits::kTextCodePointsMax, Need::kRequired);
    decision.documents = reader->Documents(request.documents());
    return decision;
  };
  return Change(context, in, out, read, &ListingService::Decide);
}

// ---- Publication
// ------------------------------------------------------------------------------------

absl::StatusOr<ListingRule> ListingService::RuleOfEntry(store::ReadTx& tx,
                                                        const Entry& entry) const {
  ASSIGN_OR_RETURN(const auto rule,
                   edge_.policies().OfRevision<policy::v1::ListRule>(tx, entry.rule_revision));
  return convert::ToListingRule(rule.policy(), rule.revision, entry.region);
}

absl::StatusOr<ListStep> ListingService::CheckNominatedStep(store::ReadTx& tx,
                                                            const rpc::Call& call,
                                                            const ListingRule& rule,
                                                            const Entry& entry,
                                                            const char* act) const {
  ASSIGN_OR_RETURN(const auto nomination, FindNomination(tx, entry.op, entry.nomination));
  if (!nomination) return errors::NotFound(entry.nomination_name());
  const Date proposed = ToDate(nomination->events.front().time);
  ASSIGN_OR_RETURN(ListStep step, ListStepOf(tx, edge_.policies(), rule, proposed, act));
  RETURN_IF_ERROR(CheckOfficer(step, StepsOf(*nomination, &entry), entry.region, call));
  return step;
}

absl::StatusOr<std::string> ListingService::PublishWithCase(store::WriteTx& tx,
                                                            const rpc::Call& call,
                                                            const Entry& entry) const {
  ASSIGN_OR_RETURN(Case c, acts_.Open(tx, call, {entry.op, entry.case_id.value()}, ""));
  ASSIGN_OR_RETURN(const Permit permit, acts_.PermitFor(tx, c, Act::kListingPublished, tx.now()));
  RETURN_IF_ERROR(CheckAct(c, permit.step));
  RETURN_IF_ERROR(acts_.CheckOfficer(permit, c, call));
  Event event;
  event.time = tx.now();
  event.reference = entry.name();
  RETURN_IF_ERROR(acts_.Record(tx, call, permit, std::move(event), &c));
  return permit.chain.revision;
}

absl::StatusOr<std::string> ListingService::PublishNominated(store::WriteTx& tx,
                                                             const rpc::Call& call,
                                                             const ListingRule& rule,
                                                             const Entry& entry) const {
  RETURN_IF_ERROR(CheckNominatedPublication(entry, tx.now()));
  ASSIGN_OR_RETURN(const ListStep step, CheckNominatedStep(tx, call, rule, entry, "publication"));
  return step.chain.revision;
}

absl::StatusOr<std::vector<std::string>> ListingService::TakeEffect(
    store::WriteTx& tx, const rpc::Call& call, const std::string& chain_revision,
    Entry* entry) const {
  ASSIGN_OR_RETURN(const ListingRule rule, RuleOfEntry(tx, *entry));
  EntryEvent published;
  published.act = EntryAct::kPublished;
  published.chain_revision = chain_revision;
  RETURN_IF_ERROR(Append(tx, call, std::move(published), entry));
  RETURN_IF_ERROR(TellPublished(tx, *entry));
  if (!rule.joint_effect && !rule.incentive_effect) return std::vector<std::string>();
  return published_(tx, *entry);
}

absl::StatusOr<v1::PublishListingResponse> ListingService::Publish(store::WriteTx& tx,
                                                                   const rpc::Call& call,
                                                                   const convert::MatterName& name,
                                                                   absl::string_view etag) const {
  ASSIGN_OR_RETURN(Entry entry, Open(tx, call, name, etag));
  std::string chain;
  if (entry.nomination.empty()) {
    ASSIGN_OR_RETURN(chain, PublishWithCase(tx, call, entry));
  } else {
    ASSIGN_OR_RETURN(const ListingRule rule, RuleOfEntry(tx, entry));
    ASSIGN_OR_RETURN(chain, PublishNominated(tx, call, rule, entry));
  }
  v1::PublishListingResponse out;
  ASSIGN_OR_RETURN(const std::vector<std::string> measures, TakeEffect(tx, call, chain, &entry));
  for (const std::string& measure : measures) out.add_measures(measure);
  ASSIGN_OR_RETURN(*out.mutable_entry(), Show(tx, call, std::move(entry), tx.now()));
  return out;
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
        return rpc::Body<Out>([this, &call, name, etag](store::WriteTx& tx) {
          return Publish(tx, call, name, etag);
        });
      });
}

// ---- Editions
// ---------------------------------------------------------------------------------------

absl::StatusOr<v1::PublishEditionResponse> ListingService::PublishAll(
    store::WriteTx& tx, const rpc::Call& call, const Edition& edition) const {
  ASSIGN_OR_RETURN(const bool already, IsOut(tx, edition));
  if (already) return errors::Refuse(errors::Reason::kListingAlreadyPublished);
  ASSIGN_OR_RETURN(const std::vector<Nomination> nominations, NominationsOfEdition(tx, edition));
  ASSIGN_OR_RETURN(std::vector<Entry> entries, EntriesOfEdition(tx, edition));
  const errors::Basis basis = entries.empty() ? errors::Basis() : entries.front().basis;
  RETURN_IF_ERROR(CheckEdition(edition.date, nominations, entries, tx.now(), basis));
  v1::PublishEditionResponse out;
  for (Entry& entry : entries) {
    if (StateAt(entry, tx.now()) != EntryState::kDecided) continue;
    RETURN_IF_ERROR(call.RequireRegion(entry.region));
    ASSIGN_OR_RETURN(const ListingRule rule, RuleOfEntry(tx, entry));
    ASSIGN_OR_RETURN(const ListStep step, CheckNominatedStep(tx, call, rule, entry, "publication"));
    ASSIGN_OR_RETURN(const std::vector<std::string> measures,
                     TakeEffect(tx, call, step.chain.revision, &entry));
    out.add_entries(entry.name());
    for (const std::string& measure : measures) out.add_measures(measure);
    *out.mutable_until_date() = convert::ToProto(entry.until);
  }
  RETURN_IF_ERROR(InsertEdition(tx, edition, entries.front().region, call.officer().person));
  return out;
}

ListingService::Reactor* ListingService::PublishEdition(Context* context,
                                                        const v1::PublishEditionRequest* in,
                                                        v1::PublishEditionResponse* out) {
  using Out = v1::PublishEditionResponse;
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        Edition edition;
        edition.organisation = call.officer().organisation;
        edition.list = convert::ToList(request.list(), &reader);
        const std::optional<Date> date = convert::ToDay("edition_date", request.has_edition_date(),
                                                        request.edition_date(), &reader);
        if (!request.has_edition_date()) reader.Wrong("edition_date", {"is required", "不能为空"});
        RETURN_IF_ERROR(reader.ToStatus());
        edition.date = *date;
        return rpc::Body<Out>(
            [this, &call, edition](store::WriteTx& tx) { return PublishAll(tx, call, edition); });
      });
}

}  // namespace shian::sanction
