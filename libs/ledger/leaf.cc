#include "libs/ledger/leaf.h"

#include "libs/base/big_endian.h"
#include "libs/base/hash.h"
#include "libs/base/time.h"

namespace shian::ledger {
namespace {

constexpr absl::string_view kFormat = "shian.leaf.v1";
constexpr size_t kUsualBytes = 512;  // most leaves fit, and none has to

// The length before the text keeps neighbours apart: ("ab", "c") is not ("a", "bc").
void AppendText(std::string* out, absl::string_view text) {
  AppendBigEndian(out, text.size(), 4);
  out->append(text.data(), text.size());
}

void AppendNumber(std::string* out, int64_t value) {
  AppendBigEndian(out, static_cast<uint64_t>(value), 8);
}

}  // namespace

std::string LeafBytes(const Leaf& leaf) {
  std::string out;
  out.reserve(kUsualBytes);
  AppendText(&out, kFormat);
  AppendText(&out, leaf.origin);
  AppendText(&out, LogName(leaf.log));
  AppendNumber(&out, leaf.epoch);
  AppendText(&out, leaf.type);
  AppendText(&out, leaf.subject);
  AppendText(&out, leaf.region);
  AppendNumber(&out, ToMicros(leaf.time));
  AppendText(&out, leaf.cause);
  AppendText(&out, leaf.commitment);
  return out;
}

std::string Commit(absl::string_view salt, absl::string_view payload) {
  Sha256Stream hash;
  hash.Update(salt);
  hash.Update(payload);
  return hash.Finish();
}

}  // namespace shian::ledger
