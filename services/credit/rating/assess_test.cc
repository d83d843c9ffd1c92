#include "services/credit/rating/assess.h"

#include <catch2/catch.hpp>
#include <random>

#include "google/protobuf/descriptor.h"
#include "libs/base/testing.h"
#include "services/credit/rating/decay.h"
#include "services/credit/rating/testing.h"
#include "shian/credit/v1/archive.pb.h"

namespace shian::credit {
namespace {

using testing::ArchiveMaker;
using testing::At;
using testing::Event;
using testing::FindingRules;
using testing::MeatProducer;
using testing::SmallRules;
using testing::Visit;

Assessment AssessAt(const ArchiveMaker& maker, absl::Time when, const Rules& rules = SmallRules()) {
  return Assess(rules, ViewAt(maker.get(), maker.get().version, when));
}

template <class T>
concept NamesAnInspector = requires(T t) {
  t.inspector;
}
|| requires(T t) { t.inspectors; }
|| requires(T t) { t.findings.inspector; }
|| requires(T t) { t.findings.inspectors; };

TEST_CASE("there is nowhere to put who inspected") {
  STATIC_REQUIRE_FALSE(NamesAnInspector<Evidence>);
  STATIC_REQUIRE_FALSE(NamesAnInspector<Findings>);
  for (const auto* type : {v1::Evidence::descriptor(), v1::CheckFindings::descriptor()}) {
    for (int i = 0; i < type->field_count(); ++i) {
      REQUIRE(type->field(i)->name().find("inspector") == std::string::npos);
    }
  }
}

TEST_CASE("a faded number is the same everywhere") {
  REQUIRE(Decayed(10'000, 0, 365) == 10'000);
  REQUIRE(Decayed(10'000, 365, 365) == 5'000);
  REQUIRE(Decayed(10'000, 730, 365) == 2'500);
  REQUIRE(Decayed(10'000, 91, 365) == 8'501);   // 15/64 of a half-life: 10000 * 2^(-15/64)
  REQUIRE(Decayed(10'000, 364, 365) == 5'054);  // 63/64
  REQUIRE(Decayed(10'000, 100'000, 365) == 0);
  REQUIRE(Decayed(10'000, 5, 0) == 10'000);
  std::mt19937_64 random(shian::testing::Seed());
  for (int i = 0; i < 2000; ++i) {
    const int64_t points = random() % 1'000'000'000;
    const int64_t half_life = 1 + random() % 4000;
    const int64_t age = random() % 10'000;
    REQUIRE(Decayed(points, age + 1, half_life) <= Decayed(points, age, half_life));
    REQUIRE(Decayed(points, age, half_life) >= 0);
  }
}

TEST_CASE("static points take the longest prefix and the highest of several values") {
  ArchiveMaker maker;
  Subject subject = MeatProducer();
  subject.attributes["licence_category"] = {"0104", "0102"};
  maker.Describe(At(2024, 1, 1), subject);
  maker.Add(Visit(At(2024, 6, 1), 10, 0, 20, 0));
  const Assessment assessment = AssessAt(maker, At(2024, 7, 1));
  REQUIRE(assessment.points.static_milli == 15'000);  // 14,000 for 0104 and 1,000 for 180 m²
  REQUIRE(assessment.grade == Grade::kA);
  REQUIRE(assessment.points.contributions[0].value == "0104");
}

TEST_CASE("a property that is not known is assumed and shown so") {
  ArchiveMaker maker;
  Subject subject = MeatProducer();
  subject.attributes.clear();
  maker.Describe(At(2024, 1, 1), subject);
  maker.Add(Visit(At(2024, 6, 1), 10, 0, 20, 0));
  const Points points = AssessAt(maker, At(2024, 7, 1)).points;
  REQUIRE(points.static_milli == 21'000);
  REQUIRE(points.contributions[0].assumed);
}

TEST_CASE("the dynamic share is failed over applicable weight, and the parts add up") {
  ArchiveMaker maker;
  maker.Describe(At(2024, 1, 1), MeatProducer());
  maker.Add(Visit(At(2024, 3, 1), 10, 1, 20, 3));
  maker.Add(Visit(At(2024, 6, 1), 10, 0, 17, 1));
  const Points points = AssessAt(maker, At(2024, 7, 1)).points;
  // 60,000 * (3 + 3 + 1) / (50 + 47)
  REQUIRE(points.dynamic_milli == 4'330);
  int64_t sum = 0;
  for (const Contribution& one : points.contributions) sum += one.points_milli;
  REQUIRE(sum == points.total());
}

TEST_CASE("visits of other kinds, older than the window or without items are no exposure") {
  ArchiveMaker maker;
  maker.Describe(At(2024, 1, 1), MeatProducer());
  maker.Add(Visit(At(2024, 3, 1), 10, 5, 0, 0, "COMPLAINT"));
  maker.Add(Visit(At(2022, 3, 1), 10, 5, 0, 0));
  maker.Add(Visit(At(2024, 3, 2), 0, 0, 0, 0));
  const Assessment assessment = AssessAt(maker, At(2024, 7, 1));
  REQUIRE(assessment.points.no_visit);
  REQUIRE(assessment.grade == Grade::kUnrated);
}

TEST_CASE("nothing known is unrated, never a good grade") {
  ArchiveMaker empty;
  REQUIRE(AssessAt(empty, At(2024, 7, 1)).grade == Grade::kUnrated);
  ArchiveMaker other_kind;
  Subject subject = MeatProducer();
  subject.kind = "DRUG_SELLER";
  other_kind.Describe(At(2024, 1, 1), subject);
  other_kind.Add(Visit(At(2024, 3, 1), 10, 0, 0, 0));
  REQUIRE(AssessAt(other_kind, At(2024, 7, 1)).points.not_covered);
  REQUIRE(AssessAt(other_kind, At(2024, 7, 1)).grade == Grade::kUnrated);
  ArchiveMaker fresh;  // a new operator may be graded on the static share alone
  subject = MeatProducer();
  subject.licensed_from = Date(2024, 2, 1);
  fresh.Describe(At(2024, 2, 1), subject);
  REQUIRE(AssessAt(fresh, At(2024, 7, 1)).grade == Grade::kB);
  REQUIRE(AssessAt(fresh, At(2025, 2, 1)).grade == Grade::kUnrated);
}

struct Story {
  ArchiveMaker maker;
  Story() {
    maker.Describe(At(2020, 1, 1), MeatProducer());
    maker.Add(Visit(At(2024, 3, 1), 10, 0, 20, 0));
  }
  Grade GradeAt(absl::Time when) { return AssessAt(maker, when).grade; }
};

TEST_CASE("events move the grade within the bounds") {
  Story story;
  REQUIRE(story.GradeAt(At(2024, 4, 1)) == Grade::kB);
  story.maker.Add(Event(EvidenceKind::kSampleFailed, At(2024, 4, 2)));
  REQUIRE(story.GradeAt(At(2024, 4, 3)) == Grade::kC);
  story.maker.Add(Event(EvidenceKind::kSampleFailed, At(2024, 4, 4)));
  REQUIRE(story.GradeAt(At(2024, 4, 5)) == Grade::kC);  // a rule works once
  story.maker.Add(Event(EvidenceKind::kPenalty, At(2024, 4, 6)));
  const Assessment assessment = AssessAt(story.maker, At(2024, 4, 7));
  REQUIRE(assessment.grade == Grade::kD);  // 1 + 2, bounded by 2
  REQUIRE(assessment.adjustments.back().bounded);
  REQUIRE(story.GradeAt(At(2025, 2, 1)) == Grade::kB);  // another year
}

TEST_CASE("city samples, warnings and pending samples are not what these rules name") {
  Story story;
  story.maker.Add(Event(EvidenceKind::kSampleFailed, At(2024, 4, 2), Level::kCounty));
  story.maker.Add(Event(EvidenceKind::kSamplePending, At(2024, 4, 2)));
  Evidence warning = Event(EvidenceKind::kPenalty, At(2024, 4, 2));
  warning.tags = {"WARNING"};
  story.maker.Add(warning);
  REQUIRE(story.GradeAt(At(2024, 4, 3)) == Grade::kB);
}

TEST_CASE("which tags an event needs is the policy's to say") {
  Evidence penalty = Event(EvidenceKind::kPenalty, At(2024, 4, 2));
  const auto grade = [&](std::vector<std::string> tags, const Rules& rules) {
    Story told;
    penalty.tags = std::move(tags);
    told.maker.Add(penalty);
    return AssessAt(told.maker, At(2024, 4, 3), rules).grade;
  };
  const Rules shipped = SmallRules();
  REQUIRE(grade({"HEAVIER_PENALTY"}, shipped) == Grade::kB);
  REQUIRE(grade({"FINE", "SHUTDOWN"}, shipped) == Grade::kB);
  REQUIRE(grade({"HEAVIER_PENALTY", "SHUTDOWN"}, shipped) == Grade::kD);
  Rules other = shipped;
  other.adjustments[1].requires_all = {"INTENTIONAL"};
  other.adjustments[1].requires_any.clear();
  REQUIRE(grade({"HEAVIER_PENALTY", "SHUTDOWN"}, other) == Grade::kB);
  REQUIRE(grade({"INTENTIONAL"}, other) == Grade::kD);
  other.adjustments[1].requires_all.clear();
  REQUIRE(grade({}, other) == Grade::kD);
}

TEST_CASE("entries of a list that the policy does not name are shown only") {
  Story story;
  Evidence listing = Event(EvidenceKind::kListing, At(2024, 5, 1));
  listing.tags = {"OTHER_LIST"};
  story.maker.Add(listing);
  REQUIRE(story.GradeAt(At(2024, 5, 2)) == Grade::kB);
}

TEST_CASE("a listing sets D while it lasts, whatever the points, even for the unrated") {
  Story story;
  const int64_t listing = story.maker.Add(Event(EvidenceKind::kListing, At(2024, 5, 1)));
  REQUIRE(story.GradeAt(At(2024, 5, 2)) == Grade::kD);
  REQUIRE(story.GradeAt(At(2025, 1, 2)) == Grade::kD);
  story.maker.End(listing, At(2025, 1, 10));
  REQUIRE(story.GradeAt(At(2025, 1, 9)) == Grade::kD);
  REQUIRE(story.GradeAt(At(2025, 1, 11)) == Grade::kB);
  ArchiveMaker unknown;
  unknown.Add(Event(EvidenceKind::kListing, At(2024, 5, 1)));
  REQUIRE(AssessAt(unknown, At(2024, 6, 1)).grade == Grade::kD);
}

TEST_CASE("a listing ends by its own date") {
  Story story;
  Evidence listing = Event(EvidenceKind::kListing, At(2024, 5, 1));
  listing.until = Date(2024, 6, 30);
  story.maker.Add(listing);
  REQUIRE(story.GradeAt(EndOfDay(Date(2024, 6, 30))) == Grade::kD);
  REQUIRE(story.GradeAt(At(2024, 7, 1)) == Grade::kB);
}

TEST_CASE("three clean years help only when they were looked at") {
  Story story;
  for (int year : {2021, 2022, 2023}) story.maker.Add(Visit(At(year, 5, 1), 10, 0, 10, 0));
  REQUIRE(story.GradeAt(At(2024, 4, 1)) == Grade::kA);
  Story gap;
  for (int year : {2021, 2023}) gap.maker.Add(Visit(At(year, 5, 1), 10, 0, 10, 0));
  REQUIRE(gap.GradeAt(At(2024, 4, 1)) == Grade::kB);
  Story violated;
  for (int year : {2021, 2022, 2023}) violated.maker.Add(Visit(At(year, 5, 1), 10, 0, 10, 0));
  violated.maker.Add(Event(EvidenceKind::kPenalty, At(2022, 9, 1)));
  REQUIRE(violated.GradeAt(At(2024, 4, 1)) == Grade::kB);
}

TEST_CASE("no step down in a year with a step up, and none for excepted categories") {
  Story story;
  story.maker.Add(Event(EvidenceKind::kCertificate, At(2024, 3, 15)));
  REQUIRE(story.GradeAt(At(2024, 4, 1)) == Grade::kA);
  story.maker.Add(Event(EvidenceKind::kSampleFailed, At(2024, 4, 2)));
  REQUIRE(story.GradeAt(At(2024, 4, 3)) == Grade::kC);
  ArchiveMaker excepted;
  Subject subject = MeatProducer();
  subject.attributes["licence_category"] = {"0401", "2801"};
  excepted.Describe(At(2020, 1, 1), subject);
  excepted.Add(Visit(At(2024, 3, 1), 10, 0, 20, 0));
  excepted.Add(Event(EvidenceKind::kCertificate, At(2024, 3, 15)));
  REQUIRE(AssessAt(excepted, At(2024, 4, 1)).grade == Grade::kB);
}

TEST_CASE("findings add up, fade and stop at the maximum") {
  ArchiveMaker maker;
  Evidence visit = Visit(At(2013, 6, 1), 0, 1, 0, 3);
  visit.findings.slight_failed = 1;
  visit.findings.nonconforming = true;
  maker.Add(visit);
  const auto points = [&](absl::Time when) {
    return AssessAt(maker, when, FindingRules()).points.total();
  };
  REQUIRE(points(At(2013, 6, 1)) == 10'000 + 2 * 5'000 + 1'000 + 5'000);
  REQUIRE(points(At(2014, 6, 1)) == 13'000);
  for (int i = 0; i < 10; ++i) maker.Add(Visit(At(2013, 6, 1), 0, 5, 0, 0));
  REQUIRE(points(At(2013, 6, 2)) == 100'000);
}

TEST_CASE("more failures never give fewer points, and points stay within their bounds") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int i = 0; i < 300; ++i) {
    ArchiveMaker good;
    ArchiveMaker bad;
    good.Describe(At(2020, 1, 1), MeatProducer());
    bad.Describe(At(2020, 1, 1), MeatProducer());
    for (int visits = 1 + random() % 6; visits > 0; --visits) {
      const absl::Time when = At(2024, 1 + random() % 6, 1 + random() % 28);
      const int key = random() % 5;
      const int general = random() % 10;
      good.Add(Visit(when, 10, key, 20, general));
      bad.Add(Visit(when, 10, key + random() % 5, 20, general + random() % 10));
    }
    const Points a = AssessAt(good, At(2024, 7, 1)).points;
    const Points b = AssessAt(bad, At(2024, 7, 1)).points;
    REQUIRE(a.total() <= b.total());
    REQUIRE(b.dynamic_milli <= 60'000);
    REQUIRE(a.grade <= b.grade);
  }
}

}  // namespace
}  // namespace shian::credit
