//! Counting tests from what their runners print.

/// Tests that passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Who ran the tests.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Runner {
    /// A check without tests of its own: it counts as one.
    Check,
    /// `cargo test`: `test result: ok. 3 passed; 0 failed; …` for each binary.
    Cargo,
    /// `node --test`: `ℹ pass 3` and `ℹ fail 0`.
    Node,
    /// vitest: `Tests  1 failed | 3 passed (4)`.
    Vitest,
    /// Playwright: `3 passed (2.1s)`, `1 failed`.
    Playwright,
    /// `cargo xtask fuzz`: `fuzz NAME: ok, …` or `fuzz NAME: FAILED, …` for each target.
    Fuzz,
}

impl Runner {
    /// Counts what a runner printed. A runner that failed without a failed test counts as one failure; one that succeeded
    /// without a test has not done its work, which is a failure too.
    pub(crate) fn count(self, printed: &str, success: bool) -> Tally {
        let mut tally = Tally::default();
        for line in printed.lines() {
            let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
            let before = |name: &str| {
                words.windows(2).find(|pair| pair[1] == name).and_then(|pair| pair[0].parse::<u64>().ok()).unwrap_or(0)
            };
            match self {
                Self::Cargo if line.starts_with("test result:") => {
                    tally += Tally { passed: before("passed"), failed: before("failed") };
                }
                Self::Node => {
                    let number =
                        |prefix: &str| line.strip_prefix(prefix).and_then(|n| n.trim().parse().ok()).unwrap_or(0);
                    tally += Tally { passed: number("ℹ pass "), failed: number("ℹ fail ") };
                }
                Self::Vitest if line.trim_start().starts_with("Tests ") => {
                    tally += Tally { passed: before("passed"), failed: before("failed") };
                }
                Self::Playwright if line.starts_with("  ") && words.len() <= 4 => {
                    tally += Tally { passed: before("passed") + before("flaky"), failed: before("failed") };
                }
                Self::Fuzz if line.starts_with("fuzz ") => {
                    let passed = line.contains(": ok,");
                    tally += Tally { passed: passed.into(), failed: (!passed).into() };
                }
                _ => {}
            }
        }
        match (self, success) {
            (Self::Check, true) => Tally { passed: 1, failed: 0 },
            (_, true) if tally.passed > 0 => tally,
            _ => Tally { failed: tally.failed.max(1), ..tally },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Runner, Tally};

    #[test]
    fn each_runners_closing_lines_are_counted() {
        let cargo = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s\n\
                     test result: FAILED. 1 passed; 2 failed; 0 ignored\n";
        assert_eq!(Runner::Cargo.count(cargo, false), Tally { passed: 4, failed: 2 });
        assert_eq!(Runner::Node.count("ℹ tests 5\nℹ pass 4\nℹ fail 1\n", false), Tally { passed: 4, failed: 1 });
        let vitest = " Test Files  1 passed (1)\n      Tests  1 failed | 11 passed (12)\n";
        assert_eq!(Runner::Vitest.count(vitest, false), Tally { passed: 11, failed: 1 });
        assert_eq!(Runner::Playwright.count("  1 failed\n  5 passed (3.2s)\n", false), Tally { passed: 5, failed: 1 });
        let fuzz = "fuzz tokens: ok, 100 runs, 9 edges\nfuzz markdown: FAILED, 7 runs, 9 edges\n    again: …\n";
        assert_eq!(Runner::Fuzz.count(fuzz, false), Tally { passed: 1, failed: 1 });
    }

    #[test]
    fn a_runner_that_ran_no_test_or_died_is_a_failure() {
        assert_eq!(Runner::Cargo.count("", true), Tally { passed: 0, failed: 1 });
        assert_eq!(Runner::Cargo.count("test result: ok. 3 passed; 0 failed\n", false), Tally { passed: 3, failed: 1 });
        assert_eq!(Runner::Check.count("", false), Tally { passed: 0, failed: 1 });
        assert_eq!(Runner::Check.count("", true), Tally { passed: 1, failed: 0 });
    }
}
