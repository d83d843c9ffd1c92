#include "services/ctl/session/protos.h"

#include <google/protobuf/descriptor.pb.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace shian::ctl {

using google::protobuf::MethodDescriptor;

absl::StatusOr<std::unique_ptr<Protos>> Protos::Load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("no descriptor set at ", path));
  google::protobuf::FileDescriptorSet set;
  if (!set.ParseFromIstream(&file)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is not a descriptor set"));
  }
  std::unique_ptr<Protos> protos(new Protos());
  for (const auto& proto : set.file()) {
    const auto* built = protos->pool_.BuildFile(proto);
    if (built == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": cannot use ", proto.name()));
    }
    for (int i = 0; i < built->service_count(); ++i) {
      protos->services_.push_back(built->service(i)->full_name());
    }
  }
  return protos;
}

absl::StatusOr<const MethodDescriptor*> Protos::Method(absl::string_view path) const {
  const std::vector<std::string> parts = absl::StrSplit(path, '/');
  const auto* service = pool_.FindServiceByName(parts[0]);
  if (service == nullptr) {
    return absl::NotFoundError(absl::StrCat("no service '", parts[0], "'; there are:\n  ",
                                            absl::StrJoin(services_, "\n  ")));
  }
  const auto* method = parts.size() == 2 ? service->FindMethodByName(parts[1]) : nullptr;
  if (method != nullptr) return method;
  std::string names;
  for (int i = 0; i < service->method_count(); ++i) {
    absl::StrAppend(&names, "\n  ", service->full_name(), "/", service->method(i)->name());
  }
  return absl::NotFoundError(absl::StrCat("no method '", path, "'; there are:", names));
}

std::unique_ptr<google::protobuf::Message> Protos::NewMessage(
    const google::protobuf::Descriptor* descriptor) const {
  return std::unique_ptr<google::protobuf::Message>(factory_.GetPrototype(descriptor)->New());
}

std::vector<std::string> Protos::Services() const { return services_; }

std::string ServiceOf(const MethodDescriptor& method) {
  const std::vector<std::string> words = absl::StrSplit(method.full_name(), '.');
  return words.size() > 1 ? words[1] : "";
}

}  // namespace shian::ctl
