//! Bar charts as SVG, readable on light and on dark ground.

use std::fmt::Write;

use super::table::number;

/// One bar.
pub(super) struct Bar<'a> {
    /// Bars of one group stand together under its name.
    pub(super) group: &'a str,
    pub(super) name: &'a str,
    pub(super) value: f64,
    /// Lowest and highest of the rounds.
    pub(super) spread: (f64, f64),
    /// RoomTalk's own bars have the accent.
    pub(super) own: bool,
}

const WIDTH: f64 = 720.0;
/// Where the bars begin, and how long the longest is.
const LEFT: f64 = 190.0;
const LENGTH: f64 = 400.0;
const ROW: f64 = 22.0;

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1f2328}.t{font-size:16px;font-weight:600}\
.g{font-weight:600}.n{text-anchor:end}.o{fill:#0969da}.p{fill:#8c959f}.w{stroke:#1f2328;stroke-width:1.5}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.o{fill:#4493f8}.p{fill:#6e7681}.w{stroke:#e6edf3}}";

/// Horizontal bars, all on one scale; the thin line over a bar spans its rounds.
pub(super) fn bars(title: &str, unit: &str, bars: &[Bar<'_>]) -> String {
    let longest = bars.iter().map(|bar| bar.spread.1.max(bar.value)).fold(f64::MIN_POSITIVE, f64::max);
    let scale = LENGTH / longest;
    let mut rows = String::new();
    let mut y = 44.0;
    let mut group = "";
    for bar in bars {
        if bar.group != group {
            group = bar.group;
            y += 8.0;
            line(&mut rows, format_args!(r#"<text class="g" x="12" y="{:.0}">{}</text>"#, y + 15.0, escaped(group)));
            y += ROW;
        }
        draw(&mut rows, bar, y, scale, unit);
        y += ROW;
    }
    let height = y + 12.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}\">\n\
         <style>{STYLE}</style>\n<text class=\"t\" x=\"12\" y=\"28\">{title}</text>\n{rows}</svg>\n",
        title = escaped(title)
    )
}

fn draw(rows: &mut String, bar: &Bar<'_>, y: f64, scale: f64, unit: &str) {
    let class = if bar.own { "o" } else { "p" };
    let width = (bar.value * scale).max(1.0);
    let (middle, text) = (y + 9.0, y + 14.0);
    let (low, high) = (LEFT + bar.spread.0 * scale, LEFT + bar.spread.1 * scale);
    line(rows, format_args!(r#"<text class="n" x="{:.0}" y="{text:.0}">{}</text>"#, LEFT - 8.0, escaped(bar.name)));
    line(rows, format_args!(r#"<rect class="{class}" x="{LEFT}" y="{y:.0}" width="{width:.1}" height="17" rx="2"/>"#));
    line(rows, format_args!(r#"<path class="w" d="M{low:.1} {middle:.0}H{high:.1}"/>"#));
    let value = number(bar.value);
    line(
        rows,
        format_args!(r#"<text x="{:.0}" y="{text:.0}">{value} {}</text>"#, high.max(LEFT + width) + 8.0, escaped(unit)),
    );
}

// Writing to a String can't fail.
fn line(rows: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = writeln!(rows, "{arguments}");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_takes_the_whole_length_and_names_are_escaped() {
        let bar = |name, value| Bar { group: "a & b", name, value, spread: (value, value), own: true };
        let picture = bars("p99 < 1", "ms", &[bar("one", 2.0), bar("two", 1.0)]);
        for expected in [r#"width="400.0""#, r#"width="200.0""#, "a &amp; b", "p99 &lt; 1", "2.000 ms"] {
            assert!(picture.contains(expected), "{expected} in {picture}");
        }
    }
}
