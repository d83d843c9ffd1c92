// Graphs for the benchmark of traces, always the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/trace/genealogy/records.h"

namespace shian::bench {

// A process: what went in and what came out, lots numbered from 0.
struct MadeProcess {
  std::vector<uint32_t> inputs, outputs;
};

struct MadeGraph {
  uint32_t lots = 0;
  std::vector<MadeProcess> processes;
  uint64_t inputs() const;   // edges from lots into processes
  uint64_t outputs() const;  // and out of them
};

// 12 tiers of 100,000 lots, 2,750,739 edges, three in ten of them from 1,000 hot lots of a tier.
MadeGraph TieredGraph();
// Ten million edges of the shape of a supply chain: most goods come from the neighbourhood, some
// from a few large suppliers, and a process makes one to three lots.
MadeGraph SupplyGraph();

std::string LotName(uint32_t lot);

// As the graph takes them in: `from` and up to `to` of the processes, one event each. The lots all
// come with the first.
trace::Records ToRecords(const MadeGraph& graph, size_t from, size_t to);

}  // namespace shian::bench
