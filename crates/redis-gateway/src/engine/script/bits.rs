//! The library `bit`: operations on 32-bit integers, as in `LuaJIT`.

use mlua::{Lua, Table, Variadic};

use super::library::function;

const REFUSAL: &str = "number expected";

/// Puts the functions into the table.
pub(super) fn functions(lua: &Lua, native: &Table) -> mlua::Result<()> {
    unary(lua, native, "tobit", |a| a)?;
    unary(lua, native, "bnot", |a| !a)?;
    unary(lua, native, "bswap", i32::swap_bytes)?;
    fold(lua, native, "band", |a, b| a & b)?;
    fold(lua, native, "bor", |a, b| a | b)?;
    fold(lua, native, "bxor", |a, b| a ^ b)?;
    shift(lua, native, "lshift", |a, by| a << by)?;
    shift(lua, native, "rshift", |a, by| (a.cast_unsigned() >> by).cast_signed())?;
    shift(lua, native, "arshift", |a, by| a >> by)?;
    shift(lua, native, "rol", i32::rotate_left)?;
    shift(lua, native, "ror", i32::rotate_right)?;
    native.raw_set(
        "tohex",
        function(lua, REFUSAL, |_, (number, digits): (f64, Option<i64>)| {
            let digits = digits.unwrap_or(8);
            let width = digits.unsigned_abs().min(8) as usize;
            let hex = format!("{:08x}", to_bits(number).cast_unsigned());
            let hex = hex[8 - width..].to_owned();
            Ok(if digits < 0 { hex.to_ascii_uppercase() } else { hex })
        })?,
    )
}

/// A number modulo 2^32.
fn to_bits(number: f64) -> i32 {
    if !number.is_finite() {
        return 0;
    }
    (number.round_ties_even().rem_euclid(4_294_967_296.0) as u32).cast_signed()
}

fn unary(lua: &Lua, native: &Table, name: &str, run: fn(i32) -> i32) -> mlua::Result<()> {
    native.raw_set(name, function(lua, REFUSAL, move |_, number: f64| Ok(run(to_bits(number))))?)
}

fn fold(lua: &Lua, native: &Table, name: &str, run: fn(i32, i32) -> i32) -> mlua::Result<()> {
    let fold = move |_: &Lua, numbers: Variadic<f64>| {
        numbers.iter().copied().map(to_bits).reduce(run).ok_or(REFUSAL.to_owned())
    };
    native.raw_set(name, function(lua, REFUSAL, fold)?)
}

fn shift(lua: &Lua, native: &Table, name: &str, run: fn(i32, u32) -> i32) -> mlua::Result<()> {
    let shift = move |_: &Lua, (number, by): (f64, f64)| Ok(run(to_bits(number), (to_bits(by) & 31).cast_unsigned()));
    native.raw_set(name, function(lua, REFUSAL, shift)?)
}
