//! Why a request was not done.

use domain::{Code, Error};

use crate::Response;

/// Shorthand for what handlers give.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// A refusal for the client, and what the operator should know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What the client is told.
    pub error: Error,
    /// What only the log is told: why the store failed.
    pub detail: Option<Detail>,
}

/// An extension of an answer with a 5xx status: the text for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail(pub String);

impl Failure {
    /// The answer: `{"error", "code", "field"?}` under the status of the code.
    pub fn into_response(self) -> Response {
        let mut response = crate::reply::error(&self.error);
        if let Some(detail) = self.detail {
            response.extensions_mut().insert(detail);
        }
        response
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let detail = match error.code {
            Code::Internal | Code::NotConfigured | Code::StoreNewer => Some(Detail(error.message.clone().into_owned())),
            _ => None,
        };
        Self { error, detail }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Refused(refusal) => refusal.into(),
            failed => {
                let detail = Some(Detail(failed.to_string()));
                Self { error: failed.into(), detail }
            }
        }
    }
}
