#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/log_reader.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/ongoing.h"
#include "libs/rpc/page.h"
#include "libs/rpc/services.h"
#include "shian/ledger/v1/audit_service.grpc.pb.h"

namespace shian::rpc {
namespace {

using ledger::v1::ListAuditEntriesRequest;
using ledger::v1::ListAuditEntriesResponse;

bool Covered(const std::vector<std::string>& regions, const std::string& region) {
  return std::any_of(regions.begin(), regions.end(),
                     [&](const std::string& outer) { return auth::RegionCovers(outer, region); });
}

ledger::v1::AuditEntry ToAuditEntry(const ledger::Entry& entry) {
  ledger::v1::AuditEntry out;
  *out.mutable_entry() = ToProto(entry);
  out.mutable_entry()->clear_salt();
  out.mutable_entry()->clear_payload();
  if (!entry.erased) out.mutable_record()->ParseFromString(entry.payload);
  return out;
}

absl::StatusOr<ledger::AuditQuery> QueryOf(const ListAuditEntriesRequest& in,
                                           const PageStart& page) {
  ledger::AuditQuery query;
  if (!page.after.empty() && !absl::SimpleAtoi(page.after, &query.after)) {
    return errors::Refuse(errors::Reason::kPageTokenInvalid, {{"hours", "24"}});
  }
  query.count = page.size;
  query.subject = in.subject();
  query.type_prefix = in.type_prefix();
  if (in.has_start_time()) query.from = FromProto(in.start_time());
  if (in.has_end_time()) query.until = FromProto(in.end_time());
  if (query.until < query.from) {
    return errors::InvalidField("end_time",
                                {"must not be before start_time", "不得早于start_time"});
  }
  return query;
}

class AuditService final : public ledger::v1::AuditService::CallbackService {
 public:
  explicit AuditService(Edge& edge) : edge_(edge) {}

  grpc::ServerUnaryReactor* ListAuditEntries(grpc::CallbackServerContext* context,
                                             const ListAuditEntriesRequest* in,
                                             ListAuditEntriesResponse* out) override {
    return edge_.Read(context, in, out,
                      [this](const Call& call, const auto& in, store::ReadTx& tx,
                             ListAuditEntriesResponse* out) { return List(call, in, tx, out); });
  }

 private:
  absl::Status List(const Call& call, const ListAuditEntriesRequest& in, store::ReadTx& tx,
                    ListAuditEntriesResponse* out) {
    const auth::SystemRecord* record =
        edge_.state().parts.authority->table().Find(call.system().id, ToDate(call.now()));
    if (record == nullptr || record->audit_regions.empty()) {
      return errors::Refuse(errors::Reason::kRegionNotAllowed, {{"region", call.system().region}});
    }
    ASSIGN_OR_RETURN(const PageStart page, OpenPage(in, call.now()));
    ASSIGN_OR_RETURN(const ledger::AuditQuery query, QueryOf(in, page));
    ASSIGN_OR_RETURN(const auto entries, ledger::ReadAudit(tx, query));
    for (const ledger::Entry& entry : entries) {
      if (Covered(record->audit_regions, entry.leaf.region)) {
        *out->add_entries() = ToAuditEntry(entry);
      }
    }
    if (static_cast<int>(entries.size()) == page.size) {
      out->set_next_page_token(NextPage(page, absl::StrCat(entries.back().sequence), call.now()));
    }
    return absl::OkStatus();
  }

  Edge& edge_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAuditService(Edge& edge) {
  return std::make_unique<AuditService>(edge);
}

}  // namespace shian::rpc
