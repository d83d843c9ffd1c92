#include "services/ctl/snapshot/snapshot.h"

#include <google/protobuf/util/delimited_message_util.h>

#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/fields.h"
#include "services/ctl/verify/proof.h"
#include "services/sanction/snapshot/snapshot.h"

namespace shian::ctl {
namespace {

namespace pb = shian::sanction::v1;
using google::protobuf::util::ParseDelimitedFromZeroCopyStream;
using google::protobuf::util::SerializeDelimitedToOstream;

constexpr char kFormat[] = "shian.snapshot.1\n";
constexpr char kMadeType[] = "shian.public.sanction.snapshot.made";

absl::Status NoSnapshot(const std::string& path) {
  return absl::InvalidArgumentError(absl::StrCat(path, " is no snapshot, or was cut"));
}

}  // namespace

absl::StatusOr<SnapshotFile> ReadSnapshot(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::string format(sizeof kFormat - 1, '\0');
  file.read(format.data(), static_cast<std::streamsize>(format.size()));
  if (format != kFormat) return NoSnapshot(path);
  google::protobuf::io::IstreamInputStream input(&file);
  SnapshotFile snapshot;
  bool end = false;
  if (!ParseDelimitedFromZeroCopyStream(&snapshot.header, &input, &end)) return NoSnapshot(path);
  while (true) {
    pb::SnapshotItem item;
    if (!ParseDelimitedFromZeroCopyStream(&item, &input, &end)) break;
    snapshot.items[item.entry()] = std::move(item);
  }
  return end ? absl::StatusOr<SnapshotFile>(std::move(snapshot)) : NoSnapshot(path);
}

absl::Status WriteSnapshot(const std::string& path, const SnapshotFile& snapshot) {
  const std::string next = path + ".next";
  {
    std::ofstream file(next, std::ios::binary | std::ios::trunc);
    file << kFormat;
    bool wrote = SerializeDelimitedToOstream(snapshot.header, &file);
    for (const auto& [entry, item] : snapshot.items) {
      wrote = wrote && SerializeDelimitedToOstream(item, &file);
    }
    file.flush();
    if (!wrote || !file) return absl::UnavailableError(absl::StrCat("cannot write ", next));
  }
  if (std::rename(next.c_str(), path.c_str()) != 0) {
    return absl::UnavailableError(absl::StrCat("cannot write ", path));
  }
  return absl::OkStatus();
}

void TakeSnapshotPart(const pb::FetchSnapshotResponse& part, SnapshotFile* snapshot) {
  if (part.has_header()) {
    snapshot->header = part.header();
    if (part.header().base() == 0) snapshot->items.clear();
  }
  for (const std::string& entry : part.removed()) snapshot->items.erase(entry);
  for (const pb::SnapshotItem& item : part.items()) snapshot->items[item.entry()] = item;
}

absl::StatusOr<pb::SnapshotCard> VerifySnapshot(const SnapshotFile& snapshot,
                                                const std::string& pinned_key) {
  RETURN_IF_ERROR(VerifyProof(snapshot.header.card(), pinned_key).status());
  const auto& entry = snapshot.header.card().entry();
  pb::SnapshotCard card;
  // Without its salt the payload was not held against the leaf.
  if (entry.leaf().type() != kMadeType || entry.salt().empty() ||
      !card.ParseFromString(entry.payload())) {
    return absl::DataLossError("the signed entry is no snapshot's card");
  }
  std::map<std::string, std::string> bytes;
  for (const auto& [name, item] : snapshot.items) bytes[name] = rpc::DeterministicBytes(item);
  if (card.items_count() != static_cast<int64_t>(bytes.size()) ||
      card.items_sha256() != sanction::SnapshotDigest(bytes)) {
    return absl::DataLossError("the entries are not those of the signed card");
  }
  return card;
}

absl::Status CheckSnapshotTime(const pb::SnapshotCard& card, absl::Time now) {
  const absl::Time expires = rpc::FromProto(card.expire_time());
  if (now > expires) {
    return absl::FailedPreconditionError(
        absl::StrCat("the snapshot was good until ", FormatTime(expires), ": fetch a new one"));
  }
  if (now < rpc::FromProto(card.make_time())) {
    return absl::FailedPreconditionError(absl::StrCat("the snapshot was made at ",
                                                      FormatTime(rpc::FromProto(card.make_time())),
                                                      ", after this machine's time"));
  }
  return absl::OkStatus();
}

}  // namespace shian::ctl
