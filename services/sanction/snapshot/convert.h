// proto <-> domain for snapshots.
#pragma once

#include <string>

#include "services/sanction/listing/entry.h"
#include "services/sanction/party/convert.h"
#include "services/sanction/party/store.h"
#include "services/sanction/snapshot/snapshot.h"
#include "shian/sanction/v1/snapshot.pb.h"

namespace shian::sanction::convert {

inline constexpr char kSnapshotMadeType[] = "shian.public.sanction.snapshot.made";

// "snapshots/7": what the card is about.
std::string SnapshotName(int64_t sequence);
// Of a legal person, as its bytes are hashed and kept.
std::string ToSnapshotItem(const NamedParty& party, const Entry& entry);

struct MadeSnapshot {
  Snapshot snapshot;
  absl::Time expires;
  const SnapshotItems& items;
  int64_t omitted = 0;
};
v1::SnapshotCard ToCard(const MadeSnapshot& made);

}  // namespace shian::sanction::convert
