// A registry without the wire, for tests: the handlers' plans on the real store.
#pragma once

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "embedded/registry_schema.h"
#include "libs/codes/codes.h"
#include "libs/ledger/log_reader.h"
#include "libs/ledger/testing.h"
#include "libs/store/testing.h"
#include "services/registry/operator/reactions.h"
#include "services/registry/operator/service.h"
#include "services/registry/operator/store.h"
#include "shian/sanction/v1/changes.pb.h"

namespace shian::registry::testing {

inline constexpr char kNow[] = "2025-03-03T09:00:00+08:00";

// Every write runs twice.
struct World {
  absl::Time now = *ParseTime(kNow);
  IdentityHasher hasher = *IdentityHasher::Create(std::string(64, 'k'));
  store::TemporaryStore store{store::Schema(1).Add("registry", kMigrations)};

  v1::ImportOperatorsResponse Import(const v1::ImportOperatorsRequest& chunk) {
    auto body = PlanImport(hasher, chunk);
    REQUIRE(body.ok());
    v1::ImportOperatorsResponse out;
    const auto reply = store.Write(now, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      auto answer = (*body)(tx);
      if (!answer.ok()) return answer.status();
      return answer->SerializeAsString();
    });
    REQUIRE(reply.ok());
    REQUIRE(out.ParseFromString(*reply));
    return out;
  }

  absl::StatusOr<v1::EraseOperatorResponse> Erase(const v1::EraseOperatorRequest& in) {
    auth::Officer officer;
    officer.person = "officer-7";
    officer.organisation = "410902-market";
    auto body = PlanErasure(in, ToDate(now), officer,
                            [](store::ReadTx&, const Operator&) { return absl::OkStatus(); });
    if (!body.ok()) return body.status();
    const auto reply = store.Write(now, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      auto answer = (*body)(tx);
      if (!answer.ok()) return answer.status();
      return answer->SerializeAsString();
    });
    if (!reply.ok()) return reply.status();
    v1::EraseOperatorResponse out;
    REQUIRE(out.ParseFromString(*reply));
    return out;
  }

  // What `read` gives in one transaction.
  template <class Read>
  auto Ask(const Read& read) {
    decltype(read(std::declval<store::ReadTx&>())) answer = absl::UnknownError("was not read");
    REQUIRE(store
                .Read([&](store::ReadTx& tx) {
                  answer = read(tx);
                  return answer.status();
                })
                .ok());
    return *std::move(answer);
  }

  std::optional<Operator> Find(const std::string& name, const Past& past) {
    return Ask([&](store::ReadTx& tx) { return FindOperator(tx, *OperatorIdOf(name), past); });
  }

  Operator Get(const std::string& name) {
    const std::optional<Operator> found = Find(name, {});
    REQUIRE(found.has_value());
    return *found;
  }

  std::vector<Operator> List(const OperatorQuery& query) {
    return Ask([&](store::ReadTx& tx) { return ListOperators(tx, query); });
  }

  void React(const char* type, const std::string& payload) {
    const ledger::Reactions reactions = OperatorReactions();
    ledger::ReceivedChange change;
    change.id = "shian.sanction/410902/facts/1/9";
    change.payload = payload;
    REQUIRE(store
                .Write(now,
                       [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                         absl::Status done = reactions.at(type)(tx, change);
                         if (!done.ok()) return done;
                         return std::string();
                       })
                .ok());
  }

  void Publish(const std::string& name, const std::string& entry, absl::Time time) {
    sanction::v1::ListingPublished published;
    published.set_operator_(name);
    published.set_entry(entry);
    published.mutable_publish_time()->set_seconds(absl::ToUnixSeconds(time));
    React("shian.sanction.listing.published", published.SerializeAsString());
  }

  void End(const std::string& name, const std::string& entry, absl::Time time) {
    sanction::v1::ListingEnded ended;
    ended.set_operator_(name);
    ended.set_entry(entry);
    ended.mutable_end_time()->set_seconds(absl::ToUnixSeconds(time));
    React("shian.sanction.listing.ended", ended.SerializeAsString());
  }

  void Order(const std::string& name, const std::string& measure, policy::v1::MeasureEffect effect,
             absl::Time time) {
    sanction::v1::MeasureOrdered ordered;
    ordered.set_operator_(name);
    ordered.set_measure(measure);
    ordered.set_effect(effect);
    ordered.mutable_order_time()->set_seconds(absl::ToUnixSeconds(time));
    React("shian.sanction.measure.registry.ordered", ordered.SerializeAsString());
  }

  void Lift(const std::string& name, const std::string& measure, absl::Time time) {
    sanction::v1::MeasureLifted lifted;
    lifted.set_operator_(name);
    lifted.set_measure(measure);
    lifted.mutable_end_time()->set_seconds(absl::ToUnixSeconds(time));
    React("shian.sanction.measure.registry.lifted", lifted.SerializeAsString());
  }

  std::vector<ledger::FeedEntry> Facts() {
    std::vector<ledger::FeedEntry> entries;
    REQUIRE(ledger::Place(*store).ok());
    REQUIRE(store
                .Read([&](store::ReadTx& tx) {
                  auto batch = ledger::ReadFeed(tx, {});
                  if (batch.ok()) entries = batch->entries;
                  return batch.status();
                })
                .ok());
    return entries;
  }
};

inline v1::ImportOperatorsRequest Chunk() {
  v1::ImportOperatorsRequest chunk;
  chunk.set_origin("bureau-ledger");
  chunk.set_authority("澄沅县市场监督管理局");
  chunk.set_region("410902");
  return chunk;
}

inline v1::OperatorRow* AddRow(v1::ImportOperatorsRequest* chunk, int serial, bool sole_trader) {
  v1::OperatorRow* row = chunk->add_rows();
  row->set_line(serial + 1);
  row->set_source_id("CY" + std::to_string(serial));
  row->set_title(sole_trader ? "澄沅县李记小吃店" : "澄沅县青禾食品有限公司");
  char body[18];
  std::snprintf(body, sizeof body, "%s410902%09d", sole_trader ? "92" : "91", serial);
  row->set_code(*codes::MakeUscc(body));
  row->set_kind("餐饮服务");
  row->set_form(sole_trader ? "个体工商户" : "企业");
  row->set_region("410902");
  row->set_address("城关镇春晓路" + std::to_string(serial) + "号");
  row->set_principal("李四光");
  row->set_principal_identity_number("410902188012310010");
  return row;
}

inline v1::EraseOperatorRequest Order(const std::string& name) {
  v1::EraseOperatorRequest in;
  in.set_name(name);
  v1::ErasureOrder* order = in.mutable_order();
  order->set_document_number("澄市监删字〔2025〕1号");
  order->set_authority("澄沅县市场监督管理局");
  order->set_document_sha256(std::string(64, 'a'));
  order->mutable_order_date()->set_year(2025);
  order->mutable_order_date()->set_month(3);
  order->mutable_order_date()->set_day(1);
  order->mutable_legal_basis()->set_statute("个人信息保护法");
  order->mutable_legal_basis()->set_article("第四十七条");
  return in;
}

}  // namespace shian::registry::testing
