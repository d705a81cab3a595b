//! Random command sequences.

use bytes::Bytes;
use proptest::prelude::*;

use super::templates::TEMPLATES;

/// One step of a sequence.
#[derive(Debug, Clone)]
pub enum Step {
    /// A command by itself.
    Command(Vec<Bytes>),
    /// A transaction.
    Transaction(Vec<Vec<Bytes>>),
}

/// Commands that draw; with a count beyond the size they answer everything.
const RANDOM: &[&[u8]] = &[b"SPOP", b"SRANDMEMBER", b"HRANDFIELD", b"ZRANDMEMBER"];

/// Scripts around a random command in ARGV.
const WRAPPERS: &[&str] = &[
    "return redis.call(unpack(ARGV))",
    "return redis.pcall(unpack(ARGV))",
    "local r = redis.pcall(unpack(ARGV)) if type(r) == 'table' and r.err then return {err = r.err} end return r",
    "redis.call('SET', 's1', 'script')\nlocal n = redis.call('INCRBY', 's2', 3)\nreturn redis.call(unpack(ARGV))",
    "redis.call('HSET', 'h1', 'f1', #ARGV)\nreturn redis.call(unpack(ARGV))",
    "#!lua flags=no-writes\nreturn redis.call(unpack(ARGV))",
];

/// Scripts that stand for themselves.
const SCRIPTS: &[&str] = &[
    "return {1, 2.9, 'x', true, false, 7}",
    "return {1, nil, 3}",
    "return {ok = 'fine'}",
    "return {err = 'MY error'}",
    "return redis.error_reply('MY error')",
    "return redis.error_reply('oops')",
    "return redis.status_reply('GOOD')",
    "return {double = 3.25}",
    "return -7.9",
    "return nil",
    "return {{1, {2, {'deep'}}}, {}}",
    "x = 1",
    "return y",
    "redis.x = 1",
    "string.x = 1",
    "error('boom')",
    "error({err = 'MY thing'})",
    "local t = nil\nreturn t.x",
    "return 1 +",
    "return redis.call('NOSUCH')",
    "return redis.call('GET')",
    "return redis.call({})",
    "return redis.call()",
    "return redis.pcall('GET')",
    "return redis.sha1hex('abc')",
    "return {KEYS, ARGV}",
    "redis.call('SET', 's1', 'kept')\nerror('after a write')",
    "return redis.call('SET', 's1', 1.5) and redis.call('SET', 's2', 10)",
    "return cjson.encode({a = 1, 2, 3})",
    "return cjson.encode({1, 2, {x = 'a/b\"c\\n'}, cjson.null, 1.5, 1e20, true})",
    "return cjson.encode({})",
    "return cjson.encode({[1] = 1, [50] = 2})",
    "local v = cjson.decode('{\"a\":[1,2.5,\"x\",null,true],\"b\":{}}') return {v.a[1], tostring(v.a[2]), v.a[3], v.a[4] == cjson.null, v.a[5], cjson.encode(v.b)}",
    "return cjson.decode('[1,')",
    "return cjson.decode('{\"a\" 1}')",
    "return cjson.decode('[1 2]')",
    "return cjson.decode('nope')",
    "return cjson.decode('\"\\\\u00e9\\\\ud83d\\\\ude00\"')",
    "return {bit.band(255, 15), bit.bor(1, 6), bit.bxor(5, 1), bit.lshift(1, 31), bit.rshift(-1, 28), bit.tohex(255), bit.bnot(0)}",
    "return tostring(redis.call('TYPE', 's1').ok)",
    "return {pcall(function() error('inner') end)}",
    "return {type(redis.call('GET', 'none')), type(redis.call('EXISTS', 's1')), type(redis.call('TYPE', 's1'))}",
    "return string.format('%d %s %5.2f', 3, 'x', 1.5)",
    "return {tostring(1e15), tostring(0.1), tostring(2^53)}",
    "local s = 0 for i = 1, 1000 do s = s + i end return s",
    "return #redis.call('KEYS', '*')",
    "#!lua flags=foo\nreturn 1",
    "#!lua foo\nreturn 1",
    "#!js\nreturn 1",
    "#!lua\nreturn 1",
];

/// A sequence of up to `length` steps.
pub fn sequence(length: usize) -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 1..length)
}

fn step() -> impl Strategy<Value = Step> {
    let scripts = (0..SCRIPTS.len(), 0..4_usize).prop_map(|(script, keys)| Step::Command(script_command(script, keys)));
    prop_oneof![
        12 => raw_command().prop_map(Step::Command),
        2 => (0..WRAPPERS.len(), raw_command()).prop_map(|(wrapper, inner)| Step::Command(wrapped(wrapper, inner))),
        1 => scripts,
        1 => proptest::collection::vec(raw_command(), 1..6).prop_map(Step::Transaction),
    ]
}

fn script_command(script: usize, keys: usize) -> Vec<Bytes> {
    let mut command = vec![Bytes::from_static(b"EVAL"), Bytes::from_static(SCRIPTS[script].as_bytes())];
    // Once in four the number of keys is wrong.
    command.push(Bytes::from_static([b"0".as_slice(), b"1", b"2", b"-1"][keys]));
    command.extend((0..keys.min(1)).map(|_| Bytes::from_static(b"s1")));
    command
}

fn wrapped(wrapper: usize, inner: Vec<Bytes>) -> Vec<Bytes> {
    let mut command = super::command(&["EVAL", WRAPPERS[wrapper], "0"]);
    command.extend(inner);
    command
}

/// A command: a template, filled from an alphabet, its arity wrong now and then.
fn raw_command() -> impl Strategy<Value = Vec<Bytes>> {
    (0..TEMPLATES.len(), proptest::collection::vec(any::<u16>(), 24), 0..24_u8).prop_map(
        |(template, choices, damage)| {
            let mut filler = Filler { choices: choices.into_iter(), command: Vec::new() };
            let words: Vec<&str> = TEMPLATES[template].split(' ').filter(|word| !word.is_empty()).collect();
            filler.fill(&words);
            let mut command = filler.command;
            match damage {
                // Without their count these are random.
                22 if command.len() > 1 && !RANDOM.contains(&command[0].as_ref()) => drop(command.pop()),
                23 => command.push(Bytes::from_static(b"x")),
                _ => {}
            }
            command
        },
    )
}

struct Filler {
    choices: std::vec::IntoIter<u16>,
    command: Vec<Bytes>,
}

impl Filler {
    /// A number below `bound`, 0 when all choices are used up.
    fn below(&mut self, bound: usize) -> usize {
        usize::from(self.choices.next().unwrap_or(0)) % bound
    }

    fn pick<'a>(&mut self, alphabet: &[&'a str]) -> &'a str {
        alphabet[self.below(alphabet.len())]
    }

    fn fill(&mut self, words: &[&str]) {
        let mut at = 0;
        while at < words.len() {
            let end = match words[at] {
                "[" | "{" | "(" => matching(words, at),
                word => {
                    let word = self.word(word);
                    self.command.push(word);
                    at += 1;
                    continue;
                }
            };
            let inner = &words[at + 1..end];
            match words[at] {
                "(" => {
                    for _ in 0..=self.below(3) {
                        self.fill(inner);
                    }
                }
                group => {
                    let options = split(inner);
                    let choice = if group == "[" { self.below(options.len() * 2) } else { self.below(options.len()) };
                    if let Some(option) = options.get(choice) {
                        self.fill(option);
                    }
                }
            }
            at = end + 1;
        }
    }

    fn word(&mut self, word: &str) -> Bytes {
        let text = match word {
            "$str" => self.pick(&["s1", "s2", "s3"]),
            "$hsh" => self.pick(&["h1", "h2"]),
            "$lst" => self.pick(&["l1", "l2"]),
            "$set" => self.pick(&["e1", "e2", "e3"]),
            "$zst" => self.pick(&["z1", "z2", "z3"]),
            "$stm" => self.pick(&["x1", "x2"]),
            "$key" => self.pick(&["s1", "s2", "h1", "l1", "e1", "z1", "x1", "none"]),
            "$val" => {
                self.pick(&["a", "b", "", "0", "-1", "10", "3.5", "hello world", "\u{e9}\r\n", "9223372036854775807"])
            }
            "$fld" => self.pick(&["f1", "f2", "f3", "n"]),
            "$mem" => self.pick(&["a", "b", "c", "m1", "m2", "1", "2", "30"]),
            "$int" => self.pick(&[
                "0",
                "1",
                "-1",
                "2",
                "-2",
                "5",
                "-100",
                "100",
                "x",
                "9223372036854775807",
                "-9223372036854775808",
                "1.5",
            ]),
            "$small" => self.pick(&["0", "1", "2", "3", "7"]),
            "$bit" => self.pick(&["0", "1", "7", "8", "23", "-1", "x"]),
            "$ttl" => self.pick(&["100000", "200000", "300000"]),
            "$pttl" => self.pick(&["100000000", "200000000"]),
            "$flo" => self.pick(&["1", "0.1", "-2.5", "3.0e1", "x", "inf", "0"]),
            "$sco" => self.pick(&["0", "-0", "1", "2", "-1.5", "0.1", "inf", "-inf", "3e2", "x"]),
            "$bnd" => self.pick(&["-inf", "+inf", "0", "1", "(1", "(0", "2", "-1.5", "x"]),
            "$lex" => self.pick(&["-", "+", "[a", "(a", "[b", "(c", "[m", "x"]),
            "$sid" => self.pick(&[
                "0-1",
                "0-2",
                "0-3",
                "1-1",
                "1-2",
                "5",
                "5-5",
                "0-0",
                "x",
                "0-",
                "18446744073709551615-18446744073709551615",
            ]),
            "$rid" => self.pick(&[
                "-",
                "+",
                "0-1",
                "0-2",
                "(0-1",
                "1",
                "(1-1",
                "5-5",
                "x",
                "(-",
                "(0-0",
                "(18446744073709551615-18446744073709551615",
            ]),
            word => return Bytes::copy_from_slice(word.as_bytes()),
        };
        Bytes::copy_from_slice(text.as_bytes())
    }
}

/// Where the group that opens at `at` closes.
fn matching(words: &[&str], at: usize) -> usize {
    let mut depth = 0;
    for (place, word) in words.iter().enumerate().skip(at) {
        match *word {
            "[" | "{" | "(" => depth += 1,
            "]" | "}" | ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place;
        }
    }
    panic!("a group that does not close: {words:?}");
}

/// The alternatives of a group.
fn split<'a, 'b>(words: &'a [&'b str]) -> Vec<&'a [&'b str]> {
    let (mut options, mut start, mut depth) = (Vec::new(), 0, 0);
    for (place, word) in words.iter().enumerate() {
        match *word {
            "[" | "{" | "(" => depth += 1,
            "]" | "}" | ")" => depth -= 1,
            "|" if depth == 0 => {
                options.push(&words[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    options.push(&words[start..]);
    options
}
