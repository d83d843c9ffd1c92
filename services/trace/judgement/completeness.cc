#include "services/trace/judgement/completeness.h"

namespace shian::trace {

bool Share::Reaches(int64_t target_ppm) const {
  constexpr int64_t kMillion = 1'000'000;
  return total > 0 && complete * kMillion >= total * target_ppm;
}

bool LotMoves::Counts(const Link& link) const {
  if (link.kind != EpcKind::kLot && link.kind != EpcKind::kItem) return false;
  return prefixes_.empty() || BeginsWithAny(GtinOf(link.epc), prefixes_);
}

void LotMoves::Add(const Event& event) {
  for (const Link& link : event.links) {
    const std::optional<Side> side = Counts(link) ? SideOfGoods(rule_, event, link) : std::nullopt;
    if (!side) continue;
    Moves& moves = lots_[link.epc];
    (*side == Side::kIn ? moves.came : moves.went) = true;
  }
}

Share LotMoves::ToShare() const {
  Share share;
  for (const auto& [epc, moves] : lots_) {
    ++share.total;
    if (moves.came && moves.went) {
      ++share.complete;
    } else {
      share.missing.push_back(epc);
    }
  }
  return share;
}

}  // namespace shian::trace
