//! Whatever is written, the HTML holds only the elements, attributes and addresses that it may.

use proptest::prelude::*;

use super::{check::check, images, to_html};

#[test]
fn the_check_itself_sees_what_is_wrong() {
    for html in [
        "<script>x</script>",
        "<p onclick=\"x\">a</p>",
        "<a href=\"javascript:x\">a</a>",
        "<img src=\"https://a.example/x\" />",
        "<p>a",
        "</p>",
        "<a href=\"https://a\"><a href=\"https://b\">b</a></a>",
        "a < b",
    ] {
        assert!(check(html).is_err(), "{html}");
    }
    assert_eq!(check("<p>a <a href=\"https://a\">b</a><br />\n</p>"), Ok(()));
}

/// Pieces that meet in attacks, next to anything.
fn content() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "<a href=\"javascript:x\">",
        "[",
        "](",
        ")",
        "![",
        "<",
        ">",
        "javascript:",
        "&#106;",
        "&Tab;",
        "https://a.example/",
        "mailto:",
        "image:1",
        "image:2",
        "\"",
        "'",
        "`",
        "```",
        "$",
        "$$",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "- [x] ",
        "|",
        "|-|-|\n",
        ":-:",
        "# ",
        "*",
        "_",
        "~~",
        "\\",
        "&quot;",
        "\u{0}",
        "\t",
        " ",
        "<!--",
        "-->",
        "<![CDATA[",
        "<?",
        "onclick=",
        "[a]: https://b.example 'c'\n",
        "[a]",
        "é",
        "😀",
        "1. ",
        "<me@a.example>",
    ])
    .prop_map(str::to_owned);
    prop::collection::vec(prop_oneof![6 => pieces, 1 => any::<String>(), 1 => "[a-z<>\"'&() ]{0,8}"], 0..40)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn whatever_is_written_the_html_is_safe_and_well_formed(content in content(), count in 0u32..3) {
        let html = to_html(&content, &images(count));
        prop_assert_eq!(check(&html), Ok(()), "{}", html);
        prop_assert_eq!(html.matches("<img ").count(), count as usize, "every image is shown once");
    }

    #[test]
    fn the_same_content_gives_the_same_html(content in content()) {
        prop_assert_eq!(to_html(&content, &[]), to_html(&content, &[]));
    }
}
