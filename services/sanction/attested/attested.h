// Decisions of other authorities as their rows state them.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/base/time.h"
#include "libs/codes/identity.h"
#include "services/sanction/ban/ban.h"
#include "services/sanction/case/penalty.h"
#include "services/sanction/party/matter.h"
#include "services/sanction/party/party.h"

namespace shian::sanction {

// Who says all of it, and who takes it in.
struct AttestedHead {
  std::string origin;
  std::string authority;
  std::string region;
  Actor actor;
};

enum class AttestedEnd { kNone, kAnnulled, kRepaired };

// What every row says.
struct Attested {
  int64_t line = 0;
  std::string source_id;
  Party party;
  std::string decision_number;
  Date decided;
  std::string document_sha256;
  errors::Basis basis;
  std::string reasons;
  AttestedEnd end = AttestedEnd::kNone;
  Date ended;
  std::string content;  // SHA-256 of the row without line and end, and without an identity number
  absl::Status wrong;   // all that is, by field

  // As it is kept; empty without an end.
  std::string EndText() const;
};

struct AttestedPenalty : Attested {
  Penalty penalty;
  Date served;
  std::optional<Date> public_until;  // absent: the origin does not publish it
};

struct AttestedEntry : Attested {
  std::string list;
  std::string ground;
  Date published;
  Date until;
};

struct AttestedBan : Attested {
  std::string ground;
  BanRole role = BanRole::kOperator;
  std::string person_name;
  std::vector<codes::KeyedHash> hashes;
  std::optional<Date> until;  // absent: for life
};

}  // namespace shian::sanction
