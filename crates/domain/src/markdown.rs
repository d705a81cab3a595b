//! Markdown to HTML that is safe to put into any page.
//!
//! Standard Markdown with tables, strikethrough, task lists and math; a line break in the text is a line break on the
//! screen, as in every chat, and a bare web address is a link. HTML in the text is shown as text. The only elements with
//! an address are `a` (http, https, mailto) and `img` (this message's own images).

mod image;
mod link;

use std::{fmt, ops::Range};

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, TextMergeWithOffset, html};
use pulldown_cmark_escape::{escape_html, escape_html_body_text};

use crate::{ImageRef, limits};
use image::{AltText, Placement};

const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_MATH);

/// Renders a message's content.
///
/// `![…](image:2)` shows the second of `images` in that place; those that the content does not place come after it.
/// Math is left to the page, as TeX in `<code class="math math-inline">` or `math-display`. Content that would grow
/// beyond 256 KiB of HTML is given as plain text.
pub fn to_html(content: &str, images: &[ImageRef]) -> String {
    let mut renderer =
        Renderer { content, placement: Placement::new(images), alt: None, links: Vec::new(), in_code: false };
    let mut html = Bounded(String::new());
    let events = TextMergeWithOffset::new(Parser::new_ext(content, EXTENSIONS).into_offset_iter());
    let written = html::write_html_fmt(&mut html, events.filter_map(|(event, range)| renderer.event(event, range)));
    let (mut html, placement) = match written {
        Ok(()) => (html.0, renderer.placement),
        Err(fmt::Error) => (plain(content), Placement::new(images)),
    };
    placement.write_rest(&mut html);
    html
}

/// Turns the parser's events into ones that are safe to write.
struct Renderer<'a> {
    content: &'a str,
    placement: Placement<'a>,
    /// The image whose description is being read.
    alt: Option<AltText<'a>>,
    /// For each open link, the outermost first, whether it is written.
    links: Vec<bool>,
    /// A code block is open.
    in_code: bool,
}

impl<'a> Renderer<'a> {
    /// The event to write in place of this one, if any. `range` is where it stands in the content.
    fn event(&mut self, event: Event<'a>, range: Range<usize>) -> Option<Event<'a>> {
        if let Some(alt) = self.alt.take() {
            return match alt.read(event) {
                Ok(more) => {
                    self.alt = Some(more);
                    None
                }
                Err(done) => Some(self.placement.show(&done, self.in_link())),
            };
        }
        Some(match event {
            Event::Start(Tag::Image { dest_url, .. }) => {
                self.alt = Some(AltText::new(dest_url));
                return None;
            }
            Event::Start(Tag::Link { link_type, dest_url, title, .. }) => {
                // An address in angle brackets may stand inside a link; a page can't have that.
                let open = link::open(link_type, &dest_url, &title).filter(|_| !self.in_link());
                self.links.push(open.is_some());
                Event::InlineHtml(open?.into())
            }
            Event::End(TagEnd::Link) => Event::InlineHtml(self.links.pop()?.then_some("</a>")?.into()),
            Event::Start(Tag::CodeBlock(kind)) => {
                self.in_code = true;
                Event::Start(Tag::CodeBlock(in_one_language(kind)))
            }
            Event::End(TagEnd::CodeBlock) => {
                self.in_code = false;
                Event::End(TagEnd::CodeBlock)
            }
            Event::Text(text) if !self.in_link() && !self.in_code => match link::in_text(&text) {
                Some(html) => Event::InlineHtml(html.into()),
                None => Event::Text(text),
            },
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            Event::Html(source) | Event::InlineHtml(source) => Event::Text(source),
            Event::SoftBreak => Event::HardBreak,
            Event::InlineMath(tex) => self.inline_math(&tex, range),
            Event::DisplayMath(tex) => Event::InlineHtml(math("math-display", &tex)),
            event => event,
        })
    }

    fn in_link(&self) -> bool {
        self.links.contains(&true)
    }

    /// A closing `$` before a digit is money, not math, as in Pandoc: "from $5/month to$10".
    fn inline_math(&self, tex: &str, range: Range<usize>) -> Event<'a> {
        let followed_by_digit =
            self.content.get(range.end..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        match self.content.get(range) {
            Some(source) if followed_by_digit => Event::Text(source.into()),
            _ => Event::InlineHtml(math("math-inline", tex)),
        }
    }
}

/// What stands after a fence may be anything; its first word is the language, and so one class.
fn in_one_language(kind: CodeBlockKind<'_>) -> CodeBlockKind<'_> {
    match kind {
        CodeBlockKind::Fenced(info) => {
            CodeBlockKind::Fenced(info.split_whitespace().next().unwrap_or_default().to_owned().into())
        }
        CodeBlockKind::Indented => CodeBlockKind::Indented,
    }
}

fn math(class: &str, tex: &str) -> CowStr<'static> {
    format!("<code class=\"math {class}\">{}</code>", escaped(tex)).into()
}

/// For text and for attributes in double quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // Writing to a String can't fail.
    let _ = escape_html(&mut escaped, text);
    escaped
}

/// Content as one paragraph, with its line breaks.
fn plain(content: &str) -> String {
    let mut html = String::with_capacity(content.len() + 16);
    let _ = escape_html_body_text(&mut html, content);
    format!("<p>{}</p>\n", html.replace('\n', "<br />\n"))
}

/// A string that refuses to grow beyond [`limits::HTML_BYTES`].
struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        if self.0.len() + s.len() > limits::HTML_BYTES {
            return Err(fmt::Error);
        }
        self.0.push_str(s);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
