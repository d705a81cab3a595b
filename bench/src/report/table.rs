//! The table that is printed.

use std::fmt::{Display, Formatter, Result};

use super::{Report, Row};

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let machine = &self.machine;
        writeln!(f, "{} cores, {}, Linux {}, {}", machine.cores, machine.cpu, machine.kernel, machine.date)?;
        if self.quick {
            writeln!(f, "A quick run: the figures say nothing.")?;
        }
        let mut scenario = "";
        for row in &self.rows {
            if row.scenario != scenario {
                scenario = &row.scenario;
                writeln!(f, "\n{scenario}")?;
                let [median, min, max, unit] = ["median", "min", "max", "unit"];
                writeln!(f, "  {:<34}{:<18}{median:>12}{min:>12}{max:>12} {unit:<8}ratios", "metric", "system")?;
            }
            writeln!(
                f,
                "  {:<34}{:<18}{:>12}{:>12}{:>12} {:<8}{}",
                row.metric,
                row.system,
                number(row.median),
                number(row.min),
                number(row.max),
                row.unit,
                ratios(row)
            )?;
        }
        if self.quick || self.goals.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nFigures to reach")?;
        for goal in &self.goals {
            let verdict = if goal.reached { "reached" } else { "MISSED" };
            let rounds: Vec<_> = goal.rounds.iter().copied().map(number).collect();
            let rounds = rounds.join(", ");
            writeln!(f, "  {:<9}{:<62}{:<18}{:>10}  of {rounds}", verdict, goal.name, goal.target, number(goal.value))?;
        }
        Ok(())
    }
}

/// With as many decimals as are worth reading.
pub(super) fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 1000.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

/// RoomTalk's over each other's. What the load took, and counts of what went wrong, are no figures of a system.
fn ratios(row: &Row) -> String {
    if !row.system.starts_with("roomtalk") || row.metric.starts_with("load:") || row.unit.is_empty() {
        return String::new();
    }
    let ratios = row.ratios.iter().map(|(system, ratio)| format!("{}x {system}", number(*ratio)));
    ratios.collect::<Vec<_>>().join(", ")
}
