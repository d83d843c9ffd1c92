// Which operator stands at which place.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/store/store.h"

namespace shian::trace::genealogy {

// The places of one operator as registry last said; an empty list forgets them.
struct Place {
  std::string gln;
  std::string region;
  std::string title = {};  // of the operator, where it is a firm and no person
};
absl::Status PutPlaces(store::WriteTx& tx, const std::string& operator_name,
                       const std::vector<Place>& places);
// By GLN; empty when it registered none.
absl::StatusOr<std::vector<Place>> PlacesOf(store::ReadTx& tx, const std::string& operator_name);
// "operators/{operator}" at the place or party `uri`; empty when nobody registered it.
absl::StatusOr<std::string> OperatorAt(store::ReadTx& tx, const std::string& uri);
// The registered name of that operator; empty for persons, and when nobody registered the place.
absl::StatusOr<std::string> TitleAt(store::ReadTx& tx, const std::string& uri);
// Division of that place, 6 digits; empty when nobody registered it.
absl::StatusOr<std::string> RegionAt(store::ReadTx& tx, const std::string& uri);

}  // namespace shian::trace::genealogy
