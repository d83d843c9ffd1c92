// The copies follow the registry's facts.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libs/ledger/consumer.h"

namespace shian::inspection::frame {

// What a module forgets of an operator whose payload is erased by lawful order (依法删除).
using Eraser = std::function<absl::Status(store::WriteTx&, const std::string& operator_id)>;

ledger::Reactions RegistryReactions(std::vector<Eraser> erasers = {});

}  // namespace shian::inspection::frame
