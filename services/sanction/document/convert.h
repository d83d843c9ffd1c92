// proto <-> domain for official documents.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "services/sanction/case/case.h"
#include "services/sanction/document/document.h"
#include "services/sanction/document/form.h"
#include "services/sanction/document/values.h"
#include "services/sanction/listing/entry.h"
#include "services/sanction/party/convert.h"
#include "services/sanction/publicity/publicity.h"
#include "shian/policy/v1/document.pb.h"
#include "shian/policy/v1/system.pb.h"
#include "shian/sanction/v1/changes.pb.h"
#include "shian/sanction/v1/document.pb.h"

namespace shian::sanction::convert {

// The form whose series numbers penalty decisions.
inline constexpr char kDecisionForm[] = "document.penalty-decision";
inline constexpr char kSystemTable[] = "systems";

// Null when it is none on that day.
const policy::v1::OrganisationEntry* FindOrganisation(const policy::v1::SystemTable& table,
                                                      const std::string& id, Date on);

// What a document is about.
struct DocumentMatter {
  FormMatter kind = FormMatter::kCase;
  MatterName name;

  // Below the operator: "cases/7".
  std::string below() const;
};
DocumentMatter ToDocumentMatter(const std::string& matter, Reader* reader);

std::string ToDocumentKind(const std::string& kind, Reader* reader);
// "penalty-notice" -> "document.penalty-notice" and back.
std::string FormId(absl::string_view kind);
std::string KindOfForm(absl::string_view id);

Form ToForm(const policy::v1::DocumentTemplate& form, const std::string& revision);

// What the officer states, bounded but not yet judged by a form.
struct GivenField {
  std::string key;
  std::string value;
};
std::vector<GivenField> ToGivenFields(
    const google::protobuf::RepeatedPtrField<v1::DocumentFieldValue>& fields, Reader* reader);
// Refuses what the form does not ask for, asks for otherwise, or asks for once.
absl::Status AddGivenFields(const Form& form, const std::vector<GivenField>& given,
                            DocumentValues* values);

// The acts that were taken, in the words of a form.
std::set<std::string> ActsOf(const Case& c);
std::set<std::string> ActsOf(const Entry& entry);
std::set<std::string> ActsOf(const Publicity& publicity);

struct DocumentView {
  std::string origin;
  DocumentId replaced_by;
};
v1::Document ToProto(const IssuedDocument& document, const DocumentView& view);
v1::DocumentKind ToProto(const Form& form, const std::vector<std::string>& missing);
v1::DocumentIssued ToIssued(const IssuedDocument& document);

}  // namespace shian::sanction::convert
