#ifndef SHIAN_LIBS_CODES_EPC_H_
#define SHIAN_LIBS_CODES_EPC_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// The two ways in which EPCIS events and QR codes name a thing: the EPC URN and the GS1 Digital
// Link. A link does not say where the company prefix (厂商识别代码) ends, so who wants a URN from a
// link has to know its length; from a URN to a link the way is always open.
namespace shian::codes {

struct Epc {
  enum class Scheme {
    kGtin,   // a product class without lot: urn:epc:idpat:sgtin:….*
    kLgtin,  // a lot (批次): urn:epc:class:lgtin
    kSgtin,  // one item: urn:epc:id:sgtin
    kSscc,   // a pallet or case: urn:epc:id:sscc
    kSgln,   // a place: urn:epc:id:sgln
    kPgln,   // a party: urn:epc:id:pgln
  };
  Scheme scheme;
  // With its check digit: GTIN of 14 digits, SSCC of 18, GLN of 13.
  std::string key;
  int company_prefix_digits = 0;
  // The lot, serial number or place's extension, unescaped. Empty for the schemes without one, and
  // for a place as a whole, whose URN ends in ".0".
  std::string serial = {};

  friend bool operator==(const Epc&, const Epc&) = default;
};

absl::StatusOr<Epc> ParseEpcUrn(absl::string_view urn);
// Fails when the company prefix length does not fit the key or the serial has no GS1 form.
absl::StatusOr<std::string> ToEpcUrn(const Epc& epc);

struct DigitalLink {
  // What comes before the key: "https://id.gs1.org" or with a path of the resolver's own; empty
  // for a bare "/01/…".
  std::string host;
  std::string ai;              // "01", "00", "414" or "417"
  std::string key;             // checked; a GTIN is padded to 14 digits
  std::string variant = {};    // AI 22
  std::string lot = {};        // AI 10
  std::string serial = {};     // AI 21
  std::string extension = {};  // AI 254
  // The query as it came, unescaped: {"17", "261231"} is the expiry date (保质期至).
  std::vector<std::pair<std::string, std::string>> attributes = {};

  friend bool operator==(const DigitalLink&, const DigitalLink&) = default;
};

inline constexpr absl::string_view kCanonicalHost = "https://id.gs1.org";

absl::StatusOr<DigitalLink> ParseDigitalLink(absl::string_view uri);
std::string ToUri(const DigitalLink& link);

DigitalLink ToDigitalLink(const Epc& epc, absl::string_view host = kCanonicalHost);
// The finest thing the link names: the item when it has a serial, else the lot, else the class.
absl::StatusOr<Epc> ToEpc(const DigitalLink& link, int company_prefix_digits);

// One form for both: https://id.gs1.org, no query, the finest key only. Two names of one thing give
// the same text, so an index keyed by it finds both.
absl::StatusOr<std::string> CanonicalThing(absl::string_view urn_or_link);

}  // namespace shian::codes

#endif  // SHIAN_LIBS_CODES_EPC_H_
