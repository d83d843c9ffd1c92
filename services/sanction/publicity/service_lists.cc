#include "services/sanction/publicity/service_lists.h"

#include "services/sanction/publicity/reactions.h"

namespace shian::sanction {

void ListServices::ServeOn(rpc::Host* host) {
  host->Serve(&listings_);
  host->Serve(&nominations_);
  host->Serve(&publicities_);
  host->OnAdvance([this](absl::Time now) { return TellPublicityEnds(edge_.store(), now); });
}

}  // namespace shian::sanction
