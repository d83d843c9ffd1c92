#include "services/ctl/snapshot/command.h"

#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/rpc/convert.h"
#include "nlohmann/json.hpp"
#include "services/ctl/session/invoke.h"
#include "services/ctl/snapshot/snapshot.h"
#include "services/ctl/verify/fetch.h"

namespace shian::ctl {
namespace {

namespace pb = shian::sanction::v1;

struct SnapshotArguments {
  std::string file, key;
};

std::string TimeOf(const google::protobuf::Timestamp& time) {
  return FormatTime(rpc::FromProto(time));
}

int Show(const Session& session, const SnapshotFile& snapshot, const std::string& key) {
  const auto card = VerifySnapshot(snapshot, key);
  if (!card.ok()) {
    std::cout << "DOES NOT HOLD: " << card.status().message() << "\n";
    return kExitWrong;
  }
  if (session.json()) {
    std::cout << nlohmann::ordered_json({{"snapshot", card->snapshot()},
                                         {"list_revision", card->list_revision()},
                                         {"make_time", TimeOf(card->make_time())},
                                         {"expire_time", TimeOf(card->expire_time())},
                                         {"items", card->items_count()},
                                         {"omitted", card->omitted_count()},
                                         {"holds", true}})
                     .dump(1)
              << "\n";
    return 0;
  }
  std::cout << "snapshot " << card->snapshot() << " of " << TimeOf(card->make_time())
            << ", good until " << TimeOf(card->expire_time()) << ": " << card->items_count()
            << " entries, signature and hash hold; " << card->omitted_count()
            << " entries of natural persons are not in it"
            << (key.empty() ? " (key taken from the file: pin it with --key)" : "") << "\n";
  return 0;
}

// The key is told with a checkpoint; whoever has it from elsewhere pins it.
absl::Status AddKey(Session& session, SnapshotFile* snapshot) {
  shian::ledger::v1::GetCheckpointRequest request;
  request.set_log(shian::ledger::v1::LOG_PUBLIC);
  ASSIGN_OR_RETURN(const auto checkpoint, Ask<shian::ledger::v1::GetCheckpointResponse>(
                                              session, "sanction", "GetCheckpoint", request));
  snapshot->header.mutable_card()->set_verifier_key(checkpoint.verifier_key());
  return absl::OkStatus();
}

int Fetch(Session& session, const SnapshotArguments& arguments, SnapshotFile snapshot,
          int64_t base) {
  const auto protos = session.protos();
  if (!protos.ok()) return ReportUsage(protos.status());
  const auto method = (*protos)->Method("shian.sanction.v1.SnapshotService/FetchSnapshot");
  if (!method.ok()) return ReportUsage(method.status());
  pb::FetchSnapshotRequest request;
  request.set_base(base);
  const auto each = [&snapshot](const google::protobuf::Message& message) {
    pb::FetchSnapshotResponse part;
    part.ParseFromString(message.SerializeAsString());
    TakeSnapshotPart(part, &snapshot);
    return true;
  };
  const grpc::Status fetched = InvokeServerStream(session, "sanction", **method, request, each);
  if (!fetched.ok()) return ReportRefusal(fetched, session.json());
  if (const absl::Status key = AddKey(session, &snapshot); !key.ok()) return ReportUsage(key);
  // What does not hold is not kept.
  const int shown = Show(session, snapshot, arguments.key);
  if (shown != 0) return shown;
  const absl::Status written = WriteSnapshot(arguments.file, snapshot);
  return written.ok() ? 0 : ReportUsage(written);
}

int Update(Session& session, const SnapshotArguments& arguments) {
  auto kept = ReadSnapshot(arguments.file);
  if (!kept.ok()) return ReportUsage(kept.status());
  const auto card = VerifySnapshot(*kept, arguments.key);
  // On what does not hold nothing is built: then all of it is fetched.
  return Fetch(session, arguments, *std::move(kept), card.ok() ? card->snapshot() : 0);
}

int ShowFile(const Session& session, const SnapshotArguments& arguments) {
  const auto kept = ReadSnapshot(arguments.file);
  return kept.ok() ? Show(session, *kept, arguments.key) : ReportUsage(kept.status());
}

}  // namespace

void AddSnapshot(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<SnapshotArguments>();
  CLI::App* snapshot = app->add_subcommand(
      "snapshot", "the lists as a signed file for screening offline (离线比对快照)");
  snapshot->require_subcommand(1);
  snapshot->footer(
      "Examples:\n"
      "  shian snapshot fetch lists.snapshot --key 'NAME+ID+KEY'\n"
      "  shian snapshot update lists.snapshot    only what is new since\n"
      "  shian snapshot show lists.snapshot\n"
      "  shian screen --offline lists.snapshot firms.csv");
  const auto add = [&](const char* name, const char* what, auto run) {
    CLI::App* command = snapshot->add_subcommand(name, what);
    command->add_option("FILE", arguments->file, "the file")->required();
    command->add_option("--key", arguments->key, "the signer's key as published elsewhere");
    command->callback([=] { *exit_code = run(); });
  };
  add("fetch", "fetch it whole", [=] { return Fetch(*session, *arguments, SnapshotFile(), 0); });
  add("update", "fetch what is new, from the one in the file",
      [=] { return Update(*session, *arguments); });
  add("show", "what it is, and whether it holds; no server needed",
      [=] { return ShowFile(*session, *arguments); });
}

}  // namespace shian::ctl
