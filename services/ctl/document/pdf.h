#ifndef SHIAN_SERVICES_CTL_DOCUMENT_PDF_H_
#define SHIAN_SERVICES_CTL_DOCUMENT_PDF_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace shian::ctl {

// A program that prints HTML to PDF, and how it is called.
struct PdfPrinter {
  std::string program;  // absolute path
  // The arguments that print `html` to `pdf`; `scratch` is a folder of this run.
  std::vector<std::string> Arguments(const std::string& html, const std::string& pdf,
                                     const std::string& scratch) const;
};

// The first that is found in the folders of `path` ("/usr/bin:/bin"); an empty program when none
// is.
PdfPrinter FindPdfPrinter(const std::string& path);

// Prints a page to an A4 file. NOT_FOUND names the Debian package to install when there is no
// program for it; the page itself never needs one.
absl::Status WritePdf(const std::string& page, const std::string& file);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_DOCUMENT_PDF_H_
