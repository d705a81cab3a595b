//! `cjson.decode`, with the errors of lua-cjson.

use mlua::{Lua, Value};

/// Values nested deeper are refused.
const DEPTH: usize = 1000;

/// JSON text as a value; `null` becomes `cjson.null`.
pub(super) fn decode(lua: &Lua, text: &[u8]) -> Result<Value, String> {
    let mut reader = Reader { lua, text, at: 0, token_at: 0 };
    let first = reader.token()?;
    let value = reader.value(first, 0)?;
    match reader.token()? {
        Token::End => Ok(value),
        other => Err(reader.unexpected("the end", &other)),
    }
}

#[derive(Debug, PartialEq)]
enum Token {
    ObjectBegin,
    ObjectEnd,
    ArrayBegin,
    ArrayEnd,
    Colon,
    Comma,
    String(Vec<u8>),
    Number(f64),
    Boolean(bool),
    Null,
    End,
}

struct Reader<'a> {
    lua: &'a Lua,
    text: &'a [u8],
    at: usize,
    /// Where the latest token starts.
    token_at: usize,
}

impl Reader<'_> {
    fn unexpected(&self, wanted: &str, found: &Token) -> String {
        let found = match found {
            Token::ObjectBegin => "T_OBJ_BEGIN",
            Token::ObjectEnd => "T_OBJ_END",
            Token::ArrayBegin => "T_ARR_BEGIN",
            Token::ArrayEnd => "T_ARR_END",
            Token::Colon => "T_COLON",
            Token::Comma => "T_COMMA",
            Token::String(_) => "T_STRING",
            Token::Number(_) => "T_NUMBER",
            Token::Boolean(_) => "T_BOOLEAN",
            Token::Null => "T_NULL",
            Token::End => "T_END",
        };
        format!("Expected {wanted} but found {found} at character {}", self.token_at + 1)
    }

    fn invalid(&self, what: &str) -> String {
        format!("Expected value but found {what} at character {}", self.token_at + 1)
    }

    fn value(&mut self, token: Token, depth: usize) -> Result<Value, String> {
        if depth >= DEPTH && matches!(token, Token::ObjectBegin | Token::ArrayBegin) {
            return Err(format!("Found too many nested data structures ({})", depth + 1));
        }
        let lua = self.lua;
        let failed = |error: mlua::Error| error.to_string();
        Ok(match token {
            Token::String(text) => Value::String(lua.create_string(&text).map_err(failed)?),
            Token::Number(number) => Value::Number(number),
            Token::Boolean(value) => Value::Boolean(value),
            Token::Null => Value::NULL,
            Token::ObjectBegin => {
                let table = lua.create_table().map_err(failed)?;
                let mut token = self.token()?;
                if token == Token::ObjectEnd {
                    return Ok(Value::Table(table));
                }
                loop {
                    let Token::String(name) = token else { return Err(self.unexpected("object key string", &token)) };
                    match self.token()? {
                        Token::Colon => {}
                        other => return Err(self.unexpected("colon", &other)),
                    }
                    let next = self.token()?;
                    let value = self.value(next, depth + 1)?;
                    table.raw_set(lua.create_string(&name).map_err(failed)?, value).map_err(failed)?;
                    match self.token()? {
                        Token::ObjectEnd => return Ok(Value::Table(table)),
                        Token::Comma => token = self.token()?,
                        other => return Err(self.unexpected("comma or object end", &other)),
                    }
                }
            }
            Token::ArrayBegin => {
                let table = lua.create_table().map_err(failed)?;
                let mut token = self.token()?;
                if token == Token::ArrayEnd {
                    return Ok(Value::Table(table));
                }
                for index in 1.. {
                    let value = self.value(token, depth + 1)?;
                    table.raw_set(index, value).map_err(failed)?;
                    match self.token()? {
                        Token::ArrayEnd => break,
                        Token::Comma => token = self.token()?,
                        other => return Err(self.unexpected("comma or array end", &other)),
                    }
                }
                Value::Table(table)
            }
            other => return Err(self.unexpected("value", &other)),
        })
    }

    fn token(&mut self) -> Result<Token, String> {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.token_at = self.at;
        let Some(&byte) = self.text.get(self.at) else { return Ok(Token::End) };
        let single = match byte {
            b'{' => Some(Token::ObjectBegin),
            b'}' => Some(Token::ObjectEnd),
            b'[' => Some(Token::ArrayBegin),
            b']' => Some(Token::ArrayEnd),
            b':' => Some(Token::Colon),
            b',' => Some(Token::Comma),
            _ => None,
        };
        if let Some(token) = single {
            self.at += 1;
            return Ok(token);
        }
        for (word, token) in [("true", Token::Boolean(true)), ("false", Token::Boolean(false)), ("null", Token::Null)] {
            if self.text[self.at..].starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(token);
            }
        }
        match byte {
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(self.invalid("invalid token")),
        }
    }

    fn number(&mut self) -> Result<Token, String> {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'))
        {
            self.at += 1;
        }
        let digits = self.text[start..self.at].strip_prefix(b"-").unwrap_or(&self.text[start..self.at]);
        if digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit() {
            return Err(self.invalid("invalid number"));
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).ok();
        text.and_then(|text| text.parse().ok()).map(Token::Number).ok_or_else(|| self.invalid("invalid number"))
    }

    fn string(&mut self) -> Result<Token, String> {
        let mut text = Vec::new();
        self.at += 1;
        loop {
            let Some(&byte) = self.text.get(self.at) else {
                self.token_at = self.at;
                return Err(self.invalid("unexpected end of string"));
            };
            self.at += 1;
            match byte {
                b'"' => return Ok(Token::String(text)),
                b'\\' => self.escape(&mut text)?,
                _ => text.push(byte),
            }
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), String> {
        let byte = self.text.get(self.at).copied();
        let plain = match byte {
            Some(byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'b') => 0x08,
            Some(b'f') => 0x0c,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => return self.unicode(text),
            _ => {
                self.token_at = self.at - 1;
                return Err(self.invalid("invalid escape code"));
            }
        };
        self.at += 1;
        text.push(plain);
        Ok(())
    }

    /// `\uXXXX`, or a surrogate pair of two; `at` is on the `u`.
    fn unicode(&mut self, text: &mut Vec<u8>) -> Result<(), String> {
        let start = self.at - 1;
        let refused = |reader: &mut Self| {
            reader.token_at = start;
            Err(reader.invalid("invalid unicode escape code"))
        };
        let Some(high) = self.hex4(self.at + 1) else { return refused(self) };
        self.at += 5;
        let code = if (0xd800..0xdc00).contains(&high) {
            let low = if self.text[self.at..].starts_with(b"\\u") { self.hex4(self.at + 2) } else { None };
            let Some(low) = low.filter(|low| (0xdc00..0xe000).contains(low)) else { return refused(self) };
            self.at += 6;
            0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
        } else {
            high
        };
        let Some(character) = char::from_u32(code) else { return refused(self) };
        text.extend(character.encode_utf8(&mut [0; 4]).bytes());
        Ok(())
    }

    fn hex4(&self, at: usize) -> Option<u32> {
        let digits = std::str::from_utf8(self.text.get(at..at + 4)?).ok()?;
        if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) { u32::from_str_radix(digits, 16).ok() } else { None }
    }
}
