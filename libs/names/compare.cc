#include "libs/names/compare.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/names/lexicon.h"
#include "libs/names/near.h"

namespace shian::names {
namespace {

// What a part is worth in the order within a band.
constexpr int kBrandMilli = 400, kRegionMilli = 200, kTradeMilli = 200, kFormMilli = 100,
              kBranchMilli = 100;

int ShareOf(Comparison comparison, int milli) {
  switch (comparison) {
    case Comparison::kAgrees:
      return milli;
    case Comparison::kNear:
      return milli * 3 / 5;
    case Comparison::kMissing:
      return milli / 2;
    case Comparison::kConflicts:
      return 0;
  }
  return 0;
}

// Some divisions of both, as sets.
bool SameSet(const NameView& a, const NameView& b, size_t from, size_t to) {
  std::vector<uint16_t> x(a.places.begin() + from, a.places.begin() + to);
  std::vector<uint16_t> y(b.places.begin() + from, b.places.begin() + to);
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  return x == y;
}

// What begins one name begins the other, and what stood in brackets stands in the other's. Where
// all stand together it is the same whether in front or in brackets: "瑞丰源(河南洛阳)",
// "河南洛阳瑞丰源".
bool SamePlaces(const NameView& a, const NameView& b) {
  if (a.place_count != b.place_count) return false;
  const bool together = (a.leading == 0 || a.leading == a.place_count) &&
                        (b.leading == 0 || b.leading == b.place_count);
  if (!together && a.leading != b.leading) return false;
  const size_t cut = together ? a.place_count : a.leading;
  return SameSet(a, b, 0, cut) && SameSet(a, b, cut, a.place_count);
}

// One that may lie in the other is near.
Comparison CompareRegions(const NameView& a, const NameView& b) {
  if (a.place_count == 0 || b.place_count == 0) return Comparison::kMissing;
  if (SamePlaces(a, b)) return Comparison::kAgrees;
  if (a.place_count == b.place_count && SameSet(a, b, 0, a.place_count)) {
    return Comparison::kConflicts;  // "上海…(河南)", "河南…(上海)"
  }
  const Lexicon& lexicon = Lexicon::Get();
  for (size_t i = 0; i < a.place_count; ++i) {
    for (size_t k = 0; k < b.place_count; ++k) {
      if (a.places[i] == b.places[k]) continue;
      const Place& x = lexicon.place(a.places[i]);
      const Place& y = lexicon.place(b.places[k]);
      if (x.level == y.level || !OneLiesInOther(x, y)) return Comparison::kConflicts;
    }
  }
  return Comparison::kNear;
}

bool IsJoined(TextView whole, TextView first, TextView second) {
  return whole.size() == first.size() + second.size() && whole.starts_with(first) &&
         whole.ends_with(second);
}

// `whole` is a division of `cut` and its core: "洛阳红食品" beside 洛阳 + 红食品.
bool PlaceWasBrand(TextView whole, const NameView& cut, TextView core) {
  for (size_t i = 0; i < cut.place_count; ++i) {
    const Place& place = Lexicon::Get().place(cut.places[i]);
    if (IsJoined(whole, place.name, core)) return true;
    if (!place.stem.empty() && IsJoined(whole, place.stem, core)) return true;
  }
  return false;
}

// Where division, brand and trade meet is a guess. Two names whose brands differ are looked at once
// more without the cut between brand and trade, and with a division as a part of the brand.
Nearness NearnessOfCores(const NameView& a, const NameView& b, Verdict* out) {
  const Text x = Text(a.brand) + Text(a.trade);
  const Text y = Text(b.brand) + Text(b.trade);
  Nearness nearness = SoundOrOrder(x, y);
  if (nearness != Nearness::kNone) {
    out->trade = Comparison::kNear;
  } else if (x == y || PlaceWasBrand(x, b, y) || PlaceWasBrand(y, a, x)) {
    // Whether divisions and trades agree is what must be looked at.
    nearness = Nearness::kPlaced;
    out->region = Comparison::kMissing;
    out->trade = Comparison::kNear;
  }
  return nearness;
}

void CompareChineseBrands(const NameView& a, const NameView& b, Verdict* out) {
  if (a.brand == b.brand) {
    out->brand = Comparison::kAgrees;
    return;
  }
  out->nearness = NearnessOf(a.brand, b.brand);
  if (out->nearness == Nearness::kNone) out->nearness = NearnessOfCores(a, b, out);
  out->brand = out->nearness == Nearness::kNone ? Comparison::kConflicts : Comparison::kNear;
}

Comparison CompareTrades(TextView a, TextView b) {
  if (a.empty() || b.empty()) return Comparison::kMissing;
  if (a == b) return Comparison::kAgrees;
  // "食品商贸" beside "商贸食品", "食品" beside "水产食品".
  Text x(a), y(b);
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  const bool within = x == y || a.find(b) != TextView::npos || b.find(a) != TextView::npos;
  return within ? Comparison::kNear : Comparison::kConflicts;
}

Comparison CompareForms(uint8_t a, uint8_t b) {
  if (a == 0 || b == 0) return Comparison::kMissing;
  return a == b ? Comparison::kAgrees : Comparison::kConflicts;
}

// 个体工商户: "老王面馆" beside "老王面馆有限公司" are two subjects.
bool IsWholeWithoutForm(const NameView& name) {
  if (name.form != 0) return false;
  const TextView end = name.trade.empty() ? name.brand : name.trade;
  return Lexicon::Get().EndsAsShop(end);
}

bool IsCompany(uint8_t form) {
  const std::string& text = Lexicon::Get().form(form);
  return text == "有限" || text == "股份" || text == "集团有限" || text == "集团股份";
}

Band BandOf(const Verdict& parts, const NameView& a, const NameView& b) {
  if (parts.brand == Comparison::kConflicts) return Band::kDifferent;
  const bool elsewhere =
      parts.region == Comparison::kConflicts || parts.trade == Comparison::kConflicts;
  const bool near = parts.brand == Comparison::kNear;
  if (near && elsewhere) return Band::kDifferent;
  if (elsewhere || parts.branch == Comparison::kConflicts) return Band::kRelated;
  if (near || parts.form == Comparison::kConflicts) return Band::kReview;
  // A name without a region is unique only when a company has it, and only letter by letter.
  if (a.whole == b.whole && parts.form == Comparison::kAgrees) return Band::kSame;
  if (a.latin || b.latin) return parts.form == Comparison::kAgrees ? Band::kSame : Band::kReview;
  const bool trades = parts.trade == Comparison::kAgrees || (a.trade.empty() && b.trade.empty());
  if (parts.region != Comparison::kAgrees || !trades) return Band::kReview;
  if (parts.form == Comparison::kAgrees) return Band::kSame;
  if (a.whole == b.whole) return Band::kSame;
  // A form left out is a company's: of a cooperative or a sole trader nobody leaves it out, and a
  // name that is whole without one is not the company of that name.
  const bool company = IsCompany(a.form) || IsCompany(b.form);
  const bool whole = IsWholeWithoutForm(a) || IsWholeWithoutForm(b);
  return company && !whole ? Band::kSame : Band::kReview;
}

const char* PartInChinese(const std::string& part) {
  return part == "code"     ? "统一社会信用代码"
         : part == "region" ? "行政区划"
         : part == "brand"  ? "字号"
         : part == "trade"  ? "行业"
         : part == "form"   ? "组织形式"
                            : "分支机构";
}

const char* NearnessInChinese(Nearness nearness) {
  switch (nearness) {
    case Nearness::kNone:
      return "";
    case Nearness::kSound:
      return "（同音）";
    case Nearness::kShape:
      return "（形近）";
    case Nearness::kOrder:
      return "（顺序不同）";
    case Nearness::kOneChar:
      return "（一字之差）";
    case Nearness::kMissing:
      return "（有增减）";
    case Nearness::kPlaced:
      return "（含地名，须辨别行政区划与字号）";
  }
  return "";
}

}  // namespace

Verdict Compare(const NameView& a, const NameView& b) {
  Verdict out;
  if (a.brand.empty() || b.brand.empty()) return out;
  if (a.latin || b.latin) {
    const bool words_alone = !HasHan(a.brand) && !HasHan(b.brand);
    const WordsVerdict words = words_alone ? CompareWords(a.brand, b.brand) : WordsVerdict();
    out.brand = words.comparison;
    out.nearness = words.nearness;
  } else {
    out.region = CompareRegions(a, b);
    out.trade = CompareTrades(a.trade, b.trade);
    CompareChineseBrands(a, b, &out);
  }
  out.form = CompareForms(a.form, b.form);
  // The firm itself and a branch of it are two, and so are two branches.
  out.branch = a.branch == b.branch ? Comparison::kAgrees : Comparison::kConflicts;
  out.band = BandOf(out, a, b);
  out.score_milli = ShareOf(out.brand, kBrandMilli) + ShareOf(out.region, kRegionMilli) +
                    ShareOf(out.trade, kTradeMilli) + ShareOf(out.form, kFormMilli) +
                    ShareOf(out.branch, kBranchMilli);
  return out;
}

std::vector<Feature> Explain(const NameView& asked, const NameView& listed,
                             const Verdict& verdict) {
  return {{"region", verdict.region, RegionOf(asked), RegionOf(listed)},
          {"brand", verdict.brand, Encode(asked.brand), Encode(listed.brand), verdict.nearness},
          {"trade", verdict.trade, Encode(asked.trade), Encode(listed.trade)},
          {"form", verdict.form, FormOf(asked), FormOf(listed)},
          {"branch", verdict.branch, Encode(asked.branch), Encode(listed.branch)}};
}

std::string DetailOf(const Feature& feature) {
  const char* part = PartInChinese(feature.part);
  switch (feature.comparison) {
    case Comparison::kAgrees:
      return absl::StrCat(part, "一致", NearnessInChinese(feature.nearness));
    case Comparison::kNear:
      return absl::StrCat(part, "相近", NearnessInChinese(feature.nearness));
    case Comparison::kMissing:
      return absl::StrCat(part, "无法比对");
    case Comparison::kConflicts:
      return absl::StrCat(part, "不一致");
  }
  return part;
}

}  // namespace shian::names
