#pragma once

#include <cstddef>
#include <cstdint>

namespace shian::policy::limits {

inline constexpr size_t kFileBytesMax = 1 << 20;
inline constexpr size_t kFilesMax = 1'000;
inline constexpr size_t kTitleCodePointsMax = 200;
inline constexpr size_t kNoteCodePointsMax = 1'000;
inline constexpr size_t kIdCharsMin = 3;
inline constexpr size_t kIdCharsMax = 100;
// A file with more mistakes is listed up to here.
inline constexpr size_t kProblemsPerFileMax = 50;
inline constexpr int kDeadlineCountMax = 10'000;
inline constexpr int kBanAnswerHoursMax = 8'760;
inline constexpr int kRungsMax = 5;
inline constexpr int kRecallExtensionMax = 366;
// Of a unit of measure to its base unit: 12 decimals hold the avoirdupois ounce.
inline constexpr size_t kFactorDecimalsMax = 12;
inline constexpr size_t kFactorWholeDigitsMax = 6;
inline constexpr int64_t kRatioPpmMax = 100'000'000;
inline constexpr int64_t kShelfLifeDaysMax = 36'500;
// Of the cold chain: nothing is colder than the first, and no food is as warm as the second.
inline constexpr int64_t kMillicelsiusMin = -273'150;
inline constexpr int64_t kMillicelsiusMax = 1'000'000;
inline constexpr int64_t kRatioPartMax = 1'000;
inline constexpr int64_t kColdSamplesMax = 1'000;
inline constexpr int64_t kSecondsOfDay = 86'400;
inline constexpr int64_t kSecondsOfWeek = 604'800;
// Of the score of traceability.
inline constexpr int64_t kWeightMax = 1'000;
inline constexpr int64_t kHoursOfYear = 8'784;
inline constexpr int64_t kDaysOfYear = 366;
inline constexpr int64_t kScoredEventsMax = 5'000;
inline constexpr int kTagsMax = 32;
inline constexpr int kApproversNeeded = 2;
inline constexpr int kApproveBatchMax = 200;
// A document template.
inline constexpr size_t kDocumentWordCodePointsMax = 20;
inline constexpr size_t kDocumentTextCodePointsMax = 2'000;
inline constexpr int kDocumentFieldsMax = 20;
inline constexpr int kDocumentBlocksMax = 100;
inline constexpr int kDocumentItemsMax = 20;
inline constexpr int kDocumentRowsMax = 40;
inline constexpr int kDocumentRowLinesMax = 20;
inline constexpr int kDocumentCellsMax = 3;
// How far above the program a source tree's deploy/policies is looked for.
inline constexpr int kSearchLevelsMax = 5;

}  // namespace shian::policy::limits
