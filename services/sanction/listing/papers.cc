#include "services/sanction/listing/papers.h"

#include <algorithm>
#include <set>
#include <string>

namespace shian::sanction {

bool IsDocumented(const RepairClaim& claim, const std::vector<Document>& documents) {
  std::set<std::string> papers;
  for (const Document& document : documents) papers.insert(document.sha256);
  const size_t claimed = (claim.promise_made ? 1 : 0) + (claim.reorganisation ? 1 : 0);
  return papers.size() >= std::max<size_t>(claimed, 1);
}

}  // namespace shian::sanction
