//! Which of an instance's requests a component works for when it sends one: an instance handles several at once.

use std::collections::HashMap;

use traces::TraceParent;
use wasmtime::{
    AsContextMut,
    component::{Accessor, GuestTaskId, HasData, Linker, Resource},
};
use wasmtime_wasi::TrappableError;
use wasmtime_wasi_http::{
    WasiHttp, WasiHttpCtxView, WasiHttpView,
    p3::bindings::http::{
        client::{self, HostWithStore},
        types::{self, ErrorCode, Request, Response},
    },
};

use super::state::State;

/// The traced requests of an instance, by the call that handles each. They are as many as the instance handles in its life.
#[derive(Default)]
pub(super) struct Calls(HashMap<GuestTaskId, TraceParent>);

impl Calls {
    /// `task` handles a request with this span.
    pub(super) fn began(&mut self, task: GuestTaskId, trace: TraceParent) {
        self.0.insert(task, trace);
    }
}

/// `wasi:http`, whose client tells [`crate::outbound::Hooks`] for which span a request is sent.
struct Traced;

impl HasData for Traced {
    type Data<'a> = WasiHttpCtxView<'a>;
}

/// WASI 0.3 with HTTP.
pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    client::add_to_linker::<_, Traced>(linker, State::http)?;
    types::add_to_linker::<_, WasiHttp>(linker, State::http)
}

impl HostWithStore<State> for Traced {
    async fn send(
        store: &Accessor<State, Self>,
        request: Resource<Request>,
    ) -> Result<Resource<Response>, TrappableError<ErrorCode>> {
        store.with(|mut store| {
            let mut store = store.as_context_mut();
            if store.data().calls.0.is_empty() {
                return;
            }
            // The oldest call is the one that the host made.
            let task = store.async_call_stack().ok().and_then(Iterator::last);
            let state = store.data_mut();
            state.hooks.parent = task.and_then(|task| state.calls.0.get(&task).copied());
        });
        // It takes the request, and with it the span, before it waits for anything.
        WasiHttp::send(&store.with_getter::<WasiHttp>(State::http), request).await
    }
}
