// Reads and writes of the copies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/inspection/frame/frame.h"

namespace shian::inspection::frame {

// Keeps the grade that credit determined, which the registry does not know.
absl::Status PutUnit(store::WriteTx& tx, Unit unit);
absl::Status SetGrade(store::WriteTx& tx, const std::string& operator_id, const std::string& grade);
// Empties what came from the operator's payload; the surrogate stays as a pseudonym.
absl::Status EraseUnit(store::WriteTx& tx, const std::string& operator_id);
absl::StatusOr<std::optional<Unit>> FindUnit(store::ReadTx& tx, const std::string& operator_id);
absl::StatusOr<std::optional<Unit>> FindUnitBySource(store::ReadTx& tx, const std::string& origin,
                                                     const std::string& source_id);
// Trading operators of a division in the order of their ids.
absl::Status ForEachTrading(store::ReadTx& tx, const std::string& region,
                            absl::FunctionRef<absl::Status(const Unit&)> visit);
absl::StatusOr<std::vector<Count>> CountTrading(store::ReadTx& tx, const std::string& region);

absl::Status PutInspector(store::WriteTx& tx, const Inspector& inspector);
absl::StatusOr<std::optional<Inspector>> FindInspector(store::ReadTx& tx, const std::string& id);
// Those who act within `region`, in the order of their ids.
absl::StatusOr<std::vector<Inspector>> InspectorsFor(store::ReadTx& tx, const std::string& region);

absl::Status PutLaboratory(store::WriteTx& tx, const Laboratory& laboratory);
absl::StatusOr<std::optional<Laboratory>> FindLaboratory(store::ReadTx& tx, const std::string& id);
absl::StatusOr<std::vector<Laboratory>> AllLaboratories(store::ReadTx& tx);

}  // namespace shian::inspection::frame
