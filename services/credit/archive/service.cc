#include "services/credit/archive/service.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/rpc/page.h"
#include "services/credit/archive/convert.h"
#include "services/credit/archive/store.h"

namespace shian::credit {
namespace {

// Whether evidence was known at the version and had happened by the time.
bool Seen(const Evidence& evidence, int64_t version, absl::Time as_of) {
  return evidence.number <= version && evidence.time <= as_of;
}

void FillCounts(const Archive& archive, int64_t version, absl::Time as_of, v1::Archive* out) {
  std::map<std::pair<v1::EvidenceKind, v1::EvidenceState>, int64_t> counts;
  for (const Evidence& evidence : archive.evidence) {
    if (!Seen(evidence, version, as_of)) continue;
    const v1::Evidence shown = ToProto(archive.id, evidence, as_of, version);
    ++counts[{shown.kind(), shown.state()}];
  }
  for (const auto& [key, count] : counts) {
    v1::EvidenceCount* added = out->add_counts();
    added->set_kind(key.first);
    added->set_state(key.second);
    added->set_count(count);
  }
}

absl::Status Get(const rpc::Call& call, const v1::GetArchiveRequest& in, store::ReadTx& tx,
                 v1::GetArchiveResponse* out) {
  ASSIGN_OR_RETURN(const OperatorId id, ToOperatorIdOf(in.name(), "archive", "name"));
  ASSIGN_OR_RETURN(const absl::Time as_of, ToTime(in.has_as_of(), in.as_of(), call.now(), "as_of"));
  ASSIGN_OR_RETURN(const absl::Time known_at,
                   ToTime(in.has_known_at(), in.known_at(), call.now(), "known_at"));
  ASSIGN_OR_RETURN(const Archive archive, ReadArchive(call, tx, id, true));
  const int64_t version = in.has_known_at() ? VersionKnownAt(archive, known_at) : archive.version;
  v1::Archive* answer = out->mutable_archive();
  answer->set_name(in.name());
  answer->set_etag(absl::StrCat(archive.version));
  answer->set_region(archive.region);
  answer->set_operator_kind(archive.kind);
  answer->set_erased(archive.erased);
  answer->set_version(version);
  FillCounts(archive, version, as_of, answer);
  return absl::OkStatus();
}

absl::Status List(const rpc::Call& call, const v1::ListEvidenceRequest& in, store::ReadTx& tx,
                  v1::ListEvidenceResponse* out) {
  ASSIGN_OR_RETURN(const OperatorId id, ToOperatorId(in.parent(), "parent"));
  ASSIGN_OR_RETURN(const absl::Time as_of, ToTime(in.has_as_of(), in.as_of(), call.now(), "as_of"));
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  if (!v1::EvidenceKind_IsValid(in.kind())) {
    return errors::InvalidField("kind", {"is no known kind", "未知的类别", "ENUM_UNKNOWN"});
  }
  ASSIGN_OR_RETURN(const absl::Time known_at,
                   ToTime(in.has_known_at(), in.known_at(), call.now(), "known_at"));
  ASSIGN_OR_RETURN(const Archive archive, ReadArchive(call, tx, id, true));
  const int64_t version = in.has_known_at() ? VersionKnownAt(archive, known_at) : archive.version;
  int64_t after = 0;
  if (!page.after.empty() && !absl::SimpleAtoi(page.after, &after)) {
    return errors::Refuse(errors::Reason::kPageTokenInvalid, {{"hours", "24"}});
  }
  for (const Evidence& evidence : archive.evidence) {
    if (evidence.number <= after || !Seen(evidence, version, as_of)) continue;
    if (in.kind() != 0 && static_cast<int>(evidence.kind) != in.kind()) continue;
    if (out->evidence_size() == page.size) {
      out->set_next_page_token(rpc::NextPage(page, absl::StrCat(after), call.now()));
      break;
    }
    *out->add_evidence() = ToProto(id, evidence, as_of, version);
    after = evidence.number;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Archive> ReadArchive(const rpc::Call& call, store::ReadTx& tx, const OperatorId& id,
                                    bool erased_too) {
  ASSIGN_OR_RETURN(std::optional<Archive> archive, FindArchive(tx, id));
  if (!archive) return errors::NotFound(OperatorName(id));
  RETURN_IF_ERROR(call.RequireRegion(archive->region));
  if (archive->erased && !erased_too) {
    return errors::Refuse(errors::Reason::kOperatorErased, {{"name", OperatorName(id)}});
  }
  return *std::move(archive);
}

grpc::ServerUnaryReactor* ArchiveService::GetArchive(grpc::CallbackServerContext* context,
                                                     const v1::GetArchiveRequest* in,
                                                     v1::GetArchiveResponse* out) {
  return edge_.Read(context, in, out, Get);
}

grpc::ServerUnaryReactor* ArchiveService::ListEvidence(grpc::CallbackServerContext* context,
                                                       const v1::ListEvidenceRequest* in,
                                                       v1::ListEvidenceResponse* out) {
  return edge_.Read(context, in, out, List);
}

}  // namespace shian::credit
