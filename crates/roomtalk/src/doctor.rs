//! `roomtalk doctor`: looks at a store and prints what was found.

use std::io::{Write, stdout};
use std::net::{Ipv4Addr, SocketAddr};

use ::doctor::Target;
use anyhow::{Context, Result, bail};
use redis_gateway::{Config, Gateway, StoreChoice, token};

use crate::options::Doctor;
use crate::store::without_password;

/// The exit code when flags or variables make no sense.
pub(crate) const WRONG_USAGE: u8 = 2;

/// Prints the report and gives the exit code. An error means that there is none, since the store was not named properly.
pub(crate) async fn doctor(options: &Doctor) -> Result<u8> {
    let Some(url) = options.redis_url() else {
        bail!(
            "say which store: --redis-url URL (or REDIS_URL), and --redis-token TOKEN (or REDIS_TOKEN) for a REST endpoint"
        );
    };
    let (target, gateway) = match url.split_once("://") {
        Some(("http" | "https", _)) => (rest_endpoint(options, url)?, None),
        Some(("redis" | "rediss", _)) => {
            let (target, gateway) = redis_server(url).await?;
            (target, Some(gateway))
        }
        _ => bail!("--redis-url must start with https://, http://, redis:// or rediss://"),
    };
    let report = ::doctor::examine(&target).await.context("--redis-url or --redis-token can't be used")?;
    if let Some(gateway) = gateway {
        gateway.shutdown().await;
    }
    let text = if options.json { report.json()? + "\n" } else { report.to_string() };
    // Whoever closed the pipe has read enough; the exit code says the rest.
    let _ = stdout().write_all(text.as_bytes());
    Ok(report.exit_code())
}

fn rest_endpoint(options: &Doctor, url: &str) -> Result<Target> {
    let Some(token) = options.redis_token() else {
        bail!("--redis-url is a REST endpoint, so --redis-token (or REDIS_TOKEN) must give its token");
    };
    let url = url.trim_end_matches('/').to_owned();
    Ok(Target { name: without_password(&url), url, token: token.to_owned() })
}

/// A gateway in front of the Redis server, as `roomtalk up` has it, on a port of its own.
async fn redis_server(url: &str) -> Result<(Target, Gateway)> {
    let token = token::random().context("can't make a token")?;
    let config = Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        store: StoreChoice::Redis { url: url.to_owned() },
        token: token.clone(),
        allowed_hosts: Vec::new(),
    };
    let gateway = Gateway::start(config).await.context("can't start a gateway for --redis-url")?;
    let name = format!("{}, through a gateway as `roomtalk up` starts it", without_password(url));
    Ok((Target { url: format!("http://{}", gateway.local_addr()), token, name }, gateway))
}
