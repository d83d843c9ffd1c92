// What the modules after this one read of a captured event: enough for the graph and for recalls.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/trace/capture/event.h"

namespace shian::trace {

// Identifiers carry a dense number, given at first capture and never reused.
struct CapturedLink {
  Role role = Role::kObject;
  uint32_t epc = 0;
  int64_t quantity_micros = -1;  // in millionths of its unit; -1 when not stated
};

struct CapturedEvent {
  int64_t sequence = 0;
  EventType type = EventType::kObject;
  Action action = Action::kNone;
  absl::Time time;
  absl::Time recorded;
  std::string process;      // transformation id; empty when the event is a process of its own
  std::string biz_step;     // as a web URI; empty when not stated
  std::string place;        // business location, else read point
  std::string source;       // where the goods came from, as a place if stated, else as a party
  std::string destination;  // where they went to
  std::vector<CapturedLink> links;
};

// A new identifier, with its number.
struct CapturedEpc {
  uint32_t number = 0;
  std::string epc;
  EpcKind kind = EpcKind::kOther;
};

// A declaration that some event was wrong: of the order of capture it takes a place of its own.
struct CapturedDeclaration {
  int64_t sequence = 0;
  absl::Time recorded;
};

// An earlier event that a declaration has masked since.
struct CapturedMask {
  int64_t sequence = 0;
  int64_t masked_from = 0;
};

// What was captured after some place in the order of capture, in that order.
struct CapturedBatch {
  std::vector<CapturedEpc> epcs;
  std::vector<CapturedEvent> events;
  std::vector<CapturedDeclaration> declarations;
  std::vector<CapturedMask> masks;
  int64_t last = 0;  // sequence of the last one

  // Leaves out what comes after the event at `sequence`.
  void CutAfter(int64_t sequence);
};

// The place or party in a list of sources or destinations that says best where the goods are.
std::string PlaceOf(const std::vector<Party>& parties);

}  // namespace shian::trace
