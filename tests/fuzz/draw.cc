// The file of `shian verify draw`: JSON of a draw's proof bundle, re-run by a stranger. A draw that
// holds does so for one public string and one roster only.
#include <google/protobuf/util/json_util.h>

#include "services/ctl/verify/proof.h"
#include "tests/fuzz/target.h"

namespace shian::fuzz {

FUZZ_TARGET(draw) {
  inspection::v1::ProofBundle bundle;
  if (!google::protobuf::util::JsonStringToMessage(std::string(input), &bundle).ok()) return;
  if (!ctl::VerifyDraw(bundle).ok()) return;
  inspection::v1::ProofBundle other = bundle;
  other.mutable_public_value()->push_back('x');
  CHECK(!ctl::VerifyDraw(other).ok());
  other = bundle;
  other.add_inspectors("\xff");
  CHECK(!ctl::VerifyDraw(other).ok());
  other = bundle;
  other.mutable_selections()->RemoveLast();
  CHECK(!ctl::VerifyDraw(other).ok());
}

}  // namespace shian::fuzz
