#include "services/trace/judgement/store_imbalance.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/region.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "services/trace/judgement/store_progress.h"

namespace shian::trace::judgement {
namespace {

using store::Row;
using store::Sql;
using store::Value;
using store::Values;

const store::FactTable kImbalances("judgement_imbalance",
                                   {"subject", "kind", "imbalance", "verdict", "sums", "yield_key",
                                    "yield_title", "lowest", "highest", "tolerance", "mark",
                                    "policy_revision", "operator", "place", "region", "event_time",
                                    "found", "withdrawn"},
                                   3);

// A line for each dimension: its number, what came and what went in the smallest parts, and its
// verdict. Both sides stand there, or it would not have been judged.
std::string EncodeSums(const std::map<Dimension, Sums>& sums) {
  std::string text;
  for (const auto& [dimension, of] : sums) {
    absl::StrAppend(&text, static_cast<int>(dimension), " ", ToDigits(of.in.value_or(0)), " ",
                    ToDigits(of.out.value_or(0)), " ", static_cast<int>(of.verdict), "\n");
  }
  return text;
}

absl::StatusOr<std::map<Dimension, Sums>> DecodeSums(const std::string& text) {
  std::map<Dimension, Sums> sums;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<absl::string_view> parts = absl::StrSplit(line, ' ');
    int dimension = 0, verdict = 0;
    absl::uint128 in = 0, out = 0;
    const bool read = parts.size() == 4 && absl::SimpleAtoi(parts[0], &dimension) &&
                      absl::SimpleAtoi(parts[1], &in) && absl::SimpleAtoi(parts[2], &out) &&
                      absl::SimpleAtoi(parts[3], &verdict);
    if (!read) return absl::DataLossError("sums of judgement_imbalance do not decode");
    sums[static_cast<Dimension>(dimension)] = {static_cast<Amount>(in), static_cast<Amount>(out),
                                               static_cast<BalanceVerdict>(verdict)};
  }
  return sums;
}

absl::StatusOr<Imbalance> ToImbalance(const Row& row) {
  Imbalance out;
  out.subject = row.Text(0);
  out.kind = static_cast<Subject>(row.Int(1));
  out.id = row.Text(2);
  out.verdict = static_cast<BalanceVerdict>(row.Int(3));
  ASSIGN_OR_RETURN(out.sums, DecodeSums(row.Text(4)));
  out.rule.subject = out.kind;
  out.rule.key = row.Text(5);
  out.rule.title = row.Text(6);
  out.rule.lowest = row.Int(7);
  out.rule.highest = row.Int(8);
  out.rule.tolerance = row.Int(9);
  out.rule.mark = static_cast<int>(row.Int(10));
  out.policy_revision = row.Text(11);
  out.operator_ = row.Text(12);
  out.place = row.Text(13);
  out.region = row.Text(14);
  out.event_time = row.Int(15);
  out.found = FromMicros(row.Int(16));
  if (!row.IsNull(17)) out.withdrawn = FromMicros(row.Int(17));
  return out;
}

absl::StatusOr<std::vector<Imbalance>> ReadAll(store::ReadTx& tx, const Sql& tail,
                                               std::vector<Value> args) {
  std::vector<Imbalance> imbalances;
  RETURN_IF_ERROR(kImbalances.ForEach(tx, tail, std::move(args), [&](Row&& row) -> absl::Status {
    ASSIGN_OR_RETURN(imbalances.emplace_back(), ToImbalance(row));
    return absl::OkStatus();
  }));
  return imbalances;
}

}  // namespace

absl::StatusOr<int64_t> BalancedTo(store::ReadTx& tx) { return ProgressOf(tx, "balance"); }

absl::Status SetBalancedTo(store::WriteTx& tx, int64_t sequence) {
  return SetProgress(tx, "balance", sequence);
}

absl::StatusOr<std::optional<Imbalance>> StandingOf(store::ReadTx& tx, Subject kind,
                                                    const std::string& subject) {
  ASSIGN_OR_RETURN(
      std::vector<Imbalance> standing,
      ReadAll(tx, Sql{"WHERE subject = $1 AND kind = $2 AND withdrawn IS NULL LIMIT 1"},
              Values(subject, static_cast<int>(kind))));
  if (standing.empty()) return std::nullopt;
  return std::move(standing.front());
}

absl::Status PutImbalance(store::WriteTx& tx, const Imbalance& a) {
  const Value withdrawn = a.stands() ? Value(std::monostate()) : Value(ToMicros(a.withdrawn));
  return kImbalances.Put(
      tx, Values(a.subject, static_cast<int>(a.kind), a.id, static_cast<int>(a.verdict),
                 EncodeSums(a.sums), a.rule.key, a.rule.title, a.rule.lowest, a.rule.highest,
                 a.rule.tolerance, a.rule.mark, a.policy_revision, a.operator_, a.place, a.region,
                 a.event_time, ToMicros(a.found), withdrawn));
}

ImbalanceKey KeyOf(const Imbalance& imbalance) { return {imbalance.event_time, imbalance.id}; }

absl::StatusOr<std::vector<Imbalance>> ListImbalances(store::ReadTx& tx,
                                                      const ImbalanceFilter& filter,
                                                      const ImbalanceKey& after, int limit) {
  const auto [low, high] = RangeOf(filter.region);
  return ReadAll(
      tx,
      Sql{"WHERE region >= $1 AND region <= $2 AND ($3 = '' OR operator = $3) AND event_time >= $4 "
          "AND event_time < $5 AND ($6 OR withdrawn IS NULL) AND (event_time > $7 OR (event_time = "
          "$7 AND imbalance > $8)) ORDER BY event_time, imbalance LIMIT $9"},
      Values(low, high, filter.operator_, ToMicros(filter.from), ToMicros(filter.to),
             filter.withdrawn, after.event_time, after.id, limit));
}

}  // namespace shian::trace::judgement
