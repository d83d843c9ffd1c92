#ifndef SHIAN_SERVICES_CTL_SESSION_PROTOS_H_
#define SHIAN_SERVICES_CTL_SESSION_PROTOS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian::ctl {

// The shipped descriptor set: every RPC can be called without generated code or reflection.
class Protos {
 public:
  // Reads the set from a file; NOT_FOUND or INVALID_ARGUMENT names it.
  static absl::StatusOr<std::unique_ptr<Protos>> Load(const std::string& path);

  // "shian.credit.v1.RatingService/GetRating". NOT_FOUND lists what there is instead: the methods
  // of the service, or the services.
  absl::StatusOr<const google::protobuf::MethodDescriptor*> Method(absl::string_view path) const;
  std::unique_ptr<google::protobuf::Message> NewMessage(
      const google::protobuf::Descriptor* descriptor) const;
  // Full names of all services of the suite, in order.
  std::vector<std::string> Services() const;
  const google::protobuf::DescriptorPool& pool() const { return pool_; }

 private:
  Protos() = default;

  google::protobuf::DescriptorPool pool_;
  mutable google::protobuf::DynamicMessageFactory factory_;
  std::vector<std::string> services_;
};

// The registry, inspection, credit … that a method belongs to: the package's second word.
std::string ServiceOf(const google::protobuf::MethodDescriptor& method);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_SESSION_PROTOS_H_
