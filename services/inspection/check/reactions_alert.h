// Alerts come by trace's feed, and what looking into them came to is told.
#pragma once

#include "libs/ledger/consumer.h"
#include "services/inspection/check/alert.h"

namespace shian::inspection::check {

// "shian.trace.cold.excursion", "shian.trace.balance.alerted" and their withdrawals: each is filed
// once, and falls away when trace takes it back before anybody looked into it.
ledger::Reactions TraceReactions();

// Settles an open alert and tells it, without who did and why.
absl::Status Settle(store::WriteTx& tx, Alert& alert, Settlement settlement);

}  // namespace shian::inspection::check
