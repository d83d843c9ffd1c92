#include "services/sanction/attested/service.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "libs/policy/registry.h"
#include "libs/rpc/host.h"
#include "libs/rpc/import_stream.h"
#include "services/sanction/ban/reactions.h"
#include "services/sanction/ban/store.h"
#include "services/sanction/case/convert.h"
#include "services/sanction/case/store.h"
#include "services/sanction/listing/convert.h"
#include "services/sanction/listing/reactions.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/party/store.h"
#include "services/sanction/party/store_attested.h"
#include "services/sanction/publicity/reactions.h"

namespace shian::sanction {

AttestedModule::AttestedModule(rpc::Host& host)
    : bans_(host), service_(host.edge(), bans_.hasher()) {
  host.Serve(&service_);
}

namespace {

using common::v1::RowVerdict;
using errors::InvalidField;
using policy::v1::BanRule;
using policy::v1::ListRule;

std::string IdOf(const Matter& matter) { return matter.name.substr(matter.name.find('/') + 1); }

std::string NameOf(const Matter& matter) {
  return absl::StrCat("operators/", matter.op.value(), "/", matter.name);
}

std::vector<Document> DocumentsOf(const Attested& row) {
  Document document;
  document.sha256 = row.document_sha256;
  document.title = row.decision_number;
  return {document};
}

// The party as it is known, or as it is stated where it is a legal person of whom nobody told.
absl::Status KnowParty(store::WriteTx& tx, const Party& stated) {
  ASSIGN_OR_RETURN(const auto known, FindParty(tx, stated.op));
  if (known) return absl::OkStatus();
  if (stated.name.empty() || stated.code.empty()) {
    return InvalidField("record.operator",
                        {"is not known: name and code are needed",
                         "主体未登记，应填写名称和统一社会信用代码", "PARTY_UNKNOWN"});
  }
  return PutParty(tx, stated).status();
}

absl::Status KeepRecord(store::WriteTx& tx, const AttestedHead& head, const Attested& row,
                        const Matter& matter) {
  return InsertAttested(tx, matter,
                        {head.origin, row.source_id, head.authority, row.document_sha256});
}

template <class E, class A>
E EventOf(A act, Date day, const AttestedHead& head, const store::WriteTx& tx, size_t before) {
  E event;
  event.sequence = static_cast<int>(before) + 1;
  event.act = act;
  event.time = StartOfDay(day);
  event.recorded = tx.now();
  event.actor = head.actor;
  return event;
}

// How one kind of record is taken in. `insert` judges before it writes: what it refuses with
// INVALID_ARGUMENT is a verdict on the row.
class Penalties {
 public:
  static constexpr char kKind[] = "penalty";
  using Row = AttestedPenalty;
  explicit Penalties(const policy::Policies& policies) : policies_(policies) {}

  absl::StatusOr<Matter> Insert(store::WriteTx& tx, const AttestedHead& head,
                                const Row& row) const {
    ASSIGN_OR_RETURN(const bool taken, IsDecisionNumber(tx, head.authority, row.decision_number));
    if (taken) {
      return InvalidField("record.decision_number",
                          {"is of another record", "已用于另一记录", "DECISION_NUMBER_TAKEN"});
    }
    RETURN_IF_ERROR(KnowParty(tx, row.party));
    Case c;
    c.op = row.party.op;
    c.id = CaseId(tx.NewId());
    c.number = row.decision_number;
    c.region = head.region;
    c.organisation = head.authority;
    ASSIGN_OR_RETURN(const auto rule,
                     policies_.InForce<ListRule>(tx, convert::kSeriousList, ToDate(tx.now())));
    const auto add = [&](Act act, Date day) -> Event& {
      c.events.push_back(EventOf<Event>(act, day, head, tx, c.events.size()));
      return c.events.back();
    };
    Event& decided = add(Act::kPenaltyDecided, row.decided);
    decided.documents = DocumentsOf(row);
    decided.penalty = row.penalty;
    decided.penalty->heavier =
        IsHeavier(row.penalty, convert::ToHeavierRule(rule.policy(), rule.revision));
    decided.penalty->heavier_revision = rule.revision;
    add(Act::kDecisionServed, row.served);
    if (row.public_until) add(Act::kPenaltyPublished, row.served).until = row.public_until;
    const Matter matter = {c.op, "cases/" + c.id.value()};
    RETURN_IF_ERROR(InsertCase(tx, c));
    RETURN_IF_ERROR(KeepRecord(tx, head, row, matter));
    RETURN_IF_ERROR(Tell(tx, c, "shian.sanction.penalty.decided",
                         convert::ToDecided(c, {}).SerializeAsString()));
    return matter;
  }

  absl::Status End(store::WriteTx& tx, const AttestedHead& head, const Row& row,
                   const Matter& matter) const {
    ASSIGN_OR_RETURN(auto c, FindCase(tx, matter.op, CaseId(IdOf(matter))));
    if (!c) return errors::NotFound(NameOf(matter));
    c->events.push_back(EventOf<Event>(Act::kAnnulled, row.ended, head, tx, c->events.size()));
    RETURN_IF_ERROR(AppendEvent(tx, *c, c->events.back()));
    RETURN_IF_ERROR(Tell(tx, *c, "shian.sanction.penalty.annulled",
                         convert::ToAnnulled(*c, c->events.back().time).SerializeAsString()));
    return CaseFollowers(policies_, AnnulAllBy(policies_))(tx, *c);
  }

 private:
  static absl::Status Tell(store::WriteTx& tx, const Case& c, const char* type,
                           std::string payload) {
    return ledger::Append(tx, convert::ChangeOf({c.op, c.region, c.events.back().time},
                                                ledger::Log::kFacts, type, std::move(payload)));
  }

  const policy::Policies& policies_;
};

class Entries {
 public:
  static constexpr char kKind[] = "entry";
  using Row = AttestedEntry;
  explicit Entries(const policy::Policies& policies) : policies_(policies) {}

  absl::StatusOr<Matter> Insert(store::WriteTx& tx, const AttestedHead& head,
                                const Row& row) const {
    const auto policy = policies_.InForce<ListRule>(tx, convert::ListRuleId(row.list), row.decided);
    if (absl::IsFailedPrecondition(policy.status())) {
      return InvalidField("list",
                          {"is no list in force on that day", "当日没有该名单的规则", "LIST"});
    }
    RETURN_IF_ERROR(policy.status());
    const ListingRule rule =
        convert::ToListingRule(policy->policy(), policy->revision, head.region);
    const Ground* ground = FindGround(rule, row.ground);
    if (ground == nullptr) {
      return InvalidField("ground",
                          {"is no ground of this list", "不是该名单的列入情形", "GROUND"});
    }
    RETURN_IF_ERROR(KnowParty(tx, row.party));
    Entry entry;
    entry.op = row.party.op;
    entry.id = EntryId(tx.NewId());
    entry.region = head.region;
    entry.organisation = head.authority;
    entry.list = rule.list;
    entry.ground = ground->key;
    entry.ground_title = ground->title;
    entry.basis = row.basis;
    entry.rule_revision = rule.revision;
    entry.joint_effect = rule.joint_effect;
    entry.decision_number = row.decision_number;
    entry.until = row.until;
    entry.events.push_back(EventOf<EntryEvent>(EntryAct::kDecided, row.decided, head, tx, 0));
    entry.events.back().text = row.reasons;
    entry.events.back().documents = DocumentsOf(row);
    entry.events.push_back(EventOf<EntryEvent>(EntryAct::kPublished, row.published, head, tx, 1));
    const Matter matter = {entry.op, "entries/" + entry.id.value()};
    // Who attests it stands before the entry does: none is ever there without a chain or a
    // document.
    RETURN_IF_ERROR(KeepRecord(tx, head, row, matter));
    RETURN_IF_ERROR(InsertEntry(tx, entry));
    RETURN_IF_ERROR(TellPublished(tx, entry));
    return matter;
  }

  absl::Status End(store::WriteTx& tx, const AttestedHead& head, const Row& row,
                   const Matter& matter) const {
    ASSIGN_OR_RETURN(auto entry, FindEntry(tx, matter.op, EntryId(IdOf(matter))));
    if (!entry) return errors::NotFound(NameOf(matter));
    const bool annulled = row.end == AttestedEnd::kAnnulled;
    const EntryEvent event =
        EventOf<EntryEvent>(annulled ? EntryAct::kAnnulled : EntryAct::kRepairGranted, row.ended,
                            head, tx, entry->events.size());
    RETURN_IF_ERROR(AppendEntryEvent(tx, *entry, event));
    return TellEnded(tx, *entry, annulled ? EntryState::kAnnulled : EntryState::kRepaired,
                     event.time);
  }

 private:
  const policy::Policies& policies_;
};

class BanRecords {
 public:
  static constexpr char kKind[] = "ban";
  using Row = AttestedBan;
  explicit BanRecords(const policy::Policies& policies) : policies_(policies) {}

  absl::StatusOr<Matter> Insert(store::WriteTx& tx, const AttestedHead& head,
                                const Row& row) const {
    ASSIGN_OR_RETURN(const BanGround ground, GroundOf(tx, row));
    RETURN_IF_ERROR(KnowParty(tx, row.party));
    Ban ban;
    ban.op = row.party.op;
    ban.id = BanId(tx.NewId());
    ban.region = head.region;
    ban.organisation = head.authority;
    ban.ground = ground.key;
    ban.ground_title = ground.title;
    ban.basis = row.basis;
    ban.role = row.role;
    ban.person_name = row.person_name;
    ban.hashes = row.hashes;
    ban.bars = ground.bars;
    ban.from = row.decided;
    ban.until = row.until;
    if (ground.by_judgment)
      ban.judgment = Judgment{row.decision_number, head.authority, row.decided};
    ban.events.push_back(EventOf<BanEvent>(BanAct::kImposed, row.decided, head, tx, 0));
    ban.events.back().text = row.reasons;
    ban.events.back().documents = DocumentsOf(row);
    const Matter matter = {ban.op, "bans/" + ban.id.value()};
    RETURN_IF_ERROR(KeepRecord(tx, head, row, matter));
    RETURN_IF_ERROR(InsertBan(tx, ban));
    RETURN_IF_ERROR(TellImposed(tx, ban));
    return matter;
  }

  absl::Status End(store::WriteTx& tx, const AttestedHead& head, const Row& row,
                   const Matter& matter) const {
    ASSIGN_OR_RETURN(const auto ban, FindBan(tx, matter.op, BanId(IdOf(matter))));
    if (!ban) return errors::NotFound(NameOf(matter));
    return EndBan(tx, *ban, BanAct::kAnnulled, StartOfDay(row.ended), head.actor);
  }

 private:
  absl::StatusOr<BanGround> GroundOf(store::ReadTx& tx, const Row& row) const {
    const auto rule = policies_.InForce<BanRule>(tx, convert::kBanRule, row.decided);
    if (absl::IsFailedPrecondition(rule.status())) {
      return InvalidField("ground", {"had no rule on that day", "当日没有从业禁止规则", "GROUND"});
    }
    RETURN_IF_ERROR(rule.status());
    const auto ground = convert::ToBanGround(rule->policy(), row.ground);
    if (!ground || !ground->roles.contains(row.role)) {
      return InvalidField("ground", {"is none for this role", "不适用于该责任身份", "GROUND"});
    }
    // Nothing is imposed beyond the basis, whoever says so.
    const auto last = LastDay(*ground, row.decided);
    if (row.until.has_value() != last.has_value() || (last && *row.until > *last)) {
      return InvalidField("until_date",
                          {"is not what the ground allows", "与该情形的期限不符", "UNTIL"});
    }
    return *ground;
  }

  const policy::Policies& policies_;
};

// The same record again, its end, or a new one.
template <class Kind>
absl::StatusOr<RowVerdict> TakeIn(store::WriteTx& tx, const Kind& kind, const AttestedHead& head,
                                  const typename Kind::Row& row) {
  if (!row.wrong.ok()) return convert::ToVerdict(row.line, row.wrong);
  ASSIGN_OR_RETURN(auto known, FindAttestedSource(tx, Kind::kKind, head.origin, row.source_id));
  const std::string end = row.EndText();
  RowVerdict verdict;
  if (known) {
    if (known->content == row.content && known->end == end) {
      return convert::ToVerdict(row.line, common::v1::ROW_OUTCOME_UNCHANGED, NameOf(known->matter));
    }
    if (known->content != row.content || !known->end.empty()) {
      return convert::ToVerdict(
          row.line,
          InvalidField("record.source_id", {"is known with other content",
                                            "该来源编号的记录内容不同", "CONTENT_FIXED"}));
    }
    verdict = convert::ToVerdict(row.line, common::v1::ROW_OUTCOME_CHANGED, NameOf(known->matter));
  } else {
    const absl::StatusOr<Matter> matter = kind.Insert(tx, head, row);
    if (absl::IsInvalidArgument(matter.status())) {
      return convert::ToVerdict(row.line, matter.status());
    }
    RETURN_IF_ERROR(matter.status());
    known = AttestedSource{*matter, row.content, ""};
    verdict = convert::ToVerdict(row.line, common::v1::ROW_OUTCOME_NEW, NameOf(*matter));
  }
  if (!end.empty()) RETURN_IF_ERROR(kind.End(tx, head, row, known->matter));
  known->end = end;
  RETURN_IF_ERROR(PutAttestedSource(tx, Kind::kKind, head.origin, row.source_id, *known));
  return verdict;
}

template <class In, class Out, class Kind, class Read>
grpc::ServerBidiReactor<In, Out>* ImportOf(rpc::Edge& edge, grpc::CallbackServerContext* context,
                                           Read read) {
  return rpc::Import<In, Out>(
      edge, context,
      [&edge, read](const rpc::Call& call, const In& chunk) -> absl::StatusOr<rpc::Body<Out>> {
        ASSIGN_OR_RETURN(const AttestedHead head,
                         convert::ToHead(chunk, convert::ToActor(call.officer())));
        RETURN_IF_ERROR(call.RequireRegion(head.region));
        std::vector<typename Kind::Row> rows;
        for (const auto& row : chunk.rows()) rows.push_back(read(row, ToDate(call.now())));
        return rpc::Body<Out>([&edge, head, rows](store::WriteTx& tx) -> absl::StatusOr<Out> {
          const Kind kind(edge.policies());
          Out out;
          for (const typename Kind::Row& row : rows) {
            ASSIGN_OR_RETURN(*out.add_verdicts(), TakeIn(tx, kind, head, row));
          }
          return out;
        });
      });
}

}  // namespace

grpc::ServerBidiReactor<v1::ImportPenaltiesRequest, v1::ImportPenaltiesResponse>*
AttestedService::ImportPenalties(Context* context) {
  return ImportOf<v1::ImportPenaltiesRequest, v1::ImportPenaltiesResponse, Penalties>(
      edge_, context,
      [](const v1::PenaltyRow& row, Date today) { return convert::ToAttested(row, today); });
}

grpc::ServerBidiReactor<v1::ImportEntriesRequest, v1::ImportEntriesResponse>*
AttestedService::ImportEntries(Context* context) {
  return ImportOf<v1::ImportEntriesRequest, v1::ImportEntriesResponse, Entries>(
      edge_, context,
      [](const v1::EntryRow& row, Date today) { return convert::ToAttested(row, today); });
}

grpc::ServerBidiReactor<v1::ImportBansRequest, v1::ImportBansResponse>* AttestedService::ImportBans(
    Context* context) {
  return ImportOf<v1::ImportBansRequest, v1::ImportBansResponse, BanRecords>(
      edge_, context, [this](const v1::BanRow& row, Date today) {
        return convert::ToAttested(row, today, hasher_);
      });
}

}  // namespace shian::sanction
