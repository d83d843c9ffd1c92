#include "services/sanction/listing/service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/rpc/page.h"
#include "services/sanction/case/convert_detail.h"
#include "services/sanction/listing/convert_public.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/party/limits.h"
#include "services/sanction/party/store.h"
#include "services/sanction/party/store_attested.h"

namespace shian::sanction {

using convert::Reader;
using Need = Reader::Need;

absl::StatusOr<ListingRule> ListingService::RuleOf(store::ReadTx& tx, absl::string_view list,
                                                   absl::string_view region, absl::Time now) const {
  ASSIGN_OR_RETURN(const auto rule, edge_.policies().InForce<policy::v1::ListRule>(
                                        tx, convert::ListRuleId(list), ToDate(now)));
  return convert::ToListingRule(rule.policy(), rule.revision, region);
}

absl::StatusOr<Entry> ListingService::Find(store::ReadTx& tx, const rpc::Call& call,
                                           const convert::MatterName& name) const {
  ASSIGN_OR_RETURN(std::optional<Entry> found, FindEntry(tx, name.op, EntryId(name.id)));
  if (!found) {
    return errors::NotFound(absl::StrCat("operators/", name.op.value(), "/entries/", name.id));
  }
  RETURN_IF_ERROR(call.RequireRegion(found->region));
  return *std::move(found);
}

absl::StatusOr<Entry> ListingService::Open(store::ReadTx& tx, const rpc::Call& call,
                                           const convert::MatterName& name,
                                           absl::string_view etag) const {
  ASSIGN_OR_RETURN(Entry entry, Find(tx, call, name));
  RETURN_IF_ERROR(CheckOurs(tx, {entry.op, "entries/" + entry.id.value()}));
  RETURN_IF_ERROR(convert::CheckEtag(etag, entry.etag(), entry.name()));
  return entry;
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
  ASSIGN_OR_RETURN(const ListingRule rule,
                   convert::RuleNowOf(tx, edge_.policies(), entry, ToDate(call.now())));
  ASSIGN_OR_RETURN(const auto calendar, edge_.policies().Calendar(tx));
  if (!rule.repair_chain.empty()) entry.repairable = RepairableOn(entry, rule, *calendar);
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, entry.op));
  return WithOrigin(
      tx, {entry.op, "entries/" + entry.id.value()},
      convert::ToProto(entry, {party, tx.origin(), std::string(call.locale()), as_of}));
}

// ---- Reads
// ------------------------------------------------------------------------------------------

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
        ASSIGN_OR_RETURN(Entry entry, Find(tx, call, name));
        ASSIGN_OR_RETURN(const ListingRule rule,
                         convert::RuleNowOf(tx, edge_.policies(), entry, ToDate(call.now())));
        const bool visible = VisibleTo(entry, convert::ToViewer(purpose, rule), call.now());
        std::optional<Entry> then = AsOf(std::move(entry), as_of, known_at);
        if (!visible || !then) return errors::NotFound(in.name());
        ASSIGN_OR_RETURN(*out->mutable_entry(), Show(tx, call, *std::move(then), as_of));
        if (purpose == Purpose::kPublic) convert::HideWork(out->mutable_entry()->mutable_events());
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
        const std::string list = in.list().empty() ? "" : convert::ToList(in.list(), &reader);
        const std::optional<Date> edition =
            convert::ToDay("edition_date", in.has_edition_date(), in.edition_date(), &reader);
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(const PageQuery query, convert::ToPageQuery(call, in, page));
        ASSIGN_OR_RETURN(const std::vector<Entry> entries, sanction::ListEntries(tx, query));
        for (const Entry& entry : entries) {
          if (!list.empty() && entry.list != list) continue;
          if (edition && entry.edition != edition) continue;
          ASSIGN_OR_RETURN(const ListingRule rule,
                           convert::RuleNowOf(tx, edge_.policies(), entry, ToDate(call.now())));
          const Viewer viewer = convert::ToViewer(purpose, rule);
          std::optional<Entry> then = AsOf(entry, as_of, known_at);
          if (!then || !VisibleTo(entry, viewer, call.now())) continue;
          if (!viewer.sees_ended && StateAt(*then, as_of) != EntryState::kInForce) continue;
          call.NoteResource(entry.name());
          ASSIGN_OR_RETURN(v1::Entry shown, Show(tx, call, *std::move(then), as_of));
          if (purpose == Purpose::kPublic) convert::HideWork(shown.mutable_events());
          *out->add_entries() = std::move(shown);
        }
        if (static_cast<int>(entries.size()) < page.size) return absl::OkStatus();
        out->set_next_page_token(
            rpc::NextPage(page, PageKey(entries.back().id.value(), entries.back().op), call.now()));
        return absl::OkStatus();
      });
}

}  // namespace shian::sanction
