//! What Fly.io asks for.

use std::collections::HashSet;
use std::net::IpAddr;

use anyhow::{Result, bail};
use tokio::net::lookup_host;

/// Refuses the embedded store where the app `name` has several machines: each would have a store of its own, and a room
/// would be there or not by the machine that answers. Outside of Fly.io there is no name, and nothing to refuse.
pub(crate) async fn refuse_several_machines(name: Option<&str>) -> Result<()> {
    let Some(name) = name.filter(|name| !name.is_empty()) else { return Ok(()) };
    // The private network's name server gives an address for each machine of the app that is started.
    let machines: HashSet<IpAddr> = match lookup_host((format!("{name}.internal"), 0)).await {
        Ok(addresses) => addresses.map(|address| address.ip()).collect(),
        Err(error) => {
            tracing::warn!(%error, app = name, "can't tell how many machines the app has");
            return Ok(());
        }
    };
    check(name, machines.len())
}

fn check(name: &str, machines: usize) -> Result<()> {
    if machines > 1 {
        bail!(
            "the app {name} has {machines} machines, and each would have an embedded store of its own, so that rooms were \
             there or not by the machine that answers; give all of them one store with REDIS_URL and REDIS_TOKEN, or run \
             `fly scale count 1`"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn elsewhere_nothing_is_asked() {
        refuse_several_machines(None).await.unwrap();
        refuse_several_machines(Some("")).await.unwrap();
    }

    #[tokio::test]
    async fn an_app_whose_machines_cannot_be_told_may_start() {
        refuse_several_machines(Some("no such app")).await.unwrap();
    }

    #[test]
    fn several_machines_are_refused_with_what_to_do() {
        check("chat", 0).unwrap();
        check("chat", 1).unwrap();
        let refusal = check("chat", 3).unwrap_err().to_string();
        assert!(refusal.contains("chat has 3 machines") && refusal.contains("REDIS_URL"), "{refusal}");
    }
}
