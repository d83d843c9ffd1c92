// What callers hand back to us: cursors of a feed, ids of changes, revisions. What is taken for one
// is the one that we would have made.
#include "libs/ledger/change.h"
#include "libs/ledger/entries.h"
#include "libs/ledger/revision.h"
#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

using ledger::Log;

const std::string& Origin() {
  static const auto& origin = *new std::string("shian.test/410902");
  return origin;
}

// A store that answers the one question RequireRevision asks: the heads of its three logs.
class Heads : public store::Session {
 public:
  absl::StatusOr<int64_t> Run(const char*, const std::vector<store::Value>&, RowFn row) override {
    for (int64_t log = 0; log < 3; ++log) {
      const absl::Status taken = row(store::Row(store::Values(log, 1, 100 + log)));
      if (!taken.ok()) return taken;
    }
    return 0;
  }
};

void CheckCursor(absl::string_view input, Log log) {
  const auto position = ledger::ParseCursor(input, Origin(), log);
  if (!position.ok()) return;
  const auto again =
      ledger::ParseCursor(ledger::MakeCursor(Origin(), log, *position), Origin(), log);
  CHECK_OK(again);
  CHECK_EQ(again->epoch, position->epoch);
  CHECK_EQ(again->sequence, position->sequence);
}

void CheckChangeId(absl::string_view input) {
  const auto id = ledger::ParseChangeId(input);
  if (!id.ok()) return;
  const std::string text = ledger::FormatChangeId(*id);
  const auto again = ledger::ParseChangeId(text);
  CHECK_OK(again);
  CHECK(ledger::FormatChangeId(*again) == text);
}

void CheckRevision(absl::string_view input) {
  Heads heads;
  store::ReadTx tx(heads, Origin());
  const absl::StatusCode code = ledger::RequireRevision(tx, input).code();
  CHECK(code == absl::StatusCode::kOk || code == absl::StatusCode::kInvalidArgument ||
        code == absl::StatusCode::kUnavailable);
  CHECK_OK(ledger::RequireRevision(tx, *ledger::Revision(tx)));
}

}  // namespace

FUZZ_TARGET(cursor) {
  for (const Log log : {Log::kFacts, Log::kPublic, Log::kAudit}) CheckCursor(input, log);
  CheckChangeId(input);
  CheckRevision(input);
}

}  // namespace shian::fuzz
