// The characters of names: how they are brought to one form, how they sound, which look alike.
#ifndef SHIAN_LIBS_NAMES_TEXT_H_
#define SHIAN_LIBS_NAMES_TEXT_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace shian::names {

// Code points: the rare characters of GB 18030-2022 lie beyond sixteen bits.
using Text = std::u32string;
using TextView = std::u32string_view;

// Broken bytes become U+FFFD.
Text Decode(absl::string_view utf8);
std::string Encode(TextView text);

// One width, one case, simplified characters (繁简、全半角、异体). What is neither letter, digit
// nor bracket is dropped; all brackets become round ones. Spaces stay, one at a time: a Chinese
// name drops them, a Latin one is made of words.
Text Normalise(absl::string_view name);

// Normalised text of another script in Latin letters (转写), as far as letters alone tell.
Text Latinise(const Text& normal);

// A character whose meaning is Chinese writing.
bool IsHan(char32_t c);

bool HasHan(TextView text);

// Readings (读音) of a character without tones, as numbers; 0 where there is none. A character with
// several readings (多音字) has the common ones.
using Sounds = std::array<uint16_t, 3>;
Sounds SoundsOf(char32_t c);
// 同音: one reading in common. A character without a reading sounds only like itself.
bool SoundAlike(char32_t a, char32_t b);

// 形近: one number for all characters that are taken for one another; the character itself when
// there is no other.
char32_t ShapeOf(char32_t c);

}  // namespace shian::names

#endif  // SHIAN_LIBS_NAMES_TEXT_H_
