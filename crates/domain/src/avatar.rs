//! The letter and the colour that stand for a user, as v0.4's page computes them.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::{limits, text};

/// The letter and the colour that stand for a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Avatar {
    /// One grapheme, usually.
    pub text: String,
    /// One of `primary`, `secondary`, `success`, `warning`, `danger`, `default`.
    pub color: String,
}

/// The colours that a name is given, in the order of v0.4's table.
const COLORS: [&str; 5] = ["primary", "secondary", "success", "warning", "danger"];

/// The colour of an avatar whose own is not known to the page.
const DEFAULT_COLOR: &str = "default";

/// The avatar of a username.
///
/// The text is `?` for a name that shows nothing, else its first visible grapheme in upper case, so that an emoji stays
/// whole.
pub fn avatar(name: &str) -> Avatar {
    Avatar { text: initial(name), color: color(name).to_owned() }
}

/// `color` where a page knows it, else `default`.
pub(crate) fn known_color(color: &str) -> &'static str {
    COLORS.into_iter().find(|known| *known == color).unwrap_or(DEFAULT_COLOR)
}

fn initial(name: &str) -> String {
    let Some(first) = name.graphemes(true).find(|letter| !text::is_blank(letter)) else { return "?".to_owned() };
    let upper = first.to_uppercase();
    if upper.chars().count() <= limits::AVATAR_TEXT_CHARS {
        return upper;
    }
    // A letter below a tower of accents: the letter alone.
    first.chars().take(1).flat_map(char::to_uppercase).collect()
}

/// v0.4's hash: for each UTF-16 unit `c`, `h = c + ((h << 5) - h)`, and `|h| mod 5` is the colour.
///
/// In JavaScript only the shift is done in 32 bits; the rest is done in doubles, so `h` leaves the range of 32 bits. It
/// stays an exact integer (below 2^53) for any name of less than four million units, where 64-bit integers agree.
fn color(name: &str) -> &'static str {
    let hash = name.encode_utf16().fold(0i64, |hash, unit| {
        #[expect(clippy::cast_possible_truncation, reason = "JavaScript's shift keeps the low 32 bits")]
        let shifted = (hash as i32) << 5;
        i64::from(unit) + (i64::from(shifted) - hash)
    });
    let index = usize::try_from(hash.unsigned_abs() % 5).unwrap_or(0);
    COLORS.get(index).copied().unwrap_or(DEFAULT_COLOR)
}

#[cfg(test)]
mod tests;
