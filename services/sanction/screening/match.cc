#include "services/sanction/screening/match.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace shian::sanction {
namespace {

constexpr int kScoreMax = 1000;

struct Weight {
  const char* part;
  int milli;
};
constexpr Weight kWeights[] = {
    {"brand", 400}, {"region", 200}, {"trade", 200}, {"form", 100}, {"branch", 100}};

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

int ScoreOf(const std::vector<Feature>& features) {
  int score = 0;
  for (const Feature& feature : features) {
    for (const Weight& weight : kWeights) {
      if (feature.part == weight.part) score += ShareOf(feature.comparison, weight.milli);
    }
  }
  return score;
}

Comparison ComparePlain(const std::string& a, const std::string& b) {
  if (a.empty() && b.empty()) return Comparison::kMissing;
  if (a.empty() || b.empty()) return Comparison::kMissing;
  return a == b ? Comparison::kAgrees : Comparison::kConflicts;
}

bool OneLiesInOther(const Place& a, const Place& b) {
  for (const std::string& x : a.codes) {
    for (const std::string& y : b.codes) {
      if (absl::StartsWith(x, y) || absl::StartsWith(y, x)) return true;
    }
  }
  return false;
}

Comparison CompareRegions(const Name& a, const Name& b) {
  if (a.places.empty() || b.places.empty()) return Comparison::kMissing;
  bool shared = false;
  for (const Place& x : a.places) {
    for (const Place& y : b.places) {
      if (x.level == y.level && x.name != y.name) return Comparison::kConflicts;
      if (!OneLiesInOther(x, y)) return Comparison::kConflicts;
      shared |= x.level == y.level;
    }
  }
  return shared ? Comparison::kAgrees : Comparison::kNear;
}

Comparison CompareBrands(const Name& a, const Name& b) {
  if (a.brand == b.brand) return Comparison::kAgrees;
  return NearlyEqual(a, b) ? Comparison::kNear : Comparison::kConflicts;
}

Comparison CompareTrades(const std::string& a, const std::string& b) {
  const Comparison plain = ComparePlain(a, b);
  const bool within = absl::StrContains(a, b) || absl::StrContains(b, a);
  return plain == Comparison::kConflicts && within ? Comparison::kNear : plain;
}

// The firm itself and a branch of it are two, and so are two branches.
Comparison CompareBranches(const std::string& a, const std::string& b) {
  return a == b ? Comparison::kAgrees : Comparison::kConflicts;
}

struct Parts {
  Comparison brand;
  Comparison region;
  Comparison trade;
  Comparison form;
  Comparison branch;
};

bool Holds(Comparison comparison) { return comparison == Comparison::kAgrees; }
bool Against(Comparison comparison) { return comparison == Comparison::kConflicts; }

Band BandOf(const Parts& parts, bool same_text) {
  if (Against(parts.brand)) return Band::kDifferent;
  const bool elsewhere = Against(parts.region) || Against(parts.trade);
  if (parts.brand == Comparison::kNear) return elsewhere ? Band::kDifferent : Band::kReview;
  if (elsewhere || Against(parts.branch)) return Band::kRelated;
  if (Against(parts.form)) return Band::kReview;
  // A name without a region is unique only when a company has it, and only letter by letter.
  if (same_text && Holds(parts.form)) return Band::kSame;
  return Holds(parts.region) && Holds(parts.trade) ? Band::kSame : Band::kReview;
}

}  // namespace

int Likeness::Count(Comparison comparison) const {
  return static_cast<int>(
      std::count_if(features.begin(), features.end(),
                    [&](const Feature& feature) { return feature.comparison == comparison; }));
}

Likeness CompareNames(const Name& asked, const Name& listed) {
  const Parts parts = {CompareBrands(asked, listed), CompareRegions(asked, listed),
                       CompareTrades(asked.trade, listed.trade),
                       ComparePlain(asked.form, listed.form),
                       CompareBranches(asked.branch, listed.branch)};
  Likeness out;
  out.features = {{"brand", parts.brand, asked.brand, listed.brand},
                  {"region", parts.region, asked.region(), listed.region()},
                  {"trade", parts.trade, asked.trade, listed.trade},
                  {"form", parts.form, asked.form, listed.form},
                  {"branch", parts.branch, asked.branch, listed.branch}};
  out.band = asked.brand.empty() ? Band::kDifferent : BandOf(parts, asked.normal == listed.normal);
  out.score_milli = ScoreOf(out.features);
  return out;
}

Likeness CompareCodes(const std::string& asked, const std::string& listed, Likeness by_name) {
  const Comparison comparison = ComparePlain(asked, listed);
  if (comparison == Comparison::kMissing) return by_name;
  by_name.features.insert(by_name.features.begin(), {"code", comparison, asked, listed});
  if (comparison == Comparison::kAgrees) {
    by_name.band = Band::kSame;
    by_name.score_milli = kScoreMax;
  } else if (by_name.band == Band::kSame) {
    // The same name under another code: another legal person, or one registered anew.
    by_name.band = Band::kReview;
  }
  return by_name;
}

}  // namespace shian::sanction
