#include "services/trace/capture/convert.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"
#include "libs/base/time.h"
#include "libs/rpc/convert.h"
#include "services/trace/capture/event_hash.h"
#include "services/trace/capture/limits.h"
#include "services/trace/capture/vocabulary.h"

namespace shian::trace::capture {
namespace {

errors::Rule RuleOf(const Rule& rule) {
  return {absl::StrCat(rule.id, ": ", rule.en), absl::StrCat(rule.id, "：", rule.zh), rule.id};
}

OnError ToOnError(v1::OnError on_error, errors::Violations* wrong) {
  if (!v1::OnError_IsValid(on_error)) {
    wrong->Add("on_error", {"must be a known value", "应为已定义的取值", "ENUM_UNKNOWN"});
  }
  return on_error == v1::ON_ERROR_ROLLBACK ? OnError::kRollback : OnError::kProceed;
}

std::string Text(const std::string& text, absl::string_view field, size_t most,
                 errors::Violations* wrong) {
  auto normal = NormaliseText(text, most);
  if (normal.ok()) return *std::move(normal);
  wrong->Add(field, {absl::StrCat("must be plain text of at most ", most, " characters"),
                     absl::StrCat("应为不超过", most, "个字符的文本"), "TEXT"});
  return "";
}

bool IsSha256Hex(absl::string_view text) {
  return text.size() == 2 * kSha256Bytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Origin ToOrigin(const common::v1::Provenance& in, absl::string_view system,
                errors::Violations* wrong) {
  Origin origin;
  origin.system = in.origin().empty()
                      ? std::string(system)
                      : Text(in.origin(), "provenance.origin", limits::kOriginBytesMax, wrong);
  origin.source_id =
      Text(in.source_id(), "provenance.source_id", limits::kSourceIdCodePointsMax, wrong);
  origin.authority =
      Text(in.authority(), "provenance.authority", limits::kAuthorityCodePointsMax, wrong);
  origin.document_sha256 = in.document_sha256();
  if (!origin.document_sha256.empty() && !IsSha256Hex(origin.document_sha256)) {
    wrong->Add("provenance.document_sha256",
               {"must be 64 lower-case hex digits", "应为64位小写十六进制数", "SHA256_HEX"});
  }
  origin.attested = in.attested();
  return origin;
}

common::v1::RowOutcome OutcomeOf(Verdict verdict) {
  if (IsStored(verdict)) return common::v1::ROW_OUTCOME_NEW;
  return verdict == Verdict::kAlreadyCaptured ? common::v1::ROW_OUTCOME_UNCHANGED
                                              : common::v1::ROW_OUTCOME_INVALID;
}

void Fill(const Rule& rule, const std::string& field, const std::string& value,
          common::v1::RowViolation* violation) {
  violation->set_field(field);
  violation->set_rule(rule.id);
  violation->set_message(rule.zh);
  violation->set_value(value);
}

void FillLists(const Event& event, v1::Event* out) {
  for (const Link& link : event.links) {
    v1::EpcLink* to = out->add_links();
    to->set_role(static_cast<v1::EpcRole>(link.role));
    to->set_epc(link.epc);
    to->set_original(link.original);
    to->set_kind(ToProto(link.kind));
    to->set_quantity(link.quantity);
    to->set_uom(link.uom);
  }
  const auto parties = [](const std::vector<Party>& from, auto* list) {
    for (const Party& party : from) {
      v1::Party* to = list->Add();
      to->set_type(party.type);
      to->set_party(party.party);
    }
  };
  parties(event.sources, out->mutable_sources());
  parties(event.destinations, out->mutable_destinations());
  for (const BizTransaction& transaction : event.transactions) {
    v1::BizTransaction* to = out->add_biz_transactions();
    to->set_type(transaction.type);
    to->set_transaction(transaction.transaction);
  }
  for (const std::string& word : event.persistent_set) out->add_persistent_disposition_set(word);
  for (const std::string& word : event.persistent_unset) {
    out->add_persistent_disposition_unset(word);
  }
  for (const std::string& uri : event.certifications) out->add_certification_info(uri);
}

void FillProvenance(const StoredEvent& stored, common::v1::Provenance* out) {
  out->set_origin(stored.origin.system);
  out->set_source_id(stored.origin.source_id);
  out->set_authority(stored.origin.authority);
  out->set_document_sha256(stored.origin.document_sha256);
  out->set_attested(stored.origin.attested);
  *out->mutable_record_time() = rpc::ToProto(stored.recorded);
}

template <class In>
absl::StatusOr<Batch> DocumentBatch(const In& in, absl::string_view system) {
  errors::Violations wrong;
  Batch batch;
  batch.on_error = ToOnError(in.on_error(), &wrong);
  batch.origin = ToOrigin(in.provenance(), system, &wrong);
  ParsedDocument document = ReadDocument(in.document());
  if (document.broken != nullptr) {
    wrong.Add(document.field == "document" ? "document" : absl::StrCat("document.", document.field),
              RuleOf(*document.broken));
  }
  batch.events = std::move(document.events);
  if (batch.origin.document_sha256.empty()) {
    batch.origin.document_sha256 = HexEncode(Sha256(in.document()));
  }
  RETURN_IF_ERROR(wrong.ToStatus());
  return batch;
}

template <class In>
absl::StatusOr<Batch> RowsBatch(const In& in, absl::string_view system) {
  errors::Violations wrong;
  Batch batch;
  batch.on_error = ToOnError(in.on_error(), &wrong);
  batch.origin = ToOrigin(in.provenance(), system, &wrong);
  if (in.rows_size() == 0 || in.rows_size() > limits::kEventsPerWriteMax) {
    wrong.Add("rows", {"must be 1 to 500", "应为1至500行", "ROWS_COUNT"});
  }
  const ParsedContext context = ReadContext(in.context_json());
  if (context.broken != nullptr) wrong.Add("context_json", RuleOf(*context.broken));
  RETURN_IF_ERROR(wrong.ToStatus());
  for (const v1::EventRow& row : in.rows()) {
    batch.events.push_back(ReadEventText(row.line(), row.json(), context));
  }
  return batch;
}

}  // namespace

absl::StatusOr<Batch> ToBatch(const v1::ImportDocumentRequest& in, absl::string_view system) {
  return DocumentBatch(in, system);
}

absl::StatusOr<Batch> ToBatch(const v1::CaptureDocumentRequest& in, absl::string_view system) {
  return DocumentBatch(in, system);
}

absl::StatusOr<Batch> ToBatch(const v1::CaptureStreamRequest& in, absl::string_view system) {
  return RowsBatch(in, system);
}

absl::StatusOr<Batch> ToBatch(const v1::ImportEventsRequest& in, absl::string_view system) {
  return RowsBatch(in, system);
}

absl::StatusOr<EventFilter> ToFilter(const v1::ListEventsRequest& in) {
  errors::Violations wrong;
  EventFilter filter;
  filter.epc = ToEpc(in.epc(), "epc", &wrong);
  filter.place = ToEpc(in.place(), "place", &wrong);
  filter.event_id = in.event_id();
  if (!filter.event_id.empty() && !IsUri(filter.event_id)) {
    wrong.Add("event_id", RuleOf(rules::kUriMalformed));
  }
  if (!in.biz_step().empty()) {
    filter.biz_step = WebUri(Vocabulary::kBizStep, in.biz_step());
    if (filter.biz_step.empty()) wrong.Add("biz_step", RuleOf(rules::kWordUnknown));
  }
  filter.from_micros =
      ToMicros(ToTime(in.has_from(), in.from(), absl::InfinitePast(), "from", &wrong));
  filter.to_micros = ToMicros(ToTime(in.has_to(), in.to(), absl::InfiniteFuture(), "to", &wrong));
  RETURN_IF_ERROR(wrong.ToStatus());
  return filter;
}

v1::EventVerdict ToProto(const ParsedEvent& parsed, const Outcome& outcome) {
  v1::EventVerdict out;
  common::v1::RowVerdict* row = out.mutable_row();
  row->set_line(parsed.line);
  row->set_outcome(OutcomeOf(outcome.verdict));
  out.set_verdict(static_cast<v1::Verdict>(outcome.verdict));
  out.set_event_id(parsed.event.event_id);
  out.set_sequence(outcome.sequence);
  for (const Violation& violation : parsed.findings.violations()) {
    Fill(*violation.rule, violation.field, violation.value, row->add_violations());
  }
  for (const Violation& warning : parsed.warnings.violations()) {
    Fill(*warning.rule, warning.field, warning.value, out.add_warnings());
  }
  if (!parsed.findings.empty()) return out;
  const auto& declaration = parsed.event.declaration;
  row->set_name(EventName(parsed.event.hash, declaration ? declaration->digest : ""));
  out.set_event_hash(NamedHash(parsed.event.hash));
  if (outcome.verdict == Verdict::kConflict) {
    Fill(rules::kEventIdTaken, "eventID", parsed.event.event_id, row->add_violations());
  }
  return out;
}

v1::Event ToProto(const StoredEvent& stored) {
  const Event& event = stored.event;
  v1::Event out;
  out.set_name(EventName(event.hash, stored.declaration));
  out.set_event_id(event.event_id);
  out.set_event_hash(NamedHash(event.hash));
  out.set_sequence(stored.sequence);
  out.set_type(static_cast<v1::EventType>(event.type));
  *out.mutable_event_time() = rpc::ToProto(event.time);
  out.set_event_time_zone_offset(event.zone_offset);
  out.set_action(static_cast<v1::EventAction>(event.action));
  out.set_biz_step(event.biz_step);
  out.set_disposition(event.disposition);
  out.set_read_point(event.read_point);
  out.set_biz_location(event.biz_location);
  out.set_transformation_id(event.transformation_id);
  FillLists(event, &out);
  if (event.declaration) {
    v1::ErrorDeclaration* declaration = out.mutable_error_declaration();
    *declaration->mutable_declaration_time() = rpc::ToProto(event.declaration->time);
    declaration->set_reason(event.declaration->reason);
    for (const std::string& id : event.declaration->corrective_event_ids) {
      declaration->add_corrective_event_ids(id);
    }
  }
  out.set_json(event.json);
  out.set_context_json(event.context_json);
  out.set_declared_by(stored.declared_by);
  FillProvenance(stored, out.mutable_provenance());
  return out;
}

v1::EpcKind ToProto(EpcKind kind) { return static_cast<v1::EpcKind>(kind); }

std::string ToEpc(absl::string_view text, absl::string_view field, errors::Violations* wrong) {
  if (text.empty()) return "";
  Epc epc = ParseEpc(text);
  if (epc.broken != nullptr) wrong->Add(field, RuleOf(*epc.broken));
  return std::move(epc.uri);
}

std::string ToWebUri(Vocabulary vocabulary, absl::string_view word, absl::string_view field,
                     errors::Violations* wrong) {
  std::string uri = WebUri(vocabulary, word);
  if (uri.empty()) {
    wrong->Add(field,
               {"is no word of the CBV and no URI", "不是CBV词汇，也不是URI", "WORD_UNKNOWN"});
  }
  return uri;
}

absl::Time ToTime(bool present, const google::protobuf::Timestamp& time, absl::Time otherwise,
                  absl::string_view field, errors::Violations* wrong) {
  // Years 0001 to 9999, as the type promises.
  constexpr int64_t kFirst = -62'135'596'800, kLast = 253'402'300'799;
  constexpr int32_t kNanosPerSecond = 1'000'000'000;
  if (!present) return otherwise;
  if (time.seconds() >= kFirst && time.seconds() <= kLast && time.nanos() >= 0 &&
      time.nanos() < kNanosPerSecond) {
    return rpc::FromProto(time);
  }
  wrong->Add(field, {"must be a time of the years 1 to 9999", "应为公元1年至9999年的时间", "TIME"});
  return otherwise;
}

}  // namespace shian::trace::capture
