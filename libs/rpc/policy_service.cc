#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/policy/revisions.h"
#include "libs/rpc/page.h"
#include "libs/rpc/services.h"
#include "shian/policy/v1/policy_service.grpc.pb.h"

namespace shian::rpc {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;
using policy::v1::ApprovePoliciesRequest;
using policy::v1::ApprovePoliciesResponse;
using policy::v1::GetPolicyRequest;
using policy::v1::GetPolicyResponse;
using policy::v1::ListPoliciesRequest;
using policy::v1::ListPoliciesResponse;

constexpr int kNamesMax = 200;

absl::StatusOr<std::vector<std::string>> RevisionsOf(const ApprovePoliciesRequest& in) {
  if (in.names().empty() || in.names_size() > kNamesMax) {
    return errors::InvalidField("names", {"must have 1 to 200 entries", "应有1至200项"});
  }
  std::vector<std::string> revisions;
  for (const std::string& name : in.names()) {
    ASSIGN_OR_RETURN(revisions.emplace_back(), policy::RevisionOfName(name, "names"));
  }
  return revisions;
}

absl::Status List(const Call& call, const ListPoliciesRequest& in, store::ReadTx& tx,
                  ListPoliciesResponse* out) {
  ASSIGN_OR_RETURN(const PageStart page, OpenPage(in, call.now()));
  ASSIGN_OR_RETURN(const auto revisions, policy::ListRevisions(tx, {in.id(), in.kind(), in.state()},
                                                               page.after, page.size + 1));
  for (size_t i = 0; i < revisions.size(); ++i) {
    if (static_cast<int>(i) == page.size) {
      out->set_next_page_token(NextPage(page, policy::SortKey(revisions[i - 1]), call.now()));
      break;
    }
    ASSIGN_OR_RETURN(*out->add_policies(), policy::ToProto(tx, revisions[i], false));
  }
  return absl::OkStatus();
}

class PolicyService final : public policy::v1::PolicyService::CallbackService {
 public:
  explicit PolicyService(Edge& edge) : edge_(edge) {}

  Reactor* ListPolicies(Context* context, const ListPoliciesRequest* in,
                        ListPoliciesResponse* out) override {
    return edge_.Read(context, in, out, List);
  }

  Reactor* GetPolicy(Context* context, const GetPolicyRequest* in,
                     GetPolicyResponse* out) override {
    return edge_.Read(
        context, in, out,
        [](const Call&, const auto& in, store::ReadTx& tx, GetPolicyResponse* out) -> absl::Status {
          ASSIGN_OR_RETURN(const std::string name, policy::RevisionOfName(in.name(), "name"));
          ASSIGN_OR_RETURN(const auto revision, policy::GetRevision(tx, name));
          ASSIGN_OR_RETURN(*out->mutable_policy(), policy::ToProto(tx, revision, true));
          return absl::OkStatus();
        });
  }

  Reactor* ApprovePolicies(Context* context, const ApprovePoliciesRequest* in,
                           ApprovePoliciesResponse* out) override {
    return edge_.Write(
        context, in, out,
        [](const Call& call, const auto& in) -> absl::StatusOr<Body<ApprovePoliciesResponse>> {
          ASSIGN_OR_RETURN(const auto revisions, RevisionsOf(in));
          const policy::Approver officer{call.officer().person, call.officer().organisation};
          for (const std::string& name : in.names()) call.NoteResource(name);
          return Body<ApprovePoliciesResponse>(
              [revisions, officer](store::WriteTx& tx) -> absl::StatusOr<ApprovePoliciesResponse> {
                ApprovePoliciesResponse out;
                for (const std::string& revision : revisions) {
                  ASSIGN_OR_RETURN(const auto approved,
                                   policy::ApproveRevision(tx, revision, officer));
                  ASSIGN_OR_RETURN(*out.add_policies(), policy::ToProto(tx, approved, false));
                }
                return out;
              });
        });
  }

 private:
  Edge& edge_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePolicyService(Edge& edge) {
  return std::make_unique<PolicyService>(edge);
}

}  // namespace shian::rpc
