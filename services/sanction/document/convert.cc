#include "services/sanction/document/convert.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/text.h"
#include "services/sanction/case/convert.h"
#include "services/sanction/document/limits.h"
#include "services/sanction/document/words.h"
#include "services/sanction/party/limits.h"

namespace shian::sanction::convert {
namespace {

using Need = Reader::Need;

constexpr char kFormPrefix[] = "document.";

const char* CollectionOf(FormMatter kind) {
  switch (kind) {
    case FormMatter::kCase:
      return "cases";
    case FormMatter::kEntry:
      return "entries";
    case FormMatter::kLead:
      return "leads";
    case FormMatter::kNomination:
      return "nominations";
    case FormMatter::kPublicity:
      return "publicities";
  }
  return "";
}

FormRow ToRow(const policy::v1::DocumentRow& in) {
  FormRow row;
  row.lines = in.lines();
  for (const policy::v1::DocumentCell& cell : in.cells()) {
    row.cells.push_back({cell.label(), cell.value(), cell.signature()});
  }
  return row;
}

FormBlock ToBlock(const policy::v1::DocumentBlock& in) {
  FormBlock block;
  block.when = in.when();
  switch (in.block_case()) {
    case policy::v1::DocumentBlock::kHeading:
      block.kind = BlockKind::kHeading;
      block.text = in.heading().text();
      break;
    case policy::v1::DocumentBlock::kList:
      block.kind = BlockKind::kList;
      block.items = {in.list().items().begin(), in.list().items().end()};
      break;
    case policy::v1::DocumentBlock::kTable:
      block.kind = BlockKind::kTable;
      for (const policy::v1::DocumentRow& row : in.table().rows()) block.rows.push_back(ToRow(row));
      break;
    case policy::v1::DocumentBlock::kSeal:
      block.kind = BlockKind::kSeal;
      block.text = in.seal().text();
      block.date = in.seal().date();
      break;
    default:
      block.kind = BlockKind::kParagraph;
      block.text = in.paragraph().text();
      block.flush = in.paragraph().flush();
  }
  return block;
}

// Each law once, with its article where that is one.
std::string CitationOf(const policy::v1::PolicyHeader& header) {
  return absl::StrJoin(
      header.legal_basis(), "、", [](std::string* out, const common::v1::LegalBasis& basis) {
        const bool article = absl::StartsWith(basis.article(), "第");
        absl::StrAppend(out, "《", basis.statute(), "》", article ? basis.article() : "");
      });
}

// The value as it is printed, or empty when it is not what the field takes.
std::string Printed(const FormField& field, const std::string& value) {
  if (field.type == FieldType::kText) return value;
  if (field.type == FieldType::kDate) {
    const absl::StatusOr<Date> date = ParseDate(value);
    return date.ok() ? DateText(*date) : "";
  }
  const auto line = NormaliseText(value, limits::kDocumentLineCodePointsMax);
  return line.ok() ? *line : "";
}

errors::Rule FormOf(FieldType type) {
  if (type == FieldType::kDate) {
    return {"must be a date, YYYY-MM-DD", "应为YYYY-MM-DD格式的日期"};
  }
  return {"must be one line of at most 200 characters", "应为不超过200个字符的一行文本"};
}

}  // namespace

const policy::v1::OrganisationEntry* FindOrganisation(const policy::v1::SystemTable& table,
                                                      const std::string& id, Date on) {
  const std::string day = FormatDate(on);
  for (const policy::v1::OrganisationEntry& one : table.organisations()) {
    const bool ended = !one.valid_to().empty() && one.valid_to() < day;
    if (one.id() == id && one.valid_from() <= day && !ended) return &one;
  }
  return nullptr;
}

std::string DocumentMatter::below() const { return absl::StrCat(CollectionOf(kind), "/", name.id); }

DocumentMatter ToDocumentMatter(const std::string& matter, Reader* reader) {
  DocumentMatter out;
  if (absl::StrContains(matter, "/entries/")) out.kind = FormMatter::kEntry;
  if (absl::StrContains(matter, "/leads/")) out.kind = FormMatter::kLead;
  if (absl::StrContains(matter, "/nominations/")) out.kind = FormMatter::kNomination;
  if (absl::StrContains(matter, "/publicities/")) out.kind = FormMatter::kPublicity;
  out.name = reader->Matter("matter", matter, CollectionOf(out.kind));
  return out;
}

std::string ToDocumentKind(const std::string& kind, Reader* reader) {
  const bool good = !kind.empty() && kind.size() <= limits::kDocumentKindCharsMax &&
                    std::all_of(kind.begin(), kind.end(), [](char c) {
                      return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
                    });
  if (!good) {
    reader->Wrong("kind", {"must name a kind of document, such as penalty-notice",
                           "应为文书种类，如penalty-notice"});
  }
  return kind;
}

std::string FormId(absl::string_view kind) { return absl::StrCat(kFormPrefix, kind); }

std::string KindOfForm(absl::string_view id) {
  return std::string(id.substr(absl::string_view(kFormPrefix).size()));
}

Form ToForm(const policy::v1::DocumentTemplate& in, const std::string& revision) {
  Form form;
  form.kind = KindOfForm(in.header().id());
  form.revision = revision;
  form.title = in.title_zh();
  form.number_word = in.number_word();
  form.numbering = static_cast<Numbering>(in.numbering());
  for (const int matter : in.matters()) form.matters.insert(static_cast<FormMatter>(matter));
  form.act = in.act();
  form.after = {in.after().begin(), in.after().end()};
  form.posts = {in.posts().begin(), in.posts().end()};
  for (const policy::v1::DocumentField& field : in.fields()) {
    form.fields.push_back(
        {field.key(), field.title_zh(), static_cast<FieldType>(field.type()), field.optional()});
  }
  form.clocks = {in.clocks().begin(), in.clocks().end()};
  for (const policy::v1::DocumentPenaltyItem& item : in.penalty_items()) {
    v1::PenaltyKind kind = v1::PENALTY_KIND_UNSPECIFIED;
    if (v1::PenaltyKind_Parse("PENALTY_KIND_" + item.kind(), &kind)) {
      form.penalty_items[static_cast<PenaltyKind>(kind)] = {item.text_zh(), item.without_zh()};
    }
  }
  form.basis = CitationOf(in.header());
  form.remedy = in.remedy_zh();
  for (const policy::v1::DocumentBlock& block : in.blocks()) form.blocks.push_back(ToBlock(block));
  return form;
}

std::vector<GivenField> ToGivenFields(
    const google::protobuf::RepeatedPtrField<v1::DocumentFieldValue>& fields, Reader* reader) {
  if (fields.size() > limits::kDocumentFieldsMax) {
    reader->Wrong("fields", {absl::StrCat("must be at most ", limits::kDocumentFieldsMax),
                             absl::StrCat("不能超过", limits::kDocumentFieldsMax, "项")});
    return {};
  }
  std::vector<GivenField> given;
  for (int i = 0; i < fields.size(); ++i) {
    const std::string field = absl::StrCat("fields[", i, "]");
    given.push_back(
        {reader->Line(field + ".key", fields[i].key(), limits::kIdCharsMax, Need::kRequired),
         reader->Text(field + ".value", fields[i].value(), limits::kTextCodePointsMax,
                      Need::kOptional)});
  }
  return given;
}

absl::Status AddGivenFields(const Form& form, const std::vector<GivenField>& given,
                            DocumentValues* values) {
  errors::Violations violations;
  std::set<std::string> seen;
  for (size_t i = 0; i < given.size(); ++i) {
    const std::string place = absl::StrCat("fields[", i, "]");
    const auto field = std::find_if(form.fields.begin(), form.fields.end(),
                                    [&](const FormField& one) { return one.key == given[i].key; });
    if (field == form.fields.end()) {
      violations.Add(place + ".key", {"is no field of this document", "不是该文书的填写项"});
      continue;
    }
    if (!seen.insert(field->key).second) {
      violations.Add(place + ".key", {"stands twice", "重复填写"});
      continue;
    }
    if (given[i].value.empty()) continue;
    std::string printed = Printed(*field, given[i].value);
    if (printed.empty()) violations.Add(place + ".value", FormOf(field->type));
    (*values)["field." + field->key] = std::move(printed);
  }
  return violations.ToStatus();
}

std::set<std::string> ActsOf(const Case& c) {
  std::set<std::string> acts;
  for (const Event& event : c.events) {
    // Of what never had effect nothing more is put on paper.
    if (event.act == Act::kAnnulled) return {};
    acts.insert(ChainAct(event.act));
  }
  return acts;
}

std::set<std::string> ActsOf(const Entry& entry) {
  // The forms of the two ways onto a list differ.
  const bool nominated = !entry.nomination.empty();
  std::set<std::string> acts = {nominated ? "list_decision" : "listing_decision"};
  for (const EntryEvent& event : entry.events) {
    const bool granted = event.act == EntryAct::kRepairGranted;
    if (event.act == EntryAct::kPublished) acts.insert("listing_publication");
    if (event.act == EntryAct::kAnnulled) return {};
    if (event.act == EntryAct::kRepairRequested) {
      // What was answered before is another request.
      acts.erase("repair_decision");
      acts.insert("repair_request");
    }
    if (granted || event.act == EntryAct::kRepairRefused) acts.insert("repair_decision");
    if (granted || event.act == EntryAct::kExpired || event.act == EntryAct::kRemoved) {
      acts.insert(nominated ? "list_removal" : "removal");
    }
  }
  return acts;
}

std::set<std::string> ActsOf(const Publicity& publicity) {
  std::set<std::string> acts;
  if (publicity.c.Has(Act::kAnnulled)) return acts;
  for (const PublicityEvent& event : publicity.events) {
    if (event.act == PublicityAct::kRepairRequested) acts = {"penalty_repair_request"};
    const bool answered =
        event.act == PublicityAct::kRepairGranted || event.act == PublicityAct::kRepairRefused;
    if (answered) acts.insert("penalty_repair_decision");
  }
  return acts;
}

v1::Document ToProto(const IssuedDocument& document, const DocumentView& view) {
  const std::string siblings = absl::StrCat("operators/", document.op.value(), "/documents/");
  v1::Document out;
  out.set_name(document.name());
  *out.mutable_provenance() =
      ToProvenance({view.origin, document.id.value(), document.organisation, document.issued});
  out.set_matter(document.matter_name());
  out.set_kind(document.kind);
  out.set_title(document.title);
  out.set_number(document.number);
  out.set_region(document.region);
  out.set_organisation(document.organisation);
  *out.mutable_issue_time() = convert::ToProto(document.issued);
  *out.mutable_actor() = convert::ToProto(document.actor);
  *out.mutable_attachment() =
      convert::ToProto(Document{document.sha256, absl::StrCat(document.title, " ", document.number),
                                kPageMediaType, document.size_bytes});
  if (!document.replaces.empty()) out.set_replaces(siblings + document.replaces.value());
  if (!view.replaced_by.empty()) out.set_replaced_by(siblings + view.replaced_by.value());
  out.set_policy_revision(document.template_revision);
  out.set_act(document.act);
  return out;
}

v1::DocumentKind ToProto(const Form& form, const std::vector<std::string>& missing) {
  v1::DocumentKind out;
  out.set_kind(form.kind);
  out.set_title(form.title);
  out.set_act(form.act);
  out.set_offered(missing.empty());
  for (const std::string& act : missing) out.add_missing_acts(act);
  for (const FormField& field : form.fields) {
    policy::v1::DocumentField* one = out.add_fields();
    one->set_key(field.key);
    one->set_title_zh(field.title);
    one->set_type(static_cast<policy::v1::DocumentFieldType>(field.type));
    one->set_optional(field.optional);
  }
  for (const std::string& post : form.posts) out.add_posts(post);
  out.set_policy_revision(form.revision);
  return out;
}

v1::DocumentIssued ToIssued(const IssuedDocument& document) {
  v1::DocumentIssued out;
  out.set_operator_("operators/" + document.op.value());
  out.set_document(document.name());
  out.set_matter(document.matter_name());
  out.set_region(document.region);
  out.set_kind(document.kind);
  out.set_number(document.number);
  out.set_sha256(document.sha256);
  *out.mutable_issue_time() = convert::ToProto(document.issued);
  if (!document.replaces.empty()) {
    out.set_replaces(
        absl::StrCat("operators/", document.op.value(), "/documents/", document.replaces.value()));
  }
  out.set_policy_revision(document.template_revision);
  return out;
}

}  // namespace shian::sanction::convert
