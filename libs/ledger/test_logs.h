// What the tests of the logs share.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "libs/ledger/change.h"
#include "libs/ledger/ledger.h"
#include "libs/ledger/log_reader.h"
#include "libs/ledger/testing.h"
#include "libs/store/testing.h"

namespace shian::ledger {

inline const absl::Time kNow = absl::FromUnixSeconds(1741000000);

inline Change SomeChange(Log log, const std::string& subject, const std::string& payload,
                         const std::string& type = "shian.test.thing.happened") {
  Change change;
  change.log = log;
  change.type = type;
  change.subject = subject;
  change.region = "410902";
  change.time = kNow - absl::Hours(1);
  change.payload = payload;
  return change;
}

// The value of a read in one transaction.
template <class T>
absl::StatusOr<T> Ask(store::TemporaryStore& store,
                      std::function<absl::StatusOr<T>(store::ReadTx&)> ask) {
  absl::StatusOr<T> answer = absl::UnknownError("not asked");
  const absl::Status read = store.Read([&](store::ReadTx& tx) {
    answer = ask(tx);
    return answer.status();
  });
  if (!read.ok()) return read;
  return answer;
}

inline absl::Status AppendTo(store::TemporaryStore& store, std::vector<Change> changes,
                             absl::Time now = kNow) {
  const absl::Status written =
      store
          .Write(now,
                 [changes](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                   for (const Change& change : changes) {
                     const absl::Status appended = Append(tx, change);
                     if (!appended.ok()) return appended;
                   }
                   return "";
                 })
          .status();
  return written.ok() ? Place(*store) : written;
}

// Many entries in one write: "operators/0" ... with payloads "payload 0" ...
inline absl::Status AppendMany(store::TemporaryStore& store, Log log, int count) {
  std::vector<Change> changes;
  for (int i = 0; i < count; ++i) {
    changes.push_back(
        SomeChange(log, "operators/" + std::to_string(i % 10), "payload " + std::to_string(i)));
  }
  return AppendTo(store, std::move(changes));
}

inline std::unique_ptr<Ledger> StartLedger(store::TemporaryStore& store, std::string* pem) {
  auto signer = pem->empty() ? Signer::Generate() : *Signer::FromPem(*pem);
  *pem = signer->PrivatePem();
  Ledger::Options options;
  options.signer = std::move(signer);
  options.pause = absl::Milliseconds(10);
  auto ledger = Ledger::Start(*store, std::move(options));
  return ledger.ok() ? *std::move(ledger) : nullptr;
}

}  // namespace shian::ledger
