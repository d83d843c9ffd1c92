// The field of supervision (监管领域) of a penalty, on which the period before repair depends.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "services/sanction/publicity/publicity.h"

namespace shian::sanction {

// Whether it is a field of supervision.
bool IsField(const std::string& field);
// The field that the violation stated in the case names; empty without one.
std::string StatedField(const Case& c);
// That a request's field is the one that is known already.
absl::Status CheckField(const Publicity& publicity, const std::string& field);

}  // namespace shian::sanction
