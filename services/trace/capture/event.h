// An EPCIS 2.0 event in the terms of this service: what the graph, the lists and the recall need.
// Everything else stays in the JSON it came in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/trace/capture/epc.h"
#include "services/trace/capture/rule.h"

namespace shian::trace {

enum class EventType {
  kObject = 1,
  kAggregation = 2,
  kTransformation = 3,
  kAssociation = 4,
  kTransaction = 5
};
enum class Action { kNone = 0, kAdd = 1, kObserve = 2, kDelete = 3 };
enum class Role { kObject = 1, kParent = 2, kChild = 3, kInput = 4, kOutput = 5 };

struct Link {
  Role role = Role::kObject;
  std::string epc;       // canonical
  std::string original;  // as it came
  EpcKind kind = EpcKind::kOther;
  std::string quantity;  // decimal without needless zeros; empty when not stated
  std::string uom;
};

struct Party {
  std::string type;
  std::string party;  // canonical
};

struct BizTransaction {
  std::string type;
  std::string transaction;
};

struct ErrorDeclaration {
  absl::Time time;
  std::string reason;
  std::vector<std::string> corrective_event_ids;
  std::string digest;  // 32 bytes over the declaration: the event's own hash leaves it out
};

struct Event {
  EventType type = EventType::kObject;
  Action action = Action::kNone;
  std::string event_id;
  std::string hash;  // 32 bytes: SHA-256 of the canonical form
  absl::Time time;
  std::string zone_offset;
  std::string biz_step;
  std::string disposition;
  std::vector<std::string> persistent_set;
  std::vector<std::string> persistent_unset;
  std::string read_point;
  std::string biz_location;
  std::string transformation_id;
  std::vector<Link> links;
  std::vector<Party> sources;
  std::vector<Party> destinations;
  std::vector<BizTransaction> transactions;
  std::vector<std::string> certifications;
  std::optional<ErrorDeclaration> declaration;
  std::string json;          // as it came
  std::string context_json;  // the context it came with, as it came
};

// Where a record comes from, as its sender said.
struct Origin {
  std::string system;     // "ctl", or the name of the system that made the record
  std::string source_id;  // its id there
  std::string authority;
  std::string document_sha256;
  bool attested = false;
};

// What reading one event gave: the event when there are no findings. Warnings stop nothing.
struct ParsedEvent {
  int64_t line = 0;
  Event event;
  Findings findings;
  Findings warnings;
};

}  // namespace shian::trace
