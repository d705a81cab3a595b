//! Which charts are drawn.

use super::Row;
use super::svg::{Bar, bars};

/// One chart: a metric of all scenarios whose names begin alike.
struct Chart {
    file: &'static str,
    title: &'static str,
    scenarios: &'static str,
    metric: &'static str,
}

const CHARTS: &[Chart] = &[
    Chart {
        file: "fan-out.svg",
        title: "Deliveries a second, nothing lost, p99 <= 250 ms",
        scenarios: "fan-out ",
        metric: "deliveries",
    },
    Chart { file: "cpu.svg", title: "Server CPU per delivery", scenarios: "delivery CPU", metric: "CPU per delivery" },
    Chart {
        file: "light.svg",
        title: "p99 at 100 members x 10 messages a second",
        scenarios: "light load",
        metric: "p99",
    },
    Chart { file: "memory.svg", title: "Memory per idle socket", scenarios: "idle ", metric: "memory per socket" },
    Chart { file: "connect.svg", title: "Connections a second", scenarios: "connect", metric: "connections" },
    Chart { file: "fill.svg", title: "Filling a room with 1 000", scenarios: "fill ", metric: "time" },
    Chart { file: "rejoin.svg", title: "1 000 members come back", scenarios: "rejoin storm", metric: "time" },
    Chart { file: "post.svg", title: "POST, messages a second", scenarios: "POST c", metric: "rate" },
    Chart { file: "get.svg", title: "GET newest page, pages a second", scenarios: "GET c16", metric: "rate" },
    Chart { file: "poll.svg", title: "Quiet polls a second", scenarios: "304 c", metric: "rate" },
    Chart { file: "framework.svg", title: "Median latency by component", scenarios: "share of", metric: "p50" },
    Chart { file: "append.svg", title: "Appends a second, 64 writers", scenarios: "append,", metric: "rate" },
    Chart { file: "start.svg", title: "Time to the first answer", scenarios: "start of", metric: "start" },
];

/// Names and contents of those charts that there are rows for.
pub(super) fn charts(rows: &[Row]) -> Vec<(&'static str, String)> {
    let draw = |chart: &Chart| {
        let wanted = |row: &&Row| row.scenario.starts_with(chart.scenarios) && row.metric == chart.metric;
        let rows: Vec<&Row> = rows.iter().filter(wanted).collect();
        let unit = rows.first()?.unit;
        let all: Vec<Bar<'_>> = rows.into_iter().map(bar).collect();
        Some((chart.file, bars(chart.title, unit, &all)))
    };
    CHARTS.iter().filter_map(draw).collect()
}

fn bar(row: &Row) -> Bar<'_> {
    Bar {
        group: &row.scenario,
        name: &row.system,
        value: row.median,
        spread: (row.min, row.max),
        own: row.system.starts_with("roomtalk"),
    }
}
