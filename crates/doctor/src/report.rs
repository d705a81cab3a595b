//! All findings, for people and for scripts.

use std::fmt;

use serde::Serialize;

use crate::{Finding, Verdict};

/// What [`crate::examine`] found. `Display` writes it for people: one line a check, and the mend under what needs one.
#[derive(Debug, Clone)]
pub struct Report {
    /// The store, by the name that was given for it.
    pub store: String,
    /// One for each check, in their order.
    pub findings: Vec<Finding>,
}

/// The report as a script reads it.
#[derive(Serialize)]
struct Json<'a> {
    store: &'a str,
    verdict: Verdict,
    ok: usize,
    warnings: usize,
    failures: usize,
    skipped: usize,
    checks: &'a [Finding],
}

impl Report {
    /// The worst verdict; what was skipped was skipped for a failure.
    pub fn verdict(&self) -> Verdict {
        match (self.count(Verdict::Fail), self.count(Verdict::Warn)) {
            (0, 0) => Verdict::Ok,
            (0, _) => Verdict::Warn,
            _ => Verdict::Fail,
        }
    }

    /// 0 when nothing failed, warnings or not; else 1.
    pub fn exit_code(&self) -> u8 {
        u8::from(self.verdict() == Verdict::Fail)
    }

    /// One JSON object: `{store, verdict, ok, warnings, failures, skipped, checks: [{check, verdict, seen, mend?}]}`.
    pub fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(&Json {
            store: &self.store,
            verdict: self.verdict(),
            ok: self.count(Verdict::Ok),
            warnings: self.count(Verdict::Warn),
            failures: self.count(Verdict::Fail),
            skipped: self.count(Verdict::Skip),
            checks: &self.findings,
        })
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.findings.iter().filter(|finding| finding.verdict == verdict).count()
    }
}

/// As it stands before a line: failures must catch the eye.
fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Warn => "warn",
        Verdict::Fail => "FAIL",
        Verdict::Skip => "skip",
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.store)?;
        for Finding { check, verdict, seen, mend } in &self.findings {
            writeln!(f, "{:<5} {check:<12} {seen}", word(*verdict))?;
            if let Some(mend) = mend {
                writeln!(f, "{:<18} mend: {mend}", "")?;
            }
        }
        let count = |verdict, one: &str, several: &str| match self.count(verdict) {
            1 => format!("1 {one}"),
            n => format!("{n} {several}"),
        };
        let failures = count(Verdict::Fail, "failure", "failures");
        let warnings = count(Verdict::Warn, "warning", "warnings");
        let (ok, skipped) = (self.count(Verdict::Ok), self.count(Verdict::Skip));
        writeln!(f, "\n{}: {failures}, {warnings}, {ok} ok, {skipped} skipped", word(self.verdict()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Outcome;

    fn report(outcomes: Vec<Outcome>) -> Report {
        Report { store: "http://store".to_owned(), findings: outcomes.into_iter().map(|o| o.of("a check")).collect() }
    }

    #[test]
    fn people_read_one_line_a_check_and_the_mend_below() {
        let report = report(vec![Outcome::ok("fine"), Outcome::fail("broken", "do this"), Outcome::skip("needs it")]);
        assert_eq!(
            report.to_string(),
            "http://store\n\n\
             ok    a check      fine\n\
             FAIL  a check      broken\n                   mend: do this\n\
             skip  a check      needs it\n\n\
             FAIL: 1 failure, 0 warnings, 1 ok, 1 skipped\n"
        );
        assert_eq!(report.exit_code(), 1);
    }

    #[test]
    fn warnings_are_no_failure() {
        let report = report(vec![Outcome::ok("fine"), Outcome::warn("odd", "look")]);
        assert_eq!((report.verdict(), report.exit_code()), (Verdict::Warn, 0));
        assert!(report.to_string().ends_with("\nwarn: 0 failures, 1 warning, 1 ok, 0 skipped\n"));
    }

    #[test]
    fn scripts_read_the_same_as_one_object() {
        let json = report(vec![Outcome::ok("fine"), Outcome::warn("odd", "look")]).json().unwrap();
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            value,
            serde_json::json!({
                "store": "http://store", "verdict": "warn", "ok": 1, "warnings": 1, "failures": 0, "skipped": 0,
                "checks": [
                    {"check": "a check", "verdict": "ok", "seen": "fine"},
                    {"check": "a check", "verdict": "warn", "seen": "odd", "mend": "look"},
                ],
            })
        );
    }
}
