#include "services/inspection/draw/reactions.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "services/inspection/draw/convert.h"
#include "services/inspection/draw/store.h"

namespace shian::inspection::draw {

absl::Status Publish(store::WriteTx& tx, const Draw& draw, absl::string_view event,
                     absl::Time time) {
  return ledger::Append(tx, {.log = ledger::Log::kPublic,
                             .type = absl::StrCat("shian.public.inspection.draw.", event),
                             .subject = "draws/" + draw.id.value(),
                             .region = draw.plan.region,
                             .time = time,
                             .payload = ToCard(draw).SerializeAsString(),
                             .cause = {}});
}

absl::Status Report(store::WriteTx& tx, const Draw& draw, absl::Time time) {
  return ledger::Append(tx, {.log = ledger::Log::kFacts,
                             .type = "shian.inspection.draw.published",
                             .subject = "draws/" + draw.id.value(),
                             .region = draw.plan.region,
                             .time = time,
                             .payload = ToPublished(draw).SerializeAsString(),
                             .cause = {}});
}

absl::Status ExpireDraws(rpc::Edge& edge, absl::Time now) {
  std::vector<Draw> overdue;
  RETURN_IF_ERROR(edge.store().ReadNow([&](store::ReadTx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(overdue, OverdueDraws(tx, now));
    return absl::OkStatus();
  }));
  for (const Draw& one : overdue) {
    const auto expire = [id = one.id](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(Draw draw, draw::GetDraw(tx, id));
      if (!RevealsOverdue(draw, tx.now())) return std::string();
      draw.expire_time = draw.lock->reveal_due;
      draw.expire_recorded = tx.now();
      RETURN_IF_ERROR(Publish(tx, draw, "ended", *draw.expire_time));
      RETURN_IF_ERROR(PutDraw(tx, draw));
      return std::string();
    };
    store::WriteContext context;
    context.now = now;
    const auto written = edge.store().WriteAndWait(context, expire);
    if (!written.ok()) return written.status();
  }
  return absl::OkStatus();
}

}  // namespace shian::inspection::draw
