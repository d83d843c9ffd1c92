// The reads of DocumentService: issued documents, and the kinds that a matter offers.
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/policy/registry.h"
#include "libs/policy/revisions.h"
#include "libs/rpc/page.h"
#include "services/sanction/document/limits.h"
#include "services/sanction/document/service.h"
#include "services/sanction/document/store.h"
#include "services/sanction/party/limits.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using Need = Reader::Need;

// The kinds of document that have an active template, in order.
absl::StatusOr<std::set<std::string>> KindsInPolicy(store::ReadTx& tx) {
  policy::RevisionFilter filter;
  filter.kind = policy::v1::POLICY_KIND_DOCUMENT;
  filter.state = policy::v1::POLICY_STATE_ACTIVE;
  ASSIGN_OR_RETURN(const auto revisions,
                   policy::ListRevisions(tx, filter, "", limits::kDocumentKindsMax));
  std::set<std::string> kinds;
  for (const policy::StoredRevision& one : revisions) kinds.insert(convert::KindOfForm(one.id));
  return kinds;
}

absl::StatusOr<DocumentQuery> ToQuery(const rpc::Call& call, const v1::ListDocumentsRequest& in,
                                      const rpc::PageStart& page) {
  Reader reader;
  DocumentQuery query;
  query.known_at = page.known_at;
  query.after = page.after;
  query.limit = page.size;
  query.region = call.system().region;
  if (!in.matter().empty()) {
    const convert::DocumentMatter matter = convert::ToDocumentMatter(in.matter(), &reader);
    query.op = matter.name.op;
    query.matter = matter.below();
    if (!in.organisation().empty() || in.year() != 0) {
      reader.Wrong("matter",
                   {"stands alone, or organisation and year do", "事项与机关、年份不能同时指定"});
    }
  } else {
    query.organisation =
        reader.Line("organisation", in.organisation(), limits::kIdCharsMax, Need::kRequired);
    query.year = static_cast<int>(
        reader.Number("year", in.year(), limits::kDocumentYearMin, limits::kDocumentYearMax));
  }
  RETURN_IF_ERROR(reader.ToStatus());
  return query;
}

}  // namespace

absl::StatusOr<v1::Document> DocumentService::Show(store::ReadTx& tx,
                                                   const IssuedDocument& document) const {
  ASSIGN_OR_RETURN(const DocumentId by, ReplacedBy(tx, document));
  return convert::ToProto(document, {tx.origin(), by});
}

DocumentService::Reactor* DocumentService::GetDocument(Context* context,
                                                       const v1::GetDocumentRequest* in,
                                                       v1::GetDocumentResponse* out) {
  return edge_.Read(context, in, out,
                    [this](const rpc::Call& call, const v1::GetDocumentRequest& in,
                           store::ReadTx& tx, v1::GetDocumentResponse* out) -> absl::Status {
                      Reader reader;
                      const convert::MatterName name =
                          reader.Matter("name", in.name(), "documents");
                      RETURN_IF_ERROR(reader.ToStatus());
                      ASSIGN_OR_RETURN(const auto document, FindDocument(tx, name.op, name.id));
                      if (!document) return errors::NotFound(in.name());
                      RETURN_IF_ERROR(call.RequireRegion(document->region));
                      call.NoteResource(document->name());
                      ASSIGN_OR_RETURN(*out->mutable_document(), Show(tx, *document));
                      ASSIGN_OR_RETURN(*out->mutable_html(), PageOf(tx, *document));
                      return absl::OkStatus();
                    });
}

DocumentService::Reactor* DocumentService::ListDocuments(Context* context,
                                                         const v1::ListDocumentsRequest* in,
                                                         v1::ListDocumentsResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListDocumentsRequest& in, store::ReadTx& tx,
             v1::ListDocumentsResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(const auto page, rpc::OpenPage(in, call.now()));
        ASSIGN_OR_RETURN(const DocumentQuery query, ToQuery(call, in, page));
        ASSIGN_OR_RETURN(const std::vector<IssuedDocument> documents,
                         sanction::ListDocuments(tx, query));
        for (const IssuedDocument& document : documents) {
          RETURN_IF_ERROR(call.RequireRegion(document.region));
          ASSIGN_OR_RETURN(*out->add_documents(), Show(tx, document));
        }
        if (static_cast<int>(documents.size()) < page.size) return absl::OkStatus();
        out->set_next_page_token(rpc::NextPage(page, documents.back().id.value(), call.now()));
        return absl::OkStatus();
      });
}

DocumentService::Reactor* DocumentService::ListDocumentKinds(Context* context,
                                                             const v1::ListDocumentKindsRequest* in,
                                                             v1::ListDocumentKindsResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListDocumentKindsRequest& in, store::ReadTx& tx,
             v1::ListDocumentKindsResponse* out) -> absl::Status {
        Reader reader;
        const convert::DocumentMatter matter = convert::ToDocumentMatter(in.matter(), &reader);
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(const Material material, Gather(tx, call, matter));
        ASSIGN_OR_RETURN(const std::set<std::string> kinds, KindsInPolicy(tx));
        for (const std::string& kind : kinds) {
          const auto form = FormOf(tx, kind, matter.kind, ToDate(call.now()));
          // Not in force on this day, or about something else.
          if (absl::IsFailedPrecondition(form.status())) continue;
          if (absl::IsInvalidArgument(form.status())) continue;
          RETURN_IF_ERROR(form.status());
          *out->add_kinds() = convert::ToProto(*form, MissingActs(*form, material.acts));
        }
        return absl::OkStatus();
      });
}

}  // namespace shian::sanction
