#ifndef SHIAN_SERVICES_CTL_SAMPLE_CHAIN_H_
#define SHIAN_SERVICES_CTL_SAMPLE_CHAIN_H_

#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "services/ctl/sample/operators.h"
#include "services/ctl/sample/random.h"

namespace shian::ctl {

struct Chain {
  std::vector<nlohmann::ordered_json> events;  // EPCIS 2.0, in order of time
  int lots = 0;
  // One pack lot that reached several school canteens: the story samples it.
  std::string story_lot;
  size_t story_producer = 0;    // index among the food producers
  size_t story_wholesaler = 0;  // index among the food sellers
  std::vector<size_t> story_canteens;
};

// A meat chain from farm to school canteen: live animals, truck, slaughter, cutting and packing
// (two events of one transformationID), pallets, wholesale, canteens, meals.
Chain MakeChain(SampleRandom& random, const std::vector<SampleOperator>& operators,
                const std::vector<SampleOperator>& farms);

// The EPCISDocument that carries these events.
nlohmann::ordered_json EpcisDocument(std::vector<nlohmann::ordered_json> events);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_SAMPLE_CHAIN_H_
