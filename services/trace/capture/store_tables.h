// The fact tables of captured events, for the files of this store.
#pragma once

#include "libs/store/fact_table.h"

namespace shian::trace::capture {

inline const store::FactTable kEvents(
    "capture_event",
    {"hash",        "declaration",     "sequence", "recorded",   "event_id",     "type",
     "action",      "event_time",      "biz_step", "read_point", "biz_location", "source",
     "destination", "transformation",  "json",     "context",    "origin",       "source_id",
     "authority",   "document_sha256", "attested"},
    2);
enum EventColumn {
  kHash,
  kDeclarationColumn,
  kSequence,
  kRecorded,
  kEventId,
  kType,
  kAction,
  kEventTime,
  kBizStep,
  kReadPoint,
  kBizLocation,
  kSource,
  kDestination,
  kTransformation,
  kJson,
  kContext,
  kOrigin,
  kSourceId,
  kAuthority,
  kDocument,
  kAttested
};
inline const store::FactTable kContexts("capture_context", {"hash", "json"}, 1);
inline const store::FactTable kMasks("capture_mask", {"sequence", "masked_from"}, 1);

}  // namespace shian::trace::capture
