#include "libs/telemetry/log.h"

#include <google/protobuf/stubs/logging.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/telemetry/limits.h"

namespace shian::telemetry {
namespace {

// Lines gather here until somebody flushes them or they fill the buffer.
class StderrSink final : public spdlog::sinks::base_sink<std::mutex> {
 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    lines_.append(message.payload.data(), message.payload.size());
    lines_.push_back('\n');
    if (lines_.size() >= kBufferBytesMax) flush_();
  }
  void flush_() override {
    absl::string_view rest = lines_;
    while (!rest.empty()) {
      const ssize_t written = write(STDERR_FILENO, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) break;  // a log that takes nothing must not stop the service
      rest.remove_prefix(static_cast<size_t>(written));
    }
    lines_.clear();
  }

  std::string lines_;
};

// Never destroyed: a thread may log while the process ends.
spdlog::logger* g_logger = nullptr;
std::string* g_service = new std::string;

void Flush() { g_logger->flush(); }

spdlog::level::level_enum LevelOf(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return spdlog::level::debug;
    case Severity::kInfo:
      return spdlog::level::info;
    case Severity::kWarning:
      return spdlog::level::warn;
    case Severity::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

const char* NameOf(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return "debug";
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warn";
    case Severity::kError:
      return "error";
  }
  return "error";
}

bool NeedsEscape(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

void AppendQuoted(std::string* out, absl::string_view text) {
  text = text.substr(0, kFieldBytesMax);
  out->push_back('"');
  if (std::none_of(text.begin(), text.end(), NeedsEscape)) {
    out->append(text.data(), text.size());
    out->push_back('"');
    return;
  }
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      absl::StrAppendFormat(out, "\\u%04x", c);
    } else {
      out->push_back(c);
    }
  }
  out->push_back('"');
}

void AppendValue(std::string* out, const FieldValue& value) {
  if (const auto* text = std::get_if<absl::string_view>(&value)) {
    AppendQuoted(out, *text);
  } else if (const auto* number = std::get_if<int64_t>(&value)) {
    absl::StrAppend(out, *number);
  } else if (const auto* real = std::get_if<double>(&value)) {
    absl::StrAppend(out, *real);  // six digits
  } else {
    absl::StrAppend(out, std::get<bool>(value) ? "true" : "false");
  }
}

// UTC to the microsecond. The second's text is kept, because a busy second has many lines.
std::string TimeText(absl::Time time) {
  thread_local int64_t kept_second = 0;
  thread_local char text[32];  // not a string: a thread may log while the process ends
  const int64_t second = absl::ToUnixSeconds(time);
  if (second != kept_second) {
    absl::SNPrintF(text, sizeof text, "%s",
                   absl::FormatTime("%Y-%m-%dT%H:%M:%S", time, absl::UTCTimeZone()));
    kept_second = second;
  }
  const int64_t micros = absl::ToUnixMicros(time) - second * 1'000'000;
  return absl::StrCat(text, ".", absl::Dec(micros, absl::kZeroPad6), "Z");
}

// protobuf prints parse errors with pieces of the message; we keep where and drop what.
void OnProtobufLog(google::protobuf::LogLevel level, const char* filename, int line,
                   const std::string&) {
  const Severity severity =
      level >= google::protobuf::LOGLEVEL_ERROR ? Severity::kWarning : Severity::kDebug;
  Log(severity, "protobuf", {{"at", absl::StrCat(filename, ":", line)}});
}

}  // namespace

std::string LogLine(absl::string_view time, absl::string_view service, Severity severity,
                    const char* event, std::initializer_list<Field> fields) {
  std::string line;
  line.reserve(kUsualLineBytes);
  line.append("{\"time\":");
  AppendQuoted(&line, time);
  absl::StrAppend(&line, ",\"level\":\"", NameOf(severity), "\",\"service\":");
  AppendQuoted(&line, service);
  absl::StrAppend(&line, ",\"event\":");
  AppendQuoted(&line, event);
  for (const Field& field : fields) {
    absl::StrAppend(&line, ",\"", field.name, "\":");
    AppendValue(&line, field.value);
  }
  line.push_back('}');
  return line;
}

void StartLog(absl::string_view service, absl::string_view level) {
  *g_service = std::string(service);
  const bool first = g_logger == nullptr;
  auto logger = std::make_shared<spdlog::logger>("shian", std::make_shared<StderrSink>());
  const auto wanted = spdlog::level::from_str(std::string(level));
  logger->set_level(wanted == spdlog::level::off ? spdlog::level::info : wanted);
  spdlog::set_default_logger(logger);
  // An earlier one is kept: another thread may be writing by it.
  static auto* const kept = new std::vector<std::shared_ptr<spdlog::logger>>;
  g_logger = kept->emplace_back(std::move(logger)).get();
  if (first) {
    spdlog::flush_every(std::chrono::seconds(1));
    std::atexit(Flush);
  }
  google::protobuf::SetLogHandler(OnProtobufLog);
}

void LogBuffered(Severity severity, const char* event, std::initializer_list<Field> fields) {
  if (g_logger == nullptr || !g_logger->should_log(LevelOf(severity))) return;
  g_logger->log(LevelOf(severity),
                LogLine(TimeText(absl::Now()), *g_service, severity, event, fields));
}

void Log(Severity severity, const char* event, std::initializer_list<Field> fields) {
  LogBuffered(severity, event, fields);
  if (g_logger != nullptr) g_logger->flush();
}

}  // namespace shian::telemetry
