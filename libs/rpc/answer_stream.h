// A question that is answered in pieces: it is opened in one read transaction and told afterwards
// from what was seen there, piece by piece, so that neither side holds more than one piece and no
// transaction waits for a reader. Return it from the handler:
//
//   grpc::ServerWriteReactor<Out>* StreamTrace(Context* context, const In* in) {
//     return rpc::Answer<In, Out>(edge_, context, in, [](const rpc::Call& call, const In& in,
//         store::ReadTx& tx) -> absl::StatusOr<rpc::Pieces<Out>> {...});
//   }
//
// What is opened gives a function that fills the next piece and says whether another one follows;
// it is called at least once, on a thread that may block. `revision` is filled in the first piece.
// A reader that does not read holds what was opened, so the call is cancelled when a piece was not
// taken for limits::kPieceTakenMax, whatever its deadline.
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/errors/errors.h"
#include "libs/rpc/limits.h"
#include "libs/rpc/ongoing.h"

namespace shian::rpc {

template <class Out>
using Pieces = std::function<absl::StatusOr<bool>(Out*)>;

// Cancels a call whose reader does not take what is written to it.
class WriteLimit {
 public:
  explicit WriteLimit(grpc::CallbackServerContext* context)
      : limited_(std::make_shared<Limited>()) {
    absl::MutexLock lock(&limited_->mutex);
    limited_->context = context;
  }
  // The context lives no longer.
  ~WriteLimit() {
    absl::MutexLock lock(&limited_->mutex);
    limited_->context = nullptr;
  }

  void Begin() {
    int64_t write = 0;
    {
      absl::MutexLock lock(&limited_->mutex);
      write = ++limited_->write;
    }
    // Outside of the lock: the alarm before it is told that it was cancelled, and takes the lock.
    alarm_ = std::make_unique<grpc::Alarm>();
    alarm_->Set(absl::ToChronoTime(absl::Now() + limits::kPieceTakenMax),
                [limited = limited_, write](bool expired) {
                  absl::MutexLock lock(&limited->mutex);
                  const bool still = expired && limited->write == write;
                  if (still && limited->context != nullptr) limited->context->TryCancel();
                });
  }
  void End() {
    absl::MutexLock lock(&limited_->mutex);
    ++limited_->write;
  }

 private:
  struct Limited {
    absl::Mutex mutex;
    grpc::CallbackServerContext* context ABSL_GUARDED_BY(mutex) = nullptr;
    int64_t write ABSL_GUARDED_BY(mutex) = 0;  // odd while one is under way
  };
  const std::shared_ptr<Limited> limited_;
  std::unique_ptr<grpc::Alarm> alarm_;
};

template <class In, class Out, class Open>
class AnswerReactor final : public grpc::ServerWriteReactor<Out> {
 public:
  AnswerReactor(Edge& edge, grpc::CallbackServerContext* context, const In* in, Open open)
      : edge_(edge),
        ongoing_(std::make_shared<Ongoing>(edge.state(), context, *in)),
        in_(in),
        open_(std::move(open)),
        limit_(context) {
    if (const absl::Status begun = Begin(); !begun.ok()) {
      End(begun);
    } else {
      OnPool([this] { Read(); });
    }
  }

  void OnWriteDone(bool ok) override {
    limit_.End();
    if (!ok) return End(absl::CancelledError("the reader went away"));
    OnPool([this] {
      out_.Clear();
      SendPiece();
    });
  }

  void OnDone() override { delete this; }

 private:
  absl::Status Begin() {
    absl::Status status = ongoing_->Enter(Ongoing::DeadlineRule::kRequired);
    if (status.ok()) status = ongoing_->TakeFields(*in_);
    if (status.ok() && !ongoing_->ReserveAudit()) {
      status = errors::Refuse(errors::Reason::kShedInFlight);
    }
    return status;
  }

  void Read() {
    const auto reader = [this](const Call& call, store::ReadTx& tx) -> absl::Status {
      auto pieces = open_(call, *in_, tx);
      if (!pieces.ok()) return pieces.status();
      pieces_ = *std::move(pieces);
      return absl::OkStatus();
    };
    ReadPlanned(ongoing_, in_, &out_, reader, [this](const absl::Status& status) {
      if (!status.ok()) return End(status);
      // An engine behind a wire says so on a thread of its own, which must not be kept.
      if (edge_.store().many_writers()) return OnPool([this] { SendPiece(); });
      SendPiece();
    });
  }

  void SendPiece() {
    const absl::StatusOr<bool> more = pieces_(&out_);
    if (!more.ok()) return End(more.status());
    limit_.Begin();
    if (*more) return this->StartWrite(&out_);
    this->StartWriteAndFinish(&out_, {}, ongoing_->Finish(absl::OkStatus()));
  }

  void OnPool(std::function<void()> work) {
    if (!edge_.state().pool->Run(std::move(work))) {
      End(errors::Refuse(errors::Reason::kShedInFlight));
    }
  }

  void End(const absl::Status& status) { this->Finish(ongoing_->Finish(status)); }

  Edge& edge_;
  const std::shared_ptr<Ongoing> ongoing_;
  const In* const in_;
  Open open_;
  Pieces<Out> pieces_;
  Out out_;
  WriteLimit limit_;
};

template <class In, class Out, class Open>
grpc::ServerWriteReactor<Out>* Answer(Edge& edge, grpc::CallbackServerContext* context,
                                      const In* in, Open open) {
  return new AnswerReactor<In, Out, Open>(edge, context, in, std::move(open));
}

}  // namespace shian::rpc
