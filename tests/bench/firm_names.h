// Names of firms as a county's list has them, made from a seed: divisions, brands of characters as
// often used, trades and forms.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace shian::bench {

std::vector<std::string> MakeNames(int count, std::mt19937_64* random);

// The same name as people type it: a character swapped, wrong or missing in the brand, the form
// written short, the region left out, or nothing wrong.
std::string Mistyped(const std::string& name, std::mt19937_64* random);

// A unified social credit code with its check digit.
std::string CodeOf(int number);

}  // namespace shian::bench
