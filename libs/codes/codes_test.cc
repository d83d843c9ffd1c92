#include "libs/codes/codes.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "libs/base/testing.h"
#include "libs/codes/check_digits.h"
#include "libs/codes/rules.h"
#include "libs/errors/details.h"

namespace shian::codes {
namespace {

struct Vector {
  Kind kind;
  const char* text;
  bool valid;
};

// Real and published numbers, and wrong ones beside them.
constexpr Vector kVectors[] = {
    {Kind::kUscc, "914403001922038216", true},
    {Kind::kUscc, "91330100799655058B", true},
    {Kind::kUscc, "9144030071526726XG", true},
    {Kind::kUscc, "9152000071430580XT", true},
    {Kind::kUscc, "91110000802100433B", true},
    {Kind::kUscc, "91330000142916567N", true},
    {Kind::kUscc, "914403001922038217", false},
    {Kind::kUscc, "91330100799655O58B", false},
    {Kind::kUscc, "91330100799655058", false},
    {Kind::kUscc, "91330100799656058B", false},
    {Kind::kOrganisationCode, "19220382-1", true},
    {Kind::kOrganisationCode, "79965505-8", true},
    {Kind::kOrganisationCode, "71526726-X", true},
    {Kind::kOrganisationCode, "71430580X", true},
    {Kind::kOrganisationCode, "19220382-2", false},
    {Kind::kOrganisationCode, "79956505-8", false},
    {Kind::kOrganisationCode, "71526726-10", false},
    {Kind::kProductionLicence, "SC10633019702613", true},
    {Kind::kProductionLicence, "SC11834020305037", true},
    {Kind::kProductionLicence, "SC11532139200465", true},
    {Kind::kProductionLicence, "SC12434017430075", true},
    {Kind::kProductionLicence, "SC11432010400101", true},
    {Kind::kProductionLicence, "SC11837048101233", true},
    {Kind::kProductionLicence, "SC11464010500015", true},
    {Kind::kProductionLicence, "SC12636098200051", true},
    {Kind::kProductionLicence, "SC11333019700024", true},
    {Kind::kProductionLicence, "SC10633019702614", false},
    {Kind::kProductionLicence, "SC10633042101885", false},
    {Kind::kProductionLicence, "SC14033019702613", false},
    {Kind::kProductionLicence, "QS330106010001", false},
    {Kind::kOperationLicence, "JY13301080111719", true},
    {Kind::kOperationLicence, "JY14403030012013", true},
    {Kind::kOperationLicence, "JY24109020000019", true},
    {Kind::kOperationLicence, "JY33304820000455", true},
    {Kind::kOperationLicence, "JY13301080111111", false},
    {Kind::kOperationLicence, "JY14403050041826", false},
    {Kind::kOperationLicence, "JY93301080111719", false},
    {Kind::kCitizenId, "11010519491231002X", true},
    {Kind::kCitizenId, "440524188001010014", true},
    {Kind::kCitizenId, "410902188012310010", true},
    {Kind::kCitizenId, "110105194912310021", false},
    {Kind::kCitizenId, "11010519490231002X", false},
    {Kind::kCitizenId, "1101051949123100", false},
    {Kind::kGtin, "4006381333931", true},
    {Kind::kGtin, "09521234543213", true},
    {Kind::kGtin, "04012345111118", true},
    {Kind::kGtin, "80614141123458", true},
    {Kind::kGtin, "6901234567892", true},
    {Kind::kGtin, "4006381333932", false},
    {Kind::kGtin, "400638133393", false},
    {Kind::kGtin, "69012345678A2", false},
    {Kind::kGln, "6901234000016", true},
    {Kind::kGln, "6909999000029", true},
    {Kind::kGln, "9520000000011", true},
    {Kind::kGln, "6901234000017", false},
    {Kind::kGln, "690123400001", false},
    {Kind::kGln, "9520000000101", false},
    {Kind::kSscc, "106141411234567897", true},
    {Kind::kSscc, "069012340000000016", true},
    {Kind::kSscc, "369012340000000024", true},
    {Kind::kSscc, "106141411234567898", false},
    {Kind::kSscc, "10614141123456789", false},
    {Kind::kSscc, "16014141123456789X", false},
};

TEST_CASE("the 63 vectors behave as stated") {
  static_assert(std::size(kVectors) == 63);
  for (const Vector& vector : kVectors) {
    INFO(KindWord(vector.kind) << " " << vector.text);
    const auto parsed = Check(vector.kind, vector.text);
    REQUIRE(parsed.ok() == vector.valid);
    if (!vector.valid) {
      REQUIRE(parsed.status().code() == absl::StatusCode::kInvalidArgument);
      REQUIRE_FALSE(RuleOf(parsed.status()).word.empty());
    }
  }
}

std::string RuleWord(Kind kind, absl::string_view text) {
  return RuleOf(Check(kind, text).status()).word;
}

TEST_CASE("a wrong code names the rule it breaks") {
  REQUIRE(RuleWord(Kind::kUscc, "914403001922038217") == "USCC_CHECK_DIGIT");
  REQUIRE(RuleWord(Kind::kUscc, "91330100799655O58B") == "USCC_CHARACTER");
  REQUIRE(RuleWord(Kind::kUscc, "91330100799655058") == "USCC_LENGTH");
  REQUIRE(RuleWord(Kind::kUscc, "91A30100799655058B") == "USCC_REGION");
  REQUIRE(RuleWord(Kind::kOrganisationCode, "19220382-2") == "ORG_CHECK_DIGIT");
  REQUIRE(RuleWord(Kind::kOrganisationCode, "71526726-10") == "ORG_SHAPE");
  REQUIRE(RuleWord(Kind::kProductionLicence, "SC14033019702613") == "SC_CATEGORY");
  REQUIRE(RuleWord(Kind::kProductionLicence, "SC10699019702613") == "SC_REGION");
  REQUIRE(RuleWord(Kind::kProductionLicence, "QS330106010001") == "SC_SHAPE");
  REQUIRE(RuleWord(Kind::kOperationLicence, "JY93301080111719") == "JY_FORM");
  REQUIRE(RuleWord(Kind::kCitizenId, "11010519490231002X") == "CITIZEN_ID_BIRTH");
  REQUIRE(RuleWord(Kind::kCitizenId, "990105194912310021") == "CITIZEN_ID_REGION");
  REQUIRE(RuleWord(Kind::kCitizenId, "1101051949123100") == "CITIZEN_ID_LENGTH");
  REQUIRE(RuleWord(Kind::kCitizenId, "1101X519491231002X") == "CITIZEN_ID_CHARACTER");
  REQUIRE(RuleWord(Kind::kGtin, "69012345678A2") == "GTIN_SHAPE");
  REQUIRE(RuleWord(Kind::kGtin, "4006381333932") == "GTIN_CHECK_DIGIT");
}

TEST_CASE("a rule speaks both languages and never repeats the code") {
  const auto status = Check(Kind::kCitizenId, "110105194912310021").status();
  const errors::Rule rule = RuleOf(status);
  REQUIRE(rule.en == "the check character is wrong (GB 11643)");
  REQUIRE(rule.zh == "校验码不符（GB 11643）");
  REQUIRE(errors::StatusDetails(status, errors::kChinese).find("19491231") == std::string::npos);
  REQUIRE(errors::ReasonOf(status) == errors::Reason::kFieldInvalid);
}

TEST_CASE("parts are named and the canonical form is one") {
  const auto uscc = *Check(Kind::kUscc, "91330100799655058B");
  REQUIRE(uscc.Get("region") == "330100");
  REQUIRE(uscc.Get("organisation") == "799655058");
  REQUIRE(uscc.Get("nothing").empty());
  REQUIRE(Check(Kind::kOrganisationCode, "71430580X")->canonical == "71430580-X");
  REQUIRE(Check(Kind::kGtin, "6901234567892")->canonical == "06901234567892");
  const auto licence = *Check(Kind::kProductionLicence, "SC10633019702613");
  REQUIRE(licence.Get("category") == "106");
  REQUIRE(licence.Get("region") == "330197");
  const auto person = *Check(Kind::kCitizenId, "410902188012310010");
  REQUIRE(person.Get("birth") == "1880-12-31");
  REQUIRE(person.Get("sex") == "M");
}

TEST_CASE("an old identity number becomes the new one") {
  REQUIRE(Check(Kind::kCitizenId, "110105491231002")->canonical == "11010519491231002X");
  REQUIRE(RuleWord(Kind::kCitizenId, "110105491331002") == "CITIZEN_ID_BIRTH");
  REQUIRE(RuleWord(Kind::kCitizenId, "11010549123100X") == "CITIZEN_ID_CHARACTER");
}

TEST_CASE("the kind is found by form") {
  const std::map<std::string, Kind> forms = {
      {"914403001922038216", Kind::kUscc},
      {"91330100799655058B", Kind::kUscc},
      {"11010519491231002X", Kind::kCitizenId},
      {"110105491231002", Kind::kCitizenId},
      {"369012340000000024", Kind::kSscc},
      {"71526726-X", Kind::kOrganisationCode},
      {"71430580X", Kind::kOrganisationCode},
      {"SC10633019702613", Kind::kProductionLicence},
      {"JY13301080111719", Kind::kOperationLicence},
      {"410902", Kind::kRegion},
      {"410902001", Kind::kRegion},
      {"4006381333931", Kind::kGtin},
      {"6901234000016", Kind::kGtin},
      {"urn:epc:id:sscc:0614141.1123456789", Kind::kEpcUrn},
      {"https://id.gs1.org/00/106141411234567897", Kind::kDigitalLink},
      {"/414/6901234000016", Kind::kDigitalLink},
  };
  for (const auto& [text, kind] : forms) {
    INFO(text);
    const auto parsed = Detect(text);
    REQUIRE(parsed.ok());
    REQUIRE(parsed->kind == kind);
  }
}

TEST_CASE("a wrong code is judged as the kind it looks like") {
  REQUIRE(KindByForm("914403001922038217") == Kind::kUscc);
  REQUIRE(KindByForm("110105194912310021") == Kind::kCitizenId);
  REQUIRE(KindByForm("069012340000000017") == Kind::kSscc);
  REQUIRE(KindByForm("SC1063301970261") == Kind::kProductionLicence);
  REQUIRE_FALSE(KindByForm("").has_value());
  REQUIRE_FALSE(KindByForm("hello").has_value());
  REQUIRE(RuleOf(Detect("张三").status()).word == "CODE_KIND_UNKNOWN");
  REQUIRE(RuleOf(Detect(std::string(1 << 20, '9')).status()).word == "CODE_TOO_LONG");
}

TEST_CASE("what people type is tidied") {
  REQUIRE(Tidy(" 91330100 799655058b\n") == "91330100799655058B");
  REQUIRE(Tidy("ＳＣ１０６３３０１９７０２６１３") == "SC10633019702613");
  REQUIRE(Tidy("\xEF\xBB\xBF\u30007143\u00a00580ｘ") == "71430580X");
  REQUIRE(Tidy("https://id.gs1.org/01/x") == "https://id.gs1.org/01/x");
  REQUIRE(Tidy("urn:epc:id:sgtin:1.2.aB") == "urn:epc:id:sgtin:1.2.aB");
  REQUIRE(Tidy("\xEF\xBC") == "\xEF\xBC");
}

TEST_CASE("made codes are right and nothing else is made") {
  REQUIRE(*MakeUscc("91440300192203821") == "914403001922038216");
  REQUIRE(*Make(Kind::kOrganisationCode, "71526726") == "71526726X");
  REQUIRE(*Make(Kind::kProductionLicence, "1063301970261") == "SC10633019702613");
  REQUIRE(*Make(Kind::kOperationLicence, "1330108011171") == "JY13301080111719");
  REQUIRE(Check(Kind::kPrepackagedFiling, *Make(Kind::kPrepackagedFiling, "2410902000001")).ok());
  REQUIRE(*Make(Kind::kCitizenId, "41090218801231001") == "410902188012310010");
  REQUIRE(*Make(Kind::kGtin, "690123456789") == "6901234567892");
  REQUIRE(*Make(Kind::kGln, "690123400001") == "6901234000016");
  REQUIRE(*Make(Kind::kSscc, "10614141123456789") == "106141411234567897");
  for (const Kind kind : AllKinds()) {
    for (const char* body : {"", "x", "张", "110105491231002", "0000000000000000000000000"}) {
      INFO(KindWord(kind) << " " << body);
      REQUIRE_FALSE(Make(kind, body).ok());
    }
  }
}

TEST_CASE("kinds have words of their own") {
  std::set<absl::string_view> words;
  for (const Kind kind : AllKinds()) {
    REQUIRE(words.insert(KindWord(kind)).second);
    REQUIRE(KindFromWord(KindWord(kind)) == kind);
    REQUIRE_FALSE(KindChinese(kind).empty());
  }
  REQUIRE(KindFromWord("uscc") == Kind::kUscc);
  REQUIRE_FALSE(KindFromWord("").has_value());
}

// Every text that differs from `code` in one character of `alphabet`, at places from `from` on.
template <class Visit>
void EachSingleChange(const std::string& code, size_t from, absl::string_view alphabet,
                      Visit visit) {
  for (size_t i = from; i < code.size(); ++i) {
    for (const char c : alphabet) {
      if (c == code[i]) continue;
      std::string changed = code;
      changed[i] = c;
      visit(changed);
    }
  }
}

std::string RandomDigits(std::mt19937_64& random, size_t count) {
  std::string digits;
  while (digits.size() < count) digits.push_back(static_cast<char>('0' + random() % 10));
  return digits;
}

std::string RandomBody(std::mt19937_64& random, Kind kind) {
  switch (kind) {
    case Kind::kUscc: {
      std::string body = "91410902";
      while (body.size() < 17) body.push_back(kUsccAlphabet[random() % kUsccAlphabet.size()]);
      return body;
    }
    case Kind::kOrganisationCode:
      return RandomDigits(random, 8);
    case Kind::kProductionLicence:
      return "101410902" + RandomDigits(random, 4);
    case Kind::kOperationLicence:
      return "2410902" + RandomDigits(random, 6);
    case Kind::kPrepackagedFiling:
      return "1410902" + RandomDigits(random, 6);
    case Kind::kCitizenId:
      return "41090218800101" + RandomDigits(random, 3);
    case Kind::kGtin:
      return RandomDigits(random, 13);
    case Kind::kGln:
      return RandomDigits(random, 12);
    default:
      return RandomDigits(random, 17);
  }
}

TEST_CASE("every change of a single character is found") {
  constexpr int kCodesPerKind = 40;
  std::mt19937_64 random(testing::Seed());
  for (const Kind kind :
       {Kind::kUscc, Kind::kOrganisationCode, Kind::kProductionLicence, Kind::kOperationLicence,
        Kind::kPrepackagedFiling, Kind::kCitizenId, Kind::kGtin, Kind::kGln, Kind::kSscc}) {
    // GB 11714 promises this for digits only, so letters stay out of its body.
    const absl::string_view alphabet = kind == Kind::kUscc ? kUsccAlphabet : "0123456789";
    for (int i = 0; i < kCodesPerKind; ++i) {
      const auto code = Make(kind, RandomBody(random, kind));
      REQUIRE(code.ok());
      REQUIRE(Check(kind, *code).ok());
      // A code of another kind can be one of this kind too, by chance.
      CHECK(IsUscc(*code) == Check(Kind::kUscc, *code).ok());
      EachSingleChange(*code, 0, alphabet, [&](const std::string& changed) {
        INFO(KindWord(kind) << " " << *code << " -> " << changed);
        REQUIRE_FALSE(Check(kind, changed).ok());
        REQUIRE(IsUscc(changed) == Check(Kind::kUscc, changed).ok());
      });
    }
  }
}

TEST_CASE("no bytes upset a checker") {
  constexpr int kRounds = 5000;
  constexpr absl::string_view kAlphabet = "0123456789XSCJYB-/.:%urnepcidsgtin \xef\xbc\x90\xff";
  std::mt19937_64 random(testing::Seed() + 1);
  for (int i = 0; i < kRounds; ++i) {
    std::string text(random() % 40, ' ');
    for (char& c : text) c = kAlphabet[random() % kAlphabet.size()];
    for (const Kind kind : AllKinds()) Check(kind, text).status().IgnoreError();
    const auto parsed = Detect(Tidy(text));
    if (!parsed.ok()) continue;
    INFO(text);
    REQUIRE(Check(parsed->kind, parsed->canonical)->canonical == parsed->canonical);
  }
}

}  // namespace
}  // namespace shian::codes
