#ifndef SHIAN_SERVICES_CTL_VERIFY_KEY_H_
#define SHIAN_SERVICES_CTL_VERIFY_KEY_H_

#include <string>

namespace shian::ctl {

// A service signs all its logs with one key, each under the log's own name, which is part of the
// verifier key. The same key under another name; empty for what is no verifier key.
std::string KeyUnder(const std::string& name, const std::string& key);

// Whether the key was named for a log of this origin, such as "shian.sanction/410902".
bool IsKeyOf(const std::string& origin, const std::string& key);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_VERIFY_KEY_H_
