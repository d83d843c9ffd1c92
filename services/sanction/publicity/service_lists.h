// The services of lists and of publicity together, for main and for tests: the end of publicity
// that comes with time is theirs too.
#pragma once

#include <utility>

#include "libs/rpc/host.h"
#include "services/sanction/listing/service.h"
#include "services/sanction/listing/service_nomination.h"
#include "services/sanction/publicity/service.h"

namespace shian::sanction {

class ListServices {
 public:
  ListServices(rpc::Edge& edge, PublishedHook published, EndedHook ended, const IssuedHook& issued)
      : edge_(edge),
        listings_(edge, std::move(published), std::move(ended), issued),
        nominations_(edge, issued),
        publicities_(edge, issued) {}

  void ServeOn(rpc::Host* host);

 private:
  rpc::Edge& edge_;
  ListingService listings_;
  NominationService nominations_;
  PublicityService publicities_;
};

}  // namespace shian::sanction
