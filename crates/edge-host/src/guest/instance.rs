//! The life of an instance: made for a request, reused for further ones, ended by count, idleness, deadline or trap.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Sleep, sleep},
};
use tokio_util::sync::WaitForCancellationFutureOwned;
use traces::TraceParent;
use wasmtime::{Store, StoreContextMut, component::GuestTaskId};
use wasmtime_wasi_http::{
    WasiHttpView,
    handler::{HandlerState, Instance, Proxy, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus},
};

use super::{Guest, busy::Busy, state::State};
use crate::{Limits, metrics::Numbers};

impl HandlerState for Guest {
    type StoreData = State;
    type WorkerExpiration = Life;
    type WorkerState = Uses;

    async fn instantiate(&self) -> wasmtime::Result<Instance<State, Life, Uses>> {
        let mut store = Store::new(self.service.engine(), State::new(self)?);
        store.limiter(|state| &mut state.memory);
        let busy = Arc::new(Busy::default());
        busy.watch(&mut store, self.limits.cpu_deadline);
        let service = self.service.instantiate_async(&mut store).await?;
        self.numbers.instances.add(1);
        tracing::debug!(component = &*self.numbers.component, "instance started");
        Ok(Instance {
            store,
            proxy: Proxy::P3(service),
            view: State::http,
            expiration: Life {
                limits: self.limits.clone(),
                busy,
                timer: Box::pin(sleep(Duration::ZERO)),
                ending: Box::pin(self.ending.clone().cancelled_owned()),
            },
            state: Uses { numbers: self.numbers.clone(), limits: self.limits.clone() },
        })
    }
}

/// Ends an instance that is idle for long, or whose event loop is stuck beyond the deadline of all its requests.
pub(crate) struct Life {
    limits: Arc<Limits>,
    busy: Arc<Busy>,
    timer: Pin<Box<Sleep>>,
    ending: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl WorkerExpiration for Life {
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>, status: WorkerStatus, start: Instant) -> Poll<()> {
        self.busy.paused();
        if status == WorkerStatus::Idle && self.ending.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let time = match status {
            WorkerStatus::Idle => self.limits.instance_idle,
            WorkerStatus::Requests => self.limits.request_deadline,
            WorkerStatus::PostReturn => self.limits.stream_deadline,
        };
        let end = (start + time).into();
        if self.timer.deadline() != end {
            self.timer.as_mut().reset(end);
        }
        self.timer.as_mut().poll(cx)
    }
}

/// What comes with a request.
pub(crate) struct Admission {
    /// The request's places among those under way, of its component and of all: they are held until the component has
    /// answered, or was too late, even when the client has left long before.
    pub(crate) places: [OwnedSemaphorePermit; 2],
    /// The request's span.
    pub(crate) trace: Option<TraceParent>,
}

/// Counts the uses of an instance.
pub(crate) struct Uses {
    numbers: Arc<Numbers>,
    limits: Arc<Limits>,
}

impl WorkerState for Uses {
    type StoreData = State;
    type RequestData = Admission;

    fn should_accept_request(&self, concurrent: usize, total: usize) -> ShouldAccept {
        if total >= self.limits.instance_requests {
            ShouldAccept::Never
        } else if concurrent >= self.limits.instance_concurrency {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        mut store: StoreContextMut<'_, State>,
        Admission { places, trace }: Admission,
        task: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        if let Some(trace) = trace {
            store.data_mut().calls.began(task, trace);
        }
        let deadline = sleep(self.limits.request_deadline);
        Box::pin(async move {
            deadline.await;
            drop(places);
        })
    }

    fn drop(&self, store: Store<State>, result: wasmtime::Result<()>) {
        let component = &*self.numbers.component;
        match result {
            Ok(()) => tracing::debug!(component, "instance ended"),
            Err(error) => {
                self.numbers.instance_failures.add(1);
                let out_of_memory = store.data().memory.refused;
                tracing::error!(component, out_of_memory, "instance failed: {error:?}");
            }
        }
    }
}
