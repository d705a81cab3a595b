//! `cargo xtask faults`: build, then play many seeds of the fault mixes, or one again.

use anyhow::{Result, bail};
use clap::Args;

use crate::run::command;
use crate::{build, prerequisites};

/// What to play.
#[derive(Args)]
pub(crate) struct Options {
    /// How many seeds of each mix.
    #[arg(long, value_name = "N", default_value_t = 20)]
    seeds: u32,

    /// Just this mix, with hyphens for spaces.
    #[arg(long, value_name = "NAME")]
    mix: Option<String>,

    /// Just this seed, with its plan.
    #[arg(long, value_name = "S")]
    seed: Option<u32>,

    /// The first of the seeds.
    #[arg(long, value_name = "S", default_value_t = 1)]
    first: u32,
}

/// Plays the seeds; an error says that a promise was broken, or that a run failed. What fails is printed with the command
/// that plays it again.
pub(crate) fn faults(options: &Options) -> Result<()> {
    prerequisites::test_programs()?;
    build::everything()?;
    let status = command(&line(options)).status()?;
    if !status.success() {
        bail!("a promise was broken, or a run failed ({status})");
    }
    Ok(())
}

fn line(Options { seeds, mix, seed, first }: &Options) -> String {
    let flag = |name: &str, value: Option<String>| value.map(|value| format!(" --{name} {value}")).unwrap_or_default();
    let mix = flag("mix", mix.clone());
    let seed = flag("seed", seed.map(|seed| seed.to_string()));
    format!("node tests/faults/run.mjs --seeds {seeds} --first {first}{mix}{seed}")
}

#[cfg(test)]
mod tests {
    use super::{Options, line};

    #[test]
    fn one_seed_is_played_by_its_mix_and_number() {
        let options = Options { seeds: 20, mix: Some("client-cuts".to_owned()), seed: Some(7), first: 1 };
        assert_eq!(line(&options), "node tests/faults/run.mjs --seeds 20 --first 1 --mix client-cuts --seed 7");
    }
}
