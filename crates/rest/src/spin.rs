//! What a component adds to this crate: the runtime's variables, clock and HTTP client.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::{Identities, RateLimits, Result};
use spin_sdk::variables;
use spin_sdk::wasip3::http::types::{ErrorCode, Fields, Response as Outgoing};
use spin_sdk::wasip3::{self, wit_future, wit_stream};
use store::{SpinTransport, Store};

use crate::{Budget, Call, Claim, Detail, Origins, Response, settings};

/// A request as the runtime gives it, its body still outside.
pub type Request = spin_sdk::http::Request;
/// An answer as the runtime takes it.
pub type Answer = std::result::Result<Outgoing, ErrorCode>;

/// How often one who waits for memory or a turn asks for it; for 10 s at least, by [`Budget::claim`].
const ASK: Duration = Duration::from_millis(5);

/// What this instance has made of the variables. Making it again costs more than all else that a request does here, and a
/// change may wait for the next instance. The store also keeps its sync token so, by which a read sees earlier writes.
static STORE: OnceLock<Store<SpinTransport>> = OnceLock::new();
static IDENTITIES: OnceLock<Identities> = OnceLock::new();
static LIMITS: OnceLock<RateLimits> = OnceLock::new();
static ORIGINS: OnceLock<Origins> = OnceLock::new();
static HUB_URL: OnceLock<String> = OnceLock::new();
static TRACES: OnceLock<bool> = OnceLock::new();

/// What `known` holds, or else what `make` makes, unless that fails.
async fn once<T>(known: &'static OnceLock<T>, make: impl AsyncFnOnce() -> Result<T>) -> Result<&'static T> {
    if let Some(value) = known.get() {
        return Ok(value);
    }
    let value = make().await?;
    // Another request may have been faster; theirs is the same.
    Ok(known.get_or_init(|| value))
}

/// A variable of the application; one that the manifest does not map is a fault of the deployment.
async fn variable(name: &'static str) -> Result<String> {
    variables::get(name).await.map_err(|error| settings::wrong(name, &format!("can't be read: {error}")))
}

/// The store of the application, by `redis_url`, `redis_token` and `history_limit`. Its deadline is the first caller's.
pub async fn store(deadline: Duration) -> Result<&'static Store<SpinTransport>> {
    once(&STORE, async || {
        let history = settings::number("history_limit", &variable("history_limit").await?)?;
        let (url, token) = (variable("redis_url").await?, variable("redis_token").await?);
        Ok(Store::new(SpinTransport, settings::store_config(&url, &token, history, deadline)?))
    })
    .await
}

/// The identities of the application, by `client_token_secret`, `open_client_ids` and `redis_url`.
pub async fn identities() -> Result<&'static Identities> {
    once(&IDENTITIES, async || {
        let open_ids = settings::switch("open_client_ids", &variable("open_client_ids").await?)?;
        settings::identities(&variable("client_token_secret").await?, open_ids, &variable("redis_url").await?)
    })
    .await
}

/// The limits of the application, by `rate_limits`.
pub async fn limits() -> Result<RateLimits> {
    once(&LIMITS, async || RateLimits::parse(&variable("rate_limits").await?)).await.copied()
}

/// Where the hub is, by `hub_url`.
pub async fn hub_url() -> Result<&'static str> {
    once(&HUB_URL, async || variable("hub_url").await).await.map(String::as_str)
}

/// Whether the application is traced, by `traces`.
pub async fn traces() -> Result<bool> {
    once(&TRACES, async || settings::switch("traces", &variable("traces").await?)).await.copied()
}

/// [`crate::answer`] with the origins of `client_url`.
pub async fn answer(
    mut request: Request,
    budget: &'static Budget,
    handle: impl AsyncFnOnce(Call) -> crate::Result<Response>,
) -> Answer {
    // Without the variable the API still answers, to programs; only other sites' pages can't read it.
    let none = Origins::default();
    let traces = traces().await;
    let is_traced = *traces.as_ref().unwrap_or(&false);
    if !is_traced {
        // A host that traces has put its own there; this is a client's.
        request.headers_mut().remove(traces::HEADER);
    }
    let origins = async || Ok(Origins::parse(&variable("client_url").await?).traced(is_traced));
    let origins = once(&ORIGINS, origins).await.unwrap_or(&none);
    let handle = async |call: Call| {
        traces?;
        handle(call).await
    };
    log(crate::answer(request, origins, budget, pause, handle).await)
}

/// Writes what is meant for the operator to the component's log, and gives the answer to the runtime.
pub fn log(response: Response) -> Answer {
    if let Some(Detail(detail)) = response.extensions().get() {
        eprintln!("{} {detail}", response.status().as_u16());
    }
    give(response)
}

/// An answer's headers as a list, and its body, if it has one, as a stream that is written once the runtime has the rest.
fn give(response: Response) -> Answer {
    let (parts, body) = response.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
    let headers = Fields::from_list(&headers.collect::<Vec<_>>())
        .map_err(|error| ErrorCode::InternalError(Some(error.to_string())))?;
    let (end, trailers) = wit_future::new(|| Ok(None));
    let (mut writer, contents) = if body.is_empty() {
        (None, None)
    } else {
        let (writer, contents) = wit_stream::new();
        (Some(writer), Some(contents))
    };
    let (answer, _) = Outgoing::new(headers, contents, trailers);
    // Every status of `http` is one that can be set.
    let _ = answer.set_status_code(parts.status.as_u16());
    wasip3::spawn(async move {
        if let Some(mut writer) = writer.take() {
            writer.write_all(body.into()).await;
        }
        // Who has left needs no end.
        let _ = end.write(Ok(None)).await;
    });
    Ok(answer)
}

/// The one turn of a budget of 1.
pub async fn turn(turns: &'static Budget) -> Result<Claim> {
    turns.claim(1, pause).await
}

async fn pause() {
    spin_sdk::time::sleep(ASK).await;
}

/// Unix time in ms.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
