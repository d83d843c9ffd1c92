// Records made elsewhere (其他机关作出的决定): who made one, under which id, and the document that
// attests it. What has such a row is kept as it was stated, starts no clock of ours and takes no
// act here.
#pragma once

#include <string>

namespace shian::sanction {

struct AttestedRecord {
  std::string origin;
  std::string source_id;
  std::string authority;
  std::string document_sha256;

  friend bool operator==(const AttestedRecord&, const AttestedRecord&) = default;
};

}  // namespace shian::sanction
