// What acts of a case state beyond their text, as rows of names, numbers and words.
#pragma once

#include "absl/status/status.h"
#include "libs/store/store.h"
#include "services/sanction/case/case.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {

// Of the event, with the chosen rung of its penalty; what people wrote goes to the erasable texts.
absl::Status PutDetail(store::WriteTx& tx, const Case& c, const Event& event);
// Fills the details of all events, which must be there.
absl::Status ReadDetails(store::ReadTx& tx, Case* c);
// A text of a detail; others are left alone.
void PlaceDetailText(const Written& written, Event* event);

}  // namespace shian::sanction
