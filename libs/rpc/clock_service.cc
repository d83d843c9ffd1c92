#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/ledger/log_reader.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/services.h"
#include "shian/common/v1/clock_service.grpc.pb.h"

namespace shian::rpc {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;
using common::v1::AdvanceToRequest;
using common::v1::AdvanceToResponse;
using common::v1::GetClockRequest;
using common::v1::GetClockResponse;
using common::v1::GetFeedsRequest;
using common::v1::GetFeedsResponse;

const absl::Time kLatest = StartOfDay(Date(2101, 1, 1));

class ClockService final : public common::v1::ClockService::CallbackService {
 public:
  ClockService(Edge& edge, ClockParts parts) : edge_(edge), parts_(std::move(parts)) {}

  Reactor* GetClock(Context* context, const GetClockRequest* in, GetClockResponse* out) override {
    return edge_.Read(context, in, out,
                      [this](const Call& call, const auto&, store::ReadTx&, GetClockResponse* out) {
                        *out->mutable_time() = ToProto(call.now());
                        out->set_simulated(parts_.advance != nullptr);
                        return absl::OkStatus();
                      });
  }

  Reactor* AdvanceTo(Context* context, const AdvanceToRequest* in,
                     AdvanceToResponse* out) override {
    return edge_.Work(context, in, out,
                      [this](const Call&, const auto& in, AdvanceToResponse* out) -> absl::Status {
                        const absl::Time time = FromProto(in.time());
                        if (!in.has_time() || time >= kLatest) {
                          return errors::InvalidField(
                              "time", {"must be a time before 2101", "应为2101年以前的时间"});
                        }
                        if (parts_.advance == nullptr) {
                          return errors::Refuse(errors::Reason::kClockNotSimulated);
                        }
                        RETURN_IF_ERROR(parts_.advance(time));
                        *out->mutable_time() = ToProto(edge_.clock().Now());
                        return absl::OkStatus();
                      });
  }

  Reactor* GetFeeds(Context* context, const GetFeedsRequest* in, GetFeedsResponse* out) override {
    return edge_.Read(
        context, in, out,
        [this](const Call&, const auto&, store::ReadTx& tx, GetFeedsResponse* out) -> absl::Status {
          for (const FeedPosition& feed : parts_.feeds()) {
            common::v1::Feed& made = *out->add_feeds();
            made.set_peer(feed.peer);
            made.set_position(feed.position);
            made.set_head_sequence(feed.head);
            made.set_connected(feed.connected);
            made.set_problem(feed.problem);
          }
          ASSIGN_OR_RETURN(const auto state, ledger::ReadState(tx, ledger::Log::kFacts));
          out->set_head_sequence(state.last);
          return absl::OkStatus();
        });
  }

 private:
  Edge& edge_;
  const ClockParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeClockService(Edge& edge, ClockParts parts) {
  return std::make_unique<ClockService>(edge, std::move(parts));
}

}  // namespace shian::rpc
