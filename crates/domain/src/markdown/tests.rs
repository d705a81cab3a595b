mod check;
mod safety;

use super::to_html;
use crate::ImageRef;

/// The content of the only paragraph.
fn inline(content: &str) -> String {
    let html = to_html(content, &[]);
    html.strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>\n")).unwrap_or_else(|| panic!("{html}")).to_owned()
}

fn images(count: u32) -> Vec<ImageRef> {
    let image = |n: u32| ImageRef {
        id: n.to_string(),
        url: format!("/api/rooms/abcdefghij/images/{n}"),
        mime_type: "image/png".to_owned(),
        width: 10 * n,
        height: 20 * n,
        bytes: 1,
    };
    (1..=count).map(image).collect()
}

fn img(n: u32, alt: &str) -> String {
    format!(
        "<img src=\"/api/rooms/abcdefghij/images/{n}\" alt=\"{alt}\" width=\"{}\" height=\"{}\" loading=\"lazy\" decoding=\"async\" />",
        10 * n,
        20 * n
    )
}

fn link(href: &str, text: &str) -> String {
    format!("<a href=\"{href}\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">{text}</a>")
}

#[test]
fn plain_markdown_is_rendered() {
    assert_eq!(inline("*a* **b** ~~c~~ `d`"), "<em>a</em> <strong>b</strong> <del>c</del> <code>d</code>");
    assert_eq!(to_html("# Title", &[]), "<h1>Title</h1>\n");
    assert!(to_html("```rust\nlet a = 1 < 2;\n```", &[]).contains("<code class=\"language-rust\">let a = 1 &lt; 2;"));
    assert!(to_html("> quoted\n\n1. one\n2. two\n\n---", &[]).contains("<ol>\n<li>one</li>"));
}

#[test]
fn what_stands_after_a_fence_is_one_class_at_most() {
    for info in
        ["js hidden", "js\thidden", "js&Tab;hidden", "js&#10;hidden", "js&#12;hidden", "&Tab;js hidden", "js\u{3000}x"]
    {
        let html = to_html(&format!("```{info}\ncode\n```"), &[]);
        assert_eq!(html, "<pre><code class=\"language-js\">code\n</code></pre>\n", "{info}");
    }
    assert_eq!(to_html("```&Tab;\ncode\n```", &[]), "<pre><code>code\n</code></pre>\n");
}

#[test]
fn tables_and_task_lists_are_rendered_and_footnotes_are_not() {
    assert!(to_html("|a|b|\n|-|:-:|\n|1|2|", &[]).contains("<td>1</td>"));
    assert!(to_html("- [x] done\n- [ ] open", &[]).contains("type=\"checkbox\" checked=\"\""));
    assert_eq!(inline("note[^1]"), "note[^1]");
}

#[test]
fn line_breaks_are_kept() {
    assert_eq!(inline("one\ntwo\r\nthree"), "one<br />\ntwo<br />\nthree");
}

#[test]
fn html_is_shown_as_text() {
    assert_eq!(inline("a <b onclick=\"x()\">b</b>"), "a &lt;b onclick=\"x()\"&gt;b&lt;/b&gt;");
    assert_eq!(to_html("<script>alert(1)</script>", &[]), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n");
    assert_eq!(to_html("<div>\n<!-- c -->\n</div>", &[]), "<p>&lt;div&gt;\n&lt;!-- c --&gt;\n&lt;/div&gt;</p>\n");
}

#[test]
fn links_to_the_web_and_mail_carry_their_rel() {
    assert_eq!(inline("[x](https://a.example/?q=1&r=2)"), link("https://a.example/?q=1&amp;r=2", "x"));
    assert_eq!(inline("[x](HTTP://a.example)"), link("HTTP://a.example", "x"));
    assert_eq!(inline("<https://a.example>"), link("https://a.example", "https://a.example"));
    assert_eq!(inline("<me@a.example>"), link("mailto:me@a.example", "me@a.example"));
    assert_eq!(inline("[m](mailto:me@a.example)"), link("mailto:me@a.example", "m"));
    assert!(inline("[x](https://a.example \"a \\\" onclick=\\\"b\")").contains(" title=\"a &quot; onclick=&quot;b\">"));
}

#[test]
fn bare_web_addresses_become_links() {
    let address = "https://a.example/a_b_c?q=1&r=(2)";
    let href = address.replace('&', "&amp;");
    assert_eq!(inline(&format!("see {address}.")), format!("see {}.", link(&href, &href)));
    assert_eq!(inline("(http://a.example)"), format!("({})", link("http://a.example", "http://a.example")));
    assert_eq!(
        inline("**https://a.example**"),
        format!("<strong>{}</strong>", link("https://a.example", "https://a.example"))
    );
    let quoted = "https://a.example/\"onclick=\"x";
    assert!(inline(quoted).starts_with(&link("https://a.example/", "https://a.example/")), "{}", inline(quoted));
}

#[test]
fn addresses_in_code_html_and_links_and_of_other_schemes_are_left_alone() {
    assert_eq!(inline("`https://a.example`"), "<code>https://a.example</code>");
    assert!(!to_html("```\nhttps://a.example\n```\n\n    https://b.example", &[]).contains("<a "));
    assert!(!inline("<iframe src=\"https://a.example\">").contains("<a "));
    assert_eq!(
        inline("[see https://a.example](https://b.example)"),
        link("https://b.example", "see https://a.example")
    );
    for text in ["javascript://a.example/%0aalert(1)", "ftp://a.example", "://", "a.example", "https://"] {
        assert_eq!(inline(text), text);
    }
}

#[test]
fn links_to_anything_else_become_text() {
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A;&#x61;vascript&colon;alert(1)",
        "java&Tab;script:alert(1)",
        "java&NewLine;script:alert(1)",
        "&#1;javascript:alert(1)",
        "<\u{1}javascript:alert(1)>",
        "<  javascript:alert(1)>",
        "\\javascript:alert(1)",
        "data:text/html,<b>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://a.example",
        "//a.example",
        "/room/abcdefghij",
        "#top",
        "https:",
        "https:a.example",
        "<https://a b.example>",
        "&#x200B;https://a.example",
        "<https://a&#10;.example>",
    ] {
        assert_eq!(inline(&format!("[x]({address})")), "x", "{address:?}");
    }
    assert_eq!(inline("<javascript:alert(1)>"), "javascript:alert(1)");
}

#[test]
fn formulas_are_left_to_the_page() {
    assert_eq!(inline("$a<b$"), "<code class=\"math math-inline\">a&lt;b</code>");
    assert_eq!(inline("$$\\sum_i x_i$$"), "<code class=\"math math-display\">\\sum_i x_i</code>");
}

#[test]
fn money_is_not_math() {
    for text in ["$5 and $6", "from $5/month to$10", "$5", "US$5, US$6", "\\$5\\$ x"] {
        assert!(!inline(text).contains("math"), "{text}: {}", inline(text));
    }
    assert_eq!(inline("$5 and $6"), "$5 and $6");
}

#[test]
fn images_are_placed_where_the_content_says() {
    let html = to_html("before ![a \"cat\"](image:2) after", &images(2));
    assert_eq!(html, format!("<p>before {} after</p>\n<p>{}</p>\n", img(2, "a &quot;cat&quot;"), img(1, "")));
}

#[test]
fn images_that_are_not_placed_come_after_the_content() {
    assert_eq!(to_html("hi", &images(2)), format!("<p>hi</p>\n<p>{}{}</p>\n", img(1, ""), img(2, "")));
    assert_eq!(to_html("", &images(1)), format!("<p>{}</p>\n", img(1, "")));
}

#[test]
fn an_image_is_shown_once_and_unknown_numbers_leave_their_description() {
    let html = to_html("![](image:1)![again](image:1)![none](image:2)![zero](image:0)![x](image:-1)", &images(1));
    assert_eq!(html, format!("<p>{}againnonezerox</p>\n", img(1, "")));
}

#[test]
fn pictures_elsewhere_become_links() {
    assert_eq!(inline("![a *b* `c`](https://a.example/x.png)"), link("https://a.example/x.png", "a b c"));
    assert_eq!(inline("![](https://a.example/x.png)"), link("https://a.example/x.png", "https://a.example/x.png"));
    assert_eq!(inline("![x](javascript:alert(1))"), "x");
    assert_eq!(inline("![x](data:image/svg+xml,y)"), "x");
}

#[test]
fn links_never_stand_inside_links() {
    let nested = "[a <me@a.example> <https://b.example> c](https://d.example)";
    assert_eq!(inline(nested), link("https://d.example", "a me@a.example https://b.example c"));
    let in_refused = inline("[a <https://b.example> c](javascript:x)");
    assert_eq!(in_refused, format!("a {} c", link("https://b.example", "https://b.example")));
    assert_eq!(inline("[![alt](https://a.example/x.png)](https://b.example)"), link("https://b.example", "alt"));
    assert_eq!(inline("![a [b](https://b.example)](https://a.example/x.png)"), link("https://a.example/x.png", "a b"));
    let html = to_html("[![alt](image:1)](https://b.example)", &images(1));
    assert_eq!(html, format!("<p>{}</p>\n", link("https://b.example", &img(1, "alt"))));
}

#[test]
fn content_that_would_grow_without_bound_is_given_as_plain_text() {
    // Each row of one letter would get 2000 cells.
    let table = format!("{}|\n{}|\n{}", "|a".repeat(2000), "|-".repeat(2000), "b\n".repeat(3900));
    assert!(table.chars().count() <= crate::limits::CONTENT_CHARS);
    let html = to_html(&table, &images(1));
    assert!(html.len() < crate::limits::HTML_BYTES, "{}", html.len());
    assert!(html.starts_with("<p>|a|a"), "{}", &html[..80]);
    assert!(html.ends_with(&format!("b<br />\n</p>\n<p>{}</p>\n", img(1, ""))));
    assert_eq!(check::check(&html), Ok(()));
}

#[test]
fn the_longest_message_of_the_costliest_character_is_still_rendered() {
    let html = to_html(&format!("*{}*", "&".repeat(15_998)), &[]);
    assert!(html.starts_with("<p><em>&amp;&amp;"));
}
