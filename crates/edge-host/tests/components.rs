//! RoomTalk's own components: how large they are, and what they need of a Spin runtime.

use std::path::{Path, PathBuf};

use wasmtime::component::Component;
use wasmtime::{Config, Engine};

/// Most bytes of a component's module.
const LARGEST: u64 = 1024 * 1024;

/// The modules, as `cargo xtask build` leaves them; it runs before the tests.
fn modules() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/wasm32-wasip2/component");
    ["clients", "rooms", "messages", "images", "status", "site"]
        .map(|name| folder.join(name).with_extension("wasm"))
        .into()
}

#[test]
fn each_component_has_at_most_1_mib_and_needs_nothing_but_wasi_and_variables() {
    let mut config = Config::new();
    config.wasm_component_model_async(true);
    let engine = Engine::new(&config).unwrap();
    for module in modules() {
        let bytes =
            std::fs::metadata(&module).unwrap_or_else(|e| panic!("{}: {e}; cargo xtask build", module.display())).len();
        assert!(bytes <= LARGEST, "{}: {bytes} bytes", module.display());
        let component = Component::from_file(&engine, &module).unwrap();
        let imports: Vec<_> = component.component_type().imports(&engine).map(|(name, _)| name.to_owned()).collect();
        println!("{}: {bytes} bytes, imports {}", module.display(), imports.join(" "));
        assert!(!imports.is_empty());
        for import in imports {
            let known = import.starts_with("wasi:") || import.starts_with("spin:variables/");
            assert!(known, "{} imports {import}", module.display());
        }
    }
}
