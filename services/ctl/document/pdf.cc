#include "services/ctl/document/pdf.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/base/status_macros.h"

extern char** environ;

namespace shian::ctl {
namespace {

namespace fs = std::filesystem;

// Debian's programs that can, in the order in which they are tried.
constexpr const char* kPrinters[] = {"chromium", "weasyprint", "wkhtmltopdf"};
constexpr absl::Duration kPrintTimeMax = absl::Seconds(60);
constexpr absl::Duration kPollTime = absl::Milliseconds(50);

// A folder that only this user can read, gone with its owner.
class Scratch {
 public:
  Scratch() : path_((fs::temp_directory_path() / "shian-document-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~Scratch() {
    std::error_code error;
    if (!path_.empty()) fs::remove_all(path_, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

absl::StatusOr<int> WaitFor(pid_t child) {
  const absl::Time end = absl::Now() + kPrintTimeMax;
  int state = 0;
  while (waitpid(child, &state, WNOHANG) == 0) {
    if (absl::Now() > end) {
      kill(child, SIGKILL);
      waitpid(child, &state, 0);
      return absl::DeadlineExceededError("printing took more than a minute");
    }
    absl::SleepFor(kPollTime);
  }
  return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

// Without a shell: nothing in a file's name is taken for a command.
absl::StatusOr<int> Run(const std::string& program, const std::vector<std::string>& arguments) {
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const std::string& one : arguments) argv.push_back(const_cast<char*>(one.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0);
  }
  pid_t child = 0;
  const int failed = posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return absl::InternalError(absl::StrCat("cannot start ", program));
  return WaitFor(child);
}

}  // namespace

std::vector<std::string> PdfPrinter::Arguments(const std::string& html, const std::string& pdf,
                                               const std::string& scratch) const {
  if (!absl::EndsWith(program, "chromium")) return {html, pdf};
  std::vector<std::string> arguments = {"--headless",
                                        "--disable-gpu",
                                        "--no-first-run",
                                        "--no-pdf-header-footer",
                                        absl::StrCat("--user-data-dir=", scratch, "/profile"),
                                        absl::StrCat("--print-to-pdf=", pdf),
                                        absl::StrCat("file://", html)};
  // Its sandbox refuses to be root's. The page is our own and holds no script.
  if (geteuid() == 0) arguments.insert(arguments.begin(), "--no-sandbox");
  return arguments;
}

PdfPrinter FindPdfPrinter(const std::string& path) {
  for (const char* name : kPrinters) {
    for (absl::string_view folder : absl::StrSplit(path, ':', absl::SkipEmpty())) {
      const std::string program = absl::StrCat(folder, "/", name);
      if (access(program.c_str(), X_OK) == 0) return {program};
    }
  }
  return {};
}

absl::Status WritePdf(const std::string& page, const std::string& file) {
  const char* path = std::getenv("PATH");
  const PdfPrinter printer = FindPdfPrinter(path == nullptr ? "" : path);
  if (printer.program.empty()) {
    return absl::NotFoundError(
        "no program that prints PDF: install Debian's chromium (or weasyprint, wkhtmltopdf), or "
        "print the HTML from any browser");
  }
  const Scratch scratch;
  if (scratch.path().empty()) return absl::InternalError("no temporary folder");
  const std::string html = scratch.path() + "/page.html";
  const std::string made = scratch.path() + "/page.pdf";
  std::ofstream(html, std::ios::binary) << page;
  ASSIGN_OR_RETURN(const int exit,
                   Run(printer.program, printer.Arguments(html, made, scratch.path())));
  std::error_code error;
  if (exit != 0 || !fs::exists(made, error)) {
    return absl::InternalError(absl::StrCat(printer.program, " printed nothing"));
  }
  fs::copy_file(made, file, fs::copy_options::overwrite_existing, error);
  if (error) return absl::InvalidArgumentError(absl::StrCat("cannot write ", file));
  return absl::OkStatus();
}

}  // namespace shian::ctl
