#include "services/sanction/case/discretion.h"

#include "absl/numeric/int128.h"
#include "absl/strings/str_format.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

struct Bounds {
  absl::int128 min = 0;
  absl::int128 max = 0;
};

// A value that no range fits takes no fine.
Bounds BoundsOf(const Rung& rung, int64_t goods_fen) {
  constexpr int kPermille = 1000;
  for (const FineRange& range : rung.fines) {
    if (range.goods_fen_below != 0 && goods_fen >= range.goods_fen_below) continue;
    if (range.permille_max == 0) return {range.fen_min, range.fen_max};
    const absl::int128 goods = goods_fen;
    return {goods * range.permille_min / kPermille, goods * range.permille_max / kPermille};
  }
  return {};
}

std::string Yuan(absl::int128 fen) {
  constexpr int kFenOfYuan = 100;
  return absl::StrFormat("%d.%02d", static_cast<int64_t>(fen / kFenOfYuan),
                         static_cast<int64_t>(fen % kFenOfYuan));
}

}  // namespace

absl::Status CheckDiscretion(const Case& c, const Penalty& penalty, const std::optional<Rung>& rung,
                             const Step& step) {
  if (!rung) return Refuse(Reason::kDiscretionUnknown, {}, step.basis);
  const Event* stated = c.Last(Act::kFactsStated);
  if (stated == nullptr || stated->detail.facts->violation != penalty.discretion->violation) {
    return Refuse(Reason::kFactsMissing, {}, rung->basis);
  }
  if (penalty.aggravated && !rung->heavier) {
    return Refuse(Reason::kAggravatedOffRung, {}, rung->basis);
  }
  const Bounds bounds = BoundsOf(*rung, stated->detail.facts->goods_fen);
  if (penalty.fine_fen >= bounds.min && penalty.fine_fen <= bounds.max) return absl::OkStatus();
  const Event* discussed = c.Last(Act::kDiscussed);
  const bool departs = !penalty.discretion->departure_reason.empty() && discussed != nullptr &&
                       discussed->sequence > stated->sequence;
  if (departs) return absl::OkStatus();
  return Refuse(Reason::kFineOutsideRung, {{"min", Yuan(bounds.min)}, {"max", Yuan(bounds.max)}},
                rung->basis);
}

}  // namespace shian::sanction
