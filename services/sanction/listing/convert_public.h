// What the public is not shown.
#pragma once

namespace shian::sanction::convert {

// Of events: who took an act, why, and on which papers.
template <class Events>
void HideWork(Events* events) {
  for (auto& event : *events) {
    event.clear_actor();
    event.clear_text();
    event.clear_documents();
  }
}

}  // namespace shian::sanction::convert
