#include "services/registry/operator/row.h"

#include <catch2/catch.hpp>
#include <random>

#include "libs/base/hash.h"
#include "libs/base/testing.h"
#include "libs/codes/codes.h"

namespace shian::registry {
namespace {

const IdentityHasher& Hasher() {
  static const auto* const hasher =
      new IdentityHasher(*IdentityHasher::Create(std::string(64, 'k')));
  return *hasher;
}

RawRow Firm() {
  RawRow row;
  row.line = 2;
  row.source_id = "CY000001";
  row.title = "澄沅县青禾肉类加工有限公司";
  row.code = *codes::MakeUscc("91410902MA3X4Y5W8");
  row.kind = "食品生产";
  row.form = "企业";
  row.region = "410902";
  row.town = "城关镇";
  row.address = "城关镇春晓路12号";
  row.longitude = "115.029";
  row.latitude = "35.7654321";
  row.gln = "6901234000016";
  row.licence_from = "2024-03-01";
  row.licence_to = "2029-02-28";
  row.principal = "张三丰";
  row.principal_identity_number = "410902188012310010";
  row.floor_area_m2 = "180";
  row.food_categories = "0401|0402";
  return row;
}

RawRow SoleTrader() {
  RawRow row = Firm();
  row.source_id = "CY000002";
  row.title = "澄沅县李记小吃店";
  row.code = *codes::MakeUscc("92410902MA3X4Y5W8");
  row.kind = "餐饮服务";
  row.form = "个体工商户";
  return row;
}

// The one rule that `row` breaks.
RowViolation Broken(const RawRow& row) {
  const JudgedRow judged = JudgeRow(row, "410902", Hasher());
  REQUIRE(judged.violations.size() == 1);
  return judged.violations[0];
}

TEST_CASE("a good row becomes a profile") {
  const JudgedRow judged = JudgeRow(Firm(), "410902", Hasher());
  REQUIRE(judged.valid());
  const Profile& profile = judged.profile;
  REQUIRE(profile.core.kind == Kind::kFoodProducer);
  REQUIRE(profile.core.status == Status::kTrading);
  REQUIRE(profile.core.floor_area_m2 == 180);
  REQUIRE(profile.core.food_categories == std::vector<std::string>{"0401", "0402"});
  const Site& site = profile.payload.sites.at(0);
  REQUIRE(site.longitude_microdegrees == 115'029'000);
  REQUIRE(site.latitude_microdegrees == 35'765'432);
}

TEST_CASE("an identity number is kept as its keyed hash only") {
  const JudgedRow judged = JudgeRow(Firm(), "410902", Hasher());
  const PostHolder& principal = judged.profile.payload.posts.at(0);
  REQUIRE(principal.identity->hash.size() == kSha256Bytes);
  REQUIRE(principal.identity->key_id == Hasher().key_id());
  const auto other = IdentityHasher::Create(std::string(64, 'j'));
  REQUIRE(other->OfIdentityNumber("410902188012310010").hash != principal.identity->hash);
  REQUIRE(other->key_id() != Hasher().key_id());
  REQUIRE_FALSE(IdentityHasher::Create("short").ok());
}

TEST_CASE("each rule is named with its field") {
  const struct {
    const char* field;
    const char* rule;
    void (*spoil)(RawRow*);
  } cases[] = {
      {"source_id", "REQUIRED", [](RawRow* r) { r->source_id.clear(); }},
      {"title", "REQUIRED", [](RawRow* r) { r->title = " 　"; }},
      {"title", "TEXT_INVALID", [](RawRow* r) { r->title = "a\x01z"; }},
      {"title", "TEXT_TOO_LONG", [](RawRow* r) { r->title = std::string(101, 'x'); }},
      {"code", "CODE_REQUIRED", [](RawRow* r) { r->code.clear(); }},
      {"code", "USCC_LENGTH", [](RawRow* r) { r->code.pop_back(); }},
      {"code", "USCC_CHARACTER", [](RawRow* r) { r->code[10] = 'O'; }},
      {"code", "CODE_OF_SOLE_TRADER",
       [](RawRow* r) { r->code = *codes::MakeUscc("92410902MA3X4Y5W8"); }},
      {"kind", "KIND_UNKNOWN", [](RawRow* r) { r->kind = "食品运输"; }},
      {"form", "FORM_UNKNOWN", [](RawRow* r) { r->form = "?"; }},
      {"status", "STATUS_UNKNOWN", [](RawRow* r) { r->status = "?"; }},
      {"region", "REGION_OUTSIDE", [](RawRow* r) { r->region = "410903"; }},
      {"region", "REGION_SHAPE", [](RawRow* r) { r->region = "4109"; }},
      {"longitude", "COORDINATE_INVALID", [](RawRow* r) { r->longitude = "181"; }},
      {"latitude", "COORDINATE_INVALID", [](RawRow* r) { r->latitude = "35,7"; }},
      {"gln", "GLN_CHECK_DIGIT", [](RawRow* r) { r->gln = "6901234000017"; }},
      {"licence_number", "JY_CHECK_DIGIT",
       [](RawRow* r) { r->licence_number = "JY13301080111111"; }},
      {"licence_from", "DATE_INVALID", [](RawRow* r) { r->licence_from = "2025-02-30"; }},
      {"licence_to", "DATE_ORDER", [](RawRow* r) { r->licence_to = "2020-01-01"; }},
      {"principal_identity_number", "CITIZEN_ID_BIRTH",
       [](RawRow* r) { r->principal_identity_number = "11010519490231002X"; }},
      {"floor_area_m2", "NUMBER_INVALID", [](RawRow* r) { r->floor_area_m2 = "-1"; }},
      {"diners", "NUMBER_INVALID", [](RawRow* r) { r->diners = "1.5"; }},
      {"food_categories", "ITEM_INVALID", [](RawRow* r) { r->food_categories = "04|肉"; }},
      {"attributes", "ATTRIBUTE_KEY",
       [](RawRow* r) {
         r->attributes = {{"Bad key", "1"}};
       }},
  };
  for (const auto& one : cases) {
    RawRow row = Firm();
    one.spoil(&row);
    const RowViolation broken = Broken(row);
    INFO(one.field << " " << one.rule << " got " << broken.rule.word);
    REQUIRE(broken.field == one.field);
    REQUIRE(broken.rule.word == one.rule);
    REQUIRE_FALSE(broken.rule.zh.empty());
  }
}

TEST_CASE("all rules of a row are reported together") {
  RawRow row = Firm();
  row.kind = "?";
  row.gln = "1";
  row.licence_to = "never";
  REQUIRE(JudgeRow(row, "410902", Hasher()).violations.size() == 3);
}

TEST_CASE("what a refusal quotes of a person is masked") {
  RawRow row = SoleTrader();
  row.code[16] = row.code[16] == '1' ? '2' : '1';
  REQUIRE(Broken(row).value.find("****") != std::string::npos);
  REQUIRE(Broken(row).value != row.code);

  row = SoleTrader();
  row.title = std::string(101, 'q');
  REQUIRE(Broken(row).value.find("qq") == std::string::npos);

  row = Firm();  // the principal of a firm is a person too
  row.principal_identity_number = "41090218801231001X";
  REQUIRE(Broken(row).value == "4109021880****001X");

  row = Firm();
  row.code[16] = row.code[16] == '1' ? '2' : '1';
  REQUIRE(Broken(row).value == row.code);
}

TEST_CASE("no cell, however broken, stops the judge, and what it lets through is clean") {
  std::mt19937_64 random(testing::Seed());
  const auto noise = [&](size_t max) {
    std::string text(random() % (max + 1), '\0');
    for (char& c : text)
      c = static_cast<char>(random() % 3 == 0 ? random() % 256 : '0' + random() % 10);
    return text;
  };
  for (int i = 0; i < 2000; ++i) {
    RawRow row = i % 2 == 0 ? Firm() : SoleTrader();
    std::string* cells[] = {&row.source_id,
                            &row.title,
                            &row.code,
                            &row.kind,
                            &row.form,
                            &row.status,
                            &row.region,
                            &row.office,
                            &row.address,
                            &row.longitude,
                            &row.gln,
                            &row.licence_number,
                            &row.licence_to,
                            &row.principal,
                            &row.principal_identity_number,
                            &row.diners,
                            &row.food_categories};
    *cells[random() % std::size(cells)] = noise(40);
    const JudgedRow judged = JudgeRow(row, "410902", Hasher());
    REQUIRE(judged.valid() == !judged.content.empty());
    REQUIRE(judged.profile.payload.title.find_first_of("\t\n") == std::string::npos);
    for (const RowViolation& violation : judged.violations) {
      REQUIRE_FALSE(violation.rule.word.empty());
    }
  }
}

TEST_CASE("the content's digest sees every field and nothing else") {
  const std::string content = JudgeRow(Firm(), "410902", Hasher()).content;
  RawRow other = Firm();
  other.line = 77;
  other.source_id = "CY000009";
  REQUIRE(JudgeRow(other, "410902", Hasher()).content == content);
  other.town = "柳坡镇";
  REQUIRE(JudgeRow(other, "410902", Hasher()).content != content);
  RawRow shifted = Firm();  // the same bytes over another boundary
  shifted.town = Firm().town + "甲";
  shifted.address = "";
  RawRow shifted2 = Firm();
  shifted2.town = Firm().town;
  shifted2.address = "甲";
  REQUIRE(JudgeRow(shifted, "410902", Hasher()).content !=
          JudgeRow(shifted2, "410902", Hasher()).content);
}

}  // namespace
}  // namespace shian::registry
