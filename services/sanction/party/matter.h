// What cases, entries and measures have in common: who acted, what proves it, which clocks run.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/calendar/deadline.h"
#include "libs/calendar/rule.h"
#include "services/sanction/party/party.h"

namespace shian::sanction {

struct Actor {
  std::string person;
  std::string organisation;
  std::string card;
};

// A document in the blob store.
struct Document {
  std::string sha256;
  std::string title;
  std::string media_type;
  int64_t size_bytes = 0;
};

// A statutory clock that an act started, and the revision of the table it runs under.
struct StartedClock {
  std::string key;
  std::string revision;
};

// A clock with its rule and what follows from it.
struct Clock {
  std::string key;
  calendar::Rule rule;
  absl::Time start;
  calendar::Due due;
  int started_by = 0;  // sequence of the act, where a matter keeps several of one kind
  std::vector<calendar::Suspension> suspensions;
  absl::Time done = absl::InfiniteFuture();
};

// A matter of one operator, by its name below it: "cases/7".
struct Matter {
  OperatorId op;
  std::string name;
};

// A page of matters: of one operator, or of a region and everything below it.
struct PageQuery {
  std::string region;  // 6 digits; used when `op` is empty
  OperatorId op;
  std::string after;  // PageKey of the last one before
  int limit = 0;
};
std::string PageKey(absl::string_view id, const OperatorId& op);

// The half-open range of division codes inside `region`: "410900" is ["4109", "4109:").
struct RegionRange {
  std::string from;
  std::string to;
};
RegionRange RangeOf(absl::string_view region);

}  // namespace shian::sanction
