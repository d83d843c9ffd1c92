#include "services/registry/operator/operator.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "services/registry/operator/limits.h"

namespace shian::registry {
namespace {

template <class E>
struct Word {
  E value;
  const char* en;
  const char* zh;
};

constexpr Word<Kind> kKinds[] = {
    {Kind::kFoodProducer, "FOOD_PRODUCER", "食品生产"},
    {Kind::kFoodSeller, "FOOD_SELLER", "食品销售"},
    {Kind::kCaterer, "CATERER", "餐饮服务"},
    {Kind::kDrugMaker, "DRUG_MAKER", "药品生产"},
    {Kind::kDrugSeller, "DRUG_SELLER", "药品经营"},
    {Kind::kDrugUser, "DRUG_USER", "药品使用"},
    {Kind::kDeviceMaker, "DEVICE_MAKER", "医疗器械生产"},
    {Kind::kDeviceSeller, "DEVICE_SELLER", "医疗器械经营"},
    {Kind::kCosmeticMaker, "COSMETIC_MAKER", "化妆品生产"},
    {Kind::kCosmeticSeller, "COSMETIC_SELLER", "化妆品经营"},
    {Kind::kFarm, "FARM", "食用农产品生产"},
    {Kind::kSmallWorkshop, "SMALL_WORKSHOP", "食品小作坊"},
    {Kind::kOnlinePlatform, "ONLINE_PLATFORM", "网络餐饮平台"},
    {Kind::kColdStore, "COLD_STORE", "第三方冷库"},
};

constexpr Word<Form> kForms[] = {
    {Form::kEnterprise, "ENTERPRISE", "企业"},
    {Form::kSoleTrader, "SOLE_TRADER", "个体工商户"},
    {Form::kCooperative, "COOPERATIVE", "农民专业合作社"},
    {Form::kInstitution, "INSTITUTION", "事业单位"},
    {Form::kSocial, "SOCIAL", "社会组织"},
    {Form::kPerson, "PERSON", "自然人"},
    {Form::kOther, "OTHER", "其他"},
};

constexpr Word<Status> kStatuses[] = {
    {Status::kTrading, "TRADING", "存续"}, {Status::kResting, "RESTING", "歇业"},
    {Status::kClosed, "CLOSED", "注销"},   {Status::kRevoked, "REVOKED", "吊销"},
    {Status::kTrading, "TRADING", "正常"}, {Status::kTrading, "TRADING", "在业"},
};

template <class E, size_t N>
E FromText(const Word<E> (&words)[N], absl::string_view text) {
  for (const Word<E>& word : words) {
    if (text == word.en || text == word.zh) return word.value;
  }
  return E::kUnknown;
}

// Each field with its length before it, so that no two contents give the same bytes.
class Canonical {
 public:
  Canonical& Add(absl::string_view text) {
    absl::StrAppend(&bytes_, text.size(), ":", text);
    return *this;
  }
  Canonical& Add(int64_t number) { return Add(absl::StrCat(number)); }
  Canonical& Add(const std::optional<int64_t>& number) { return number ? Add(*number) : Add("-"); }
  Canonical& Add(const std::optional<Date>& date) { return Add(date ? FormatDate(*date) : ""); }
  std::string Digest() const { return Sha256(bytes_); }

 private:
  std::string bytes_;
};

std::optional<int64_t> Wide(const std::optional<int32_t>& number) {
  return number ? std::optional<int64_t>(*number) : std::nullopt;
}

void AddCore(const Core& core, Canonical* out) {
  out->Add(core.region).Add(static_cast<int64_t>(core.kind)).Add(static_cast<int64_t>(core.form));
  out->Add(static_cast<int64_t>(core.status)).Add(core.office);
  out->Add(core.floor_area_m2).Add(core.diners);
  out->Add(static_cast<int64_t>(core.food_categories.size()));
  for (const std::string& category : core.food_categories) out->Add(category);
  out->Add(static_cast<int64_t>(core.attributes.size()));
  for (const Attribute& attribute : core.attributes) out->Add(attribute.key).Add(attribute.value);
}

void AddPayload(const Payload& payload, Canonical* out) {
  out->Add(payload.title).Add(payload.code);
  for (const Site& site : payload.sites) {
    out->Add("site").Add(site.number).Add(site.address).Add(site.region).Add(site.town);
    out->Add(Wide(site.longitude_microdegrees)).Add(Wide(site.latitude_microdegrees)).Add(site.gln);
  }
  for (const Licence& licence : payload.licences) {
    out->Add("licence").Add(licence.number).Add(licence.scope).Add(licence.from).Add(licence.to);
  }
  for (const PostHolder& holder : payload.posts) {
    out->Add("post").Add(static_cast<int64_t>(holder.post)).Add(holder.name);
    out->Add(holder.identity ? holder.identity->key_id + HexEncode(holder.identity->hash) : "");
  }
}

constexpr absl::string_view kCollection = "operators/";

bool IsIdCharacter(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.'; }

}  // namespace

bool IsPerson(Form form) { return form == Form::kSoleTrader || form == Form::kPerson; }

bool IsNamedByCode(Form form) {
  return form == Form::kEnterprise || form == Form::kCooperative || form == Form::kInstitution ||
         form == Form::kSocial;
}

Kind KindFromText(absl::string_view text) { return FromText(kKinds, text); }
Form FormFromText(absl::string_view text) { return FromText(kForms, text); }
Status StatusFromText(absl::string_view text) { return FromText(kStatuses, text); }

absl::string_view KindWord(Kind kind) {
  for (const Word<Kind>& word : kKinds) {
    if (word.value == kind) return word.en;
  }
  return "UNSPECIFIED";
}

std::string ContentDigest(const Profile& profile) {
  Canonical out;
  AddCore(profile.core, &out);
  AddPayload(profile.payload, &out);
  return out.Digest();
}

std::string OperatorName(const OperatorId& id) { return absl::StrCat(kCollection, id.value()); }

std::optional<OperatorId> OperatorIdOf(absl::string_view name) {
  if (name.substr(0, kCollection.size()) != kCollection) return std::nullopt;
  const absl::string_view id = name.substr(kCollection.size());
  if (id.empty() || id.size() > limits::kOperatorIdBytesMax) return std::nullopt;
  if (!std::all_of(id.begin(), id.end(), IsIdCharacter)) return std::nullopt;
  return OperatorId(std::string(id));
}

}  // namespace shian::registry
