#include "services/trace/lookup/service.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/ledger/log_reader.h"
#include "libs/rpc/convert.h"
#include "services/trace/capture/convert.h"
#include "services/trace/capture/store.h"
#include "services/trace/genealogy/store.h"
#include "services/trace/lookup/card.h"
#include "services/trace/lookup/convert.h"
#include "services/trace/lookup/limits.h"
#include "services/trace/lookup/store.h"
#include "services/trace/lookup/way.h"
#include "services/trace/recall/store.h"

namespace shian::trace {
namespace {

// The latest public entry about a recall with the proof that it stands in the log. Nothing while
// it waits for its checkpoint.
absl::Status AddProof(store::ReadTx& tx, const Recall& of, v1::CardRecall* out) {
  ASSIGN_OR_RETURN(const auto entries,
                   ledger::ReadLeaves(tx, 0, limits::kRecallEntriesMax,
                                      absl::StrCat(of.operator_, "/", of.name())));
  if (entries.empty()) return absl::OkStatus();
  const ledger::Entry& entry = entries.back();
  ASSIGN_OR_RETURN(const ledger::LogState state, ledger::ReadState(tx, ledger::Log::kPublic));
  ledger::v1::ProofBundle& proof = *out->mutable_proof();
  *proof.mutable_entry() = rpc::ToProto(entry);
  ASSIGN_OR_RETURN(*proof.mutable_note(), ledger::ReadCheckpoint(tx, ledger::Log::kPublic));
  ASSIGN_OR_RETURN(
      const ledger::InclusionProof inclusion,
      ledger::ProveInclusion(tx, ledger::Log::kPublic, entry.sequence - 1, state.integrated));
  for (const std::string& hash : inclusion.hashes) proof.add_inclusion_hashes(hash);
  return absl::OkStatus();
}

// One card, being told.
class CardAnswer {
 public:
  CardAnswer(const Graph& graph, const rpc::Call& call, store::ReadTx& tx, Goods goods,
             v1::PublicCard* out)
      : graph_(graph), today_(ToDate(call.now())), tx_(tx), goods_(std::move(goods)), out_(*out) {
    epcs_ = {goods_.epc};
    if (!goods_.lot.empty()) epcs_.push_back(goods_.lot);
    recall_epcs_ = epcs_;
  }

  absl::Status Tell() {
    out_.set_identifier(goods_.epc);
    out_.set_kind(capture::ToProto(goods_.kind));
    out_.set_lot(goods_.lot);
    out_.set_product(goods_.product);
    RETURN_IF_ERROR(TellCodes());
    RETURN_IF_ERROR(TellRecalls());
    RETURN_IF_ERROR(TellWay());
    for (const Warning warning : WarningsOf(state_, today_)) {
      out_.add_warnings(static_cast<v1::CardWarning>(warning));
    }
    return absl::OkStatus();
  }
  bool recorded() const { return state_.recorded; }

 private:
  bool is_class() const { return goods_.kind == EpcKind::kClass; }

  absl::Status TellCodes() {
    ASSIGN_OR_RETURN(const auto codes, lookup::CodesOf(tx_, goods_.epc));
    out_.set_code_issued(!codes.empty());
    state_.recorded |= !codes.empty();
    // A label may have been changed; the code's lot is what it was issued for.
    for (const lookup::Code& code : codes) {
      if (!code.lot.empty() && code.lot != goods_.lot) recall_epcs_.push_back(code.lot);
    }
    return absl::OkStatus();
  }

  absl::Status TellRecalls() {
    ASSIGN_OR_RETURN(std::vector<Recall> recalls,
                     recall::RecallsOfLots(tx_, recall_epcs_, limits::kRecallsReadMax));
    const auto stands = [](const Recall& each) { return each.state != RecallState::kWithdrawn; };
    state_.recalled = std::any_of(recalls.begin(), recalls.end(), stands);
    // Whoever does not know the lot must look for it.
    const bool lot_unknown =
        is_class() || (goods_.kind == EpcKind::kItem && goods_.lot.empty() && !product().empty());
    if (lot_unknown) {
      ASSIGN_OR_RETURN(const std::vector<Recall> others,
                       recall::RecallsOfClass(tx_, product(), limits::kRecallsReadMax));
      for (const Recall& other : others) {
        const bool told = std::any_of(recalls.begin(), recalls.end(),
                                      [&](const Recall& each) { return each.id == other.id; });
        if (told) continue;
        state_.lots_recalled |= stands(other);
        recalls.push_back(other);
      }
    }
    SortForCard(&recalls);
    if (recalls.size() > limits::kCardRecallsMax) recalls.resize(limits::kCardRecallsMax);
    for (const Recall& each : recalls) RETURN_IF_ERROR(TellRecall(each, lot_unknown));
    return absl::OkStatus();
  }

  absl::Status TellRecall(const Recall& of, bool lot_unknown) {
    v1::CardRecall& out = *out_.add_recalls();
    out = lookup::ToProto(of);
    if (lot_unknown) {
      ASSIGN_OR_RETURN(const auto lots,
                       recall::LotsOfClassIn(tx_, of.id, product(), limits::kRecallLotsShown));
      for (const std::string& lot : lots) out.add_lots(lot);
    }
    return AddProof(tx_, of, &out);
  }

  // What other kinds of classes have instead of a GTIN is their own identifier.
  const std::string& product() const {
    return is_class() && goods_.product.empty() ? goods_.epc : goods_.product;
  }

  absl::Status TellWay() {
    std::vector<NodeId> nodes;
    for (const std::string& epc : epcs_) nodes.push_back(graph_.Find(epc));
    state_.recorded |=
        std::any_of(nodes.begin(), nodes.end(), [](NodeId node) { return node != kNone; });
    const Way way = WayOf(graph_, graph_.Now(), nodes, until_);
    state_.corrected = way.corrected;
    RETURN_IF_ERROR(TellMaking(way));
    return is_class() ? absl::OkStatus() : TellSteps(way);
  }

  absl::Status TellMaking(const Way& way) {
    Statement statement;
    for (size_t i = 0; i < way.makings.size() && i < limits::kMakingsMax; ++i) {
      if (absl::Now() > until_) break;
      ASSIGN_OR_RETURN(const auto stored, capture::EventAt(tx_, way.makings[i]));
      if (!stored) return absl::DataLossError("capture_event has lost a row");
      AddStatement(stored->event, epcs_, &statement);
      if (!is_class() && !out_.has_maker()) RETURN_IF_ERROR(TellMaker(way.makings[i]));
    }
    out_.set_product_name(statement.product_name);
    if (is_class()) return absl::OkStatus();
    if (statement.produced) *out_.mutable_production_date() = lookup::ToProto(*statement.produced);
    if (!statement.last) return absl::OkStatus();
    *out_.mutable_last_date() = lookup::ToProto(statement.last->day);
    out_.set_last_date_kind(static_cast<v1::ExpiryKind>(statement.last->kind));
    state_.last_day = statement.last->day;
    return absl::OkStatus();
  }

  absl::Status TellMaker(EventIndex event) {
    const std::string uri = graph_.PlaceName(graph_.EventAt(event).place);
    ASSIGN_OR_RETURN(const std::string title, genealogy::TitleAt(tx_, uri));
    ASSIGN_OR_RETURN(const std::string region, RegionOf(event));
    v1::CardMaker& maker = *out_.mutable_maker();
    maker.set_title(title);
    maker.set_region(region);
    *maker.mutable_date() = lookup::ToProto(DayOf(event));
    return absl::OkStatus();
  }

  absl::Status TellSteps(const Way& way) {
    Steps steps;
    size_t left = way.events.size();
    for (size_t read = 0; left > 0 && read < limits::kStepEventsMax; ++read) {
      if (absl::Now() > until_) break;
      const EventIndex event = way.events[left - 1];
      ASSIGN_OR_RETURN(const auto stored, capture::EventAt(tx_, event));
      if (!stored) return absl::DataLossError("capture_event has lost a row");
      ASSIGN_OR_RETURN(std::string region, RegionOf(event));
      if (!steps.AddBefore({PublicStep(stored->event.biz_step), DayOf(event), std::move(region)})) {
        break;
      }
      --left;
    }
    out_.set_steps_cut(left > 0 || way.cut);
    for (const Step& step : steps.Take()) *out_.add_steps() = lookup::ToProto(step);
    return absl::OkStatus();
  }

  Date DayOf(EventIndex event) const { return ToDate(FromMicros(graph_.EventAt(event).time)); }

  // Where the event was, as far as it is public.
  absl::StatusOr<std::string> RegionOf(EventIndex event) {
    const EventRow& row = graph_.EventAt(event);
    const uint32_t place = row.place != kNone ? row.place : row.source;
    const auto known = regions_.find(place);
    if (known != regions_.end()) return known->second;
    ASSIGN_OR_RETURN(const std::string region, genealogy::RegionAt(tx_, graph_.PlaceName(place)));
    return regions_.emplace(place, PublicRegion(region)).first->second;
  }

  const Graph& graph_;
  const Date today_;
  store::ReadTx& tx_;
  const Goods goods_;
  v1::PublicCard& out_;
  const absl::Time until_ = absl::Now() + limits::kCardTime;
  std::vector<std::string> epcs_, recall_epcs_;
  CardState state_;
  std::map<uint32_t, std::string> regions_;  // few places serve many steps
};

}  // namespace

grpc::ServerUnaryReactor* LookupService::PublicLookup(grpc::CallbackServerContext* context,
                                                      const v1::PublicLookupRequest* in,
                                                      v1::PublicLookupResponse* out) {
  return edge_.ReadBlocking(
      context, in, out,
      [this](const rpc::Call& call, const v1::PublicLookupRequest& in, store::ReadTx& tx,
             v1::PublicLookupResponse* out) -> absl::Status {
        errors::Violations wrong;
        Goods goods = lookup::ToGoods(in.scanned(), "scanned", &wrong);
        RETURN_IF_ERROR(wrong.ToStatus());
        const std::string epc = goods.epc;
        bool recorded = false;
        RETURN_IF_ERROR(graph_.Read(tx, [&](const Graph& graph) -> absl::Status {
          CardAnswer answer(graph, call, tx, std::move(goods), out->mutable_card());
          RETURN_IF_ERROR(answer.Tell());
          recorded = answer.recorded();
          return absl::OkStatus();
        }));
        if (recorded) scans_.Count(epc, ToDate(call.now()));
        return absl::OkStatus();
      });
}

}  // namespace shian::trace
