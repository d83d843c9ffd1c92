// The rules a service decides by (规则登记). They lie in the service's own store: a file seeds a
// revision, two officers activate it, and every decision names the revision it rests on.
//
//   ASSIGN_OR_RETURN(const auto rating,
//                    edge.policies().InForce<policy::v1::RatingPolicy>(tx, "rating.food-risk",
//                    on));
//   ASSIGN_OR_RETURN(const calendar::Rule rule,
//                    edge.policies().RuleInForce(tx, "sampling.reinspection_request", on));
//   ASSIGN_OR_RETURN(const auto days, edge.policies().Calendar(tx));
//   const calendar::Due due = calendar::DueOf(*days, received, rule.budget, {});
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/message.h"
#include "libs/base/time.h"
#include "libs/calendar/calendar.h"
#include "libs/calendar/rule.h"
#include "libs/store/store.h"

namespace shian::policy {

// A policy as it decides: the message, its id and the SHA-256 (hex) of the file it came from.
// Copies share the message.
template <class P>
struct Revision {
  const P& policy() const { return *message; }

  std::shared_ptr<const P> message;
  std::string id;
  std::string revision;
};

// Reads policies in a transaction; what it has parsed stays in memory. Safe for several threads,
// and for a write function that runs twice: a revision's content never changes.
class Policies {
 public:
  Policies() = default;
  Policies(const Policies&) = delete;
  Policies& operator=(const Policies&) = delete;

  // The active version of `id` whose period holds `on`. `on` is the date that the policy's
  // selected_by names: of the act, the filing or the decision.
  // FAILED_PRECONDITION / POLICY_NOT_IN_FORCE when there is none.
  template <class P>
  absl::StatusOr<Revision<P>> InForce(store::ReadTx& tx, absl::string_view id, Date on) const {
    return As<P>(FindInForce(tx, id, on, *P::descriptor()));
  }

  // The very revision an earlier decision rested on, whatever became of it. NOT_FOUND when this
  // store never held it.
  template <class P>
  absl::StatusOr<Revision<P>> OfRevision(store::ReadTx& tx, absl::string_view revision) const {
    return As<P>(FindRevision(tx, revision, *P::descriptor()));
  }

  // All active calendars merged by date. Never fails for lack of a calendar: an unknown year makes
  // a deadline pending.
  absl::StatusOr<std::shared_ptr<const calendar::Calendar>> Calendar(store::ReadTx& tx) const;

  // One period of the deadline table "deadline.<first word of key>" in force on `on`.
  absl::StatusOr<calendar::Rule> RuleInForce(store::ReadTx& tx, absl::string_view key,
                                             Date on) const;
  // The same of the revision that a running clock was started under.
  absl::StatusOr<calendar::Rule> RuleOfRevision(store::ReadTx& tx, absl::string_view key,
                                                absl::string_view revision) const;

 private:
  struct Parsed {
    std::string id;
    std::string revision;
    std::shared_ptr<const google::protobuf::Message> message;
  };
  template <class P>
  static absl::StatusOr<Revision<P>> As(absl::StatusOr<Parsed> parsed) {
    if (!parsed.ok()) return parsed.status();
    return Revision<P>{std::static_pointer_cast<const P>(parsed->message), parsed->id,
                       parsed->revision};
  }

  absl::StatusOr<Parsed> FindInForce(store::ReadTx& tx, absl::string_view id, Date on,
                                     const google::protobuf::Descriptor& type) const;
  absl::StatusOr<Parsed> FindRevision(store::ReadTx& tx, absl::string_view revision,
                                      const google::protobuf::Descriptor& type) const;

  mutable absl::Mutex mutex_;
  mutable absl::flat_hash_map<std::string, Parsed> parsed_ ABSL_GUARDED_BY(mutex_);  // by revision
  mutable std::shared_ptr<const calendar::Calendar> calendar_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace shian::policy
