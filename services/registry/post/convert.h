// Between messages and the domain of posts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/codes/identity.h"
#include "libs/policy/registry.h"
#include "services/registry/operator/convert.h"
#include "services/registry/post/post.h"
#include "shian/policy/v1/ban.pb.h"
#include "shian/registry/v1/post.pb.h"
#include "shian/registry/v1/post_service.pb.h"
#include "shian/sanction/v1/ban_changes.pb.h"

namespace shian::registry::convert {

GateRule ToGateRule(const policy::v1::BanRule& rule);
absl::StatusOr<GateRule> GateRuleInForce(store::ReadTx& tx, const policy::Policies& policies,
                                         Date on);

// Without its hash.
PersonBan ToPersonBan(const sanction::v1::BanImposed& in, absl::Time recorded);

struct PostName {
  OperatorId op;
  PostId id;
};

// What the requests say; a refusal never shows an identity number.
struct Registration {
  PostRecord post;  // without id, region and times
  std::vector<KeyedHash> hashes;
};
absl::StatusOr<Registration> ToRegistration(const v1::RegisterPostRequest& in,
                                            const codes::IdentityHasher& hasher, Date today);
struct Ending {
  PostName name;
  std::string etag;
  Date to;
};
absl::StatusOr<Ending> ToEnding(const v1::EndPostRequest& in, Date today);
struct Applicant {
  bool applies = false;
  Post post = Post::kUnknown;
  std::vector<KeyedHash> hashes;
};
absl::StatusOr<std::vector<Applicant>> ToApplicants(const v1::CheckApplicationRequest& in,
                                                    const codes::IdentityHasher& hasher);

// `closing` may be null.
v1::Post ToProto(const PostRecord& post, const PersonBan* closing, const std::string& origin);
// As others may see it: a person's masked.
std::string ShownTitle(const Operator& op);

}  // namespace shian::registry::convert
