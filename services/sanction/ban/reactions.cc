#include "services/sanction/ban/reactions.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "services/sanction/ban/convert.h"
#include "services/sanction/ban/limits.h"
#include "services/sanction/ban/store.h"
#include "services/sanction/measure/reactions.h"

namespace shian::sanction {
namespace {

absl::Status Tell(store::WriteTx& tx, const Ban& ban, const char* type, std::string payload,
                  absl::Time time) {
  return ledger::Append(tx, {.log = ledger::Log::kFacts,
                             .type = type,
                             .subject = "bans/" + ban.id.value(),
                             .region = ban.region,
                             .time = time,
                             .payload = std::move(payload),
                             .cause = ""});
}

// Gives how many it found to do, at most `limit` of them done.
using Piece = std::function<absl::StatusOr<int>(store::WriteTx*, store::ReadTx&, int limit)>;

// Piece by piece, each in a write of its own, until nothing is left. Most times nothing is, and a
// write would cost a commit: so the first look is a read.
absl::Status WorkOff(store::Store& store, absl::Time now, const Piece& piece) {
  while (true) {
    int found = 0;
    RETURN_IF_ERROR(store.ReadNow([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(found, piece(nullptr, tx, 1));
      return absl::OkStatus();
    }));
    if (found == 0) return absl::OkStatus();
    RETURN_IF_ERROR(
        store
            .WriteAndWait(
                {.now = now, .caller = "", .request_id = "", .body_digest = "", .seed = ""},
                [piece](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                  RETURN_IF_ERROR(piece(&tx, tx, limits::kBansPerWriteMax).status());
                  return std::string();
                })
            .status());
  }
}

}  // namespace

absl::Status TellImposed(store::WriteTx& tx, const Ban& ban) {
  return Tell(tx, ban, "shian.sanction.ban.imposed", convert::ToImposed(ban).SerializeAsString(),
              tx.now());
}

absl::Status TellBanEnded(store::WriteTx& tx, const Ban& ban, BanState how, absl::Time time) {
  return Tell(tx, ban, "shian.sanction.ban.ended",
              convert::ToEnded(ban, how, time).SerializeAsString(), time);
}

absl::Status EndBan(store::WriteTx& tx, const Ban& ban, BanAct act, absl::Time time,
                    const Actor& actor) {
  BanEvent event;
  event.sequence = static_cast<int>(ban.events.size()) + 1;
  event.act = act;
  event.time = time;
  event.recorded = tx.now();
  event.actor = actor;
  RETURN_IF_ERROR(AppendBanEvent(tx, ban, event));
  // A proposal that came to nothing was never told either.
  if (ban.Last(BanAct::kImposed) == nullptr) return absl::OkStatus();
  return TellBanEnded(tx, ban, act == BanAct::kExpired ? BanState::kEnded : BanState::kAnnulled,
                      time);
}

std::function<absl::Status(store::WriteTx&, const Case&)> AnnulAllBy(
    const policy::Policies& policies) {
  return [annul = AnnulBy(policies)](store::WriteTx& tx, const Case& c) -> absl::Status {
    RETURN_IF_ERROR(annul(tx, c));
    ASSIGN_OR_RETURN(const std::vector<Ban> bans, BansOf(tx, c.op));
    for (const Ban& ban : bans) {
      if (ban.case_id != c.id || ban.Last(BanAct::kAnnulled) != nullptr) continue;
      const Event& annulled = c.events.back();
      RETURN_IF_ERROR(EndBan(tx, ban, BanAct::kAnnulled, annulled.time, annulled.actor));
    }
    return absl::OkStatus();
  };
}

absl::Status TellBanExpiries(store::Store& store, absl::Time now) {
  return WorkOff(
      store, now,
      [now](store::WriteTx* write, store::ReadTx& tx, int limit) -> absl::StatusOr<int> {
        ASSIGN_OR_RETURN(const std::vector<Ban> due, BansToExpire(tx, ToDate(now), limit));
        for (const Ban& ban : due) {
          if (write == nullptr) break;
          RETURN_IF_ERROR(EndBan(*write, ban, BanAct::kExpired, EndOfDay(*ban.until), Actor()));
        }
        return static_cast<int>(due.size());
      });
}

absl::Status LiftHashes(store::Store& store, const codes::IdentityHasher& hasher, absl::Time now) {
  for (const std::string& former : hasher.former_key_ids()) {
    const auto lift = [&hasher, former](store::WriteTx* write, store::ReadTx& tx,
                                        int limit) -> absl::StatusOr<int> {
      ASSIGN_OR_RETURN(const std::vector<BarredPerson> people,
                       PeopleUnder(tx, former, hasher.key_id(), limit));
      for (const BarredPerson& person : people) {
        if (write == nullptr) break;
        for (const codes::KeyedHash& hash : hasher.WithLater(person.hash)) {
          RETURN_IF_ERROR(AddHash(*write, person.op, person.ban, hash));
        }
      }
      return static_cast<int>(people.size());
    };
    RETURN_IF_ERROR(WorkOff(store, now, lift));
  }
  return absl::OkStatus();
}

}  // namespace shian::sanction
