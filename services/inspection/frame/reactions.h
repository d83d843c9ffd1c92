// The copies follow the registry's facts.
#pragma once

#include "libs/ledger/consumer.h"

namespace shian::inspection::frame {

ledger::Reactions RegistryReactions();

}  // namespace shian::inspection::frame
