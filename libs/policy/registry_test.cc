#include "libs/policy/registry.h"

#include <catch2/catch.hpp>

#include "embedded/policy_schema.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/testing.h"
#include "libs/policy/convert.h"
#include "libs/policy/revisions.h"
#include "libs/policy/testing.h"
#include "libs/store/testing.h"
#include "shian/policy/v1/deadline.pb.h"
#include "shian/policy/v1/rating.pb.h"

namespace shian::policy {
namespace {

using errors::Reason;
using errors::ReasonOf;

const absl::Time kNow = *ParseTime("2025-03-03T09:00:00+08:00");

store::Schema PolicySchema() { return store::Schema(1).Add("policy", kMigrations); }

PolicyFile File(const std::string& id, const std::string& from, const std::string& to, int count) {
  const std::string text =
      "header {\n id: \"" + id + "\"\n title_zh: \"期限\"\n effective_from: \"" + from + "\"\n" +
      (to.empty() ? "" : " effective_to: \"" + to + "\"\n") +
      " legal_basis { statute: \"法\" }\n selected_by: DATE_SELECTOR_FILING\n"
      " mark: RULE_MARK_FOUND\n}\nrules {\n key: \"case.reply\" title_zh: \"答复\" count: " +
      std::to_string(count) +
      "\n unit: PERIOD_UNIT_WORKING_DAYS last_day: LAST_DAY_RULE_EXTEND starts_from: \"收到\"\n"
      " legal_basis { statute: \"法\" article: \"第一条\" } mark: RULE_MARK_FOUND\n}\n";
  const FileResult parsed = ParseFile("deadline/x.txtpb", text);
  REQUIRE(parsed.problems.empty());
  PolicyFile file;
  file.path = "deadline/x.txtpb";
  file.text = text;
  file.revision = HexEncode(Sha256(text));
  file.kind = v1::POLICY_KIND_DEADLINE;
  file.message = parsed.message;
  file.header = static_cast<const v1::DeadlineTable&>(*parsed.message).header();
  return file;
}

class World {
 public:
  World() : store(PolicySchema()) {}

  int Seed(std::vector<PolicyFile> files) {
    int added = 0;
    const auto written = store.Write(kNow, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(added, SeedDrafts(tx, files));
      return std::string();
    });
    REQUIRE(written.ok());
    return added;
  }

  absl::Status Approve(const PolicyFile& file, const std::string& person) {
    return store
        .Write(kNow,
               [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                 RETURN_IF_ERROR(ApproveRevision(tx, file.revision, {person, "410902"}).status());
                 return std::string();
               })
        .status();
  }

  void Activate(const PolicyFile& file) {
    Seed({file});
    REQUIRE(Approve(file, "ZF0001").ok());
    REQUIRE(Approve(file, "ZF0002").ok());
  }

  // The period in force on `on`, or the refusal.
  absl::StatusOr<calendar::Rule> RuleOn(Date on) {
    absl::StatusOr<calendar::Rule> rule = absl::UnknownError("not read");
    REQUIRE(store
                .Read([&](store::ReadTx& tx) {
                  rule = policies.RuleInForce(tx, "case.reply", on);
                  return absl::OkStatus();
                })
                .ok());
    return rule;
  }

  store::TemporaryStore store;
  Policies policies;
};

TEST_CASE("a draft decides nothing, and two different officers activate it") {
  World world;
  const PolicyFile file = File("deadline.case", "2020-01-01", "", 5);
  REQUIRE(world.Seed({file}) == 1);
  REQUIRE(world.Seed({file}) == 0);
  REQUIRE(ReasonOf(world.RuleOn(Date(2025, 3, 3)).status()) == Reason::kPolicyNotInForce);

  REQUIRE(world.Approve(file, "ZF0001").ok());
  REQUIRE(ReasonOf(world.RuleOn(Date(2025, 3, 3)).status()) == Reason::kPolicyNotInForce);
  REQUIRE(ReasonOf(world.Approve(file, "ZF0001")) == Reason::kStepsKeptApart);

  REQUIRE(world.Approve(file, "ZF0002").ok());
  const auto rule = world.RuleOn(Date(2025, 3, 3));
  REQUIRE(rule.ok());
  REQUIRE(rule->budget.count == 5);
  REQUIRE(rule->policy_revision == file.revision);
  REQUIRE(ReasonOf(world.Approve(file, "ZF0003")) == Reason::kPolicyAlreadyActive);
  REQUIRE(ReasonOf(world.RuleOn(Date(2019, 12, 31)).status()) == Reason::kPolicyNotInForce);
}

TEST_CASE("the date selects the version") {
  World world;
  world.Activate(File("deadline.case", "2015-01-01", "2019-12-31", 5));
  world.Activate(File("deadline.case", "2020-01-01", "", 7));
  REQUIRE(world.RuleOn(Date(2019, 12, 31))->budget.count == 5);
  REQUIRE(world.RuleOn(Date(2020, 1, 1))->budget.count == 7);
}

TEST_CASE("a revision with the same first day replaces, any other overlap is refused") {
  World world;
  const PolicyFile first = File("deadline.case", "2020-01-01", "", 5);
  const PolicyFile corrected = File("deadline.case", "2020-01-01", "", 6);
  const PolicyFile overlapping = File("deadline.case", "2024-01-01", "", 9);
  world.Activate(first);
  world.Activate(corrected);
  REQUIRE(world.RuleOn(Date(2025, 3, 3))->budget.count == 6);
  REQUIRE(ReasonOf(world.Approve(first, "ZF0003")) == Reason::kPolicyReplaced);

  world.Seed({overlapping});
  REQUIRE(world.Approve(overlapping, "ZF0001").ok());
  REQUIRE(ReasonOf(world.Approve(overlapping, "ZF0002")) == Reason::kPolicyOverlaps);
  // What an earlier decision rested on can still be read.
  REQUIRE(world.store
              .Read([&](store::ReadTx& tx) {
                const auto old = world.policies.RuleOfRevision(tx, "case.reply", first.revision);
                REQUIRE(old.ok());
                REQUIRE(old->budget.count == 5);
                return absl::OkStatus();
              })
              .ok());
}

TEST_CASE("approvals and activation are facts, and the list shows them") {
  World world;
  const PolicyFile file = File("deadline.case", "2020-01-01", "", 5);
  world.Activate(file);
  REQUIRE(ledger::Place(*world.store).ok());
  REQUIRE(world.store
              .Read([&](store::ReadTx& tx) -> absl::Status {
                const auto entries =
                    tx.Query({"SELECT type FROM log_entry WHERE log = 0 ORDER BY sequence"}, {});
                REQUIRE(entries.ok());
                REQUIRE(entries->size() == 3);
                REQUIRE(entries->back().Text(0) == "shian.policy.revision.activated");
                const auto listed = ListRevisions(tx, {}, "", 10);
                REQUIRE(listed.ok());
                REQUIRE(listed->size() == 1);
                const auto shown = ToProto(tx, listed->front(), true);
                REQUIRE(shown.ok());
                REQUIRE(shown->state() == v1::POLICY_STATE_ACTIVE);
                REQUIRE(shown->approvals_size() == 2);
                REQUIRE(shown->text() == file.text);
                REQUIRE(*RevisionOfName(shown->name(), "name") == file.revision);
                return absl::OkStatus();
              })
              .ok());
}

TEST_CASE("the list goes on where a page ended") {
  World world;
  world.Seed({File("deadline.case", "2015-01-01", "2019-12-31", 5),
              File("deadline.case", "2020-01-01", "", 7),
              File("deadline.case", "2020-01-01", "", 8),
              File("deadline.case", "2010-01-01", "2014-12-31", 4)});
  REQUIRE(world.store
              .Read([&](store::ReadTx& tx) -> absl::Status {
                std::string after;
                std::vector<std::string> seen;
                for (int page = 0; page < 6; ++page) {
                  const auto listed = ListRevisions(tx, {}, after, 1);
                  REQUIRE(listed.ok());
                  if (listed->empty()) break;
                  seen.push_back(listed->front().effective_from);
                  after = SortKey(listed->front());
                }
                REQUIRE(seen == std::vector<std::string>{"2020-01-01", "2020-01-01", "2015-01-01",
                                                         "2010-01-01"});
                return absl::OkStatus();
              })
              .ok());
}

TEST_CASE("the shipped policies can be activated whole and serve a clock") {
  World world;
  REQUIRE(ActivateFolder(*world.store, kNow).ok());
  REQUIRE(world.store
              .Read([&](store::ReadTx& tx) -> absl::Status {
                const auto rule = world.policies.RuleInForce(tx, "sampling.reinspection_request",
                                                             Date(2025, 9, 26));
                REQUIRE(rule.ok());
                const auto days = world.policies.Calendar(tx);
                REQUIRE(days.ok());
                REQUIRE(*world.policies.Calendar(tx) == *days);  // from memory
                const absl::Time start = *ParseTime("2025-09-26T10:00:00+08:00");
                const calendar::Due due = calendar::DueOf(**days, start, rule->budget, {});
                const auto shown = ToProto(*rule, start, due, {}, absl::InfiniteFuture(), "zh-CN");
                REQUIRE(shown.rule() == "sampling.reinspection_request");
                REQUIRE(shown.legal_basis().article() == "第八十八条");
                REQUIRE(FormatDate(due.date) == "2025-10-13");
                REQUIRE_FALSE(shown.pending_calendar());
                const auto rating = world.policies.InForce<v1::RatingPolicy>(tx, "rating.food-risk",
                                                                             Date(2025, 3, 3));
                REQUIRE(rating.ok());
                REQUIRE(rating->policy().bands_size() == 4);
                REQUIRE(rating->revision.size() == 64);
                return absl::OkStatus();
              })
              .ok());
}

}  // namespace
}  // namespace shian::policy
