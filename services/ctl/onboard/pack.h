#ifndef SHIAN_SERVICES_CTL_ONBOARD_PACK_H_
#define SHIAN_SERVICES_CTL_ONBOARD_PACK_H_

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "services/ctl/onboard/draft.h"
#include "services/ctl/session/protos.h"

namespace shian::ctl {

// What is packed from: the policies in use, and what lies beside them in an installation.
struct Kit {
  std::filesystem::path policies;
  std::filesystem::path onboard;  // clients and sandbox
  std::filesystem::path pki;      // make-pki
  std::filesystem::path maps;     // of imports
};
Kit KitAround(const std::string& policies);

struct Package {
  Department department;
  std::string measure;   // of measure.joint, that the system is to carry out; empty: none
  std::string sanction;  // address of the bureau's sanction service
};

// Fills the new folder `out`: pki, policies (the drafts), proto, clients, sandbox. Of what is
// refused nothing is written.
absl::Status Pack(const Kit& kit, const Package& package, const Protos& protos,
                  const std::filesystem::path& out);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_ONBOARD_PACK_H_
