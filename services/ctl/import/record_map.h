#ifndef SHIAN_SERVICES_CTL_IMPORT_RECORD_MAP_H_
#define SHIAN_SERVICES_CTL_IMPORT_RECORD_MAP_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace shian::ctl {

// What a column of a record means for its event.
enum class RecordPart {
  kDate,         // when: 2025-03-01, or 2025-03-01 08:30
  kPlace,        // the firm that keeps the record, by social credit code or GLN
  kFrom,         // who gave the goods
  kTo,           // who got them
  kLot,          // the batch by its trace code or Digital Link
  kGtin,         // with kBatch: the batch by GTIN and number
  kSubject,      // with kBatch: the batch by who made it and number
  kBatch,        // the batch number as printed
  kQuantity,     // how much
  kUnit,         // UN/CEFACT unit; the words of the file are mapped
  kVoucher,      // number of the document that came with the goods
  kCertificate,  // number of the certificate
  kInputs,       // trace codes of what was used up, separated by | ; or 、
  kProcess,      // joins several records to one process: the batch of the crop
  kNote,         // anything else, kept under a name of its own
};

struct RecordColumn {
  std::string column;
  RecordPart part = RecordPart::kNote;
  std::string note;  // the name, of kNote
  bool required = false;
  std::map<std::string, std::string> values;  // words of the file and what stands for them
};

// A kind of record that the law asks for (deploy/maps/records/*.json) and the event it becomes.
struct RecordMap {
  std::string title, basis, mark, keep;
  std::string type, action, biz_step, disposition;
  std::string scheme;  // of batch codes made from subject and batch
  std::vector<RecordColumn> columns;
};

// Refused with the file and the key that is wrong.
absl::StatusOr<RecordMap> LoadRecordMap(const std::string& path);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_IMPORT_RECORD_MAP_H_
