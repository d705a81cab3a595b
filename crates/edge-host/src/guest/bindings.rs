//! `spin:variables`: how a component reads the variables of its manifest entry.

use wasmtime::component::{Accessor, HasData, Linker};

use self::generated::spin::variables::variables::{Error, Host, HostWithStore};
use super::state::State;
use crate::variables::is_name;

#[allow(missing_docs, unreachable_pub, clippy::pedantic, reason = "generated")]
mod generated {
    wasmtime::component::bindgen!({ path: "wit", world: "host" });
}

/// Reaches a store's variables.
struct Variables;

impl HasData for Variables {
    type Data<'a> = &'a mut State;
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    generated::spin::variables::variables::add_to_linker::<State, Variables>(linker, |state| state)
}

impl Host for &mut State {}

impl HostWithStore<State> for Variables {
    async fn get(store: &Accessor<State, Self>, name: String) -> Result<String, Error> {
        let value = store.with(|mut store| store.get().variable(&name).map(Into::into));
        match value {
            Some(value) => Ok(value),
            None if is_name(&name) => Err(Error::Undefined(name)),
            None => Err(Error::InvalidName(name)),
        }
    }
}
