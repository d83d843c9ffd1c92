#include "services/sanction/snapshot/convert.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "libs/rpc/fields.h"

namespace shian::sanction::convert {
namespace {

std::string NameOf(const SnapshotKey& key) {
  return absl::StrCat("operators/", key.first, "/entries/", key.second);
}

}  // namespace

std::string SnapshotName(int64_t sequence) { return absl::StrCat("snapshots/", sequence); }

std::string ToSnapshotItem(const NamedParty& party, const Entry& entry) {
  v1::SnapshotItem item;
  item.set_entry(entry.name());
  item.set_code(party.party.code);
  for (const std::string& name : party.names) item.add_names(name);
  item.set_list(entry.list);
  item.set_ground(entry.ground_title);
  *item.mutable_legal_basis() = ToProto(entry.basis);
  const EntryEvent* published = entry.Last(EntryAct::kPublished);
  if (published != nullptr) *item.mutable_publish_time() = ToProto(published->time);
  *item.mutable_until_date() = ToProto(entry.until);
  item.set_disputed(IsDisputed(entry));
  return rpc::DeterministicBytes(item);
}

v1::SnapshotCard ToCard(const MadeSnapshot& made) {
  std::map<std::string, std::string> by_name;
  for (const auto& [key, item] : made.items) by_name[NameOf(key)] = item;
  v1::SnapshotCard card;
  card.set_snapshot(made.snapshot.sequence);
  card.set_list_revision(made.snapshot.list_revision);
  *card.mutable_make_time() = ToProto(made.snapshot.made);
  *card.mutable_expire_time() = ToProto(made.expires);
  card.set_items_count(static_cast<int64_t>(made.items.size()));
  card.set_items_sha256(SnapshotDigest(by_name));
  card.set_omitted_count(made.omitted);
  return card;
}

}  // namespace shian::sanction::convert
