#include "services/sanction/document/service.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "libs/policy/registry.h"
#include "services/sanction/case/convert.h"
#include "services/sanction/case/store.h"
#include "services/sanction/document/limits.h"
#include "services/sanction/document/page.h"
#include "services/sanction/document/store.h"
#include "services/sanction/document/words.h"
#include "services/sanction/lead/store.h"
#include "services/sanction/listing/convert.h"
#include "services/sanction/listing/convert_terms.h"
#include "services/sanction/listing/steps.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/listing/store_nomination.h"
#include "services/sanction/party/store.h"
#include "services/sanction/publicity/store.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using errors::Reason;
using errors::Refuse;

std::string MatterNameOf(const convert::DocumentMatter& matter) {
  return absl::StrCat("operators/", matter.name.op.value(), "/", matter.below());
}

// Whoever issues a document belongs to the authority whose matter it is and holds a post for it.
absl::Status CheckOfficer(const Form& form, const std::string& organisation,
                          const auth::Officer& officer) {
  const bool holds =
      std::any_of(officer.posts.begin(), officer.posts.end(), [&](const std::string& post) {
        return std::find(form.posts.begin(), form.posts.end(), post) != form.posts.end();
      });
  if (holds && officer.organisation == organisation) return absl::OkStatus();
  return Refuse(Reason::kDocumentNotYours,
                {{"organisation", organisation}, {"posts", absl::StrJoin(form.posts, "、")}});
}

absl::StatusOr<std::string> PageFor(const FilledForm& filled) {
  std::string page = RenderPage(filled);
  if (page.size() <= limits::kDocumentPageBytesMax) return page;
  return Refuse(Reason::kDocumentTooLong, {{"max", absl::StrCat(limits::kDocumentPageBytesMax)}});
}

}  // namespace

// ---- What is known
// ----------------------------------------------------------------------------------

absl::StatusOr<Form> DocumentService::FormOf(store::ReadTx& tx, const std::string& kind,
                                             FormMatter matter, Date on) const {
  ASSIGN_OR_RETURN(const auto policy, edge_.policies().InForce<policy::v1::DocumentTemplate>(
                                          tx, convert::FormId(kind), on));
  Form form = convert::ToForm(policy.policy(), policy.revision);
  if (form.matters.contains(matter)) return form;
  return errors::InvalidField("kind", {"is about no such matter", "不适用于该类事项"});
}

absl::Status DocumentService::AddCaseOf(store::ReadTx& tx, const OperatorId& op, const CaseId& id,
                                        Material* material) const {
  ASSIGN_OR_RETURN(const std::optional<Case> c, FindCase(tx, op, id));
  if (!c) return errors::NotFound(absl::StrCat("operators/", op.value(), "/cases/", id.value()));
  material->region = c->region;
  material->organisation = c->organisation;
  material->acts.merge(convert::ActsOf(*c));
  material->numbers[Numbering::kCase] = c->number;
  if (c->penalty() != nullptr) {
    material->penalty = *c->penalty();
    material->numbers[Numbering::kDecision] = c->penalty()->decision_number;
  }
  AddCase(*c, &material->values);
  return absl::OkStatus();
}

absl::Status DocumentService::AddEntryOf(store::ReadTx& tx, const OperatorId& op, const EntryId& id,
                                         Date on, Material* material) const {
  ASSIGN_OR_RETURN(std::optional<Entry> entry, FindEntry(tx, op, id));
  if (!entry) {
    return errors::NotFound(absl::StrCat("operators/", op.value(), "/entries/", id.value()));
  }
  ASSIGN_OR_RETURN(const ListingRule rule, convert::RuleNowOf(tx, edge_.policies(), *entry, on));
  ASSIGN_OR_RETURN(const auto calendar, edge_.policies().Calendar(tx));
  if (!rule.repair_chain.empty()) entry->repairable = RepairableOn(*entry, rule, *calendar);
  if (entry->nomination.empty()) {
    RETURN_IF_ERROR(AddCaseOf(tx, op, entry->case_id, material));
  } else {
    RETURN_IF_ERROR(AddNominationOf(tx, op, entry->nomination, material));
  }
  material->acts.merge(convert::ActsOf(*entry));
  AddEntry(*entry, &material->values);
  return absl::OkStatus();
}

absl::Status DocumentService::AddNominationOf(store::ReadTx& tx, const OperatorId& op,
                                              const NominationId& id, Material* material) const {
  ASSIGN_OR_RETURN(const std::optional<Nomination> nomination, FindNomination(tx, op, id));
  if (!nomination) {
    return errors::NotFound(absl::StrCat("operators/", op.value(), "/nominations/", id.value()));
  }
  ASSIGN_OR_RETURN(const auto rule, edge_.policies().OfRevision<policy::v1::ListRule>(
                                        tx, nomination->rule_revision));
  material->region = nomination->region;
  material->organisation = nomination->organisation;
  material->acts.insert("nomination");
  AddNomination(*nomination, rule.policy().title_zh(), &material->values);
  return absl::OkStatus();
}

// The class of repair is the one of the day on which it was asked for.
absl::Status DocumentService::AddPublicityOf(store::ReadTx& tx, const OperatorId& op,
                                             const CaseId& id, Date on, Material* material) const {
  RETURN_IF_ERROR(AddCaseOf(tx, op, id, material));
  ASSIGN_OR_RETURN(const std::optional<Publicity> publicity, FindPublicity(tx, op, id));
  // Before the service of the decision there is nothing that could be public.
  if (!publicity || !publicity->c.Has(Act::kDecisionServed)) {
    return errors::NotFound(absl::StrCat("operators/", op.value(), "/publicities/", id.value()));
  }
  const PublicityEvent* asked = publicity->Last(PublicityAct::kRepairRequested);
  ASSIGN_OR_RETURN(const RepairTerms terms,
                   convert::TermsInForce(tx, edge_.policies(), publicity->c.region,
                                         asked == nullptr ? on : ToDate(asked->time)));
  const RepairClass* one =
      asked == nullptr ? nullptr : ClassOf(terms.classes, *publicity->c.penalty(), asked->field);
  material->acts.merge(convert::ActsOf(*publicity));
  AddPublicity(*publicity, one, &material->values);
  return absl::OkStatus();
}

absl::StatusOr<DocumentService::Material> DocumentService::Gather(
    store::ReadTx& tx, const rpc::Call& call, const convert::DocumentMatter& matter) const {
  Material material;
  const OperatorId& op = matter.name.op;
  switch (matter.kind) {
    case FormMatter::kCase:
      RETURN_IF_ERROR(AddCaseOf(tx, op, CaseId(matter.name.id), &material));
      break;
    case FormMatter::kEntry:
      RETURN_IF_ERROR(AddEntryOf(tx, op, EntryId(matter.name.id), ToDate(call.now()), &material));
      break;
    case FormMatter::kNomination:
      RETURN_IF_ERROR(AddNominationOf(tx, op, NominationId(matter.name.id), &material));
      break;
    case FormMatter::kPublicity:
      RETURN_IF_ERROR(
          AddPublicityOf(tx, op, CaseId(matter.name.id), ToDate(call.now()), &material));
      break;
    case FormMatter::kLead: {
      ASSIGN_OR_RETURN(const auto lead, FindLead(tx, op, LeadId(matter.name.id)));
      if (!lead) return errors::NotFound(MatterNameOf(matter));
      material.region = lead->region;
      AddLead(*lead, &material.values);
    }
  }
  RETURN_IF_ERROR(call.RequireRegion(material.region));
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, op));
  AddParty(party, &material.values);
  return material;
}

absl::StatusOr<std::string> DocumentService::AddRest(store::ReadTx& tx, const rpc::Call& call,
                                                     const Form& form, const Order& order,
                                                     Material* material) const {
  const Date today = ToDate(call.now());
  if (material->organisation.empty()) material->organisation = call.officer().organisation;
  ASSIGN_OR_RETURN(const auto systems, edge_.policies().InForce<policy::v1::SystemTable>(
                                           tx, convert::kSystemTable, today));
  Issuer issuer;
  issuer.card = call.officer().card;
  issuer.date = today;
  std::string short_word;
  const auto* organisation =
      convert::FindOrganisation(systems.policy(), material->organisation, today);
  if (organisation != nullptr) {
    issuer.organisation = organisation->title_zh();
    short_word = organisation->short_zh();
    const auto* superior =
        convert::FindOrganisation(systems.policy(), organisation->superior(), today);
    if (superior != nullptr) issuer.superior = superior->title_zh();
    issuer.review_authority = organisation->review_authority_zh();
    issuer.court = organisation->court_zh();
  }
  AddIssuer(issuer, &material->values);
  for (const std::string& clock : form.clocks) {
    ASSIGN_OR_RETURN(const auto rule, edge_.policies().RuleInForce(tx, clock, today));
    material->values["clock." + clock] = PeriodText(rule.budget);
  }
  RETURN_IF_ERROR(convert::AddGivenFields(form, order.fields, &material->values));
  material->missing =
      AddForm(form, material->penalty ? &*material->penalty : nullptr, &material->values);
  return short_word;
}

absl::Status DocumentService::CheckOffered(store::ReadTx& tx, const Form& form,
                                           const Material& material, Date on) const {
  const std::vector<std::string> missing = MissingActs(form, material.acts);
  if (missing.empty()) return absl::OkStatus();
  // The chain knows what the acts are called, and the article behind the first one.
  ASSIGN_OR_RETURN(const auto chain, edge_.policies().InForce<policy::v1::ApprovalChain>(
                                         tx, convert::kCaseChain, on));
  std::vector<std::string> titles = missing;
  for (const policy::v1::ApprovalAct& act : chain.policy().acts()) {
    std::replace(titles.begin(), titles.end(), act.act(), act.title_zh());
  }
  return Refuse(Reason::kDocumentNotOffered, {{"acts", absl::StrJoin(titles, "、")}},
                convert::BasisOf(chain.policy(), missing.front()));
}

// ---- Issuing
// ----------------------------------------------------------------------------------------

absl::Status DocumentService::SetReplaced(store::ReadTx& tx, const Order& order,
                                          DocumentValues* values, IssuedDocument* document) const {
  if (!order.replaces) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto replaced, FindDocument(tx, order.replaces->op, order.replaces->id));
  const bool alike = replaced && replaced->op == document->op &&
                     replaced->matter == document->matter && replaced->kind == document->kind;
  if (!alike) {
    return errors::InvalidField(
        "replaces", {"must be a document of this matter and kind", "应为同一事项的同种文书"});
  }
  ASSIGN_OR_RETURN(const DocumentId by, ReplacedBy(tx, *replaced));
  if (!by.empty()) return Refuse(Reason::kDocumentReplaced, {{"document", replaced->name()}});
  document->replaces = replaced->id;
  (*values)["document.replaces"] = replaced->number;
  return absl::OkStatus();
}

// A document that replaces another one always takes a number of the series.
absl::Status DocumentService::SetNumber(store::WriteTx& tx, const Form& form,
                                        const Material& material, const std::string& short_word,
                                        IssuedDocument* document) const {
  const auto given = material.numbers.find(form.numbering);
  if (given != material.numbers.end() && document->replaces.empty()) {
    document->number = given->second;
    ASSIGN_OR_RETURN(const bool first, TakeGivenNumber(tx, *document));
    return first ? absl::OkStatus() : Refuse(Reason::kDocumentAlreadyIssued);
  }
  if (short_word.empty()) {
    return Refuse(Reason::kOrganisationWithoutWord, {{"organisation", document->organisation}});
  }
  document->series = form.number_word;
  // A decision may have been given a number of this series by hand.
  for (bool taken = true; taken;) {
    ASSIGN_OR_RETURN(document->serial, TakeDocumentNumber(tx, document->organisation,
                                                          document->series, document->year));
    document->number = NumberText(short_word, form.number_word, document->year, document->serial);
    ASSIGN_OR_RETURN(taken, IsDecisionNumber(tx, document->organisation, document->number));
  }
  return absl::OkStatus();
}

absl::StatusOr<IssuedDocument> DocumentService::Issue(store::WriteTx& tx, const rpc::Call& call,
                                                      const Order& order) const {
  const Date today = ToDate(call.now());
  ASSIGN_OR_RETURN(Material material, Gather(tx, call, order.matter));
  ASSIGN_OR_RETURN(const Form form, FormOf(tx, order.kind, order.matter.kind, today));
  ASSIGN_OR_RETURN(const std::string short_word, AddRest(tx, call, form, order, &material));
  RETURN_IF_ERROR(CheckOfficer(form, material.organisation, call.officer()));
  RETURN_IF_ERROR(CheckOffered(tx, form, material, today));
  IssuedDocument document;
  document.op = order.matter.name.op;
  document.id = DocumentId(tx.NewId());
  document.matter = order.matter.below();
  document.kind = form.kind;
  document.title = form.title;
  document.act = form.act;
  document.year = static_cast<int>(today.year());
  document.region = material.region;
  document.organisation = material.organisation;
  document.issued = tx.now();
  document.actor = convert::ToActor(call.officer());
  document.template_revision = form.revision;
  RETURN_IF_ERROR(SetReplaced(tx, order, &material.values, &document));
  RETURN_IF_ERROR(SetNumber(tx, form, material, short_word, &document));
  material.values["document.number"] = document.number;
  const FilledForm filled = Fill(form, material.values, std::move(material.missing));
  if (!filled.missing.empty()) {
    return Refuse(Reason::kDocumentIncomplete, {{"values", absl::StrJoin(filled.missing, ", ")}});
  }
  ASSIGN_OR_RETURN(const std::string page, PageFor(filled));
  document.sha256 = HexEncode(Sha256(page));
  document.size_bytes = static_cast<int64_t>(page.size());
  RETURN_IF_ERROR(InsertDocument(tx, document, page));
  RETURN_IF_ERROR(
      ledger::Append(tx, convert::ChangeOf({document.op, document.region, tx.now()},
                                           ledger::Log::kFacts, "shian.sanction.document.issued",
                                           convert::ToIssued(document).SerializeAsString())));
  return document;
}

template <class In>
DocumentService::Order DocumentService::ToOrder(const In& in, Reader* reader) {
  Order order;
  order.matter = convert::ToDocumentMatter(in.matter(), reader);
  order.kind = convert::ToDocumentKind(in.kind(), reader);
  order.fields = convert::ToGivenFields(in.fields(), reader);
  if constexpr (requires { in.replaces(); }) {
    if (!in.replaces().empty()) {
      order.replaces = reader->Matter("replaces", in.replaces(), "documents");
    }
  }
  return order;
}

DocumentService::Reactor* DocumentService::IssueDocument(Context* context,
                                                         const v1::IssueDocumentRequest* in,
                                                         v1::IssueDocumentResponse* out) {
  using Out = v1::IssueDocumentResponse;
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        const Order order = ToOrder(request, &reader);
        RETURN_IF_ERROR(reader.ToStatus());
        return rpc::Body<Out>([this, &call, order](store::WriteTx& tx) -> absl::StatusOr<Out> {
          ASSIGN_OR_RETURN(const IssuedDocument document, Issue(tx, call, order));
          Out reply;
          ASSIGN_OR_RETURN(*reply.mutable_document(), Show(tx, document));
          return reply;
        });
      });
}

DocumentService::Reactor* DocumentService::PreviewDocument(Context* context,
                                                           const v1::PreviewDocumentRequest* in,
                                                           v1::PreviewDocumentResponse* out) {
  return edge_.Read(context, in, out,
                    [this](const rpc::Call& call, const v1::PreviewDocumentRequest& in,
                           store::ReadTx& tx, v1::PreviewDocumentResponse* out) -> absl::Status {
                      Reader reader;
                      const Order order = ToOrder(in, &reader);
                      RETURN_IF_ERROR(reader.ToStatus());
                      const Date today = ToDate(call.now());
                      call.NoteResource(MatterNameOf(order.matter));
                      ASSIGN_OR_RETURN(Material material, Gather(tx, call, order.matter));
                      ASSIGN_OR_RETURN(const Form form,
                                       FormOf(tx, order.kind, order.matter.kind, today));
                      RETURN_IF_ERROR(AddRest(tx, call, form, order, &material).status());
                      FilledForm filled = Fill(form, material.values, std::move(material.missing));
                      // It has its number only once it is issued.
                      filled.missing.erase("document.number");
                      for (const std::string& value : filled.missing) out->add_missing(value);
                      ASSIGN_OR_RETURN(*out->mutable_html(), PageFor(filled));
                      out->set_policy_revision(form.revision);
                      return absl::OkStatus();
                    });
}

}  // namespace shian::sanction
