#include "services/ctl/snapshot/snapshot.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>

#include "libs/base/time.h"
#include "libs/ledger/leaf.h"
#include "libs/ledger/signer.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/fields.h"
#include "libs/store/testing.h"
#include "services/ctl/screen/offline.h"
#include "services/ctl/verify/proof.h"
#include "services/sanction/snapshot/snapshot.h"

namespace shian::ctl {
namespace {

namespace pb = shian::sanction::v1;

constexpr char kLog[] = "shian.sanction/410902/public/1";
const absl::Time kMade = StartOfDay(Date(2025, 6, 1));

pb::SnapshotItem Item(const std::string& op, const std::string& name, const std::string& code) {
  pb::SnapshotItem item;
  item.set_entry("operators/" + op + "/entries/e");
  item.set_code(code);
  item.add_names(name);
  item.set_list("SAMR_SERIOUS");
  *item.mutable_publish_time() = rpc::ToProto(kMade - absl::Hours(24 * 30));
  item.mutable_until_date()->set_year(2028);
  item.mutable_until_date()->set_month(3);
  item.mutable_until_date()->set_day(3);
  return item;
}

struct Made {
  std::unique_ptr<ledger::Signer> signer = ledger::Signer::Generate();
  SnapshotFile snapshot;

  Made() {
    for (const pb::SnapshotItem& item :
         {Item("914403001922038216", "河南省瑞丰源食品有限公司", "914403001922038216"),
          Item("b", "北京云海科技有限公司", "")}) {
      snapshot.items[item.entry()] = item;
    }
    Sign();
  }
  // A log with the card alone in it.
  void Sign() {
    std::map<std::string, std::string> bytes;
    for (const auto& [name, item] : snapshot.items) bytes[name] = rpc::DeterministicBytes(item);
    pb::SnapshotCard card;
    card.set_snapshot(1);
    card.set_items_count(static_cast<int64_t>(bytes.size()));
    card.set_items_sha256(sanction::SnapshotDigest(bytes));
    *card.mutable_make_time() = rpc::ToProto(kMade);
    *card.mutable_expire_time() = rpc::ToProto(kMade + absl::Hours(72));
    auto* bundle = snapshot.header.mutable_card();
    auto* entry = bundle->mutable_entry();
    entry->set_sequence(1);
    entry->set_salt(std::string(32, 's'));
    entry->set_payload(card.SerializeAsString());
    auto* leaf = entry->mutable_leaf();
    leaf->set_log(shian::ledger::v1::LOG_PUBLIC);
    leaf->set_type("shian.public.sanction.snapshot.made");
    leaf->set_commitment(ledger::Commit(entry->salt(), entry->payload()));
    bundle->set_note(signer->SignNote(kLog, ledger::CheckpointBody({kLog, 1, LeafHashOf(*leaf)})));
  }
  std::string key() const { return signer->VerifierKey(kLog); }
};

TEST_CASE("a snapshot is good as it was signed, until its time") {
  Made made;
  const auto card = VerifySnapshot(made.snapshot, made.key());
  INFO(card.status());
  REQUIRE(card.ok());
  CHECK(CheckSnapshotTime(*card, kMade + absl::Hours(72)).ok());
  CHECK_FALSE(CheckSnapshotTime(*card, kMade + absl::Hours(72) + absl::Seconds(1)).ok());
  CHECK_FALSE(CheckSnapshotTime(*card, kMade - absl::Seconds(1)).ok());
}

TEST_CASE("nothing can be taken out, put in, changed or signed by another") {
  const Made made;
  SnapshotFile less = made.snapshot;
  less.items.erase(less.items.begin());
  CHECK(absl::IsDataLoss(VerifySnapshot(less, made.key()).status()));
  SnapshotFile changed = made.snapshot;
  changed.items.begin()->second.set_list("RED");
  CHECK(absl::IsDataLoss(VerifySnapshot(changed, made.key()).status()));
  SnapshotFile longer = made.snapshot;
  auto* entry = longer.header.mutable_card()->mutable_entry();
  pb::SnapshotCard card;
  card.ParseFromString(entry->payload());
  *card.mutable_expire_time() = rpc::ToProto(kMade + absl::Hours(7200));
  entry->set_payload(card.SerializeAsString());
  CHECK_FALSE(VerifySnapshot(longer, made.key()).ok());
  entry->clear_salt();
  CHECK_FALSE(VerifySnapshot(longer, made.key()).ok());
  CHECK_FALSE(VerifySnapshot(made.snapshot, Made().key()).ok());
}

TEST_CASE("a snapshot is kept whole, and one that was cut is none") {
  const Made made;
  const store::TemporaryFolder folder;
  const std::string path = folder.path() + "/lists.snapshot";
  REQUIRE(WriteSnapshot(path, made.snapshot).ok());
  const auto read = ReadSnapshot(path);
  REQUIRE(read.ok());
  CHECK(VerifySnapshot(*read, made.key()).ok());
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  for (size_t size = 0; size < bytes.size(); size += 7) {
    std::ofstream(path, std::ios::binary) << bytes.substr(0, size);
    const auto cut = ReadSnapshot(path);
    CHECK((!cut.ok() || !VerifySnapshot(*cut, made.key()).ok()));
  }
  CHECK(absl::IsNotFound(ReadSnapshot(folder.path() + "/none").status()));
}

TEST_CASE("a difference brings the file from one snapshot to the next") {
  Made made;
  SnapshotFile kept = made.snapshot;
  pb::FetchSnapshotResponse part;
  part.mutable_header()->set_base(1);
  TakeSnapshotPart(part, &kept);
  CHECK(kept.items.size() == 2);
  part.Clear();
  part.add_removed("operators/b/entries/e");
  *part.add_items() = Item("c", "又一个食品有限公司", "");
  TakeSnapshotPart(part, &kept);
  CHECK(kept.items.size() == 2);
  CHECK(kept.items.contains("operators/c/entries/e"));
  part.Clear();
  part.mutable_header();
  TakeSnapshotPart(part, &kept);
  CHECK(kept.items.empty());
}

TEST_CASE("subjects are screened by the snapshot alone") {
  const Made made;
  const OfflineLists lists(made.snapshot);
  pb::ScreenStreamRequest question;
  const auto ask = [&](const char* code, const char* name) {
    pb::ScreenSubject* subject = question.add_subjects();
    subject->set_code(code);
    subject->set_name(name);
  };
  ask("914403001922038216", "");
  ask("", "河南瑞丰源食品有限责任公司");
  ask("", "河南省瑞丰原食品有限公司");
  ask("", "上海无关餐饮有限公司");
  ask("914403001922038217", "");
  ask("", "");
  const pb::ScreenStreamResponse answer = lists.Answer(question, kMade);
  REQUIRE(answer.results_size() == 6);
  CHECK(answer.results(0).listed());
  CHECK(answer.results(0).matches(0).entry() == "operators/914403001922038216/entries/e");
  CHECK(answer.results(1).matches(0).band() == pb::BAND_SAME);
  CHECK(answer.results(2).matches(0).band() == pb::BAND_REVIEW);
  CHECK_FALSE(answer.results(2).listed());
  CHECK(answer.results(3).matches().empty());
  CHECK(answer.results(4).problem() == "CODE_INVALID");
  CHECK(answer.results(5).problem() == "SUBJECT_EMPTY");
}

}  // namespace
}  // namespace shian::ctl
