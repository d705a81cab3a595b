//! Runs the checks, stage after stage, and takes away what they wrote.

use futures_util::future::join_all;

use crate::checks::{CLEANUP, Check, STAGES, cleanup};
use crate::finding::{Finding, Outcome, Verdict};
use crate::probe::Probe;

/// The findings of all checks, in their order. Checks of a stage run at the same time, so that a slow store is not waited
/// for once a check.
pub(crate) async fn run(probe: &Probe) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for stage in STAGES {
        let found = join_all(stage.iter().map(|check| one(probe, check, &findings))).await;
        findings.extend(found);
    }
    findings.extend(cleanup::run(probe).await.map(|outcome| outcome.of(CLEANUP)));
    findings
}

async fn one(probe: &Probe, check: &Check, earlier: &[Finding]) -> Finding {
    let outcome = match missing(check, earlier) {
        Some(name) => Outcome::skip(format!("needs the check `{name}`, which did not pass")),
        None => (check.run)(probe).await.unwrap_or_else(Outcome::from),
    };
    outcome.of(check.name)
}

/// The first of the checks that this one needs which failed or was skipped.
fn missing(check: &Check, earlier: &[Finding]) -> Option<&'static str> {
    let failed = |name: &str| {
        earlier.iter().any(|found| found.check == name && matches!(found.verdict, Verdict::Fail | Verdict::Skip))
    };
    check.needs.iter().copied().find(|name| failed(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_check_needs_only_checks_of_earlier_stages() {
        let mut known: Vec<&str> = Vec::new();
        for stage in STAGES {
            for check in *stage {
                assert!(check.needs.iter().all(|name| known.contains(name)), "{}", check.name);
                assert!(!known.contains(&check.name), "{} stands twice", check.name);
            }
            known.extend(stage.iter().map(|check| check.name));
        }
        assert!(!known.contains(&CLEANUP));
    }
}
