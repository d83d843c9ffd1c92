// Which recalls take in goods, for who knows the goods and not the recall.
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/store/fact_table.h"
#include "services/trace/recall/store.h"

namespace shian::trace::recall {
namespace {

using store::Sql;
using store::Values;

const store::FactTable kScope("recall_lot", {"recall", "epc", "kind", "depth"}, 2);

// Proposals on a lot that are looked past for what was published.
constexpr int kOwnLotsMax = 1'000;

// Identifiers of lots and items of a class are those between the two: '0' comes after '/'.
std::pair<std::string, std::string> LotsOf(const std::string& product) {
  return {absl::StrCat(product, "/"), absl::StrCat(product, "0")};
}

absl::Status AddIds(store::ReadTx& tx, const Sql& sql, std::vector<store::Value> args,
                    std::set<std::string>* ids) {
  ASSIGN_OR_RETURN(const auto rows, tx.Query(sql, std::move(args)));
  for (const store::Row& row : rows) ids->insert(row.Text(0));
  return absl::OkStatus();
}

// Those that were published. Ids sort by the time they were given; the newest come first.
absl::StatusOr<std::vector<Recall>> FindAll(store::ReadTx& tx, const std::set<std::string>& ids,
                                            int limit) {
  std::vector<Recall> recalls;
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    if (recalls.size() == static_cast<size_t>(limit)) break;
    ASSIGN_OR_RETURN(auto recall, FindRecall(tx, *id));
    if (!recall) return absl::DataLossError("recall has lost a row");
    if (recall->published()) recalls.push_back(*std::move(recall));
  }
  return recalls;
}

}  // namespace

absl::StatusOr<std::vector<Recall>> RecallsOfLots(store::ReadTx& tx,
                                                  const std::vector<std::string>& lots, int limit) {
  static constexpr Sql kOwnLot{
      "SELECT DISTINCT recall FROM recall WHERE lot = $1 ORDER BY recall DESC LIMIT $2"};
  std::set<std::string> ids;
  for (const std::string& lot : lots) {
    ASSIGN_OR_RETURN(
        const auto rows,
        kScope.Select(tx, Sql{"WHERE epc = $1 ORDER BY recall DESC LIMIT $2"}, Values(lot, limit)));
    for (const store::Row& row : rows) ids.insert(row.Text(0));
    RETURN_IF_ERROR(AddIds(tx, kOwnLot, Values(lot, kOwnLotsMax), &ids));
  }
  return FindAll(tx, ids, limit);
}

absl::StatusOr<std::vector<Recall>> RecallsOfClass(store::ReadTx& tx, const std::string& product,
                                                   int limit) {
  static constexpr Sql kInScope{
      "SELECT DISTINCT recall FROM recall_lot WHERE epc >= $1 AND epc < $2 ORDER BY recall "
      "DESC LIMIT $3"};
  static constexpr Sql kOwnLot{
      "SELECT DISTINCT recall FROM recall WHERE lot >= $1 AND lot < $2 ORDER BY recall DESC LIMIT "
      "$3"};
  const auto [first, end] = LotsOf(product);
  std::set<std::string> ids;
  RETURN_IF_ERROR(AddIds(tx, kInScope, Values(first, end, limit), &ids));
  RETURN_IF_ERROR(AddIds(tx, kOwnLot, Values(first, end, kOwnLotsMax), &ids));
  return FindAll(tx, ids, limit);
}

absl::StatusOr<std::vector<std::string>> LotsOfClassIn(store::ReadTx& tx, const std::string& recall,
                                                       const std::string& product, int limit) {
  const auto [first, end] = LotsOf(product);
  ASSIGN_OR_RETURN(
      const auto rows,
      kScope.Select(tx, Sql{"WHERE recall = $1 AND epc >= $2 AND epc < $3 ORDER BY epc LIMIT $4"},
                    Values(recall, first, end, limit)));
  std::vector<std::string> lots;
  lots.reserve(rows.size());
  for (const store::Row& row : rows) lots.push_back(row.Text(1));
  return lots;
}

}  // namespace shian::trace::recall
