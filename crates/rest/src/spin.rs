//! What a component adds to this crate: the runtime's variables, clock and HTTP client.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::{Code, Error, Identities, RateLimits, Result};
use http_body_util::Full;
use spin_sdk::variables;
use store::{SpinTransport, Store};

use crate::{Budget, Call, Detail, Gate, Origins, Response, Turn, settings};

/// A request as the runtime gives it, its body still outside.
pub type Request = spin_sdk::http::Request;
/// An answer as the runtime takes it.
pub type Answer = http::Response<Full<bytes::Bytes>>;

/// How often one who waits for a turn asks for it.
const ASK: Duration = Duration::from_millis(5);
/// How often one asks before giving up: 10 s.
const ASK_TIMES: usize = 2000;

/// The variables that this instance has read. Asking the runtime costs more than all else that a request does here, and
/// a change may wait for the next instance.
static KNOWN: Mutex<BTreeMap<&'static str, String>> = Mutex::new(BTreeMap::new());

/// A variable of the application; one that the manifest does not map is a fault of the deployment.
pub async fn variable(name: &'static str) -> Result<String> {
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(value) = known().get(name) {
        return Ok(value.clone());
    }
    let read = variables::get(name).await;
    let value = read.map_err(|error| settings::wrong(name, &format!("can't be read: {error}")))?;
    known().insert(name, value.clone());
    Ok(value)
}

/// The store of the application, by `redis_url`, `redis_token` and `history_limit`.
pub async fn store(deadline: Duration) -> Result<Store<SpinTransport>> {
    let history = settings::number("history_limit", &variable("history_limit").await?)?;
    let config =
        settings::store_config(&variable("redis_url").await?, &variable("redis_token").await?, history, deadline)?;
    Ok(Store::new(SpinTransport, config))
}

/// The identities of the application, by `client_token_secret`, `open_client_ids` and `redis_url`.
pub async fn identities() -> Result<Identities> {
    let open_ids = settings::switch("open_client_ids", &variable("open_client_ids").await?)?;
    settings::identities(&variable("client_token_secret").await?, open_ids, &variable("redis_url").await?)
}

/// The limits of the application, by `rate_limits`.
pub async fn limits() -> Result<RateLimits> {
    RateLimits::parse(&variable("rate_limits").await?)
}

/// [`crate::answer`] with the origins of `client_url`.
pub async fn answer<'a>(
    request: Request,
    budget: &'a Budget,
    handle: impl AsyncFnOnce(Call<'a>) -> crate::Result<Response>,
) -> Answer {
    // Without the variable the API still answers, to programs; only other sites' pages can't read it.
    let origins = variable("client_url").await.map(|list| Origins::parse(&list)).unwrap_or_default();
    log(crate::answer(request, &origins, budget, handle).await)
}

/// Writes what is meant for the operator to the component's log, and gives the answer to the runtime.
pub fn log(response: Response) -> Answer {
    if let Some(Detail(detail)) = response.extensions().get() {
        eprintln!("{} {detail}", response.status().as_u16());
    }
    response.map(Full::new)
}

/// Waits for a turn, at most 10 s.
pub async fn turn(gate: &Gate) -> Result<Turn<'_>> {
    for _ in 0..ASK_TIMES {
        if let Some(turn) = gate.enter() {
            return Ok(turn);
        }
        spin_sdk::time::sleep(ASK).await;
    }
    Err(Error::new(Code::RateLimited, "Too many large requests at this moment; try again"))
}

/// Unix time in ms.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
