#include "services/registry/operator/store_rows.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/encoding.h"
#include "services/registry/operator/lines.h"

namespace shian::registry {
namespace {

using store::Row;
using store::Value;
using store::Values;

// ---- Lists in text columns -------------------------------------------------------------------

std::string NumberCell(const std::optional<int32_t>& number) {
  return number ? absl::StrCat(*number) : "";
}

// What stands here was written by us and passed its digest: a cell that does not parse is a fault
// of the program.
template <class T>
std::optional<T> CellNumber(absl::string_view cell) {
  if (cell.empty()) return std::nullopt;
  T number = 0;
  SHIAN_CHECK(absl::SimpleAtoi(cell, &number)) << "a number cell";
  return number;
}

std::string DateCell(const std::optional<Date>& date) { return date ? FormatDate(*date) : ""; }

std::optional<Date> CellDate(absl::string_view cell) {
  if (cell.empty()) return std::nullopt;
  const absl::StatusOr<Date> date = ParseDate(cell);
  SHIAN_CHECK(date.ok()) << "a date cell";
  return *date;
}

std::string SitesText(const std::vector<Site>& sites) {
  std::vector<Cells> rows;
  rows.reserve(sites.size());
  for (const Site& site : sites) {
    rows.push_back({absl::StrCat(site.number), site.address, site.region, site.town,
                    NumberCell(site.longitude_microdegrees), NumberCell(site.latitude_microdegrees),
                    site.gln});
  }
  return JoinLines(rows);
}

std::vector<Site> ParseSites(const std::string& text) {
  std::vector<Site> sites;
  for (const auto& row : SplitLines(text)) {
    CHECK_EQ(row.size(), 7u) << "cells of a site";
    sites.push_back({*CellNumber<int>(row[0]), std::string(row[1]), std::string(row[2]),
                     std::string(row[3]), CellNumber<int32_t>(row[4]), CellNumber<int32_t>(row[5]),
                     std::string(row[6])});
  }
  return sites;
}

std::string LicencesText(const std::vector<Licence>& licences) {
  std::vector<Cells> rows;
  rows.reserve(licences.size());
  for (const Licence& licence : licences) {
    rows.push_back({licence.number, licence.scope, DateCell(licence.from), DateCell(licence.to)});
  }
  return JoinLines(rows);
}

std::vector<Licence> ParseLicences(const std::string& text) {
  std::vector<Licence> licences;
  for (const auto& row : SplitLines(text)) {
    CHECK_EQ(row.size(), 4u) << "cells of a licence";
    licences.push_back(
        {std::string(row[0]), std::string(row[1]), CellDate(row[2]), CellDate(row[3])});
  }
  return licences;
}

std::string PostsText(const std::vector<PostHolder>& posts) {
  std::vector<Cells> rows;
  for (const PostHolder& holder : posts) {
    const KeyedHash identity = holder.identity.value_or(KeyedHash());
    rows.push_back({absl::StrCat(static_cast<int>(holder.post)), holder.name, identity.key_id,
                    HexEncode(identity.hash)});
  }
  return JoinLines(rows);
}

std::vector<PostHolder> ParsePosts(const std::string& text) {
  std::vector<PostHolder> posts;
  for (const auto& row : SplitLines(text)) {
    CHECK_EQ(row.size(), 4u) << "cells of a post";
    PostHolder holder;
    holder.post = static_cast<Post>(*CellNumber<int>(row[0]));
    holder.name = std::string(row[1]);
    if (!row[2].empty())
      holder.identity = KeyedHash{std::string(row[2]), HexDecode(row[3]).value_or("")};
    posts.push_back(std::move(holder));
  }
  return posts;
}

std::string AttributesText(const std::vector<Attribute>& attributes) {
  std::vector<Cells> rows;
  rows.reserve(attributes.size());
  for (const Attribute& attribute : attributes) rows.push_back({attribute.key, attribute.value});
  return JoinLines(rows);
}

std::vector<Attribute> ParseAttributes(const std::string& text) {
  std::vector<Attribute> attributes;
  for (const auto& row : SplitLines(text)) {
    attributes.push_back({std::string(row[0]), std::string(row[1])});
  }
  return attributes;
}

// ---- Rows ------------------------------------------------------------------------------------

Value Optional(const std::optional<int64_t>& number) {
  return number ? Value(*number) : Value(std::monostate());
}

std::optional<int64_t> OptionalInt(const Row& row, int column) {
  return row.IsNull(column) ? std::nullopt : std::optional<int64_t>(row.Int(column));
}

constexpr int kFloorAreaColumn = 8;
constexpr int kDinersColumn = 9;

}  // namespace

std::vector<Value> CoreValues(const Operator& op) {
  const Core& core = op.core;
  std::vector<Value> values =
      Values(op.id.value(), op.version, core.region, static_cast<int64_t>(core.kind),
             static_cast<int64_t>(core.form), static_cast<int64_t>(core.status), core.office,
             JoinItems(core.food_categories), std::monostate(), std::monostate(),
             AttributesText(core.attributes), op.provenance.origin, op.provenance.source_id,
             op.provenance.authority, op.provenance.document_sha256,
             ToMicros(op.provenance.recorded), ToMicros(op.created));
  values[kFloorAreaColumn] = Optional(core.floor_area_m2);
  values[kDinersColumn] = Optional(core.diners);
  return values;
}

Operator CoreOf(const Row& row) {
  Operator op;
  op.id = OperatorId(row.Text(0));
  op.version = row.Int(1);
  op.core.region = row.Text(2);
  op.core.kind = static_cast<Kind>(row.Int(3));
  op.core.form = static_cast<Form>(row.Int(4));
  op.core.status = static_cast<Status>(row.Int(5));
  op.core.office = row.Text(6);
  op.core.food_categories = SplitItems(row.Text(7));
  op.core.floor_area_m2 = OptionalInt(row, kFloorAreaColumn);
  op.core.diners = OptionalInt(row, kDinersColumn);
  op.core.attributes = ParseAttributes(row.Text(10));
  op.provenance = {row.Text(11), row.Text(12), row.Text(13), row.Text(14), FromMicros(row.Int(15))};
  op.created = FromMicros(row.Int(16));
  return op;
}

std::vector<Value> PayloadValues(const Operator& op) {
  const Payload& payload = op.payload;
  return Values(op.id.value(), payload.title, payload.code, SitesText(payload.sites),
                LicencesText(payload.licences), PostsText(payload.posts));
}

Payload PayloadOf(const Row& row, int key_columns) {
  return {row.Text(key_columns), row.Text(key_columns + 1), ParseSites(row.Text(key_columns + 2)),
          ParseLicences(row.Text(key_columns + 3)), ParsePosts(row.Text(key_columns + 4))};
}

std::vector<Value> RestrictionValues(const OperatorId& id, const Restriction& restriction) {
  Value end_recorded, effect;
  if (restriction.end_recorded) end_recorded = ToMicros(*restriction.end_recorded);
  if (restriction.effect != 0) effect = static_cast<int64_t>(restriction.effect);
  return Values(id.value(), restriction.listing, FormatDate(restriction.from),
                DateCell(restriction.to), restriction.cause, ToMicros(restriction.recorded),
                std::move(end_recorded), std::move(effect));
}

Restriction RestrictionOf(const Row& row) {
  Restriction restriction = {row.Text(1), *CellDate(row.Text(2)), CellDate(row.Text(3)),
                             row.Text(4), FromMicros(row.Int(5)), std::nullopt};
  if (!row.IsNull(6)) restriction.end_recorded = FromMicros(row.Int(6));
  restriction.effect = static_cast<int>(row.Int(7));
  return restriction;
}

ErasureOrder ErasureOf(const Row& row) {
  return {row.Text(1), row.Text(2), row.Text(3), *CellDate(row.Text(4)), row.Text(5), row.Text(6)};
}

}  // namespace shian::registry
