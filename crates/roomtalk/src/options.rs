//! The flags of `roomtalk up` and `roomtalk doctor`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::store_flags::{StoreFlags, first_set};

/// Flags of `roomtalk up`. Each also has an environment variable.
#[derive(Debug, Clone, Args)]
pub(crate) struct Up {
    /// Port of the page and the API.
    #[arg(long, default_value_t = 3011, env = "EDGE_PORT")]
    pub(crate) edge_port: u16,

    /// Port of the hub.
    #[arg(long, default_value_t = 3012, env = "HUB_PORT")]
    pub(crate) hub_port: u16,

    /// Port of the store gateway; it listens on 127.0.0.1 only.
    #[arg(long, default_value_t = 3013, env = "REDIS_PORT")]
    pub(crate) redis_port: u16,

    /// Address that page, API and hub listen on. 0.0.0.0 opens them to the network; browsers elsewhere then need
    /// --client-url and --hub-url as well.
    #[arg(long, default_value = "127.0.0.1", env = "HOST")]
    pub(crate) host: IpAddr,

    /// Serves page and API at the hub's port, too, so that one public port is enough. --edge-port is then for this machine
    /// alone.
    #[arg(long, env = "SINGLE_ORIGIN")]
    pub(crate) single_origin: bool,

    /// Folder for the embedded store and the secrets.
    #[arg(long, default_value = ".roomtalk", env = "DATA_DIR")]
    pub(crate) data_dir: PathBuf,

    /// Folder for the compiled components, so that only the first start compiles them; by default inside the data folder.
    #[arg(long, env = "CACHE_DIR")]
    pub(crate) cache_dir: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) store: StoreFlags,

    /// Keys of the identity tokens, newest first, with commas between them. Without it, one is made and kept in the data
    /// folder.
    #[arg(long, env = "CLIENT_TOKEN_SECRET", hide_env_values = true)]
    client_token_secret: Option<String>,

    /// Origins that browsers may come from, with commas between them. Without it: this machine's own addresses.
    #[arg(long, env = "CLIENT_URL")]
    client_url: Option<String>,

    /// Address of the hub as browsers reach it. Without it: this machine's own.
    #[arg(long, env = "HUB_URL")]
    hub_url: Option<String>,

    /// Whether ids that were not issued here may act without a token.
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, env = "OPEN_CLIENT_IDS")]
    pub(crate) open_client_ids: bool,

    /// Messages kept per room.
    #[arg(long, default_value_t = domain::limits::HISTORY, env = "HISTORY_LIMIT")]
    pub(crate) history_limit: u64,

    /// Addresses and CIDR networks, with commas between them, whose `X-Forwarded-For` is believed.
    #[arg(long, default_value = "none", env = "TRUSTED_PROXIES")]
    pub(crate) trusted_proxies: String,

    /// Believe Fly-Client-IP of a trusted proxy. Only where that proxy is Fly's.
    #[arg(long, env = "FLY_CLIENT_IP")]
    pub(crate) fly_client_ip: bool,

    /// The app's name on Fly.io, which sets it.
    #[arg(long, hide = true, env = "FLY_APP_NAME")]
    pub(crate) fly_app_name: Option<String>,

    /// How much one client and one address may send: on, off, or what to change of
    /// `messages=5/s:20,rooms=10/h,uploads=60/h,upload_bytes=50000000/h,events=20/s:100`.
    #[arg(long, default_value = "on", env = "RATE_LIMITS")]
    pub(crate) rate_limits: String,

    /// What runs the components: the host that is built in, or the `spin` command.
    #[arg(long, value_enum, default_value_t = Runtime::Embedded)]
    pub(crate) runtime: Runtime,

    /// The Spin application; by default the spin.toml next to or above this program.
    #[arg(long, env = "SPIN_MANIFEST")]
    pub(crate) manifest: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) traces: traces::Options,
}

/// What runs the components.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Runtime {
    /// wasmtime, in this process.
    Embedded,
    /// The `spin` command, 4.1 or newer, as a child process.
    Spin,
}

impl Up {
    /// Refuses what can't go together.
    pub(crate) fn check(&self) -> Result<()> {
        let limited = self.rate_limits != "off";
        if self.single_origin && self.runtime == Runtime::Spin && limited {
            bail!(
                "--single-origin with --runtime spin: components would take everybody for the hub and limit all of them as \
                 one; leave one of the two out, or switch the limits off with --rate-limits off"
            );
        }
        Ok(())
    }

    /// Keys of the identity tokens.
    pub(crate) fn client_token_secret(&self) -> Option<&str> {
        first_set([&self.client_token_secret])
    }

    /// Where page and API listen.
    pub(crate) fn edge_listen(&self) -> SocketAddr {
        let host = if self.single_origin { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { self.host };
        SocketAddr::new(host, self.edge_port)
    }

    /// Where the hub listens.
    pub(crate) fn hub_listen(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.hub_port)
    }

    /// The port that people open.
    pub(crate) fn page_port(&self) -> u16 {
        if self.single_origin { self.hub_port } else { self.edge_port }
    }

    /// Whom the edge believes where a request comes from: the hub in front of it, too, when there is one.
    pub(crate) fn edge_trusted_proxies(&self) -> String {
        match (self.single_origin, self.trusted_proxies.as_str()) {
            (false, trusted) => trusted.to_owned(),
            (true, "none") => "127.0.0.1".to_owned(),
            (true, trusted) => format!("127.0.0.1,{trusted}"),
        }
    }

    /// Allowed browser origins.
    pub(crate) fn client_url(&self) -> String {
        let port = self.page_port();
        let own = || format!("http://localhost:{port},http://127.0.0.1:{port}");
        first_set([&self.client_url]).map_or_else(own, str::to_owned)
    }

    /// Address of the hub as browsers reach it; `/` is the page's own.
    pub(crate) fn hub_url(&self) -> String {
        let own = || if self.single_origin { "/".to_owned() } else { format!("http://localhost:{}", self.hub_port) };
        first_set([&self.hub_url]).map_or_else(own, str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Up;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        up: Up,
    }

    fn options(flags: &[&str]) -> Up {
        Cli::parse_from(["up"].iter().chain(flags)).up
    }

    #[test]
    fn apart_page_and_hub_have_a_port_each_and_the_page_names_the_hubs() {
        let up = options(&["--host", "0.0.0.0", "--edge-port", "81", "--hub-port", "82"]);
        assert_eq!((up.edge_listen().to_string().as_str(), up.page_port()), ("0.0.0.0:81", 81));
        assert_eq!((up.hub_url().as_str(), up.edge_trusted_proxies().as_str()), ("http://localhost:82", "none"));
        assert_eq!(up.client_url(), "http://localhost:81,http://127.0.0.1:81");
    }

    #[test]
    fn with_a_single_origin_only_the_hub_is_reached_from_outside_and_the_edge_believes_it() {
        let up = options(&["--single-origin", "--host", "0.0.0.0", "--edge-port", "81", "--hub-port", "82"]);
        assert_eq!((up.edge_listen().to_string().as_str(), up.page_port()), ("127.0.0.1:81", 82));
        assert_eq!((up.hub_url().as_str(), up.edge_trusted_proxies().as_str()), ("/", "127.0.0.1"));
        assert_eq!(up.client_url(), "http://localhost:82,http://127.0.0.1:82");
        assert!(up.check().is_ok());
        let behind = options(&["--single-origin", "--trusted-proxies", "172.16.0.0/12"]);
        assert_eq!(behind.edge_trusted_proxies(), "127.0.0.1,172.16.0.0/12");
    }

    #[test]
    fn a_single_origin_in_front_of_spin_is_refused_unless_nobody_is_limited() {
        let refused = options(&["--single-origin", "--runtime", "spin"]).check().unwrap_err().to_string();
        assert!(refused.contains("--single-origin") && refused.contains("--rate-limits off"), "{refused}");
        assert!(options(&["--single-origin", "--runtime", "spin", "--rate-limits", "off"]).check().is_ok());
        assert!(options(&["--runtime", "spin"]).check().is_ok());
    }
}
