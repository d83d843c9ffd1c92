#include "services/sanction/party/store_attested.h"

#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/store/fact_table.h"

namespace shian::sanction {
namespace {

using store::Bytes;
using store::FactTable;
using store::Values;

const FactTable& Records() {
  static const auto* const kTable = new FactTable(
      "attested_record", {"operator", "matter", "origin", "source_id", "authority", "document"}, 2);
  return *kTable;
}

const FactTable& Sources() {
  static const auto* const kTable =
      new FactTable("attested_source",
                    {"origin", "source_id", "kind", "operator", "matter", "content", "ended"}, 3);
  return *kTable;
}

}  // namespace

absl::Status InsertAttested(store::WriteTx& tx, const Matter& matter,
                            const AttestedRecord& record) {
  return Records().Insert(tx, Values(matter.op.value(), matter.name, record.origin,
                                     record.source_id, record.authority, record.document_sha256));
}

absl::StatusOr<std::optional<AttestedRecord>> FindAttested(store::ReadTx& tx,
                                                           const Matter& matter) {
  ASSIGN_OR_RETURN(const auto row, Records().Find(tx, Values(matter.op.value(), matter.name)));
  if (!row) return std::optional<AttestedRecord>();
  return std::optional<AttestedRecord>(
      AttestedRecord{row->Text(2), row->Text(3), row->Text(4), row->Text(5)});
}

absl::Status CheckOurs(store::ReadTx& tx, const Matter& matter) {
  ASSIGN_OR_RETURN(const auto record, FindAttested(tx, matter));
  if (!record) return absl::OkStatus();
  return errors::Refuse(errors::Reason::kRecordAttested, {{"origin", record->origin}});
}

absl::Status NameOrigin(store::ReadTx& tx, const Matter& matter,
                        common::v1::Provenance* provenance) {
  ASSIGN_OR_RETURN(const auto record, FindAttested(tx, matter));
  if (!record) return absl::OkStatus();
  provenance->set_origin(record->origin);
  provenance->set_source_id(record->source_id);
  provenance->set_authority(record->authority);
  provenance->set_document_sha256(record->document_sha256);
  provenance->set_attested(true);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<AttestedSource>> FindAttestedSource(store::ReadTx& tx,
                                                                 absl::string_view kind,
                                                                 absl::string_view origin,
                                                                 absl::string_view source_id) {
  ASSIGN_OR_RETURN(const auto row, Sources().Find(tx, Values(origin, source_id, kind)));
  if (!row) return std::optional<AttestedSource>();
  return std::optional<AttestedSource>(
      AttestedSource{{OperatorId(row->Text(3)), row->Text(4)}, row->Blob(5), row->Text(6)});
}

absl::Status PutAttestedSource(store::WriteTx& tx, absl::string_view kind, absl::string_view origin,
                               absl::string_view source_id, const AttestedSource& source) {
  return Sources().Put(tx, Values(origin, source_id, kind, source.matter.op.value(),
                                  source.matter.name, Bytes{source.content}, source.end));
}

}  // namespace shian::sanction
