use proptest::prelude::*;

use super::{avatar, known_color};

/// v0.4's algorithm, written as JavaScript runs it: doubles, and a shift that converts to 32 bits first.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both numbers are in range")]
fn reference(name: &str) -> (f64, &'static str) {
    fn to_int32(x: f64) -> i32 {
        let modulus = 4_294_967_296.0;
        let wrapped = x.trunc().rem_euclid(modulus);
        let signed = if wrapped >= 2_147_483_648.0 { wrapped - modulus } else { wrapped };
        signed as i32
    }
    let mut h = 0.0f64;
    for c in name.encode_utf16() {
        h = f64::from(c) + (f64::from(to_int32(h).wrapping_shl(5)) - h);
    }
    (h, ["primary", "secondary", "success", "warning", "danger"][(h.abs() % 5.0) as usize])
}

#[test]
fn the_published_vectors_hold() {
    for (name, text, color, hash) in [
        ("a", "A", "success", 97.0),
        ("Al", "A", "warning", 2123.0),
        ("HappyUnicorn", "H", "danger", -1_103_391_304.0),
        ("王小明", "王", "success", 29_182_122.0),
        ("活泼小象", "活", "success", 860_624_147.0),
        ("A much longer user name 12345", "A", "secondary", -370_449_936.0),
    ] {
        let avatar = avatar(name);
        assert_eq!((avatar.text.as_str(), avatar.color.as_str()), (text, color), "{name}");
        assert_eq!(reference(name), (hash, color), "{name}");
    }
}

#[test]
fn an_empty_name_is_a_question_mark_in_the_first_colour() {
    let avatar = avatar("");
    assert_eq!((avatar.text.as_str(), avatar.color.as_str()), ("?", "primary"));
}

#[test]
fn the_first_letter_is_in_upper_case_and_emoji_stay_whole() {
    for (name, text) in [
        ("élan", "É"),
        ("e\u{301}lan", "E\u{301}"),
        ("ßen", "SS"),
        ("😀 smile", "😀"),
        ("👨‍👩‍👧‍👦 family", "👨‍👩‍👧‍👦"),
        ("🇩🇪🇫🇷", "🇩🇪"),
        ("👍🏽up", "👍🏽"),
        ("\u{3164}\u{200B}bob", "B"),
        ("\u{2800}", "?"),
    ] {
        assert_eq!(avatar(name).text, text);
    }
}

#[test]
fn a_tower_of_accents_is_cut_to_its_letter() {
    assert_eq!(avatar(&format!("z{}", "\u{301}".repeat(50))).text, "Z");
}

#[test]
fn colours_that_the_page_does_not_know_become_default() {
    assert_eq!(known_color("warning"), "warning");
    assert_eq!(known_color("default"), "default");
    assert_eq!(known_color("red; background: url(//x)"), "default");
    assert_eq!(known_color(""), "default");
}

proptest! {
    #[test]
    fn colours_equal_those_of_a_javascript_engine(name in any::<String>()) {
        let color = avatar(&name).color;
        prop_assert_eq!(color, reference(&name).1);
    }

    #[test]
    fn long_names_leave_the_range_of_32_bits_and_still_agree(name in "[\u{fff0}-\u{ffff}a-z]{200,400}") {
        let color = avatar(&name).color;
        prop_assert_eq!(color, reference(&name).1);
    }
}
