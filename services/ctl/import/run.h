#ifndef SHIAN_SERVICES_CTL_IMPORT_RUN_H_
#define SHIAN_SERVICES_CTL_IMPORT_RUN_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/ctl/import/report.h"
#include "services/ctl/session/session.h"

namespace shian::ctl {

struct ImportOptions {
  std::string map;  // mapping file; empty: the kind's own under deploy/maps
  std::string run;  // id of this run; the same id repeats, a new one writes anew
  std::string origin, authority, region;  // override the mapping
  bool dry_run = false;
  bool rollback = false;  // events: one wrong event undoes its chunk
};

// Imports one table; the report tells of each row. An error: nothing could be sent, or the stream
// broke (what was answered before stands; run again with the same run id).
absl::StatusOr<ImportReport> ImportTable(Session& session, const std::string& file,
                                         const ImportOptions& options, int* exit_code);

// Imports one EPCIS 2.0 document, JSON-LD or XML.
absl::StatusOr<ImportReport> ImportEvents(Session& session, const std::string& file,
                                          const ImportOptions& options, int* exit_code);

// Imports one table of records that the law asks for, each row as an event.
absl::StatusOr<ImportReport> ImportRecords(Session& session, const std::string& file,
                                           const ImportOptions& options, int* exit_code);

// A whole file, at most 256 MiB.
absl::StatusOr<std::string> ReadWhole(const std::string& file);

// Sets a text or bool field by name where the message has it and the text is not empty.
void SetText(const std::string& field, const std::string& text, google::protobuf::Message* message);
void SetBool(const std::string& field, bool value, google::protobuf::Message* message);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_IMPORT_RUN_H_
