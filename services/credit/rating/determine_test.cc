#include "services/credit/rating/determine.h"

#include <catch2/catch.hpp>
#include <random>

#include "libs/base/testing.h"
#include "services/credit/rating/evaluate.h"
#include "services/credit/rating/explain.h"
#include "services/credit/rating/testing.h"

namespace shian::credit {
namespace {

using testing::ArchiveMaker;
using testing::At;
using testing::Event;
using testing::MeatProducer;
using testing::SmallRules;
using testing::Visit;

// An operator's life: what happens is filed and followed by what the reaction would determine.
struct Life {
  Rules rules = SmallRules();
  ArchiveMaker maker;
  std::vector<Determination> determined;

  explicit Life(bool visited = true) {
    maker.Describe(At(2020, 1, 1), MeatProducer());
    if (visited) maker.Add(Visit(At(2024, 6, 1), 10, 0, 20, 0));
  }
  std::optional<Determination> last() const {
    return determined.empty() ? std::nullopt : std::optional<Determination>(determined.back());
  }
  Grade grade() const { return determined.empty() ? Grade::kUnrated : determined.back().grade; }
  bool Keep(std::optional<Determination> next) {
    if (!next) return false;
    next->number = static_cast<int64_t>(determined.size()) + 1;
    determined.push_back(*next);
    return true;
  }
  bool React(absl::Time now) { return Keep(DetermineAfterEvent(rules, maker.get(), now, last())); }
  bool RateYear(int year, absl::Time now) {
    return Keep(
        DetermineYear(rules, maker.get(), now, YearBase(year, maker.get().version), last()));
  }
  int64_t Happen(EvidenceKind kind, absl::Time when) {
    const int64_t number = maker.Add(Event(kind, when));
    React(when);
    return number;
  }
};

TEST_CASE("a failed sample determines at once, one grade up from the yearly one") {
  Life life;
  REQUIRE(life.RateYear(2025, At(2025, 1, 15)));
  REQUIRE(life.grade() == Grade::kB);
  REQUIRE(life.determined[0].kind == DeterminationKind::kAnnual);
  life.Happen(EvidenceKind::kSampleFailed, At(2025, 4, 1));
  REQUIRE(life.grade() == Grade::kC);
  REQUIRE(life.determined[1].previous == Grade::kB);
  REQUIRE(life.determined[1].kind == DeterminationKind::kAtOnce);
  life.Happen(EvidenceKind::kPenalty, At(2025, 6, 1));
  REQUIRE(life.grade() == Grade::kD);
}

TEST_CASE("without a yearly grade the event counts from the points alone") {
  Life life(false);
  life.Happen(EvidenceKind::kSampleFailed, At(2025, 4, 1));
  REQUIRE(life.grade() == Grade::kC);  // 37,000 static points are B
  REQUIRE(life.determined[0].previous == Grade::kUnrated);
  // A later visit is no event: it does not move a determined grade.
  life.maker.Add(Visit(At(2025, 5, 1), 10, 9, 20, 20));
  REQUIRE_FALSE(life.React(At(2025, 5, 1)));
}

TEST_CASE("what changes nothing determines nothing") {
  Life life;
  REQUIRE_FALSE(life.React(At(2025, 4, 1)));
  life.Happen(EvidenceKind::kAdverseImpact, At(2025, 4, 1));  // works on next year's grade only
  REQUIRE(life.determined.empty());
  life.Happen(EvidenceKind::kSampleFailed, At(2025, 4, 2));
  life.Happen(EvidenceKind::kSampleFailed, At(2025, 4, 3));
  REQUIRE(life.determined.size() == 1);
}

TEST_CASE("this year's events set next year's grade") {
  Life life;
  life.Happen(EvidenceKind::kAdverseImpact, At(2024, 9, 1));
  REQUIRE(life.RateYear(2025, At(2025, 1, 15)));
  REQUIRE(life.grade() == Grade::kC);
  REQUIRE(life.determined[0].applies_from == Date(2025, 1, 15));
}

TEST_CASE("an event between the year's end and the approval is not lost") {
  Life life;
  life.Happen(EvidenceKind::kSampleFailed, At(2025, 1, 10));
  REQUIRE(life.RateYear(2025, At(2025, 2, 15)));
  REQUIRE(life.grade() == Grade::kC);
}

TEST_CASE("an overturned sample falls out, and the grade follows") {
  Life life;
  life.RateYear(2025, At(2025, 1, 15));
  const int64_t sample = life.Happen(EvidenceKind::kSampleFailed, At(2025, 4, 1));
  REQUIRE(life.grade() == Grade::kC);
  life.maker.Annul(sample, At(2025, 5, 1));
  REQUIRE(life.React(At(2025, 5, 1)));
  REQUIRE(life.grade() == Grade::kB);
  REQUIRE(life.determined.back().kind == DeterminationKind::kCauseGone);
}

TEST_CASE("what the yearly grade rested on falls out of it too") {
  Life life;
  const int64_t sample = life.maker.Add(Event(EvidenceKind::kSampleFailed, At(2024, 9, 1)));
  life.RateYear(2025, At(2025, 1, 15));
  REQUIRE(life.grade() == Grade::kC);
  life.maker.Annul(sample, At(2025, 3, 1));
  REQUIRE(life.React(At(2025, 3, 1)));
  REQUIRE(life.grade() == Grade::kB);
}

TEST_CASE("late evidence about the year before waits for the next yearly grade") {
  Life life;
  life.RateYear(2025, At(2025, 1, 15));
  Evidence late = Event(EvidenceKind::kAdverseImpact, At(2024, 9, 1));
  late.recorded = At(2025, 3, 1);
  life.maker.Add(late);
  REQUIRE_FALSE(life.React(At(2025, 3, 1)));
}

TEST_CASE("a listing is D from its first to its last day") {
  Life life;
  life.RateYear(2025, At(2025, 1, 15));
  const int64_t listing = life.Happen(EvidenceKind::kListing, At(2025, 6, 1));
  REQUIRE(life.grade() == Grade::kD);
  life.RateYear(2026, At(2026, 1, 15));
  REQUIRE(life.grade() == Grade::kD);
  life.maker.End(listing, At(2026, 7, 1));
  REQUIRE(life.React(At(2026, 7, 1)));
  REQUIRE(life.grade() == Grade::kUnrated);  // never visited since 2024: nothing else is known
  REQUIRE(life.determined.back().kind == DeterminationKind::kCauseGone);
}

TEST_CASE("replay gives every determination again, whatever came after it") {
  std::mt19937_64 random(shian::testing::Seed());
  const EvidenceKind kinds[] = {EvidenceKind::kSampleFailed, EvidenceKind::kPenalty,
                                EvidenceKind::kListing,      EvidenceKind::kAdverseImpact,
                                EvidenceKind::kCertificate,  EvidenceKind::kSamplePending};
  for (int round = 0; round < 60; ++round) {
    Life life(random() % 2 == 0);
    std::vector<int64_t> open;
    absl::Time now = At(2025, 1, 2);
    for (int step = 0; step < 25; ++step) {
      now += absl::Hours(24 * (random() % 40));
      switch (random() % 5) {
        case 0:
          life.maker.Add(Visit(now, 10, random() % 4, 20, random() % 8));
          break;
        case 1:
          life.RateYear(static_cast<int>(ToDate(now).year()), now);
          break;
        case 2:
          if (!open.empty()) {
            const int64_t number = open.back();
            open.pop_back();
            random() % 2 == 0 ? life.maker.Annul(number, now) : life.maker.End(number, now);
            life.React(now);
          }
          break;
        default:
          open.push_back(life.Happen(kinds[random() % std::size(kinds)], now));
      }
    }
    for (const Determination& recorded : life.determined) {
      const Outcome replayed = Replay(life.rules, life.maker.get(), recorded);
      REQUIRE(replayed.grade == recorded.grade);
      REQUIRE(replayed.Digest() == recorded.result_digest);
      REQUIRE(replayed.evidence_digest == recorded.evidence_digest);
    }
  }
}

TEST_CASE("known_at shows what was known, as_of what was true") {
  ArchiveMaker maker;
  Evidence late = Event(EvidenceKind::kPenalty, At(2025, 2, 1));
  late.recorded = At(2025, 3, 1);
  const int64_t number = maker.Add(late);
  maker.Annul(number, At(2025, 5, 1));
  const auto seen = [&](absl::Time as_of, absl::Time known_at) {
    const int64_t version = VersionKnownAt(maker.get(), known_at);
    return ViewAt(maker.get(), version, as_of).evidence.size();
  };
  REQUIRE(seen(At(2025, 2, 2), At(2025, 2, 2)) == 0);
  REQUIRE(seen(At(2025, 2, 2), At(2025, 3, 2)) == 1);
  REQUIRE(seen(At(2025, 2, 2), At(2025, 5, 2)) == 0);
  REQUIRE(seen(At(2025, 1, 2), At(2025, 3, 2)) == 0);
}

TEST_CASE("each reason names its way back and the grade that would follow") {
  Life life;
  life.RateYear(2025, At(2025, 1, 15));
  life.Happen(EvidenceKind::kSampleFailed, At(2025, 4, 1));
  const Determination& last = life.determined.back();
  const Outcome outcome = Replay(life.rules, life.maker.get(), last);
  const std::vector<WayBack> ways =
      WaysBack({life.rules, life.maker.get(), last.archive_version, last.time, last.base}, outcome);
  REQUIRE(ways.size() == 3);  // the sample, and the two merits not earned yet
  const auto sample = std::find_if(ways.begin(), ways.end(), [](const WayBack& way) {
    return way.rule == "sample_failed_national_or_provincial";
  });
  REQUIRE(sample != ways.end());
  REQUIRE(sample->grade == Grade::kB);
  const Paragraph text = ExplainInWords(life.rules, outcome);
  REQUIRE(text.zh.find("第二十四条") != std::string::npos);
  REQUIRE(text.zh.find("上调1级") != std::string::npos);
}

TEST_CASE("an evaluation rates before the visit it judges by") {
  const Rules rules = testing::FindingRules();
  Evaluation evaluation(rules, std::nullopt);
  for (int i = 0; i < 10; ++i) {
    ArchiveMaker bad;
    bad.Add(Visit(At(2013, 1, 1), 0, 2, 0, 0));
    bad.Add(Visit(At(2013, 6, 1), 0, 1, 0, 0));
    evaluation.Add(bad.get());
    ArchiveMaker good;
    good.Add(Visit(At(2013, 1, 1), 0, 0, 0, 0));
    good.Add(Visit(At(2013, 6, 1), 0, 0, 0, 0));
    evaluation.Add(good.get());
    ArchiveMaker once;
    once.Add(Visit(At(2013, 6, 1), 0, 9, 0, 0));
    evaluation.Add(once.get());
  }
  REQUIRE(evaluation.operators() == 30);
  REQUIRE(evaluation.bands()[0].visited == 10);
  REQUIRE(evaluation.bands()[0].critical == 0);
  REQUIRE(evaluation.bands()[3].critical == 10);
  REQUIRE(evaluation.bands().back().operators == 10);  // nothing was known of them before
  REQUIRE(evaluation.AucPpm() == 1'000'000);
  Evaluation cut(rules, Date(2013, 3, 1));
  ArchiveMaker late;
  late.Add(Visit(At(2013, 1, 1), 0, 2, 0, 0));
  cut.Add(late.get());
  REQUIRE(cut.bands()[3].operators == 1);
  REQUIRE(cut.bands()[3].visited == 0);
  REQUIRE(cut.AucPpm() == 500'000);
}

}  // namespace
}  // namespace shian::credit
