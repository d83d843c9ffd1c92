// That somebody did not take goods over (拒收).
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace shian::trace {

enum class RefusalGround {
  kTemperature = 1,
  kPackaging = 2,
  kDocuments = 3,
  kShelfLife = 4,
  kOther = 5
};

struct Refusal {
  std::string id;
  std::string operator_;  // who refused
  std::string place;      // canonical; empty when only the operator was named
  std::string region;
  std::vector<std::string> epcs;  // canonical
  absl::Time time;
  RefusalGround ground = RefusalGround::kOther;
  std::string remark;
  std::string measured;  // a decimal number; empty when nothing was measured
  std::string measured_uom;
  std::string vehicle;
  std::string recorded_by;
  absl::Time recorded;

  std::string name() const { return "refusals/" + id; }
};

}  // namespace shian::trace
