//! What a process has used, by /proc.

use std::fs;

use anyhow::{Context, Result};

/// CPU seconds of all threads so far; counted in hundredths.
pub(crate) fn cpu(pid: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).context("a program of the system has ended")?;
    ticks(&stat)
        .map(|ticks| ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
        .context("no CPU time in stat")
}

/// Resident memory in bytes.
pub(crate) fn memory(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).context("a program of the system has ended")?;
    resident(&status).map(|kib| kib as f64 * 1024.0).context("no VmRSS in status")
}

/// User and system time. The name of the program, in brackets, may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let mut fields = stat.get(stat.rfind(')')? + 1..)?.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()? + next()?)
}

fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_found_behind_any_program_name() {
        let stat = "7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 120 30 0 0 20";
        assert_eq!(ticks(stat), Some(150));
    }

    #[test]
    fn resident_memory_is_found_among_other_lines() {
        assert_eq!(resident("Name:\tx\nVmRSS:\t   1234 kB\nThreads:\t3\n"), Some(1234));
    }

    #[test]
    fn this_process_uses_something() {
        let pid = std::process::id();
        assert!(cpu(pid).is_ok());
        assert!(memory(pid).is_ok_and(|bytes| bytes > 0.0));
    }
}
