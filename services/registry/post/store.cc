#include "services/registry/post/store.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/check.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"

namespace shian::registry {
namespace {

using store::Bytes;
using store::FactTable;
using store::Row;
using store::Sql;
using store::Value;
using store::Values;

constexpr char kSanction[] = "sanction";

const FactTable& Posts() {
  static const FactTable table("post",
                               {"operator", "post", "region", "kind", "valid_from", "valid_to",
                                "authority", "person", "recorded", "end_recorded"},
                               2);
  return table;
}

const FactTable& Payloads() {
  static const FactTable table("post_payload", {"operator", "post", "name", "key_id", "hash"}, 2);
  return table;
}

const FactTable& Bans() {
  static const FactTable table("person_ban",
                               {"hash", "key_id", "ban", "bars", "valid_from", "valid_until",
                                "statute", "article", "recorded", "annulled", "searched"},
                               3);
  return table;
}

const FactTable& Heard() {
  static const FactTable table("ban_heard", {"peer", "heard"}, 1);
  return table;
}

const FactTable& Breaches() {
  static const FactTable table("post_breach",
                               {"operator", "post", "ban", "found", "clock", "clock_revision"}, 3);
  return table;
}

std::optional<Date> DateOf(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const absl::StatusOr<Date> date = ParseDate(text);
  SHIAN_CHECK(date.ok()) << "a stored date";
  return *date;
}

std::string TextOf(const std::optional<Date>& date) { return date ? FormatDate(*date) : ""; }

Value MicrosOf(const std::optional<absl::Time>& time) {
  return time ? Value(ToMicros(*time)) : Value(std::monostate());
}

std::string EncodeBars(const std::set<Bar>& bars) {
  return absl::StrJoin(
      bars, ",", [](std::string* out, Bar bar) { absl::StrAppend(out, static_cast<int>(bar)); });
}

std::set<Bar> DecodeBars(const std::string& text) {
  std::set<Bar> bars;
  for (const absl::string_view one : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    int bar = 0;
    if (absl::SimpleAtoi(one, &bar)) bars.insert(static_cast<Bar>(bar));
  }
  return bars;
}

std::vector<Value> PostValues(const PostRecord& post) {
  return Values(post.op.value(), post.id.value(), post.region, static_cast<int>(post.kind),
                FormatDate(post.from), TextOf(post.to), post.authority, post.officer,
                ToMicros(post.recorded), MicrosOf(post.end_recorded));
}

absl::StatusOr<PostRecord> Complete(store::ReadTx& tx, const Row& row) {
  PostRecord post;
  post.op = OperatorId(row.Text(0));
  post.id = PostId(row.Text(1));
  post.region = row.Text(2);
  post.kind = static_cast<Post>(row.Int(3));
  post.from = *DateOf(row.Text(4));
  post.to = DateOf(row.Text(5));
  post.authority = row.Text(6);
  post.officer = row.Text(7);
  post.recorded = FromMicros(row.Int(8));
  if (!row.IsNull(9)) post.end_recorded = FromMicros(row.Int(9));
  ASSIGN_OR_RETURN(const auto payload,
                   Payloads().Find(tx, Values(post.op.value(), post.id.value())));
  if (!payload) return post;
  post.person_name = payload->Text(2);
  post.identity = KeyedHash{payload->Text(3), payload->Blob(4)};
  return post;
}

absl::StatusOr<std::vector<PostRecord>> Complete(store::ReadTx& tx, const std::vector<Row>& rows) {
  std::vector<PostRecord> posts;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(PostRecord post, Complete(tx, row));
    posts.push_back(std::move(post));
  }
  return posts;
}

std::vector<PersonBan> ToBans(const std::vector<Row>& rows) {
  std::vector<PersonBan> bans;
  for (const Row& row : rows) {
    PersonBan ban;
    ban.hash = {row.Text(1), row.Blob(0)};
    ban.ban = row.Text(2);
    ban.bars = DecodeBars(row.Text(3));
    ban.from = *DateOf(row.Text(4));
    ban.until = DateOf(row.Text(5));
    ban.basis = {row.Text(6), row.Text(7)};
    ban.recorded = FromMicros(row.Int(8));
    if (!row.IsNull(9)) ban.annulled = FromMicros(row.Int(9));
    ban.searched = row.Bool(10);
    bans.push_back(std::move(ban));
  }
  return bans;
}

}  // namespace

// ---- Posts ------------------------------------------------------------------------------------

absl::Status InsertPost(store::WriteTx& tx, const PostRecord& post) {
  RETURN_IF_ERROR(Posts().Insert(tx, PostValues(post)));
  return Payloads().Insert(tx, Values(post.op.value(), post.id.value(), post.person_name,
                                      post.identity->key_id, Bytes{post.identity->hash}));
}

absl::Status EndPost(store::WriteTx& tx, const PostRecord& post) {
  return Posts().Update(tx, PostValues(post));
}

absl::StatusOr<std::optional<PostRecord>> FindPost(store::ReadTx& tx, const OperatorId& op,
                                                   const PostId& id) {
  ASSIGN_OR_RETURN(const auto row, Posts().Find(tx, Values(op.value(), id.value())));
  if (!row) return std::optional<PostRecord>();
  ASSIGN_OR_RETURN(PostRecord post, Complete(tx, *row));
  return std::optional<PostRecord>(std::move(post));
}

absl::StatusOr<std::vector<PostRecord>> PostsOf(store::ReadTx& tx, const OperatorId& op,
                                                absl::string_view after, int limit) {
  ASSIGN_OR_RETURN(
      const auto rows,
      Posts().Select(tx, Sql{"WHERE operator = $1 AND post > $2 ORDER BY post LIMIT $3"},
                     Values(op.value(), after, limit)));
  return Complete(tx, rows);
}

absl::StatusOr<std::vector<PostRecord>> PrincipalsOf(store::ReadTx& tx, const OperatorId& op) {
  ASSIGN_OR_RETURN(const auto rows,
                   Posts().Select(tx, Sql{"WHERE operator = $1 AND kind = $2 AND valid_to = ''"},
                                  Values(op.value(), static_cast<int>(Post::kPrincipal))));
  return Complete(tx, rows);
}

absl::Status ErasePostsOf(store::WriteTx& tx, const OperatorId& op) {
  return tx.Execute({"DELETE FROM post_payload WHERE operator = $1"}, Values(op.value())).status();
}

// ---- Bans -------------------------------------------------------------------------------------

absl::Status PutPersonBan(store::WriteTx& tx, const PersonBan& ban) {
  return Bans().Put(
      tx, Values(Bytes{ban.hash.hash}, ban.hash.key_id, ban.ban, EncodeBars(ban.bars),
                 FormatDate(ban.from), TextOf(ban.until), ban.basis.statute, ban.basis.article,
                 ToMicros(ban.recorded), MicrosOf(ban.annulled), ban.searched));
}

absl::StatusOr<std::vector<PersonBan>> RowsOfBan(store::ReadTx& tx, absl::string_view ban) {
  ASSIGN_OR_RETURN(const auto rows,
                   Bans().Select(tx, Sql{"WHERE ban = $1 ORDER BY key_id"}, Values(ban)));
  return ToBans(rows);
}

absl::StatusOr<std::vector<PersonBan>> BansOn(store::ReadTx& tx,
                                              const std::vector<KeyedHash>& hashes) {
  std::vector<PersonBan> bans;
  for (const KeyedHash& hash : hashes) {
    ASSIGN_OR_RETURN(const auto rows,
                     Bans().Select(tx, Sql{"WHERE hash = $1 AND key_id = $2 ORDER BY ban"},
                                   Values(Bytes{hash.hash}, hash.key_id)));
    for (PersonBan& ban : ToBans(rows)) bans.push_back(std::move(ban));
  }
  return bans;
}

absl::StatusOr<bool> AnyBans(store::ReadTx& tx) {
  ASSIGN_OR_RETURN(const auto row, tx.QueryOne({"SELECT 1 FROM person_ban LIMIT 1"}, {}));
  return row.has_value();
}

absl::StatusOr<std::vector<PersonBan>> BansToSearch(store::ReadTx& tx, int limit) {
  ASSIGN_OR_RETURN(const auto rows,
                   Bans().Select(tx, Sql{"WHERE searched = $1 ORDER BY hash, key_id, ban LIMIT $2"},
                                 Values(false, limit)));
  return ToBans(rows);
}

absl::StatusOr<std::optional<absl::Time>> BansHeard(store::ReadTx& tx) {
  ASSIGN_OR_RETURN(const auto row, Heard().Find(tx, Values(kSanction)));
  if (!row) return std::optional<absl::Time>();
  return std::optional<absl::Time>(FromMicros(row->Int(1)));
}

absl::Status PutBansHeard(store::WriteTx& tx, absl::Time time) {
  return Heard().Put(tx, Values(kSanction, ToMicros(time)));
}

// ---- Who employs barred people ----------------------------------------------------------------

absl::StatusOr<std::vector<Holder>> HoldersAfter(store::ReadTx& tx, const Holder& after,
                                                 int limit) {
  ASSIGN_OR_RETURN(const auto rows,
                   Payloads().Select(tx,
                                     Sql{"WHERE operator > $1 OR (operator = $1 AND post > $2) "
                                         "ORDER BY operator, post LIMIT $3"},
                                     Values(after.op.value(), after.post, limit)));
  std::vector<Holder> holders;
  for (const Row& row : rows) {
    holders.push_back(
        {OperatorId(row.Text(0)), row.Text(1), Post::kUnknown, {row.Text(3), row.Blob(4)}});
  }
  return holders;
}

absl::Status InsertBreach(store::WriteTx& tx, const Breach& breach) {
  ASSIGN_OR_RETURN(const auto known,
                   Breaches().Find(tx, Values(breach.op.value(), breach.post, breach.ban)));
  if (known) return absl::OkStatus();
  return Breaches().Insert(tx, Values(breach.op.value(), breach.post, breach.ban,
                                      ToMicros(breach.found), breach.clock, breach.clock_revision));
}

absl::StatusOr<std::vector<Breach>> BreachesOf(store::ReadTx& tx, const OperatorId& op,
                                               absl::string_view post) {
  ASSIGN_OR_RETURN(
      const auto rows,
      Breaches().Select(tx, Sql{"WHERE operator = $1 AND post = $2 ORDER BY found, ban"},
                        Values(op.value(), post)));
  std::vector<Breach> breaches;
  for (const Row& row : rows) {
    breaches.push_back({OperatorId(row.Text(0)), row.Text(1), row.Text(2), FromMicros(row.Int(3)),
                        row.Text(4), row.Text(5)});
  }
  return breaches;
}

}  // namespace shian::registry
