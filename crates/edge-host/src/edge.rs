use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{Config, Error, Result, app::App, server};

/// Requests under way at shutdown have this long to end.
const GRACE: Duration = Duration::from_secs(5);

/// A running application. Dropping it ends it as [`Edge::shutdown`] does, without waiting.
pub struct Edge {
    address: SocketAddr,
    ending: DropGuard,
    server: JoinHandle<()>,
}

impl Edge {
    /// Loads the application and serves it in tasks of the current tokio runtime.
    ///
    /// # Errors
    /// Whatever in the manifest, the components or the configuration would not work later is refused here, by name.
    pub async fn start(config: Config) -> Result<Self> {
        let failed = |source| Error::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let ending = CancellationToken::new();
        let app = App::load(&config, &ending).await?;
        let most_requests = app.most_requests;
        let server = tokio::spawn(server::serve(listener, Arc::new(app), ending.clone(), GRACE));
        tracing::info!(%address, most_requests, "edge serves {}", config.manifest.display());
        Ok(Self { address, ending: ending.drop_guard(), server })
    }

    /// The address being served.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, and lets requests under way end, for at most 5 s.
    pub async fn shutdown(self) {
        drop(self.ending);
        if let Err(error) = self.server.await {
            tracing::error!("the edge server failed: {error}");
        }
    }
}
