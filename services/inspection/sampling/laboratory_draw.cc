#include "services/inspection/sampling/laboratory_draw.h"

#include <algorithm>
#include <utility>

#include "libs/base/hash.h"
#include "services/inspection/frame/archive.h"

namespace shian::inspection::sampling {
namespace {

bool Holds(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool Tied(const Laboratory& a, const Laboratory& b) {
  return a.id == b.id || Holds(a.affiliates, b.id) || Holds(b.affiliates, a.id);
}

}  // namespace

bool Qualified(const Laboratory& laboratory, const std::vector<std::string>& scopes, Date on) {
  if (laboratory.suspended) return false;
  if (laboratory.valid_from && on < *laboratory.valid_from) return false;
  if (laboratory.valid_to && on > *laboratory.valid_to) return false;
  return std::all_of(scopes.begin(), scopes.end(),
                     [&](const std::string& scope) { return Holds(laboratory.scopes, scope); });
}

LaboratoryDrawn DrawLaboratory(const std::vector<Laboratory>& known, const Laboratory& first,
                               const std::vector<std::string>& tied,
                               const std::vector<std::string>& scopes, Date on, std::string seed) {
  LaboratoryDrawn drawn;
  for (const Laboratory& one : known) {
    if (!one.reinspection || !Qualified(one, scopes, on)) continue;
    if (Tied(one, first) || Holds(tied, one.id)) continue;
    drawn.candidates.push_back({one.id, Sha256(seed + Prefixed("laboratory") + Prefixed(one.id))});
  }
  std::sort(drawn.candidates.begin(), drawn.candidates.end(),
            [](const Candidate& a, const Candidate& b) { return a.ticket < b.ticket; });
  drawn.seed = std::move(seed);
  return drawn;
}

}  // namespace shian::inspection::sampling
