// A listed party in one piece of memory: a list of a million entries has a few hundred bytes for
// each, and names are compared where they lie.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "libs/names/name.h"
#include "services/sanction/screening/image.h"
#include "services/sanction/screening/listed.h"

namespace shian::sanction {

// What many entries share, written once: a list's ground and its article.
struct GroundText {
  std::string list;
  bool joint_effect = true;
  std::string ground_title;
  errors::Basis basis;
};

// Safe for several threads.
class GroundTexts {
 public:
  uint32_t NumberOf(const ListedEntry& entry);
  const GroundText& At(uint32_t number) const;
  // By number: whether it belongs to one of `lists`, or, of none, to a list with joint effect.
  std::vector<bool> Of(const std::set<std::string>& lists) const;
  bool Save(ImageWriter* out) const;
  // Into an empty one.
  bool Load(ImageReader* in);

 private:
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, uint32_t> numbers_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<GroundText>> texts_ ABSL_GUARDED_BY(mutex_);
};

class PackedParty {
 public:
  PackedParty() = default;
  PackedParty(const Listed& listed, GroundTexts* grounds);
  // From bytes() of another one.
  explicit PackedParty(absl::string_view words);

  // Nothing is known about a party that was taken out.
  bool empty() const { return words_ == nullptr; }
  absl::string_view op() const;
  absl::string_view code() const;
  size_t names() const;
  // Valid as long as this is.
  names::NameView name(size_t number) const;
  absl::string_view written(size_t number) const;
  size_t entries() const;
  EntryTimes times(size_t number) const;
  uint32_t ground(size_t number) const;

  Party party() const;
  ListedEntry entry(size_t number, const GroundTexts& grounds) const;
  size_t bytes() const { return size_ * sizeof(char32_t); }
  absl::string_view words() const { return {reinterpret_cast<const char*>(words_.get()), bytes()}; }

 private:
  absl::string_view Bytes(uint32_t at) const;

  // Offsets are in words; texts are four-byte characters, so that views can point to them.
  std::unique_ptr<char32_t[]> words_;
  uint32_t size_ = 0;
};

}  // namespace shian::sanction
