#include "libs/rpc/page.h"

#include <google/protobuf/message.h>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/random.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/rpc/fields.h"
#include "libs/rpc/limits.h"

namespace shian::rpc {
namespace {

class PageKey {
 public:
  std::string Get() {
    absl::MutexLock lock(&mutex_);
    if (key_.empty()) key_ = RandomBytes(kSha256Bytes);
    return key_;
  }
  void Set(std::string key) {
    absl::MutexLock lock(&mutex_);
    key_ = std::move(key);
  }

 private:
  absl::Mutex mutex_;
  std::string key_ ABSL_GUARDED_BY(mutex_);
};

PageKey& Key() {
  static auto* const key = new PageKey;
  return *key;
}

absl::Status Refused() {
  return errors::Refuse(errors::Reason::kPageTokenInvalid,
                        {{"hours", absl::StrCat(limits::kPageTokenLife / absl::Hours(1))}});
}

// The token is base64url(mac || "known_at issued after"), the mac over the filter as well.
std::string Sign(absl::string_view body, absl::string_view filter) {
  return HmacSha256(Key().Get(), absl::StrCat(Sha256(filter), body));
}

absl::StatusOr<int> SizeOf(int32_t asked) {
  if (asked == 0) return limits::kPageSizeDefault;
  if (asked >= 1 && asked <= limits::kPageSizeMax) return asked;
  return errors::InvalidField(
      "page_size", {"must be 1 to 500, or 0 for 50", "应为1至500，0表示50", "PAGE_SIZE"});
}

absl::Status OpenToken(absl::string_view token, absl::Time now, PageStart* page) {
  if (token.size() > limits::kPageTokenBytesMax) return Refused();
  const auto opened = Base64UrlDecode(token);
  if (!opened.ok() || opened->size() <= kSha256Bytes) return Refused();
  const std::string body = opened->substr(kSha256Bytes);
  if (!EqualInConstantTime(opened->substr(0, kSha256Bytes), Sign(body, page->filter))) {
    return Refused();
  }
  const std::vector<std::string> parts = absl::StrSplit(body, absl::MaxSplits(' ', 2));
  int64_t known_at = 0;
  int64_t issued = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &known_at) ||
      !absl::SimpleAtoi(parts[1], &issued)) {
    return Refused();
  }
  if (now - FromMicros(issued) > limits::kPageTokenLife) return Refused();
  page->known_at = FromMicros(known_at);
  page->after = parts[2];
  return absl::OkStatus();
}

// Everything of the request that selects rows.
std::string FilterOf(const Message& request) {
  std::unique_ptr<Message> filter(request.New());
  filter->CopyFrom(request);
  for (const char* name : {"page_size", "page_token", "at_least_revision"}) {
    const auto* field = filter->GetDescriptor()->FindFieldByName(name);
    if (field != nullptr) filter->GetReflection()->ClearField(filter.get(), field);
  }
  return absl::StrCat(request.GetTypeName(), "\n", DeterministicBytes(*filter));
}

}  // namespace

void SetPageKey(std::string key) { Key().Set(std::move(key)); }

absl::StatusOr<PageStart> OpenPage(absl::string_view token, int32_t page_size,
                                   absl::string_view filter, absl::Time now) {
  PageStart page;
  page.known_at = now;
  page.filter = std::string(filter);
  ASSIGN_OR_RETURN(page.size, SizeOf(page_size));
  if (!token.empty()) RETURN_IF_ERROR(OpenToken(token, now, &page));
  return page;
}

absl::StatusOr<PageStart> OpenPage(const Message& request, absl::Time now) {
  return OpenPage(TextField(request, "page_token"),
                  static_cast<int32_t>(IntField(request, "page_size")), FilterOf(request), now);
}

std::string NextPage(const PageStart& page, absl::string_view last, absl::Time now) {
  const std::string body = absl::StrCat(ToMicros(page.known_at), " ", ToMicros(now), " ", last);
  return Base64UrlEncode(absl::StrCat(Sign(body, page.filter), body));
}

}  // namespace shian::rpc
