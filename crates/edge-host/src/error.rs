use std::{io, net::SocketAddr, path::PathBuf};

/// Why an application does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file that the application needs cannot be read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The manifest is not TOML, or holds a key or a type that this host does not know.
    #[error("{path}: {source}", path = path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// Names the key and its line.
        source: Box<toml::de::Error>,
    },
    /// A key of the manifest has a value that this host does not honour.
    #[error("{key}: {reason}")]
    Key {
        /// The path of the key, `component.site.files` for example.
        key: String,
        /// What is wrong with its value.
        reason: String,
    },
    /// Variables that are required, and that neither the environment nor the configuration gives.
    #[error("no value for the required variable(s) {}: set {}", .0.join(", "), environment_names(.0))]
    MissingVariables(Vec<String>),
    /// A value was given for a variable that the manifest does not declare.
    #[error("the manifest declares no variable `{0}`")]
    UnknownVariable(String),
    /// A component does not compile, does not export what a handler exports, or imports what is not provided.
    #[error("component `{id}`: {reason}")]
    Component {
        /// The component's id.
        id: String,
        /// The engine's words; they name the import or the export.
        reason: String,
    },
    /// The WebAssembly engine cannot be set up.
    #[error("the WebAssembly engine cannot start: {0}")]
    Engine(String),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

/// The result of starting an application.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn key(key: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Key { key: key.into(), reason: reason.into() }
    }
}

fn environment_names(variables: &[String]) -> String {
    let names: Vec<_> = variables.iter().map(|name| format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase())).collect();
    names.join(", ")
}
