//! How many requests the memory is for.

use sysinfo::{Process, ProcessRefreshKind, ProcessesToUpdate, System, get_current_pid};
use tokio::sync::Semaphore;

/// Memory for each request under way: about 1 MiB is its own, the rest is for bodies, the programs, and whoever else is here.
const EACH: u64 = 4 << 20;

/// As few as a machine gets, however small.
const FEWEST: usize = 16;

/// The requests that may be under way at once in the memory that there is for this process.
pub(crate) fn by_memory() -> usize {
    match allowed() {
        Ok(bytes) => requests_in(bytes),
        Err(error) => {
            tracing::warn!("requests are not bounded by memory, which this system does not tell: {error}");
            Semaphore::MAX_PERMITS
        }
    }
}

fn requests_in(bytes: u64) -> usize {
    let requests = usize::try_from(bytes / EACH).unwrap_or(usize::MAX);
    requests.clamp(FEWEST, Semaphore::MAX_PERMITS)
}

/// Bytes of memory that this process may use: all that the machine has, or what its group of processes, a container for
/// example, is allowed.
fn allowed() -> Result<u64, sysinfo::Error> {
    let mut system = System::new()?;
    system.refresh_memory();
    let own = get_current_pid()?;
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[own]), false, ProcessRefreshKind::nothing());
    let group = system.process(own).and_then(Process::cgroup_limits);
    Ok(group.map_or(system.total_memory(), |group| group.total_memory))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_machine_takes_few_requests_and_a_large_one_many() {
        let requests = |mebibytes: u64| requests_in(mebibytes << 20);
        assert_eq!([0, 32, 256, 512, 4096].map(requests), [16, 16, 64, 128, 1024]);
    }

    #[test]
    fn the_memory_that_there_is_is_known() {
        assert!(allowed().unwrap() > 1 << 20);
    }
}
