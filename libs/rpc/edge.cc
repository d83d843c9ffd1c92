#include "libs/rpc/edge.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/revision.h"
#include "libs/rpc/audit.h"
#include "libs/rpc/fields.h"
#include "libs/rpc/ongoing.h"
#include "shian/common/v1/access.pb.h"

namespace shian::rpc {
namespace {

using errors::Reason;
using errors::Refuse;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using OngoingPtr = std::shared_ptr<Ongoing>;

Method DescribeMethod(const MethodDescriptor& descriptor) {
  const auto& access = descriptor.options().GetExtension(common::v1::access);
  Method method;
  method.service = descriptor.service()->full_name();
  method.name = descriptor.name();
  method.path = absl::StrCat("/", method.service, "/", method.name);
  method.officer_required = access.officer() == common::v1::OFFICER_NEED_REQUIRED;
  method.audited = access.audited();
  return method;
}

// Fills `revision` when the response has such a field.
absl::Status SeeRevision(store::ReadTx& tx, Message* out) {
  if (!HasField(*out, "revision")) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string revision, ledger::Revision(tx));
  SetTextField(out, "revision", revision);
  return absl::OkStatus();
}

absl::Status DemandRevision(store::ReadTx& tx, const Message& in) {
  const std::string at_least = TextField(in, "at_least_revision");
  return at_least.empty() ? absl::OkStatus() : ledger::RequireRevision(tx, at_least);
}

// The write function of an audited method: fact and audit entry in one transaction.
store::WriteFn WithAudit(const OngoingPtr& ongoing, const Message& in, store::WriteFn body) {
  if (!ongoing->method().audited) return body;
  return [body = std::move(body), call = ongoing->shared_call(),
          audit = ongoing->WriteAudit(in)](store::WriteTx& tx) -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(std::string reply, body(tx));
    RETURN_IF_ERROR(ledger::Append(tx, audit));
    return reply;
  };
}

// A standby may answer who allows it, and demands nothing, or a write that it can know of.
absl::Duration StalenessMax(const Ongoing& ongoing, const Message& in) {
  const std::string at_least = TextField(in, "at_least_revision");
  const bool knowable = at_least.empty() || ledger::IsOfWrite(at_least);
  return knowable ? ongoing.staleness_max() : absl::ZeroDuration();
}

void CountIfShed(EdgeState& state, const absl::Status& status) {
  if (errors::ReasonOf(status) == Reason::kShedWriterQueue) {
    state.parts.telemetry->CountShed(telemetry::Gate::kWriterQueue);
  }
}

}  // namespace

Edge::Edge(Parts parts, const EdgeLimits& limits)
    : state_(std::make_unique<EdgeState>(parts, limits)) {}

Edge::~Edge() = default;

absl::Status Edge::Learn(const std::vector<std::string>& services) {
  std::vector<auth::MethodAccess> accesses;
  for (const std::string& name : services) {
    const ServiceDescriptor* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    if (service == nullptr) {
      if (absl::StartsWith(name, "grpc.")) continue;  // gRPC's own, such as health
      // Without its descriptor nothing is known of what its methods demand: never served.
      return absl::FailedPreconditionError(absl::StrCat("no descriptor of ", name, " is linked"));
    }
    for (int i = 0; i < service->method_count(); ++i) {
      Method method = DescribeMethod(*service->method(i));
      method.metrics = state_->parts.telemetry->AddMethod(method.service, method.name);
      accesses.push_back({method.path, method.service, method.officer_required});
      const bool fresh = state_->methods.emplace(service->method(i)->input_type(), method).second;
      SHIAN_CHECK(fresh) << method.path << " shares its request message with another RPC";
    }
  }
  return state_->parts.authority->Learn(std::move(accesses));
}

namespace {

// Runs `work` here, or on the pool when it may block.
void Dispatch(Edge::Where where, const OngoingPtr& ongoing, grpc::ServerUnaryReactor* reactor,
              std::function<void()> work) {
  if (where == Edge::Where::kInline) return work();
  EdgeState& state = ongoing->state();
  if (state.pool->Run(std::move(work))) return;
  state.parts.telemetry->CountShed(telemetry::Gate::kPool);
  reactor->Finish(ongoing->Finish(Refuse(Reason::kShedInFlight)));
}

// Null, and the reactor finished, when the call may not go on.
OngoingPtr Begin(EdgeState& state, grpc::CallbackServerContext* context, const Message& in,
                 grpc::ServerUnaryReactor* reactor) {
  auto ongoing = std::make_shared<Ongoing>(state, context, in);
  absl::Status status = ongoing->Enter(Ongoing::DeadlineRule::kRequired);
  if (status.ok()) status = ongoing->TakeFields(in);
  if (status.ok()) return ongoing;
  reactor->Finish(ongoing->Finish(status));
  return nullptr;
}

}  // namespace

grpc::ServerUnaryReactor* Edge::ReadErased(grpc::CallbackServerContext* context, const Message* in,
                                           Message* out, Where where, Reader reader) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const OngoingPtr ongoing = Begin(*state_, context, *in, reactor);
  if (ongoing == nullptr) return reactor;
  if (!ongoing->ReserveAudit()) {
    reactor->Finish(ongoing->Finish(Refuse(Reason::kShedInFlight)));
    return reactor;
  }
  Dispatch(where, ongoing, reactor, [=, reader = std::move(reader)] {
    ReadPlanned(ongoing, in, out, reader, [ongoing, reactor](const absl::Status& status) {
      reactor->Finish(ongoing->Finish(status));
    });
  });
  return reactor;
}

grpc::ServerUnaryReactor* Edge::WriteErased(grpc::CallbackServerContext* context, const Message* in,
                                            Message* out, Where where, Planner planner) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const OngoingPtr ongoing = Begin(*state_, context, *in, reactor);
  if (ongoing == nullptr) return reactor;
  Dispatch(where, ongoing, reactor, [=, planner = std::move(planner)] {
    WritePlanned(ongoing, in, out, planner, [ongoing, reactor](const absl::Status& status) {
      reactor->Finish(ongoing->Finish(status));
    });
  });
  return reactor;
}

grpc::ServerUnaryReactor* Edge::WorkErased(grpc::CallbackServerContext* context, const Message* in,
                                           std::function<absl::Status(const Call&)> work) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const OngoingPtr ongoing = Begin(*state_, context, *in, reactor);
  if (ongoing == nullptr) return reactor;
  if (!ongoing->ReserveAudit()) {
    reactor->Finish(ongoing->Finish(Refuse(Reason::kShedInFlight)));
    return reactor;
  }
  Dispatch(Where::kPool, ongoing, reactor, [ongoing, reactor, work = std::move(work)] {
    reactor->Finish(ongoing->Finish(work(ongoing->call())));
  });
  return reactor;
}

void ReadPlanned(const OngoingPtr& ongoing, const Message* in, Message* out, Edge::Reader reader,
                 std::function<void(absl::Status)> done) {
  const store::ReadTerms terms = {ongoing->call().deadline(), StalenessMax(*ongoing, *in),
                                  [in](store::ReadTx& tx) { return DemandRevision(tx, *in); }};
  const size_t noted = ongoing->call().resources().size();
  const auto read = [out, ongoing, noted, reader = std::move(reader)](store::ReadTx& tx) {
    out->Clear();  // of what was read before a standby broke off
    ongoing->call().KeepResources(noted);
    if (HasField(*out, "revision")) ledger::ExpectRevision(tx);
    RETURN_IF_ERROR(reader(ongoing->call(), tx));
    return SeeRevision(tx, out);
  };
  ongoing->state().parts.store->Read(read, terms, std::move(done));
}

// One write with its plan, its first answer or the remembered one, and its revision. Used by unary
// calls and by each chunk of an import.
void WritePlanned(const OngoingPtr& ongoing, const Message* in, Message* out,
                  const Edge::Planner& planner, std::function<void(absl::Status)> done) {
  absl::StatusOr<store::WriteFn> body = planner(ongoing->call());
  if (!body.ok()) return done(body.status());
  EdgeState& state = ongoing->state();
  state.parts.store->Write(
      ongoing->ContextOf(*in), WithAudit(ongoing, *in, *std::move(body)),
      ongoing->call().deadline(),
      [ongoing, out, done = std::move(done)](const absl::StatusOr<store::Written>& written) {
        CountIfShed(ongoing->state(), written.status());
        if (!written.ok()) return done(written.status());
        SHIAN_CHECK(out->ParseFromString(written->reply)) << "a stored reply does not decode";
        SetTextField(out, "revision", written->revision);
        done(absl::OkStatus());
      });
}

const Clock& Edge::clock() const { return *state_->parts.clock; }
store::Store& Edge::store() const { return *state_->parts.store; }
policy::Policies& Edge::policies() const { return *state_->parts.policies; }
blob::Blobs& Edge::blobs() const {
  SHIAN_CHECK(state_->parts.blobs != nullptr) << "this service keeps no evidence";
  return *state_->parts.blobs;
}

}  // namespace shian::rpc
