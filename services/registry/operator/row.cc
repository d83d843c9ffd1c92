#include "services/registry/operator/row.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "libs/codes/codes.h"
#include "libs/codes/regions.h"
#include "libs/codes/rules.h"
#include "services/registry/operator/limits.h"

namespace shian::registry {
namespace {

using Show = CellReader::Show;

constexpr char kMarketRegistered = '9';  // first character of a code given by market regulation
constexpr char kSoleTraderCode = '2';    // and its second one for a sole trader
constexpr int kLongitudeMax = 180;
constexpr int kLatitudeMax = 90;

// Reads one row into one profile. A cell of someone who may be a person is shown masked; so is
// every cell of a row whose form is not known.
class RowJudge {
 public:
  RowJudge(const RawRow& row, absl::string_view region, const IdentityHasher& hasher)
      : row_(row), region_(region), hasher_(hasher), cells_(&judged_.violations) {}

  JudgedRow Judge() {
    judged_.line = row_.line;
    judged_.source_id = cells_.Text("source_id", row_.source_id, limits::kSourceIdMax, true);
    ReadClass();
    ReadPayload();
    ReadScale();
    if (judged_.valid()) judged_.content = ContentDigest(judged_.profile);
    return std::move(judged_);
  }

 private:
  Core& core() { return judged_.profile.core; }
  Payload& payload() { return judged_.profile.payload; }
  Show ShowName() { return personal_ ? Show::kName : Show::kPlain; }
  Show ShowCode() { return personal_ ? Show::kCode : Show::kPlain; }

  void ReadClass() {
    core().form = FormFromText(absl::StripAsciiWhitespace(row_.form));
    personal_ = core().form == Form::kUnknown || IsPerson(core().form);
    if (core().form == Form::kUnknown) {
      cells_.Wrong("form", {"is no known legal form", "不是已知的主体性质", "FORM_UNKNOWN"},
                   row_.form);
    }
    core().kind = KindFromText(absl::StripAsciiWhitespace(row_.kind));
    if (core().kind == Kind::kUnknown) {
      cells_.Wrong("kind", {"is no known kind of operator", "不是已知的主体类别", "KIND_UNKNOWN"},
                   row_.kind);
    }
    const absl::string_view status = absl::StripAsciiWhitespace(row_.status);
    core().status = status.empty() ? Status::kTrading : StatusFromText(status);
    if (core().status == Status::kUnknown) {
      cells_.Wrong("status", {"is no known status", "不是已知的经营状态", "STATUS_UNKNOWN"},
                   status);
    }
    ReadRegion();
    core().office = cells_.Text("office", row_.office, limits::kOfficeMax);
  }

  void ReadRegion() {
    core().region = codes::Tidy(row_.region);
    absl::StatusOr<codes::Parsed> region = codes::Check(codes::Kind::kRegion, core().region);
    if (!region.ok()) {
      cells_.Wrong("region", codes::RuleOf(region.status()), row_.region);
    } else if (core().region.size() != 6) {
      cells_.Wrong("region", codes::RuleText(codes::CodeRule::kRegionShape), row_.region);
    } else if (!codes::RegionContains(region_, core().region)) {
      cells_.Wrong("region", RegionOutsideRule(), row_.region);
    }
  }

  void ReadPayload() {
    payload().title = cells_.Text("title", row_.title, limits::kTitleMax, true, ShowName());
    ReadCode();
    ReadSite();
    ReadLicence();
    ReadPrincipal();
  }

  void ReadCode() {
    payload().code = codes::Tidy(row_.code);
    if (payload().code.empty()) {
      if (!IsNamedByCode(core().form)) return;
      cells_.Wrong("code",
                   {"is required for a legal person", "法人和其他组织必须填写", "CODE_REQUIRED"},
                   "");
      return;
    }
    const absl::StatusOr<codes::Parsed> code = codes::Check(codes::Kind::kUscc, payload().code);
    if (!code.ok())
      return cells_.Wrong("code", codes::RuleOf(code.status()), row_.code, ShowCode());
    // Without this rule a sole trader filed as a firm would carry its code as its id, for ever.
    const bool of_person =
        payload().code[0] == kMarketRegistered && payload().code[1] == kSoleTraderCode;
    if (of_person && !IsPerson(core().form)) {
      cells_.Wrong("code",
                   {"is the code of a sole trader", "该代码属于个体工商户，与主体性质不符",
                    "CODE_OF_SOLE_TRADER"},
                   row_.code, Show::kCode);
    }
  }

  void ReadSite() {
    Site site;
    site.address = cells_.Text("address", row_.address, limits::kAddressMax, false, ShowName());
    site.region = core().region;
    site.town = cells_.Text("town", row_.town, limits::kTownMax);
    site.longitude_microdegrees = cells_.Degrees("longitude", row_.longitude, kLongitudeMax);
    site.latitude_microdegrees = cells_.Degrees("latitude", row_.latitude, kLatitudeMax);
    site.gln = codes::Tidy(row_.gln);
    if (!site.gln.empty()) {
      const absl::StatusOr<codes::Parsed> gln = codes::Check(codes::Kind::kGln, site.gln);
      if (!gln.ok()) cells_.Wrong("gln", codes::RuleOf(gln.status()), row_.gln);
    }
    payload().sites = {std::move(site)};
  }

  void ReadLicence() {
    Licence licence;
    licence.number = codes::Tidy(row_.licence_number);
    licence.scope = cells_.Text("licence_scope", row_.licence_scope, limits::kLicenceScopeMax);
    licence.from = cells_.Day("licence_from", row_.licence_from);
    licence.to = cells_.Day("licence_to", row_.licence_to);
    if (licence.from && licence.to && *licence.to < *licence.from) {
      cells_.Wrong("licence_to", DateOrderRule(), row_.licence_to);
    }
    CheckLicenceNumber(licence.number);
    if (!licence.number.empty()) payload().licences = {std::move(licence)};
  }

  void CheckLicenceNumber(const std::string& number) {
    if (number.empty()) return;
    cells_.Text("licence_number", number, limits::kLicenceNumberMax, false, ShowCode());
    std::optional<codes::Kind> kind;
    if (absl::StartsWith(number, "SC")) kind = codes::Kind::kProductionLicence;
    if (absl::StartsWith(number, "JY")) kind = codes::Kind::kOperationLicence;
    if (absl::StartsWith(number, "YB")) kind = codes::Kind::kPrepackagedFiling;
    if (kind) {
      const absl::StatusOr<codes::Parsed> checked = codes::Check(*kind, number);
      if (checked.ok()) return;
      cells_.Wrong("licence_number", codes::RuleOf(checked.status()), number, ShowCode());
    } else if (number.size() < limits::kLicenceNumberMin) {
      cells_.Wrong("licence_number", {"is too short", "过短", "TEXT_TOO_SHORT"}, number,
                   ShowCode());
    }
  }

  void ReadPrincipal() {
    PostHolder holder;
    holder.post = Post::kPrincipal;
    holder.name =
        cells_.Text("principal", row_.principal, limits::kPersonNameMax, false, Show::kName);
    const std::string number = codes::Tidy(row_.principal_identity_number);
    if (!number.empty()) {
      const absl::StatusOr<codes::Parsed> checked = codes::Check(codes::Kind::kCitizenId, number);
      if (!checked.ok()) {
        cells_.Wrong("principal_identity_number", codes::RuleOf(checked.status()), number,
                     Show::kCode);
        return;
      }
      holder.identity = hasher_.OfIdentityNumber(checked->canonical);
    }
    if (!holder.name.empty() || holder.identity) payload().posts = {std::move(holder)};
  }

  void ReadScale() {
    core().floor_area_m2 = cells_.Whole("floor_area_m2", row_.floor_area_m2, limits::kFloorAreaMax);
    core().diners = cells_.Whole("diners", row_.diners, limits::kDinersMax);
    core().food_categories = cells_.List("food_categories", row_.food_categories,
                                         limits::kFoodCategoriesMax, limits::kFoodCategoryBytesMax);
    for (const std::string& category : core().food_categories) {
      if (std::all_of(category.begin(), category.end(), absl::ascii_isalnum)) continue;
      cells_.Wrong("food_categories",
                   {"has an item that is no category code", "含无效的食品类别编码", "ITEM_INVALID"},
                   category);
    }
    ReadAttributes();
  }

  void ReadAttributes() {
    if (row_.attributes.size() > limits::kAttributesMax) {
      cells_.Wrong("attributes", {"has too many items", "列表项过多", "ITEMS_TOO_MANY"}, "");
      return;
    }
    for (const Attribute& attribute : row_.attributes) {
      const bool good_key = !attribute.key.empty() &&
                            attribute.key.size() <= limits::kAttributeKeyMax &&
                            std::all_of(attribute.key.begin(), attribute.key.end(), [](char c) {
                              return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
                            });
      if (!good_key) {
        cells_.Wrong("attributes", {"has a malformed key", "属性名无效", "ATTRIBUTE_KEY"},
                     attribute.key);
        continue;
      }
      core().attributes.push_back(
          {attribute.key, cells_.Text("attributes", attribute.value, limits::kAttributeValueMax)});
    }
  }

  const RawRow& row_;
  const absl::string_view region_;
  const IdentityHasher& hasher_;
  JudgedRow judged_;
  CellReader cells_;
  bool personal_ = true;
};

}  // namespace

JudgedRow JudgeRow(const RawRow& row, absl::string_view region, const IdentityHasher& hasher) {
  return RowJudge(row, region, hasher).Judge();
}

}  // namespace shian::registry
