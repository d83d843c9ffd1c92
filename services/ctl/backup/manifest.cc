#include "services/ctl/backup/manifest.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "nlohmann/json.hpp"
#include "services/ctl/import/run.h"

namespace shian::ctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;

Json ToJson(const FileRecord& record) {
  return {{"path", record.path}, {"size", record.size}, {"sha256", record.sha256}};
}

FileRecord FileOf(const Json& json) {
  return {json.at("path").get<std::string>(), json.at("size").get<int64_t>(),
          json.at("sha256").get<std::string>()};
}

LogRecord LogOf(const Json& json) {
  return {json.at("log").get<std::string>(),  json.at("name").get<std::string>(),
          json.at("epoch").get<int64_t>(),    json.at("last").get<int64_t>(),
          json.at("note").get<std::string>(), json.at("verifier_key").get<std::string>()};
}

Manifest ManifestOf(const Json& json) {
  Manifest manifest;
  manifest.service = json.at("service").get<std::string>();
  manifest.origin = json.at("origin").get<std::string>();
  manifest.taken = json.at("taken").get<std::string>();
  manifest.revision = json.at("revision").get<std::string>();
  manifest.store = FileOf(json.at("store"));
  for (const Json& log : json.at("logs")) manifest.logs.push_back(LogOf(log));
  manifest.followed = json.at("followed").get<std::map<std::string, int64_t>>();
  for (const Json& blob : json.at("blobs")) manifest.blobs.push_back(FileOf(blob));
  return manifest;
}

// Paths come from a file: none may lead out of the backup.
absl::Status CheckPaths(const Manifest& manifest, const std::string& path) {
  std::vector<FileRecord> files = manifest.blobs;
  files.push_back(manifest.store);
  for (const FileRecord& file : files) {
    if (absl::StartsWith(file.path, "/") || absl::StrContains(file.path, "..")) {
      return absl::DataLossError(absl::StrCat(path, " names a file outside of the backup"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Json> ReadJson(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadWhole(path));
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || json.value("format", 0) != kFormat) {
    return absl::DataLossError(absl::StrCat(path, " is no file of a backup of this format"));
  }
  return json;
}

absl::StatusOr<Manifest> ReadManifest(const std::string& path) {
  ASSIGN_OR_RETURN(const Json json, ReadJson(path));
  Manifest manifest;
  try {
    manifest = ManifestOf(json);
  } catch (const Json::exception& error) {
    return absl::DataLossError(absl::StrCat(path, " is no manifest: ", error.what()));
  }
  RETURN_IF_ERROR(CheckPaths(manifest, path));
  return manifest;
}

}  // namespace

absl::Status WriteManifest(const std::string& folder, const Manifest& manifest) {
  Json json = {
      {"format", kFormat},       {"service", manifest.service},   {"origin", manifest.origin},
      {"taken", manifest.taken}, {"revision", manifest.revision}, {"store", ToJson(manifest.store)},
      {"logs", Json::array()},   {"followed", manifest.followed}, {"blobs", Json::array()}};
  for (const LogRecord& log : manifest.logs) {
    json["logs"].push_back({{"log", log.log},
                            {"name", log.name},
                            {"epoch", log.epoch},
                            {"last", log.last},
                            {"note", log.note},
                            {"verifier_key", log.key}});
  }
  for (const FileRecord& blob : manifest.blobs) json["blobs"].push_back(ToJson(blob));
  return WriteNewFile(absl::StrCat(folder, "/", kManifestFile), json.dump(1) + "\n");
}

absl::Status WriteSet(const std::string& folder, const std::vector<std::string>& services) {
  Json json = {
      {"format", kFormat}, {"taken", FormatTime(absl::Now())}, {"services", Json::object()}};
  for (const std::string& service : services) {
    ASSIGN_OR_RETURN(const FileRecord manifest,
                     Look(absl::StrCat(folder, "/", service, "/", kManifestFile)));
    json["services"][service] = manifest.sha256;
  }
  return WriteNewFile(absl::StrCat(folder, "/", kSetFile), json.dump(1) + "\n");
}

absl::StatusOr<std::map<std::string, Manifest>> ReadSet(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/", kSetFile);
  ASSIGN_OR_RETURN(const Json json, ReadJson(path));
  if (!json.contains("services") || !json["services"].is_object()) {
    return absl::DataLossError(absl::StrCat(path, " names no services"));
  }
  std::map<std::string, Manifest> set;
  for (const auto& [service, digest] : json["services"].items()) {
    const std::string file = absl::StrCat(folder, "/", service, "/", kManifestFile);
    ASSIGN_OR_RETURN(const FileRecord found, Look(file));
    if (!digest.is_string() || found.sha256 != digest.get<std::string>()) {
      return absl::DataLossError(absl::StrCat(file, " is not what ", path, " says"));
    }
    ASSIGN_OR_RETURN(set[service], ReadManifest(file));
  }
  return set;
}

}  // namespace shian::ctl
