#include "services/registry/post/service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/pending.h"
#include "libs/rpc/host.h"
#include "libs/rpc/page.h"
#include "services/registry/operator/store.h"
#include "services/registry/post/limits.h"
#include "services/registry/post/reactions.h"
#include "services/registry/post/reactions_employers.h"
#include "services/registry/post/service_todo.h"
#include "services/registry/post/store.h"

namespace shian::registry {
namespace {

using errors::Reason;
using errors::Refuse;

constexpr char kSanction[] = "sanction";

// Writes down that bans are known until now. Not each time: it would be a write every few seconds.
absl::Status NoteHeard(store::Store& store, absl::Time now) {
  bool late = false;
  RETURN_IF_ERROR(store.ReadNow([&late, now](store::ReadTx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const auto heard, BansHeard(tx));
    late = !heard || now - *heard >= limits::kHeardPause;
    return absl::OkStatus();
  }));
  if (!late) return absl::OkStatus();
  return store
      .WriteAndWait({.now = now, .caller = "", .request_id = "", .body_digest = "", .seed = ""},
                    [now](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                      RETURN_IF_ERROR(PutBansHeard(tx, now));
                      return std::string();
                    })
      .status();
}

absl::StatusOr<Operator> OpenOperator(store::ReadTx& tx, const rpc::Call& call,
                                      const OperatorId& id) {
  ASSIGN_OR_RETURN(std::optional<Operator> op, FindOperator(tx, id));
  if (!op) return errors::NotFound(OperatorName(id));
  RETURN_IF_ERROR(call.RequireRegion(op->core.region));
  return *std::move(op);
}

}  // namespace

PostModule::PostModule(rpc::Host& host, const codes::IdentityHasher& hasher)
    : service_(host.edge(), hasher, [&host] { return host.Hears(kSanction); }) {
  rpc::Edge& edge = host.edge();
  host.Serve(&service_);
  host.React(kSanction, BanReactions(hasher));
  host.OnAdvance([&edge, hasher](absl::Time now) {
    return SearchEmployers(edge.store(), edge.policies(), hasher, now);
  });
  host.OnAdvance([&host, &edge](absl::Time now) {
    return host.Hears(kSanction) ? NoteHeard(edge.store(), now) : absl::OkStatus();
  });
  host.Remind({PostTodos(edge.policies(), hasher)});
}

absl::StatusOr<GateRule> PostService::OpenGate(store::ReadTx& tx, absl::Time now) const {
  ASSIGN_OR_RETURN(GateRule rule, convert::GateRuleInForce(tx, edge_.policies(), ToDate(now)));
  // Of several processes one follows sanction; the others go by what it wrote down.
  if (hears_()) return rule;
  ASSIGN_OR_RETURN(const auto heard, BansHeard(tx));
  RETURN_IF_ERROR(CheckHeard(heard, rule, now));
  return rule;
}

absl::StatusOr<v1::Post> PostService::Show(store::ReadTx& tx, const PostRecord& post,
                                           Date on) const {
  if (!post.identity || !post.HeldOn(on)) return convert::ToProto(post, nullptr, tx.origin());
  ASSIGN_OR_RETURN(const auto bans, BansOn(tx, hasher_.WithLater(*post.identity)));
  if (bans.empty()) return convert::ToProto(post, nullptr, tx.origin());
  ASSIGN_OR_RETURN(const GateRule rule, convert::GateRuleInForce(tx, edge_.policies(), on));
  return convert::ToProto(post, ClosingOn(bans, rule.BarsOf(post.kind), on), tx.origin());
}

absl::StatusOr<PostRecord> PostService::Register(store::WriteTx& tx, const rpc::Call& call,
                                                 const convert::Registration& asked) const {
  ASSIGN_OR_RETURN(const Operator op, OpenOperator(tx, call, asked.post.op));
  if (op.core.status == Status::kErased) {
    return Refuse(Reason::kOperatorErased, {{"name", OperatorName(op.id)}});
  }
  ASSIGN_OR_RETURN(const GateRule rule, OpenGate(tx, tx.now()));
  ASSIGN_OR_RETURN(const auto bans, BansOn(tx, asked.hashes));
  const PersonBan* closing = ClosingFrom(bans, rule.BarsOf(asked.post.kind), asked.post.from);
  if (closing != nullptr) return RefuseBarred(*closing);
  // A post stands in no log. Two that are registered at once must see each other, for an operator
  // has one principal, and an erasure must see all that it erases.
  RETURN_IF_ERROR(ledger::GuardSubject(tx, OperatorName(op.id)));
  if (asked.post.kind == Post::kPrincipal) {
    ASSIGN_OR_RETURN(const auto former, PrincipalsOf(tx, op.id));
    for (PostRecord one : former) {
      one.to = std::max(one.from, asked.post.from - 1);
      one.end_recorded = tx.now();
      RETURN_IF_ERROR(registry::EndPost(tx, one));
    }
  }
  PostRecord post = asked.post;
  post.id = PostId(tx.NewId());
  post.region = op.core.region;
  post.authority = call.officer().organisation;
  post.officer = call.officer().person;
  post.recorded = tx.now();
  RETURN_IF_ERROR(InsertPost(tx, post));
  call.NoteResource(post.name());
  return post;
}

absl::StatusOr<PostRecord> PostService::End(store::WriteTx& tx, const rpc::Call& call,
                                            const convert::Ending& asked) const {
  ASSIGN_OR_RETURN(std::optional<PostRecord> found, FindPost(tx, asked.name.op, asked.name.id));
  if (!found) {
    return errors::NotFound(
        absl::StrCat(OperatorName(asked.name.op), "/posts/", asked.name.id.value()));
  }
  PostRecord& post = *found;
  RETURN_IF_ERROR(call.RequireRegion(post.region));
  if (!asked.etag.empty() && asked.etag != post.etag()) {
    return Refuse(Reason::kEtagMismatch, {{"name", post.name()}});
  }
  if (post.to) return Refuse(Reason::kPostEnded);
  if (asked.to < post.from) {
    return errors::InvalidField("to_date", {"is before the first day", "早于任职起始日"});
  }
  post.to = asked.to;
  post.end_recorded = tx.now();
  RETURN_IF_ERROR(registry::EndPost(tx, post));
  return post;
}

PostService::Reactor* PostService::RegisterPost(Context* context, const v1::RegisterPostRequest* in,
                                                v1::RegisterPostResponse* out) {
  using Out = v1::RegisterPostResponse;
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        ASSIGN_OR_RETURN(const convert::Registration asked,
                         convert::ToRegistration(request, hasher_, ToDate(call.now())));
        return rpc::Body<Out>([this, &call, asked](store::WriteTx& tx) -> absl::StatusOr<Out> {
          ASSIGN_OR_RETURN(const PostRecord post, Register(tx, call, asked));
          Out reply;
          ASSIGN_OR_RETURN(*reply.mutable_post(), Show(tx, post, ToDate(tx.now())));
          return reply;
        });
      });
}

PostService::Reactor* PostService::EndPost(Context* context, const v1::EndPostRequest* in,
                                           v1::EndPostResponse* out) {
  using Out = v1::EndPostResponse;
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        ASSIGN_OR_RETURN(const convert::Ending asked,
                         convert::ToEnding(request, ToDate(call.now())));
        return rpc::Body<Out>([this, &call, asked](store::WriteTx& tx) -> absl::StatusOr<Out> {
          ASSIGN_OR_RETURN(const PostRecord post, End(tx, call, asked));
          Out reply;
          *reply.mutable_post() = convert::ToProto(post, nullptr, tx.origin());
          return reply;
        });
      });
}

PostService::Reactor* PostService::ListPosts(Context* context, const v1::ListPostsRequest* in,
                                             v1::ListPostsResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListPostsRequest& in, store::ReadTx& tx,
             v1::ListPostsResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(const OperatorId id, ToOperatorId(in.operator_(), "operator"));
        ASSIGN_OR_RETURN(const Past past, ToPast(in));
        ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
        ASSIGN_OR_RETURN(const Operator op, OpenOperator(tx, call, id));
        ASSIGN_OR_RETURN(const auto posts, PostsOf(tx, op.id, page.after, page.size));
        const bool then = in.has_as_of();
        const Date on = ToDate(then ? past.as_of : call.now());
        for (const PostRecord& post : posts) {
          const auto known = KnownBy(post, std::min(past.known_at, page.known_at));
          if (!known || (then && !known->HeldOn(on))) continue;
          call.NoteResource(known->name());
          ASSIGN_OR_RETURN(*out->add_posts(), Show(tx, *known, on));
        }
        if (static_cast<int>(posts.size()) == page.size) {
          out->set_next_page_token(rpc::NextPage(page, posts.back().id.value(), call.now()));
        }
        return absl::OkStatus();
      });
}

PostService::Reactor* PostService::CheckApplication(Context* context,
                                                    const v1::CheckApplicationRequest* in,
                                                    v1::CheckApplicationResponse* out) {
  return edge_.Read(context, in, out,
                    [this](const rpc::Call& call, const v1::CheckApplicationRequest& in,
                           store::ReadTx& tx, v1::CheckApplicationResponse* out) -> absl::Status {
                      ASSIGN_OR_RETURN(const auto people, convert::ToApplicants(in, hasher_));
                      RETURN_IF_ERROR(call.RequireRegion(in.region()));
                      call.NoteResource(absl::StrCat("applications/", in.reference()));
                      ASSIGN_OR_RETURN(const GateRule rule, OpenGate(tx, call.now()));
                      const Date today = ToDate(call.now());
                      for (const convert::Applicant& person : people) {
                        ASSIGN_OR_RETURN(const auto bans, BansOn(tx, person.hashes));
                        std::set<Bar> bars = rule.BarsOf(person.post);
                        if (person.applies)
                          bars.insert(rule.applicant.begin(), rule.applicant.end());
                        const PersonBan* closing = ClosingFrom(bans, bars, today);
                        if (closing != nullptr) return RefuseBarred(*closing);
                      }
                      *out->mutable_date() = ToProto(today);
                      return absl::OkStatus();
                    });
}

}  // namespace shian::registry
