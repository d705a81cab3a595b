//! Text that users wrote, made fit to be stored and shown.

/// Text of several lines without control characters: C0 (line feed, carriage return and tab are kept), DEL and C1 go.
///
/// They carry nothing that a reader could see, and some of them end strings, move cursors or break XML.
pub(crate) fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect()
}

/// A name: one line, trimmed, without control characters and without marks that reorder the text around it.
///
/// Line breaks and tabs become spaces. The bidirectional marks (U+202A to U+202E, U+2066 to U+2069) go, because a name
/// stands in the middle of other people's text; letters of any direction need none of them.
pub(crate) fn clean_line(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .filter(|c| !c.is_control() && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .collect();
    line.trim().to_owned()
}

/// Whether the text leaves no mark on the screen: the page refuses what this refuses.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(leaves_no_mark)
}

/// White space, controls, what Unicode says to leave undrawn (`Default_Ignorable_Code_Point`: fillers, joiners, marks of
/// direction, selectors, tags), and two letters that are drawn empty: a blank of Braille and a note without a head.
fn leaves_no_mark(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D159}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_no_mark_is_blank() {
        for text in [
            "",
            " \n\t",
            "\u{0}\u{1B}",
            "\u{AD}\u{200B}\u{FEFF}",
            "\u{3164}",
            "\u{115F}\u{1160}\u{FFA0}",
            "\u{2800}",
            "\u{E0041}\u{E007F}",
            "\u{34F}\u{61C}\u{180E}\u{FE0F}\u{206A}",
            "\u{202E}",
            "\u{1D159}\u{1D173}\u{1BCA0}\u{FFF0}\u{17B4}",
        ] {
            assert!(is_blank(text), "{}", text.escape_unicode());
        }
    }

    #[test]
    fn what_leaves_a_mark_is_not_blank() {
        for text in ["a", ".", "\u{3164}a", "\u{301}", "\u{1F3F4}\u{E0067}\u{E007F}", "👩\u{200D}🚀", "\u{600}"] {
            assert!(!is_blank(text), "{}", text.escape_unicode());
        }
    }
}
