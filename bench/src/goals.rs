//! The figures to reach.

use serde::Serialize;

use crate::report::Figures;
use crate::sample::Sample;

/// What a figure must be.
enum Bound {
    AtLeast(f64),
    AtMost(f64),
}
use Bound::{AtLeast, AtMost};

/// One figure to reach.
struct Goal {
    name: &'static str,
    /// In words.
    target: &'static str,
    bound: Bound,
    /// Computes it from medians; `None` when something of it was not measured.
    figure: fn(&Figures) -> Option<f64>,
}

/// A goal and what became of it.
#[derive(Debug, Serialize)]
pub(crate) struct Verdict {
    pub(crate) name: &'static str,
    pub(crate) target: &'static str,
    /// From the medians of all rounds; by this it is judged.
    pub(crate) value: f64,
    /// From each round alone.
    pub(crate) rounds: Vec<f64>,
    pub(crate) reached: bool,
}

const GOALS: &[Goal] = &[
    Goal {
        name: "Fan-out, 1 room x 1000, over the Node peer",
        target: ">= 4x",
        bound: AtLeast(4.0),
        figure: |f| f.ratio("fan-out 1x1000", "roomtalk", "node", "deliveries"),
    },
    Goal {
        name: "Fan-out, 1 room x 1000, over bare tungstenite",
        target: ">= 0.75x",
        bound: AtLeast(0.75),
        figure: |f| f.ratio("fan-out 1x1000", "roomtalk", "floor", "deliveries"),
    },
    Goal {
        name: "CPU per delivery at 100k/s, over bare tungstenite",
        target: "<= 1.1x",
        bound: AtMost(1.1),
        figure: |f| f.ratio("delivery CPU", "roomtalk", "floor", "CPU per delivery"),
    },
    Goal {
        name: "p99 at 100 members x 10 msg/s, over the Node peer",
        target: "<= 1x",
        bound: AtMost(1.0),
        figure: |f| f.ratio("light load", "roomtalk", "node", "p99"),
    },
    Goal {
        name: "p99 at 100 members x 10 msg/s",
        target: "<= 5 ms",
        bound: AtMost(5.0),
        figure: |f| f.get("light load", "roomtalk", "p99"),
    },
    Goal {
        name: "Memory per idle socket at 5 000",
        target: "<= 10 KiB",
        bound: AtMost(10.0),
        figure: |f| f.get("idle 5000", "roomtalk", "memory per socket"),
    },
    Goal {
        name: "Filling a room with 1 000",
        target: "<= 1 s",
        bound: AtMost(1.0),
        figure: |f| f.get("fill 1000", "roomtalk", "time"),
    },
    Goal {
        name: "Filling a room with 1 000: frames per member",
        target: "<= 60, no n^2",
        bound: AtMost(60.0),
        figure: |f| f.get("fill 1000", "roomtalk", "frames per member"),
    },
    Goal {
        name: "Rejoin storm of 1 000: reads of history per further client",
        target: "0",
        bound: AtMost(0.0),
        figure: |f| f.get("rejoin storm", "roomtalk", "reads per further client"),
    },
    Goal {
        name: "The same: store commands of all kinds, presence included",
        target: "0",
        bound: AtMost(0.0),
        figure: |f| f.get("rejoin storm", "roomtalk", "commands per further client"),
    },
    Goal {
        name: "Live p50 with 16 history readers",
        target: "<= 2x without",
        bound: AtMost(2.0),
        figure: |f| f.get("history readers", "roomtalk", "p50 with over without"),
    },
    Goal {
        name: "POST, concurrency 16, over the Node peer",
        target: ">= 2x",
        bound: AtLeast(2.0),
        figure: |f| f.ratio("POST c16, 100 in room", "roomtalk", "node", "rate"),
    },
    Goal {
        name: "GET newest page, 100 messages over 100 000",
        target: "<= 1.1x",
        bound: AtMost(1.1),
        figure: |f| {
            let rate = |scenario| f.get(scenario, "roomtalk", "rate");
            Some(rate("GET c16, 100 in room")? / rate("GET c16, 100000 in room")?)
        },
    },
    Goal {
        name: "GET newest page of 100 messages, over the Node peer",
        target: ">= 1.5x",
        bound: AtLeast(1.5),
        figure: |f| f.ratio("GET c16, 100 in room", "roomtalk", "node", "rate"),
    },
    Goal {
        name: "GET newest page of 5 000 messages, over the Node peer",
        target: ">= 50x",
        bound: AtLeast(50.0),
        figure: |f| f.ratio("GET c16, 5000 in room", "roomtalk", "node", "rate"),
    },
    Goal {
        name: "Quiet poll, over GET",
        target: ">= 2x",
        bound: AtLeast(2.0),
        figure: |f| f.get("304 c16", "roomtalk", "rate over GET"),
    },
    Goal {
        name: "Quiet poll: billed commands",
        target: "1",
        bound: AtMost(1.0),
        figure: |f| f.get("304 c1", "roomtalk", "billed commands"),
    },
    Goal {
        name: "Framework share of GET messages, p99",
        target: "<= 1 ms",
        bound: AtMost(1.0),
        figure: |f| f.get("share of messages GET", "roomtalk-apart", "framework p99"),
    },
    Goal {
        name: "Framework share of POST messages, p99",
        target: "<= 1 ms",
        bound: AtMost(1.0),
        figure: |f| f.get("share of messages POST", "roomtalk-apart", "framework p99"),
    },
    Goal {
        name: "Embedded engine, appends with 64 writers, everysec",
        target: ">= 50k/s",
        bound: AtLeast(50_000.0),
        figure: |f| f.get("append, everysec", "engine", "rate"),
    },
    Goal {
        name: "Embedded engine, appends with 64 writers, always",
        target: ">= 20k/s",
        bound: AtLeast(20_000.0),
        figure: |f| f.get("append, always", "engine", "rate"),
    },
    Goal {
        name: "Start of the edge, components compiled",
        target: "<= 300 ms",
        bound: AtMost(300.0),
        figure: |f| f.get("start of the edge, compiled", "roomtalk", "start"),
    },
    Goal {
        name: "Start of the hub",
        target: "<= 300 ms",
        bound: AtMost(300.0),
        figure: |f| f.get("start of the hub", "roomtalk", "start"),
    },
];

/// What became of each goal whose figures were measured.
pub(crate) fn judge(samples: &[Sample]) -> Vec<Verdict> {
    let last = samples.iter().map(|sample| sample.round).max().unwrap_or(0);
    let of_round = |round| samples.iter().filter(|sample| sample.round == round).cloned().collect::<Vec<_>>();
    let rounds: Vec<_> = (1..=last).map(|round| Figures::new(&of_round(round))).collect();
    let all = Figures::new(samples);
    GOALS.iter().filter_map(|goal| goal.judge(&all, &rounds)).collect()
}

impl Goal {
    fn judge(&self, all: &Figures, rounds: &[Figures]) -> Option<Verdict> {
        let value = (self.figure)(all)?;
        let rounds = rounds.iter().filter_map(self.figure).collect();
        let reached = match self.bound {
            AtLeast(bound) => value >= bound,
            AtMost(bound) => value <= bound,
        };
        Some(Verdict { name: self.name, target: self.target, value, rounds, reached })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::samples;

    fn verdict(bound: Bound, values: &[f64]) -> Option<bool> {
        let goal = Goal { name: "", target: "", bound, figure: |f| f.get("s", "a", "m") };
        goal.judge(&Figures::new(&samples("a", values)), &[]).map(|verdict| verdict.reached)
    }

    #[test]
    fn a_goal_is_reached_at_its_bound_and_beyond() {
        assert_eq!(verdict(AtLeast(4.0), &[4.0]), Some(true));
        assert_eq!(verdict(AtLeast(4.0), &[3.9]), Some(false));
        assert_eq!(verdict(AtMost(4.0), &[4.0]), Some(true));
        assert_eq!(verdict(AtMost(4.0), &[4.1]), Some(false));
    }

    #[test]
    fn what_could_not_be_measured_reaches_nothing() {
        assert_eq!(verdict(AtMost(4.0), &[f64::NAN]), Some(false));
        assert_eq!(verdict(AtLeast(4.0), &[f64::NAN]), Some(false));
    }

    #[test]
    fn a_goal_without_figures_has_no_verdict() {
        assert_eq!(verdict(AtMost(4.0), &[]), None);
    }

    #[test]
    fn a_verdict_tells_each_round() {
        let of_scenario = |value, round| Sample {
            scenario: "idle 5000".to_owned(),
            system: "roomtalk".to_owned(),
            metric: "memory per socket".to_owned(),
            unit: "KiB",
            round,
            value,
        };
        let verdicts = judge(&[of_scenario(4.0, 1), of_scenario(12.0, 2), of_scenario(5.0, 3)]);
        let [verdict] = &verdicts[..] else { panic!("one goal has figures: {verdicts:?}") };
        assert_eq!((verdict.value, verdict.reached), (5.0, true));
        assert_eq!(verdict.rounds, [4.0, 12.0, 5.0]);
    }
}
