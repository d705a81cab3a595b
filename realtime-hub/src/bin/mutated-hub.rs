//! The hub with one deliberate fault, which `ROOMTALK_MUTATION` names; `tests/faults` must find it.

#[path = "../main.rs"]
mod hub;

fn main() -> std::process::ExitCode {
    hub::main()
}
