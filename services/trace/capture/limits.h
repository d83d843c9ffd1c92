#pragma once

#include <cstddef>
#include <cstdint>

namespace shian::trace::limits {

// A document in one call must fit a message of 1 MiB with its envelope.
inline constexpr size_t kDocumentBytesMax = 900'000;
// A file that is read without a server.
inline constexpr size_t kFileBytesMax = 64u << 20;
inline constexpr size_t kFileEventsMax = 100'000;
inline constexpr size_t kEventBytesMax = 200'000;
inline constexpr size_t kContextBytesMax = 20'000;
inline constexpr int kEventsPerWriteMax = 500;
// EPCIS needs 8 levels; extensions may nest below them.
inline constexpr int kJsonDepthMax = 32;
inline constexpr size_t kJsonMembersMax = 1'000;
// EPCIS needs 12 levels of XML with the wrappers of older versions.
inline constexpr int kXmlDepthMax = 40;
inline constexpr size_t kXmlElementsMax = 2'000'000;
inline constexpr size_t kXmlAttributesMax = 100;
inline constexpr size_t kXmlNameBytesMax = 200;
inline constexpr size_t kPrefixesMax = 100;
// Identifiers of one event. A pallet of single items stays below it; more comes in several events.
inline constexpr size_t kLinksPerEventMax = 2'000;
inline constexpr size_t kUriBytesMax = 500;
inline constexpr size_t kQuantityDigitsMax = 30;
inline constexpr size_t kViolationsPerEventMax = 20;
inline constexpr size_t kViolationValueCodePointsMax = 100;
inline constexpr size_t kOriginBytesMax = 100;
inline constexpr size_t kSourceIdCodePointsMax = 200;
inline constexpr size_t kAuthorityCodePointsMax = 200;

// Identifiers that the graph takes in per read, or a few more: what the last event names comes
// whole.
inline constexpr int64_t kLinksPerReadMax = 500'000;

}  // namespace shian::trace::limits
