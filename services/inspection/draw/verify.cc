#include "services/inspection/draw/verify.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "services/inspection/draw/limits.h"

namespace shian::inspection::draw {
namespace {

template <class T>
bool SortedAndUnique(const std::vector<T>& items) {
  return std::adjacent_find(items.begin(), items.end(),
                            [](const T& a, const T& b) { return !(a < b); }) == items.end();
}

absl::Status Wrong(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("the draw does not hold: ", what));
}

absl::Status CheckShape(const Bundle& bundle) {
  const Lock& lock = bundle.lock;
  if (lock.strata.empty() || lock.strata.size() != bundle.stratum_roots.size()) {
    return absl::InvalidArgumentError("the bundle has no strata, or roots for other ones");
  }
  if (lock.inspectors_per_operator < 1 || lock.inspector_capacity < 1) {
    return absl::InvalidArgumentError(
        "the bundle states no inspectors per operator or no capacity");
  }
  if (!SortedAndUnique(lock.inspectors)) return Wrong("the roster is not sorted and unique");
  if (!SortedAndUnique(lock.recusals)) return Wrong("the recusals are not sorted and unique");
  return absl::OkStatus();
}

absl::Status CheckFrame(const Bundle& bundle) {
  std::set<absl::string_view> keys;
  std::set<absl::string_view> seen;
  for (size_t i = 0; i < bundle.lock.strata.size(); ++i) {
    const FrameStratum& stratum = bundle.lock.strata[i];
    if (!keys.insert(stratum.key).second) return Wrong("two strata have one key");
    if (!SortedAndUnique(stratum.ids)) return Wrong("a frame is not sorted and unique");
    if (stratum.take < 1 || static_cast<size_t>(stratum.take) > stratum.ids.size()) {
      return Wrong("a stratum takes more operators than its frame has");
    }
    for (const std::string& id : stratum.ids) {
      if (!seen.insert(id).second) return Wrong("an operator stands in two strata");
    }
    if (StratumRoot(stratum) != bundle.stratum_roots[i]) {
      return Wrong(absl::StrCat("the frame of ", stratum.key, " is not the committed one"));
    }
  }
  if (FrameRoot(bundle.lock.strata) != bundle.frame_root) {
    return Wrong("the frame root is not that of the strata");
  }
  return absl::OkStatus();
}

absl::Status CheckShares(const std::vector<Share>& shares) {
  if (shares.size() < static_cast<size_t>(kSharesMin))
    return Wrong("too few departments took part");
  std::set<absl::string_view> commitments;
  for (size_t i = 0; i < shares.size(); ++i) {
    const Share& share = shares[i];
    if (i > 0 && !(shares[i - 1].department < share.department)) {
      return Wrong("the departments are not in order, or one stands twice");
    }
    if (!commitments.insert(share.commitment).second) return Wrong("two commitments are the same");
    if (share.secret.size() != limits::kSecretBytes || Sha256(share.secret) != share.commitment) {
      return Wrong(absl::StrCat(share.department, " did not reveal what it committed to"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckClaim(const Claim& claim, const Picked& picked) {
  if (claim.operator_id != picked.operator_id || claim.stratum != picked.stratum ||
      claim.rank != picked.rank) {
    return Wrong(absl::StrCat("place ", picked.rank, " of ", picked.stratum, " belongs to ",
                              picked.operator_id, ", not ", claim.operator_id));
  }
  if (claim.inspectors != picked.inspectors) {
    return Wrong(absl::StrCat("the inspectors of ", picked.operator_id, " are others"));
  }
  return absl::OkStatus();
}

// Replacements follow in their order: each takes the next of the stratum of the one it replaces.
absl::StatusOr<std::vector<Picked>> Rerun(const Bundle& bundle) {
  std::vector<Picked> picked = Run(bundle.lock, bundle.seed);
  for (const std::string& replaced : bundle.replacements) {
    const auto found = std::find_if(picked.begin(), picked.end(), [&](const Picked& one) {
      return one.operator_id == replaced && !one.replaced;
    });
    if (found == picked.end())
      return Wrong(absl::StrCat(replaced, " was replaced but never drawn"));
    found->replaced = true;
    Picked next = Next(bundle.lock, bundle.seed, found->stratum, picked);
    if (next.operator_id.empty()) return Wrong("a stratum was used up");
    picked.push_back(std::move(next));
  }
  return picked;
}

}  // namespace

absl::Status Verify(const Bundle& bundle) {
  RETURN_IF_ERROR(CheckShape(bundle));
  RETURN_IF_ERROR(CheckFrame(bundle));
  RETURN_IF_ERROR(CheckShares(bundle.lock.shares));
  if (LockHash(bundle.lock) != bundle.lock_hash) return Wrong("the lock hash is another");
  if (Seed(bundle.lock_hash, bundle.lock.shares, bundle.public_value) != bundle.seed) {
    return Wrong("the seed does not follow from lock, secrets and public string");
  }
  ASSIGN_OR_RETURN(const std::vector<Picked> picked, Rerun(bundle));
  if (picked.size() != bundle.selections.size()) return Wrong("more or fewer operators were drawn");
  for (size_t i = 0; i < picked.size(); ++i) {
    RETURN_IF_ERROR(CheckClaim(bundle.selections[i], picked[i]));
  }
  return absl::OkStatus();
}

}  // namespace shian::inspection::draw
