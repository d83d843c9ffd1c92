// Batch codes that the country's own schemes give, the second namespace beside the GS1 keys:
//   urn:shian:lot:SCHEME:SUBJECT:BATCH
// SCHEME "nyt4712": the trace code of an outgoing batch (追溯码) as NY/T 4712 models it;
// "zsl": a batch on 浙食链. SUBJECT: who gave it, by unified social credit code or GLN. BATCH: the
// batch number as printed. The schemes' printed forms differ from firm to firm, so the form is
// ours.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "services/trace/capture/epc.h"

namespace shian::trace {

inline constexpr absl::string_view kNationalLot = "urn:shian:lot:";

// The canonical form: the subject in capitals, needless percent-encoding undone.
Epc FromNationalCode(absl::string_view text);

// `text` with its escapes (%2F) undone; nothing when one is broken or the bytes are no UTF-8.
std::optional<std::string> PercentDecoded(absl::string_view text);

// The code of a batch; empty when `subject` or `batch` cannot be part of one.
std::string NationalLot(absl::string_view scheme, absl::string_view subject,
                        absl::string_view batch);

}  // namespace shian::trace
