#ifndef SHIAN_LIBS_BASE_ID_H_
#define SHIAN_LIBS_BASE_ID_H_

#include <compare>
#include <functional>
#include <ostream>
#include <string>
#include <utility>

namespace shian {

// A strong identifier. Two ids of different things never mix, because their tags differ:
//   using OperatorId = Id<struct OperatorTag>;
//   using SampleId = Id<struct SampleTag>;
// The text is opaque here; who makes an id also checks it.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string value) : value_(std::move(value)) {}

  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend bool operator==(const Id&, const Id&) = default;
  friend auto operator<=>(const Id&, const Id&) = default;

  template <class H>
  friend H AbslHashValue(H state, const Id& id) {
    return H::combine(std::move(state), id.value_);
  }
  friend std::ostream& operator<<(std::ostream& out, const Id& id) { return out << id.value_; }

 private:
  std::string value_;
};

}  // namespace shian

template <class Tag>
struct std::hash<shian::Id<Tag>> {
  size_t operator()(const shian::Id<Tag>& id) const noexcept {
    return std::hash<std::string>()(id.value());
  }
};

#endif  // SHIAN_LIBS_BASE_ID_H_
