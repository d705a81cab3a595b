//! What the hub asks of the store, by operation.

use std::time::Duration;

use ::metrics::{Counter, Histogram, Text};

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// As it should.
    Ok,
    /// The store answered that it may not be.
    Refused,
    /// It was not done.
    Unavailable,
    /// Nobody knows whether it was done.
    Unknown,
}

const OUTCOMES: [Outcome; 4] = [Outcome::Ok, Outcome::Refused, Outcome::Unavailable, Outcome::Unknown];

impl Outcome {
    /// As metrics and traces call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
            Self::Unknown => "unknown",
        }
    }
}

/// One operation.
#[derive(Default)]
pub(crate) struct StoreOp {
    /// In the order of [`OUTCOMES`].
    calls: [Counter; OUTCOMES.len()],
    took: Histogram,
    billed: Counter,
}

impl StoreOp {
    /// Counts a call and the commands that it was billed.
    pub(crate) fn done(&self, outcome: Outcome, took: Duration, billed: u64) {
        for (count, _) in self.calls.iter().zip(OUTCOMES).filter(|(_, of)| *of == outcome) {
            count.add(1);
        }
        self.took.observe(took);
        self.billed.add(usize::try_from(billed).unwrap_or_default());
    }
}

macro_rules! operations {
    ($($name:ident),*) => {
        /// Every operation under its name.
        #[derive(Default)]
        pub(crate) struct StoreOps {
            $(pub(crate) $name: StoreOp,)*
        }

        impl StoreOps {
            fn each(&self) -> impl Iterator<Item = (&'static str, &StoreOp)> + Clone {
                [$((stringify!($name), &self.$name)),*].into_iter()
            }
        }
    };
}

operations!(
    append,
    page,
    create_room,
    room,
    rooms_of,
    put_image,
    enter,
    join,
    leave,
    forget,
    beat,
    retire,
    live_hubs,
    check,
    claim_layout,
    look_at_layout,
    subscribe
);

impl StoreOps {
    pub(super) fn write(&self, text: &mut Text) {
        text.counters(
            "roomtalk_hub_store_calls_total",
            "Operations on the store.",
            self.each().flat_map(|(op, numbers)| {
                let of = move |(count, outcome): (&Counter, Outcome)| {
                    (format!("op=\"{op}\",outcome=\"{}\"", outcome.name()), count.get())
                };
                numbers.calls.iter().zip(OUTCOMES).map(of)
            }),
        );
        text.counters(
            "roomtalk_hub_billed_commands_total",
            "Commands that the store answered, as Upstash counts them: a script is one, and each command in it one more.",
            self.each().map(|(op, numbers)| (label(op), numbers.billed.get())),
        );
        text.histograms(
            "roomtalk_hub_store_call_seconds",
            "How long operations on the store took, whatever their outcome.",
            self.each().map(|(op, numbers)| (label(op), &numbers.took)),
        );
    }
}

fn label(op: &str) -> String {
    format!("op=\"{op}\"")
}
