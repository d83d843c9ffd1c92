// PublicLookup over mTLS as the public's system, with a real store, recalls and their proofs.
#include "google/protobuf/util/json_util.h"
#include "libs/ledger/verify.h"
#include "services/trace/recall/testing.h"
#include "services/trace/service_testing.h"
#include "shian/ledger/v1/ledger_service.grpc.pb.h"

namespace shian::trace {
namespace {

constexpr char kMeatUrn[] = "urn:epc:class:lgtin:6901234.056789.M1";
constexpr char kPallet[] = "https://id.gs1.org/00/069012340000000016";
constexpr char kProduct[] = "https://id.gs1.org/01/06901234567892";

v1::PublicCard Look(World& world, const std::string& scanned) {
  v1::PublicLookupRequest in;
  in.set_scanned(scanned);
  v1::PublicLookupResponse out;
  const grpc::Status status = world.lookup->PublicLookup(Context().get(), in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  CHECK_FALSE(out.revision().empty());
  return out.card();
}

std::vector<v1::CardWarning> WarningsOf(const v1::PublicCard& card) {
  std::vector<v1::CardWarning> warnings;
  for (const int warning : card.warnings()) {
    warnings.push_back(static_cast<v1::CardWarning>(warning));
  }
  return warnings;
}

void Register(World& world, const std::string& name, const std::string& gln,
              const std::string& region, const std::string& title,
              registry::v1::OperatorForm form) {
  registry::v1::OperatorChanged changed;
  registry::v1::Operator* of = changed.mutable_operator_();
  of->set_name(name);
  of->set_title(title);
  of->set_form(form);
  of->set_region(region);
  auto* post = of->add_posts();
  post->set_masked_name("王**");
  auto* site = of->add_sites();
  site->set_gln(gln);
  site->set_region(region);
  site->set_address("人民路1号");
  world.React(GenealogyReactions(), "shian.registry.operator.registered",
              changed.SerializeAsString());
}

void RegisterAll(World& world) {
  Register(world, "operators/supplier", "6901234000016", "410902", "澄沅县肉联厂有限公司",
           registry::v1::OPERATOR_FORM_ENTERPRISE);
  Register(world, "operators/canteen", "9520000000011", "410922", "李四小吃店",
           registry::v1::OPERATOR_FORM_SOLE_TRADER);
}

// The lot made at the supplier's from what came, on the day of the tests.
std::string MeatMade(const std::string& ilmd, const std::string& more = "") {
  return Document(EventJson(
      "ObjectEvent", "08:30:00",
      absl::StrCat(R"("action":"ADD","bizStep":"commissioning","quantityList":[{"epcClass":")",
                   kMeatUrn, R"(","quantity":30,"uom":"KGM"}],"readPoint":{"id":")", kSupplier,
                   R"("},"ilmd":{)", ilmd, "}", more)));
}
constexpr char kIlmd[] = R"("cbvmda:descriptionShort":"猪肉","cbvmda:productionDate":"2025-03-03",)"
                         R"("cbvmda:itemExpirationDate":"2025-03-20")";

TEST_CASE("a lot's card says who made it, how long it is good and which way it went") {
  World world;
  RegisterAll(world);
  world.Capture(MeatChain());
  world.Capture(MeatMade(kIlmd));
  for (const char* scanned :
       {kMeatUrn, kMeat, "https://shop.example/01/06901234567892/10/M1?17=250320"}) {
    const v1::PublicCard card = Look(world, scanned);
    CHECK(card.identifier() == kMeat);
    CHECK(card.kind() == v1::EPC_KIND_LOT);
    CHECK(card.product() == kProduct);
    CHECK(card.warnings().empty());
    CHECK(card.product_name() == "猪肉");
    CHECK(card.production_date().day() == 3);
    CHECK(card.last_date().day() == 20);
    CHECK(card.last_date_kind() == v1::EXPIRY_KIND_EXPIRATION);
    CHECK(card.maker().title() == "澄沅县肉联厂有限公司");
    CHECK(card.maker().region() == "410902");
    REQUIRE(card.steps_size() == 3);
    // Of its own, and of the pallet that it is on.
    CHECK(card.steps(0).biz_step() == "commissioning");
    CHECK(card.steps(1).biz_step() == "packing");
    CHECK(card.steps(2).biz_step() == "shipping");
    CHECK(card.steps(2).region() == "410902");
    CHECK(card.steps(2).date().day() == 3);
    CHECK_FALSE(card.steps_cut());
    CHECK(card.recalls().empty());
  }
  CHECK(Look(world, kPallet).kind() == v1::EPC_KIND_LOGISTIC_UNIT);
  CHECK(Look(world, kPallet).steps_size() == 2);
}

TEST_CASE("no person, no place below a county and no private word is on a card") {
  World world;
  RegisterAll(world);
  world.Capture(MeatChain());
  world.Capture(MeatMade(absl::StrCat(kIlmd, R"(,"ex:farmer":"张三")")));
  // The sole trader makes something of it, in a step with a name of its own.
  world.Capture(Document(EventJson(
      "ObjectEvent", "11:00:00",
      absl::StrCat(
          R"("action":"ADD","bizStep":"https://lisi.example/for-wangwu","quantityList":)",
          R"([{"epcClass":"urn:epc:class:lgtin:6901234.056789.M9","quantity":1,"uom":)",
          R"("KGM"}],"readPoint":{"id":")", kCanteen,
          R"("},"bizTransactionList":[{"bizTransaction":"urn:epcglobal:cbv:bt:952:A17"}])"))));
  for (const char* scanned : {kMeat, kPallet, kProduct, "urn:epc:class:lgtin:6901234.056789.M9"}) {
    std::string text;
    REQUIRE(google::protobuf::util::MessageToJsonString(Look(world, scanned), &text).ok());
    for (const char* closed : {"李四", "王*", "张三", "人民路", "6901234000016", "9520000000011",
                               "414", "operators/", "lisi", "wangwu", "A17", "urn:epc"}) {
      INFO(scanned << " tells " << closed << ": " << text);
      CHECK(text.find(closed) == std::string::npos);
    }
  }
  const v1::PublicCard card = Look(world, "urn:epc:class:lgtin:6901234.056789.M9");
  CHECK(card.has_maker());
  CHECK(card.maker().title().empty());
  CHECK(card.maker().region() == "410922");
  REQUIRE(card.steps_size() == 1);
  CHECK(card.steps(0).biz_step().empty());
}

TEST_CASE("a title goes with the operator's erasure") {
  World world;
  RegisterAll(world);
  world.Capture(MeatMade(kIlmd));
  CHECK_FALSE(Look(world, kMeat).maker().title().empty());
  registry::v1::OperatorErased erased;
  erased.set_name("operators/supplier");
  world.React(ErasureReactions(), "shian.registry.operator.erased", erased.SerializeAsString());
  CHECK(Look(world, kMeat).maker().title().empty());
  CHECK(Look(world, kMeat).maker().region().empty());
}

TEST_CASE("goods of which nothing is recorded get a card that says so, and only that") {
  World world;
  world.Capture(MeatChain());
  for (const char* scanned : {"https://id.gs1.org/01/06901234567892/10/M2", "6901234567892",
                              "urn:shian:lot:zsl:914403001922038216:B1"}) {
    v1::PublicCard card = Look(world, scanned);
    CHECK(WarningsOf(card) == std::vector<v1::CardWarning>{v1::CARD_WARNING_NOT_RECORDED});
    CHECK_FALSE(card.identifier().empty());
    card.clear_identifier(), card.clear_kind(), card.clear_product(), card.clear_warnings();
    CHECK(card.ByteSizeLong() == 0);
  }
}

TEST_CASE("text that names no goods is refused by a rule with its name") {
  World world;
  for (const auto& [scanned, rule] : std::vector<std::pair<std::string, std::string>>{
           {"", "SCAN_EMPTY"},
           {"https://example.com", "NO_GOODS"},
           {kSupplier, "NO_GOODS"},
           {"6901234567893", "EPC_CHECK_DIGIT"},
           {std::string(100'000, 'x'), "URI_MALFORMED"}}) {
    v1::PublicLookupRequest in;
    in.set_scanned(scanned);
    v1::PublicLookupResponse out;
    const grpc::Status status = world.lookup->PublicLookup(Context().get(), in, &out);
    CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    const auto wrong = errors::ViolationsOf(rpc::FromGrpc(status));
    REQUIRE(wrong.size() == 1);
    CHECK(wrong.front().first == "scanned");
    CHECK(wrong.front().second.word == rule);
  }
}

TEST_CASE("goods say first that they are expired, from the day after their last one") {
  World world;
  world.Capture(MeatMade(kIlmd));
  world.Advance(absl::Hours(24 * 17));  // the last day
  CHECK(Look(world, kMeat).warnings().empty());
  world.Advance(absl::Hours(24));
  CHECK(WarningsOf(Look(world, kMeat)) == std::vector<v1::CardWarning>{v1::CARD_WARNING_EXPIRED});
}

TEST_CASE("a corrected event leaves the link alive, and the card says so") {
  World world;
  RegisterAll(world);
  world.Capture(MeatMade(kIlmd));
  world.Capture(MeatMade(kIlmd,
                         R"(,"errorDeclaration":{"declarationTime":"2025-03-04T12:00:00+08:00",)"
                         R"("reason":"incorrect_data"})"));
  v1::PublicCard card = Look(world, kMeat);
  CHECK(WarningsOf(card) == std::vector<v1::CardWarning>{v1::CARD_WARNING_CORRECTED});
  CHECK(card.product_name().empty());
  CHECK_FALSE(card.has_last_date());
  CHECK_FALSE(card.has_maker());
  CHECK(card.steps().empty());
  world.Capture(MeatMade(R"("cbvmda:descriptionShort":"五花肉")"));
  card = Look(world, kMeat);
  CHECK(WarningsOf(card) == std::vector<v1::CardWarning>{v1::CARD_WARNING_CORRECTED});
  CHECK(card.product_name() == "五花肉");
}

TEST_CASE("an item's card tells of its lot too, where that was scanned") {
  World world;
  world.Capture(MeatMade(kIlmd));
  const v1::PublicCard with = Look(world, "https://x.cn/01/06901234567892/10/M1/21/7");
  CHECK(with.identifier() == "https://id.gs1.org/01/06901234567892/21/7");
  CHECK(with.lot() == kMeat);
  CHECK(with.product_name() == "猪肉");
  CHECK(with.last_date().day() == 20);
  CHECK(with.warnings().empty());
  CHECK(WarningsOf(Look(world, "https://x.cn/01/06901234567892/21/7")) ==
        std::vector<v1::CardWarning>{v1::CARD_WARNING_NOT_RECORDED});
}

TEST_CASE("a class of goods has a name and no way") {
  World world;
  RegisterAll(world);
  world.Capture(Document(EventJson(
      "ObjectEvent", "08:00:00",
      absl::StrCat(R"("action":"ADD","bizStep":"commissioning","quantityList":[{"epcClass":)",
                   R"("urn:epc:idpat:sgtin:6901234.056789.*","quantity":1}],"ilmd":{)", kIlmd,
                   R"(},"readPoint":{"id":")", kSupplier, R"("})"))));
  const v1::PublicCard card = Look(world, "6901234567892");
  CHECK(card.kind() == v1::EPC_KIND_CLASS);
  CHECK(card.product_name() == "猪肉");
  CHECK(card.warnings().empty());
  CHECK(card.steps().empty());
  CHECK_FALSE(card.has_maker());
  CHECK_FALSE(card.has_last_date());
}

// What anyone does who has the log's key.
void Verify(World& world, const ledger::v1::ProofBundle& proof) {
  const auto stub =
      ledger::v1::LedgerService::NewStub(rpc::testing::ChannelAs("public", world.folder));
  ledger::v1::GetCheckpointRequest in;
  in.set_log(ledger::v1::LOG_PUBLIC);
  ledger::v1::GetCheckpointResponse latest;
  REQUIRE(stub->GetCheckpoint(Context().get(), in, &latest).ok());
  const auto checkpoint = ledger::VerifyNote(proof.note(), latest.verifier_key());
  INFO(checkpoint.status());
  REQUIRE(checkpoint.ok());
  const ledger::v1::Leaf& in_leaf = proof.entry().leaf();
  ledger::Leaf leaf;
  leaf.origin = in_leaf.origin();
  leaf.log = ledger::Log::kPublic;
  leaf.epoch = in_leaf.epoch();
  leaf.type = in_leaf.type();
  leaf.subject = in_leaf.subject();
  leaf.region = in_leaf.region();
  leaf.time = rpc::FromProto(in_leaf.time());
  leaf.cause = in_leaf.cause();
  leaf.commitment = in_leaf.commitment();
  CHECK(ledger::VerifyInclusion(proof.entry().sequence() - 1, checkpoint->size,
                                ledger::HashLeaf(ledger::LeafBytes(leaf)),
                                {proof.inclusion_hashes().begin(), proof.inclusion_hashes().end()},
                                checkpoint->root)
            .ok());
  CHECK(ledger::VerifyCommitment(leaf.commitment, proof.entry().salt(), proof.entry().payload())
            .ok());
  leaf.subject += "x";
  CHECK_FALSE(
      ledger::VerifyInclusion(
          proof.entry().sequence() - 1, checkpoint->size, ledger::HashLeaf(ledger::LeafBytes(leaf)),
          {proof.inclusion_hashes().begin(), proof.inclusion_hashes().end()}, checkpoint->root)
          .ok());
}

// The card once its recall stands under a checkpoint in state `state`.
v1::PublicCard Proven(World& world, const std::string& scanned, v1::RecallState state) {
  for (int tries = 0; tries < 200; ++tries) {
    v1::PublicCard card = Look(world, scanned);
    v1::RecallCard entry;
    if (card.recalls_size() == 1 && card.recalls(0).has_proof() &&
        entry.ParseFromString(card.recalls(0).proof().entry().payload()) &&
        entry.state() == state) {
      return card;
    }
    absl::SleepFor(absl::Milliseconds(50));
  }
  FAIL("no proof came");
  return {};
}

TEST_CASE("recalled goods say so first, with a proof that the recall was published") {
  testing::Story story;
  World& world = story.world;
  // What is only proposed is not public.
  CHECK(Look(world, kMeat).recalls().empty());
  CHECK(Look(world, kMeat).warnings().empty());
  story.Freeze();
  for (const char* scanned : {kMeat, kPallet}) {
    const v1::PublicCard card = Proven(world, scanned, v1::RECALL_STATE_FROZEN);
    CHECK(WarningsOf(card) == std::vector<v1::CardWarning>{v1::CARD_WARNING_RECALLED});
    const v1::CardRecall& recall = card.recalls(0);
    CHECK(recall.name() == story.name);
    CHECK(recall.recall_class() == v1::RECALL_CLASS_TWO);
    CHECK(recall.state() == v1::RECALL_STATE_FROZEN);
    CHECK(recall.failed_lot() == kMeat);
    CHECK(recall.lots().empty());
    CHECK(recall.has_publish_time());
    Verify(world, recall.proof());
  }
  // A shopper who knows the product only, or an item without its lot, is told to look for the lot.
  for (const char* scanned : {"6901234567892", "https://id.gs1.org/01/06901234567892/21/7"}) {
    const v1::PublicCard card = Look(world, scanned);
    REQUIRE(card.warnings_size() >= 1);
    CHECK(card.warnings(0) == v1::CARD_WARNING_LOTS_RECALLED);
    REQUIRE(card.recalls_size() == 1);
    REQUIRE(card.recalls(0).lots_size() == 1);
    CHECK(card.recalls(0).lots(0) == kMeat);
  }
  const v1::PublicCard item = Look(world, "https://x.cn/01/06901234567892/10/M1/21/7");
  CHECK(item.warnings(0) == v1::CARD_WARNING_RECALLED);
  // Other goods are not.
  CHECK(Look(world, "https://id.gs1.org/01/06901234567892/10/M").recalls().empty());
  CHECK(Look(world, "urn:epc:idpat:sgtin:6909999.012345.*").recalls().empty());
}

TEST_CASE("an ordered recall is public before its scope is frozen") {
  testing::Story story;
  story.world.Advance(absl::Hours(49));
  v1::OrderRecallRequest order;
  order.set_name(story.name);
  order.set_reason("逾期未启动召回");
  v1::OrderRecallResponse ordered;
  REQUIRE(story.Do(&testing::Conduct::OrderRecall, order, &ordered, "head", "p2").ok());
  const v1::PublicCard card = Proven(story.world, kMeat, v1::RECALL_STATE_PROPOSED);
  CHECK(card.warnings(0) == v1::CARD_WARNING_RECALLED);
  CHECK(card.recalls(0).ordered());
  Verify(story.world, card.recalls(0).proof());
  CHECK(Look(story.world, "6901234567892").warnings(0) == v1::CARD_WARNING_LOTS_RECALLED);
}

TEST_CASE("a recall that fell away stays on the card and warns no more") {
  testing::Story story;
  World& world = story.world;
  story.Freeze();
  Proven(world, kMeat, v1::RECALL_STATE_FROZEN);
  inspection::v1::SampleFinalised finalised;
  finalised.set_sample("samples/1");
  finalised.set_outcome(inspection::v1::SAMPLE_OUTCOME_OVERTURNED);
  world.React(RecallReactions(world.host->edge()), "shian.inspection.sample.finalised",
              finalised.SerializeAsString());
  const v1::PublicCard card = Proven(world, kMeat, v1::RECALL_STATE_WITHDRAWN);
  CHECK(card.warnings().empty());
  CHECK(card.recalls(0).state() == v1::RECALL_STATE_WITHDRAWN);
  Verify(world, card.recalls(0).proof());
}

TEST_CASE("the public's system may look up and nothing else") {
  World world;
  const auto channel = rpc::testing::ChannelAs("public", world.folder);
  v1::ListCodesResponse codes;
  CHECK(v1::CodeService::NewStub(channel)->ListCodes(Context().get(), {}, &codes).error_code() ==
        grpc::StatusCode::PERMISSION_DENIED);
  v1::ListRecallsResponse recalls;
  CHECK(v1::RecallService::NewStub(channel)
            ->ListRecalls(Context().get(), {}, &recalls)
            .error_code() == grpc::StatusCode::PERMISSION_DENIED);
}

}  // namespace
}  // namespace shian::trace
