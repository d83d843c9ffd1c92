#include "services/ctl/sample/make.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "nlohmann/json.hpp"
#include "services/ctl/sample/chain.h"
#include "services/ctl/sample/names.h"
#include "services/ctl/sample/operators.h"
#include "services/ctl/sample/random.h"
#include "services/ctl/sample/sampling.h"
#include "services/ctl/text/csv.h"
#include "services/ctl/text/encoding.h"

namespace shian::ctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kEventsPerDocument = 500;
constexpr size_t kProducers = 253, kSellers = 12298;

// Writes files and remembers what each one holds.
class Folder {
 public:
  explicit Folder(std::string directory) : directory_(std::move(directory)) {}

  absl::Status Write(const std::string& name, const std::string& bytes, Json facts) {
    const std::filesystem::path path = std::filesystem::path(directory_) / name;
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    std::ofstream file(path, std::ios::binary);
    file << bytes;
    file.flush();
    if (!file) return absl::UnavailableError(absl::StrCat("cannot write ", path.string()));
    facts["sha256"] = HexEncode(Sha256(bytes));
    files_[name] = std::move(facts);
    return absl::OkStatus();
  }

  absl::Status WriteTable(const std::string& name, Encoding encoding,
                          const std::vector<std::string>& header,
                          const std::vector<std::vector<std::string>>& rows, size_t wrong) {
    std::string text = CsvLine(header);
    for (const auto& row : rows) text += CsvLine(row);
    ASSIGN_OR_RETURN(const std::string bytes, EncodeText(text, encoding));
    return Write(name, bytes,
                 {{"rows", rows.size()}, {"wrong", wrong}, {"encoding", EncodingName(encoding)}});
  }

  const std::map<std::string, Json>& files() const { return files_; }

 private:
  std::string directory_;
  std::map<std::string, Json> files_;
};

// One file of operators, with one wrong row of each rule spread over it.
absl::Status WriteOperators(const std::vector<SampleOperator>& operators, size_t begin, size_t end,
                            const std::string& name, Encoding encoding, Folder* folder) {
  const size_t step = (end - begin) / (kWrongRules + 1);
  std::vector<std::vector<std::string>> rows;
  int rule = 0;
  for (size_t i = begin; i < end; ++i) {
    rows.push_back(OperatorCells(operators[i]));
    if (rule < kWrongRules && (i - begin) % step == step - 1) {
      rows.push_back(OperatorCells(WrongOperator(operators[i], rule++)));
    }
  }
  return folder->WriteTable(name, encoding, OperatorHeader(), rows, rule);
}

absl::Status WriteEvents(const Chain& chain, Folder* folder) {
  int number = 0;
  for (size_t at = 0; at < chain.events.size(); at += kEventsPerDocument) {
    const size_t end = std::min(at + kEventsPerDocument, chain.events.size());
    std::vector<Json> part(chain.events.begin() + at, chain.events.begin() + end);
    const std::string name = absl::StrFormat("events/meat-%02d.jsonld", ++number);
    RETURN_IF_ERROR(folder->Write(name, EpcisDocument(part).dump(1), {{"events", part.size()}}));
  }
  return absl::OkStatus();
}

Json Party(const SampleOperator& op) {
  return {{"source_id", op.source_id}, {"name", op.name}, {"code", op.code}, {"gln", op.gln}};
}

// The first open sole trader among the caterers: its payload is erased in the story.
const SampleOperator& FirstSoleTrader(const std::vector<SampleOperator>& operators) {
  for (size_t i = kProducers + kSellers; i < operators.size(); ++i) {
    if (operators[i].sole_trader && operators[i].status == "存续") return operators[i];
  }
  return operators.back();
}

Json Story(const Chain& chain, const std::vector<SampleOperator>& operators) {
  Json canteens = Json::array();
  for (const size_t n : chain.story_canteens) {
    canteens.push_back(Party(operators[kProducers + kSellers + n]));
  }
  return {{"lot", chain.story_lot},
          {"producer", Party(operators[chain.story_producer])},
          {"wholesaler", Party(operators[kProducers + chain.story_wholesaler])},
          {"canteens", canteens},
          {"sole_trader", Party(FirstSoleTrader(operators))}};
}

absl::Status WriteRegisters(SampleRandom& random, const std::vector<SampleOperator>& operators,
                            Folder* folder) {
  RETURN_IF_ERROR(folder->WriteTable("samples.csv", Encoding::kGb18030, SampleResultHeader(),
                                     MakeSampleResults(random, operators), 0));
  RETURN_IF_ERROR(folder->WriteTable("inspectors.csv", Encoding::kUtf8Bom, InspectorHeader(),
                                     MakeInspectors(random), 0));
  return folder->WriteTable("laboratories.csv", Encoding::kUtf8, LaboratoryHeader(),
                            MakeLaboratories(random), 0);
}

absl::Status WriteParts(const std::vector<SampleOperator>& operators,
                        const std::vector<SampleOperator>& farms, Folder* folder) {
  const size_t third = operators.size() / 3;
  RETURN_IF_ERROR(
      WriteOperators(operators, 0, third, "operators-1.csv", Encoding::kUtf8Bom, folder));
  RETURN_IF_ERROR(
      WriteOperators(operators, third, 2 * third, "operators-2.csv", Encoding::kUtf8, folder));
  RETURN_IF_ERROR(WriteOperators(operators, 2 * third, operators.size(), "operators-3.csv",
                                 Encoding::kGb18030, folder));
  return WriteOperators(farms, 0, farms.size(), "farms.csv", Encoding::kUtf8, folder);
}

}  // namespace

absl::Status MakeSampleCounty(const std::string& directory, uint64_t seed) {
  SampleRandom random(seed);
  Folder folder(directory);
  const std::vector<SampleOperator> operators = MakeOperators(random);
  const std::vector<SampleOperator> farms = MakeFarms(random);
  RETURN_IF_ERROR(WriteParts(operators, farms, &folder));
  RETURN_IF_ERROR(WriteRegisters(random, operators, &folder));
  const Chain chain = MakeChain(random, operators, farms);
  RETURN_IF_ERROR(WriteEvents(chain, &folder));
  Json manifest = {{"county", kCountyName},  {"region", kCountyRegion},
                   {"seed", seed},           {"operators", operators.size()},
                   {"farms", farms.size()},  {"events", chain.events.size()},
                   {"lots", chain.lots},     {"story", Story(chain, operators)},
                   {"files", folder.files()}};
  return folder.Write("MANIFEST.json", manifest.dump(1) + "\n", Json::object());
}

}  // namespace shian::ctl
