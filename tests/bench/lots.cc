#include "tests/bench/lots.h"

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"

namespace shian::bench {
namespace {

constexpr uint32_t kTierLots = 100'000;
constexpr uint32_t kTiers = 12;
constexpr uint32_t kSupplyTierLots = 500'000;
constexpr uint32_t kSupplyTiers = 11;
constexpr uint32_t kNeighbourhood = 5'000;
constexpr uint32_t kLargeSuppliers = 200;

}  // namespace

uint64_t MadeGraph::inputs() const {
  uint64_t count = 0;
  for (const MadeProcess& process : processes) count += process.inputs.size();
  return count;
}

uint64_t MadeGraph::outputs() const {
  uint64_t count = 0;
  for (const MadeProcess& process : processes) count += process.outputs.size();
  return count;
}

MadeGraph TieredGraph() {
  MadeGraph graph;
  graph.lots = kTiers * kTierLots;
  std::mt19937_64 r(42);
  for (uint32_t tier = 1; tier < kTiers; ++tier) {
    for (uint32_t i = 0; i < kTierLots; ++i) {
      MadeProcess process;
      const uint64_t k = 1 + r() % 4;
      for (uint64_t j = 0; j < k; ++j) {
        const uint64_t source = r() % 10 < 3 ? r() % 1'000 : r() % kTierLots;
        process.inputs.push_back((tier - 1) * kTierLots + static_cast<uint32_t>(source));
      }
      process.outputs = {tier * kTierLots + i};
      graph.processes.push_back(std::move(process));
    }
  }
  return graph;
}

MadeGraph SupplyGraph() {
  MadeGraph graph;
  graph.lots = kSupplyTiers * kSupplyTierLots;
  std::mt19937_64 r(42);
  for (uint32_t tier = 1; tier < kSupplyTiers; ++tier) {
    for (uint32_t i = 0; i < kSupplyTierLots;) {
      MadeProcess process;
      const auto outputs = std::min<uint32_t>(1 + r() % 3, kSupplyTierLots - i);
      const uint64_t inputs = 1 + r() % 3;
      for (uint64_t j = 0; j < inputs; ++j) {
        const uint32_t near =
            (i + kSupplyTierLots - kNeighbourhood / 2 + r() % kNeighbourhood) % kSupplyTierLots;
        const auto source = r() % 50 == 0 ? static_cast<uint32_t>(r() % kLargeSuppliers) : near;
        process.inputs.push_back((tier - 1) * kSupplyTierLots + source);
      }
      for (uint32_t j = 0; j < outputs; ++j, ++i)
        process.outputs.push_back(tier * kSupplyTierLots + i);
      graph.processes.push_back(std::move(process));
    }
  }
  return graph;
}

std::string LotName(uint32_t lot) {
  return absl::StrCat("https://id.gs1.org/01/06901234567892/10/L", lot);
}

trace::Records ToRecords(const MadeGraph& graph, size_t from, size_t to) {
  trace::Records records;
  records.first = static_cast<uint32_t>(from + 1);
  records.end = static_cast<uint32_t>(to + 1);
  records.first_process = records.first;
  if (from == 0) {
    for (uint32_t lot = 0; lot < graph.lots; ++lot) records.lots.push_back(LotName(lot));
    records.kinds.assign(graph.lots, static_cast<uint8_t>(trace::EpcKind::kLot));
  } else {
    records.first_lot = graph.lots + 1;
  }
  for (size_t i = from; i < to; ++i) {
    const auto event = static_cast<uint32_t>(i + 1);
    records.events.push_back({static_cast<int64_t>(i) * 1'000'000});
    records.moments.push_back({event, static_cast<int64_t>(i)});
    records.processes.push_back({event, 0});
    for (const uint32_t lot : graph.processes[i].inputs) {
      records.inputs.push_back({lot + 1, event, event});
      records.touches.push_back({lot + 1, event, trace::Role::kInput});
    }
    for (const uint32_t lot : graph.processes[i].outputs) {
      records.outputs.push_back({lot + 1, event, event});
      records.touches.push_back({lot + 1, event, trace::Role::kOutput});
    }
  }
  return records;
}

}  // namespace shian::bench
