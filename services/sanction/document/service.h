// shian.sanction.v1.DocumentService.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libs/rpc/edge.h"
#include "services/sanction/document/convert.h"
#include "services/sanction/document/document.h"
#include "services/sanction/document/fill.h"
#include "services/sanction/document/form.h"
#include "services/sanction/document/values.h"
#include "shian/sanction/v1/document_service.grpc.pb.h"

namespace shian::sanction {

class DocumentService final : public v1::DocumentService::CallbackService {
 public:
  explicit DocumentService(rpc::Edge& edge) : edge_(edge) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* ListDocumentKinds(Context* context, const v1::ListDocumentKindsRequest* in,
                             v1::ListDocumentKindsResponse* out) override;
  Reactor* PreviewDocument(Context* context, const v1::PreviewDocumentRequest* in,
                           v1::PreviewDocumentResponse* out) override;
  Reactor* IssueDocument(Context* context, const v1::IssueDocumentRequest* in,
                         v1::IssueDocumentResponse* out) override;
  Reactor* GetDocument(Context* context, const v1::GetDocumentRequest* in,
                       v1::GetDocumentResponse* out) override;
  Reactor* ListDocuments(Context* context, const v1::ListDocumentsRequest* in,
                         v1::ListDocumentsResponse* out) override;

 private:
  // What a request wants filled in.
  struct Order {
    convert::DocumentMatter matter;
    std::string kind;
    std::vector<convert::GivenField> fields;
    std::optional<convert::MatterName> replaces;
  };
  // What is known of a matter.
  struct Material {
    std::string region;
    std::string organisation;  // empty for a lead: nobody's yet
    std::set<std::string> acts;
    DocumentValues values;
    std::set<std::string> missing;  // what the form's own texts need and is not known
    std::optional<Penalty> penalty;
    std::map<Numbering, std::string> numbers;  // that acts were given
  };

  template <class In>
  static Order ToOrder(const In& in, convert::Reader* reader);

  absl::StatusOr<Form> FormOf(store::ReadTx& tx, const std::string& kind, FormMatter matter,
                              Date on) const;
  absl::StatusOr<Material> Gather(store::ReadTx& tx, const rpc::Call& call,
                                  const convert::DocumentMatter& matter) const;
  absl::Status AddCaseOf(store::ReadTx& tx, const OperatorId& op, const CaseId& id,
                         Material* material) const;
  absl::Status AddEntryOf(store::ReadTx& tx, const OperatorId& op, const EntryId& id, Date on,
                          Material* material) const;
  absl::Status AddPublicityOf(store::ReadTx& tx, const OperatorId& op, const CaseId& id, Date on,
                              Material* material) const;
  absl::Status AddNominationOf(store::ReadTx& tx, const OperatorId& op, const NominationId& id,
                               Material* material) const;
  // Everything that does not come from the matter; gives the organisation's short word.
  absl::StatusOr<std::string> AddRest(store::ReadTx& tx, const rpc::Call& call, const Form& form,
                                      const Order& order, Material* material) const;
  absl::Status CheckOffered(store::ReadTx& tx, const Form& form, const Material& material,
                            Date on) const;
  absl::Status SetReplaced(store::ReadTx& tx, const Order& order, DocumentValues* values,
                           IssuedDocument* document) const;
  absl::Status SetNumber(store::WriteTx& tx, const Form& form, const Material& material,
                         const std::string& short_word, IssuedDocument* document) const;
  absl::StatusOr<IssuedDocument> Issue(store::WriteTx& tx, const rpc::Call& call,
                                       const Order& order) const;
  absl::StatusOr<v1::Document> Show(store::ReadTx& tx, const IssuedDocument& document) const;

  rpc::Edge& edge_;
};

}  // namespace shian::sanction
