#include "services/sanction/publicity/reactions.h"

#include <string>
#include <utility>
#include <vector>

#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "services/sanction/case/convert.h"
#include "services/sanction/case/steps.h"
#include "services/sanction/party/store.h"
#include "services/sanction/party/store_attested.h"
#include "services/sanction/publicity/convert.h"
#include "services/sanction/publicity/limits.h"
#include "services/sanction/publicity/store.h"

namespace shian::sanction {
namespace {

constexpr char kPushClock[] = "penalty.publish_push";
constexpr char kWithdrawClock[] = "penalty.annulled_withdraw";

absl::Status Owe(store::WriteTx& tx, const policy::Policies& policies, Publicity* publicity,
                 PublicityAct act, const std::string& clock, absl::Time start) {
  PublicityEvent due;
  due.act = act;
  due.time = start;
  ASSIGN_OR_RETURN(StartedClock started, convert::StartClock(tx, policies, clock, ToDate(start)));
  due.clocks = {std::move(started)};
  return AppendPublicityEvent(tx, std::move(due), publicity);
}

absl::Status TellExpiry(store::WriteTx& tx, Publicity publicity) {
  const absl::Time end = EndOfDay(*publicity.c.Last(Act::kPenaltyPublished)->until);
  PublicityEvent expired;
  expired.act = PublicityAct::kExpired;
  expired.time = end;
  RETURN_IF_ERROR(AppendPublicityEvent(tx, std::move(expired), &publicity));
  return TellPublicityEnded(tx, publicity, PublicityState::kExpired, end);
}

// What another authority decided stands in its log, and its duties are not ours.
absl::StatusOr<bool> DecidedElsewhere(store::ReadTx& tx, const Case& c) {
  ASSIGN_OR_RETURN(const auto record, FindAttested(tx, {c.op, "cases/" + c.id.value()}));
  return record.has_value();
}

// A penalty that policy leaves unpublished goes nowhere, unless an entry was decided with it.
absl::StatusOr<bool> IsForPublicity(store::ReadTx& tx, const policy::Policies& policies,
                                    const Case& c) {
  if (!c.entry().empty()) return true;
  ASSIGN_OR_RETURN(const auto rule,
                   policies.InForce<policy::v1::PublicityRule>(
                       tx, convert::kPublicityRule, ToDate(c.Last(Act::kPenaltyDecided)->time)));
  const std::vector<PublicityClass> classes = convert::ToPublicityClasses(rule.policy());
  return CheckPublicity(ClassOf(classes, *c.penalty()), {}).ok();
}

absl::Status FollowService(store::WriteTx& tx, const policy::Policies& policies, const Case& c) {
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, c.op));
  // The id of a legal person is its code; that of a sole trader is not.
  const std::string province = ProvinceOf(OperatorId(party.code));
  if (province.empty() || province == c.region.substr(0, province.size())) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool for_publicity, IsForPublicity(tx, policies, c));
  if (!for_publicity) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::optional<Publicity> publicity, FindPublicity(tx, c.op, c.id));
  if (!publicity) return absl::OkStatus();
  return Owe(tx, policies, &*publicity, PublicityAct::kPushDue, kPushClock,
             c.Last(Act::kPenaltyDecided)->time);
}

absl::Status FollowAnnulment(store::WriteTx& tx, const policy::Policies& policies, const Case& c) {
  ASSIGN_OR_RETURN(std::optional<Publicity> publicity, FindPublicity(tx, c.op, c.id));
  if (!publicity) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool elsewhere, DecidedElsewhere(tx, c));
  const bool shown = c.Has(Act::kPenaltyPublished) || c.Has(Act::kListingPublished) ||
                     publicity->Last(PublicityAct::kPushed) != nullptr;
  const absl::Time annulled = c.Last(Act::kAnnulled)->time;
  if (shown && !elsewhere) {
    RETURN_IF_ERROR(
        Owe(tx, policies, &*publicity, PublicityAct::kWithdrawalDue, kWithdrawClock, annulled));
  }
  if (!c.Has(Act::kPenaltyPublished)) return absl::OkStatus();
  return TellPublicityEnded(tx, *publicity, PublicityState::kAnnulled, annulled);
}

}  // namespace

FollowHook CaseFollowers(const policy::Policies& policies, FollowHook annul) {
  return [&policies, annul = std::move(annul)](store::WriteTx& tx, const Case& c) -> absl::Status {
    if (!c.Has(Act::kAnnulled)) return FollowService(tx, policies, c);
    RETURN_IF_ERROR(annul(tx, c));
    return FollowAnnulment(tx, policies, c);
  };
}

absl::Status FollowGrant(store::WriteTx& tx, const policy::Policies& policies,
                         const std::string& clock, Publicity* publicity) {
  RETURN_IF_ERROR(TellPublicityEnded(tx, *publicity, PublicityState::kRepaired, tx.now()));
  if (publicity->Last(PublicityAct::kPushed) == nullptr) return absl::OkStatus();
  return Owe(tx, policies, publicity, PublicityAct::kWithdrawalDue, clock, tx.now());
}

absl::Status TellPublicityEnded(store::WriteTx& tx, const Publicity& publicity, PublicityState how,
                                absl::Time time) {
  const Case& c = publicity.c;
  const auto tell = [&](ledger::Log log, const char* type, std::string payload) {
    return ledger::Append(tx,
                          convert::ChangeOf({c.op, c.region, time}, log, type, std::move(payload)));
  };
  RETURN_IF_ERROR(tell(ledger::Log::kFacts, "shian.sanction.penalty.publicity_ended",
                       convert::ToEnded(publicity, how, time).SerializeAsString()));
  ASSIGN_OR_RETURN(const bool elsewhere, DecidedElsewhere(tx, c));
  if (elsewhere) return absl::OkStatus();
  return tell(ledger::Log::kPublic, "shian.public.sanction.penalty.ended",
              convert::ToEndedCard(publicity, how, time).SerializeAsString());
}

absl::Status TellPublicityEnds(store::Store& store, absl::Time now) {
  bool more = true;
  while (more) {
    const auto tell = [now](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(std::vector<Publicity> due,
                       PublicitiesToEnd(tx, ToDate(now), limits::kPublicityEndsPerWriteMax));
      const bool full = static_cast<int>(due.size()) == limits::kPublicityEndsPerWriteMax;
      for (Publicity& publicity : due) RETURN_IF_ERROR(TellExpiry(tx, std::move(publicity)));
      return full ? "more" : "";
    };
    // Most times nothing is due, and a write would cost a commit.
    bool due = false;
    RETURN_IF_ERROR(store.ReadNow([&due, now](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const std::vector<Publicity> one, PublicitiesToEnd(tx, ToDate(now), 1));
      due = !one.empty();
      return absl::OkStatus();
    }));
    if (!due) return absl::OkStatus();
    ASSIGN_OR_RETURN(
        const store::Written written,
        store.WriteAndWait(
            {.now = now, .caller = "", .request_id = "", .body_digest = "", .seed = ""}, tell));
    more = written.reply == "more";
  }
  return absl::OkStatus();
}

}  // namespace shian::sanction
