//! What the system knows of this process, under the names that Prometheus's own libraries use. Only where there is `/proc`.

use std::fs;

use crate::text::Text;

/// In which `/proc` tells times, whatever the kernel's own clock does.
const TICKS_PER_SECOND: f64 = 100.0;

/// Reads some small files, and the list of open ones, which takes milliseconds where there are ten thousands of sockets.
pub fn write(text: &mut Text) {
    // Behind the program's name, which may hold anything: state is field 3.
    let Ok(stat) = fs::read_to_string("/proc/self/stat") else { return };
    let fields: Vec<&str> = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ').collect();
    let ticks = |number: usize| fields.get(number - 3).and_then(|field| field.parse().ok()).unwrap_or(0.0);
    let used = (ticks(14) + ticks(15)) / TICKS_PER_SECOND;
    text.counter("process_cpu_seconds_total", "Time that all processors spent on the process.", used);
    if let Some(boot) = number("/proc/stat", "btime") {
        #[allow(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
        let began = boot as f64 + ticks(22) / TICKS_PER_SECOND;
        text.gauge("process_start_time_seconds", "When the process began, in Unix time.", began);
    }
    for (name, help, line) in [
        ("process_resident_memory_bytes", "Memory that the process has in use.", "VmRSS:"),
        ("process_virtual_memory_bytes", "Addresses that the process has reserved.", "VmSize:"),
    ] {
        if let Some(kilobytes) = number("/proc/self/status", line) {
            text.gauge(name, help, kilobytes * 1024);
        }
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        // One of them is the list itself.
        text.gauge("process_open_fds", "Open files and sockets.", open.count().saturating_sub(1));
    }
    if let Some(most) = number("/proc/self/limits", "Max open files") {
        text.gauge("process_max_fds", "Most files and sockets that may be open.", most);
    }
}

/// The number that follows a word at the beginning of a line.
fn number(file: &str, word: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| line.strip_prefix(word)?.split_whitespace().next()?.parse().ok())
}
