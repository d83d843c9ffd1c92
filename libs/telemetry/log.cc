#include "libs/telemetry/log.h"

#include <google/protobuf/stubs/logging.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/telemetry/limits.h"

namespace shian::telemetry {
namespace {

std::shared_ptr<spdlog::logger> g_logger;
std::string* g_service = new std::string;

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

void AppendQuoted(std::string* out, absl::string_view text) {
  out->push_back('"');
  for (const char c : text.substr(0, kFieldBytesMax)) {
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
  if (const auto* text = std::get_if<std::string>(&value)) {
    AppendQuoted(out, *text);
  } else if (const auto* number = std::get_if<int64_t>(&value)) {
    absl::StrAppend(out, *number);
  } else if (const auto* real = std::get_if<double>(&value)) {
    absl::StrAppendFormat(out, "%.3f", *real);
  } else {
    absl::StrAppend(out, std::get<bool>(value) ? "true" : "false");
  }
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
  std::string line = "{\"time\":";
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
  g_logger =
      std::make_shared<spdlog::logger>("shian", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  g_logger->set_pattern("%v");
  const auto wanted = spdlog::level::from_str(std::string(level));
  g_logger->set_level(wanted == spdlog::level::off ? spdlog::level::info : wanted);
  google::protobuf::SetLogHandler(OnProtobufLog);
}

void Log(Severity severity, const char* event, std::initializer_list<Field> fields) {
  if (g_logger == nullptr || !g_logger->should_log(LevelOf(severity))) return;
  const std::string time =
      absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone());
  g_logger->log(LevelOf(severity), "{}", LogLine(time, *g_service, severity, event, fields));
}

}  // namespace shian::telemetry
