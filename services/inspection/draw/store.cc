#include "services/inspection/draw/store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/store/fact_table.h"
#include "services/inspection/draw/limits.h"
#include "services/inspection/frame/archive.h"
#include "services/inspection/frame/store.h"

namespace shian::inspection::draw {
namespace {

using store::Bytes;
using store::FactTable;
using store::Row;
using store::Sql;
using store::Values;

constexpr int64_t kRoster = -1;

const FactTable& Counters() {
  static const auto& table = *new FactTable("draw_counter", {"organisation", "year", "last"}, 2);
  return table;
}

const FactTable& Draws() {
  static const auto& table =
      *new FactTable("draw", {"draw", "region", "state", "version", "created", "body"}, 1);
  return table;
}

const FactTable& Frames() {
  static const auto& table = *new FactTable("draw_frame", {"draw", "stratum", "part", "ids"}, 3);
  return table;
}

// A list of ids as one field of the archive.
struct IdList {
  std::vector<std::string> ids;
  template <class A>
  void Fields(A& a) {
    a(ids);
  }
};

absl::StatusOr<Draw> ToDraw(const Row& row) {
  ASSIGN_OR_RETURN(Draw draw, DecodePart<Draw>(row.Blob(5), "a draw"));
  draw.id = DrawId(row.Text(0));
  draw.version = row.Int(3);
  return draw;
}

absl::StatusOr<std::vector<Draw>> ToDraws(const std::vector<Row>& rows) {
  std::vector<Draw> draws;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(Draw draw, ToDraw(row));
    draws.push_back(std::move(draw));
  }
  return draws;
}

absl::Status PutIds(store::WriteTx& tx, const DrawId& id, int64_t stratum,
                    const std::vector<std::string>& ids) {
  int64_t part = 0;
  for (size_t begin = 0; begin < ids.size(); begin += limits::kFramePartIds, ++part) {
    const size_t end = std::min(ids.size(), begin + limits::kFramePartIds);
    const IdList list{{ids.begin() + static_cast<std::ptrdiff_t>(begin),
                       ids.begin() + static_cast<std::ptrdiff_t>(end)}};
    RETURN_IF_ERROR(
        Frames().Insert(tx, Values(id.value(), stratum, part, Bytes{EncodePart(list)})));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int64_t> TakeNumber(store::WriteTx& tx, const std::string& organisation,
                                   int64_t year) {
  ASSIGN_OR_RETURN(const auto row, Counters().Find(tx, Values(organisation, year)));
  const int64_t number = (row ? row->Int(2) : 0) + 1;
  RETURN_IF_ERROR(Counters().Put(tx, Values(organisation, year, number)));
  return number;
}

absl::Status PutDraw(store::WriteTx& tx, Draw& draw) {
  ++draw.version;
  return Draws().Put(tx,
                     Values(draw.id.value(), draw.plan.region, static_cast<int64_t>(StateOf(draw)),
                            draw.version, ToMicros(draw.create_time), Bytes{EncodePart(draw)}));
}

absl::StatusOr<std::optional<Draw>> FindDraw(store::ReadTx& tx, const DrawId& id) {
  ASSIGN_OR_RETURN(const auto row, Draws().Find(tx, Values(id.value())));
  if (!row) return std::nullopt;
  return ToDraw(*row);
}

absl::StatusOr<Draw> GetDraw(store::ReadTx& tx, const DrawId& id) {
  ASSIGN_OR_RETURN(auto draw, FindDraw(tx, id));
  if (!draw) return errors::NotFound("draws/" + id.value());
  return *std::move(draw);
}

absl::StatusOr<std::vector<Draw>> ListDraws(store::ReadTx& tx, const DrawFilter& filter) {
  static constexpr Sql kTail{
      "WHERE region >= $1 AND region <= $2 AND draw > $3 ORDER BY draw LIMIT $4"};
  const auto [first, last] = frame::RegionRange(filter.region);
  ASSIGN_OR_RETURN(const auto rows,
                   Draws().Select(tx, kTail, Values(first, last, filter.after, filter.limit)));
  return ToDraws(rows);
}

absl::StatusOr<std::vector<Draw>> OverdueDraws(store::ReadTx& tx, absl::Time now) {
  static constexpr Sql kTail{"WHERE state = $1 ORDER BY draw"};
  ASSIGN_OR_RETURN(const auto rows,
                   Draws().Select(tx, kTail, Values(static_cast<int64_t>(State::kLocked))));
  ASSIGN_OR_RETURN(std::vector<Draw> draws, ToDraws(rows));
  std::erase_if(draws, [&](const Draw& draw) { return !RevealsOverdue(draw, now); });
  return draws;
}

absl::Status PutFrame(store::WriteTx& tx, const DrawId& id, const std::vector<FrameStratum>& strata,
                      const std::vector<std::string>& roster) {
  RETURN_IF_ERROR(PutIds(tx, id, kRoster, roster));
  for (size_t i = 0; i < strata.size(); ++i) {
    RETURN_IF_ERROR(PutIds(tx, id, static_cast<int64_t>(i), strata[i].ids));
  }
  return absl::OkStatus();
}

absl::StatusOr<Lock> ReadLock(store::ReadTx& tx, const Draw& draw) {
  static constexpr Sql kTail{"WHERE draw = $1 ORDER BY stratum, part"};
  std::vector<FrameStratum> strata;
  for (const StratumPlan& plan : draw.plan.strata) strata.push_back({plan.key, plan.take, {}});
  std::vector<std::string> roster;
  const auto take = [&](const Row& row) -> absl::Status {
    ASSIGN_OR_RETURN(IdList list, DecodePart<IdList>(row.Blob(3), "a frame"));
    const int64_t stratum = row.Int(1);
    auto& target = stratum == kRoster ? roster : strata.at(static_cast<size_t>(stratum)).ids;
    std::move(list.ids.begin(), list.ids.end(), std::back_inserter(target));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(Frames().ForEach(tx, kTail, Values(draw.id.value()), take));
  return MakeLock(draw, *draw.lock, std::move(strata), std::move(roster));
}

absl::StatusOr<std::vector<FrameStratum>> ReadFrames(store::ReadTx& tx, const Plan& plan) {
  std::vector<FrameStratum> strata;
  for (const StratumPlan& one : plan.strata) strata.push_back({one.key, one.take, {}});
  int64_t total = 0;
  const auto holds = [](const std::vector<std::string>& wanted, const std::string& item) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), item) != wanted.end();
  };
  const auto visit = [&](const frame::Unit& unit) -> absl::Status {
    for (size_t i = 0; i < strata.size(); ++i) {
      const StratumPlan& one = plan.strata[i];
      const auto [first, last] = frame::RegionRange(one.region.empty() ? plan.region : one.region);
      if (unit.region < first || unit.region > last) continue;
      if (!holds(one.kinds, unit.kind) || !holds(one.grades, unit.grade)) continue;
      if (++total > limits::kFrameMax) {
        return errors::Refuse(errors::Reason::kDrawFrameTooLarge,
                              {{"max", absl::StrCat(limits::kFrameMax)}});
      }
      strata[i].ids.push_back(unit.id);
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(frame::ForEachTrading(tx, plan.region, visit));
  for (FrameStratum& one : strata) std::sort(one.ids.begin(), one.ids.end());
  return strata;
}

absl::StatusOr<std::vector<std::string>> ReadRoster(store::ReadTx& tx, Draw& draw, absl::Time at) {
  ASSIGN_OR_RETURN(const auto inspectors, frame::InspectorsFor(tx, draw.plan.region));
  std::vector<std::string> roster;
  for (const frame::Inspector& one : inspectors) {
    if (!frame::MayBeDrawn(one, ToDate(at))) continue;
    roster.push_back(one.id);
    for (const std::string& conflict : one.conflicts) {
      draw.recusals.push_back({{conflict, one.id}, "", at});
    }
  }
  std::sort(roster.begin(), roster.end());
  return roster;
}

}  // namespace shian::inspection::draw
